"""Which of our questions a message answers: the danger question, the kind of an emergency, the offer of an officer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.dialogue import dangeryes, menu
from bot.dialogue.words import answer_word, digit, kind_number
from bot.domain.conversation import Conversation, Memory
from bot.domain.message import Kind
from bot.domain.understanding import Action, Understanding

#: For so long an offer still means what it meant.
STILL_MEANT = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A message with what was understood of it."""

    understanding: Understanding
    kind: Kind
    received_at: datetime
    text: str = field(default="", repr=False)
    deleted: bool = False  #: the sender deleted it before it was answered
    seq: int = 0  #: its place in the conversation; 0: it has none

    @property
    def number(self) -> int | None:
        """The whole message is this digit, 1 to 4."""
        return digit(self.text)

    @property
    def word(self) -> str | None:
        """``yes``, ``unsure`` or ``no``, when the whole message is such a word or digit."""
        return answer_word(self.text)


def needs_nothing(conversation: Conversation, each: Heard) -> bool:
    """What was deleted before it was answered, and a correction of what was answered: unless there may be danger in it."""
    meaning = each.understanding
    if meaning.action in {Action.ALERT, Action.ASK_DANGER} or meaning.command or says_yes(conversation, each):
        return False
    corrects = each.kind is Kind.EDIT and meaning.intent is not None and meaning.intent == conversation.memory.last_intent
    return each.deleted or corrects


def says_yes(conversation: Conversation, each: Heard) -> bool:
    """Yes, or not sure, to the danger question.  Its own button means it for ever, a typed 1 since it was first put, or below a menu.

    Beside an officer only while the question is open: there a "1" or a "yes" may answer the officer.
    """
    memory = conversation.memory
    if each.kind is Kind.BUTTON:
        return each.number == 1
    if (
        each.number == 1
        and conversation.voice != "OFFICER"
        and (memory.asked_at is not None or menu.is_open(conversation, each.received_at))
    ):
        return True
    if not memory.question_open:
        return False
    if each.number == 1 or each.word == "unsure" or (conversation.voice != "OFFICER" and _says_yes_freely(each)):
        return True
    return each.understanding.intent == "affirm" and not _offer_is_newer(memory)


def _says_yes_freely(each: Heard) -> bool:
    """In words of their own; a command, a number of the menu and a forwarded picture's words are none."""
    return each.kind is Kind.TEXT and not each.understanding.command and dangeryes.is_yes(each.text)


def says_no(conversation: Conversation, each: Heard) -> bool:
    """A clear no: anything else is not an answer, and the model's guess of one does not count."""
    if not conversation.memory.question_open or each.word != "no":
        return False
    if each.number == 2:
        return True
    return each.kind is not Kind.BUTTON and not _offer_is_newer(conversation.memory)


def _offer_is_newer(memory: Memory) -> bool:
    """A typed yes or no answers what was asked last."""
    return memory.offer is not None and memory.offered_at is not None and (memory.asked_at is None or memory.offered_at > memory.asked_at)


def kind_named(heard: Sequence[Heard]) -> int | None:
    """The number of the kind that was named last.  Only the danger question has buttons with numbers: they name no kind."""
    named = [kind_number(each.text) for each in heard if each.kind is not Kind.BUTTON]
    return next((number for number in reversed(named) if number), None)


def to_offer(conversation: Conversation, heard: Sequence[Heard], now: datetime) -> str | None:
    """``yes`` or ``no`` to the offer of an officer; "not sure" passes nothing on.  Numbers belong to the danger question."""
    memory = conversation.memory
    if memory.offer is None or memory.offered_at is None or now - memory.offered_at > STILL_MEANT:
        return None
    spoken = [each for each in heard if each.number is None]
    if any(each.understanding.intent == "affirm" for each in spoken):
        return "yes"
    if any(each.understanding.intent == "deny" or each.word == "unsure" for each in spoken):
        return "no"
    return None
