"""The duty roster in its tables."""

from datetime import date, time

from sqlalchemy import RowMapping, Table, delete, insert, select, update

from bot.domain.ids import OfficerId
from bot.domain.roster import Absence, Cover, Roster, Shift
from bot.storage.base import Work
from bot.storage.rostertables import absences, covers, shifts


class SqlRosters:
    """The port ``Rosters``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def read(self, since: date | None = None) -> Roster:
        """Weekly hours by day and time."""
        day = since.isoformat() if since else ""
        weekly = await self._work.rows(select(shifts).order_by(shifts.c.weekday, shifts.c.begins, shifts.c.id))
        away = await self._work.rows(select(absences).where(absences.c.last_day >= day).order_by(absences.c.first_day, absences.c.id))
        taken = await self._work.rows(select(covers).where(covers.c.day >= day).order_by(covers.c.day, covers.c.id))
        return Roster(shifts=tuple(map(_shift, weekly)), absences=tuple(map(_absence, away)), covers=tuple(map(_cover, taken)))

    async def add_shift(self, shift: Shift) -> None:
        """As it is."""
        begins, ends = (each.isoformat("minutes") for each in shift.hours)
        values = {"officer_id": shift.officer, "weekday": shift.weekday, "begins": begins, "ends": ends, "zone": shift.zone}
        await self._work.run(insert(shifts).values(id=shift.id, **values))

    async def remove_shift(self, shift: str) -> bool:
        """The covers go with it by their foreign key."""
        return await self._gone(shifts, shift)

    async def add_absence(self, absence: Absence) -> None:
        """As it is."""
        days = {"first_day": absence.first.isoformat(), "last_day": absence.last.isoformat()}
        await self._work.run(insert(absences).values(id=absence.id, officer_id=absence.officer, **days))

    async def remove_absence(self, absence: str) -> bool:
        """Its days count again."""
        return await self._gone(absences, absence)

    async def ask(self, cover: Cover) -> None:
        """Whoever was asked before is asked no more."""
        day = cover.day.isoformat()
        await self._work.run(delete(covers).where(covers.c.shift_id == cover.shift, covers.c.day == day))
        values = {"id": cover.id, "shift_id": cover.shift, "day": day, "officer_id": cover.by, "accepted": cover.accepted}
        await self._work.run(insert(covers).values(values))

    async def accept(self, cover: str, by: OfficerId) -> bool:
        """One row that was still open."""
        asked = (covers.c.id == cover) & (covers.c.officer_id == by) & covers.c.accepted.is_(False)
        return await self._work.run(update(covers).where(asked).values(accepted=True)) == 1

    async def decline(self, cover: str) -> bool:
        """The weekly hours count as before."""
        return await self._gone(covers, cover)

    async def _gone(self, table: Table, row: str) -> bool:
        return await self._work.run(delete(table).where(table.c.id == row)) == 1


def _shift(row: RowMapping) -> Shift:
    hours = time.fromisoformat(row["begins"][:5]), time.fromisoformat(row["ends"][:5])  # SQLite keeps longer ones too
    return Shift(id=row["id"], officer=OfficerId(row["officer_id"]), weekday=row["weekday"], hours=hours, zone=row["zone"])


def _absence(row: RowMapping) -> Absence:
    officer = None if row["officer_id"] is None else OfficerId(row["officer_id"])
    return Absence(id=row["id"], officer=officer, first=date.fromisoformat(row["first_day"]), last=date.fromisoformat(row["last_day"]))


def _cover(row: RowMapping) -> Cover:
    by, day = OfficerId(row["officer_id"]), date.fromisoformat(row["day"])
    return Cover(id=row["id"], shift=row["shift_id"], day=day, by=by, accepted=row["accepted"])
