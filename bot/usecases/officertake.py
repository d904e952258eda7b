"""Taking a case over on one's own messenger: the claim, then a card and the last words, as the desk shows them first."""

from bot.dialogue.officerwords import Said
from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.handoff import Handoff, Spoken
from bot.domain.triage import wants_nothing
from bot.locales import Words, names
from bot.ports import Transaction
from bot.usecases import handoff
from bot.usecases.handoff import Opened
from bot.usecases.officerturn import Turn
from bot.usecases.passing import content, queue_content, said_kind

#: So many of the last lines are shown, and so much of each.
LINES, LONGEST_LINE = 5, 1_000


async def take(turn: Turn, said: Said) -> None:
    """Claim it, where words may pass to this messenger: whoever cannot read a case cannot hold it.

    Whoever holds it already (at the desk, or since a moment ago) has it here from now on, and sees card and words again.
    """
    if not turn.house.doors.open_to(turn.officer.channel):
        await turn.say("officer_no_content")
        return
    if said.reference is None:
        await turn.say("officer_which_take")
        return
    try:
        if said.reference not in turn.references:
            await handoff.claim(turn.house, turn.officer, said.reference)
        await handoff.show(turn.house, turn.officer, said.reference, passing=shown(turn))
    except Refused as refusal:
        await turn.refused(refusal, said.reference)


def shown(turn: Turn) -> handoff.Passing:
    """What follows when a case has come to this officer's messenger: its card and its last words there, and the answer."""

    async def passing(tx: Transaction, opened: Opened) -> None:
        # The reading, the words on their way and the end of the officer's message are one commit.
        await queue_content(tx, turn.house, turn.officer, opened.conversation, opened.handoff, content(_card(turn, opened)))
        await turn.answer(tx, "officer_took", opened.handoff.reference)

    return passing


def _card(turn: Turn, opened: Opened) -> list[str]:
    """One text for the card, and one for each line, the reference first in all of them."""
    house, held, talk = turn.house, opened.handoff, opened.conversation
    words = house.words(house.officer_locale)
    values = {
        "reference": held.reference,
        "class": words.named(names.CLASSES, held.cls) or str(held.cls),
        "kind": words.named(names.KINDS, held.kind) or house.responses.label(held.kind, house.officer_locale),
        "reason": words.named(names.REASONS, held.reason) or held.reason,
        "language": words.named(names.LANGUAGES, talk.locale) or talk.locale,
        "channel": words.named(names.CHANNELS, talk.channel) or str(talk.channel),
        "opened": _minutes(turn, held),
        "last": str(int((turn.now - talk.last_message_at).total_seconds() // 60)) if talk.last_message_at else "?",
        "flags": "; ".join(_flags(words, talk)) or "–",
    }
    card = house.responses.line("officer_card", house.officer_locale, values)
    return [card, *(_line(turn, held, line) for line in _chosen(opened))]


def _minutes(turn: Turn, held: Handoff) -> str:
    return str(int((turn.now - held.opened_at).total_seconds() // 60))


def _flags(words: Words, talk: Conversation) -> list[str]:
    stands = {
        "under_18": talk.memory.minor,
        "us_citizen": talk.memory.citizen,
        "wants_nothing": wants_nothing(talk.memory.facts),
        "do_not_write_first": talk.do_not_write_first,
        "muted": talk.muted,
    }
    flags = [words.named(names.FLAGS, flag) or flag for flag, is_so in stands.items() if is_so]
    return flags + ([words.named(names.SIGNS, "safety_number") or ""] if talk.key_changed_at else [])


def _chosen(opened: Opened) -> list[Spoken]:
    """What rang, and the last lines; what was cancelled was never said."""
    said = [line for line in opened.spoken if line.state != "cancelled" and (line.text or line.attachments)]
    rang = {alarm.message for alarm in opened.conversation.memory.alarms}
    before = [line for line in said[:-LINES] if line.who == "defender" and line.seq in rang]
    return [*before, *said[-LINES:]]


def _line(turn: Turn, held: Handoff, line: Spoken) -> str:
    house = turn.house
    who = house.words(house.officer_locale).named(names.SPEAKERS, line.who) or line.who
    named = "" if line.who != "defender" or line.kind in {"text", "button"} else f"[{said_kind(house, line.kind)}] "
    text = line.text if len(line.text) <= LONGEST_LINE else line.text[:LONGEST_LINE] + "…"
    return f"{held.reference}: {who}, {turn.time(line.at)}: {named}{text}".strip()
