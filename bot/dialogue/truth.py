"""What is said about officers, chosen from stored facts.  LAW: nothing else may be said about them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.conversation import Conversation
from bot.domain.handoff import HELD, DutyLane, Handoff, HandoffClass

#: In these emergencies the phone may be in other hands: the bot never writes first (section 7).
NEVER_WRITES_FIRST = frozenset({"arrest_now", "arrest_of_other", "raid_now", "deportation_now", "sexual_violence", "unknown"})

#: After so long a silence the phone may be in other hands (section 7).
SILENCE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known for certain."""

    handoff: Handoff | None
    enrolled: int  #: officers who can be rung for this handoff's lane
    kept_at: datetime | None = None
    hidden: bool = False  #: the case was erased from this phone: what is older than its last words is not said to it
    opens: datetime | None = None  #: the mission is closed and opens then; None: it is open, or its hours are not known


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A response that states one fact, with its time where it has one."""

    name: str
    at: datetime | None = None

    def at_time(self, local: Callable[[datetime], str]) -> str:
        """The fact's time of day, empty when it has none."""
        return local(self.at) if self.at else ""


def people(facts: Facts) -> Fact:
    """The one line on officers that goes into an emergency reply."""
    handoff = facts.handoff
    if facts.enrolled == 0:
        return Fact(name="people_nobody")
    if handoff is None:
        return _in_list(facts)
    if facts.hidden and handoff.is_emergency:
        return Fact(name="people_trying")
    if handoff.state in HELD and handoff.claimed_at:
        return Fact(name="people_taken", at=handoff.claimed_at)
    if handoff.lane is DutyLane.SECURITY:
        return Fact(name="people_security")
    if not handoff.is_emergency and not _rings(handoff):
        return _in_list(facts)
    if handoff.acknowledged_at:
        return Fact(name="status_acknowledged", at=handoff.acknowledged_at)
    return Fact(name="people_rung", at=handoff.rung_at) if handoff.rung_at else Fact(name="people_trying")


def _rings(handoff: Handoff) -> bool:
    """An unclear item of which officers were told; until then nobody is being rung for it, and nobody may be told so."""
    return handoff.cls is HandoffClass.UNCLEAR and handoff.ring_step > 0


def _in_list(facts: Facts) -> Fact:
    """No emergency: it waits in the officers' list, and out of hours nobody reads it."""
    return Fact(name="people_closed", at=facts.opens) if facts.opens else Fact(name="people_waiting")


def status_facts(facts: Facts) -> list[Fact]:
    """Past facts only, in their order: kept, rung, opened by a person, taken."""
    handoff = facts.handoff
    kept = [Fact(name="status_kept", at=facts.kept_at)]
    if handoff is None or facts.hidden:
        return kept
    known = [
        ("status_rung", handoff.rung_at),
        ("status_acknowledged", handoff.acknowledged_at),
        ("status_opened", handoff.opened_by_person_at),
        ("status_taken", handoff.claimed_at if handoff.state in HELD else None),
    ]
    return kept + [Fact(name=name, at=at) for name, at in known if at]


def may_write_first(conversation: Conversation, handoff: Handoff) -> bool:
    """Whether a line that answers nothing may go out at all."""
    if conversation.muted or conversation.erased or conversation.do_not_write_first or conversation.shut_out_at is not None:
        return False
    if conversation.memory.hidden == handoff.id:
        return False
    return handoff.kind not in NEVER_WRITES_FIRST and handoff.lane is not DutyLane.SECURITY


def is_silent(last_message_at: datetime | None, now: datetime) -> bool:
    """Nothing has come from this phone for so long that it may be in other hands."""
    return last_message_at is None or now - last_message_at >= SILENCE


def is_unanswered(conversation: Conversation) -> bool:
    """Whether the defender has written since an officer last did."""
    last, wrote = conversation.last_message_at, conversation.memory.officer_wrote_at
    return last is not None and (wrote is None or wrote < last)


def refuses_first_words(conversation: Conversation, now: datetime) -> bool:
    """Whether an officer's words would be the first ones to somebody who is marked *do not write first*.

    The answer to what the person wrote is none, however late it comes; what follows it after a silence is.
    """
    if not conversation.do_not_write_first or not is_silent(conversation.last_message_at, now):
        return False
    last, wrote = conversation.last_message_at, conversation.memory.officer_wrote_at
    return last is None or (wrote is not None and wrote >= last)
