"""A case is put aside until a moment."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step forward."""
    op.add_column("handoffs", sa.Column("wake_at", sa.BigInteger()))
    op.create_index("ix_handoffs_wake_at", "handoffs", ["wake_at"])


def downgrade() -> None:
    """One step back; what is put aside is in its holder's hands again, and due."""
    op.execute("UPDATE handoffs SET state = 'claimed', claim_until = wake_at WHERE state = 'snoozed'")
    op.drop_index("ix_handoffs_wake_at", "handoffs")
    op.drop_column("handoffs", "wake_at")
