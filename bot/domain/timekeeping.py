"""Whether the machine's clock can be believed: compared with how long it really was, and with what the database has seen.  Pure."""

from datetime import datetime, timedelta

#: Smaller steps are those of a clock that is being set right all the time.
NOTICED = timedelta(seconds=2)
#: A clock that is further from where it must be is not believed.
FAR = timedelta(days=1)
#: So long a machine may have been off; a start after longer looks like a wrong clock.
OFF = timedelta(days=14)
#: A clock that was not believed must have been right for so long (seconds).
SETTLES = 6 * 3600.0


class Timekeeper:
    """Takes looks at two clocks: the wall's, and one (``passed``, in seconds) that only ever runs on."""

    def __init__(self, now: datetime, passed: float, *, seen: datetime | None = None, believed: datetime | None = None) -> None:
        """``seen``: when the database was last written to; ``believed``: the last time believed, of a start that ended in doubt."""
        self._seen_at, self._seen_passed = now, passed
        off = seen is not None and not -FAR <= now - seen <= OFF
        self._believed, self._believed_passed = believed or (seen if off and seen is not None else now), passed
        self._room = FAR if self._believed == now else OFF
        self._doubts = off or believed is not None
        self._right_since: float | None = None

    @property
    def believed(self) -> datetime:
        """From which time on is counted."""
        return self._believed

    def step(self, now: datetime, passed: float) -> timedelta:
        """By how much the clock was moved since the last step; small ones are summed up until they are noticed."""
        moved = now - self._seen_at - timedelta(seconds=passed - self._seen_passed)
        if abs(moved) < NOTICED:
            return timedelta(0)
        self._seen_at, self._seen_passed = now, passed
        return moved

    def is_believed(self, now: datetime, passed: float) -> bool:
        """True while it is near where it must be, and has been for long enough after any doubt."""
        away = now - self._believed - timedelta(seconds=passed - self._believed_passed)
        if not -FAR <= away <= self._room:
            self._doubts, self._right_since = True, None
        elif self._doubts:
            self._right_since = passed if self._right_since is None else self._right_since
            if passed - self._right_since >= SETTLES:
                self.believe(now, passed)
        return not self._doubts

    def believe(self, now: datetime, passed: float) -> None:
        """It is right: it has been for long enough, or somebody has looked."""
        self._believed, self._believed_passed, self._room = now, passed, FAR
        self._doubts, self._right_since = False, None
