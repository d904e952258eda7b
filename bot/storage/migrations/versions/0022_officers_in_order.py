"""One officer's messages by a counter: two that came in one moment were told apart by chance, and words could overtake an act."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step forward; what waits keeps its number 0, and comes first."""
    op.create_table(
        "officers_heard",
        sa.Column("officer_id", sa.String(32), nullable=False),
        sa.Column("in_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_officers_heard_officer_id_officers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_officers_heard")),
    )


def downgrade() -> None:
    """One step back."""
    op.drop_table("officers_heard")
