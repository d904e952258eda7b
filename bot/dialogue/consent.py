"""The four consents: what a no sets off, what marks a contact, and what the audit is told."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bot.dialogue.decision import Say
from bot.domain.conversation import Conversation, Memory
from bot.domain.triage import CONSENT, UNSURE, Fact

#: Here only a word or number of ours is a yes; elsewhere the model may understand another wording.
EXACT = frozenset({f"{CONSENT}authorities", f"{CONSENT}public"})
#: Answers after which the bot, and the lines that officers' acts queue, no longer write first.
_KEEPS_STILL = {("safe_to_write", "no"), ("safe_to_write", UNSURE), (f"{CONSENT}contact", "yes_after_me"), (f"{CONSENT}contact", "no")}


def marked(conversation: Conversation, question: str, answer: str) -> Conversation:
    """The conversation with what an answer means for writing to this person."""
    return replace(conversation, do_not_write_first=True) if (question, answer) in _KEEPS_STILL else conversation


def wishes_silence(facts: Iterable[Fact]) -> bool:
    """Whether the person's own last answers say that nobody is to write first."""
    last = {fact.question: fact.answer for fact in facts if fact.answer}
    return not _KEEPS_STILL.isdisjoint(last.items())


def refused(conversation: Conversation) -> Say:
    """What a no is answered with; that officers have seen it is said only when one has."""
    held = conversation.handoff
    seen = held is not None and held.opened_by_person_at is not None
    return Say(name="consent_no_seen" if seen else "consent_no")


def news(before: Memory, after: Memory) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What the audit is told: which consent was asked for, which was answered and how; never a word of anybody's."""
    known = set(before.facts)
    for fact in after.facts:
        if fact.consent and fact not in known:
            told = {"consent": fact.consent} | ({"answer": fact.answer} if fact.answer else {})
            yield "consent_answered" if fact.answer else "consent_asked", told
