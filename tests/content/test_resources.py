"""The files ``resources.yml``: every entry is in order, and every answer that shows some shows those that may be shown."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from bot.checking.resources import resource_faults
from bot.domain.errors import RefuseToStart
from bot.domain.message import ChannelName
from bot.domain.resources import Resource
from bot.responses import Library, PreparedResponses, load_library, load_mission, resources_of
from bot.responses.resources import load_resources
from tests.content.conftest import ROOT, TODAY, Contents

GENERAL, OWN = "responses/resources.yml", "responses/country/ME/resources.yml"
MISSION, POLICY = "missions/podgorica.toml", "responses/policy.toml"
LOCALES = ("en", "sr_Latn_ME", "sr_Cyrl_ME", "sq", "ru")
#: Answers that list them; an emergency reply has its numbers in its own five lines.
LISTING = (
    "other_organisations", "request_legal_help", "request_emergency_funds", "stress_support", "device_compromised", "online_harassment",
    "surveillance", "exile_repression", "groups_at_risk", "request_relocation", "organisation_pressure",
)  # fmt: skip
EMERGENCIES = ("sexual_violence", "self_harm", "attack_now")
VALUES = {"people": "Officers were rung at 03:04.", "reference": "K7T-42M", "time": "03:16", "resources_open": "Answering now: x."}


class At:
    """A clock that stands."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


#: Noon on a workday, and the middle of a Saturday night, in Podgorica.
NOON, NIGHT = At(datetime(2026, 11, 27, 11, 0, tzinfo=UTC)), At(datetime(2026, 11, 28, 2, 16, tzinfo=UTC))


@cache
def _shipped() -> Library:
    return load_library(ROOT / "responses", load_mission(ROOT / MISSION))


def library_of(contents: Contents) -> Library:
    """What is shipped is read once: it takes a second."""
    return _shipped() if contents.root == ROOT else contents.library()


def answers(contents: Contents, clock: At = NOON) -> PreparedResponses:
    return PreparedResponses(library_of(contents), contents.mission(), clock)


def said(contents: Contents, name: str, locale: str = "en", clock: At = NOON) -> str:
    return "\n".join(piece.text for piece in answers(contents, clock).pieces(name, locale, ChannelName.SIGNAL, VALUES))


def shown(contents: Contents, text: str) -> list[str]:
    """The ids of those of whom a text shows a number or an address."""
    ways = {each.id: (*each.numbers, *each.addresses, *each.links) for each in library_of(contents).resources}
    return [name for name, given in ways.items() if any(re.search(rf"(?<![\d+]){re.escape(way)}(?!\d)", text) for way in given)]


def everywhere(contents: Contents) -> list[Resource]:
    """All that any answer or line shows."""
    library = library_of(contents)
    return [each for name in library.policy["resources"] for each in resources_of(library, name, "en", "", NOON.moment)]


def test_every_entry_is_in_order(shipped: Contents) -> None:
    assert list(resource_faults(library_of(shipped), shipped.mission(), shipped.intents, TODAY)) == []
    assert len(library_of(shipped).resources) > 25


def test_an_international_entry_names_no_country_of_a_mission() -> None:
    text = (ROOT / GENERAL).read_text("utf-8")
    assert re.findall(r"Montenegr|Crn[aeou]j? Gor|Podgoric|Черногор|Malit? (të|i) Zi|\+382|country\.", text) == []
    assert "+382" in (ROOT / OWN).read_text("utf-8"), "the country's file is where they stand"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", [*LISTING, *EMERGENCIES])
@pytest.mark.parametrize("clock", [NOON, NIGHT], ids=["noon", "night"])
def test_an_answer_shows_at_least_one_and_at_most_four(shipped: Contents, name: str, locale: str, clock: At) -> None:
    assert 1 <= len(shown(shipped, said(shipped, name, locale, clock))) <= 4
    assert "{" not in said(shipped, name, locale, clock)


