"""What stands below ``<!-- more -->``: a text of its own, held to what every text is held to."""

import pytest

from bot.dialogue import menu
from bot.responses import PreparedResponses
from tests.content.conftest import Contents

THANKS = "responses/en/thanks.md"
ARREST = "responses/en/arrest_now.md"
MISSION = "missions/podgorica.toml"


def below(contents: Contents, path: str, words: str) -> None:
    """Write a further part below a text."""
    contents.change(path, lambda text: f"{text}\n<!-- more -->\n\n{words}\n")


def test_each_part_is_a_text_and_the_answer_ends_where_the_first_begins(contents: Contents) -> None:
    below(contents, THANKS, "One.")
    below(contents, THANKS, "Two.")
    texts = contents.library().texts
    assert [texts[f"thanks.{place}", "en"].body for place in (1, 2)] == ["One.", "Two."]
    assert "One." not in texts["thanks", "en"].body
    assert ("thanks.3", "en") not in texts


def test_parts_come_in_cyrillic_too(shipped: Contents) -> None:
    assert "braniteljima" in shipped.library().texts["guidelines_about.1", "sr_Latn_ME"].body
    assert "бранитељима" in shipped.library().texts["guidelines_about.1", "sr_Cyrl_ME"].body


def test_a_fault_in_a_part_is_named_by_its_own_line(contents: Contents) -> None:
    below(contents, THANKS, "One {hole}.")
    part = contents.library().texts["thanks.1", "en"]
    lines = (contents.root / THANKS).read_text("utf-8").splitlines()
    assert "{hole}" in lines[part.line_of("{hole}") - 1]


@pytest.mark.parametrize(
    ("path", "words", "said"),
    [
        (THANKS, "We will protect you.", "forbidden promise"),
        (THANKS, "See https://example.org for this.", "names example.org"),
        (THANKS, "The police and the arrest.", "the preview shows"),
        (THANKS, "One {people}.", "unknown placeholder"),
        (THANKS, "", "it has no text"),
        (ARREST, "Something neutral comes first here, for whoever looks at it. Call the police.", "the police are named as help"),
    ],
)
def test_a_part_is_held_to_the_same_rules(contents: Contents, path: str, words: str, said: str) -> None:
    below(contents, path, words)
    assert [fault for fault in contents.faults() if fault.startswith(path) and said in fault]


def test_a_part_that_a_language_lacks_is_found(contents: Contents) -> None:
    contents.change("responses/sq/guidelines_about.md", lambda text: text.partition("<!-- more -->")[0])
    assert "responses/sq/guidelines_about.md: fewer further parts than in en" in contents.faults()


def test_a_source_shows_only_addresses_that_the_mission_allows(contents: Contents) -> None:
    def lines() -> str:
        return "\n".join(PreparedResponses(contents.library(), contents.mission()).sources("hrd_definition", "sq").lines)

    assert "https://zw.usembassy.gov/human-rights-defenders-guidance" in lines()
    contents.replace(MISSION, '"zw.usembassy.gov", ', "")
    assert "US Embassy Zimbabwe" in lines()
    assert "zw.usembassy.gov" not in lines()


@pytest.mark.parametrize("label", sorted(menu.LABELS))
def test_a_word_of_the_menu_that_is_missing_is_found(contents: Contents, label: str) -> None:
    contents.change("responses/sq/labels.toml", lambda text: text.replace(f"\n{label} = ", "\n# "))
    assert f"responses/sq/labels.toml: no label for {label}" in contents.faults()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"Pika e informimit"', '"Ambasada"', "profiles.sq.name shows"),
        ('"Topics"', '"Defenders"', "profiles.en.menu shows"),
    ],
)
def test_a_telling_word_in_any_languages_chat_list_is_found(contents: Contents, old: str, new: str, said: str) -> None:
    contents.replace(MISSION, old, new)
    assert [fault for fault in contents.faults() if fault.startswith(f"{MISSION}: {said}")]


@pytest.mark.parametrize("locale", ["en", "sr_Latn_ME", "sr_Cyrl_ME", "sq", "ru"])
@pytest.mark.parametrize("name", ["source", "menu", "menu_group"])
def test_the_preview_of_a_list_shows_nothing_of_what_is_listed(shipped: Contents, name: str, locale: str) -> None:
    body = shipped.library().texts[name, locale].body
    assert len(" ".join(body.partition("{")[0].split())) >= 60
