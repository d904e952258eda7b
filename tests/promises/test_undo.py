"""Words from the desk can be taken back for some seconds; then nobody has answered, and the case is not held for ever."""

import asyncio

import pytest

from bot.dialogue.truth import refuses_first_words
from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.handoff import Handoff, State
from bot.ports import Officer, Transaction
from bot.usecases import deliver, forget, handoff
from bot.usecases.takeback import WAIT, take_back
from tests.journeys.house import Home
from tests.promises.case import CRY, found, rings, to_phone

ASKED = "could somebody look at my case"
WORDS = "Come to the back door at seven."


@pytest.fixture
async def held(home: Home) -> tuple[Officer, str]:
    """Somebody asked for a person; Ana has the case, and has not answered."""
    ana = await home.enrols()
    await home.says("/human")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await home.settles()
    await handoff.reply(home.house, ana, reference, "Good evening.")
    await home.settles()
    await home.says(ASKED)
    return ana, reference


async def queued(home: Home, ana: Officer, reference: str, text: str = WORDS) -> str:
    """Words from the desk, and which row they are."""
    home.clock.move(seconds=1)
    await handoff.reply(home.house, ana, reference, text, WAIT)
    return next(line.id for line in reversed((await handoff.show(home.house, ana, reference)).spoken) if line.who == "officer")


async def talk(home: Home, reference: str) -> Conversation:
    case = await found(home, reference)
    async with home.house.store.begin() as tx:
        return await tx.conversations.lock(case.conversation)


async def states(home: Home, ana: Officer, reference: str) -> dict[str, str]:
    return {line.text: line.state for line in (await handoff.show(home.house, ana, reference)).spoken if line.who == "officer"}


