"""The ladder of an alarm: who is rung when, for as long as no named person has acknowledged it.  It has no last step.

at once            whoever is on duty
after 2 minutes    the same
after 5            supervisors too
after 10           everybody, and from then on every 5 minutes without end
"""

from dataclasses import dataclass
from datetime import time, timedelta
from enum import IntEnum


class Circle(IntEnum):
    """Who is rung."""

    DUTY = 1
    SUPERVISORS = 2
    EVERYBODY = 3


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """A mission's times, each counted from the first ringing."""

    repeat: timedelta = timedelta(minutes=2)
    supervisors: timedelta = timedelta(minutes=5)
    everybody: timedelta = timedelta(minutes=10)
    then_every: timedelta = timedelta(minutes=5)
    #: Acknowledged, but nobody took it: it rings again after so long.
    claim_within: timedelta = timedelta(minutes=10)
    #: When every way to an officer is tried with a test alert, each day, by the mission's clock; None: never.
    test_at: time | None = time(9)

    @property
    def _steps(self) -> tuple[tuple[timedelta, Circle], ...]:
        return (
            (timedelta(0), Circle.DUTY),
            (self.repeat, Circle.DUTY),
            (self.supervisors, Circle.SUPERVISORS),
            (self.everybody, Circle.EVERYBODY),
        )

    def circle(self, step: int) -> Circle:
        """Who is rung in this round; the first is 1."""
        return self._steps[min(step, len(self._steps)) - 1][1]

    def pause(self, step: int) -> timedelta:
        """How long after this round the next one comes."""
        steps = self._steps
        return steps[step][0] - steps[step - 1][0] if step < len(steps) else self.then_every

    def is_through(self, step: int) -> bool:
        """Whether, in this round, everybody has been rung once before and has had time to answer."""
        return step > len(self._steps)