def test_the_count_sees_a_fifth(shipped: Contents) -> None:
    text = said(shipped, "other_organisations")
    assert len(shown(shipped, text)) == 4
    assert len(shown(shipped, f"{text} 124")) == 5


#: Who has to stand in an answer, whoever else does.
DUE = {
    "request_legal_help": {"civic_alliance", "media_union"},
    "exile_repression": {"civil_rights_defenders", "pristaniste", "civic_alliance_foreigners"},
    "device_compromised": {"access_now", "share_cert"},
    "groups_at_risk": {"violence_line", "lgbt_progress", "media_union", "ombudsman"},
    "stress_support": {"child_line"},
    "sexual_violence": {"violence_line", "police"},
    "self_harm": {"ambulance"},
    "request_emergency_funds": {"front_line", "cpj"},
}


@pytest.mark.parametrize("name", DUE)
def test_an_answer_shows_those_that_fit(shipped: Contents, name: str) -> None:
    for locale in LOCALES:
        assert DUE[name] <= set(shown(shipped, said(shipped, name, locale))), locale


def test_unhcr_is_named_with_the_number_where_the_language_is_spoken(shipped: Contents) -> None:
    assert "unhcr_english" in shown(shipped, said(shipped, "exile_repression", "en"))
    russian = shown(shipped, said(shipped, "exile_repression", "ru"))
    assert "unhcr_russian" in russian
    assert "unhcr_english" not in russian


@pytest.mark.parametrize("locale", LOCALES)
def test_an_answer_speaks_the_locale_and_leaves_numbers_links_and_proper_names_alone(shipped: Contents, locale: str) -> None:
    text = said(shipped, "device_compromised", locale)
    assert "Access Now" in text
    assert "help@accessnow.org" in text
    assert "https://toolkit.sharecert.rs" in text
    english = "free help with phones"
    assert (english in text) is (locale == "en")


def test_what_is_not_confirmed_is_shown_nowhere_until_the_mission_confirms_it(contents: Contents) -> None:
    weak = {"psychological_line", "roma_initiatives"}
    assert not weak & {each.id for each in everywhere(contents)}
    contents.replace(MISSION, "confirmed = []", 'confirmed = ["psychological_line", "roma_initiatives"]')
    assert weak <= {each.id for each in everywhere(contents)}
    assert "1555" in said(contents, "stress_support")


def test_nothing_that_is_marked_weak_in_its_file_is_among_what_is_picked(shipped: Contents) -> None:
    unsure = {each.id for each in library_of(shipped).resources if not each.confirmed}
    assert unsure == {"womens_safe_house", "sos_podgorica", "womens_rights_centre", "psychological_line", "roma_initiatives"}
    assert not unsure & {each.id for each in everywhere(shipped)}


@pytest.mark.parametrize("locale", LOCALES)
def test_an_arrest_never_gets_the_police(shipped: Contents, locale: str) -> None:
    library, here = library_of(shipped), answers(shipped)
    for name in library.policy["never_police"]:
        assert not [each for each in resources_of(library, name, locale, "", NOON.moment) if each.police], name
        assert not re.search(r"(?<!\d)(112|122)(?!\d)", said(shipped, name, locale) + here.answering(name, locale)), name
    for name in ("attack_now", "death_threat", "missing_person"):
        assert "112" in here.answering(name, locale), f"{name}: the control"


def test_an_arrest_gets_no_police_even_if_the_policy_asks_for_them(contents: Contents) -> None:
    contents.replace(POLICY, 'arrest_now = ["held", "lawyer"]', 'arrest_now = ["danger", "held", "lawyer"]')
    assert "112" not in answers(contents).answering("arrest_now", "en")
    contents.change(POLICY, lambda text: text.replace('"arrest_now", "arrest_of_other"', '"arrest_of_other"', 1))
    assert "112" in answers(contents).answering("arrest_now", "en")


