"""Open cases are found in the order in which a page lists them."""

import sqlalchemy as sa
from alembic import op


revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OPEN = sa.text("state <> 'closed'")


def upgrade() -> None:
    """One step forward."""
    op.create_index("ix_handoffs_open", "handoffs", ["cls", "front", "opened_at"], sqlite_where=_OPEN, postgresql_where=_OPEN)


def downgrade() -> None:
    """One step back."""
    op.drop_index("ix_handoffs_open", "handoffs")
