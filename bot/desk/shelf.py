"""What somebody typed or meant and is not done yet: in this process's memory alone, for minutes, each browser's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

#: An act that waits for a proof is as long open as a proof is.
MEANT_LIVES = timedelta(minutes=10)
#: Words wait as long as a session that nobody uses: whoever was away for a moment finds them again.
TYPED_LIVES = timedelta(minutes=30)
#: So many things at most, of everybody together: then the oldest goes.
MOST = 200
#: What is never kept, whatever form it stands in.
_SECRETS = frozenset({"form_token", "password", "again", "code", "answer"})

Thing = TypeVar("Thing")


class Shelf(Generic[Thing]):
    """Things by their owner and a name; nobody else's hand reaches them."""

    def __init__(self, lives: timedelta) -> None:
        """Each is gone after so long."""
        self._lives = lives
        self._kept: dict[tuple[str, str], tuple[datetime, Thing]] = {}

    def put(self, owner: str, name: str, thing: Thing, now: datetime) -> None:
        """In the place of what was there of that name."""
        self._kept.pop((owner, name), None)
        self._kept[owner, name] = (now + self._lives, thing)
        self.sweep(now)
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]

    def look(self, owner: str, name: str, now: datetime) -> Thing | None:
        """It stays there; None: there is none, or not any more."""
        until, thing = self._kept.get((owner, name), (now, None))
        return thing if until > now else None

    def take(self, owner: str, name: str, now: datetime) -> Thing | None:
        """It is not there any more: of several who reach for it one has it."""
        found = self.look(owner, name, now)
        self._kept.pop((owner, name), None)
        return found

    def of(self, owner: str, now: datetime) -> Mapping[str, Thing]:
        """Everything of theirs, by name."""
        return {name: thing for (whose, name), (until, thing) in self._kept.items() if whose == owner and until > now}

    def drop(self, owner: str) -> None:
        """Everything of theirs is gone."""
        self._kept = {key: kept for key, kept in self._kept.items() if key[0] != owner}

    def sweep(self, now: datetime) -> None:
        """What is over is gone, whether anybody asks for it or not."""
        self._kept = {key: kept for key, kept in self._kept.items() if kept[0] > now}


@dataclass(frozen=True, kw_only=True)
class Meant:
    """A form that was sent when a proof was missing."""

    route: str  #: by which the table knows what it does
    path: str
    params: Mapping[str, str]
    form: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, route: str, path: str, params: Mapping[str, str], form: Mapping[str, str]) -> "Meant":
        """Without anything that opens something."""
        return cls(route=route, path=path, params=dict(params), form={name: value for name, value in form.items() if name not in _SECRETS})


@dataclass(frozen=True, kw_only=True)
class Typed:
    """Words that stood on a case's page when a button was pressed, and have not gone."""

    draft: str = field(default="", repr=False)  #: in the box for an answer
    note: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)
    account: str = ""  #: whose they are, where their session is over

    @property
    def all(self) -> str:
        """To be copied."""
        return "\n\n".join(filter(None, (self.draft, self.note, self.reason)))


def typed_in(route: str, form: Mapping[str, str]) -> Mapping[str, str]:
    """The boxes of a form of a case's page, by their names in ``Typed``, as far as it has them."""
    boxes = {"draft": "text", "note": "note", "reason": "reason"}
    if route.endswith("/note") and "note" not in form:
        # Where there is no box for an answer the note has a form of its own.
        boxes = {"note": "text"}
    return {name: form[box].replace("\r\n", "\n").strip() for name, box in boxes.items() if box in form}
