"""Why an original is asked for stands sealed beside the request."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step forward."""
    op.add_column("exports", sa.Column("reason_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """One step back."""
    op.drop_column("exports", "reason_sealed")
