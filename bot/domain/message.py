"""What comes in and what goes out, in our own words and no messenger's."""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.domain.ids import ContactId, ConversationId, MessageId, OfficerId, OutboxId

_ANCHOR = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"</?(?:b|i|code)>")


class ChannelName(StrEnum):
    """The messengers we speak on."""

    TELEGRAM = "telegram"
    SIGNAL = "signal"
    CONSOLE = "console"
    DRILL = "drill"  #: nobody: an exercise's messages come from here, and what is said to it goes nowhere
    SERVICE = "service"  #: mail, push or webhook, by which officers are rung and nobody is answered


#: Channels on which somebody reads what we say.
SHOWN = tuple(name for name in ChannelName if name not in {ChannelName.DRILL, ChannelName.SERVICE})


class Kind(StrEnum):
    """What an incoming message is; the docs' table of frames says how each is treated."""

    TEXT = "text"
    BUTTON = "button"  #: an inline button was pressed; ``text`` is what the button stands for
    VOICE = "voice"
    CALL = "call"
    PHOTO = "photo"
    VIDEO = "video"
    LOCATION = "location"
    STICKER = "sticker"
    CONTACT = "contact"
    DOCUMENT = "document"
    EDIT = "edit"  #: ``target`` names the message edited, ``text`` is its new text
    DELETION = "deletion"  #: ``target`` names the message the person deleted
    UNREADABLE = "unreadable"  #: it could not be decrypted; there is nothing to read
    GROUP = "group"  #: anything said in a group; ``sender`` is the group's address
    BLOCKED = "blocked"  #: the person blocked or left us
    EMPTY = "empty"  #: no text, no content that we know: a timer change, a poll, a dice


#: Kinds that change what is kept and are never answered.
SILENT_KINDS = frozenset({Kind.DELETION, Kind.BLOCKED})

#: Names of outbox rows that are acts at the messenger, not words to anybody.
ERASE_CHAT = "erase_chat"  #: delete our messages in the chat
ERASE_FILES = "erase_files"  #: delete a person's files where the messenger keeps them for us
TRUST_KEY = "trust_key"  #: an officer confirmed the changed safety number: tell the messenger
SET_TIMER = "set_timer"  #: tell the messenger how long words stay in the chat with an officer
ACTS = frozenset({ERASE_CHAT, ERASE_FILES, TRUST_KEY, SET_TIMER})
#: Words of a case for its holder's own messenger, by the name of their row.
OFFICER_CONTENT = "officer_content"
#: Acts of a stream of their own: no words wait for them, and no changed safety number holds them.
OWN_STREAM = frozenset({ERASE_FILES, TRUST_KEY})


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that came with a message: what it claims to be, and the messenger's handle to fetch it later."""

    content_type: str
    handle: str = field(repr=False)
    size: int | None = None

    @property
    def is_itself(self) -> bool:
        """A place or a person's card: the handle is the thing, and there is no file to fetch."""
        return self.size is None and self.content_type in {"geo", "text/vcard"}


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """One message of a person, as a channel's ``parse`` made it from a payload."""

    channel: ChannelName
    account: str = field(repr=False)  #: our own side: the bot's id or number
    key: str = field(repr=False)  #: unique for this message on (channel, account); a redelivery has the same
    sender: str = field(repr=False)  #: the address that an answer goes to
    kind: Kind
    text: str = field(default="", repr=False)
    target: str | None = field(default=None, repr=False)  #: the key of the message that is edited or deleted
    expires_in: int = 0  #: seconds after which the sender's messenger deletes it; 0: never
    forwarded: bool = False
    language_hint: str | None = None  #: the messenger's own guess of the person's language
    attachments: tuple[Attachment, ...] = ()
    key_changed: bool = False  #: the messenger no longer trusts that this is the same phone
    group_left: bool = False
    quoted: str = field(default="", repr=False)  #: words of the message that it answers; only an officer's are looked at
    called: str | None = field(default=None, repr=False)  #: another name of the sender there: a number, a user name in small letters


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """A payload that is understood and on purpose not kept (typing, receipts, our own phone's sync)."""

    channel: ChannelName
    reason: str  #: a static word such as ``typing``; the name of a counted event


