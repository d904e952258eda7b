"""Whose words an officer's words are: after a transfer officers must know who said what."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step forward; of what was said before nobody knows."""
    op.add_column("outbox", sa.Column("author_id", sa.String(32), nullable=True))


def downgrade() -> None:
    """One step back."""
    op.drop_column("outbox", "author_id")
