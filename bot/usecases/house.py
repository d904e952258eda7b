"""What every use case may use: the ports, and the facts of this mission."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialogue.locale import in_locale
from bot.domain.conversation import Conversation
from bot.domain.doors import Doors
from bot.domain.figures import TARGETS, Step
from bot.domain.health import Serving
from bot.domain.hours import Hours
from bot.domain.ladder import Ladder
from bot.domain.language import Languages
from bot.domain.message import ChannelName, Message, Outgoing
from bot.domain.triage import Plan
from bot.domain.understanding import IntentClass, Thresholds
from bot.locales import BASE, Locales, Words
from bot.ports import Claimed, Clock, Nlu, Officer, Responses, Rules, Store, Transaction
from bot.usecases.familiar import Familiar
from bot.usecases.longtexts import LongTexts
from bot.usecases.relay import Relay
from bot.usecases.services import Pulses

#: Fields of the house that may be replaced while it runs.
CONTENT = frozenset(
    {"responses", "plan", "languages", "timezone", "hours", "locales",
     "officer_locale", "catalogues", "ladder", "targets", "doors", "text_days", "contact_days", "audit_days", "serving"},
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class House:
    """Built once in ``wiring``; frozen, but for what the files of mission and responses say: ``renew`` replaces that."""

    store: Store
    clock: Clock
    nlu: Nlu
    rules: Rules
    languages: Languages
    responses: Responses
    classes: Mapping[str, IntentClass]
    thresholds: Thresholds
    timezone: ZoneInfo
    has_messenger: bool  #: a real messenger is configured
    allow_unattended: bool  #: answer although no officer is enrolled
    hours: Hours | None = None  #: when officers read what is no emergency; None: not known
    plan: Plan = field(default_factory=Plan)  #: what is asked one by one while an emergency waits
    locales: tuple[str, ...] = ("en",)  #: in which the mission answers, the first one first
    officer_locale: str = BASE  #: in which officers are alerted
    catalogues: Locales = field(default_factory=Locales.plain)  #: interface words; they tell times in the mission's time zone
    text_days: int = 30
    ladder: Ladder = field(default_factory=Ladder)  #: whom an alarm rings when
    targets: Mapping[Step, timedelta] = field(default_factory=lambda: TARGETS)  #: how soon each step of an emergency is wanted
    doors: Doors = field(default_factory=Doors)  #: what may pass over officers' own messengers
    contact_days: int = 90
    audit_days: int = 730
    serving: Serving = field(default_factory=Serving)
    telegram_protects: bool = True
    files_room: int = 5_000_000_000  #: so many bytes of files that came with messages are kept, of everybody together
    familiar: Familiar = field(default_factory=Familiar, repr=False)  #: senders who have written since the start
    long_texts: LongTexts = field(default_factory=LongTexts, repr=False)  #: what of them is read, and when
    answering: Relay[Claimed] = field(default_factory=Relay)  #: to the responder
    sending: Relay[Outgoing] = field(default_factory=Relay)  #: to the courier
    pulses: Pulses = field(default_factory=Pulses, repr=False)  #: how this process finds what it needs
    desk_url: str | None = None  #: where officers' browsers find the desk, as alerts name it; None: they do not
    accounts: Mapping[ChannelName, str] = field(default_factory=dict, repr=False)  #: our own side on each messenger

    def renew(self, **content: Any) -> None:
        """Replace fields that the files decide, all in one assignment; whoever answers a message reads the old set or the new one.

        Raises TypeError for a field that no file decides.
        """
        if strange := sorted(content.keys() - CONTENT):
            raise TypeError(f"no file decides {', '.join(strange)}")
        vars(self).update(content)

    def in_language(self, conversation: Conversation, messages: Sequence[Message]) -> Conversation:
        """The conversation in the locale that it has after these messages: one of the mission's, its first one until more is known."""
        if conversation.memory.locale_by is None and conversation.locale == BASE:
            conversation = replace(conversation, locale=self.locales[0])
        known = in_locale(conversation, messages, self.languages.identify)
        return known if self.languages.offers(known.locale) else replace(known, locale=self.locales[0])

    def words(self, locale: str) -> Words:
        """The interface words of a locale, or of the nearest one that has any."""
        return self.catalogues.words(locale)

    def local_time(self, moment: datetime, locale: str = BASE) -> str:
        """The time in the mission's time zone, with weekday and day before it when that is not today, as the locale writes it."""
        return self.words(locale).moment(moment, self.clock.now())

    def opens(self) -> datetime | None:
        """When officers read again, while the mission is closed."""
        return self.hours.next_opening(self.clock.now()) if self.hours else None

    async def attended(self, tx: Transaction) -> bool:
        """Whether anybody may be answered: with a real messenger only when an officer is enrolled, or by explicit setting."""
        if not self.has_messenger or self.allow_unattended:
            return True
        return any(officer.has_phone for officer in await tx.officers.all())


def on_duty(officers: Sequence[Officer], lane: str) -> list[Officer]:
    """Who can be rung for a lane: who has that duty, else supervisors, else everybody: an alarm must be heard.

    Services that ring are among them, and stand for nobody.
    """
    people = [officer for officer in officers if officer.is_person]
    services = [officer for officer in officers if officer.is_service and lane in officer.duties]
    able = [officer for officer in people if lane in officer.duties] or [officer for officer in people if officer.leads]
    return (able or people) + services
