"""A case is offered to a named officer, and others look on beside its holder."""

import sqlalchemy as sa
from alembic import op


revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OFFERED = sa.text("offer_until IS NOT NULL")


def upgrade() -> None:
    """One step forward."""
    # SQLite takes a foreign key only with its column, and alembic only without it; both databases know this sentence.
    op.execute(
        "ALTER TABLE handoffs ADD COLUMN offered_to VARCHAR(32)"
        " CONSTRAINT fk_handoffs_offered_to_officers REFERENCES officers (id)"
    )
    op.add_column("handoffs", sa.Column("offered_at", sa.BigInteger(), nullable=True))
    op.add_column("handoffs", sa.Column("offer_until", sa.BigInteger(), nullable=True))
    op.create_index("ix_handoffs_offer_until", "handoffs", ["offer_until"], sqlite_where=_OFFERED, postgresql_where=_OFFERED)
    op.create_table(
        "observers",
        sa.Column("handoff_id", sa.String(length=32), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["handoff_id"], ["handoffs.id"], name="fk_observers_handoff_id_handoffs", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name="fk_observers_officer_id_officers", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("handoff_id", "officer_id", name="pk_observers"),
    )


def downgrade() -> None:
    """One step back: open offers end, the holders go on holding; nobody looks on."""
    op.drop_table("observers")
    op.drop_index("ix_handoffs_offer_until", "handoffs")
    op.drop_column("handoffs", "offer_until")
    op.drop_column("handoffs", "offered_at")
    op.drop_column("handoffs", "offered_to")
