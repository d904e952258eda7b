"""How the house stands: counted facts, and what of them a person must look at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: A message is answered, an answer sent and an emergency heard well within these times; longer is a fault.
INBOX_WAITS = timedelta(minutes=1)
OUTBOX_WAITS = timedelta(minutes=2)
#: A messenger that does not work for so long is a fault; a connection that breaks once is none.
MESSENGER_DOWN = timedelta(minutes=1)
#: An alert that was given up is a fault for so long, unless a later one to that officer was confirmed.
ALERTS_FAIL = timedelta(hours=24)
UNHEARD = timedelta(minutes=10)
#: With less free space than this (bytes) the database will soon keep nothing any more.
DISK_LOW = 200_000_000


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What the database says; times are aware and None where nothing of the kind is there."""

    waiting: int = 0  #: messages that nobody answered
    waiting_since: datetime | None = None
    unsent: int = 0  #: rows to be sent
    unsent_since: datetime | None = None  #: the oldest row that is overdue
    held: int = 0  #: rows that wait for an officer's word on a changed safety number
    given_up: int = 0  #: rows that will not be sent
    untrusted: int = 0  #: conversations whose changed safety number an officer confirmed in vain
    unreached: int = 0  #: officers whose last alert was given up
    poison: int = 0  #: payloads that could not be understood
    emergencies: int = 0  #: open ones
    unheard_since: datetime | None = None  #: the oldest open emergency that no person acknowledged
    unclear: int = 0  #: open ones
    officers: int = 0  #: enrolled
    last_kept: Mapping[str, datetime] = field(default_factory=dict)  #: by channel
    last_alert_sent: datetime | None = None  #: confirmed by a messenger
    events: Mapping[str, int] = field(default_factory=dict)  #: counted since the database was made


@dataclass(frozen=True, kw_only=True)
class Serving:
    """Which set of mission file and prepared texts people are answered from."""

    since: datetime | None = None  #: when it was read; None: it is not known
    refused: str | None = None  #: why the files as they stand now are not served: file, line and reason

    def __str__(self) -> str:
        """For the health page."""
        of = f"set of {self.since:%Y-%m-%dT%H:%M:%SZ}" if self.since else "set of the start"
        return f"refused, serving {of}: {self.refused}" if self.refused else f"serving {of}"


@dataclass(frozen=True, kw_only=True)
class Health:
    """The whole state at one moment."""

    at: datetime
    stored: Stored
    model_answers: bool
    disk_free: int  #: bytes
    needs_officers: bool  #: a real messenger is configured
    serving: Serving = field(default_factory=Serving)
    down: Mapping[str, datetime] = field(default_factory=dict)  #: since when messengers do not work, by the fault's name
    clock_believed: bool = True  #: else nothing is erased by time

    @property
    def faults(self) -> tuple[str, ...]:
        """Static words, the gravest first; empty: all is well."""
        return (*self._alarm_faults(), *self._work_faults())

    def _alarm_faults(self) -> Iterator[str]:
        if self.needs_officers and self.stored.officers == 0:
            yield "nobody_enrolled"
        if self._longer(self.stored.unheard_since, UNHEARD):
            yield "emergency_unheard"
        if self.stored.unreached:
            yield "alert_not_delivered"

    def _work_faults(self) -> Iterator[str]:
        yield from (fault for fault, since in sorted(self.down.items()) if self._longer(since, MESSENGER_DOWN))
        if self._longer(self.stored.waiting_since, INBOX_WAITS):
            yield "messages_wait"
        if self._longer(self.stored.unsent_since, OUTBOX_WAITS):
            yield "replies_wait"
        if self.stored.untrusted:
            yield "trust_failed"
        if not self.model_answers:
            yield "model_down"
        if self.serving.refused:
            yield "content_refused"
        if self.disk_free < DISK_LOW:
            yield "disk_low"
        if not self.clock_believed:
            yield "clock_doubted"

    def _longer(self, since: datetime | None, limit: timedelta) -> bool:
        return since is not None and self.at - since > limit
