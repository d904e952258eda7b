"""Another mission, in another country and other languages, says nothing of the first: neither names, numbers, addresses nor times."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from bot.checking import content_faults
from bot.domain.errors import RefuseToStart
from bot.domain.ids import MessageId
from bot.domain.message import ChannelName, Kind, Message
from bot.responses import load_library, load_mission
from bot.settings import load
from bot.wiring import Preview
from bot.wiring.contents import Contents
from bot.wiring.looking import first_conversation
from tests.content.conftest import ROOT
from tests.content.second import COUNTRY, second_tree

TODAY = date(2026, 11, 29)
FIRST = ROOT / "missions" / "podgorica.toml"
#: What names the first mission's place in any of our languages and scripts (small letters).
PLACES = [
    "podgori", "подгори", "montenegr", "crn[aeiou]\\w* gor", "црн[аеиоу]\\w* гор", "mal(i|it) (i |të )?z[ie]", "черногор", "crnogor",
    "црногор",     "nikši[ćc]", "ulqin|ulcinj", "usembassy", "\\+382", "\\b11[2]\\b", "\\b12[2-4]\\b", "j[ou]hn jackson|džons?a džeksona",
]  # fmt: skip


def second(root: Path, mission: str = "strelsau") -> Preview:
    return Preview.of(load({"DL_MISSION_FILE": str(root / "missions" / f"{mission}.toml")}), root)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return second_tree(tmp_path_factory.mktemp("second"))


def everything(preview: Preview) -> Iterator[tuple[str, str]]:
    """Where it is said, and all that anybody can be told: every answer, label, source and variant in every locale and channel."""
    for locale in preview.house.locales:
        for name in preview.names():
            for channel in ChannelName:
                for shown in preview.shown(name, locale, channel):
                    yield f"{locale} {name} {channel}", "\n".join(piece.words for piece in shown.pieces)
            yield f"{locale} {name} label", preview.house.responses.label(name, locale)
            yield f"{locale} {name} sources", "\n".join(preview.house.responses.sources(name, locale).lines)


def values_of_the_first() -> list[str]:
    """Everything that the first mission's own files hold to be shown: its contacts, and its country's numbers, sites and addresses."""
    mission = load_mission(FIRST)
    library = load_library(ROOT / "responses", mission)
    own = yaml.safe_load((ROOT / "responses/country/ME/resources.yml").read_text("utf-8")).values()
    reached = [way for each in own for key in ("phones", "emails", "links") for way in each.get(key, ()) if "{" not in way]
    named = [each["name"] for each in own if isinstance(each["name"], str)]
    contacts = [contact.value for contact in mission.contacts.values()]
    return [mission.mission["name"], mission.mission["web"], *contacts, *library.country.values(), *reached, *named]


def found(preview: Preview) -> dict[str, str]:
    """What of the first mission somebody is told, and where."""
    patterns = [*PLACES, *(rf"(?<!\w){re.escape(value.lower())}(?!\w)" for value in values_of_the_first())]
    said = list(everything(preview))
    return {pattern: where for pattern in patterns for where, text in said if re.search(pattern, text.lower())}


@pytest.mark.parametrize("mission", ["strelsau", "zenda"])
def test_nothing_of_the_first_mission_is_said_by_another(tree: Path, mission: str) -> None:
    assert found(second(tree, mission)) == {}


def test_control_the_first_mission_says_all_of_that() -> None:
    first = found(Preview.of(load({})))
    assert {"podgori", "montenegr", "crn[aeiou]\\w* gor", "црн[аеиоу]\\w* гор", "черногор", "usembassy", "\\+382", "\\b11[2]\\b"} <= set(
        first
    )
    said = [pattern for pattern in first if pattern not in PLACES]
    assert len(said) > len(values_of_the_first()) // 2


@pytest.mark.parametrize(("mission", "locales"), [("strelsau", ("en", "sq")), ("zenda", ("ru", "en"))])
def test_check_finds_no_fault_in_another_mission(tree: Path, mission: str, locales: tuple[str, ...]) -> None:
    contents = Contents.gated(tree / "missions" / f"{mission}.toml", tree)
    assert contents.mission.languages == locales
    assert content_faults(contents.library, contents.mission, contents.classes, TODAY) == []


def test_its_own_name_numbers_address_and_days_are_said(tree: Path) -> None:
    said = "\n".join(text for _, text in everything(second(tree)))
    for due in ("Strelsau", "955", "956", "957", "+990 11 100", "1 Zenda Road", "defenders@xr.example", "https://xr.example", "11 days"):
        assert due in said, due


def test_times_are_told_in_its_own_zone(tree: Path) -> None:
    moment = datetime.now(UTC).replace(hour=0, minute=5)
    assert "09:05" in second(tree).house.local_time(moment)
    assert "19:05" in second(tree, "zenda").house.local_time(moment)


@pytest.mark.parametrize(
    ("mission", "text", "locale"),
    [
        ("strelsau", "Dobar dan, htio bih da pitam kako mogu da podnesem prijavu", None),
        ("strelsau", "Përshëndetje, dua të di se si mund të bëj një kërkesë", "sq"),
        ("zenda", "Përshëndetje, dua të di se si mund të bëj një kërkesë", None),
        ("zenda", "Здравствуйте, хочу узнать, как можно подать заявление", "ru"),
    ],
)
def test_nobody_is_answered_in_a_language_that_the_mission_does_not_offer(tree: Path, mission: str, text: str, locale: str | None) -> None:
    said = second(tree, mission).house.languages.identify(text)
    assert (said.locale, said.sure) == (locale, True)


def greeted(preview: Preview, text: str, hint: str | None = None) -> str:
    """The locale after somebody's first message."""
    talk = first_conversation()
    message = Message(
        id=MessageId("1"), conversation=talk.id, seq=1, kind=Kind.TEXT, text=text, received_at=datetime.now(UTC), language_hint=hint
    )  # fmt: skip
    return preview.house.in_language(talk, [message]).locale


