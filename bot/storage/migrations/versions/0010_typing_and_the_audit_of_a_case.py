"""Officers see the audit of a case, and defenders that somebody is writing."""

import sqlalchemy as sa
from alembic import op


revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step forward."""
    op.create_table(
        "typing",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("wished_at", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_typing_conversation_id_conversations", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_typing"),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])


def downgrade() -> None:
    """One step back: who is writing now is not shown."""
    op.drop_index("ix_audit_subject", "audit")
    op.drop_table("typing")
