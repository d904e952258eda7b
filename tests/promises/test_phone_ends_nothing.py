"""Nothing sent from the phone ends an open emergency: whoever holds the phone now, it stays open and goes on ringing."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.domain.handoff import State
from bot.domain.message import ChannelName, Kind
from bot.storage.erasing import ERASED
from bot.storage.tables import inbox
from bot.usecases import handoff
from tests.journeys.house import Home
from tests.promises.case import CRY, SENDER, Stored, ended, found, rings, stored, sweep, to_phone

OVER = "it is nothing, sorry, false alarm"
#: What a phone can send, in whoever's hands it is.
ACTS: dict[str, dict[str, object]] = {
    "forget": {"text": "/forget"},
    "forget me": {"text": "forget me"},
    "false alarm": {"text": OVER},
    "no": {"text": "no"},
    "two": {"text": "2"},
    "a button": {"text": "2", "kind": Kind.BUTTON},
    "stop": {"text": "/stop"},
    "start": {"text": "/start"},
    "thanks": {"text": "thank you, goodbye"},
    "deletion": {"text": "", "kind": Kind.DELETION, "target": "the cry"},
    "edit": {"text": "we are having a party", "kind": Kind.EDIT, "target": "the cry"},
    "blocked": {"text": "", "kind": Kind.BLOCKED},
    "another phone": {"text": "hello", "key_changed": True},
}


async def _cries(home: Home, **more: object) -> str:
    """An emergency rings; its reference."""
    home.nlu.known |= {OVER: "false_alarm", "thank you, goodbye": "goodbye"}
    await home.enrols()
    await home.enrols("Ben", sender="901")
    await home.says(CRY, sender=SENDER, key="the cry", **more)
    return await home.reference()


async def _does(home: Home, act: str) -> None:
    values = dict(ACTS[act])
    await home.says(str(values.pop("text")), sender=SENDER, **values)


@pytest.mark.parametrize("act", ACTS)
async def test_nothing_from_the_phone_ends_an_open_emergency(home: Home, act: str) -> None:
    reference = await _cries(home)
    await _does(home, act)
    await sweep(home)
    assert await ended(home, reference) == []
    await home.says(f"ack {reference}", sender="900")
    before = rings(home)
    await home.passes(minutes=3)
    assert rings(home) == before, "a person has heard it"
    assert (await found(home, reference)).is_open


async def test_all_of_it_together_ends_nothing_either(home: Home) -> None:
    reference = await _cries(home)
    for act in ACTS:
        await _does(home, act)
    await sweep(home)
    assert await ended(home, reference) == []


async def test_an_expired_message_ends_nothing_and_stays_sealed_for_the_claimant(home: Home) -> None:
    reference = await _cries(home, expires_in=30)
    await home.passes(minutes=1)
    await sweep(home)
    assert await ended(home, reference) == []
    assert (await stored(home)).texts == 1
    assert await _read(home, "Ana", reference, claim=True) == [CRY]


async def test_control_a_house_that_takes_the_phones_word_ends_it(home: Home) -> None:
    reference = await _cries(home)
    async with home.house.store.begin() as tx:
        held = await tx.handoffs.find(reference)
        assert held is not None
        await tx.handoffs.save(replace(held, state=State.CLOSED, closed_at=home.clock.now(), next_ring_at=None))
        await tx.commit()
    assert await ended(home, reference) == ["it is closed, E1", "it does not ring"]


async def test_control_a_house_that_stops_ringing_at_the_phones_word_is_found_too(home: Home) -> None:
    reference = await _cries(home)
    async with home.house.store.begin() as tx:
        held = await tx.handoffs.find(reference)
        assert held is not None
        await tx.handoffs.save(replace(held, next_ring_at=None, phone_says_over=True))
        await tx.commit()
    assert await ended(home, reference) == ["it does not ring"]


async def test_false_alarm_stops_the_ringing_only_once_a_person_has_acknowledged_and_is_shown_as_not_proven(home: Home) -> None:
    reference = await _cries(home)
    await _does(home, "false alarm")
    assert await ended(home, reference) == []
    await home.says(f"ack {reference}", sender="900")
    before = rings(home)
    await home.passes(minutes=15)
    assert rings(home) == before, "acknowledged, and the phone says that it is over"
    handoff_ = await found(home, reference)
    assert (handoff_.is_open, handoff_.phone_says_over) == (True, True)


async def _read(home: Home, name: str, reference: str, *, claim: bool = False) -> list[str]:
    """The defender's lines as that officer reads them."""
    async with home.house.store.begin() as tx:
        officer = await tx.officers.by_name(name)
    assert officer is not None
    if claim:
        await handoff.claim(home.house, officer, reference)
    opened = await handoff.show(home.house, officer, reference)
    return [line.text for line in opened.spoken if line.who == "defender" and line.text]


