"""Kill -9 at any moment: what was acknowledged is kept, once, and answered; nobody is turned away while a child starts again.

The real program runs between stand-ins.  When the supervisor itself is killed its socket goes with it, so posts are refused until the
next start: that no connection is refused is promised, and measured, for the children only.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.promises.crowd import Crowd
from tests.promises.evidence import Book, Said, Talk, by_recipient, is_allowed, kept_twice, lost
from tests.promises.processes import Intake, Program, until
from tests.standins.signal import SignalStandIn
from tests.standins.telegram import TelegramStandIn

PEOPLE, MESSAGES, KILLS = 50, 1000, 50
#: Seconds, on average, from when the worker works to the kill; one kill in five does not wait for that and may meet it as it starts.
PAUSE = 0.5
EARLY = 0.2
OFFICER = 900


class Scene:
    """The program, both stand-ins, and what the database says."""

    def __init__(self, folder: Path, telegram: TelegramStandIn, signal: SignalStandIn) -> None:
        self.telegram = telegram
        self.signal = signal
        self.program = Program(folder, telegram, signal)
        self.book = Book(self.program)
        self._seen = 0  #: requests of workers that were killed

    async def opens(self) -> None:
        """Start, and enrol an officer from a phone on Telegram."""
        self.program.start()
        await until(lambda: "worker" in self.program.children() and self.program.key_file.exists(), "the worker starts")
        await until(lambda: "setMyCommands" in self.telegram.calls, "the worker speaks to Telegram")
        self.telegram.may_confirm = self.book.holds
        code = await self.program.command("officer", "enrol", "Ana")
        self.telegram.arrives(self.telegram.message(code, chat=OFFICER))
        await until(lambda: self.telegram.texts(OFFICER), "the officer is enrolled")

    def works(self) -> bool:
        """Whether the worker has asked Telegram since the last kill: its first request is the one without an offset."""
        return self.telegram.offsets[self._seen :].count(None) > 0

    async def kills(self, name: str) -> None:
        """Kill -9 a child."""
        await self.program.kill(name)
        if name == "worker":
            self._seen = len(self.telegram.offsets)

    async def kills_supervisor(self) -> None:
        """Kill -9 the supervisor, and start it again once its children are gone."""
        await self.program.kill_supervisor()
        self._seen = len(self.telegram.offsets)
        self.program.start()

    async def settles(self, crowd: Crowd) -> None:
        """Everything that was written is through, and everything that waited is done."""
        await until(lambda: crowd.is_through, "everything is fetched or posted", 60.0)
        await until(lambda: self.book.pending() == 0, "everything is answered", 60.0)

    def arrived(self) -> dict[str, list[str]]:
        return by_recipient(self.telegram.sent, self.signal.sent)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """A running program with an enrolled officer."""
    telegram, signal = await TelegramStandIn().start(), await SignalStandIn().start()
    opened = Scene(tmp_path, telegram, signal)
    try:
        await opened.opens()
        yield opened
    finally:
        await opened.program.stop()
        await telegram.stop()
        await signal.stop()


@asynccontextmanager
async def posting(crowd: Crowd) -> AsyncIterator[None]:
    """Signal's service posts as long as this block lasts."""
    task = asyncio.ensure_future(crowd.post())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_nothing_that_was_acknowledged_is_lost_or_doubled_while_every_child_is_killed_in_turn(scene: Scene) -> None:
    crowd = Crowd(scene.telegram, scene.signal, people=PEOPLE, messages=MESSAGES, seed=1)
    async with posting(crowd):
        for name in itertools.islice(itertools.cycle(("worker", "nlu")), KILLS):
            if crowd.chance.random() > EARLY:
                await until(scene.works, "the worker works")
            await crowd.write(MESSAGES // KILLS, PAUSE)
            await scene.kills(name)
        await scene.settles(crowd)
    await scene.program.stop()
    talks = await scene.book.talks()
    report("children killed", KILLS, scene, crowd, talks)
    assert sum(map(len, crowd.texts.values())) == MESSAGES
    _nothing_is_lost(scene, crowd, talks)
    assert scene.signal.refused == 0
    assert scene.signal.counted("rejected") == 0
    assert scene.signal.cut <= KILLS / 2, "one post at a time, so at most one at a worker's death"
    _everybody_is_answered(scene, crowd, talks)


async def test_children_end_with_a_killed_supervisor_and_the_next_start_goes_on_with_nothing_lost(scene: Scene) -> None:
    crowd, kills = Crowd(scene.telegram, scene.signal, people=20, messages=120, seed=2), 3
    async with posting(crowd):
        for _ in range(kills):
            await until(scene.works, "the worker works")
            await crowd.write(120 // kills, PAUSE)
            await scene.kills_supervisor()
        await scene.settles(crowd)
    await scene.program.stop()
    talks = await scene.book.talks()
    report("supervisor killed", kills, scene, crowd, talks)
    _nothing_is_lost(scene, crowd, talks)
    _everybody_is_answered(scene, crowd, talks)


def report(what: str, kills: int, scene: Scene, crowd: Crowd, talks: list[Talk]) -> None:
    """The figures, for whoever runs this with ``-s``."""
    kept = [text for talk in talks for text in talk.heard]
    states = Counter(row.state for talk in talks for row in talk.said)
    arrived = sum(len(texts) for address, texts in scene.arrived().items() if address != str(OFFICER))
    cut = crowd.ended("cut")
    counts = scene.book.counts()
    redelivered = counts.get("redelivered_telegram", 0)
    print(
        f"\n{what} {kills} times: written {sum(map(len, crowd.texts.values()))}, acknowledged {len(crowd.acknowledged())},"
        f" kept {len(kept)}, lost {len(lost(crowd.acknowledged(), kept))}, kept twice {len(kept_twice(kept))},"
        f" redelivered {redelivered}, early offsets {scene.telegram.violations}\n"
        f"  posts: {scene.signal.answered} answered, {scene.signal.refused} refused, {scene.signal.counted('rejected')} rejected,"
        f" {len(cut)} cut, of those {len(lost(cut, kept))} not kept\n"
        f"  replies: {dict(states)}, arrived {arrived}, repeated {arrived - states['sent']};"
        f" alerts arrived {len(scene.telegram.texts(OFFICER))}; open handoffs {sum(len(talk.handoffs) for talk in talks)}"
    )


def _nothing_is_lost(scene: Scene, crowd: Crowd, talks: list[Talk]) -> None:
    kept = [text for talk in talks for text in talk.heard]
    assert lost(crowd.acknowledged(), kept) == []
    assert kept_twice(kept) == []
    assert lost(kept, itertools.chain(*crowd.texts.values())) == []
    assert scene.telegram.violations == 0
    heard = {talk.address: talk.heard for talk in talks}
    assert len(heard) == len(talks) <= crowd.people, "one conversation each; whose every post was refused has none"
    for person, texts in crowd.texts.items():
        mine = heard.get(crowd.address(person), [])
        assert mine == [text for text in texts if text in mine], "the order inside a conversation"


def _everybody_is_answered(scene: Scene, crowd: Crowd, talks: list[Talk]) -> None:
    arrived, of = scene.arrived(), {talk.address: talk for talk in talks}
    for person in (person for person in range(crowd.people) if crowd.address(person) in of):
        address = crowd.address(person)
        talk = of[address]
        assert arrived[address], "an answer"
        assert is_allowed(arrived[address], talk.said), (arrived[address], talk.said)
        cases = [case for case in talk.handoffs if case["state"] != "closed"]
        assert len(cases) == len(talk.handoffs) <= 1
        if crowd.is_in_danger(person):
            assert [case["cls"] for case in cases] == ["E1"]
            assert cases[0]["rung_at"] is not None
            assert any(cases[0]["reference"] in text for text in scene.telegram.texts(OFFICER))
    for reference, times in scene.book.alerts().items():
        assert sum(reference in text for text in scene.telegram.texts(OFFICER)) in times


@pytest.mark.parametrize("holder", ["the supervisor", "the killed process"])
async def test_control_an_intake_that_acknowledges_first_loses_messages_and_with_its_own_socket_refuses_posts(
    tmp_path: Path, holder: str
) -> None:
    telegram, signal = await TelegramStandIn().start(), await SignalStandIn().start()
    crowd = Crowd(telegram, signal, people=10, messages=200, seed=3)
    intake = Intake(tmp_path, telegram, signal, holds_socket=holder == "the supervisor")
    async with intake.running(), posting(crowd):
        await _killed_while_writing(crowd, intake)
        await until(lambda: crowd.is_through, "everything is fetched or posted")
        await until(lambda: intake.is_idle, "what was kept in memory is stored")
        print(
            f"\nnaive intake, socket held by {holder}, killed 5 times: acknowledged {len(crowd.acknowledged())},"
            f" lost {len(lost(crowd.acknowledged(), intake.kept()))}, posts refused {signal.refused}"
        )
        assert len(lost(crowd.acknowledged(), intake.kept())) > 0
        assert (signal.refused > 0) == (holder == "the killed process")
    await telegram.stop()
    await signal.stop()


async def test_control_the_stand_in_refuses_an_offset_that_confirms_what_is_not_stored(tmp_path: Path) -> None:
    telegram, signal = await TelegramStandIn().start(), await SignalStandIn().start()
    intake = Intake(tmp_path, telegram, signal)
    telegram.may_confirm = lambda update: update["message"]["text"] in intake.kept()
    async with intake.running():
        telegram.arrives(*(telegram.message(f"message {number}") for number in range(20)))
        await until(lambda: telegram.violations, "an offset confirms what is not stored")
        assert telegram.confirmed == []
    await telegram.stop()
    await signal.stop()


async def test_control_an_intake_that_knows_no_redelivery_keeps_messages_and_so_opens_cases_twice(tmp_path: Path) -> None:
    telegram, signal = await TelegramStandIn().start(), await SignalStandIn().start()
    intake = Intake(tmp_path, telegram, signal, store_first=True)
    telegram.arrives(*(telegram.message(f"message {number}") for number in range(50)))
    async with intake.running():
        await until(intake.kept, "it begins to store")
        intake.kill()
        assert telegram.confirmed == []
        intake.start()
        await until(lambda: len(telegram.confirmed) == 50, "everything is confirmed")
        assert lost([f"message {number}" for number in range(50)], intake.kept()) == []
        assert len(kept_twice(intake.kept())) > 0
    await telegram.stop()
    await signal.stop()


async def _killed_while_writing(crowd: Crowd, intake: Intake) -> None:
    for _ in range(5):
        await until(lambda: intake.is_polling, "the intake works")
        await crowd.write(30, 0.3)
        intake.kill()
        await crowd.write(10, 0.1)
        intake.start()


@pytest.mark.parametrize(
    ("arrived", "allowed"),
    [
        (["a", "b", "help"], True),
        (["a", "a", "b", "help"], True),
        (["a", "b", "b", "help", "help", "help"], False),
        (["a", "a", "a", "b", "help"], False),
        (["b", "a", "help"], False),
        (["a", "help"], False),
        (["a", "b", "help", "help", "help"], True),
        (["a", "b", "help", "help", "help", "help"], False),
    ],
)
def test_control_a_reply_too_often_too_late_or_never_is_not_allowed(arrived: list[str], allowed: bool) -> None:
    said = [
        Said(text="a", state="sent", care="once", ambiguous=1),
        Said(text="b", state="sent", care="once", ambiguous=0),
        Said(text="help", state="sent", care="must", ambiguous=2),
    ]
    assert is_allowed(arrived, said) is allowed
