"""When a case first came to each step, and how it ended: facts for figures."""

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIMES = ("asked_at", "first_rung_at", "first_acknowledged_at", "first_claimed_at", "first_words_at")


def upgrade() -> None:
    """One step forward; of older cases what is known is taken over."""
    for name in _TIMES:
        op.add_column("handoffs", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("handoffs", sa.Column("outcome", sa.String(length=16), nullable=True))
    op.create_index("ix_handoffs_opened_at", "handoffs", ["opened_at"])
    op.execute(
        "UPDATE handoffs SET first_rung_at = rung_at, first_acknowledged_at = acknowledged_at, first_claimed_at = claimed_at"
    )


def downgrade() -> None:
    """One step back: the figures of what was are lost."""
    op.drop_index("ix_handoffs_opened_at", "handoffs")
    for name in (*_TIMES, "outcome"):
        op.drop_column("handoffs", name)
