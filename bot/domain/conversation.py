"""A conversation as the rules of speaking see it: who may speak, what was asked, what is open."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.domain.alarm import Alarm
from bot.domain.handoff import HELD, Handoff, State
from bot.domain.ids import ContactId, ConversationId
from bot.domain.message import ChannelName
from bot.domain.triage import Fact

_TIMES = ("greeted_at", "asked_at", "unclear_rung_at", "confirmed_at", "offered_at", "menu_at", "officer_wrote_at")


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What an officer's words ended when they were queued: it comes back when they are taken back."""

    at: datetime  #: when they were queued
    seconds: float | None = None  #: the claim had so long left; None: nothing was due
    question_open: bool = False
    offer: str | None = None
    offered_at: datetime | None = None
    waiting_for: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Ended":
        """What ``to_json`` wrote."""
        times = {name: datetime.fromisoformat(values[name]) for name in ("at", "offered_at") if values.get(name)}
        return cls(**values | times)


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What the dialogue remembers between messages; kept sealed, as one value."""

    greeted_at: datetime | None = None
    asked_at: datetime | None = None  #: when the danger question was last put (at most once in six hours)
    asked_weight: float = 0.0  #: how alarming the words were that led to it
    question_open: bool = False  #: it waits for an answer
    question_topic: str | None = None  #: the likeliest harmless topic, answered after a clear no
    unclear_rung_at: datetime | None = None  #: unclear items ring at most once an hour for one contact
    offer: str | None = None  #: the intent an officer was offered for
    offered_at: datetime | None = None
    kind_asked: bool = False  #: the numbered question of an emergency of unknown kind is open
    confirmed_at: datetime | None = None  #: when "your message is with the officers" was last said
    last_intent: str | None = None
    authority: bool = False  #: in this emergency the state itself is the danger: never the police as help
    locale_by: str | None = None  #: who said which locale it is (``bot.dialogue.locale``); None: nobody yet
    locale_next: str | None = None  #: another locale that the last long text was in: a second one in a row turns the conversation
    locale_line: str | None = None  #: the one line on the language: ``due`` after the first sure switch, then ``said``
    answered: str | None = None  #: the answer given last: what "more" and "source" are about
    card: int = 0  #: how many further parts of it were shown
    again: str | None = None  #: what would say the last thing again (``bot.dialogue.choices``), for a change of language
    menu_at: datetime | None = None  #: when topics with numbers were last shown: until then a number names none
    told: tuple[str, ...] = ()  #: emergency replies said in this emergency: nothing said is ever repeated
    truths: int = 0  #: how often the truth about people was asked for in this emergency: the same words never come twice in a row
    facts: tuple[Fact, ...] = ()  #: what was asked in this case one by one, and answered, in order
    waiting_for: str | None = None  #: the question of those that was the last thing asked, and is not answered
    minor: bool = False  #: somebody under 18 is concerned, as the person wrote or answered
    citizen: bool = False  #: a citizen of the United States is concerned, as the person wrote
    hidden: str | None = None  #: the open case that was erased from this phone: nothing that is said may betray it
    alarms: tuple[Alarm, ...] = ()  #: the messages that brought this case to officers, and why
    threat: bool = False  #: a threat to the mission was written in this case
    officer_wrote_at: datetime | None = None  #: when an officer last said something here
    ended: Ended | None = None  #: what the officer's first words after the person's own ended

    def to_json(self) -> dict[str, Any]:
        """Plain values, without those that are empty."""
        values = {name: value for name, value in vars(self).items() if value not in (None, False, (), 0.0)}
        plain = {name: value.isoformat() if name in _TIMES else value for name, value in values.items()}
        if self.alarms:
            plain["alarms"] = [alarm.to_json() for alarm in self.alarms]
        if self.ended:
            plain["ended"] = self.ended.to_json()
        return plain | ({"facts": [fact.to_json() for fact in self.facts]} if self.facts else {})

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Memory":
        """The memory written by ``to_json``; names of a later version are left out."""
        known = {name: value for name, value in values.items() if name in cls.__dataclass_fields__}
        known |= {name: datetime.fromisoformat(known[name]) for name in _TIMES if known.get(name)}
        if "told" in known:
            known["told"] = tuple(known["told"])
        if "facts" in known:
            known["facts"] = tuple(Fact.from_json(each) for each in known["facts"])
        if known.get("ended"):
            known["ended"] = Ended.from_json(known["ended"])
        if "alarms" in known:
            known["alarms"] = tuple(Alarm.from_json(each) for each in known["alarms"])
        return cls(**known)


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """One person on one messenger, read in the transaction that decides."""

    id: ConversationId
    contact: ContactId
    channel: ChannelName
    locale: str = "en"
    muted: bool = False
    erased: bool = False  #: text and address were erased on request
    do_not_write_first: bool = False
    memory: Memory = field(default_factory=Memory)
    question_sent_at: datetime | None = None  #: when the danger question had really been sent
    handoff: Handoff | None = None  #: the one that is not closed
    closed_handoff: Handoff | None = None  #: the one closed last
    last_message_at: datetime | None = None
    shut_out_at: datetime | None = None  #: officers blocked this contact then; that the person blocked us is another thing
    file_untold: bool = False  #: something that they sent could not be kept, and perhaps nobody has told them
    key_changed_at: datetime | None = None  #: the safety number changed then, and no officer has trusted the new one

    @property
    def voice(self) -> str:
        """``BOT``, ``QUEUED`` or ``OFFICER`` (design section 5)."""
        if self.handoff is None or self.handoff.state is State.UNCLEAR:
            return "BOT"
        return "OFFICER" if self.handoff.state in HELD else "QUEUED"

    def remembering(self, **changes: Any) -> "Conversation":
        """A copy with other memories."""
        return replace(self, memory=replace(self.memory, **changes))
