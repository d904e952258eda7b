"""What is asked while an emergency waits: the plan, its texts, its words for officers, and the follow-up cards."""

import re

import pytest

from bot.dialogue.danger import WITHOUT_POLICE
from bot.domain.errors import RefuseToStart
from bot.domain.triage import CONSENT, CONSENTS
from tests.content.conftest import Contents

PLAN = "responses/triage.toml"


def planted(contents: Contents, path: str, old: str, new: str) -> list[str]:
    contents.replace(path, old, new)
    return contents.faults()


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        (PLAN, '3 = "unsure" }\nwhen', '3 = "unsure", 4 = "no" }\nwhen', "triage_safe_to_write.md: numbers other answers than 1, 2, 3, 4"),
        (PLAN, '2 = "today"', '2 = "lately"', "choices.when or one of its answers has no word"),
        (PLAN, "consent_inside = { 5", "consent_inside = { 1", "choices.consent_inside has a number that answers the danger question"),
        (PLAN, "raid_now =", "greet =", "kinds.greet is no emergency"),
        (PLAN, "raid_now =", "threat_to_mission =", "kinds.threat_to_mission is no emergency"),
        ("responses/sq/triage_when.md", "3 më herët", "më herët", "responses/sq/triage_when.md: numbers other answers than 1, 2, 3"),
        ("responses/policy.toml", "triage_when = []\n", "", "names has no triage_when"),
    ],
)
def test_a_question_that_cannot_be_asked_as_it_stands_is_found(contents: Contents, path: str, old: str, new: str, said: str) -> None:
    assert [fault for fault in planted(contents, path, old, new) if said in fault]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["ongoing", "lawyer"]', '["ongoing", "kestrel"]', "raid_now is not a list of questions"),
        ('["ongoing", "lawyer"]', '["ongoing", "ongoing"]', "raid_now is not a list of questions"),
        ("[then]", "[later]", "needs the tables"),
        ('1 = "hour"', '10 = "hour"', "choices.when is not numbers of one digit"),
        ("[kinds]", "[kinds", "cannot be read as TOML"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(contents: Contents, old: str, new: str, said: str) -> None:
    contents.replace(PLAN, old, new)
    with pytest.raises(RefuseToStart, match=f"^{PLAN}.*{re.escape(said)}"):
        contents.library()


def test_all_four_consents_can_be_asked_and_two_only_by_an_officer(shipped: Contents) -> None:
    plan = shipped.library().plan
    assert {name for name in plan.choices if name.startswith(CONSENT)} == {f"{CONSENT}{each}" for each in CONSENTS}
    asked = {question for order in plan.kinds.values() for question in order} | set(plan.consents)
    assert {name for name in plan.choices if name not in asked} == {"consent_authorities", "consent_public"}


@pytest.mark.parametrize("locale", ["en", "sr_Latn_ME", "sr_Cyrl_ME", "sq", "ru"])
def test_every_emergency_but_a_threat_to_the_mission_has_a_first_hour_and_next_days(shipped: Contents, locale: str) -> None:
    texts = shipped.library().texts
    for kind in [name for name, cls in shipped.intents.items() if cls == "E1"]:
        cards = [(f"{kind}.{place}", locale) in texts for place in (1, 2, 3)]
        assert cards == ([False] * 3 if kind == "threat_to_mission" else [True, True, False]), kind


def police_in(body: str) -> bool:
    return bool(re.search(r"\{country\.police\}|polic|полиц", body.lower()))


def test_no_card_that_the_form_without_police_shares_names_them(shipped: Contents) -> None:
    texts = shipped.library().texts
    bodies = {key: texts[key].body for key in texts if key[0].partition(".")[0] in WITHOUT_POLICE and "." in key[0]}
    assert len(bodies) == 2 * len(WITHOUT_POLICE) * 5
    assert [key for key, body in bodies.items() if police_in(body)] == []
    assert police_in(texts["attack_now", "ru"].body), "the control"
