"""Second factors: passkeys and another authenticator; and the ways in, and to prove oneself, that a passkey opens."""

from collections.abc import Sequence

from starlette.responses import JSONResponse, Response

from bot.desk.accounts import client_of, kept, not_in, not_proven, picture_of, said, spaced, too_often
from bot.desk.auth import Visit, after_factor, after_proof, after_sign_in
from bot.desk.keys import DeskKeys
from bot.desk.proofs import otp_address
from bot.domain.account import Passkey, PasskeyId
from bot.domain.errors import NotProven, Refused, TooOften
from bot.usecases import authenticator, passkeys
from bot.usecases.passkeys import Shown

_ISSUER = "Defender Line"


def _keys(visit: Visit) -> DeskKeys:
    """Raises Refused("passkey") where browsers make none for this desk's address."""
    if visit.desk.keys is None:
        raise Refused("passkey")
    return visit.desk.keys


def _purpose(visit: Visit, what: str) -> str:
    """What is signed for one thing in one browser is worth nothing for another."""
    return f"{what}|{visit.form_token}"


def _shown(visit: Visit, what: str) -> Shown:
    field = visit.form.get
    device = visit.request.cookies.get(visit.desk.cookie("device"), "")
    return Shown(
        answer=field("answer", ""), password=field("password", ""), purpose=_purpose(visit, what), address=client_of(visit), device=device
    )  # fmt: skip


async def _asked(visit: Visit, what: str) -> str:
    return await passkeys.ask(visit.desk.house, _keys(visit), _purpose(visit, what), client_of(visit))


def _no_options(refusal: Refused | TooOften) -> Response:
    return JSONResponse({}, 429 if isinstance(refusal, TooOften) else 404)


async def sign_in_options(visit: Visit) -> Response:
    """What is to be signed at the door; nothing in it depends on a name that a stranger gives."""
    alone, device = _is_alone(visit), visit.request.cookies.get(visit.desk.cookie("device"), "")
    return await _to_sign(visit, "sign_in", [] if alone else await passkeys.of_browser(visit.desk.house, device), alone=alone)


async def prove_options(visit: Visit) -> Response:
    """What is to be signed to prove oneself again."""
    return await _to_sign(visit, "prove", await passkeys.of(visit.desk.house, visit.me), alone=_is_alone(visit))


def _is_alone(visit: Visit) -> bool:
    """Whether no password is going to stand beside it."""
    return not visit.form.get("with_password")


async def _to_sign(visit: Visit, what: str, known: Sequence[Passkey], *, alone: bool) -> Response:
    try:
        challenge = await _asked(visit, what)
    except (Refused, TooOften) as refusal:
        return _no_options(refusal)
    return JSONResponse(_keys(visit).to_sign(challenge, known, alone=alone))


async def let_in(visit: Visit) -> Response:
    """By a passkey."""
    try:
        entered = await passkeys.sign_in(visit.desk.house, visit.desk.proofs, _keys(visit), _shown(visit, "sign_in"))
    except (NotProven, Refused):
        return not_in(visit, visit.words.gettext("The passkey opens nothing here, or the password is wrong."))
    except TooOften as refusal:
        return too_often(visit, "sign_in.html", refusal, then=visit.form.get("then", ""))
    return await kept(visit, entered, visit.go(after_sign_in(visit, entered.account.role, visit.form.get("then", ""))))


async def prove(visit: Visit) -> Response:
    """By a passkey."""
    try:
        await passkeys.prove(visit.desk.house, visit.desk.proofs, _keys(visit), visit.me, visit.mine, _shown(visit, "prove"))
    except (NotProven, Refused):
        fault = visit.words.gettext("The passkey opens nothing here, or the password is wrong.")
        return not_proven(visit, fault)
    except TooOften as refusal:
        return too_often(visit, "prove.html", refusal, then=visit.form.get("then", ""))
    return visit.go(after_proof(visit))


async def passkeys_page(visit: Visit) -> Response:
    """One's own, and a form for one more."""
    return await _passkeys(visit)


async def _passkeys(visit: Visit, status: int = 200, fault: str | None = None) -> Response:
    found = await passkeys.of(visit.desk.house, visit.me)
    return visit.page("passkeys.html", status, passkeys=found, now=visit.desk.house.clock.now(), fault=fault)


async def add_options(visit: Visit) -> Response:
    """What a device is to make."""
    try:
        challenge = await _asked(visit, "add")
    except (Refused, TooOften) as refusal:
        return _no_options(refusal)
    known = await passkeys.of(visit.desk.house, visit.me)
    return JSONResponse(_keys(visit).to_make(challenge, visit.me, known))


async def add(visit: Visit) -> Response:
    """Register it."""
    try:
        await passkeys.add(
            visit.desk.house, visit.desk.proofs, _keys(visit), visit.me, visit.mine, visit.form.get("name", ""), _shown(visit, "add")
        )
    except Refused as refusal:
        return await _passkeys(visit, 400, said(visit.words, refusal))
    return visit.go(after_factor(visit, "/passkeys"))


async def end(visit: Visit) -> Response:
    """Forget one."""
    try:
        await passkeys.end(visit.desk.house, visit.me, PasskeyId(visit.form.get("passkey", "")))
    except Refused as refusal:
        return await _passkeys(visit, 404, said(visit.words, refusal))
    return visit.go("/passkeys")


async def authenticator_page(visit: Visit) -> Response:
    """The secret for another authenticator."""
    return await _authenticator(visit)


async def _authenticator(visit: Visit, status: int = 200, fault: str | None = None) -> Response:
    secret = await authenticator.offer(visit.desk.house, visit.desk.proofs, visit.mine)
    address = otp_address(secret, visit.me.name, _ISSUER)
    return visit.page("authenticator.html", status, fault=fault, secret=spaced(secret), picture=picture_of(address))


async def renew(visit: Visit) -> Response:
    """Its first code has come: codes come from it from now on."""
    try:
        await authenticator.renew(visit.desk.house, visit.desk.proofs, visit.me, visit.mine, visit.form.get("code", ""))
    except Refused as refusal:
        return await _authenticator(visit, 400, said(visit.words, refusal))
    return visit.go(after_factor(visit, "/sessions"))