def test_until_more_is_known_people_are_answered_in_the_missions_first_language(tree: Path) -> None:
    assert greeted(second(tree, "zenda"), "?") == "ru"
    assert greeted(second(tree, "strelsau"), "?") == "en"
    assert greeted(second(tree, "zenda"), "?", "en") == "en"


def test_a_messengers_hint_at_a_language_that_is_not_offered_changes_nothing(tree: Path) -> None:
    assert greeted(second(tree, "strelsau"), "?", "sr") == "en"
    assert greeted(second(tree, "strelsau"), "?", "sq") == "sq"
    assert greeted(Preview.of(load({})), "?", "sr") == "sr_Latn_ME"


def test_control_the_first_mission_knows_that_language() -> None:
    said = Preview.of(load({})).house.languages.identify("Dobar dan, htio bih da pitam kako mogu da podnesem prijavu")
    assert said.locale == "sr_Latn_ME"


PARTS = {
    "an answer that the general texts leave to it": ("en/protest_rules.md", "responses/en: no text for protest_rules"),
    "that answer in the second language": ("sq/rights_if_detained.md", "responses/sq: no text for rights_if_detained"),
}


@pytest.mark.parametrize("part", PARTS)
def test_check_refuses_a_mission_whose_country_lacks_a_part(tmp_path: Path, part: str) -> None:
    root = second_tree(tmp_path)
    file, fault = PARTS[part]
    (root / "responses" / "country" / COUNTRY / file).unlink()
    contents = Contents.read(root / "missions" / "strelsau.toml", root)
    assert fault in content_faults(contents.library, contents.mission, contents.classes, TODAY)


def test_check_refuses_a_country_without_a_number_that_texts_ask_for(tmp_path: Path) -> None:
    root = second_tree(tmp_path)
    numbers = root / "responses" / "country" / COUNTRY / "country.toml"
    numbers.write_text(numbers.read_text("utf-8").replace('ambulance = "957"\n', ""), "utf-8")
    with pytest.raises(RefuseToStart, match=r"unknown placeholder \{country.ambulance\}"):
        Contents.gated(root / "missions" / "strelsau.toml", root)


def test_a_mission_whose_country_has_no_folder_is_refused(tmp_path: Path) -> None:
    root = second_tree(tmp_path)
    (root / "responses" / "country" / COUNTRY).rename(root / "responses" / "country" / "ZZ")
    with pytest.raises(RefuseToStart, match="responses/country/XR: the mission's country has no folder of its own"):
        Contents.gated(root / "missions" / "strelsau.toml", root)
