"""Files that came with messages, sealed in pieces, and who asks for an original with whose consent."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_WANTED = sa.text("state = 'wanted'")
_UNTOLD = sa.text("state IN ('refused', 'failed') AND told_at IS NULL")


def upgrade() -> None:
    """One step forward."""
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("inbox_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("facts_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("preview_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("bytes_held", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=32), nullable=True),
        sa.Column("wanted_at", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('wanted', 'kept', 'refused', 'failed')", name=op.f("ck_attachments_state")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_attachments_conversation_id_conversations")),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_attachments_inbox_id_inbox"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_conversation_id"), "attachments", ["conversation_id"])
    op.create_index("uq_attachments_inbox_id_place", "attachments", ["inbox_id", "place"], unique=True)
    op.create_index("ix_attachments_wanted", "attachments", ["due_at"], sqlite_where=_WANTED, postgresql_where=_WANTED)
    op.create_index("ix_attachments_untold", "attachments", ["conversation_id"], sqlite_where=_UNTOLD, postgresql_where=_UNTOLD)
    op.create_table(
        "attachment_chunks",
        sa.Column("attachment_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_attachment_chunks_attachment_id_attachments"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attachment_id", "number", name=op.f("pk_attachment_chunks")),
    )
    op.create_table(
        "exports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("attachment_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("agreed_by", sa.String(length=32), nullable=True),
        sa.Column("agreed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("agreed_by IS NULL OR agreed_by <> asked_by", name=op.f("ck_exports_two_persons")),
        sa.ForeignKeyConstraint(["agreed_by"], ["officers.id"], name=op.f("fk_exports_agreed_by_officers"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["asked_by"], ["officers.id"], name=op.f("fk_exports_asked_by_officers"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_exports_attachment_id_attachments"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index(op.f("ix_exports_attachment_id"), "exports", ["attachment_id"])


def downgrade() -> None:
    """One step back."""
    op.drop_table("exports")
    op.drop_table("attachment_chunks")
    op.drop_table("attachments")
