"""The one guard for every route: who may have the page, whose form it is, and what becomes of what cannot be done yet."""

import secrets
from dataclasses import replace

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.desk.auth import Desk, Page, Visit, for_strangers, home_of
from bot.desk.security import TooLarge, comes_from_us, form_of, is_same
from bot.desk.shelf import Meant, Typed, typed_in
from bot.desk.typed import of_browser
from bot.domain.account import Account
from bot.domain.ids import parse_reference
from bot.locales import Words
from bot.ports import Officer
from bot.usecases import sign_in

_FORM_TOKEN = "form_token"  # noqa: S105 - a field's name


async def admit(desk: Desk, page: Page, request: Request) -> Response:
    """Carry out a page's handler for whoever may have it; everybody else is refused here, and nowhere else."""
    # Who asks is looked at after the body has come: whoever sends one may hold it back for as long as they like.
    form = await _form(desk, page, request) if page.method == "POST" else {}
    visit = await _visit(desk, page, request)
    desk.sweep()
    if page.roles and visit.account is None:
        return await at_door(visit, page, form or {}) if not page.passive else Response(status_code=401)
    if page.roles and visit.me.role not in page.roles:
        return visit.problem(403, visit.words.gettext("This page is not for your role."))
    if page.roles and visit.mine.renews and not page.early:
        return _first_a_factor(visit, page) if not page.passive else Response(status_code=401)
    if page.method == "POST":
        if form is None:
            return visit.problem(413, visit.words.gettext("That was too long."))
        if not comes_from_us(request) or not is_same(form.get(_FORM_TOKEN), visit.form_token):
            return too_old(visit, page, form)
        visit = replace(visit, form=form)
    if page.fresh and not visit.mine.is_proved(desk.house.clock.now()):
        return visit.go(_to_proof(visit, page))
    return await page.handler(visit)


async def _form(desk: Desk, page: Page, request: Request) -> dict[str, str] | None:
    """None: longer than any of ours."""

    async def is_known() -> bool:
        return (await _visit(desk, page, request)).account is not None

    try:
        return await form_of(request, is_known)
    except (TooLarge, ClientDisconnect):  # nobody hears what is said to whoever has left, and it is no fault of ours to log
        return None


def back_to(visit: Visit, page: Page) -> str:
    """The page itself, or the one on which its form stands."""
    path: str = visit.request.scope["path"]
    return path if page.method == "GET" else visit.desk.ways.above(path)


def _to_proof(visit: Visit, page: Page) -> str:
    """To the proof, and from there back; what a form asks for waits meanwhile, where that can be shown to be confirmed."""
    then = back_to(visit, page)
    if not page.kept:
        return f"/prove?then={then}" + ("&again=1" if page.method == "POST" and then != visit.request.scope["path"] else "")
    name = secrets.token_urlsafe(32)
    meant = Meant.of(page.path, visit.request.scope["path"], visit.request.path_params, visit.form)
    visit.desk.meant.put(visit.mine.id, name, meant, visit.desk.house.clock.now())
    return f"/prove?then=/kept/{name}"


def _first_a_factor(visit: Visit, page: Page) -> Response:
    """A lost second factor is replaced first; then it goes on to where it was going."""
    then = back_to(visit, page)
    if then != home_of(visit.me.role):
        visit.desk.heading.put(visit.mine.id, "then", then, visit.desk.house.clock.now())
    return visit.go("/authenticator")


async def _visit(desk: Desk, page: Page, request: Request) -> Visit:
    words = _words(desk, request)
    token = request.cookies.get(desk.cookie("session"), "")
    found = await sign_in.visit(desk.house, token, acts=not page.passive) if token else None
    if found is None:
        # A stranger's form must bring what a cookie of theirs holds: no other site can read it.
        return Visit(request=request, desk=desk, words=words, form_token=request.cookies.get(desk.cookie("form"), ""))
    account, session = found
    officer = await _officer(desk, account)
    known = Visit(
        request=request, desk=desk, words=words, form_token=session.form_token, account=account, session=session, officer=officer
    )  # fmt: skip
    return known if page.passive else replace(known, troubles=await desk.badge.number(officer))


async def _officer(desk: Desk, account: Account) -> Officer | None:
    if account.officer is None:
        return None
    async with desk.house.store.begin() as tx:
        return await tx.officers.get(account.officer)


def _words(desk: Desk, request: Request) -> Words:
    """The language that was chosen here, else that of the mission's officers."""
    catalogues, chosen = desk.house.catalogues, request.cookies.get(desk.cookie("language"), "")
    return catalogues.words(chosen if chosen in catalogues.available else desk.house.officer_locale)


async def at_door(visit: Visit, page: Page, form: dict[str, str]) -> Response:
    """To the sign-in, and from there back to the page.  Words that were sent too late for their session wait, or are shown again.

    They wait only for a browser that was signed in: whoever never was can fill nothing here.
    """
    then = back_to(visit, page)
    to = f"/sign-in?then={then}" if then != "/" and visit.desk.ways.lead(then) else "/sign-in"
    typed = _typed(visit, page, form)
    owner = of_browser(visit)
    if typed is None or owner is None:
        return visit.go(to)
    reference, words = typed
    over = await sign_in.ended(visit.desk.house, visit.request.cookies[visit.desk.cookie("session")])
    if over is None:
        # Nobody knows any more whose session that was: the browser keeps what it has just sent.
        return for_strangers(visit, "sign_in.html", 401, then=then, unsent=words.all)
    visit.desk.typed.put(owner, reference, replace(words, account=over.account), visit.desk.house.clock.now())
    return visit.go(to)


def _typed(visit: Visit, page: Page, form: dict[str, str]) -> tuple[str, Typed] | None:
    """The case and the words of a form of its page, where there are any; another site's words are nobody's here."""
    reference = parse_reference(visit.request.path_params.get("reference", ""))
    if page.method != "POST" or reference is None or not comes_from_us(visit.request):
        return None
    words = Typed(**typed_in(page.path, form))
    return (reference, words) if words.all else None


def too_old(visit: Visit, page: Page, form: dict[str, str]) -> Response:
    """Refused; what was typed into it is shown, and stands in its box again."""
    sentence = visit.words.gettext("This form is too old, or not from this page. Open the page again.")
    typed, there = _typed(visit, page, form), None if visit.account is None else back_to(visit, page)
    if typed is None or visit.session is None:
        return visit.page("problem.html", 403, sentence=sentence, there=there)
    reference, words = typed
    visit.desk.typed.put(visit.session.id, reference, words, visit.desk.house.clock.now())
    return visit.page("problem.html", 403, sentence=sentence, back=reference, unsent=words.all)
