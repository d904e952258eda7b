"""Officers on their own messengers: who holds a case there, a changed safety number, the chat's timer, words that wait for a word."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TIMES = ("key_held_at", "timer_at", "draft_at")


def upgrade() -> None:
    """One step forward."""
    op.add_column("handoffs", sa.Column("on_phone_at", sa.BigInteger(), nullable=True))
    for name in _TIMES:
        op.add_column("officers", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("officers", sa.Column("draft_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """One step back: cases are held at the desk, nobody is suspended, and words that wait are the officer's to write again."""
    op.drop_column("officers", "draft_sealed")
    for name in _TIMES:
        op.drop_column("officers", name)
    op.drop_column("handoffs", "on_phone_at")
