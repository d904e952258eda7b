"""``preview``: what a person would see, through the code that answers a live message: decided, turned into drafts, rendered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from bot.dialogue.danger import WITHOUT_POLICE
from bot.dialogue.decision import Change, Say
from bot.dialogue.escalation import changed
from bot.dialogue.locale import WROTE
from bot.dialogue.policy import Heard, decide
from bot.dialogue.truth import Facts
from bot.dialogue.understand import no_model, with_marks, with_model
from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.handoff import Handoff, HandoffClass, State
from bot.domain.ids import ContactId, ConversationId, HandoffId
from bot.domain.message import ChannelName, Kind, Piece
from bot.domain.understanding import IntentClass, Ranked, Reading, Understanding
from bot.responses import BASE, Library, Response, answer_of
from bot.settings import Settings
from bot.usecases.house import House
from bot.usecases.speak import drafts
from bot.wiring.contents import Contents
from bot.wiring.house import ROOT, model_of
from bot.wiring.looking import house_without_store

#: Stands for the random reference of a real case.
REFERENCE = "K7T-42M"
#: Stand for what only a real alert or act can fill, in texts to officers.
_SAMPLES = {
    "class": "E1",
    "kind": "arrest_now",
    "language": "en",
    "references": REFERENCE,
    "reference": REFERENCE,
    "name": "Ana",
    "channel": "Signal",
    "time": "03:16",
}
#: Names of the texts that are said, one for each piece, and the pieces.
Said = tuple[tuple[str, ...], tuple[Piece, ...]]
#: What the danger question looks like before anybody knows a person's language.
_EVERY_LANGUAGE = "to somebody whose language is not known yet"


@dataclass(frozen=True, kw_only=True)
class Variant:
    """Circumstances in which the same intent is answered otherwise; the usual ones have no name."""

    name: str = ""
    marks: frozenset[str] = frozenset()
    officers: int = 1  #: enrolled
    language_known: bool = True


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Everything that one message gets in answer."""

    name: str  #: of the intent, or of the text
    locale: str
    channel: ChannelName
    variant: Variant
    says: tuple[str, ...]  #: names of the texts said, one for each piece
    pieces: tuple[Piece, ...] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A house that answers nobody, with the texts as their files say them."""

    house: House
    library: Library

    @classmethod
    def of(cls, settings: Settings, root: Path = ROOT) -> "Preview":
        """From the files as they stand.  Raises RefuseToStart."""
        house = house_without_store(settings, model_of(settings), root)
        return cls(house=house, library=Contents.read(settings.mission, root).library)

    def names(self) -> list[str]:
        """Every intent and then every named text, each followed by its further parts ("more")."""
        parts = sorted(name for name, locale in self.library.texts if locale == BASE and answer_of(name) != name)
        answers = dict.fromkeys((*self.house.classes, *self.library.policy["names"]))
        return [each for name in answers for each in (name, *(part for part in parts if answer_of(part) == name))]

    def shown(self, name: str, locale: str, channel: ChannelName) -> Iterator[Shown]:
        """Every variant of an answer, or of a named text.  Raises Refused when there is neither."""
        if name not in self.names():
            raise Refused("unknown")
        for variant in self._variants(name):
            says, pieces = self._said(name, locale, channel, variant)
            yield Shown(name=name, locale=locale, channel=channel, variant=variant, says=says, pieces=pieces)

    def _said(self, name: str, locale: str, channel: ChannelName, variant: Variant) -> Said:
        if name in self.house.classes:
            return self._answer(self._meaning(name, variant), locale, channel, variant)
        if name == "danger_question":
            return self._answer(no_model(Kind.TEXT), locale, channel, variant)
        return self._text(name, locale, channel, variant)

    def response(self, name: str, locale: str) -> Response:
        """The file's own word on a text that was said; the base locale's where this one has none."""
        return self.library.texts.get((name, locale)) or self.library.texts[name, BASE]

    def _variants(self, name: str) -> Iterator[Variant]:
        yield Variant()
        if name in WITHOUT_POLICE:
            yield Variant(name="where the state itself is the danger", marks=frozenset({"authority"}))
        if name == "danger_question":
            yield Variant(name=_EVERY_LANGUAGE, language_known=False)
        if self.house.classes.get(name) is IntentClass.E1 and name != "threat_to_mission":
            yield Variant(name="while no officer is enrolled", officers=0)

    def _meaning(self, intent: str, variant: Variant) -> Understanding:
        """A message of just this intent, as the surest model would read it."""
        reading = Reading(ranking=(Ranked(intent=intent, confidence=1.0),))
        marks = variant.marks | ({"mission"} if intent == "threat_to_mission" else set())
        return with_marks(with_model(reading, self.house.classes, self.house.thresholds), marks, self.house.classes)

    def _answer(self, meaning: Understanding, locale: str, channel: ChannelName, variant: Variant) -> Said:
        now = self.house.clock.now()
        talk = _talk(locale, channel, variant, now)
        decision = decide(talk, [Heard(understanding=meaning, kind=Kind.TEXT, received_at=now)], now)
        handoff = _handoff(talk, decision.change, now) if decision.change else None
        return self._drafted(replace(decision.conversation, handoff=handoff), decision.says, variant)

    def _text(self, name: str, locale: str, channel: ChannelName, variant: Variant) -> Said:
        if name in self.library.policy["officers"]:
            pieces = self.house.responses.pieces(name, locale, channel, _SAMPLES)
            return (name,) * len(pieces), pieces
        now = self.house.clock.now()
        talk = _talk(locale, channel, variant, now)
        case = Change(cls=HandoffClass.E1, kind="unknown", state=State.WAITING, reason="yes", ring=True)
        topics = tuple(self.house.classes)[:3]
        return self._drafted(replace(talk, handoff=_handoff(talk, case, now)), (Say(name=name, topics=topics),), variant)

    def _drafted(self, talk: Conversation, says: Sequence[Say], variant: Variant) -> Said:
        facts = Facts(handoff=talk.handoff, enrolled=variant.officers, kept_at=talk.last_message_at, opens=self.house.opens())
        rows = drafts(self.house, talk, says, facts)
        return tuple(row.name for row in rows), tuple(row.piece for row in rows)


def _talk(locale: str, channel: ChannelName, variant: Variant, now: datetime) -> Conversation:
    """Somebody who was greeted already: the greeting is a text of its own."""
    talk = Conversation(id=ConversationId("0"), contact=ContactId("0"), channel=channel, locale=locale, last_message_at=now)
    return talk.remembering(greeted_at=now, locale_by=WROTE if variant.language_known else None)


def _handoff(talk: Conversation, change: Change, now: datetime) -> Handoff | None:
    result = changed(talk, change, now, HandoffId("0"), REFERENCE)
    return result.handoff if result else None
