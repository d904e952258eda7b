"""After an answer: more, its source, another language, an officer; by word everywhere and by button on Telegram."""

import pytest

from bot.dialogue import menu
from bot.domain.message import ChannelName, Kind, Piece
from tests.journeys.house import Home

QUESTION = "who reads what I write here?"
#: In every script: a question, words that stand for more, source, an officer and another language, and what a source begins with.
SCRIPTS = {
    "en": (QUESTION, "more", "Source", "talk to an officer", "This is where"),
    "sr_Latn_ME": ("ko sve čita ovo što ovdje napišem vama", "Više!", "izvor", "razgovor sa službenikom", "Odavde je"),
    "sr_Cyrl_ME": ("ко све чита ово што овдје напишем вама", "више", "Извор", "разговор са службеником", "Одавде је"),
    "sq": ("kush i lexon të gjitha këto që po shkruaj këtu", "më shumë", "Burimi", "bisedë me një zyrtar", "Përgjigjja për të cilën"),
    "ru": ("кто читает всё то, что я здесь пишу вам", "Подробнее", "источник", "поговорить с сотрудником", "Вот откуда"),
}  # fmt: skip
EACH = pytest.mark.parametrize("locale", SCRIPTS)


def last(home: Home, channel: ChannelName = ChannelName.TELEGRAM) -> Piece:
    """What was said last."""
    return home.channels[channel].sent[-1].piece


def pressable(home: Home, label: str) -> str:
    """The meaning of the newest button with these words."""
    for sent in reversed(home.channels[ChannelName.TELEGRAM].sent):
        for button in sent.piece.buttons:
            if button.label == label:
                return button.data
    raise AssertionError(f"no button says {label}")


async def press(home: Home, data: str) -> list[str]:
    """A button is pressed on Telegram."""
    return await home.says(data, kind=Kind.BUTTON, channel=ChannelName.TELEGRAM)


@EACH
async def test_the_words_below_an_answer_do_what_they_say(home: Home, locale: str) -> None:
    question, more, source, officer, begins = SCRIPTS[locale]
    home.nlu.known[question] = "guidelines_about"
    answer = (await home.says(question))[0]
    line = answer.splitlines()[-1].lower()
    assert all(word.strip("!").lower() in line for word in (more, source, officer))
    further = (await home.says(more))[0]
    assert further.splitlines()[0] not in answer
    assert (await home.says(source))[0].startswith(begins)
    queued = (await home.says(officer))[0]
    assert await home.reference() in queued


async def test_a_source_shows_what_the_mission_lets_link_and_when_it_was_looked_at(home: Home) -> None:
    home.nlu.known[QUESTION] = "guidelines_about"
    await home.says(QUESTION)
    (said,) = await home.says("source")
    assert "Human Rights First on the Guidelines (2022-01-13)" in said
    assert "Last reviewed: " in said
    assert "2026" in said


async def test_where_there_is_no_more_it_is_not_offered_and_says_so_when_asked_for(home: Home) -> None:
    home.nlu.known[QUESTION] = "un_declaration"
    answer = (await home.says(QUESTION))[0]
    assert "source" in answer.splitlines()[-1]
    assert "more" not in answer.splitlines()[-1]
    assert "That is all" in (await home.says("more"))[0]


async def test_more_goes_on_where_it_stopped_and_begins_anew_with_the_next_answer(home: Home) -> None:
    home.nlu.known |= {QUESTION: "guidelines_about", "and who is a defender then?": "hrd_definition"}
    await home.says(QUESTION)
    first = await home.says("more")
    assert "That is all" in (await home.says("more"))[0]
    await home.says("and who is a defender then?")
    assert (await home.says("more")) != first


async def test_before_any_answer_more_and_source_show_the_menu(home: Home) -> None:
    assert "30 the Guidelines" in (await home.says("more"))[0]
    assert "30 the Guidelines" in (await home.says("source", sender="7"))[0]


