"""Languages: found, told once, chosen by word, command and button, remembered, and the last thing said again."""

from dataclasses import replace

import pytest

from bot.domain.message import ChannelName, Kind
from tests.journeys.house import Home
from tests.journeys.test_after_answers import press, pressable

LONG = {
    "sr_Latn_ME": "zanima me ko sve čita ovo što pišem",
    "sr_Cyrl_ME": "занима ме ко све чита ово што пишем",
    "sq": "dua të di kush i lexon këto mesazhe",
    "ru": "я хочу знать, кто читает эти сообщения",
}
#: What stands in an answer of each language, and nowhere else.
SIGNS = {"en": "A program reads", "sr_Latn_ME": "Ovo prvo čita", "sr_Cyrl_ME": "Ово прво чита", "sq": "Këtë e lexon", "ru": "Сначала это"}
TOLD = {
    "en": "I now write in English",
    "sr_Latn_ME": "Od sada pišem na crnogorskom",
    "sr_Cyrl_ME": "Од сада пишем на црногорском",
    "sq": "Tani shkruaj shqip",
    "ru": "Теперь я пишу по-русски",
}
NAMES = [
    ("english", "en"), ("Engleski!", "en"), ("по-английски", "en"), ("/language en", "en"), ("shqip", "sq"), ("Albanski", "sq"),
    ("/language sq", "sq"), ("/language shqip", "sq"), ("ćirilica", "sr_Cyrl_ME"), ("ћирилица", "sr_Cyrl_ME"),
    ("cirilica", "sr_Cyrl_ME"), ("српски", "sr_Cyrl_ME"), ("latinica", "sr_Latn_ME"), ("crnogorski", "sr_Latn_ME"),
    ("srpski", "sr_Latn_ME"), ("bosanski", "sr_Latn_ME"), ("hrvatski", "sr_Latn_ME"), ("/language cnr", "sr_Latn_ME"),
    ("/language sr_Cyrl_ME", "sr_Cyrl_ME"), ("по-русски", "ru"), ("po-russki", "ru"), ("Русский", "ru"), ("ruski", "ru"),
    ("/language RU", "ru"), ("/language@desk_bot ru", "ru"),
]  # fmt: skip


async def asks(home: Home, text: str = "who reads what I write here?", **more: object) -> list[str]:
    """A question about who reads this."""
    home.nlu.known[text] = "confidentiality"
    return await home.says(text, **more)


@pytest.mark.parametrize("locale", LONG)
async def test_the_first_sure_switch_is_told_once_in_the_new_language(home: Home, locale: str) -> None:
    said = await asks(home, LONG[locale])
    assert said[-1].startswith(TOLD[locale])
    assert "/language" in said[-1]
    assert all(TOLD[locale] not in line for line in await asks(home, LONG[locale]))


async def test_who_writes_in_the_language_that_is_spoken_is_told_nothing(home: Home) -> None:
    said = await asks(home)
    assert all("I now write" not in line for line in said)


async def test_a_switch_in_an_emergency_is_told_later(home: Home) -> None:
    said = await home.says("policija mi upravo razbija vrata i hoće da me uhapsi, pomozite")
    assert len(said) == 1
    home.nlu.known["hvala vam, a ko sve ovo čita poslije mene"] = "confidentiality"
    assert (await home.says("hvala vam, a ko sve ovo čita poslije mene"))[-1].startswith(TOLD["sr_Latn_ME"])


@pytest.mark.parametrize(("words", "locale"), NAMES)
async def test_a_language_is_chosen_by_its_name_and_the_last_answer_comes_again_in_it(home: Home, words: str, locale: str) -> None:
    await asks(home, LONG["ru"] if locale == "en" else "who reads what I write here?")
    said = await home.says(words)
    assert said[0].startswith(TOLD[locale])
    assert home.house.responses.pieces("confidentiality", locale, ChannelName.SIGNAL, {})[0].text in said[1]
    assert len(said) == 2
    assert (await home.says("/about"))[0] == home.house.responses.pieces("about", locale, ChannelName.SIGNAL, {})[0].text


@pytest.mark.parametrize("words", ["ne govorim albanski dobro", "is english ok for you or not", "/language klingon", "ru", "me"])
async def test_other_words_choose_nothing(home: Home, words: str) -> None:
    await home.says(words)
    async with home.house.store.begin() as tx:
        claimed = home.channels[ChannelName.SIGNAL].sent[-1].conversation
        assert claimed is not None
        assert (await tx.conversations.lock(claimed)).memory.locale_by != "chose"


