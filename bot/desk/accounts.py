"""Signing in and out, one's own sessions, and, for administrators, accounts."""

import io

import segno
from markupsafe import Markup
from starlette.responses import Response

from bot.desk import typed
from bot.desk.agents import device_of
from bot.desk.auth import Visit, after_proof, after_sign_in, for_strangers, home_of
from bot.desk.kept import act_after
from bot.desk.proofs import otp_address
from bot.domain.account import DEVICE_LIVES, SHORTEST_PASSWORD, AccountId, Role, SessionId
from bot.domain.errors import NotProven, Refused, TooOften
from bot.domain.handoff import DutyLane
from bot.locales import Words
from bot.usecases import accounts, sign_in
from bot.usecases.sign_in import Entered, Given

_ISSUER = "Defender Line"


async def sign_in_page(visit: Visit) -> Response:
    """The form at the door; whoever is in already goes on."""
    then = visit.request.query_params.get("then", "")
    if visit.account:
        return visit.go(after_sign_in(visit, visit.account.role, then))
    return for_strangers(visit, "sign_in.html", then=then, waits=typed.waits(visit))


async def let_in(visit: Visit) -> Response:
    """Password and code, at once; nothing says which of them was wrong."""
    field = visit.form.get
    given = Given(
        name=field("name", ""),
        password=field("password", ""),
        code=field("code", ""),
        address=client_of(visit),
        device=visit.request.cookies.get(visit.desk.cookie("device"), ""),
    )
    try:
        entered = await sign_in.sign_in(visit.desk.house, visit.desk.proofs, given)
    except NotProven:
        return not_in(visit, visit.words.gettext("Name, password or code is wrong."))
    except TooOften as refusal:
        return too_often(visit, "sign_in.html", refusal, then=field("then", ""))
    return await kept(visit, entered, visit.go(after_sign_in(visit, entered.account.role, field("then", ""))))


def not_in(visit: Visit, fault: str) -> Response:
    """The form at the door again."""
    return for_strangers(visit, "sign_in.html", 403, fault=fault, then=visit.form.get("then", ""), waits=typed.waits(visit))


def client_of(visit: Visit) -> str:
    """The address from which a visit comes, as far as it can be believed."""
    return visit.desk.proxies.client_of(visit.request)


