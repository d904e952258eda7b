"""No defender ever sees an officer's name, number or account: whole journeys over both messengers, everything sent to them searched."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.channels import signal_parse, telegram_parse
from bot.domain.doors import Doors
from bot.domain.message import ChannelName, Incoming
from bot.usecases import handoff, receive
from tests.contracts.channels import signal, telegram
from tests.journeys.house import Home
from tests.promises.case import CRY
from tests.standins.signal import ACCOUNT, PERSON

ANA, BO = "9b0d7a52-1111-4222-8333-aaaa00000900", 77001901
NAMES = ("Kestrelina", "Wrenovich")
#: What belongs to officers alone, and must stand in nothing that a defender gets.
OFFICERS = (*NAMES, ANA, str(BO), "note for colleagues only", "+38267900900")


class Wires:
    """The house on real channels to both stand-ins; everybody's phone is a frame or an update."""

    def __init__(self, home: Home, api: Any, bot_api: Any) -> None:
        self.home = home
        self.signal = api
        self.telegram = bot_api

    async def on_signal(self, text: str, *, sender: str = PERSON, **data: Any) -> None:
        await self._arrives(signal_parse.parse(self.signal.frame(text, sender=sender, **data), ACCOUNT))

    async def on_telegram(self, text: str, *, chat: int = 42, **more: Any) -> None:
        await self._arrives(telegram_parse.parse(self.telegram.message(text, chat=chat, **more), "bot"))

    async def _arrives(self, arrival: object) -> None:
        assert isinstance(arrival, Incoming)
        self.home.clock.move(seconds=1)
        await receive.receive_and_hand_on(self.home.house, [arrival])
        await self.home.settles()

    def to_defenders(self) -> list[str]:
        """Everything that the messengers were asked to bring to defenders, whole requests as they were made."""
        sent = [body for body in self.signal.sent if ANA not in body["recipients"]]
        said = [values for _, values in self.telegram.requests if str(values.get("chat_id")) != str(BO)]
        return [json.dumps(each, ensure_ascii=False) for each in (*sent, *said)]

    def seen(self) -> list[str]:
        """What of the officers stands in it."""
        return [secret for secret in OFFICERS for request in self.to_defenders() if secret in request]

    async def enrols(self, name: str, arrives: Callable[..., Any], **sender: Any) -> None:
        async with self.home.house.store.begin() as tx:
            code = await tx.officers.invite(name, ("general",), self.home.clock.now())
            await tx.commit()
        await arrives(code, **sender)

    async def new_case(self, known: set[str]) -> str:
        async with self.home.house.store.begin() as tx:
            (reference,) = {line.reference for line in await tx.handoffs.queue()} - known
        return reference


@pytest.fixture
async def wires(home: Home) -> AsyncIterator[Wires]:
    async with signal() as one, telegram() as two:
        home.channels |= {ChannelName.SIGNAL: one.channel, ChannelName.TELEGRAM: two.channel}  # type: ignore[dict-item]  # the real ones
        home.house = replace(home.house, doors=Doors(content=frozenset({ChannelName.SIGNAL, ChannelName.TELEGRAM})))
        found = Wires(home, one.cut.__self__, two.cut.__self__)  # type: ignore[attr-defined]  # bound methods of the stand-ins
        await found.enrols(NAMES[0], found.on_signal, sender=ANA)
        await found.enrols(NAMES[1], found.on_telegram, chat=BO)
        yield found


async def _officers_at_work(wires: Wires) -> None:
    """Both take a case from the other messenger, talk by words and quotes, note, hand over, fail, return and close."""
    await wires.on_signal(CRY)
    one = await wires.new_case(set())
    await wires.on_telegram(CRY)
    two = await wires.new_case({one})
    await wires.on_telegram(f"take {one}", chat=BO)
    await wires.on_signal(f"take {two}", sender=ANA)
    await wires.on_signal("I read you", sender=ANA, quote={"id": 1, "author": ANA, "authorNumber": "+38267900900", "text": f"{two}: x"})
    await wires.on_telegram("We are here", chat=BO, reply_to_message={"message_id": 5, "text": f"{one}: help", "from": {"id": BO}})
    await wires.on_signal(f"note {two} note for colleagues only", sender=ANA)
    await wires.on_signal("/status")
    await wires.on_telegram("/human")
    await wires.on_signal(f"transfer {two} {NAMES[1]}", sender=ANA)
    await wires.on_telegram(f"accept {two}", chat=BO)
    await wires.on_signal(f"{two} note for colleagues only", sender=ANA)
    await wires.on_telegram(f"return {two}", chat=BO)
    await wires.on_telegram(f"close {one} 1", chat=BO)
    await wires.home.passes(minutes=11)


async def test_nothing_of_an_officer_is_in_anything_that_goes_to_a_defender(wires: Wires) -> None:
    await _officers_at_work(wires)
    got = "\n".join(wires.to_defenders())
    assert "I read you" in got, "their words went out"
    assert "We are here" in got
    assert len(wires.to_defenders()) > 10
    assert wires.seen() == []


async def test_control_an_answer_that_names_the_officer_is_found(wires: Wires) -> None:
    await wires.on_signal(CRY)
    reference = await wires.new_case(set())
    await wires.on_signal(f"take {reference}", sender=ANA)
    async with wires.home.house.store.begin() as tx:
        ana = await tx.officers.by_name(NAMES[0])
    assert ana is not None
    await handoff.reply(wires.home.house, ana, reference, f"This is {ana.name} ({ANA}).")
    await wires.home.settles()
    assert set(wires.seen()) == {NAMES[0], ANA}
