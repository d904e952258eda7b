"""An officer's words reach the defender once, wherever the program is killed between hearing and having them queued."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.message import ChannelName
from bot.usecases import handoff, officers
from bot.usecases.house import House
from tests.journeys.house import Home
from tests.promises.case import CRY

WORDS = "Marko will meet you at the north gate"
Hear = Callable[[House], Awaitable[object]]


class Killed(BaseException):
    """The process is gone."""


class Mortal:
    """The real store of a process that is killed right after its so many-th commit."""

    def __init__(self, store: Any, commits: int) -> None:
        self._store = store
        self._left = commits

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Any]:
        async with self._store.begin() as tx:
            commit = tx.commit

            async def last_commit() -> None:
                await commit()
                self._left -= 1
                if self._left == 0:
                    raise Killed

            tx.commit = last_commit
            yield tx


async def _heard(home: Home, hear: Hear, kill_after: int, words: str) -> list[str]:
    """What the defender got, after a kill and a new start."""
    await home.writes(words, sender="900")
    with suppress(Killed):
        await hear(replace(home.house, store=Mortal(home.house.store, kill_after)))  # type: ignore[arg-type]  # what it does with a store
    home.clock.move(seconds=officers.LEASE_SECONDS + 1)
    await hear(home.house)
    await home.settles()
    sent = home.channels[ChannelName.SIGNAL].sent
    return [each.piece.text for each in sent if each.address == "42" and each.speaker == "officer"]


async def _case(home: Home) -> str:
    await home.enrols()
    await home.says(CRY)
    reference = await home.reference()
    await home.says(f"take {reference}", sender="900")
    return reference


@pytest.mark.parametrize("commits", [1, 2, 3])
async def test_words_are_neither_lost_nor_doubled_by_a_kill(home: Home, commits: int) -> None:
    await _case(home)
    assert await _heard(home, officers.hear_officer, commits, WORDS) == [WORDS]


@pytest.mark.parametrize("commits", [1, 2, 3])
async def test_words_that_are_not_sent_are_kept_once_for_the_holder(home: Home, commits: int) -> None:
    await home.enrols()
    bo = await home.enrols("Bo", sender="901")
    await home.says(CRY)
    reference = await home.reference()
    await handoff.claim(home.house, bo, reference)
    assert await _heard(home, officers.hear_officer, commits, f"{reference} {WORDS}") == []
    opened = await handoff.show(home.house, bo, reference)
    assert [line.text.splitlines()[-1] for line in opened.spoken if line.who == "note"] == [WORDS]


@pytest.mark.parametrize("commits", [1, 2, 3, 4])
async def test_a_case_is_taken_once_and_its_card_comes_once(home: Home, commits: int) -> None:
    await home.enrols()
    await home.says(CRY)
    reference = await home.reference()
    await _heard(home, officers.hear_officer, commits, f"take {reference}")
    sent = home.channels[ChannelName.SIGNAL].sent
    assert len([each for each in sent if each.address == "42" and each.name == "officer_taken"]) == 1
    assert len([each for each in sent if each.address == "900" and "emergency, attack" in each.piece.text]) == 1
    assert len([each for each in sent if each.address == "900" and f"{reference} is yours" in each.piece.text]) == 1


async def _in_two_transactions(house: House) -> None:
    """How not to do it: the words are queued, and only then the message is done with."""
    async with house.store.begin() as tx:
        claimed = await tx.inbox.claim_officer(house.clock.now(), officers.LEASE_SECONDS)
        await tx.commit()
    if claimed is None:
        return
    message, token = claimed
    async with house.store.begin() as tx:
        officer = await tx.officers.get(message.officer)
        (held,) = await tx.handoffs.held_by(officer.id)
    await handoff.reply(house, officer, held.reference, message.text)
    async with house.store.begin() as tx:
        await tx.inbox.finish_officer(message.id, token)
        await tx.commit()


async def test_control_two_transactions_say_it_twice(home: Home) -> None:
    await _case(home)
    assert await _heard(home, _in_two_transactions, 2, WORDS) == [WORDS, WORDS]
