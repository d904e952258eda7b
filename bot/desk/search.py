"""``/search``: handoffs by facts about them, open and closed.  What is asked never stands in an address, which browsers keep."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from starlette.responses import Response

from bot.desk.auth import Visit
from bot.domain.handoff import HandoffClass, State
from bot.domain.ids import parse_reference
from bot.domain.message import ChannelName
from bot.domain.search import LONGEST, Sought, addresses
from bot.locales import names
from bot.ports import Officer
from bot.usecases import search

_FIELDS = ("reference", "contact", "officer", "opened_from", "opened_to", "cls", "kind", "state", "channel", "locale", "blocked")
_Value = TypeVar("_Value", bound=StrEnum)


@dataclass
class Asked:
    """The form as it was filled in, and what of it cannot be."""

    sought: Sought
    wrong: list[str] = field(default_factory=list)  #: names of fields


async def show(visit: Visit) -> Response:
    """The empty form."""
    return await _page(visit, {}, None, [])


async def find(visit: Visit) -> Response:
    """A page of what was found; what cannot be asked is said beside its field, and nothing is looked for."""
    house = visit.desk.house
    given = {name: visit.form.get(name, "").strip()[:LONGEST] for name in _FIELDS}
    asked = _asked(given, visit.form.get("older_than", ""), await search.people(house), house.timezone)
    if asked.wrong:
        await search.refused(house)
        return await _page(visit, given, None, asked.wrong)
    return await _page(visit, given, await search.search(house, visit.acting, asked.sought), [])


async def _page(visit: Visit, given: Mapping[str, str], found: search.Found | None, wrong: list[str]) -> Response:
    house = visit.desk.house
    return visit.page(
        "search.html",
        400 if wrong else 200,
        given={name: given.get(name, "") for name in _FIELDS},
        found=found,
        wrong=wrong,
        officers=await search.people(house),
        choices=_choices(house.locales),
        now=house.clock.now(),
    )


def _choices(locales: tuple[str, ...]) -> list[tuple[str, names.Table, list[str]]]:
    """Fields that are chosen from a list: with the words for each code."""
    return [
        ("cls", names.CLASSES, [str(each) for each in reversed(HandoffClass)]),
        ("kind", names.KINDS, list(names.KINDS)),
        ("state", names.STATES, [str(each) for each in State]),
        ("channel", names.CHANNELS, [str(each) for each in ChannelName if each is not ChannelName.SERVICE]),
        ("locale", names.LANGUAGES, list(locales)),
        ("blocked", names.BLOCKED, list(names.BLOCKED)),
    ]


def _asked(given: Mapping[str, str], older_than: str, officers: list[Officer], zone: ZoneInfo) -> Asked:
    """The fields as values; an empty one asks for nothing."""
    read = dict(_read(given, officers, zone))
    wrong = [name for name, value in read.items() if given[name] and value is None]
    until = read.pop("opened_to")
    before = until + timedelta(days=1) if until else None
    sought = Sought(**(read | {"opened_before": before, "older_than": parse_reference(older_than)}))
    return Asked(sought, wrong)


def _read(given: Mapping[str, str], officers: list[Officer], zone: ZoneInfo) -> Iterator[tuple[str, Any]]:
    yield "reference", parse_reference(given["reference"])
    yield "contact", addresses(given["contact"]) or None
    yield "officer", next((each.id for each in officers if each.id == given["officer"]), None)
    yield "opened_from", _midnight(given["opened_from"], zone)
    yield "opened_to", _midnight(given["opened_to"], zone)
    yield "cls", _one_of(HandoffClass, given["cls"])
    yield "state", _one_of(State, given["state"])
    yield "channel", _one_of(ChannelName, given["channel"])
    yield "kind", given["kind"] if given["kind"] in names.KINDS else None
    yield "locale", given["locale"] or None
    yield "blocked", True if given["blocked"] in names.BLOCKED else None


def _midnight(written: str, zone: ZoneInfo) -> datetime | None:
    """Where that day begins in the mission's time zone; None when it is no day."""
    try:
        return datetime.combine(date.fromisoformat(written), time(), zone)
    except ValueError:
        return None


def _one_of(values: type[_Value], written: str) -> _Value | None:
    return values(written) if written in list(values) else None
