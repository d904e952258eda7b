"""While nobody may be answered an emergency is heard all the same: it stands in the queue, rings services, and is answered later."""

from dataclasses import replace

import pytest

from bot.domain.handoff import State
from bot.domain.message import ChannelName
from bot.usecases import handoff
from bot.usecases.unattended import Unattended
from tests.journeys.house import Home

CRY = "they are breaking the door"


class Between:
    """The last phone was ended, the new one is not enrolled yet; a service is set up, and Ana is at the desk."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.watch = Unattended(home.house)

    async def begins(self) -> None:
        """As the handbook says it: *End this messenger*, then *New code*."""
        self.ana = await self.home.enrols("Ana")
        self.home.attended()
        self.watch = Unattended(self.home.house)
        async with self.home.house.store.begin() as tx:
            await tx.officers.add_service("pager", "json://127.0.0.1:9/", ("general",), self.home.clock.now())
            await tx.officers.end_messenger(self.ana.id)
            await tx.commit()

    async def passes(self, minutes: int, *, watched: bool = True) -> None:
        """Time, with this loop and without."""
        for _ in range(minutes * 2):
            if watched:
                await self.watch.look()
            await self.home.passes(seconds=30)

    async def again(self) -> None:
        """A new phone for Ana."""
        async with self.home.house.store.begin() as tx:
            code = await tx.officers.new_code(self.ana.id, self.home.clock.now())
            await tx.commit()
        await self.home.says(code, sender="901")

    def rung(self) -> int:
        """How often the service was."""
        return len(self.home.channels[ChannelName.SERVICE].sent)

    def told(self, sender: str = "77") -> list[str]:
        """The names of what a person was told."""
        return [sent.name for sent in self.home.channels[ChannelName.SIGNAL].sent if sent.address == sender]

    async def queue(self) -> list[tuple[str, str]]:
        """Class and state of what is open."""
        async with self.home.house.store.begin() as tx:
            return [(str(line.cls), str(line.state)) for line in await tx.handoffs.queue()]


@pytest.fixture
async def between(home: Home) -> Between:
    """In the middle of it."""
    made = Between(home)
    await made.begins()
    return made


@pytest.mark.parametrize("watched", [True, False], ids=["watched", "control: not watched"])
async def test_an_emergency_stands_in_the_queue_and_rings_the_service_and_nobody_is_answered(between: Between, watched: bool) -> None:
    await between.home.writes(CRY, sender="77")
    await between.passes(6, watched=watched)
    assert await between.queue() == ([("E1", "waiting")] if watched else [])
    assert (between.rung() >= 3) is watched
    assert "attack_now" not in between.told()


async def test_it_is_answered_and_rung_for_as_soon_as_the_new_phone_is_there(between: Between) -> None:
    await between.home.writes(CRY, sender="77")
    await between.passes(20)
    await between.again()
    await between.passes(1)
    assert "attack_now" in between.told()
    reference = await between.home.reference()
    assert any(reference in alert for alert in between.home.alerts("901"))
    assert await between.queue() == [("E1", "waiting")]


async def test_what_is_heard_once_is_not_heard_again(between: Between) -> None:
    await between.home.writes(CRY, sender="77")
    await between.passes(1)
    reference = await between.home.reference()
    await handoff.acknowledge(between.home.house, between.ana, reference)
    rung = between.rung()
    between.watch = Unattended(between.home.house)  # a new start
    await between.passes(4)
    assert between.rung() == rung
    await between.home.writes(CRY, sender="77")
    await between.passes(1)
    assert between.rung() > rung


async def test_whoever_is_at_the_desk_takes_it(between: Between) -> None:
    await between.home.writes(CRY, sender="77")
    await between.passes(1)
    taken = await handoff.claim(between.home.house, between.ana, await between.home.reference())
    assert taken.state is State.CLAIMED


async def test_what_is_not_surely_harmless_stands_there_as_unclear_and_a_greeting_does_not(between: Between) -> None:
    between.home.nlu.known["two men outside"] = "unsure"
    await between.home.writes("two men outside", sender="77")
    await between.home.writes("hello", sender="78")
    await between.passes(1)
    assert await between.queue() == [("unclear", "unclear")]


async def test_one_that_cannot_be_heard_holds_nobody_up(between: Between) -> None:
    await between.home.writes("hello", sender="76")
    await between.home.writes(CRY, sender="77")

    class Broken:
        def match(self, text: str) -> tuple[object, ...]:
            if text == "hello":
                raise RuntimeError
            return between.home.house.rules.match(text)

        def __getattr__(self, name: str) -> object:
            return getattr(between.home.house.rules, name)

    between.watch = Unattended(replace(between.home.house, rules=Broken()))  # type: ignore[arg-type]  # it fails
    await between.passes(1)
    assert await between.queue() == [("E1", "waiting")]


async def test_while_somebody_is_enrolled_it_does_nothing(between: Between) -> None:
    await between.again()
    await between.home.writes(CRY, sender="77")
    await between.watch.look()
    assert await between.queue() == []
