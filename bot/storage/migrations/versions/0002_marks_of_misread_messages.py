"""Officers mark messages that the model misread."""

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MARKED = sa.text("misread_at IS NOT NULL")


def upgrade() -> None:
    """One step forward."""
    op.add_column("inbox", sa.Column("misread_at", sa.BigInteger(), nullable=True))
    op.add_column("inbox", sa.Column("misread_intent", sa.String(length=64), nullable=True))
    op.create_index("ix_inbox_misread_at", "inbox", ["misread_at"], sqlite_where=_MARKED, postgresql_where=_MARKED)


def downgrade() -> None:
    """One step back: the marks are lost."""
    op.drop_index("ix_inbox_misread_at", "inbox")
    op.drop_column("inbox", "misread_intent")
    op.drop_column("inbox", "misread_at")
