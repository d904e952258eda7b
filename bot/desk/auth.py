"""Who is at the door of a page: stranger or account, with which role; and what every page may use."""

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
from bot.desk.shelf import MEANT_LIVES, TYPED_LIVES, Meant, Shelf, Typed
from bot.desk.sounds import Sounds
from bot.desk.ways import Ways
from bot.domain.account import Account, Role, Session
from bot.locales import Words
from bot.ports import ContentBook, Officer, Proofs
from bot.usecases.house import House

READERS = frozenset({Role.OFFICER, Role.SUPERVISOR})
SUPERVISORS = frozenset({Role.SUPERVISOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
EVERYBODY = READERS | ADMINISTRATORS
LEADERS = SUPERVISORS | ADMINISTRATORS
#: Nobody is asked who they are.
STRANGERS: frozenset[Role] = frozenset()


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
    ways: Ways  #: the pages that somebody may be led back to
    #: Acts that wait for a proof, by session.
    meant: Shelf[Meant] = field(default_factory=lambda: Shelf(MEANT_LIVES))
    #: Words that have not gone, by session or, where that is over, by what its browser still holds.
    typed: Shelf[Typed] = field(default_factory=lambda: Shelf(TYPED_LIVES))
    #: Where somebody was going who has to replace a second factor first.
    heading: Shelf[str] = field(default_factory=lambda: Shelf(TYPED_LIVES))

    def cookie(self, name: str) -> str:
        """``__Host-`` cookies are for https; over plain loopback, where there is none, they have a plain name."""
        return f"__Host-{name}" if self.secure else f"dl_{name}"

    def sweep(self) -> None:
        """What has been kept for long enough is gone, whether anybody asks for it or not."""
        now = self.house.clock.now()
        for shelf in (self.meant, self.typed, self.heading):
            shelf.sweep(now)

    def forget(self, session: Session) -> None:
        """Nothing waits for a session that its person has ended."""
        for shelf in (self.meant, self.typed, self.heading):
            shelf.drop(session.id)

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
    kept: bool = False  #: its form waits for the proof, to be confirmed then


def home_of(role: Role) -> str:
    """The first page of a role."""
    return "/" if role.reads else "/accounts"


def after_sign_in(visit: Visit, role: Role, then: str) -> str:
    """The page that was asked for at the door, where that role has it; else its first one."""
    return then if visit.desk.ways.lead(then, role) else home_of(role)


def after_proof(visit: Visit) -> str:
    """Back to where it was asked for: a page of ours, or the role's first one."""
    then = visit.form.get("then", "")
    return then if visit.desk.ways.lead(then, visit.me.role) else "/sessions" if visit.me.role.reads else "/accounts"


def after_factor(visit: Visit, otherwise: str) -> str:
    """Where somebody was going before the second factor was replaced."""
    then = visit.desk.heading.take(visit.mine.id, "then", visit.desk.house.clock.now())
    return then if then and visit.desk.ways.lead(then, visit.me.role) else otherwise


def for_strangers(visit: Visit, template: str, status: int = 200, **values: object) -> Response:
    """A page with a form for somebody who is not signed in, and the cookie that its form must agree with."""
    if visit.form_token:
        return visit.page(template, status, **values)
    token = secrets.token_urlsafe(32)
    response = replace(visit, form_token=token).page(template, status, **values)
    visit.desk.keep(response, "form", token)
    return response
