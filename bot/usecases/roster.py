"""The duty roster as it is looked at and changed; each change by a named person, and audited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.account import Account, Role
from bot.domain.errors import Refused
from bot.domain.hours import Span
from bot.domain.ids import OfficerId, new_id
from bot.domain.roster import Absence, Cover, Roster, Shift, Turn
from bot.ports import Officer, Reached, Transaction
from bot.usecases.house import House
from bot.usecases.sign_in import actor

#: So far ahead the roster is shown, and looked through for hours without anybody.
AHEAD = timedelta(days=7)
#: A way that was not proven for so long is in doubt: there is a test alert every day.
PROVEN_FOR = timedelta(hours=26)

Gaps = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True, kw_only=True)
class Duty:
    """The roster as it is looked at; no content, no address."""

    officers: Mapping[OfficerId, Officer]
    services: Sequence[Officer]
    roster: Roster
    now: Sequence[Officer]  #: on duty at this moment
    turns: Sequence[Turn]  #: of the coming days, by their beginning
    gaps: Gaps  #: nobody is on duty: everybody is rung
    unspoken: Mapping[str, Gaps]  #: by the first locale of a language: nobody on duty says that they speak it
    reached: Mapping[OfficerId, Reached]

    @property
    def uncovered(self) -> timedelta:
        """How much of the coming days has nobody on duty."""
        return sum((end - begin for begin, end in self.gaps), timedelta())

    @property
    def deaf(self) -> Sequence[Officer]:
        """People whose last alert failed, or whom none can reach."""
        return [each for each in self.officers.values() if not each.enrolled or (each.id in self.reached and self.reached[each.id].failed)]


async def duty(house: House) -> Duty:
    """Everything there is to see of it."""
    async with house.store.begin() as tx:
        roster, everybody = await tx.roster.read(), await tx.officers.all()
        reached = await tx.officers.reached()
    now, zone = house.clock.now(), house.timezone
    people = {officer.id: officer for officer in everybody if not officer.is_service}
    turns = (turn for turn in roster.turns(now.astimezone(zone).date() - timedelta(days=1), AHEAD.days + 1, zone) if turn.end > now)
    languages = {locale.partition("_")[0]: locale for locale in reversed(house.locales)}
    return Duty(
        officers=people,
        services=[officer for officer in everybody if officer.is_service],
        roster=roster,
        now=[people[each] for each in sorted(roster.on_duty(now, zone)) if each in people],
        turns=sorted(turns, key=lambda turn: turn.begin),
        gaps=roster.gaps(now, now + AHEAD, zone),
        unspoken={locale: _unspoken(roster, list(people.values()), each, now, zone) for each, locale in languages.items()},
        reached=reached,
    )


def _unspoken(roster: Roster, people: Sequence[Officer], language: str, now: datetime, zone: ZoneInfo) -> Gaps:
    speakers = {officer.id for officer in people if any(each.partition("_")[0] == language for each in officer.languages)}
    return roster.gaps(now, now + AHEAD, zone, speakers)


def _leads(by: Account) -> None:
    if by.role is not Role.SUPERVISOR:
        raise Refused("role")


async def _change(house: House, tx: Transaction, by: Account, event: str, subject: str) -> None:
    await tx.audit.append(actor(by), event, subject)
    await tx.commit()


async def _known(tx: Transaction, officer: OfficerId) -> None:
    found = await tx.officers.all()
    if not any(each.id == officer and not each.is_service for each in found):
        raise Refused("unknown")


async def add_shift(house: House, by: Account, officer: OfficerId, weekday: int, hours: Span, zone: str = "") -> str:
    """Hours in every week; their name.  Raises Refused: ``role`` unless a supervisor does it, ``unknown`` officer, ``zone``."""
    _leads(by)
    try:
        ZoneInfo(zone or house.timezone.key)
    except (KeyError, ValueError, OSError):
        raise Refused("zone") from None
    shift = Shift(id=new_id(), officer=officer, weekday=weekday, hours=hours, zone=zone)
    async with house.store.begin() as tx:
        await _known(tx, officer)
        await tx.roster.add_shift(shift)
        await _change(house, tx, by, "shift_added", shift.id)
    return shift.id


async def remove_shift(house: House, by: Account, shift: str) -> None:
    """Raises Refused: ``role``, ``unknown``."""
    _leads(by)
    async with house.store.begin() as tx:
        if not await tx.roster.remove_shift(shift):
            raise Refused("unknown")
        await _change(house, tx, by, "shift_removed", shift)


async def add_absence(house: House, by: Account, officer: OfficerId | None, first: date, last: date) -> str:
    """Days on which weekly hours do not count; everybody's own, a supervisor's for others and for all (None).

    Raises Refused: ``role``, ``unknown``, ``days`` that end before they begin.
    """
    if officer is None or officer != by.officer:
        _leads(by)
    if last < first:
        raise Refused("days")
    absence = Absence(id=new_id(), officer=officer, first=first, last=last)
    async with house.store.begin() as tx:
        if officer is not None:
            await _known(tx, officer)
        await tx.roster.add_absence(absence)
        await _change(house, tx, by, "absence_added", absence.id)
    return absence.id


async def remove_absence(house: House, by: Account, absence: str) -> None:
    """Raises Refused: ``role``, ``unknown``."""
    async with house.store.begin() as tx:
        found = next((each for each in (await tx.roster.read()).absences if each.id == absence), None)
        if found is None:
            raise Refused("unknown")
        if found.officer is None or found.officer != by.officer:
            _leads(by)
        await tx.roster.remove_absence(absence)
        await _change(house, tx, by, "absence_removed", absence)


async def ask_cover(house: House, by: Account, shift: str, day: date, other: OfficerId) -> str:
    """Ask a colleague to take over one day's hours: who has them, or a supervisor.  Nothing changes before they accept.

    Raises Refused: ``role``, ``unknown`` hours or officer.
    """
    async with house.store.begin() as tx:
        roster = await tx.roster.read()
        turn = next((each for each in roster.turns(day, 1, house.timezone) if each.shift == shift), None)
        if turn is None:
            # Nobody's, because of an absence: then a supervisor finds somebody.
            _leads(by)
            if not any(each.id == shift and each.weekday == day.weekday() for each in roster.shifts):
                raise Refused("unknown")
        elif turn.officer != by.officer:
            _leads(by)
        await _known(tx, other)
        cover = Cover(id=new_id(), shift=shift, day=day, by=other, accepted=other == by.officer)
        await tx.roster.ask(cover)
        await _change(house, tx, by, "cover_asked", cover.id)
    return cover.id


async def accept_cover(house: House, by: Account, cover: str) -> None:
    """The hours are theirs.  Raises Refused("unknown") for anybody who was not asked."""
    async with house.store.begin() as tx:
        if by.officer is None or not await tx.roster.accept(cover, by.officer):
            raise Refused("unknown")
        await _change(house, tx, by, "cover_accepted", cover)


async def decline_cover(house: House, by: Account, cover: str) -> None:
    """Say no, or take it back.  Raises Refused: ``role`` for anybody but who was asked, who had the hours, or a supervisor; ``unknown``."""
    async with house.store.begin() as tx:
        roster = await tx.roster.read()
        found = next((each for each in roster.covers if each.id == cover), None)
        if found is None:
            raise Refused("unknown")
        owner = next((each.officer for each in roster.shifts if each.id == found.shift), None)
        if by.officer is None or by.officer not in {found.by, owner}:
            _leads(by)
        await tx.roster.decline(cover)
        await _change(house, tx, by, "cover_declined", cover)


async def speak(house: House, by: Account, languages: Sequence[str]) -> None:
    """Say in which languages one can talk to a defender.  Raises Refused("unknown") for one that the mission does not answer in."""
    if by.officer is None or not set(languages) <= set(house.locales):
        raise Refused("unknown")
    async with house.store.begin() as tx:
        await tx.officers.speaks(by.officer, languages)
        await _change(house, tx, by, "languages_said", by.officer)
