"""The tables of the duty roster: who, which hours, which days.  No name stands in them."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Integer, String, Table, UniqueConstraint

from bot.storage.tables import metadata

_ID = String(32)
#: ``2026-11-29`` and ``08:30``: a day and a time of a clock on the wall, which no zone changes.
_DATE, _TIME = String(10), String(5)

shifts = Table(
    "shifts",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("officer_id", _ID, ForeignKey("officers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("weekday", Integer, nullable=False),
    Column("begins", _TIME, nullable=False),
    Column("ends", _TIME, nullable=False),
    Column("zone", String(64), nullable=False),
    CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
)

absences = Table(
    "absences",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("officer_id", _ID, ForeignKey("officers.id", ondelete="CASCADE"), index=True),
    Column("first_day", _DATE, nullable=False),
    Column("last_day", _DATE, nullable=False),
    CheckConstraint("first_day <= last_day", name="days"),
)

covers = Table(
    "covers",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("shift_id", _ID, ForeignKey("shifts.id", ondelete="CASCADE"), nullable=False),
    Column("day", _DATE, nullable=False),
    Column("officer_id", _ID, ForeignKey("officers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("accepted", Boolean, nullable=False, default=False),
    # One answer to the question whose hours these are.
    UniqueConstraint("shift_id", "day"),
)
