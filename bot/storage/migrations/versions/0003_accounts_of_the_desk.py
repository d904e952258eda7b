"""Accounts of the desk: who signs in, with what, and how often somebody tried."""

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ROLES = "role IN ('officer', 'supervisor', 'administrator')"


def upgrade() -> None:
    """One step forward."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=True),
        sa.Column("password_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(_ROLES, name=op.f("ck_accounts_role")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_accounts_officer_id_officers"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name_index", name=op.f("uq_accounts_name_index")),
    )
    op.create_index(op.f("ix_accounts_officer_id"), "accounts", ["officer_id"])
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("token_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("duties", sa.String(length=64), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("invited_by", sa.String(length=32), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(_ROLES, name=op.f("ck_invitations_role")),
        sa.ForeignKeyConstraint(["invited_by"], ["accounts.id"], name=op.f("fk_invitations_invited_by_accounts"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_index", name=op.f("uq_invitations_token_index")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("code_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id_accounts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("code_index", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_account_id"), "recovery_codes", ["account_id"])
    _browsers("sessions", "created_at", "seen_at", "proved_at")
    _browsers("devices", "known_at")
    op.create_table(
        "throttles",
        sa.Column("key_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_index", name=op.f("pk_throttles")),
    )
    op.create_index(op.f("ix_throttles_until"), "throttles", ["until"])


def _browsers(name: str, *times: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("token_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        *(sa.Column(time, sa.BigInteger(), nullable=False) for time in times),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f(f"fk_{name}_account_id_accounts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("token_index", name=op.f(f"uq_{name}_token_index")),
    )
    op.create_index(op.f(f"ix_{name}_account_id"), name, ["account_id"])


def downgrade() -> None:
    """One step back: nobody can sign in any more, and first accounts are made anew."""
    for name in ("throttles", "devices", "sessions", "recovery_codes", "invitations", "accounts"):
        op.drop_table(name)
