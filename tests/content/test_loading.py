"""A file that is not as it should be refuses to start, by its name."""

import pytest

from bot.domain.errors import RefuseToStart
from bot.domain.message import ChannelName
from bot.responses import PreparedResponses
from tests.content.conftest import Contents

#: As the shipped mission file has it.
LANGUAGES = 'languages = ["en", "sr_Latn_ME", "sr_Cyrl_ME", "sq", "ru"]'

THANKS = "responses/en/thanks.md"

REFUSED = {
    "no front matter": (THANKS, "---\n", ""),
    "front matter that is no YAML": (THANKS, "[mission]", "[mission"),
    "another locale than its folder": (THANKS, "locale: en", "locale: ru"),
    "another name than its file": (THANKS, "intent: thanks", "intent: greet"),
    "an intent and a name": (THANKS, "intent: thanks", "intent: thanks\nname: thanks"),
    "a key that nobody knows": (THANKS, "locale: en", "locale: en\nauthor: Ana"),
    "a date that is none": (THANKS, "2026-11-24", "last week"),
    "sources that are no list": (THANKS, "[mission]", "mission"),
    "policy without its limits": ("responses/policy.toml", "[limits]", "[bounds]"),
    "policy that is no TOML": ("responses/policy.toml", "[limits]", "[limits"),
    "sources without titles": ("responses/sources.yml", "title:", "titel:"),
    "a country without its numbers": ("responses/country/ME/country.toml", "[values]", "[numbers]"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_wrong_file_refuses_to_start_and_is_named(contents: Contents, what: str):
    path, old, new = REFUSED[what]
    contents.replace(path, old, new)
    with pytest.raises(RefuseToStart, match=path):
        contents.library()


MISSION = {
    "no TOML": ("country =", "country", "cannot be read"),
    "a missing key": ('timezone = "Europe/Podgorica"\n', "", "missing key timezone"),
    "an unknown key": ("country =", 'motto = "x"\ncountry =', "unknown key motto"),
    "an unknown key in a table": ("text_days =", "weeks = 1\ntext_days =", "unknown key retention.weeks"),
    "a missing key of a contact": ('source = "S4"\n', "", "missing key contacts.email.source"),
    "days that are no number": ("text_days = 30", 'text_days = "30"', "retention.text_days has the wrong type"),
    "days that are a yes": ("text_days = 30", "text_days = true", "retention.text_days has the wrong type"),
    "no days at all": ("text_days = 30", "text_days = 0", "retention.text_days is less than one day"),
    "a policy that is no yes or no": ("require_reviewed = false", 'require_reviewed = "no"', "content.require_reviewed has the wrong type"),
    "no hours": ("[hours]", "[times]", "missing key hours"),
    "a day without hours": ('sunday = "closed"\n', "", "missing key hours.sunday"),
    "hours that end before they begin": ('monday = "08:00-16:30"', 'monday = "16:30-08:00"', "hours.monday: hours end"),
    "an empty name": ('name = "Info desk"', 'name = ""', "profile.name has the wrong type, or is empty"),
    "a profile in no language of the mission": ("[profiles.sq]", "[profiles.mk]", "profiles.mk is none of the languages"),
    "an unknown key of a profile": ("[profiles.sq]", "[profiles.sq]\npicture = 1", "unknown key profiles.sq.picture"),
    "a command that is none": ('menu = "Teme"', '"Menu!" = "Teme"', "profiles.sr_Latn_ME.commands.Menu! is no command"),
    "a command without words": ('menu = "Teme"', 'menu = ""', "profiles.sr_Latn_ME.commands.menu is no command"),
    "no language of officers": ("country =", 'officer_language = "Montenegrin!"\ncountry =', "officer_language is not a locale"),
    "no language": (LANGUAGES, "languages = []", "languages is not a list"),
    "a country that climbs out of its folder": ('country = "ME"', 'country = "../ME"', "country is not a country code"),
    "a website without encryption": ("https://me.usembassy.gov", "http://me.usembassy.gov", "mission.web does not begin"),
    "a contact that hides the mission's name": ("[contacts.email]", "[contacts.name]", "contacts.name has the wrong type, or takes"),
}


@pytest.mark.parametrize("what", MISSION)
def test_a_wrong_mission_file_refuses_to_start_naming_file_and_key(contents: Contents, what: str):
    old, new, said = MISSION[what]
    contents.replace("missions/podgorica.toml", old, new)
    with pytest.raises(RefuseToStart, match=f"podgorica.toml:? {said}".replace("(", r"\(")):
        contents.mission()


def test_a_mission_whose_country_has_no_folder_refuses_to_start(contents: Contents):
    contents.replace("missions/podgorica.toml", 'country = "ME"', 'country = "AL"')
    with pytest.raises(RefuseToStart, match="responses/country/AL"):
        contents.library()


def answers(contents: Contents) -> PreparedResponses:
    return PreparedResponses(contents.library(), contents.mission())


def said(contents: Contents, name: str, locale: str) -> str:
    return answers(contents).pieces(name, locale, ChannelName.SIGNAL, {})[0].text


def test_a_locale_is_added_by_adding_files_and_falls_back_to_english_where_it_has_none(contents: Contents):
    folder = contents.root / "responses" / "de"
    folder.mkdir()
    thanks = (contents.root / THANKS).read_text("utf-8")
    (folder / "thanks.md").write_text(thanks.replace("locale: en", "locale: de").replace("You are welcome", "Gern geschehen"), "utf-8")
    (folder / "labels.toml").write_text('thanks = "danke"\n', "utf-8")
    assert said(contents, "thanks", "de").startswith("Gern geschehen")
    assert said(contents, "goodbye", "de") == said(contents, "goodbye", "en")
    assert answers(contents).label("thanks", "de") == "danke"
    assert answers(contents).label("goodbye", "de") == answers(contents).label("goodbye", "en")


def test_a_file_of_the_country_wins_over_the_general_one(contents: Contents):
    here = said(contents, "exile_repression", "en")
    (contents.root / "responses/country/ME/en/exile_repression.md").unlink()
    assert "Montenegro" in here
    assert "Montenegro" not in said(contents, "exile_repression", "en")


def test_files_written_on_windows_are_read_alike(contents: Contents):
    before = said(contents, "thanks", "en")
    file = contents.root / THANKS
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert said(contents, "thanks", "en") == before
