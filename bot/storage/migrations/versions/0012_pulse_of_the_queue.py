"""Whether anything has changed in the queue is read from an index alone."""

import sqlalchemy as sa
from alembic import op


revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_OPEN = sa.text("state <> 'closed'")


def upgrade() -> None:
    """One step forward."""
    op.create_index("ix_handoffs_pulse", "handoffs", ["opened_at", "version"], sqlite_where=_OPEN, postgresql_where=_OPEN)


def downgrade() -> None:
    """One step back."""
    op.drop_index("ix_handoffs_pulse", "handoffs")
