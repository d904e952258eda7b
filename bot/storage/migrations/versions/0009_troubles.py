"""What does not work: services, what somebody sees to, and who has read which text."""

import sqlalchemy as sa
from alembic import op


revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PARTIAL = (
    ("ix_inbox_poison", "inbox", ["received_at"], "party = 'poison' AND settled_at IS NULL"),
    ("ix_outbox_undelivered", "outbox", ["created_at"], "state = 'given_up' AND settled_at IS NULL"),
    ("ix_outbox_held", "outbox", ["conversation_id"], "state = 'held'"),
    ("ix_outbox_officers", "outbox", ["officer_id", "state", "seq"], "officer_id IS NOT NULL"),
)


def upgrade() -> None:
    """One step forward."""
    op.add_column("inbox", sa.Column("settled_at", sa.BigInteger(), nullable=True))
    op.add_column("outbox", sa.Column("settled_at", sa.BigInteger(), nullable=True))
    for name, table, columns, where in _PARTIAL:
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_table(
        "services",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_services")),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_reviews_officer_id_officers"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("file", "hash", name=op.f("uq_reviews_file_hash")),
    )


def downgrade() -> None:
    """One step back: what somebody had seen to is shown again."""
    op.drop_table("reviews")
    op.drop_table("services")
    for name, table, _, _ in reversed(_PARTIAL):
        op.drop_index(name, table)
    op.drop_column("outbox", "settled_at")
    op.drop_column("inbox", "settled_at")
