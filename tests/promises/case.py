"""One case in the database, looked at as it is stored: what rings, what is still readable, what has gone."""

from dataclasses import dataclass

from sqlalchemy import select

from bot.domain.handoff import Handoff, State
from bot.domain.message import ChannelName
from bot.storage.tables import contacts, inbox
from bot.usecases import retention
from tests.journeys.house import Home

#: Words and a number that must never be seen in an alert.
CRY = "they are breaking the door, my name is Zorica, Ulica Slobode 5"
SENDER = "+38269112233"


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What the tables hold of one person."""

    texts: int  #: messages whose text is still there, sealed
    has_key: bool
    has_address: bool


async def found(home: Home, reference: str) -> Handoff:
    """The handoff as it is stored."""
    async with home.house.store.begin() as tx:
        handoff = await tx.handoffs.find(reference)
    assert handoff is not None
    return handoff


async def stored(home: Home) -> Stored:
    """The one defender in this house."""
    async with home.house.store.begin() as tx:
        run = tx._work.rows  # type: ignore[attr-defined]  # an SqlTransaction
        texts = await run(select(inbox.c.id).where(inbox.c.party == "defender", inbox.c.text_sealed.is_not(None)))
        (contact,) = await run(select(contacts))
    return Stored(texts=len(texts), has_key=contact["wrapped_key"] is not None, has_address=contact["address_sealed"] is not None)


async def sweep(home: Home) -> None:
    """The janitor's round."""
    await retention.sweep(home.house)


def to_phone(home: Home, sender: str, since: int = 0) -> list[str]:
    """Names of what a phone got."""
    return [sent.name for sent in home.channels[ChannelName.SIGNAL].sent[since:] if sent.address == sender]


def rings(home: Home, sender: str = "900") -> int:
    """How often an officer was rung."""
    return len([name for name in to_phone(home, sender) if name in {"alert", "alert_again"}])


async def ended(home: Home, reference: str) -> list[str]:
    """What is wrong with an unacknowledged emergency after ten more minutes: it must be open, and ring twice."""
    before = rings(home)
    await home.passes(minutes=10, seconds=30)
    handoff = await found(home, reference)
    faults = [] if handoff.is_open and handoff.is_emergency else [f"it is {handoff.state}, {handoff.cls}"]
    return faults if rings(home) >= before + 2 else [*faults, "it does not ring"]


async def left_alone(home: Home, reference: str, before: int) -> list[str]:
    """What is wrong two and a half minutes after a cry inside a claim of somebody who sleeps."""
    faults = [] if rings(home, "901") > before else ["nobody else was rung"]
    await home.passes(minutes=2, seconds=30)
    handoff = await found(home, reference)
    if handoff.state is State.CLAIMED or handoff.holder is not None:
        faults.append("the sleeper holds it")
    if not handoff.front:
        faults.append("it is not in front")
    told = [sent.name for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == SENDER]
    return faults if "attack_now" in told else [*faults, "no emergency reply"]