@pytest.mark.parametrize("words", ["/language", "gjuha", "jezik", "язык", "other language", "drugi jezik", "gjuhë tjetër", "другой язык"])
async def test_asked_for_languages_are_listed_each_in_its_own_words(home: Home, words: str) -> None:
    names = ["English", "crnogorski", "црногорски", "shqip", "русский"]
    home.house = replace(home.house, locales=("en", "sr_Latn_ME", "sr_Cyrl_ME", "sq", "ru"))
    (said,) = await home.says(words)
    assert " · ".join(names) in said
    (piece,) = (sent.piece for sent in home.channels[ChannelName.SIGNAL].sent)
    assert piece.buttons == ()


async def test_on_telegram_a_language_is_one_press_away(home: Home) -> None:
    await asks(home, channel=ChannelName.TELEGRAM)
    await press(home, pressable(home, "Other language"))
    said = await press(home, pressable(home, "English"))
    assert said[0].startswith(TOLD["en"])
    assert SIGNS["en"] in said[1]


async def test_what_was_chosen_stays_until_two_sure_texts_are_in_another_language(home: Home) -> None:
    await home.says("shqip")
    assert "program" in (await asks(home))[0]
    await home.says("по-русски")
    home.nlu.known["and can you tell me what the guidelines are about"] = "confidentiality"
    assert (await home.says("and can you tell me what the guidelines are about"))[0].startswith(
        home.house.responses.pieces("confidentiality", "ru", ChannelName.SIGNAL, {})[0].text[:30]
    )
    assert (await asks(home, "and who is going to read all of this later"))[0].startswith("A program")


async def test_the_danger_question_comes_again_in_the_language_that_was_chosen_and_1_still_rings(home: Home) -> None:
    await home.enrols()
    home.nlu.known["odd men near the shop i think"] = "unsure"
    await home.says("odd men near the shop i think")
    said = await home.says("shqip")
    assert home.house.responses.pieces("danger_question", "sq", ChannelName.SIGNAL, {})[0].text in said[1]
    await home.says("1")
    assert "E1" in home.alerts()[-1]


async def test_an_emergency_reply_comes_again_in_the_language_that_was_chosen(home: Home) -> None:
    await home.says("they are breaking the door")
    said = await home.says("по-русски")
    assert [sent.name for sent in home.channels[ChannelName.SIGNAL].sent][-2:] == ["language_set", "attack_now"]
    assert any("а" <= sign <= "я" for sign in said[1])


async def test_an_offer_comes_again_and_yes_in_the_new_language_takes_it(home: Home) -> None:
    home.nlu.known["somebody follows me every day after work"] = "surveillance"
    await home.says("somebody follows me every day after work")
    said = await home.says("shqip")
    assert len(said) == 3
    taken = (await home.says("po"))[0]
    assert await home.reference() in taken


async def test_a_language_that_came_with_a_question_is_the_answers(home: Home) -> None:
    home.nlu.known["who reads what I write here?"] = "confidentiality"
    await home.writes("shqip")
    said = await home.says("who reads what I write here?")
    assert home.house.responses.pieces("confidentiality", "sq", ChannelName.SIGNAL, {})[0].text in said[0]
    assert said[-1].startswith(TOLD["sq"])


async def test_a_language_is_forgotten_with_everything_else(home: Home) -> None:
    await home.says("shqip")
    await home.says("/forget")
    assert (await asks(home))[0].startswith("A program")


@pytest.mark.parametrize("hint", ["cnr", "sr-Latn", "hr", "bs", "sh", "me"])
async def test_the_phones_language_is_only_a_hint(home: Home, hint: str) -> None:
    assert (await home.says("/about", language_hint=hint))[0] == home.house.responses.pieces("about", "sr_Latn_ME", ChannelName.SIGNAL, {})[
        0
    ].text
    said = await asks(home, "and can you tell me who reads all of this here", language_hint=hint)
    assert said[0].startswith("A program")


async def test_a_pressed_button_says_nothing_about_a_language(home: Home) -> None:
    await home.says("по-русски", channel=ChannelName.TELEGRAM)
    for _ in range(3):
        await home.says("topic:request_trial_observation", kind=Kind.BUTTON, channel=ChannelName.TELEGRAM)
    sent = home.channels[ChannelName.TELEGRAM].sent[-1].piece.text
    assert any("а" <= sign <= "я" for sign in sent)
