"""Exercises: a marked case that goes through the whole chain, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.handoff import State
from bot.domain.ids import ConversationId
from bot.domain.message import ChannelName

#: An exercise that nobody has ended ends by itself: it shall not ring through the night.
LASTS = timedelta(minutes=30)
#: The name of an alert of an exercise; alerts of emergencies go before it.
EXERCISE_ALERT = "alert_exercise"
#: The name of the one alert of a blocked contact's emergency.
SHUT_OUT_ALERT = "alert_shut_out"
#: The name of the security duty's alert of a threat to the mission inside a case of another lane.
THREAT_ALERT = "alert_threat"


def alert_name(step: int, channel: str) -> str:
    """Which text rings officers."""
    if channel == ChannelName.DRILL:
        return EXERCISE_ALERT
    return "alert" if step < 2 else "alert_again"


@dataclass(frozen=True, kw_only=True)
class Drill:
    """One exercise."""

    id: str
    conversation: ConversationId
    started_at: datetime
    started_by: str | None = field(repr=False)  #: an officer's name; None: from the terminal, or by somebody who was removed
    reference: str | None = None  #: None: the chain has not come so far yet
    state: State | None = None

    @property
    def runs(self) -> bool:
        """Whether it goes on."""
        return self.state is not State.CLOSED


@dataclass(frozen=True, kw_only=True)
class Ringing:
    """How one officer was rung, and whether they answered."""

    name: str = field(repr=False)
    channel: str
    alerts: int  #: how many were queued for them
    first_sent_at: datetime | None  #: when a messenger first took one
    failure: str | None  #: why the last one was not sent
    acknowledged_at: datetime | None  #: when this officer said that they had heard

    @property
    def heard(self) -> bool:
        """Whether they said so."""
        return self.acknowledged_at is not None


@dataclass(frozen=True, kw_only=True)
class Report:
    """One exercise, step by step; every time is when it really happened, None: it has not."""

    drill: Drill
    opened_at: datetime | None  #: rules, decision and handoff are committed
    replied_at: datetime | None  #: the bot's first reply went out
    alerted_at: datetime | None  #: a messenger took the first alert
    acknowledged_at: datetime | None
    claimed_at: datetime | None
    words_at: datetime | None  #: the officer's first words went out
    closed_at: datetime | None
    rung: Sequence[Ringing]

    def after(self, moment: datetime | None) -> timedelta | None:
        """So long after the start."""
        return None if moment is None else max(timedelta(0), moment - self.drill.started_at)

    @property
    def unheard(self) -> Sequence[Ringing]:
        """Who did not hear."""
        return [each for each in self.rung if not each.heard]
