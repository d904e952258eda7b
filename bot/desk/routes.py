"""Every route of the desk with whom it is for, in one table; there is no other way in."""

from collections.abc import Sequence

from starlette.responses import Response

from bot.desk import (
    accounts,
    asking,
    attached,
    casepage,
    content,
    conversation,
    drill,
    duty,
    exporting,
    factors,
    figures,
    handing,
    heard,
    messengers,
    otherbusiness,
    queue,
    search,
    troubles,
)
from bot.desk.auth import ADMINISTRATORS, EVERYBODY, LEADERS, READERS, STRANGERS, SUPERVISORS, Page, Visit
from bot.desk.events import Board, events
from bot.desk.kept import Kept
from bot.desk.pages import STATIC
from bot.usecases.house import House

_TYPES = {
    "desk.css": "text/css",
    **dict.fromkeys(("sound.js", "notices.js", "line.js", "bell.js", "merge.js", "queue.js", "case.js", "worker.js"), "text/javascript"),
    "passkeys.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_FILES = {name: (STATIC / name).read_bytes() for name in _TYPES}


async def static(visit: Visit) -> Response:
    """Our own few files, and no others."""
    name = str(visit.request.path_params["name"])
    if name not in _FILES:
        return visit.problem(404, visit.words.gettext("There is no such page."))
    return Response(_FILES[name], media_type=_TYPES[name])


def pages(house: House) -> Sequence[Page]:
    """The table."""
    table = _pages(house)
    kept = Kept({page.path: page for page in table if page.kept})
    return (
        *table,
        Page("/kept/{token}", kept.show, EVERYBODY, fresh=True),
        Page("/kept/{token}", kept.carry_out, EVERYBODY, method="POST", fresh=True),
    )


def _pages(house: House) -> Sequence[Page]:
    board = Board(house)
    hears = events(board)
    return (
        Page("/static/{name}", static, STRANGERS, passive=True),
        Page("/sign-in", accounts.sign_in_page, STRANGERS),
        Page("/sign-in", accounts.let_in, STRANGERS, method="POST"),
        Page("/sign-in/passkey", factors.let_in, STRANGERS, method="POST"),
        Page("/sign-in/passkey/options", factors.sign_in_options, STRANGERS, method="POST"),
        Page("/begin/{token}", accounts.begin_page, STRANGERS),
        Page("/begin/{token}", accounts.begin, STRANGERS, method="POST"),
        Page("/language", accounts.language, STRANGERS, method="POST"),
        Page("/sign-out", accounts.sign_out, EVERYBODY, method="POST", early=True),
        Page("/still", heard.still, EVERYBODY, method="POST"),
        Page("/prove", accounts.prove_page, EVERYBODY, early=True),
        Page("/prove", accounts.prove, EVERYBODY, method="POST", early=True),
        Page("/prove/passkey", factors.prove, EVERYBODY, method="POST", early=True),
        Page("/prove/passkey/options", factors.prove_options, EVERYBODY, method="POST", early=True),
        Page("/passkeys", factors.passkeys_page, EVERYBODY, fresh=True, early=True),
        Page("/passkeys/options", factors.add_options, EVERYBODY, method="POST", fresh=True, early=True),
        Page("/passkeys/add", factors.add, EVERYBODY, method="POST", fresh=True, early=True),
        Page("/passkeys/end", factors.end, EVERYBODY, method="POST", fresh=True),
        Page("/authenticator", factors.authenticator_page, EVERYBODY, fresh=True, early=True),
        Page("/authenticator", factors.renew, EVERYBODY, method="POST", fresh=True, early=True),
        Page("/sessions", accounts.sessions_page, EVERYBODY),
        Page("/sessions/end", accounts.revoke, EVERYBODY, method="POST"),
        Page("/sessions/codes", accounts.renew_codes, EVERYBODY, method="POST", fresh=True, kept=True),
        Page("/password", accounts.password_page, EVERYBODY, fresh=True),
        Page("/password", accounts.change_password, EVERYBODY, method="POST", fresh=True),
        Page("/accounts", accounts.accounts_page, ADMINISTRATORS, fresh=True),
        Page("/accounts/invite", accounts.invite, ADMINISTRATORS, method="POST", fresh=True, kept=True),
        Page("/accounts/disable", accounts.disable, ADMINISTRATORS, method="POST", fresh=True, kept=True),
        Page("/", queue.Queue(board, "queue.html"), READERS),
        Page("/queue/shown", heard.Shown(queue.Queue(board, "queue.html")), READERS, passive=True),
        Page("/queue/lines", queue.Queue(board, "queue_lines.html"), READERS, passive=True),
        Page("/queue/other", otherbusiness.answer, READERS, method="POST"),
        Page("/queue/offers", handing.offer_all, READERS, method="POST"),
        Page("/queue/more", queue.more, READERS),
        Page("/events", hears, READERS, passive=True),
        Page("/messengers", messengers.show, LEADERS, fresh=True),
        Page("/messengers/code", messengers.code, LEADERS, method="POST", fresh=True, kept=True),
        Page("/messengers/confirm", messengers.confirm, LEADERS, method="POST", fresh=True, kept=True),
        Page("/messengers/end", messengers.end, LEADERS, method="POST", fresh=True, kept=True),
        Page("/duty", duty.show, READERS),
        Page("/duty/hours", duty.add_hours, SUPERVISORS, method="POST", fresh=True, kept=True),
        Page("/duty/hours/remove", duty.remove_hours, SUPERVISORS, method="POST", fresh=True),
        Page("/duty/absence", duty.add_absence, READERS, method="POST", fresh=True, kept=True),
        Page("/duty/absence/remove", duty.remove_absence, READERS, method="POST", fresh=True),
        Page("/duty/ask", duty.ask, READERS, method="POST", fresh=True, kept=True),
        Page("/duty/accept", duty.accept, READERS, method="POST", fresh=True),
        Page("/duty/decline", duty.decline, READERS, method="POST", fresh=True),
        Page("/duty/languages", duty.speak, READERS, method="POST", fresh=True, kept=True),
        Page("/drill", drill.show, SUPERVISORS),
        Page("/drill/start", drill.start, SUPERVISORS, method="POST"),
        Page("/drill/end", drill.end, SUPERVISORS, method="POST"),
        Page("/figures", figures.show, SUPERVISORS),
        Page("/figures/cases.csv", figures.cases_file, SUPERVISORS),
        Page("/figures/weeks.csv", figures.weeks_file, SUPERVISORS),
        Page("/content", content.show, READERS),
        Page("/content/read", content.mark, SUPERVISORS, method="POST"),
        Page("/content/{locale}/{text}", content.one, READERS),
        Page("/troubles", troubles.show, EVERYBODY),
        Page("/troubles/again", troubles.again, READERS, method="POST"),
        Page("/troubles/seen", troubles.seen, READERS, method="POST"),
        Page("/troubles/poison", troubles.raw, SUPERVISORS, fresh=True),
        Page("/troubles/poison/seen", troubles.poison_seen, EVERYBODY, method="POST"),
        Page("/search", search.show, READERS),
        Page("/search", search.find, READERS, method="POST"),
        Page("/conversation/{reference}", casepage.show, READERS),
        Page("/conversation/{reference}/live", casepage.live, READERS, passive=True),
        Page("/conversation/{reference}/ages", heard.ages, READERS, passive=True),
        Page("/conversation/{reference}/attachment/{number}", attached.show, READERS),
        Page("/conversation/{reference}/attachment/{number}/ask", exporting.ask, READERS, method="POST", fresh=True, kept=True),
        Page("/conversation/{reference}/attachment/{number}/agree", exporting.agree, READERS, method="POST", fresh=True, kept=True),
        Page("/conversation/{reference}/attachment/{number}/original", exporting.original, READERS, fresh=True),
        Page("/conversation/{reference}/attachment/{number}/preview", attached.preview, READERS, passive=True),
        Page("/conversation/{reference}/attachment/{number}/picture", attached.picture, READERS, passive=True),
        Page("/conversation/{reference}/attachment/{number}/sound", attached.sound, READERS, passive=True),
        Page("/conversation/{reference}/claim", conversation.claim, READERS, method="POST"),
        Page("/conversation/{reference}/reply", conversation.reply, READERS, method="POST"),
        Page("/conversation/{reference}/undo", conversation.undo, READERS, method="POST"),
        Page("/conversation/{reference}/prepared", conversation.prepared, READERS, method="POST"),
        Page("/conversation/{reference}/typing", conversation.types, READERS, method="POST"),
        Page("/conversation/{reference}/note", conversation.note, READERS, method="POST"),
        Page("/conversation/{reference}/acknowledge", conversation.acknowledge, READERS, method="POST"),
        Page("/conversation/{reference}/return", conversation.give_back, READERS, method="POST"),
        Page("/conversation/{reference}/offer", handing.offer, READERS, method="POST"),
        Page("/conversation/{reference}/accept", handing.accept, READERS, method="POST"),
        Page("/conversation/{reference}/decline", handing.decline, READERS, method="POST"),
        Page("/conversation/{reference}/take-back", handing.take_back, READERS, method="POST"),
        Page("/conversation/{reference}/watch", handing.watch, READERS, method="POST"),
        Page("/conversation/{reference}/unwatch", handing.unwatch, READERS, method="POST"),
        Page("/conversation/{reference}/force", handing.force, SUPERVISORS, method="POST", fresh=True, kept=True),
        Page("/conversation/{reference}/snooze", conversation.put_aside, READERS, method="POST"),
        Page("/conversation/{reference}/block", conversation.block_contact, READERS, method="POST", fresh=True, kept=True),
        Page("/conversation/{reference}/unblock", conversation.unblock_contact, READERS, method="POST", fresh=True, kept=True),
        Page("/conversation/{reference}/wake", conversation.wake, READERS, method="POST"),
        Page("/conversation/{reference}/consent", asking.ask, READERS, method="POST"),
        Page("/conversation/{reference}/misread", asking.misread_message, READERS, method="POST"),
        Page("/conversation/{reference}/do-not-write-first", asking.bar, READERS, method="POST"),
        Page("/conversation/{reference}/may-write-first", asking.allow, READERS, method="POST", fresh=True, kept=True),
        Page("/conversation/{reference}/trust", conversation.trust, READERS, method="POST"),
        Page("/conversation/{reference}/close", conversation.close, READERS, method="POST"),
        Page("/conversation/{reference}/reopen", conversation.reopen, READERS, method="POST"),
        Page("/conversation/{reference}/again", troubles.of_case, READERS, method="POST"),
    )
