"""A whole house on a real database, with fakes of what is across a network: a person writes, something arrives."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.ids import OfficerId, new_id
from bot.domain.language import Languages
from bot.domain.message import ChannelName, Incoming, Kind
from bot.domain.rules import RuleBook
from bot.domain.triage import Plan
from bot.locales import Locales
from bot.nlu import load_classes, load_languages, load_rules
from bot.ports import Officer
from bot.responses import PreparedResponses, load_library, load_mission
from bot.storage.database import SqlStore
from bot.usecases import alert, deliver, officers, receive, respond, transfer
from bot.usecases.house import House
from tests.dialogue.talk import THRESHOLDS
from tests.fakes import FakeChannel, FakeClock, FakeNlu

ROOT = Path(__file__).resolve().parents[2]


@cache
def _rules() -> RuleBook:
    """Read once for all tests: nothing in it changes."""
    return load_rules(ROOT / "nlu")


@cache
def _languages() -> Languages:
    """Read once for all tests: nothing in it changes."""
    return load_languages(ROOT / "nlu")


@cache
def _responses() -> PreparedResponses:
    """Read once for all tests: nothing in it changes."""
    mission = load_mission(ROOT / "missions" / "podgorica.toml")
    return PreparedResponses(load_library(ROOT / "responses", mission), mission)


@cache
def _plan() -> Plan:
    """Read once for all tests: nothing in it changes."""
    return load_library(ROOT / "responses", load_mission(ROOT / "missions" / "podgorica.toml")).plan


@cache
def _catalogues() -> Locales:
    """Read once for all tests: nothing in it changes."""
    return Locales.load(ROOT / "locales", ZoneInfo("UTC"))


class Home:
    """The house with its people: ``writes``, ``hears``, ``settles``."""

    def __init__(self, store: SqlStore, clock: FakeClock) -> None:
        self.nlu = FakeNlu()
        self.clock = clock
        self.channels = {name: FakeChannel(name) for name in ChannelName}
        self.house = House(
            store=store,
            clock=clock,
            nlu=self.nlu,
            rules=_rules(),
            languages=_languages(),
            responses=_responses(),
            plan=_plan(),
            classes=load_classes(ROOT / "nlu"),
            thresholds=THRESHOLDS,
            timezone=ZoneInfo("UTC"),
            catalogues=_catalogues(),
            has_messenger=True,
            allow_unattended=True,
        )

    async def writes(
        self, text: str, *, sender: str = "42", channel: ChannelName = ChannelName.SIGNAL, kind: Kind = Kind.TEXT, **more: object
    ) -> None:
        """A message arrives and is kept."""
        values = {"key": new_id(), "account": "us"} | more
        message = Incoming(channel=channel, sender=sender, kind=kind, text=text, **values)  # type: ignore[arg-type]  # test values
        await receive.receive_and_hand_on(self.house, [message])

    async def settles(self) -> None:
        """Everybody works until there is nothing to do."""
        while await self._round():
            pass

    async def _round(self) -> bool:
        worked = await officers.hear_officer(self.house)
        if (claimed := await respond.claim(self.house)) is not None:
            await respond.respond(self.house, claimed)
            worked = True
        if (taken := await deliver.take(self.house)) is not None:
            await deliver.deliver(self.house, self.channels, taken)
            worked = True
        return worked

    async def says(self, text: str, **more: object) -> list[str]:
        """A person writes and the house settles: what they got, in order."""
        before = {name: len(channel.sent) for name, channel in self.channels.items()}
        self.clock.move(seconds=1)
        await self.writes(text, **more)  # type: ignore[arg-type]  # test values
        self.clock.move(seconds=1)
        await self.settles()
        sender = str(more.get("sender", "42"))
        return [
            sent.piece.text for name, channel in self.channels.items() for sent in channel.sent[before[name] :] if sent.address == sender
        ]

    async def passes(self, **delta: float) -> None:
        """Time passes, in steps of at most half a minute, with the alarm clock running."""
        total = sum(value * {"seconds": 1, "minutes": 60, "hours": 3600}[unit] for unit, value in delta.items())
        while total > 0:
            step = min(30.0, total)
            self.clock.move(seconds=step)
            total -= step
            await alert.tick(self.house)
            await transfer.end_offers(self.house)
            await self.settles()

    async def sleeps(self, hours: float) -> None:
        """Long hours pass, with the alarm clock looked at twice in each."""
        for _ in range(int(hours * 2)):
            self.clock.move(minutes=30)
            await alert.tick(self.house)
            await self.settles()

    async def enrols(self, name: str = "Ana", *, sender: str = "900", duties: tuple[str, ...] = ("general",)) -> Officer:
        """An officer is invited and sends the code on Signal."""
        async with self.house.store.begin() as tx:
            code = await tx.officers.invite(name, duties, self.clock.now())
            await tx.commit()
        await self.says(code, sender=sender)
        async with self.house.store.begin() as tx:
            officer = await tx.officers.by_name(name)
        assert officer is not None
        return officer

    def alerts(self, sender: str = "900") -> list[str]:
        """What an officer's phone shows."""
        return [sent.piece.text for channel in self.channels.values() for sent in channel.sent if sent.address == sender]

    async def reference(self) -> str:
        """The one open handoff."""
        async with self.house.store.begin() as tx:
            lines = await tx.handoffs.queue()
        assert len(lines) == 1
        return lines[0].reference

    async def counted(self) -> dict[str, int]:
        """Events counted so far."""
        async with self.house.store.begin() as tx:
            return await tx.counts.all()

    def attended(self) -> None:
        """Only enrolled officers make the house answer."""
        self.house = replace(self.house, allow_unattended=False)


def named(officer: Officer) -> OfficerId:
    """An officer's id."""
    return officer.id
