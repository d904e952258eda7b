"""Officers block a contact; an emergency of theirs rings once."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step forward."""
    op.add_column("contacts", sa.Column("shut_out_at", sa.BigInteger(), nullable=True))
    op.add_column("handoffs", sa.Column("rings_once", sa.Boolean(), nullable=True))


def downgrade() -> None:
    """One step back: nobody is blocked, and what rang once and was not heard begins to ring."""
    op.execute(
        "UPDATE handoffs SET next_ring_at = opened_at WHERE rings_once AND state IN ('waiting', 'unclear')"
        " AND acknowledged_at IS NULL AND next_ring_at IS NULL"
    )
    op.drop_column("handoffs", "rings_once")
    op.drop_column("contacts", "shut_out_at")
