"""One message beside what it set off."""

from dataclasses import dataclass, field

from bot.domain.understanding import Action, IntentClass, Ranked
from nlu.tsv import Row

#: Neither is an answer.
ALARMED = frozenset({Action.ALERT, Action.ASK_DANGER})
#: The answer's locale by the column ``lang``; the South Slavic languages have two, by their script.
_SOUTH_SLAVIC = frozenset({"cnr", "sr", "bs", "hr", "me"})


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A first message of a conversation: its label and what it set off."""

    row: Row = field(repr=False)
    cls: IntentClass  #: of the true intent
    may_be_danger: bool  #: one of its other acceptable intents is an emergency: neither answer is wrong
    said: str | None  #: the intent as ``understand`` prints it
    confidence: float
    action: Action
    ring_if_silent: bool
    rules: tuple[str, ...]
    danger: float  #: summed confidence of the emergencies; 1 when a rule hit
    locale: str
    offered: tuple[str, ...] = ()  #: the topics that the person may choose from
    ranking: tuple[Ranked, ...] = field(default=(), repr=False)  #: the model's; empty: it was not asked

    @property
    def acceptable(self) -> tuple[str, ...]:
        """Intents that are right."""
        return (self.row.intent, *self.row.alt)

    @property
    def emergency(self) -> bool:
        return self.cls is IntentClass.E1

    @property
    def harmless(self) -> bool:
        """Surely no emergency."""
        return not self.emergency and not self.may_be_danger

    @property
    def alerted(self) -> bool:
        return self.action is Action.ALERT

    @property
    def asked(self) -> bool:
        return self.action is Action.ASK_DANGER

    @property
    def right(self) -> bool:
        """The intent, or one that is listed as acceptable."""
        return self.said in self.acceptable

    @property
    def handled(self) -> bool:
        """Answered rightly without any alarm; where topics are offered, one of them is right."""
        if self.action in ALARMED:
            return False
        return self.right or any(topic in self.acceptable for topic in self.offered)

    @property
    def expected_locale(self) -> str:
        """In which locale the answer should come."""
        if self.row.lang not in _SOUTH_SLAVIC:
            return self.row.lang
        letters = [sign for sign in self.row.text.lower() if sign.isalpha()]
        cyrillic = sum("а" <= sign <= "џ" for sign in letters)
        return "sr_Cyrl_ME" if cyrillic * 2 > len(letters) else "sr_Latn_ME"
