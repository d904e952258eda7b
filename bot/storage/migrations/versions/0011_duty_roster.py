"""The duty roster, further services that ring officers, and the languages officers speak."""

import sqlalchemy as sa
from alembic import op

from bot.storage.migrations.rechecks import recheck

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BEFORE = "channel IN ('telegram', 'signal', 'console', 'drill')"
_AFTER = "channel IN ('telegram', 'signal', 'console', 'drill', 'service')"
_HERE = ("contacts", "outbox")


def upgrade() -> None:
    """One step forward."""
    for table in _HERE:
        recheck(table, _BEFORE, _AFTER)
    op.add_column("officers", sa.Column("languages", sa.String(length=200), nullable=True))
    op.create_table(
        "shifts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("begins", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_shifts_weekday")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_shifts_officer_id_officers"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    op.create_index(op.f("ix_shifts_officer_id"), "shifts", ["officer_id"])
    op.create_table(
        "absences",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=True),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_absences_days")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_absences_officer_id_officers"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_officer_id"), "absences", ["officer_id"])
    op.create_table(
        "covers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("shift_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_covers_officer_id_officers"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_covers_shift_id_shifts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_covers")),
        sa.UniqueConstraint("shift_id", "day", name=op.f("uq_covers_shift_id_day")),
    )
    op.create_index(op.f("ix_covers_officer_id"), "covers", ["officer_id"])


def downgrade() -> None:
    """One step back: nobody has hours, so everybody is rung; services ring no more."""
    op.drop_table("covers")
    op.drop_table("absences")
    op.drop_table("shifts")
    op.execute("DELETE FROM outbox WHERE channel = 'service'")
    op.execute("DELETE FROM officers WHERE channel = 'service'")
    op.drop_column("officers", "languages")
    for table in _HERE:
        recheck(table, _AFTER, _BEFORE)
