"""What an officer asks about cases on their own messenger, without any words of a defender; and how one ends."""

from bot.dialogue.officerwords import Said, is_sure
from bot.domain.errors import Refused
from bot.domain.handoff import HELD, HandoffLine
from bot.locales import names
from bot.usecases import handoff
from bot.usecases.casefile import GUIDES, glance
from bot.usecases.handoff import OUTCOMES
from bot.usecases.officerturn import Turn

#: So many cases are listed; the desk has all.
LISTED = 20


async def queue(turn: Turn, _: Said) -> None:
    """The open cases that this officer may see, most urgent first."""
    lines = await handoff.queue(turn.house, turn.officer)
    if not lines:
        await turn.say("officer_queue_empty")
        return
    listed = [_line(turn, line) for line in lines[:LISTED]]
    if len(lines) > LISTED:
        listed.append(_say(turn, "officer_queue_more", number=str(len(lines) - LISTED)))
    await turn.say("officer_queue", lines="\n".join(listed))


def _line(turn: Turn, line: HandoffLine) -> str:
    house = turn.house
    words = house.words(house.officer_locale)
    values = {
        "reference": line.reference,
        "class": str(line.cls),
        "kind": words.named(names.KINDS, line.kind) or house.responses.label(line.kind, house.officer_locale),
        "language": words.named(names.LANGUAGES, line.locale) or line.locale,
        "minutes": str(int((turn.now - line.opened_at).total_seconds() // 60)),
        "name": line.holder_name or _say(turn, "officer_nobody"),
    }
    return _say(turn, "officer_queue_exercise" if line.is_exercise else "officer_queue_line", **values)


def _say(turn: Turn, name: str, /, **values: str) -> str:
    return turn.house.responses.line(name, turn.house.officer_locale, values)


async def who(turn: Turn, said: Said) -> None:
    """Who holds it, and since when; without a reference the whole list says so."""
    if said.reference is None:
        await queue(turn, said)
        return
    lines = [line for line in await handoff.queue(turn.house, turn.officer) if line.reference == said.reference]
    if not lines:
        await turn.say("officer_unknown_reference", said.reference)
    elif lines[0].holder_name is not None and lines[0].state in HELD:
        await turn.say("officer_held_by", said.reference, name=lines[0].holder_name, time=turn.time(lines[0].claimed_at))
    else:
        await turn.say("officer_who_acked" if lines[0].acknowledged else "officer_who_nobody", said.reference)


async def close(turn: Turn, said: Said) -> None:
    """End it, saying how; where a life may be at stake only when that is said on purpose."""
    reference = said.reference or (turn.here.reference if turn.here else None)
    if reference is None:
        await turn.say("officer_which", references=", ".join(turn.references) or "?")
        return
    how, sure = is_sure(said.rest)
    outcome = _outcome(turn, how)
    if outcome is None:
        await turn.say("officer_close_how", reference, outcomes=_outcomes(turn))
        return
    talk = await glance(turn.house, turn.officer, reference)
    if talk and talk.handoff and talk.handoff.kind in GUIDES and not sure:
        await turn.say("officer_close_sure", reference, number=str(OUTCOMES.index(outcome) + 1))
        return
    try:
        await handoff.close(turn.house, turn.officer, reference, outcome, within=turn.done("officer_closed_done", reference))
    except Refused as refusal:
        await turn.refused(refusal, reference)


def _outcome(turn: Turn, text: str) -> str | None:
    """By its number, its name, or its words in the officers' language."""
    plain = " ".join(text.strip(" .,!?:;").lower().replace("_", " ").split())
    words = turn.house.words(turn.house.officer_locale)
    for number, name in enumerate(OUTCOMES, 1):
        if plain in {str(number), name.replace("_", " "), (words.named(names.OUTCOMES, name) or name).lower()}:
            return name
    return None


def _outcomes(turn: Turn) -> str:
    words = turn.house.words(turn.house.officer_locale)
    return ", ".join(f"{number} {words.named(names.OUTCOMES, name)}" for number, name in enumerate(OUTCOMES, 1))
