"""The prepared texts as officers look after them: which are read, which are not, and by whom they have to be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.ids import OfficerId


class Standing(StrEnum):
    """How far a text can be relied on."""

    OK = "ok"
    DRAFT = "draft"  #: no native reader has confirmed it
    STALE = "stale"  #: too long ago
    CLINICIAN = "clinician"  #: a clinician has to read it first


@dataclass(frozen=True, kw_only=True)
class Review:
    """Somebody's word on a file as it was then."""

    file: str
    hash: str
    by: OfficerId | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Cited:
    """Where a text says that it comes from."""

    id: str
    title: str
    published: date | None
    url: str | None


@dataclass(frozen=True, kw_only=True)
class Text:
    """One text in one locale."""

    name: str
    locale: str
    cls: str  #: of its intent; empty for a named text
    file: str
    hash: str
    ok: bool  #: the file itself says so
    reviewed: date
    ends: date  #: from the day after it is stale
    for_clinician: bool  #: and none has read it
    sources: tuple[Cited, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Helper:
    """Who else can help, from ``resources.yml``."""

    name: str
    file: str
    checked: date
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class Form:
    """An answer as some channels show it."""

    channels: tuple[str, ...]
    variant: str  #: circumstances; empty: the usual ones
    pieces: tuple[tuple[str, bool, tuple[str, ...]], ...] = field(repr=False)  #: text, whether it is our renderer's HTML, buttons


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Everything in ``responses/`` as it was read last."""

    texts: tuple[Text, ...] = ()
    helpers: tuple[Helper, ...] = ()
    changed: tuple[str, ...] = ()  #: files that stand otherwise on the disk now
    read_at: datetime | None = None


def standing(text: Text, reviews: Iterable[Review], today: date) -> tuple[Standing, Review | None]:
    """How far it can be relied on, and whose word that is, where it is not the file's own; a word on another state of the file is none."""
    mine = max((each for each in reviews if each.file == text.file and each.hash == text.hash), key=lambda each: each.at, default=None)
    if text.for_clinician:
        return Standing.CLINICIAN, mine
    lives = text.ends - text.reviewed
    if max(text.reviewed, mine.at.date() if mine else text.reviewed) + lives < today:
        return Standing.STALE, mine
    return (Standing.OK if text.ok or mine else Standing.DRAFT), mine


def owed(standings: Mapping[tuple[str, str], Standing]) -> dict[str, dict[Standing, int]]:
    """By locale: how many texts wait for a native reader, for another look, for a clinician."""
    found: dict[str, dict[Standing, int]] = {}
    for (_, locale), each in standings.items():
        counted = found.setdefault(locale, dict.fromkeys(Standing, 0))
        counted[each] += 1
    return found
