"""What the words of officers on their own messengers do: the same use cases as at the desk, and the same audit."""

from collections.abc import Awaitable, Callable, Mapping

from bot.dialogue.officerwords import Said, read
from bot.domain.errors import Refused
from bot.domain.handoff import HandoffClass
from bot.domain.message import Kind
from bot.usecases import handoff
from bot.usecases.officerlists import close, queue, who
from bot.usecases.officertake import take
from bot.usecases.officertalk import say_words, send
from bot.usecases.officertransfer import accept, decline, offer
from bot.usecases.officerturn import Turn

#: More than this is no message somebody has typed.
LONGEST = 8_000
_WORDS = frozenset({Kind.TEXT, Kind.BUTTON})
#: Nothing can be said to these.
_SILENT = frozenset({Kind.BLOCKED, Kind.GROUP})
#: What else comes from a phone, and what the officer is told of it: it was not passed on.
_NOT_PASSED_ON = {
    Kind.EDIT: "officer_edit",
    Kind.DELETION: "officer_edit",
    Kind.UNREADABLE: "officer_unreadable",
    Kind.CALL: "officer_help",
}


async def obey(turn: Turn) -> None:
    """Do what the message says; whatever it is, the officer hears what became of it."""
    kind, text = turn.message.kind, turn.message.text
    if kind in _SILENT:
        await turn.ends()
    elif kind not in _WORDS:
        await _explain(turn, _NOT_PASSED_ON.get(kind, "officer_media"))
    elif len(text) > LONGEST:
        await turn.say("officer_too_long", limit=str(LONGEST))
    else:
        await _do(turn, _read(turn))


async def _explain(turn: Turn, name: str) -> None:
    await (_help(turn, Said(verb="help")) if name == "officer_help" else turn.say(name))


def _read(turn: Turn) -> Said:
    """A message that answers one of ours is about the case that ours was about, unless it names another."""
    about = turn.message.about
    said = read(turn.message.text, holds=bool(turn.held) and about in (None, *turn.references))
    if said.reference is None and about is not None and said.verb not in {"queue", "help"}:
        return Said(verb=said.verb, reference=about, rest=said.rest)
    return said


async def _do(turn: Turn, said: Said) -> None:
    if said.verb is not None:
        await _VERBS[said.verb](turn, said)
    elif said.reference is not None and not said.rest.strip():
        await _reference_alone(turn, said)
    else:
        await _words(turn, said)


async def _reference_alone(turn: Turn, said: Said) -> None:
    """It says which case waiting words are for; else it acknowledges, as a tired thumb would."""
    asked = turn.waiting is not None and turn.waiting.reference is None and said.reference in turn.references
    await (send if asked else _acknowledge)(turn, said)


async def _words(turn: Turn, said: Said) -> None:
    if said.reference is None and not turn.held:
        await _help(turn, said)
    elif not turn.house.doors.open_to(turn.officer.channel):
        await turn.say("officer_no_content")
    else:
        await say_words(turn, said.reference, said.rest)


async def _help(turn: Turn, _: Said) -> None:
    await turn.say("officer_help" if turn.house.doors.open_to(turn.officer.channel) else "officer_help_alerts")


async def _acknowledge(turn: Turn, said: Said) -> None:
    await _on_one(turn, said, "ack", handoff.acknowledge, "officer_acked")


async def _give_back(turn: Turn, said: Said) -> None:
    await _on_one(turn, said, "return", handoff.give_back, "officer_returned_done")


async def _on_one(turn: Turn, said: Said, verb: str, act: Callable[..., Awaitable[object]], done: str) -> None:
    """On the case that is named; without a name on the only one that can be meant."""
    meant = [] if said.reference else await _meant(turn, verb)
    if len(meant) > 1:
        await turn.say("officer_which", references=", ".join(meant))
        return
    reference = said.reference or next(iter(meant), None)
    if reference is None:
        await turn.say("officer_unknown_reference")
        return
    try:
        await act(turn.house, turn.officer, reference, within=turn.done(done, reference))
    except Refused as refusal:
        await turn.refused(refusal, reference)


async def _meant(turn: Turn, verb: str) -> list[str]:
    """What a bare word can mean: "ack" what nobody has acknowledged, emergencies first; "return" what the officer holds."""
    if verb == "return":
        return turn.references
    lines = await handoff.queue(turn.house, turn.officer)
    unheard = [line for line in lines if not line.acknowledged and line.cls in {HandoffClass.E1, HandoffClass.UNCLEAR}]
    return [line.reference for line in unheard if line.cls is unheard[0].cls]


async def _note(turn: Turn, said: Said) -> None:
    if not turn.house.doors.open_to(turn.officer.channel):
        await turn.say("officer_no_content")
    elif said.reference is None or not said.rest.strip():
        await turn.say("officer_note_how")
    else:
        try:
            within = turn.done("officer_noted", said.reference)
            await handoff.note(turn.house, turn.officer, said.reference, said.rest, within=within)
        except Refused as refusal:
            await turn.refused(refusal, said.reference)


_VERBS: Mapping[str, Callable[[Turn, Said], Awaitable[None]]] = {
    "ack": _acknowledge,
    "return": _give_back,
    "take": take,
    "note": _note,
    "close": close,
    "queue": queue,
    "who": who,
    "send": send,
    "help": _help,
    "transfer": offer,
    "accept": accept,
    "decline": decline,
}
