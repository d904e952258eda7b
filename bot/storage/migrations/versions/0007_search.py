"""Officers look for handoffs, also by another name of a contact."""

import sqlalchemy as sa
from alembic import op


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INDEXES = (
    ("contacts", ("called_index",)),
    ("handoffs", ("kind", "opened_at", "id")),
    ("handoffs", ("cls", "opened_at", "id")),
    ("audit", ("actor", "event", "subject")),
)


def upgrade() -> None:
    """One step forward."""
    op.add_column("contacts", sa.Column("called_index", sa.LargeBinary(length=32), nullable=True))
    for table, columns in _INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def downgrade() -> None:
    """One step back: other names are lost, and known again with each contact's next message."""
    for table, columns in reversed(_INDEXES):
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)
    op.drop_column("contacts", "called_index")
