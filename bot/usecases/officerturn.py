"""One message of an officer while it is handled: its answer, and that it is done with, in the transaction of whatever it does."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.errors import Refused
from bot.domain.handoff import Handoff
from bot.domain.message import OfficerMessage
from bot.ports import Officer, Pending, Transaction
from bot.usecases.handoff import Within
from bot.usecases.house import House
from bot.usecases.rounds import alert_drafts

#: Words that wait for one more word do so for so long; then nothing can send them any more.
WAITS = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What is needed to act on one message: LAW: its act, its answer and its end are one commit, so that nothing is lost or done twice."""

    house: House
    officer: Officer
    message: OfficerMessage
    token: str
    held: Sequence[Handoff] = ()  #: what this officer holds
    waiting: Pending | None = field(default=None, repr=False)  #: words of theirs that were not sent yet

    @property
    def references(self) -> list[str]:
        """Of what they hold."""
        return [handoff.reference for handoff in self.held]

    @property
    def here(self) -> Handoff | None:
        """The case that is meant where none is named: the only one that they hold, and hold on this messenger.

        One that has come to them elsewhere, a moment ago perhaps, is not: words and acts for another case must not meet it.
        """
        return self.held[0] if len(self.held) == 1 and self.held[0].on_phone_at is not None else None

    async def answer(self, tx: Transaction, name: str, reference: str = "", /, **more: str) -> None:
        """Queue the answer, and be done with the message.  Raises LostClaim."""
        values = {"reference": reference} | more
        for draft in alert_drafts(self.house, self.officer, name, None, "en", 0, **values):
            await tx.outbox.queue_alert(self.officer.id, None, draft, self.house.clock.now())
        await tx.inbox.finish_officer(self.message.id, self.token)

    async def say(self, name: str, reference: str = "", /, **more: str) -> None:
        """Only an answer."""
        async with self.house.store.begin() as tx:
            await self.answer(tx, name, reference, **more)
            await tx.commit()

    def done(self, name: str, reference: str, /, **more: str) -> Within:
        """The answer that belongs within an act."""

        async def within(tx: Transaction) -> None:
            await self.answer(tx, name, reference, **more)

        return within

    async def ends(self) -> None:
        """It is done with, and nothing is said to it."""
        async with self.house.store.begin() as tx:
            await tx.inbox.finish_officer(self.message.id, self.token)
            await tx.commit()

    async def refused(self, refusal: Refused, reference: str) -> None:
        """Say why an act was not done."""
        name, more = self.refusal(refusal)
        await self.say(name, reference, **more)

    def refusal(self, refusal: Refused) -> tuple[str, dict[str, str]]:
        """Which answer says why, and what it inserts: who holds the case, and since when."""
        holder = refusal.holder or self.house.responses.line("officer_nobody", self.house.officer_locale, {})
        if refusal.reason == "taken":
            return "officer_held_by", {"name": holder, "time": self.time(refusal.since)}
        return _REFUSALS.get(refusal.reason, "officer_not_now"), {"name": holder}

    def time(self, moment: datetime | None) -> str:
        """By the mission's clock, in the officers' language."""
        return self.house.local_time(moment, self.house.officer_locale) if moment else "?"

    @property
    def now(self) -> datetime:
        """By the house's clock."""
        return self.house.clock.now()


_REFUSALS = {
    "unknown": "officer_unknown_reference",
    "closed": "officer_unknown_reference",
    "not_holder": "officer_not_holder",
    "not_offered": "officer_not_offered",
    "no_successor": "officer_no_successor",
    "offered": "officer_offered_already",
}
