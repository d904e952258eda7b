"""Browser and system of a session, in two words and sealed: a stranger's session must be told from one's own."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step forward; of sessions that have begun nobody knows."""
    op.add_column("sessions", sa.Column("device_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """One step back."""
    op.drop_column("sessions", "device_sealed")
