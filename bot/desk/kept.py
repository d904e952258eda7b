"""``/kept/...``: a form that was sent when a proof was missing; after the proof its person sees what it does, and does it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from bot.desk.auth import Page, Visit
from bot.desk.shelf import Meant
from bot.locales import Words, names
from bot.usecases import accounts

#: Some Monday at noon, to name the days of a week.
_MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


def act_of(words: Words, route: str) -> str:
    """What a form does, as its own page says it."""
    case, file = "/conversation/{reference}", "/conversation/{reference}/attachment/{number}"
    return {
        f"{case}/force": words.gettext("Hand over at once, as a supervisor"),
        f"{case}/block": words.gettext("Block this contact"),
        f"{case}/unblock": words.gettext("End the block"),
        f"{case}/may-write-first": words.gettext("End the mark: may be written to first"),
        f"{file}/ask": words.gettext("Ask for the original"),
        f"{file}/agree": words.gettext("Agree that the original is taken"),
        "/duty/hours": words.gettext("Add hours of duty"),
        "/duty/absence": words.gettext("Add days off"),
        "/duty/ask": words.gettext("Ask somebody to take over your hours"),
        "/duty/languages": words.gettext("Languages in which I can talk to a defender"),
        "/messengers/code": words.gettext("New code"),
        "/messengers/confirm": words.gettext("I have asked them: trust the new number"),
        "/messengers/end": words.gettext("End this messenger"),
        "/accounts/invite": words.gettext("Invite somebody"),
        "/accounts/disable": words.gettext("End an account everywhere"),
        "/sessions/codes": words.gettext("New recovery codes"),
    }[route]


@dataclass(frozen=True)
class Kept:
    """The page, and its button."""

    acts: Mapping[str, Page]  #: what may wait for a proof, by route

    async def show(self, visit: Visit) -> Response:
        """What is about to be done."""
        meant = meant_by(visit, str(visit.request.path_params["token"]))
        if meant is None:
            return _none(visit)
        rows = list(_rows(visit, meant, await _names(visit)))
        act = act_of(visit.words, meant.route)
        return visit.page("kept.html", act=act, params=meant.params, rows=rows, away=visit.desk.ways.above(meant.path))

    async def carry_out(self, visit: Visit) -> Response:
        """Do it, once, as if its form had come now."""
        now = visit.desk.house.clock.now()
        meant = visit.desk.meant.take(visit.mine.id, str(visit.request.path_params["token"]), now)
        page = self.acts.get(meant.route) if meant else None
        if meant is None or page is None or visit.me.role not in page.roles:
            return _none(visit)
        scope = dict(visit.request.scope) | {"path": meant.path, "path_params": dict(meant.params)}
        return await page.handler(replace(visit, request=Request(scope), form=dict(meant.form)))


def meant_by(visit: Visit, token: str) -> Meant | None:
    """What waits under that name for this session; None: there is nothing, or not any more."""
    return visit.desk.meant.look(visit.mine.id, token, visit.desk.house.clock.now())


def act_after(visit: Visit, then: str) -> str | None:
    """What is confirmed after a proof that leads there."""
    meant = meant_by(visit, then.removeprefix("/kept/")) if then.startswith("/kept/") else None
    return act_of(visit.words, meant.route) if meant else None


def _none(visit: Visit) -> Response:
    return visit.problem(404, visit.words.gettext("Nothing waits here any more: it was done, or ten minutes are over."))


async def _names(visit: Visit) -> Mapping[str, str]:
    """Of everybody who may stand in a form, by id."""
    house = visit.desk.house
    async with house.store.begin() as tx:
        officers = await tx.officers.all()
    everybody = await accounts.everybody(house) if not visit.me.role.reads else ()
    return {each.id: each.name for each in officers} | {each.id: each.name for each in everybody}


def _rows(visit: Visit, meant: Meant, by_id: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What was filled in, with what it is; ids that name nobody are left out."""
    words, form = visit.words, meant.form
    for name, label in _labels(words).items():
        value = form.get(name, "")
        if name in {"to", "officer", "account"}:
            value = by_id.get(value, words.gettext("holiday of everybody") if value == "everybody" else "")
        elif name == "weekday" and value.isdecimal():
            value = words.weekday(_MONDAY + timedelta(days=int(value[:1])))
        elif name == "role":
            value = (words.named(names.ROLES, value) or value) if value else ""
        elif name == "turn":
            value = value.partition("|")[2]
        if value:
            yield label, value
    if spoken := [words.named(names.LANGUAGES, name[7:]) or name[7:] for name in form if name.startswith("speaks_")]:
        yield words.gettext("Languages"), ", ".join(spoken)


def _labels(words: Words) -> Mapping[str, str]:
    return {
        "to": words.gettext("Officer"),
        "officer": words.gettext("Officer"),
        "account": words.gettext("Name"),
        "name": words.gettext("Name"),
        "role": words.gettext("Role"),
        "turn": words.gettext("Day"),
        "weekday": words.gettext("Day"),
        "begins": words.gettext("From"),
        "ends": words.gettext("Until"),
        "first": words.gettext("First day"),
        "last": words.gettext("Last day"),
        "reason": words.gettext("Why"),
    }
