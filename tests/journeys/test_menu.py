"""The menu: by number, by word and by button, and never in the way of danger."""

from datetime import UTC

import pytest

from bot.dialogue import menu
from bot.dialogue.languagewords import locale_named
from bot.dialogue.words import answer_word, bare_command
from bot.domain.handoff import HandoffClass
from bot.domain.message import ChannelName, Kind
from bot.locales import Locales
from bot.locales.names import BUTTONS, OWN_NAME
from bot.responses import load_library, load_mission
from bot.usecases import handoff
from tests.journeys.house import ROOT, Home
from tests.journeys.test_after_answers import press, pressable

MENUS = {"en": "menu", "sr_Latn_ME": "meni", "sr_Cyrl_ME": "мени", "sq": "menyja", "ru": "меню"}


@pytest.mark.parametrize("locale", MENUS)
async def test_the_menu_comes_in_every_script_with_danger_first(home: Home, locale: str) -> None:
    words = {"sr_Latn_ME": "latinica", "sr_Cyrl_ME": "ћирилица", "sq": "shqip", "ru": "по-русски", "en": "english"}
    await home.says(words[locale])
    (said,) = await home.says(MENUS[locale])
    choices = [line for line in said.splitlines() if line[:1].isdecimal()]
    assert [line.split()[0] for line in choices] == ["1", "30", "40", "50", "60", "70", "80"]
    assert choices[0].removeprefix("1 ") == home.house.responses.label("menu_danger", locale)


async def test_a_number_leads_to_its_group_and_on_to_its_answer(home: Home) -> None:
    await home.says("/menu")
    assert "34 who counts as a defender" in (await home.says("30"))[0]
    answer = (await home.says("34."))[0]
    assert home.house.responses.pieces("hrd_definition", "en", ChannelName.SIGNAL, {})[0].text in answer


async def test_words_of_the_menu_do_what_its_numbers_do(home: Home) -> None:
    assert "34 who counts as a defender" in (await home.says("The Guidelines and who is a defender"))[0]
    by_words = (await home.says("who counts as a defender"))[0]
    assert by_words == (await home.says("34"))[0]
    assert home.nlu.asked == [], "nobody had to guess"


async def test_buttons_do_what_the_numbers_do(home: Home) -> None:
    await home.says("/menu", channel=ChannelName.TELEGRAM)
    await press(home, pressable(home, "the Guidelines and who is a defender"))
    by_button = (await press(home, pressable(home, "who counts as a defender")))[0]
    assert by_button == (await home.says("34", channel=ChannelName.TELEGRAM))[0]


async def test_a_topic_with_an_offer_offers_from_the_menu_too(home: Home) -> None:
    await home.says("/menu")
    assert "Shall I pass this" in (await home.says("61"))[1]
    said = (await home.says("yes please"))[0]
    assert await home.reference() in said


@pytest.mark.parametrize("words", ["1", "somebody is in danger", "кто-то в опасности"])
async def test_the_first_choice_rings(home: Home, words: str) -> None:
    await home.enrols()
    await home.says("/menu")
    said = await home.says(words)
    assert "1" in said[0]
    assert "E1" in home.alerts()[-1]


async def test_the_first_button_rings(home: Home) -> None:
    await home.enrols()
    await home.says("/menu", channel=ChannelName.TELEGRAM)
    await press(home, pressable(home, "somebody is in danger"))
    assert "E1" in home.alerts()[-1]


async def test_without_a_menu_a_number_is_as_odd_as_any_other(home: Home) -> None:
    assert "write 1" in (await home.says("34"))[0]
    await home.says("/menu", sender="7")
    await home.sleeps(hours=25)
    assert "write 1" in (await home.says("34", sender="7"))[0]


async def test_while_the_danger_question_waits_1_and_2_answer_it_and_topics_keep_their_numbers(home: Home) -> None:
    home.nlu.known["odd men near the shop i think"] = "unsure"
    await home.says("/menu")
    await home.says("odd men near the shop i think")
    assert {1, 2} & {menu.number_of(topic) for topic in home.house.classes} == set()
    assert "Shall I pass" in (await home.says("2"))[1]
    await home.says("odd men near the shop i think, still", sender="7")
    await home.says("/menu", sender="7")
    assert "defend" in (await home.says("34", sender="7"))[0]


async def test_in_an_emergency_a_number_names_no_topic(home: Home) -> None:
    await home.says("/menu")
    await home.says("help, somebody is in danger")
    assert all("defend" not in line for line in await home.says("34"))


async def test_beside_an_officer_words_and_numbers_are_for_the_officer(home: Home) -> None:
    ana = await home.enrols()
    await home.says("/menu")
    await home.says("/human")
    await handoff.claim(home.house, ana, await home.reference())
    await home.settles()
    for words in ("34", "more", "menu", "source", "english"):
        assert await home.says(words) == []
    assert len(await home.says("/menu")) == 1, "control: a command is answered"


async def test_an_emergency_that_comes_with_a_number_is_not_swallowed_by_it(home: Home) -> None:
    await home.enrols()
    await home.says("/menu")
    await home.writes("34")
    said = await home.says("they are breaking the door")
    assert len(said) == 1
    assert "E1" in home.alerts()[-1]


async def test_a_bare_cry_leads_to_the_danger_question_and_never_to_the_menu(home: Home) -> None:
    await home.says("/menu")
    await home.writes("34")
    assert "write 1" in (await home.says("help me"))[0]


def test_no_words_of_the_menu_mean_two_things() -> None:
    labels = load_library(ROOT / "responses", load_mission(ROOT / "missions" / "podgorica.toml")).labels
    wanted = {topic for topic in labels["en"] if menu.number_of(topic) or topic.startswith("menu_")}
    for locale, words in labels.items():
        named = [words[name].casefold() for name in wanted]
        assert len(set(named)) == len(named), locale


async def test_a_topic_pressed_that_is_an_emergency_rings(home: Home) -> None:
    await home.enrols()
    await home.says("topic:arrest_now", kind=Kind.BUTTON, channel=ChannelName.TELEGRAM)
    async with home.house.store.begin() as tx:
        (line,) = await tx.handoffs.queue()
    assert line.cls is HandoffClass.E1


@pytest.mark.parametrize("locale", MENUS)
def test_every_word_on_a_button_counts_when_it_is_typed(locale: str) -> None:
    words = Locales.load(ROOT / "locales", UTC).words(locale)
    known = {name: bare_command(words.named(BUTTONS, name) or "") for name in ("more", "source", "language", "officer")}
    assert known == {"more": "more", "source": "source", "language": "language", "officer": "human"}
    assert [answer_word(words.named(BUTTONS, name) or "") for name in ("yes", "no")] == ["yes", "no"]
    assert bare_command(MENUS[locale]) == "menu"
    assert locale_named(words.pgettext(*OWN_NAME)) == locale
