"""A conversation's page, and what an officer does there: the same use cases as at every other door."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from bot.desk.auth import Visit
from bot.dialogue.truth import may_write_first
from bot.domain.errors import Refused
from bot.domain.handoff import CLAIMABLE, State
from bot.domain.ids import parse_reference
from bot.locales import Words
from bot.ports import Officer
from bot.usecases import handoff
from bot.usecases.handoff import OUTCOMES, Opened
from bot.usecases.house import House

#: After so long a silence the phone may be in other hands: an officer says that they have thought of it before they write.
_SILENCE = timedelta(minutes=10)


async def show(visit: Visit) -> Response:
    """The card, then the whole talk.  Every opening is a reading, and audited."""
    reference = _reference(visit)
    if reference is None:
        return _none(visit)
    try:
        opened = await handoff.show(visit.desk.house, visit.acting, reference)
    except Refused as refusal:
        return _refused(visit, refusal, reference)
    return _page(visit, opened)


def _page(visit: Visit, opened: Opened) -> Response:
    now = visit.desk.house.clock.now()
    held = opened.handoff
    return visit.page(
        "conversation.html",
        opened=opened,
        held=held,
        now=now,
        numbered=handoff.numbered,
        is_mine=held.state is State.CLAIMED and held.holder == visit.acting.id,
        is_free=held.state in CLAIMABLE,
        is_silent=is_silent(opened.conversation.last_message_at, now),
        writes_first=may_write_first(opened.conversation, held),
        has_held=any(line.state == "held" for line in opened.spoken),
        outcomes=OUTCOMES,
    )


def is_silent(last_message_at: datetime | None, now: datetime) -> bool:
    """Nothing has come from this phone for so long that it may be in other hands."""
    return last_message_at is None or now - last_message_at >= _SILENCE


def _reference(visit: Visit) -> str | None:
    return parse_reference(str(visit.request.path_params["reference"]))


def _none(visit: Visit) -> Response:
    return visit.problem(404, visit.words.gettext("no such handoff in your queue"))


def _refused(visit: Visit, refusal: Refused, reference: str) -> Response:
    """Who has it, and since when; with the way back to the conversation where there is one."""
    if refusal.reason == "unknown":
        return _none(visit)
    sentence = said(visit.words, refusal, visit.desk.house.clock.now())
    back = None if refusal.reason == "closed" else reference
    return visit.page("problem.html", 409, sentence=sentence, back=back)


def said(words: Words, refused: Refused, now: datetime) -> str:
    """A refused act in words."""
    if refused.holder is not None:
        since = words.moment(refused.since, now) if refused.since else "?"
        return words.gettext("it is held by {officer} since {time}", officer=refused.holder, time=since)
    return {
        "not_holder": words.gettext("nobody holds it: claim it first"),
        "closed": words.gettext("it is closed"),
        "not_changed": words.gettext("its safety number has not changed: there is nothing to trust"),
    }.get(refused.reason) or words.gettext("it cannot be claimed now")


Act = Callable[[House, Officer, str], Awaitable[object]]


@dataclass(frozen=True)
class Does:
    """``POST /conversation/REF/...``: one act, then the conversation as it is now; at last the queue when it is closed."""

    act: Act
    then: str = ""  #: another page than the conversation

    async def __call__(self, visit: Visit) -> Response:
        """Carry it out."""
        reference = _reference(visit)
        if reference is None:
            return _none(visit)
        try:
            await self.act(visit.desk.house, visit.acting, reference)
        except Refused as refusal:
            return _refused(visit, refusal, reference)
        return visit.go(self.then or f"/conversation/{reference}")


async def reply(visit: Visit) -> Response:
    """Queue words to the defender.  What is refused because another holds the case is kept as a note, and said to be."""
    house, reference, text = visit.desk.house, _reference(visit), visit.form.get("text", "").strip()
    if reference is None:
        return _none(visit)
    if not text:
        return visit.page("problem.html", 400, sentence=visit.words.gettext("There are no words to send."), back=reference)
    last = await _last_words(house, visit.acting, reference)
    if is_silent(last, house.clock.now()) and visit.form.get("silence") != "known":
        return visit.page("silence.html", 409, reference=reference, text=text, last=last, now=house.clock.now())
    try:
        await handoff.reply(house, visit.acting, reference, _lines(text))
    except Refused as refusal:
        return _refused(visit, refusal, reference)
    return visit.go(f"/conversation/{reference}#end")


async def _last_words(house: House, officer: Officer, reference: str) -> datetime | None:
    return await handoff.last_words(house, officer, reference)


async def note(visit: Visit) -> Response:
    """Keep a note for officers."""
    reference, text = _reference(visit), visit.form.get("text", "").strip()
    if reference is None:
        return _none(visit)
    if not text:
        return visit.page("problem.html", 400, sentence=visit.words.gettext("There are no words to keep."), back=reference)
    return await Does(lambda house, officer, ref: handoff.note(house, officer, ref, _lines(text)))(visit)


async def close(visit: Visit) -> Response:
    """End it, saying how."""
    reference, outcome = _reference(visit), visit.form.get("outcome", "")
    if reference is None:
        return _none(visit)
    if outcome not in OUTCOMES:
        return visit.page("problem.html", 400, sentence=visit.words.gettext("Say how it ended."), back=reference)
    return await Does(lambda house, officer, ref: handoff.close(house, officer, ref, outcome), then="/")(visit)


def _lines(text: str) -> str:
    """Browsers send CR LF; people on phones get LF."""
    return text.replace("\r\n", "\n")


claim = Does(handoff.claim)
acknowledge = Does(handoff.acknowledge)
give_back = Does(handoff.give_back, then="/")
trust = Does(handoff.trust)
