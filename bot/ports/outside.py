"""What lies outside this process, or changes with it: the clock, the model and the rules, prepared texts, a messenger."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from bot.domain.message import ChannelName, Outgoing, Piece, Sent
from bot.domain.understanding import Reading, RuleHit


class Clock(Protocol):
    """The time, so that tests can move it."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class Nlu(Protocol):
    """The intent model, in a process of its own."""

    def is_starting(self) -> bool:
        """True until it was ready once, for at most 30 seconds after our own start: messages that no rule knows wait for it."""

    def expect(self, text: str) -> None:
        """This text will be read in a moment: begin now.  Never raises."""

    async def read(self, text: str) -> Reading:
        """Every intent with its confidence, the likeliest first; ``text`` never begins with a slash on the wire.

        Raises NluUnavailable when there is no sensible answer within the deadline (1.5 s).
        """


class Rules(Protocol):
    """The emergency rules of every language: pure, no model, no network."""

    def match(self, text: str) -> tuple[RuleHit, ...]:
        """The rules that hit, most specific first; empty when none does.  Never raises."""

    def marks(self, text: str) -> frozenset[str]:
        """What the text speaks of: ``authority`` (the state itself is the danger), ``mission`` (the embassy).  Never raises."""

    @property
    def intents(self) -> Mapping[str, str | None]:
        """What a hit of each rule is taken for, by the rule's name; None: an emergency of unknown kind."""


#: What a prepared text may insert, by name; what takes time to find is found only where it is inserted.
Values = Mapping[str, str | Callable[[], str]]


class Responses(Protocol):
    """The prepared answers."""

    def pieces(self, name: str, locale: str, channel: ChannelName, values: Values) -> tuple[Piece, ...]:
        """The response rendered for ``channel``, split to what one send can carry, values inserted inertly."""

    def line(self, name: str, locale: str, values: Values) -> str:
        """The response as one plain text, to be inserted into another."""

    def has(self, name: str) -> bool:
        """Whether there is such a response in the base locale; ``name.1``, ``name.2``, ... are an answer's further parts."""

    def sources(self, name: str, locale: str) -> "Sourced":
        """Where an answer comes from.  Raises KeyError: there is no such answer."""

    def choice(self, text: str) -> str | None:
        """The label whose words, in any locale, are the whole text: of a topic that is no emergency, or of the menu."""

    def label(self, intent: str, locale: str) -> str:
        """A few words that name the topic of an intent."""

    def canned(self) -> Sequence[str]:
        """The names of the replies that are prepared for officers to send, in their order."""

    def answering(self, reply: str, locale: str) -> str:
        """Names and numbers that answer at this hour in this language, for an emergency that got ``reply``; empty: none is known.

        Never the police where that reply never names them.
        """


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a messenger shows of us to whoever looks at the chat list."""

    name: str
    description: str
    commands: Mapping[str, str] = field(default_factory=dict)  #: each with a few words on what it does


@dataclass(frozen=True, kw_only=True)
class Sourced:
    """Where an answer comes from, and when a person last looked whether that is so."""

    lines: tuple[str, ...]
    reviewed: date
    final: bool = False  #: a native reader, and where one has to a clinician, has read it


class Channel(Protocol):
    """One messenger's sending side.  Translates, nothing else: no storage, no retries, no decisions."""

    name: ChannelName

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send one piece to ``outgoing.address``.

        Raises TryLater (surely not accepted), Ambiguous (maybe accepted), Unreachable, KeyChanged.
        """

    async def erase(self, address: str, keys: Sequence[str]) -> None:
        """Delete our messages in that chat where the messenger allows it; what it refuses is skipped silently."""

    async def discard(self, handles: Sequence[str]) -> None:
        """Delete files that the messenger keeps for us on our own side; what is not there any more is no fault.  Raises TryLater."""

    async def fetch(self, handle: str, account: str) -> bytes:
        """A file that came to ``account`` with a message.

        Raises Unreachable (``gone``: the messenger has it no more; ``too_large``), TryLater.
        """

    async def trust(self, address: str) -> None:
        """Trust the changed safety number of that address from now on.  Raises TryLater, Unreachable."""

    async def timer(self, address: str, seconds: int) -> None:
        """Messages in the chat with that address disappear after so long, from now on.  Raises TryLater, Unreachable."""

    async def leave(self, address: str) -> None:
        """Leave a group; best effort."""

    async def typing(self, address: str) -> None:
        """Show for some seconds that somebody is writing.  Raises SendFailed; nobody tries again."""
