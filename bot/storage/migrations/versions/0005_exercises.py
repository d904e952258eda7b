"""Exercises: a channel that goes nowhere, and what was begun when."""

import sqlalchemy as sa
from alembic import op

from bot.storage.migrations.rechecks import recheck

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BEFORE = "channel IN ('telegram', 'signal', 'console')"
_AFTER = "channel IN ('telegram', 'signal', 'console', 'drill')"
_HERE = ("contacts", "outbox")
_MARKED = sa.text("channel = 'drill'")


def upgrade() -> None:
    """One step forward."""
    for table in _HERE:
        recheck(table, _BEFORE, _AFTER)
    op.create_table(
        "drills",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("started_by", sa.String(length=32), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_drills_conversation_id_conversations")),
        sa.ForeignKeyConstraint(["started_by"], ["officers.id"], name=op.f("fk_drills_started_by_officers"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drills")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_drills_conversation_id")),
    )
    op.create_index("ix_contacts_drill", "contacts", ["id"], sqlite_where=_MARKED, postgresql_where=_MARKED)
    op.create_index("ix_drills_started_at", "drills", ["started_at"])


def downgrade() -> None:
    """One step back: exercises are forgotten; what they left is closed, and counts as written at a terminal."""
    op.drop_index("ix_drills_started_at", "drills")
    op.drop_index("ix_contacts_drill", "contacts")
    op.drop_table("drills")
    mine = "SELECT conversations.id FROM conversations JOIN contacts ON contacts.id = contact_id WHERE channel = 'drill'"
    op.execute(
        f"UPDATE handoffs SET state = 'closed', closed_at = opened_at, next_ring_at = NULL, claim_until = NULL "
        f"WHERE state <> 'closed' AND conversation_id IN ({mine})"
    )
    for table in _HERE:
        op.execute(f"UPDATE {table} SET channel = 'console' WHERE channel = 'drill'")
        recheck(table, _AFTER, _BEFORE)