@dataclass(frozen=True, kw_only=True)
class Poison:
    """A payload that cannot be understood: kept as it is, counted, shown to officers, and never in the way."""

    channel: ChannelName
    account: str = field(repr=False)
    key: str = field(repr=False)
    raw: str = field(repr=False)


Arrival = Incoming | Ignored | Poison


@dataclass(frozen=True, kw_only=True)
class Message:
    """A kept message of a defender, read back from the inbox in the order of its conversation."""

    id: MessageId
    conversation: ConversationId
    seq: int
    kind: Kind
    text: str = field(repr=False)
    received_at: datetime
    forwarded: bool = False
    language_hint: str | None = None
    deleted: bool = False  #: the sender deleted it before it was answered


@dataclass(frozen=True, kw_only=True)
class OfficerMessage:
    """A kept message of an officer (or of somebody with an enrolment code): never part of a conversation."""

    id: MessageId
    officer: OfficerId
    text: str = field(repr=False)
    received_at: datetime
    kind: Kind = Kind.TEXT
    expires_in: int = 0  #: how long, by the timer of that chat, their own words stay there
    about: str | None = None  #: the reference that the message it answers begins with
    attempts: int = 1  #: how often it was begun, this time included


class Lane(StrEnum):
    """Alerts have a lane of their own, so that no answer ever delays one."""

    REPLY = "reply"
    ALERT = "alert"


class Speaker(StrEnum):
    """Who says it: a claim cancels what the bot had still to say, nothing else."""

    BOT = "bot"
    NOTICE = "notice"  #: a one-line notice that an officer's act queues
    OFFICER = "officer"
    ALERT = "alert"


class Care(StrEnum):
    """What happens after an ambiguous failure (design section 4.6)."""

    MUST = "must"  #: emergencies, officers' words, alerts: sent again until confirmed
    ONCE = "once"  #: an ordinary answer: sent again at most once


class Button(NamedTuple):
    """What a person may press instead of typing it."""

    label: str
    data: str  #: what it means, for ever: at most 64 bytes, and never a place in a list


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Wire-ready text for one channel: one send."""

    text: str = field(repr=False)
    styled: bool = False  #: True: HTML with the few tags of ``rendering``; False: to be sent exactly as it is
    buttons: tuple[Button, ...] = ()

    @property
    def words(self) -> str:
        """Its words alone, as somebody reads them where no style can be shown."""
        return html.unescape(_TAG.sub("", _ANCHOR.sub(r"\2 (\1)", self.text))) if self.styled else self.text


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Something to be said, about to be queued."""

    piece: Piece
    speaker: Speaker
    care: Care
    name: str  #: the response's name, for the counters and the audit; never its text
    lane: Lane = Lane.REPLY
    is_question: bool = False  #: it is the danger question: its sending time is kept
    is_erasure: bool = False  #: it answers an erasure: it goes out although the contact is erased
    alert_step: int | None = None  #: alerts: which round of ringing
    by: OfficerId | None = None  #: an officer's own words: whose; the defender never sees it


def emptying(keys: Sequence[str]) -> Draft:
    """What deletes our messages with these keys in the chat."""
    return Draft(piece=Piece(text=json.dumps(list(keys))), speaker=Speaker.NOTICE, care=Care.MUST, name=ERASE_CHAT, is_erasure=True)


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A queued row that the courier has taken and must now send."""

    id: OutboxId
    token: str
    channel: ChannelName
    account: str = field(repr=False)
    address: str = field(repr=False)
    piece: Piece = field(repr=False)
    speaker: Speaker
    care: Care
    lane: Lane
    name: str
    attempts: int  #: how often it was tried before
    ambiguous: int  #: how many of those may have arrived
    contact: ContactId | None = None
    officer: OfficerId | None = None
    conversation: ConversationId | None = None
    alone: bool = False  #: nothing else was due when it was taken

    @property
    def way(self) -> str:
        """A messenger and a lane of it: what hangs there holds up nothing that goes another way."""
        return way(self.channel, self.lane)


def way(channel: ChannelName, lane: Lane) -> str:
    """As ``Outgoing.way``."""
    return f"{channel}:{lane}"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A messenger's word that it has taken a message."""

    key: str = field(repr=False)  #: its id there, for deleting it later
