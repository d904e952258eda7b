"""What an officer does on a case's page: the same use cases as at every other door."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from bot.desk import typed
from bot.desk.auth import Visit
from bot.desk.casepage import none, rendered
from bot.desk.shelf import Typed
from bot.dialogue.truth import is_silent
from bot.domain.errors import Refused
from bot.domain.ids import parse_reference
from bot.locales import Words
from bot.ports import Officer
from bot.usecases import block, handoff, snooze, takeback, typing
from bot.usecases import reopen as reopening
from bot.usecases.casefile import CAN_YOU_WRITE, GUIDES, glance
from bot.usecases.handoff import OUTCOMES
from bot.usecases.house import House


def _reference(visit: Visit) -> str | None:
    return parse_reference(str(visit.request.path_params["reference"]))


def _refused(visit: Visit, refusal: Refused, reference: str, unsent: str = "") -> Response:
    """Who has it, and since when; with the way back to the conversation where there is one, and the words that were not said."""
    if refusal.reason == "unknown":
        return none(visit)
    sentence = said(visit.words, refusal, visit.desk.house.clock.now())
    back = None if refusal.reason == "closed" else reference
    return visit.page("problem.html", 409, sentence=sentence, back=back, unsent=unsent)


def said(words: Words, refused: Refused, now: datetime) -> str:
    """A refused act in words."""
    if refused.holder is not None:
        since = words.moment(refused.since, now) if refused.since else "?"
        return words.gettext("it is held by {officer} since {time}", officer=refused.holder, time=since)
    return {
        "not_holder": words.gettext("nobody holds it: claim it first"),
        "closed": words.gettext("it is closed"),
        "not_first": words.gettext("this person is not to be written to first: your words were not sent, and are kept"),
        "blocked": words.gettext("this contact is blocked already"),
        "not_blocked": words.gettext("this contact is not blocked"),
        "too_long": words.gettext("nothing is put off for longer than a day, an emergency for no longer than an hour"),
        "unheard": words.gettext("it rings: acknowledge it first"),
        "unanswered": words.gettext("somebody in danger waits for your answer: write first"),
        "gone": words.gettext("it has gone: it cannot be taken back"),
        "offered": words.gettext("it is offered to somebody already: take that offer back first"),
        "not_offered": words.gettext("it is not offered to you any more"),
        "no_successor": words.gettext("choose an officer who may take it"),
        "no_reason": words.gettext("say why in a few words"),
        "not_watchable": words.gettext("one looks on only while somebody else holds it"),
        "role": words.gettext("only a supervisor does that"),
        "empty": words.gettext("nothing was written"),
        "damaged": words.gettext("it is damaged in the database"),
        "not_changed": words.gettext("its safety number has not changed: there is nothing to trust"),
        "is_open": words.gettext("it is open already"),
        "newer": words.gettext("this person has a newer case: go on there"),
        "erased": words.gettext("this person was erased: nothing is left of the case"),
        "too_late": words.gettext("it was closed more than 24 hours ago: it stays closed"),
        "exercise": words.gettext("it was an exercise: begin a new one"),
    }.get(refused.reason) or words.gettext("it cannot be claimed now")


Act = Callable[[House, Officer, str], Awaitable[object]]


@dataclass(frozen=True)
class Does:
    """``POST /conversation/REF/...``: one act, then the conversation as it is now; at last the queue when it is closed.

    What stands in the boxes of its form stays there.
    """

    act: Act
    then: str = ""  #: another page than the conversation

    async def __call__(self, visit: Visit) -> Response:
        """Carry it out."""
        reference = _reference(visit)
        if reference is None:
            return none(visit)
        typed.keep(visit, reference)
        try:
            await self.act(visit.desk.house, visit.acting, reference)
        except Refused as refusal:
            return _refused(visit, refusal, reference)
        return visit.go(self.then or f"/conversation/{reference}")


async def reply(visit: Visit) -> Response:
    """Queue words to the defender.  What is refused because another holds the case is kept as a note, and said to be."""
    house, reference, text = visit.desk.house, _reference(visit), visit.form.get("text", "").strip()
    if reference is None:
        return none(visit)
    # A question that is put before what was written is none of it: that stays in its box.
    is_own = "before" not in visit.form
    if is_own:
        typed.keep(visit, reference)
    if not text:
        return visit.page("problem.html", 400, sentence=visit.words.gettext("There are no words to send."), back=reference)
    talk = await glance(house, visit.acting, reference)
    last = talk.last_message_at if talk else None
    if talk and is_silent(last, house.clock.now()) and visit.form.get("silence") != "known":
        asks = house.responses.line(CAN_YOU_WRITE, talk.locale, {})
        meant = house.responses.line(CAN_YOU_WRITE, visit.words.locale, {})
        values = {"reference": reference, "text": text, "last": last, "asks": asks, "meant": meant, "locale": talk.locale}
        return visit.page("silence.html", 409, **values, now=house.clock.now())
    try:
        await handoff.reply(house, visit.acting, reference, _lines(text), takeback.WAIT)
    except Refused as refusal:
        if is_own and refusal.reason in {"not_holder", "not_first"}:
            typed.gone(visit, reference)  # kept as a note
        return _refused(visit, refusal, reference, text)
    if is_own:
        typed.gone(visit, reference)
    return visit.go(f"/conversation/{reference}#end")


async def prepared(visit: Visit) -> Response:
    """Put a prepared reply into the box, after what was written there; nothing is sent."""
    house, reference, name = visit.desk.house, _reference(visit), visit.form.get("canned", "")
    if reference is None:
        return none(visit)
    talk = await glance(house, visit.acting, reference)
    if talk is None or name not in house.responses.canned():
        return none(visit)
    text = house.responses.line(name, talk.locale, {})
    return await _with_draft(visit, reference, _written(visit), text)


async def put_aside(visit: Visit) -> Response:
    """Put the case aside until one of the moments that the page offers."""
    reference = _reference(visit)
    if reference is None:
        return none(visit)
    talk = await glance(visit.desk.house, visit.acting, reference)
    moments = dict(snooze.choices(visit.desk.house, talk.handoff)) if talk and talk.handoff else {}
    until = moments.get(visit.form.get("until", ""))
    if until is None:
        return visit.page("problem.html", 400, sentence=visit.words.gettext("Say until when."), back=reference)
    return await Does(lambda house, officer, ref: snooze.snooze(house, officer, ref, until), then="/")(visit)


async def block_contact(visit: Visit) -> Response:
    """Block the contact, saying why."""
    reference, reason = _reference(visit), visit.form.get("reason", "").strip()
    if reference is None:
        return none(visit)
    if not reason:
        return visit.page("problem.html", 400, sentence=visit.words.gettext("Say why."), back=reference)
    return await Does(lambda house, officer, ref: block.block(house, officer, ref, _lines(reason)))(visit)


async def undo(visit: Visit) -> Response:
    """Take words back that have not gone: they stand in the box again, before what was written there meanwhile."""
    reference = _reference(visit)
    if reference is None:
        return none(visit)
    typed.keep(visit, reference)
    try:
        text = await takeback.take_back(visit.desk.house, visit.acting, reference, visit.form.get("line", ""))
    except Refused as refusal:
        return _refused(visit, refusal, reference)
    return await _with_draft(visit, reference, text, _written(visit))


async def _with_draft(visit: Visit, reference: str, *parts: str) -> Response:
    """The page with these words in the box for an answer, and the half-written note in its own."""
    note = _lines(visit.form.get("note", "")).strip()
    typed.put(visit, reference, Typed(draft="\n".join(filter(None, parts)), note=note))
    return await rendered(visit, "conversation.html")


def _written(visit: Visit) -> str:
    """What stands in the box for an answer."""
    return _lines(visit.form.get("text", "")).strip()


async def types(visit: Visit) -> Response:
    """The officer is writing: the defender may see that, where that is allowed."""
    reference = _reference(visit)
    if reference is not None:
        await typing.wish(visit.desk.house, visit.acting, reference)
    return Response(status_code=204)


async def note(visit: Visit) -> Response:
    """Keep a note for officers; a half-written answer stays in its box."""
    reference, written = _reference(visit), visit.form.get("note", visit.form.get("text", "")).strip()
    if reference is None:
        return none(visit)
    typed.keep(visit, reference)
    if not written:
        return visit.page("problem.html", 400, sentence=visit.words.gettext("There are no words to keep."), back=reference)
    try:
        await handoff.note(visit.desk.house, visit.acting, reference, _lines(written))
    except Refused as refusal:
        return _refused(visit, refusal, reference, written)
    typed.gone(visit, reference, note=True)
    return visit.go(f"/conversation/{reference}#note")


async def close(visit: Visit) -> Response:
    """End it, saying how."""
    reference, outcome = _reference(visit), visit.form.get("outcome", "")
    if reference is None:
        return none(visit)
    if outcome not in OUTCOMES:
        return visit.page("problem.html", 400, sentence=visit.words.gettext("Say how it ended."), back=reference)
    talk = await glance(visit.desk.house, visit.acting, reference)
    if talk and talk.handoff and talk.handoff.kind in GUIDES and visit.form.get("sure") != "yes":
        return visit.page("close_sure.html", 409, reference=reference, outcome=outcome)
    return await Does(lambda house, officer, ref: handoff.close(house, officer, ref, outcome), then="/")(visit)


def _lines(text: str) -> str:
    """Browsers send CR LF; people on phones get LF."""
    return text.replace("\r\n", "\n")


claim = Does(handoff.claim)
acknowledge = Does(handoff.acknowledge)
give_back = Does(handoff.give_back, then="/")
trust = Does(handoff.trust)
wake = Does(snooze.wake)
reopen = Does(reopening.reopen)
unblock_contact = Does(block.unblock)
