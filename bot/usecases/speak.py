"""Turning what was decided to be said into rows of the outbox: texts, truth about people, pieces."""

import html
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.dialogue.danger import reply_name
from bot.dialogue.decision import Say
from bot.dialogue.locale import language_known
from bot.dialogue.truth import Fact, Facts, people, status_facts
from bot.domain.conversation import Conversation
from bot.domain.handoff import Handoff
from bot.domain.ids import OfficerId
from bot.domain.message import Care, Draft, Piece, Speaker
from bot.ports import Transaction, Values
from bot.usecases.house import House, on_duty
from bot.usecases.offering import choice_values, with_choices

#: One send carries at most so many characters of an officer's words; the messengers take 4,096.
PIECE = 4_000


async def facts_of(tx: Transaction, house: House, conversation: Conversation, handoff: Handoff | None) -> Facts:
    """The stored facts from which everything said about officers is chosen (LAW)."""
    officers = await tx.officers.all()
    enrolled = sum(each.is_person for each in on_duty(officers, handoff.lane if handoff else "general"))
    hidden = handoff is not None and conversation.memory.hidden == handoff.id
    return Facts(handoff=handoff, enrolled=enrolled, hidden=hidden, kept_at=conversation.last_message_at, opens=house.opens())


def drafts(house: House, conversation: Conversation, says: Sequence[Say], facts: Facts) -> list[Draft]:
    """The pieces of every response to be said, in order; care follows the emergency."""
    emergency = facts.handoff is not None and facts.handoff.is_emergency
    return [
        Draft(
            piece=piece,
            speaker=Speaker.BOT,
            care=Care.MUST if emergency else say.care,
            name=say.name,
            is_question=say.is_question,
            is_erasure=say.name == "erased",
        )
        for say in says
        for piece in _pieces(house, conversation, say, facts)
    ]


def _pieces(house: House, conversation: Conversation, say: Say, facts: Facts) -> Sequence[Piece]:
    name = _for_channel(house, say.name, conversation)
    if name == "danger_question" and not language_known(conversation) and len(house.locales) > 1:
        asked = _in_every_language(house, conversation)
        if asked.text:
            return with_choices(house, conversation, say, [asked])
    if say.about and not house.responses.has(say.about if name == "source" else name):
        name, say = "no_more", replace(say, name="no_more")
    pieces = house.responses.pieces(name, conversation.locale, conversation.channel, _values(house, conversation, say, facts))
    if say.brief and facts.handoff is not None:
        told = _fact(house, conversation.locale, people(facts))
        pieces = tuple(_brief(piece, facts.handoff.reference, told) for piece in pieces)
    return with_choices(house, conversation, say, pieces)


def _brief(piece: Piece, reference: str, told: str) -> Piece:
    """Without the first line where it names the reference, and without what follows the truth about people: both were said."""
    first, *rest = piece.text.split("\n")
    lines = rest if rest and reference in first else [first, *rest]
    truth = html.escape(told, quote=False) if piece.styled else told
    return replace(piece, text="\n".join(truth if truth and line.startswith(truth) else line for line in lines))


def _in_every_language(house: House, conversation: Conversation) -> Piece:
    """The danger question to somebody whose language we do not know: once in each of the mission's (conversation rules, section 3)."""
    latin = [locale for locale in house.locales if not ("_Cyrl" in locale and locale.replace("_Cyrl", "_Latn") in house.locales)]
    first = [conversation.locale] if conversation.locale in latin else []
    lines = [house.responses.line("danger_question_line", locale, {}) for locale in dict.fromkeys((*first, *latin))]
    return Piece(text="\n\n".join(filter(None, lines)))


def _for_channel(house: House, name: str, conversation: Conversation) -> str:
    special = f"{name}_{conversation.channel}"
    return special if house.responses.has(special) else name


def _values(house: House, conversation: Conversation, say: Say, facts: Facts) -> Values:
    locale = conversation.locale
    tell = partial(_fact, house, locale)
    return {
        "people": lambda: tell(people(facts)),
        "reference": facts.handoff.reference if facts.handoff else "",
        "time": lambda: house.local_time(house.clock.now(), locale),
        "facts": lambda: "\n".join(map(tell, status_facts(facts))),
        **choice_values(house, conversation, say),
    }


def _fact(house: House, locale: str, fact: Fact) -> str:
    return _line(house, locale, fact.name, fact.at_time(partial(house.local_time, locale=locale)))


def _line(house: House, locale: str, name: str, time: str) -> str:
    return house.responses.line(name, locale, {"time": time})


def notice(house: House, conversation: Conversation, name: str, handoff: Handoff) -> list[Draft]:
    """A one-line notice that an officer's act (or the ladder) queues."""
    values = {
        "reference": handoff.reference,
        "time": house.local_time(house.clock.now(), conversation.locale),
        "resources_open": _answering(house, conversation, handoff),
    }
    pieces = house.responses.pieces(name, conversation.locale, conversation.channel, values)
    return [Draft(piece=piece, speaker=Speaker.NOTICE, care=Care.MUST, name=name) for piece in pieces]


def _answering(house: House, conversation: Conversation, handoff: Handoff) -> str:
    """The line on who else can be called now, by the kind of the emergency; empty when nobody is known."""
    reply = reply_name(handoff.kind, authority=conversation.memory.authority)
    others = house.responses.answering(reply, conversation.locale)
    return house.responses.line("answering_now", conversation.locale, {"resources": others}) if others else ""


def says_nothing(text: str) -> bool:
    """Whether it has no sign that anybody could see: a messenger would refuse it, and nobody be answered."""
    return all(unicodedata.category(sign)[0] in "CZ" for sign in text)


def officer_words(text: str, by: OfficerId) -> list[Draft]:
    """An officer's own words, exactly as written, cut only where one send cannot carry them."""
    cuts = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
    return [Draft(piece=Piece(text=cut), speaker=Speaker.OFFICER, care=Care.MUST, name="officer_reply", by=by) for cut in cuts]
