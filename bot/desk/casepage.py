"""A case's page: the card, the thread, and what may be done; whole, and as much as an open page renews by itself."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from starlette.responses import Response

from bot.desk import typed
from bot.desk.auth import Visit
from bot.desk.card import card_of, entries_of, rows_of
from bot.desk.marks import marks_of
from bot.desk.shelf import Typed
from bot.dialogue.truth import is_silent, may_write_first
from bot.domain.errors import Refused
from bot.domain.handoff import CLAIMABLE, State
from bot.domain.ids import parse_reference
from bot.locales import Words
from bot.ports import Officer
from bot.usecases import sight
from bot.usecases.block import may_block
from bot.usecases.casefile import GUIDES, Case, open_case
from bot.usecases.export import may_take, waits
from bot.usecases.handoff import OUTCOMES
from bot.usecases.house import House
from bot.usecases.reopen import why_not
from bot.usecases.snooze import choices
from bot.usecases.takeback import WAIT

#: What becomes of offering a case, by the audit.
_OFFERED = frozenset({"offered", "accepted", "declined", "offer_withdrawn", "offer_over", "forced", "claimed", "returned"})


@dataclass(frozen=True, kw_only=True)
class Canned:
    """A reply that is prepared for officers, in the defender's language and in the reader's."""

    name: str
    theirs: str = field(repr=False)
    mine: str = field(repr=False)
    final: bool


async def show(visit: Visit) -> Response:
    """The card, then the whole talk.  Every opening is a reading, and audited."""
    return await rendered(visit, "conversation.html")


async def live(visit: Visit) -> Response:
    """What changes on it, for the page's own script; a reading too."""
    return await rendered(visit, "_live.html")


async def rendered(visit: Visit, template: str) -> Response:
    """The page, with the words that have not gone in their boxes."""
    reference = parse_reference(str(visit.request.path_params["reference"]))
    if reference is None:
        return none(visit)
    try:
        case = await open_case(visit.desk.house, visit.acting, reference)
    except Refused:
        return none(visit)
    values = await _values(visit, case)
    return visit.page(template, 200, **values, **_boxes(typed.waiting(visit, reference), values))


def _boxes(words: Typed, values: Mapping[str, object]) -> dict[str, str]:
    """Words that have not gone; those whose box is not on the page stand beside, to be copied."""
    has_note, has_draft = not values["is_over"], bool(values["is_mine"])
    beside = Typed(draft="" if has_draft else words.draft, note="" if has_note else words.note, reason=words.reason)
    return {"draft": words.draft, "noted": words.note, "unsent": beside.all}


def none(visit: Visit) -> Response:
    """There is no such case for this officer; whether for another one is not said."""
    return visit.problem(404, visit.words.gettext("no such handoff in your queue"))


async def _values(visit: Visit, case: Case) -> dict[str, object]:
    house, opened = visit.desk.house, case.opened
    held, now = opened.handoff, house.clock.now()
    values: dict[str, object] = {
        "case": case,
        # Searching by the rules, and reading them the first time, takes a while: nobody else waits for it.
        "card": await asyncio.to_thread(card_of, house, visit.words, case),
        "rows": rows_of(visit.words, case),
        "entries": entries_of(case),
        "opened": opened,
        "held": held,
        "now": now,
        "numbered": sight.numbered,
        "left": lambda line: max(0, ceil((line.at + WAIT - now).total_seconds())),
        "exports": [(each, waits(each, now), may_take(each, visit.acting, now)) for each in case.exports],
        "mine": visit.acting.id,
        "officers": case.names,
        "is_over": not held.is_open,
        "is_silent": is_silent(opened.conversation.last_message_at, now),
        "writes_first": may_write_first(opened.conversation, held),
        "has_held": opened.conversation.key_changed_at is not None or any(line.state == "held" for line in opened.spoken),
        "outcomes": OUTCOMES,
        "offer": held if held.is_offered(now) else None,
        "declined": declined(case) if held.holder == visit.acting.id else None,
        "asides": choices(house, held),
        "guide": guide_of(house, visit.words, held.kind),
        "canned": canned_of(house, visit.words, opened.conversation.locale) if held.is_open else (),
    }
    return values | may_do(visit.acting, case, now) | marks_of(visit.acting, case)


def declined(case: Case) -> tuple[str, datetime] | None:
    """Who did not take it over, and when, while nothing has come of offering it since."""
    last = next((entry for entry in reversed(case.entries) if entry.event in _OFFERED), None)
    if last is None or last.event != "declined":
        return None
    return case.names.get(last.actor.partition(":")[2], "?"), last.at


def may_do(officer: Officer, case: Case, now: datetime) -> dict[str, object]:
    """Which acts the page offers; each is looked at again when it is done."""
    held = case.opened.handoff
    return {
        "is_mine": held.state is State.CLAIMED and held.holder == officer.id,
        "is_free": held.state in CLAIMABLE,
        "is_offered_me": held.offered_to == officer.id and held.is_offered(now),
        "is_watching": any(each.officer == officer.id for each in case.watching),
        "leads": officer.leads,
        "may_block": may_block(officer, held),
        "is_aside": held.state is State.SNOOZED and held.holder == officer.id,
        "may_reopen": why_not(case.opened.conversation, held, now) is None,
    }


def guide_of(house: House, words: Words, kind: str) -> tuple[str, bool] | None:
    """The guide beside this kind of case, and whether a clinician has read it."""
    name = GUIDES.get(kind)
    if name is None:
        return None
    return house.responses.line(name, words.locale, {}), house.responses.sources(name, words.locale).final


def canned_of(house: House, words: Words, locale: str) -> Sequence[Canned]:
    """The replies that are prepared for officers."""
    said = house.responses.line
    return [
        Canned(
            name=name, theirs=said(name, locale, {}), mine=said(name, words.locale, {}), final=house.responses.sources(name, locale).final
        )
        for name in house.responses.canned()
    ]
