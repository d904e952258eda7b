"""How an officer's last alert went is read from an index, however many there were."""

import sqlalchemy as sa
from alembic import op


revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ALERTS = sa.text("officer_id IS NOT NULL")


def upgrade() -> None:
    """One step forward."""
    op.create_index("ix_outbox_alerts", "outbox", ["officer_id", "state", "seq"], sqlite_where=_ALERTS, postgresql_where=_ALERTS)


def downgrade() -> None:
    """One step back."""
    op.drop_index("ix_outbox_alerts", "outbox")