async def test_on_telegram_the_choices_are_buttons_and_the_text_has_no_line_of_them(home: Home) -> None:
    home.nlu.known[QUESTION] = "guidelines_about"
    said = await home.says(QUESTION, channel=ChannelName.TELEGRAM)
    assert "You can also write" not in said[0]
    answer = home.channels[ChannelName.TELEGRAM].sent[0].piece
    assert [button.data for button in answer.buttons] == ["more:guidelines_about:1", "source:guidelines_about", "language", "human"]
    assert (await press(home, pressable(home, "Source")))[0].startswith("This is where")
    queued = (await press(home, "human"))[0]
    assert await home.reference() in queued


async def test_an_old_button_means_its_own_answer_and_not_the_last_one(home: Home) -> None:
    home.nlu.known |= {QUESTION: "guidelines_about", "and who is a defender then?": "hrd_definition"}
    await home.says(QUESTION, channel=ChannelName.TELEGRAM)
    old = pressable(home, "More")
    await home.says("and who is a defender then?", channel=ChannelName.TELEGRAM)
    newer = await press(home, pressable(home, "More"))
    await home.sleeps(hours=30)
    assert (await press(home, old))[0] != newer[0]
    assert last(home).buttons[0].data == "source:guidelines_about"


@pytest.mark.parametrize(
    "data",
    [
        "",
        "x" * 64,
        "topic:",
        "topic:no_such_thing",
        "locale:tlh",
        "offer:arrest_now",
        "offer:x",
        "left:x",
        "\x00",
        "group:😀",
        "{people}",
        "🆘",
    ],
)
async def test_a_button_of_something_else_is_counted_and_does_no_harm(home: Home, data: str) -> None:
    said = await press(home, data)
    assert (await home.counted())["button_unknown"] == 1
    assert "30 the Guidelines" in said[0], "the menu, which begins with danger"
    async with home.house.store.begin() as tx:
        assert await tx.handoffs.queue() == []


@pytest.mark.parametrize("data", ["more:no_such_answer", "source:no_such_answer", "more:guidelines_about:9", "group:no_such_group"])
async def test_a_button_about_what_there_is_not_gets_an_answer_and_breaks_nothing(home: Home, data: str) -> None:
    assert len(await press(home, data)) == 1
    home.nlu.known[QUESTION] = "confidentiality"
    assert "A program reads" in (await home.says(QUESTION, channel=ChannelName.TELEGRAM))[0]


async def test_a_button_of_something_else_is_silent_beside_an_officer_and_while_the_danger_question_waits(home: Home) -> None:
    home.nlu.known["odd men near the shop i think"] = "unsure"
    await home.says("odd men near the shop i think", channel=ChannelName.TELEGRAM)
    assert await press(home, "nonsense") == []
    assert (await home.counted())["button_unknown"] == 1


async def test_an_emergency_reply_has_no_menu(home: Home) -> None:
    await home.says("they are breaking the door", channel=ChannelName.TELEGRAM)
    assert last(home).buttons == ()
    assert "You can also write" not in (await home.says("they are breaking the door", sender="7"))[0]


async def test_a_question_inside_an_emergency_is_answered_without_a_menu(home: Home) -> None:
    await home.says("they are breaking the door")
    home.nlu.known[QUESTION] = "confidentiality"
    assert "You can also write" not in (await home.says(QUESTION))[0]


async def test_every_button_that_can_be_offered_fits_and_is_understood(home: Home) -> None:
    for name in [*home.house.classes, "death_threat_authority"]:
        for what in ("more", "source", "topic", "offer", "left"):
            assert len(f"{what}:{name}:9".encode()) <= 64
    for number, (group, topics) in menu.GROUPS.items():
        assert set(topics) <= home.house.classes.keys()
        assert len(topics) < 10, f"{number}: the numbers of {group} run into those of the next group"
