"""The tables of what the desk shows about the house itself: services, and who has read which text."""

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, UniqueConstraint

from bot.storage.tables import Moment, metadata

_ID = String(32)

#: How the answering process last found what it needs.
services = Table(
    "services",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("ok", Boolean, nullable=False),
    Column("since", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("detail", String(400), nullable=False),
)

#: A person's word on a file of ``responses/``; it counts while the file is as it was then.
reviews = Table(
    "reviews",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("file", String(200), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("officer_id", _ID, ForeignKey("officers.id", ondelete="SET NULL")),
    Column("at", Moment, nullable=False),
    UniqueConstraint("file", "hash"),
)
