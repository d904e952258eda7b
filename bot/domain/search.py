"""What officers look for among handoffs, old and new: facts about a case, or who it is with; never what was said."""

import re
from dataclasses import dataclass, field, fields
from datetime import datetime

from bot.domain.handoff import HandoffClass, State
from bot.domain.ids import OfficerId
from bot.domain.message import ChannelName

#: An address on a messenger, or another name by which it knows a person.
Address = tuple[ChannelName, str]


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is asked for; what is None asks for nothing."""

    reference: str | None = None
    officer: OfficerId | None = None  #: who holds it, or ever acted in it
    opened_from: datetime | None = None
    opened_before: datetime | None = None
    cls: HandoffClass | None = None
    kind: str | None = None
    state: State | None = None
    channel: ChannelName | None = None
    locale: str | None = None
    blocked: bool | None = None  #: of contacts that officers have blocked
    contact: tuple[Address, ...] | None = field(default=None, repr=False)  #: any of these addresses
    older_than: str | None = None  #: the reference after which the next page begins

    @property
    def by(self) -> tuple[str, ...]:
        """Which of them are asked for, without what is asked: for the audit."""
        return tuple(each.name for each in fields(self) if getattr(self, each.name) is not None)


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NUMBER = re.compile(r"(\+|00)?[0-9]{5,20}")
_NAME = re.compile(r"(?:https?://)?(?:t\.me/|telegram\.me/)?@?([A-Za-z][A-Za-z0-9_]{3,31})/?", re.IGNORECASE)
_SPACING = re.compile(r"[\s().\u00ad\u200e\u200f\u202a-\u202e/-]")
#: No address is longer.
LONGEST = 120


def addresses(written: str) -> tuple[Address, ...]:
    """Every address that the words may mean: a Signal number or UUID, a Telegram id or @name; empty when they can mean none."""
    written = written.strip()[:LONGEST]
    if _UUID.fullmatch(written):
        return ((ChannelName.SIGNAL, written.lower()),)
    if written.startswith("group."):
        return ((ChannelName.SIGNAL, written),)
    digits = _SPACING.sub("", written)
    if number := _NUMBER.fullmatch(digits):
        international = digits.removeprefix(number[1] or "")
        on_signal = ((ChannelName.SIGNAL, f"+{international}"),)
        return on_signal if number[1] else (*on_signal, (ChannelName.TELEGRAM, digits))
    if name := _NAME.fullmatch(written):
        return ((ChannelName.TELEGRAM, name[1].lower()),)
    return ()
