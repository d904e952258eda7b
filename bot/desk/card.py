"""What stands on a case's card and between its messages: facts that the page shows, chosen from what is stored."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.dialogue.signs import Sign, signs
from bot.domain.alarm import Alarm
from bot.domain.conversation import Conversation
from bot.domain.handoff import Handoff, Spoken
from bot.domain.longtext import ends
from bot.domain.message import ChannelName
from bot.domain.triage import CONSENTS, Fact, given, wants_nothing
from bot.locales import Words, names
from bot.ports import Entry
from bot.usecases.casefile import Case
from bot.usecases.house import House

#: A sentence ends so; rules are searched sentence by sentence.
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
#: Letters of a very long text in which what rang is looked for, at its beginning and its end: the desk has other pages to serve.
_SEARCHED = 32_768
#: Of a very long message only so many signs stand on the card, unless they are what rang.
_SHOWN = 600
#: Who is in danger, as far as the kind of an emergency says so.
_WHO = {
    "arrest_of_other": "other",
    "missing_person": "other",
    "family_threatened": "family",
    "threat_to_mission": "mission",
    "unknown": "unknown",
    "unclear": "unknown",
}
_HERE = frozenset({"arrest_now", "raid_now", "attack_now", "death_threat", "sexual_violence", "deportation_now", "self_harm"})
#: Acts that stand between the messages.
_BETWEEN = frozenset({"trusted", "original_asked", "original_agreed", "original_taken"})
#: What an insertion of the moment was is not kept; the text around it is.
_GONE = "[…]"


@dataclass(frozen=True, kw_only=True)
class Rang:
    """A message that brought the case to officers, and what found it."""

    alarm: Alarm
    parts: Sequence[tuple[str, bool]] = field(default=(), repr=False)  #: its words; True: an emergency rule hit here
    kinds: Sequence[str] = ()  #: what the rules that hit speak of
    what: str = ""  #: what the message is: text, photo, voice, ...; empty when it is not kept any more
    percent: int = 0


@dataclass(frozen=True, kw_only=True)
class Told:
    """Something that the program has said in this case, in the reader's language."""

    line: Spoken
    first: str = field(repr=False)
    rest: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the thread: a new day, a message, or an event between them."""

    day: str = ""
    line: Spoken | None = None
    event: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Card:
    """Everything that stands above the talk."""

    rang: Sequence[Rang]
    who: str | None
    place: Spoken | None  #: the last place that the person sent
    answer: Spoken | None  #: the first words after the program's own, which asked one thing
    flags: Sequence[str]
    consents: Sequence[tuple[str, str | None]]
    facts: Sequence[tuple[Fact, str]]  #: what was asked and answered, with the person's own words where there are such
    told: Sequence[Told]
    signs: Sequence[Sign]


def card_of(house: House, words: Words, case: Case) -> Card:
    """The card, for somebody who reads ``words``."""
    held, conversation, spoken = case.opened.handoff, case.opened.conversation, case.opened.spoken
    by_seq = {line.seq: line for line in spoken if line.who == "defender" and line.seq}
    memory = conversation.memory
    given_now = given(memory.facts)
    told = list(_told(house, words, held, conversation, spoken))
    return Card(
        rang=[_rang(house, alarm, by_seq.get(alarm.message)) for alarm in memory.alarms],
        who=_WHO.get(held.kind) or ("writer" if held.kind in _HERE else None),
        place=next((line for line in reversed(spoken) if any(each.content_type == "geo" for each in line.attachments)), None),
        answer=_first_answer(spoken, told),
        flags=_flags(conversation),
        consents=[(f"consent_{name}", given_now.get(name)) for name in CONSENTS],
        facts=[(fact, by_seq[fact.message].text if fact.message in by_seq else "") for fact in memory.facts if not fact.consent],
        told=told,
        signs=signs(conversation, held, spoken, house.languages.identify),
    )


def _flags(conversation: Conversation) -> list[str]:
    stands = {
        "shut_out": conversation.shut_out_at is not None,
        "under_18": conversation.memory.minor,
        "us_citizen": conversation.memory.citizen,
        "wants_nothing": wants_nothing(conversation.memory.facts),
        "do_not_write_first": conversation.do_not_write_first,
        "muted": conversation.muted,
    }
    return [flag for flag, is_so in stands.items() if is_so]


def _rang(house: House, alarm: Alarm, line: Spoken | None) -> Rang:
    text = line.text if line else ""
    found = dict.fromkeys(house.rules.intents[rule] or "unknown" for rule in alarm.rules if rule in house.rules.intents)
    return Rang(
        alarm=alarm,
        parts=_parts(house, text, marked=bool(alarm.rules)),
        kinds=[kind for kind in found if kind in names.KINDS],
        what=line.kind if line and line.state == "kept" else "",
        percent=round(alarm.danger * 100),
    )


def _parts(house: House, text: str, *, marked: bool) -> list[tuple[str, bool]]:
    """The sentences of a message, those in which a rule hits marked; of a long one the beginning, and what is marked."""
    text = ends(text, _SEARCHED, " [...] ")
    found = [(part.strip(), marked and bool(house.rules.match(part))) for part in _SENTENCE.split(text) if part.strip()]
    if len(text) <= _SHOWN:
        return found
    shown, left = [], _SHOWN
    for part, hit in found:
        if hit or left > 0:
            shown.append((part if hit else part[: max(left, 0)], hit))
            left -= len(part)
    return shown


def _told(house: House, words: Words, held: Handoff, conversation: Conversation, spoken: Sequence[Spoken]) -> Iterator[Told]:
    """The program's own texts of this case, each once; what was cancelled was never said."""
    last: tuple[str, datetime] | None = None
    for line in spoken:
        if line.who not in {"bot", "notice"} or line.at < held.opened_at or line.state == "cancelled" or (line.kind, line.at) == last:
            continue
        last = (line.kind, line.at)
        text = said_in(house, words, line, conversation.channel, held.reference)
        first, _, rest = text.strip().partition("\n")
        yield Told(line=line, first=first, rest=rest.strip())