def test_the_line_on_who_answers_now_follows_the_hour_and_the_language(contents: Contents) -> None:
    contents.replace(MISSION, "confirmed = []", 'confirmed = ["womens_rights_centre"]')
    contents.replace(POLICY, 'self_harm = ["suicidal", "child"]', 'self_harm = ["distress"]')
    library, mission = contents.library(), contents.mission()
    noon, night = PreparedResponses(library, mission, NOON), PreparedResponses(library, mission, NIGHT)
    assert "+382 67 166 800" in noon.answering("self_harm", "en")
    assert "+382 67 166 800" not in night.answering("self_harm", "en")
    assert "116 111" in night.answering("self_harm", "en")
    assert "Front Line Defenders" in night.answering("death_threat", "ru")
    assert "Front Line Defenders" not in night.answering("death_threat", "sq")
    assert night.answering("emergency_unknown", "en") == ""


@pytest.mark.parametrize("locale", LOCALES)
def test_emergency_replies_stay_at_five_lines(shipped: Contents, locale: str) -> None:
    for name in EMERGENCIES:
        assert len([line for line in said(shipped, name, locale).splitlines() if line.strip()]) <= 5


#: The file, what is replaced in it, by what, and what is said.
REFUSED = {
    "an unknown key": (GENERAL, "  emails: [\"help@accessnow.org\"]", "  emails: [\"help@accessnow.org\"]\n  fax: x", "access_now: .*fax"),
    "a missing key": (GENERAL, "  sources: [S96, S97]\n", "", "access_now: missing or unknown: sources"),
    "a date that is none": (OWN, "checked: 2026-11-28", "checked: autumn", "emergency_112: checked is not a date"),
    "a short number without a country": (GENERAL, "+353 1 210 0489\"]", "112\"]", "front_line: phones: 112 is no number"),
    "a number with letters": (OWN, "+382 69 471 877", "+382 ASK US", "civic_alliance_foreigners: phones"),
    "a number that is no value of the country": (OWN, "{country.police}", "{country.militia}", "police: phones: .* no value of"),
    "a link without encryption": (OWN, "https://crnvo.me", "http://crnvo.me", "crnvo: links"),
    "a mail address that is none": (GENERAL, "emergencies@cpj.org", "emergencies at cpj", "cpj: emails"),
    "hours in no zone of the world": (OWN, "Europe/Podgorica", "Europe/Nowhere", "womens_rights_centre: hours"),
    "hours that are no hours": (OWN, "\"09:00-17:00\"", "\"9 to 5\"", "womens_rights_centre: hours"),
    "a word for hours that nobody knows": (OWN, "hours: always", "hours: often", "emergency_112: hours"),
    "nobody it is for": (GENERAL, "for: [digital]", "for: []", "access_now: for is empty"),
    "no way to reach it": (GENERAL, "  emails: [\"emergencies@cpj.org\"]\n", "", "cpj: has no way to reach it"),
    "a language that is no code": (GENERAL, "languages: [ar, en", "languages: [Arabic, en", "front_line: languages"),
    "no words in the base locale": (GENERAL, "    en: \"assistance desk", "    de: \"assistance desk", "rsf: says has no text in en"),
    "confirmed by a word": (OWN, "confirmed: false", "confirmed: \"no\"", "womens_safe_house: confirmed"),
    "an entry that stands twice": (GENERAL, "\nrsf:", "\ncpj:", "line .*cpj stands twice"),
    "an entry of the country once more": (GENERAL, "\nrsf:", "\npolice:", f"police: stands in {OWN} too"),
    "a file that is no YAML": (GENERAL, "\nrsf:", "\nrsf: [", f"{GENERAL}: line"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_wrong_entry_refuses_to_start_naming_file_and_entry(contents: Contents, what: str) -> None:
    file, old, new, why = REFUSED[what]
    numbers = {f"country.{name}": "112" for name in ("emergency", "police", "ambulance", "ombudsman", "violence_line", "unhcr")}
    assert load_resources(contents.root / "responses", "ME", numbers, [], [])
    contents.replace(file, old, new)
    with pytest.raises(RefuseToStart, match=why) as refusal:
        load_resources(contents.root / "responses", "ME", numbers, [], [])
    assert file in str(refusal.value)


def test_a_mission_that_confirms_what_is_nowhere_refuses_to_start(contents: Contents) -> None:
    contents.replace(MISSION, "confirmed = []", 'confirmed = ["forgotten"]')
    with pytest.raises(RefuseToStart, match=r"resources\.confirmed names what is in no resources\.yml: forgotten"):
        contents.library()


def test_a_mission_file_without_confirmations_confirms_nothing(contents: Contents) -> None:
    contents.replace(MISSION, "[resources]\nconfirmed = []\n", "")
    assert contents.mission().resources == {"confirmed": []}


def test_a_country_without_a_file_of_its_own_has_the_international_ones(contents: Contents) -> None:
    (contents.root / OWN).unlink()
    assert {each.file for each in contents.library().resources} == {GENERAL}


#: The file, what is replaced in it, by what, and the fault.
PLANTED = {
    "no words in a locale of the mission": (GENERAL, "    sq: \"zyrë ndihme për gazetarët\"\n", "", f"{GENERAL}: rsf: no words in sq"),
    "a host that the mission does not list": (MISSION, "\"crnvo.me\", ", "", f"{OWN}: crnvo: names crnvo.me, which is not on"),
    "an unknown source": (GENERAL, "sources: [S101]", "sources: [S999]", f"{GENERAL}: rsf: unknown source S999"),
    "a group that nobody asks for": (GENERAL, "for: [journalist]", "for: [journalsit]", f"{GENERAL}: rsf: is for journalsit"),
    "resources for a text that is none": (POLICY, "exile_repression = [", "exile = [", f"{POLICY}: resources for exile, which is neither"),
    "an answer that leaves them out": ("responses/sq/surveillance.md", "{resources}", "x", "sq/surveillance.md: shows no {resources}"),
    "an answer for which none fits": (
        POLICY, "stress_support = [\"distress\"]", "stress_support = [\"suicidal\"]", "responses/en/stress_support.md: asks for resources",
    ),
    "a text that has none to show": ("responses/en/thanks.md", "You are", "{resources} You are", "thanks.md: unknown placeholder {res"),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_check_names_the_fault(contents: Contents, what: str) -> None:
    file, old, new, fault = PLANTED[what]
    if what == "an answer for which none fits":
        # Two numbers that a text may name itself are all that this group has: one stands in the text, the other is the police's.
        contents.replace(OWN, "for: [danger, hurt, suicidal]", "for: [danger, hurt]")
    contents.replace(file, old, new)
    found = contents.faults()
    assert any(fault in each for each in found), found


def test_a_stale_date_and_one_in_the_future_are_listed(shipped: Contents) -> None:
    for day, due in ((TODAY, 0), (TODAY + timedelta(days=366), 1), (TODAY - timedelta(days=2), 1)):
        found = list(resource_faults(library_of(shipped), shipped.mission(), shipped.intents, day))
        assert found.count(f"{OWN}: crnvo: was not checked within 365 days") == due


def test_no_number_or_organisation_of_a_country_stands_in_the_program() -> None:
    found = re.compile(r"\+382|080 111|116 111|crnvo|hraction|sindikatmedija|pristaniste|sharecert|frontline|accessnow", re.IGNORECASE)
    files = [file for file in (ROOT / "bot").rglob("*.py") if "migrations" not in file.parts]
    assert [str(Path(file).relative_to(ROOT)) for file in files if found.search(file.read_text("utf-8"))] == []
    assert found.search((ROOT / OWN).read_text("utf-8"))
