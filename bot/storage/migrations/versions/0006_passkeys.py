"""Passkeys of accounts, what they are asked to sign, a second factor that has to be replaced, and who invited whom."""

import sqlalchemy as sa
from alembic import op


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step forward."""
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("credential_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("credential_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("doubted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_passkeys_account_id_accounts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_index", name=op.f("uq_passkeys_credential_index")),
    )
    op.create_index(op.f("ix_passkeys_account_id"), "passkeys", ["account_id"])
    op.create_table(
        "challenges",
        sa.Column("challenge_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_index", name=op.f("pk_challenges")),
    )
    op.create_index(op.f("ix_challenges_until"), "challenges", ["until"])
    op.add_column("sessions", sa.Column("renews", sa.Boolean(), nullable=True))
    op.add_column("sessions", sa.Column("offered_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("accounts", sa.Column("invited_by", sa.String(length=32), nullable=True))


def downgrade() -> None:
    """One step back: passkeys are registered anew; passwords, authenticators and recovery codes go on."""
    op.drop_column("accounts", "invited_by")
    op.drop_column("sessions", "offered_sealed")
    op.drop_column("sessions", "renews")
    op.drop_table("challenges")
    op.drop_table("passkeys")