def too_often(visit: Visit, template: str, refusal: TooOften, **values: object) -> Response:
    """When the next try is looked at."""
    minutes = -(-refusal.seconds // 60)
    fault = visit.words.ngettext(
        "Too many tries. The next one is looked at in {n} minute.", "Too many tries. The next one is looked at in {n} minutes.", minutes
    )
    response = for_strangers(visit, template, 429, fault=fault, **values)
    response.headers["Retry-After"] = str(refusal.seconds)
    return response


async def kept(visit: Visit, entered: Entered, response: Response) -> Response:
    """The browser is signed in, and known from now on, by its name too; words that waited for it are there."""
    await sign_in.describe(visit.desk.house, entered.session, device_of(visit.request.headers.get("user-agent", "")))
    typed.bring(visit, entered)
    visit.desk.keep(response, "session", entered.token)
    visit.desk.keep(response, "device", entered.device, int(DEVICE_LIVES.total_seconds()))
    return response


async def sign_out(visit: Visit) -> Response:
    """End this session, and take everything of the page out of the browser."""
    await sign_in.sign_out(visit.desk.house, visit.me, visit.mine)
    visit.desk.forget(visit.mine)
    response = visit.go("/sign-in")
    response.delete_cookie(visit.desk.cookie("session"), path="/", secure=visit.desk.secure, httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


async def begin_page(visit: Visit) -> Response:
    """Where somebody who was given an address makes their account."""
    return await _begin_form(visit)


async def _begin_form(visit: Visit, status: int = 200, fault: str | None = None) -> Response:
    try:
        invitation = await accounts.invitation_of(visit.desk.house, str(visit.request.path_params["token"]))
    except Refused as refusal:
        return for_strangers(visit, "problem.html", 404, sentence=said(visit.words, refusal))
    address = otp_address(invitation.secret, invitation.name or "", _ISSUER)
    name, secret = invitation.name or visit.form.get("name", ""), spaced(invitation.secret)
    return for_strangers(
        visit, "begin.html", status, fault=fault, invitation=invitation, name=name, secret=secret, picture=picture_of(address)
    )  # fmt: skip


def spaced(secret: str) -> str:
    """In groups of four, as one types it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def picture_of(address: str) -> Markup:
    """A QR code as SVG; made of our own secret only, and segno writes nothing but a path."""
    drawn = io.BytesIO()
    segno.make(address, micro=False).save(drawn, kind="svg", scale=4, xmldecl=False, svgns=True, light="#fff", omitsize=True)
    return Markup(drawn.getvalue().decode())  # noqa: S704 - no text of anybody is in it, only its pattern


async def begin(visit: Visit) -> Response:
    """Make the account; the recovery codes are shown on the answer, and never again."""
    field, token = visit.form.get, str(visit.request.path_params["token"])
    if field("password", "") != field("again", ""):
        return await _begin_form(visit, 400, visit.words.gettext("The two passwords are not the same."))
    try:
        begun = await accounts.begin(
            visit.desk.house, visit.desk.proofs, token, field("name", ""), field("password", ""), field("code", "")
        )
    except Refused as refusal:
        return await _begin_form(visit, 400, said(visit.words, refusal))
    home = home_of(begun.entered.account.role)
    return await kept(visit, begun.entered, visit.page("codes.html", codes=begun.codes, home=home))


def said(words: Words, refused: Refused) -> str:
    """What is wrong with an account, in words."""
    return {
        "name": words.gettext("A name has 1 to 80 letters."),
        "name_taken": words.gettext("There is an account of that name."),
        "password": words.gettext("A password has at least {n} characters, and is not the name.", n=words.number(SHORTEST_PASSWORD)),
        "code": words.gettext("The code does not fit: look at the authenticator again, and at its clock."),
        "expired": words.gettext("This address is not valid any more. Ask for a new one."),
        "passkey": words.gettext("The device has not proven its passkey. Try again."),
        "passkey_known": words.gettext("This passkey is registered already."),
        "yourself": words.gettext("Nobody ends their own account: another administrator does."),
    }.get(refused.reason) or words.gettext("There is no such account.")


async def prove_page(visit: Visit) -> Response:
    """Password and code once more."""
    asked = visit.request.query_params
    then = asked.get("then", "")
    return visit.page("prove.html", then=then, meant=act_after(visit, then), again=asked.get("again") == "1")


async def prove(visit: Visit) -> Response:
    """Then what is dangerous may be done for ten minutes."""
    field = visit.form.get
    try:
        await sign_in.prove_again(
            visit.desk.house, visit.desk.proofs, visit.me, visit.mine, field("password", ""), field("code", "")
        )  # fmt: skip
    except NotProven:
        fault = visit.words.gettext("Password or code is wrong.")
        return not_proven(visit, fault)
    except TooOften as refusal:
        return too_often(visit, "prove.html", refusal, then=field("then", ""))
    return visit.go(after_proof(visit))


def not_proven(visit: Visit, fault: str) -> Response:
    """The form for a proof again."""
    then = visit.form.get("then", "")
    return visit.page("prove.html", 403, fault=fault, then=then, meant=act_after(visit, then))


async def sessions_page(visit: Visit) -> Response:
    """Where one is signed in, and how many recovery codes are left."""
    found, left = await accounts.sessions_of(visit.desk.house, visit.me)
    return visit.page("sessions.html", sessions=found, left=left, now=visit.desk.house.clock.now())


async def revoke(visit: Visit) -> Response:
    """End one of them."""
    try:
        await accounts.revoke(visit.desk.house, visit.me, SessionId(visit.form.get("session", "")))
    except Refused:
        return visit.problem(404, visit.words.gettext("This session has ended already."))
    return visit.go("/sessions")


async def renew_codes(visit: Visit) -> Response:
    """New recovery codes, shown this once."""
    codes = await accounts.renew_codes(visit.desk.house, visit.me)
    return visit.page("codes.html", codes=codes, home=home_of(visit.me.role))


async def password_page(visit: Visit) -> Response:
    """A form for another password."""
    return visit.page("password.html")


async def change_password(visit: Visit) -> Response:
    """It is another one from now on."""
    field = visit.form.get
    if field("password", "") != field("again", ""):
        return visit.page("password.html", 400, fault=visit.words.gettext("The two passwords are not the same."))
    try:
        await accounts.change_password(visit.desk.house, visit.desk.proofs, visit.me, visit.mine, field("password", ""))
    except Refused as refusal:
        return visit.page("password.html", 400, fault=said(visit.words, refusal))
    return visit.go("/sessions")


async def accounts_page(visit: Visit) -> Response:
    """Everybody who may sign in, and a form for one more."""
    return await _accounts(visit)


async def _accounts(visit: Visit, status: int = 200, fault: str | None = None) -> Response:
    everybody = await accounts.everybody(visit.desk.house)
    by_id = {each.id: each.name for each in everybody}
    return visit.page(
        "accounts.html", status, everybody=everybody, by_id=by_id, roles=list(Role), lanes=list(DutyLane), fault=fault
    )  # fmt: skip


async def invite(visit: Visit) -> Response:
    """The address at which that person makes their account; shown this once."""
    role, duties = visit.form.get("role", ""), [str(lane) for lane in DutyLane if f"duty_{lane}" in visit.form]
    if role not in list(Role):
        return await _accounts(visit, 400, visit.words.gettext("Choose a role."))
    try:
        token = await accounts.invite(visit.desk.house, visit.desk.proofs, visit.me, visit.form.get("name", ""), Role(role), duties)
    except Refused as refusal:
        return await _accounts(visit, 400, said(visit.words, refusal))
    return visit.page("invited.html", address=f"{visit.desk.address}/begin/{token}")


async def disable(visit: Visit) -> Response:
    """End an account everywhere."""
    try:
        await accounts.disable(visit.desk.house, visit.me, AccountId(visit.form.get("account", "")))
    except Refused as refusal:
        return await _accounts(visit, 400, said(visit.words, refusal))
    return visit.go("/accounts")


async def language(visit: Visit) -> Response:
    """Another language of the desk, in this browser."""
    chosen = visit.form.get("language", "")
    response = visit.go(home_of(visit.account.role) if visit.account else "/sign-in")
    if chosen in visit.desk.house.catalogues.available:
        visit.desk.keep(response, "language", chosen, int(DEVICE_LIVES.total_seconds()))
    return response
