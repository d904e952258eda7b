"""What every use case may use: the ports, and the facts of this mission."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.hours import Hours
from bot.domain.language import Languages
from bot.domain.message import ChannelName
from bot.domain.understanding import IntentClass, Thresholds
from bot.ports import Clock, Nlu, Officer, Responses, Rules, Store, Transaction


@dataclass(frozen=True, kw_only=True)
class House:
    """Built once in ``wiring``; frozen."""

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
    locales: tuple[str, ...] = ("en",)  #: in which the mission answers, the first one first
    text_days: int = 30
    contact_days: int = 90
    audit_days: int = 730
    telegram_protects: bool = True
    accounts: Mapping[ChannelName, str] = field(default_factory=dict, repr=False)  #: our own side on each messenger

    def local_time(self, moment: datetime) -> str:
        """The time in the mission's time zone: ``HH:MM``, with the day before it when that is not today."""
        local = moment.astimezone(self.timezone)
        today = self.clock.now().astimezone(self.timezone).date()
        return local.strftime("%H:%M" if local.date() == today else "%d.%m. %H:%M")

    def opens(self) -> datetime | None:
        """When officers read again, while the mission is closed."""
        return self.hours.next_opening(self.clock.now()) if self.hours else None

    async def attended(self, tx: Transaction) -> bool:
        """Whether anybody may be answered: with a real messenger only when an officer is enrolled, or by explicit setting."""
        if not self.has_messenger or self.allow_unattended:
            return True
        return any(officer.enrolled for officer in await tx.officers.all())


def on_duty(officers: list[Officer], lane: str) -> list[Officer]:
    """Who is rung for a lane; when nobody has the security duty, everybody is: an alarm must be heard."""
    enrolled = [officer for officer in officers if officer.enrolled]
    return [officer for officer in enrolled if lane in officer.duties] or enrolled
