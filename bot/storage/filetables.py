"""The tables of files that came with messages; like the others, personal columns end in ``_sealed`` or ``_index``."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, text

from bot.domain.files import FileState
from bot.storage.tables import Moment, metadata

_ID = String(32)
_WANTED = text("state = 'wanted'")
_UNTOLD = text("state IN ('refused', 'failed') AND told_at IS NULL")
#: The same in a question: written out, not bound, because only so is the partial index of these words used.
UNTOLD = text("attachments.state IN ('refused', 'failed') AND attachments.told_at IS NULL")

attachments = Table(
    "attachments",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("conversation_id", _ID, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("inbox_id", _ID, ForeignKey("inbox.id", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    # What it is, how large, and its SHA-256: whoever has a picture could prove by a plain hash who sent it.
    Column("facts_sealed", LargeBinary),
    Column("preview_sealed", LargeBinary),
    Column("chunks", Integer, nullable=False, default=0),
    # What it takes, rounded up to whole chunks: limits are kept by it.
    Column("bytes_held", Integer, nullable=False, default=0),
    Column("failure", String(32)),
    Column("wanted_at", Moment, nullable=False),
    Column("kept_at", Moment),
    Column("due_at", Moment, nullable=False),
    Column("token", _ID),
    Column("attempts", Integer, nullable=False, default=0),
    Column("told_at", Moment),  # refused or failed: the defender knows
    CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in FileState)})", name="state"),
    Index("uq_attachments_inbox_id_place", "inbox_id", "place", unique=True),
    Index("ix_attachments_wanted", "due_at", sqlite_where=_WANTED, postgresql_where=_WANTED),
    Index("ix_attachments_untold", "conversation_id", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
)  # fmt: skip

attachment_chunks = Table(
    "attachment_chunks",
    metadata,
    Column("attachment_id", _ID, ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content_sealed", LargeBinary, nullable=False),
)

#: Who asks for an original, and who else agrees: two persons, which the database holds too.
exports = Table(
    "exports",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("attachment_id", _ID, ForeignKey("attachments.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("number", String(16), nullable=False),
    Column("asked_by", _ID, ForeignKey("officers.id", ondelete="CASCADE"), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("agreed_by", _ID, ForeignKey("officers.id", ondelete="CASCADE")),
    Column("agreed_at", Moment),
    Column("reason_sealed", LargeBinary),
    CheckConstraint("agreed_by IS NULL OR agreed_by <> asked_by", name="two_persons"),
)
