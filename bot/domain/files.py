"""Files that come with messages: what each really is, by its content, and what is done with which."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.ids import ConversationId, OfficerId
from bot.domain.message import ChannelName

#: No file larger than this (bytes) is fetched or kept.
LARGEST = 20 * 1024 * 1024
#: So much of a file is sealed in one piece.
CHUNK = 256 * 1024
#: Of one message so many files are taken.
MOST_OF_MESSAGE = 32
#: Of one contact so many files in a day, and so many bytes at a time; not while an emergency of theirs is open.
MOST_IN_DAY = 60
MOST_BYTES = 300 * 1024 * 1024
#: More pixels than this are not decoded: a picture of a few kilobytes can claim to be as large as a house.
MOST_PIXELS = 60_000_000

#: A second person agrees to an export within this time after it was asked for, and it is taken within this time after that.
AGREED_WITHIN = timedelta(hours=24)
TAKEN_WITHIN = timedelta(hours=1)


class Sort(StrEnum):
    """What a file is."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    HEIC = "heic"
    PDF = "pdf"
    AUDIO = "audio"
    VIDEO = "video"
    PROGRAM = "program"
    OTHER = "other"


#: Shown at the desk, drawn anew from their pixels.
SHOWN = frozenset({Sort.JPEG, Sort.PNG, Sort.WEBP, Sort.GIF})
#: Played at the desk: what is heard of them, and nothing that is seen.
HEARD = frozenset({Sort.AUDIO, Sort.VIDEO})
#: As what a picture, a sound and an original are given to who asks for them.
DRAWN_AS, PLAYED_AS, ORIGINAL_AS = "image/jpeg", "audio/wav", "application/octet-stream"
#: Kept as evidence, to be exported with two persons' consent; nothing of them but sound is shown.
EVIDENCE = frozenset({Sort.HEIC, Sort.PDF, Sort.AUDIO, Sort.VIDEO, Sort.OTHER})
#: Not kept at all.
REFUSED = frozenset({Sort.PROGRAM})


class FileState(StrEnum):
    """How far we are with a file."""

    WANTED = "wanted"  #: still to be fetched
    KEPT = "kept"
    REFUSED = "refused"  #: too large, too many, or of a sort that is not kept
    FAILED = "failed"  #: it could not be had


@dataclass(frozen=True, kw_only=True)
class File:
    """What is known of a file that came with a message."""

    id: str
    state: FileState
    sort: Sort | None = None
    size: int | None = None
    sha256: str = field(default="", repr=False)  #: of the original, in hexadecimal
    kept_at: datetime | None = None
    failure: str = ""  #: one static word
    chunks: int = 0

    @property
    def is_picture(self) -> bool:
        """Whether the desk shows it."""
        return self.state is FileState.KEPT and self.sort in SHOWN

    @property
    def is_sound(self) -> bool:
        """Whether the desk plays it."""
        return self.state is FileState.KEPT and self.sort in HEARD


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a file once it is here."""

    sort: Sort
    size: int
    sha256: str = field(repr=False)


def known(content: bytes) -> Known:
    """All of it; a large file takes a while.  Never raises."""
    return Known(sort=judge(content), size=len(content), sha256=hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A file that somebody has taken and must now fetch."""

    id: str
    token: str
    conversation: ConversationId
    channel: ChannelName
    handle: str = field(repr=False)
    attempts: int
    wanted_at: datetime


@dataclass(frozen=True, kw_only=True)
class Room:
    """How much is held already."""

    of_contact: int  #: bytes of this contact
    in_day: int  #: files of this contact kept in the last day
    in_all: int  #: bytes of everybody
    emergency: bool  #: an emergency of this contact is open: no limit of one contact holds

    @property
    def is_used_up(self) -> bool:
        """This contact has sent more than is taken."""
        return not self.emergency and (self.in_day >= MOST_IN_DAY or self.of_contact >= MOST_BYTES)


@dataclass(frozen=True, kw_only=True)
class Refusals:
    """Files of the last day that could not be kept, as far as their sender does not know it."""

    untold: bool = False
    others: bool = False  #: some of what came with them is kept, or may be
    under_way: bool = False  #: some of it is still to be fetched
    told_lately: bool = False  #: the same was said a few minutes ago


@dataclass(frozen=True, kw_only=True)
class Export:
    """Somebody asks for an original, and somebody else may agree."""

    id: str
    file: str
    number: str  #: as officers name it, such as ``2.1``
    asked_by: OfficerId
    asked_at: datetime
    reason: str = field(default="", repr=False)
    agreed_by: OfficerId | None = None
    agreed_at: datetime | None = None


_RIFF = {b"WEBP": Sort.WEBP, b"WAVE": Sort.AUDIO, b"AVI ": Sort.VIDEO}
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"})
_AUDIO_BRANDS = frozenset({b"M4A ", b"M4B "})
_BEGINNINGS = (
    (b"\xff\xd8\xff", Sort.JPEG),
    (b"\x89PNG\r\n\x1a\n", Sort.PNG),
    (b"GIF87a", Sort.GIF),
    (b"GIF89a", Sort.GIF),
    (b"%PDF-", Sort.PDF),
    (b"OggS", Sort.AUDIO),
    (b"ID3", Sort.AUDIO),
    (b"fLaC", Sort.AUDIO),
    (b"#!AMR", Sort.AUDIO),
    (b"\x1a\x45\xdf\xa3", Sort.VIDEO),
    (b"MZ", Sort.PROGRAM),
    (b"\x7fELF", Sort.PROGRAM),
    (b"#!", Sort.PROGRAM),
    (b"dex\n", Sort.PROGRAM),
    (b"\xca\xfe\xba\xbe", Sort.PROGRAM),
    (b"\xfe\xed\xfa\xce", Sort.PROGRAM),
    (b"\xfe\xed\xfa\xcf", Sort.PROGRAM),
    (b"\xce\xfa\xed\xfe", Sort.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Sort.PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", Sort.PROGRAM),  # a shortcut of Windows
)


def judge(content: bytes) -> Sort:
    """What the bytes are; what the sender claims does not count.  Never raises."""
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12], Sort.OTHER)
    if content[4:8] == b"ftyp":
        return _of_brand(content[8:12])
    found = next((sort for beginning, sort in _BEGINNINGS if content.startswith(beginning)), None)
    if found is not None:
        return found
    # MPEG audio frames (MP3, AAC): eleven bits of ones; 0xFFFE and 0xFFFF begin texts in UTF-16 and nothing.
    return Sort.AUDIO if len(content) > 3 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0 and content[1] < 0xFE else Sort.OTHER


def _of_brand(brand: bytes) -> Sort:
    if brand in _HEIC:
        return Sort.HEIC
    return Sort.AUDIO if brand in _AUDIO_BRANDS else Sort.VIDEO