async def test_words_from_the_desk_wait_five_seconds_and_then_go(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    await queued(home, ana, reference)
    home.clock.move(seconds=4.9)
    await home.settles()
    assert await states(home, ana, reference) == {"Good evening.": "sent", WORDS: "waiting"}
    home.clock.move(seconds=0.1)
    await home.settles()
    assert to_phone(home, "42")[-1] == "officer_reply"
    assert (await states(home, ana, reference))[WORDS] == "sent"


async def test_words_from_elsewhere_go_at_once(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    await handoff.reply(home.house, ana, reference, WORDS)
    await home.settles()
    assert (await states(home, ana, reference))[WORDS] == "sent"


async def test_what_was_taken_back_never_arrives_and_comes_back_as_it_was_written(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    long = WORDS * 300
    row = await queued(home, ana, reference, long)
    assert await take_back(home.house, ana, reference, row) == long
    before = len(to_phone(home, "42"))
    await home.passes(minutes=1)
    assert len(to_phone(home, "42")) == before
    cut = {line.state for line in (await handoff.show(home.house, ana, reference)).spoken if line.text and line.text in long}
    assert cut == {"taken_back"}, "every piece"


async def overslept(home: Home, reference: str) -> list[str]:
    """What is wrong six minutes after words were taken back and nothing else was written."""
    before = len(home.alerts())
    await home.passes(minutes=6)
    handoff = await found(home, reference)
    faults = ["it is held for ever"] if handoff.state is State.CLAIMED else []
    return faults if len(home.alerts()) > before else [*faults, "nobody is told"]


async def test_after_words_were_taken_back_an_answer_is_owed_again_and_the_claim_ends_without_one(
    home: Home, held: tuple[Officer, str]
) -> None:
    ana, reference = held
    await take_back(home.house, ana, reference, await queued(home, ana, reference))
    assert await overslept(home, reference) == []


async def test_control_taking_back_the_row_alone_leaves_a_case_that_looks_answered(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    row = await queued(home, ana, reference)

    async def naive(tx: Transaction, conversation: Conversation, case: Handoff) -> Handoff:
        assert await tx.outbox.take_back(conversation.id, row, conversation.last_message_at or home.clock.now()) == WORDS
        return case

    await handoff.carry_out(home.house, ana, reference, "undone", naive)
    assert await overslept(home, reference) == ["it is held for ever", "nobody is told"]


async def test_the_clock_stood_still_while_the_words_waited(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    home.clock.move(minutes=2)
    row = await queued(home, ana, reference)
    home.clock.move(seconds=3)
    await take_back(home.house, ana, reference, row)
    until = (await found(home, reference)).claim_until
    assert until is not None
    assert 175 <= (until - home.clock.now()).total_seconds() <= 180


async def test_other_words_that_stand_have_answered_and_the_first_of_two_may_go_back(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    first, second = await queued(home, ana, reference), await queued(home, ana, reference, "Or at eight.")
    await take_back(home.house, ana, reference, first)
    assert (await found(home, reference)).claim_until is None
    await take_back(home.house, ana, reference, second)
    assert (await found(home, reference)).claim_until is not None
    wrote = (await talk(home, reference)).memory.officer_wrote_at
    assert wrote is not None
    assert wrote < ((await talk(home, reference)).last_message_at or wrote), "when an officer wrote last is true again"


async def test_an_emergency_inside_the_claim_is_unanswered_again_and_rings(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    await home.says(CRY)
    await take_back(home.house, ana, reference, await queued(home, ana, reference))
    before = rings(home)
    await home.passes(minutes=2, seconds=30)
    case = await found(home, reference)
    assert (case.state, case.front, case.is_emergency) == (State.WAITING, True, True)
    assert rings(home) > before


async def test_a_question_of_the_programs_is_open_again(home: Home) -> None:
    ana = await home.enrols()
    home.nlu.known["there is something"] = "unsure"
    await home.says("there is something")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await home.settles()
    await take_back(home.house, ana, reference, await queued(home, ana, reference))
    await home.says("1")
    assert (await found(home, reference)).is_emergency, "the yes answers the program: the officer has said nothing"


async def test_control_a_yes_after_an_officers_words_answers_the_officer(home: Home) -> None:
    ana = await home.enrols()
    home.nlu.known["there is something"] = "unsure"
    await home.says("there is something")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await home.settles()
    await queued(home, ana, reference)
    await home.says("1")
    assert not (await found(home, reference)).is_emergency


async def test_what_was_taken_back_were_no_first_words(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    marked = await talk(home, reference)
    async with home.house.store.begin() as tx:
        await tx.conversations.save(marked.__class__(**{**vars(marked), "do_not_write_first": True}))
        await tx.commit()
    row = await queued(home, ana, reference)
    home.clock.move(minutes=11)
    assert refuses_first_words(await talk(home, reference), home.clock.now())
    await take_back(home.house, ana, reference, row)
    assert not refuses_first_words(await talk(home, reference), home.clock.now()), "the person still waits for an answer"


async def test_what_a_courier_has_had_cannot_be_taken_back(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    row = await queued(home, ana, reference, WORDS * 300)
    home.clock.move(seconds=5)
    taken = await deliver.take(home.house)
    assert taken is not None
    with pytest.raises(Refused, match="gone"):
        await take_back(home.house, ana, reference, row)
    await deliver.deliver(home.house, home.channels, taken)
    await home.settles()
    assert set((await states(home, ana, reference)).values()) == {"sent"}, "all of it has gone, not a part"


async def test_of_a_courier_and_an_officer_at_one_moment_one_has_the_words(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    for number in range(8):
        text = f"{WORDS} ({number})"
        row = await queued(home, ana, reference, text)
        home.clock.move(seconds=5)
        back, taken = await asyncio.gather(take_back(home.house, ana, reference, row), deliver.take(home.house), return_exceptions=True)
        assert isinstance(back, Refused) is not (taken is None)
        if taken is not None and not isinstance(taken, BaseException):
            await deliver.deliver(home.house, home.channels, taken)
        assert (await states(home, ana, reference))[text] == ("sent" if taken else "taken_back")


@pytest.mark.parametrize("act", ["close", "give_back", "nothing"])
async def test_whatever_becomes_of_the_case_the_words_go_and_in_their_order(home: Home, held: tuple[Officer, str], act: str) -> None:
    ana, reference = held
    row = await queued(home, ana, reference)
    if act != "nothing":
        await getattr(handoff, act)(home.house, ana, reference)
        with pytest.raises(Refused):
            await take_back(home.house, ana, reference, row)
    await home.settles()
    before = len(to_phone(home, "42"))
    home.clock.move(seconds=5)
    await home.settles()
    told = {"close": ["officer_closed"], "give_back": ["officer_returned"], "nothing": []}[act]
    assert to_phone(home, "42")[before:] == ["officer_reply", *told]


async def test_another_holder_takes_nobody_elses_words_back(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    ben = await home.enrols("Ben", sender="901")
    row = await queued(home, ana, reference)
    await handoff.give_back(home.house, ana, reference)
    home.clock.move(seconds=1)
    await handoff.claim(home.house, ben, reference)
    with pytest.raises(Refused, match="gone"):
        await take_back(home.house, ben, reference, row)


async def test_words_that_waited_when_the_program_died_go_out_after_its_start(home: Home, held: tuple[Officer, str]) -> None:
    ana, reference = held
    await queued(home, ana, reference)
    again = Home(home.house.store, home.clock)  # type: ignore[arg-type]  # an SqlStore
    async with again.house.store.begin() as tx:
        await tx.inbox.release_all()
        await tx.commit()
    again.clock.move(minutes=3)
    await again.settles()
    assert to_phone(again, "42") == ["officer_reply"]


@pytest.mark.parametrize("way", ["overtaken", "gone", "control"])
async def test_words_that_a_wish_to_be_forgotten_overtakes_are_owed_again_in_an_emergency(
    home: Home, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Whoever has the phone asks for erasure while an officer's answer still waits: nobody has answered, and nobody would be rung."""
    if way == "control":
        monkeypatch.setattr(forget, "_due_again", lambda case, _: case)
    ana = await home.enrols()
    await home.enrols("Bo", sender="901")
    await home.says(CRY)
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await queued(home, ana, reference)
    assert (await found(home, reference)).claim_until is None
    if way == "gone":
        await home.passes(seconds=10)
    before = rings(home, "901")
    await home.says("/forget")
    await home.passes(minutes=6)
    assert to_phone(home, "42").count("officer_reply") == (way == "gone")
    case = await found(home, reference)
    assert (case.state, case.holder) == ((State.WAITING, None) if way == "overtaken" else (State.CLAIMED, ana.id))
    assert rings(home, "901") == before + (way == "overtaken")