async def _close(home: Home, reference: str) -> None:
    async with home.house.store.begin() as tx:
        ana = await tx.officers.by_name("Ana")
    assert ana is not None
    if (await found(home, reference)).state is not State.CLAIMED:
        await handoff.claim(home.house, ana, reference)
    await handoff.close(home.house, ana, reference)
    await home.settles()
    home.clock.move(seconds=1)
    await sweep(home)


@pytest.mark.parametrize("act", ["deletion", "expiry"])
async def test_what_the_phone_deletes_is_hidden_kept_for_the_claimant_and_gone_after_closing(home: Home, act: str) -> None:
    reference = await _cries(home, expires_in=30 if act == "expiry" else 0)
    if act == "deletion":
        await _does(home, act)
    await home.passes(minutes=1)
    await sweep(home)
    assert await _read(home, "Ben", reference) == [], "hidden from who does not hold the case"
    assert await _read(home, "Ana", reference, claim=True) == [CRY]
    assert (await stored(home)).texts >= 1
    await _close(home, reference)
    assert [line for line in [await stored(home)] if line.texts > (1 if act == "deletion" else 0)] == []


async def test_control_erasing_at_once_takes_the_cry_from_the_claimant(home: Home) -> None:
    reference = await _cries(home)
    async with home.house.store.begin() as tx:
        await tx._work.run(update(inbox).values(**ERASED))  # type: ignore[attr-defined]  # an SqlTransaction
        await tx.commit()
    assert await _read(home, "Ana", reference, claim=True) != [CRY]


async def test_forget_erases_the_words_at_once_and_leaves_a_shell_until_an_officer_closes_it(home: Home) -> None:
    reference = await _cries(home)
    sent = len(home.channels[ChannelName.SIGNAL].sent)
    await _does(home, "forget")
    assert to_phone(home, SENDER, sent) == ["erased"], "one neutral word"
    assert home.channels[ChannelName.SIGNAL].erased, "and our messages in the chat"
    await sweep(home)
    assert await stored(home) == Stored(texts=0, has_key=True, has_address=True)
    assert (await found(home, reference)).kind == "attack_now"
    assert await _read(home, "Ben", reference) == []
    await _close(home, reference)
    assert await stored(home) == Stored(texts=0, has_key=False, has_address=False)


async def test_control_without_an_open_emergency_forget_leaves_nothing(home: Home) -> None:
    await home.says("hello", sender=SENDER)
    await _does(home, "forget")
    await sweep(home)
    assert await stored(home) == Stored(texts=0, has_key=False, has_address=False)


async def test_an_officers_words_still_reach_a_person_who_was_forgotten_while_the_emergency_is_open(home: Home) -> None:
    reference = await _cries(home)
    await _does(home, "forget")
    async with home.house.store.begin() as tx:
        ana = await tx.officers.by_name("Ana")
    assert ana is not None
    await handoff.claim(home.house, ana, reference)
    await handoff.reply(home.house, ana, reference, "Can you write now?")
    await home.settles()
    assert to_phone(home, SENDER)[-1] == "officer_reply"


async def test_a_cry_and_forget_that_waited_together_ring_and_leave_one_neutral_word(home: Home) -> None:
    await home.enrols()
    await home.writes(CRY, sender=SENDER)
    await home.writes("/forget", sender=SENDER)
    await home.settles()
    assert to_phone(home, SENDER) == ["erased"]
    assert await ended(home, await home.reference()) == []
    assert (await stored(home)).texts == 0
