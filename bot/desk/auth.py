"""Who is at the door of a page: stranger or account, with which role; one guard for every route."""

import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.desk.badge import Badge
from bot.desk.keys import DeskKeys
from bot.desk.pages import Pages
from bot.desk.pictures import Pictures
from bot.desk.proxies import NO_PROXIES, Proxies
from bot.desk.security import TooLarge, comes_from_us, form_of, is_same
from bot.desk.sounds import Sounds
from bot.domain.account import Account, Role, Session
from bot.locales import Words
from bot.ports import ContentBook, Officer, Proofs
from bot.usecases import sign_in
from bot.usecases.house import House

READERS = frozenset({Role.OFFICER, Role.SUPERVISOR})
SUPERVISORS = frozenset({Role.SUPERVISOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
EVERYBODY = READERS | ADMINISTRATORS
LEADERS = SUPERVISORS | ADMINISTRATORS
#: Nobody is asked who they are.
STRANGERS: frozenset[Role] = frozenset()

#: What may stand in the address of a page of ours; never another host's.
_PAGE = re.compile(r"/[A-Za-z0-9_-]+(/([A-Za-z0-9_-]+|\d+\.\d+))*")
_FORM_TOKEN = "form_token"  # noqa: S105 - a field's name


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What every page may use."""

    house: House
    proofs: Proofs
    pages: Pages
    address: str  #: under which browsers reach it
    secure: bool  #: by https
    keys: DeskKeys | None  #: passkeys for that address; None: browsers make none for it
    proxies: Proxies = NO_PROXIES
    badge: Badge
    book: ContentBook  #: the prepared texts
    pictures: Pictures = field(default_factory=Pictures)  #: draws what came with messages
    sounds: Sounds = field(default_factory=Sounds)  #: plays it

    def cookie(self, name: str) -> str:
        """``__Host-`` cookies are for https; over plain loopback, where there is none, they have a plain name."""
        return f"__Host-{name}" if self.secure else f"dl_{name}"

    def keep(self, response: Response, name: str, value: str, seconds: int | None = None) -> None:
        """Set one of our cookies."""
        response.set_cookie(
            self.cookie(name), value, max_age=seconds, path="/", secure=self.secure, httponly=True, samesite="strict"
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request, with who makes it."""

    request: Request = field(repr=False)
    desk: Desk
    words: Words
    form: dict[str, str] = field(default_factory=dict, repr=False)
    form_token: str = field(default="", repr=False)
    account: Account | None = None
    session: Session | None = None
    officer: Officer | None = None
    troubles: int = 0  #: how many things are wrong, of those that this account may know of

    @property
    def me(self) -> Account:
        """The account of a page that is for accounts only."""
        assert self.account is not None  # noqa: S101 - the guard lets nobody else pass
        return self.account

    @property
    def mine(self) -> Session:
        """Its session."""
        assert self.session is not None  # noqa: S101 - as above
        return self.session

    @property
    def acting(self) -> Officer:
        """The officer of a page that is for officers and supervisors only."""
        assert self.officer is not None  # noqa: S101 - as above
        return self.officer

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """A page in the visitor's language."""
        shared = {"visit": self, "me": self.account, "form_token": self.form_token}
        return self.desk.pages.render(template, self.words, status, shared | values)

    def go(self, path: str) -> Response:
        """To another page of ours, by GET."""
        return RedirectResponse(path, 303)

    def problem(self, status: int, sentence: str) -> Response:
        """A page that says what is wrong, and nothing of what was asked for."""
        return self.page("problem.html", status, sentence=sentence)


Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True)
class Page:
    """One route, with whom it is for."""

    path: str
    handler: Handler
    roles: frozenset[Role]
    method: str = "GET"
    fresh: bool = False  #: only shortly after password and code were given
    passive: bool = False  #: asked for by a page and not by a person: keeps no session awake
    early: bool = False  #: also while a lost second factor has to be replaced


async def admit(desk: Desk, page: Page, request: Request) -> Response:
    """Carry out a page's handler for whoever may have it; everybody else is refused here, and nowhere else."""
    # Who asks is looked at after the body has come: whoever sends one may hold it back for as long as they like.
    form = await _form(request) if page.method == "POST" else {}
    visit = await _visit(desk, page, request)
    if page.roles and visit.account is None:
        return visit.go("/sign-in") if not page.passive else Response(status_code=401)
    if page.roles and visit.me.role not in page.roles:
        return visit.problem(403, visit.words.gettext("This page is not for your role."))
    if page.roles and visit.mine.renews and not page.early:
        return visit.go("/authenticator") if not page.passive else Response(status_code=401)
    if page.method == "POST":
        if form is None:
            return visit.problem(413, visit.words.gettext("That was too long."))
        if not comes_from_us(request) or not is_same(form.get(_FORM_TOKEN), visit.form_token):
            return visit.problem(403, visit.words.gettext("This form is too old, or not from this page. Open the page again."))
        visit = replace(visit, form=form)
    if page.fresh and not visit.mine.is_proved(desk.house.clock.now()):
        return visit.go(f"/prove?then={_back_to(page, request)}")
    return await page.handler(visit)


async def _form(request: Request) -> dict[str, str] | None:
    """None: longer than any of ours."""
    try:
        return await form_of(request)
    except TooLarge:
        return None


def _back_to(page: Page, request: Request) -> str:
    """The page from which something dangerous was to be done: the page itself, or the one that a form's address begins with."""
    path = request.url.path
    return path if page.method == "GET" else path.rpartition("/")[0] or path


def home_of(role: Role) -> str:
    """The first page of a role."""
    return "/" if role.reads else "/accounts"


def after_proof(visit: Visit) -> str:
    """Back to where it was asked for: a page of ours, or the role's first one."""
    then = visit.form.get("then", "")
    return then if _PAGE.fullmatch(then) else "/sessions" if visit.me.role.reads else "/accounts"


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


def for_strangers(visit: Visit, template: str, status: int = 200, **values: object) -> Response:
    """A page with a form for somebody who is not signed in, and the cookie that its form must agree with."""
    if visit.form_token:
        return visit.page(template, status, **values)
    token = secrets.token_urlsafe(32)
    response = replace(visit, form_token=token).page(template, status, **values)
    visit.desk.keep(response, "form", token)
    return response