def said_in(house: House, words: Words, line: Spoken, channel: ChannelName, reference: str) -> str:
    """A text of the program in the reader's language; the text that was sent where it is none of the prepared ones."""
    special = f"{line.kind}_{channel}"
    name = special if house.responses.has(special) else line.kind
    if not house.responses.has(name):
        return line.text
    gone = dict.fromkeys(("people", "facts", "topics", "menu", "resources_open", "resources", "sources", "reviewed", "languages"), _GONE)
    return house.responses.line(name, words.locale, gone | {"reference": reference, "time": words.time(line.at)}) or line.text


def _first_answer(spoken: Sequence[Spoken], told: Sequence[Told]) -> Spoken | None:
    """The emergency reply asks one thing that one message can answer (section 4)."""
    if not told:
        return None
    after = (line for line in spoken if line.who == "defender" and line.text and line.at > told[0].line.at)
    return next(after, None)


def rows_of(words: Words, case: Case) -> list[Row]:
    """The thread with its days, and with what happened between the messages."""
    found = [(entry.at, Row(event=entry.event, at=entry.at)) for entry in _events(case)]
    found += [(line.at, Row(line=line, at=line.at)) for line in case.opened.spoken]
    rows: list[Row] = []
    day = ""
    for at, row in sorted(found, key=lambda each: each[0]):
        if (today := words.date(at)) != day:
            rows.append(Row(day=today))
            day = today
        rows.append(row)
    return rows


def _events(case: Case) -> Iterator[Entry]:
    """A safety number that has changed, and one that an officer trusted; originals that were asked for and taken."""
    if changed := case.opened.conversation.key_changed_at:
        yield Entry(at=changed, actor="defender", event="key_changed")
    yield from (entry for entry in case.entries if entry.event in _BETWEEN)


def entries_of(case: Case) -> list[tuple[Entry, str, int]]:
    """The audit with names; one person's readings in a row are one line with their number."""
    found: list[tuple[Entry, str, int]] = []
    for entry in case.entries:
        kind, _, who = entry.actor.partition(":")
        name = case.names.get(who) or kind
        if found and (found[-1][0].event, found[-1][1]) == (entry.event, name):
            found[-1] = (entry, name, found[-1][2] + 1)
        else:
            found.append((entry, name, 1))
    return found
