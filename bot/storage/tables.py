"""The tables.  Personal columns end in ``_sealed`` or ``_index``: AES-256-GCM, or a keyed hash for looking up."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    text,
)

from bot.domain.handoff import DutyLane, HandoffClass, State
from bot.domain.message import Care, ChannelName, Lane, Speaker

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970, in integers: a float would move some moments by one.  Naive times are refused."""
    return (moment - _EPOCH) // _MICROSECOND


class Moment(TypeDecorator[datetime]):
    """An aware UTC time, kept as microseconds since 1970, so that both databases compare and return the same."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Microseconds."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """The aware time again."""
        return None if value is None else _EPOCH + value * _MICROSECOND


def _one_of(column: str, values: type[object]) -> CheckConstraint:
    words = ", ".join(f"'{value}'" for value in values)  # type: ignore[attr-defined]  # enums are iterable
    return CheckConstraint(f"{column} IN ({words})", name=column)


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


_ID = String(32)
_INDEX = LargeBinary(32)

contacts = Table(
    "contacts",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("address_index", _INDEX, unique=True),
    # Another name there (a number, a user name), for officers who look for somebody; names wander, so two may have one.
    Column("called_index", _INDEX, index=True),
    Column("address_sealed", LargeBinary),
    Column("account_sealed", LargeBinary),
    Column("wrapped_key", LargeBinary),
    Column("created_at", Moment, nullable=False),
    Column("muted", Boolean, nullable=False, default=False),
    Column("do_not_write_first", Boolean, nullable=False, default=False),
    Column("blocked_at", Moment),  # the person blocked us
    Column("shut_out_at", Moment),  # officers blocked the person
    Column("key_held_at", Moment),
    Column("erased_at", Moment),
    _one_of("channel", ChannelName),
    _partial("ix_contacts_drill", "id", where="channel = 'drill'"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("contact_id", _ID, ForeignKey("contacts.id"), nullable=False, unique=True),
    Column("locale", String(16), nullable=False),
    Column("memory_sealed", LargeBinary),
    Column("in_seq", Integer, nullable=False, default=0),
    Column("out_seq", Integer, nullable=False, default=0),
    Column("question_sent_at", Moment),
    Column("last_message_at", Moment, index=True),
    # One running claim per conversation: it is a column of the conversation's one row, so there cannot be two.
    Column("due_at", Moment, index=True),
    Column("claim_token", _ID),
    Column("claim_until", Moment),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("message_index", _INDEX, nullable=False, unique=True),
    Column("channel", String(16), nullable=False),
    Column("party", String(16), nullable=False),
    Column("conversation_id", _ID, ForeignKey("conversations.id")),
    Column("officer_id", _ID, ForeignKey("officers.id", ondelete="CASCADE")),
    Column("seq", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text_sealed", LargeBinary),
    Column("extra_sealed", LargeBinary),
    Column("forwarded", Boolean, nullable=False, default=False),
    Column("language_hint", String(16)),
    Column("state", String(16), nullable=False),
    Column("claim_token", _ID),
    Column("lease_until", Moment),
    Column("attempts", Integer, nullable=False, default=0),
    Column("received_at", Moment, nullable=False),
    Column("expires_at", Moment, index=True),
    Column("deleted_at", Moment, index=True),
    # An officer's mark that the model misread it; it ends with the text (``bot.storage.erasing.ERASED``).
    Column("misread_at", Moment),
    Column("misread_intent", String(64)),
    Column("settled_at", Moment),  # poison: somebody sees to it
    CheckConstraint("party IN ('defender', 'officer', 'poison')", name="party"),
    CheckConstraint("state IN ('waiting', 'claimed', 'done', 'poison')", name="state"),
    CheckConstraint("party <> 'defender' OR conversation_id IS NOT NULL", name="defender_has_conversation"),
    Index("ix_inbox_conversation_id_state_seq", "conversation_id", "state", "seq"),
    Index("uq_inbox_conversation_id_seq", "conversation_id", "seq", unique=True),
    _partial("ix_inbox_officers_waiting", "officer_id", "received_at", where="party = 'officer' AND state <> 'done'"),
    _partial("ix_inbox_poison", "received_at", where="party = 'poison' AND settled_at IS NULL"),
    _partial("ix_inbox_misread_at", "misread_at", where="misread_at IS NOT NULL"),
)  # fmt: skip

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("reference", String(7), nullable=False, unique=True),
    Column("conversation_id", _ID, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("cls", String(16), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("lane", String(16), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("opened_at", Moment, nullable=False, index=True),
    Column("closed_at", Moment, index=True),
    Column("holder_id", _ID, ForeignKey("officers.id", ondelete="SET NULL")),
    Column("claimed_at", Moment),
    Column("claim_until", Moment, index=True),
    Column("front", Boolean, nullable=False, default=False),
    Column("next_ring_at", Moment, index=True),
    Column("ring_step", Integer, nullable=False, default=0),
    Column("rung_at", Moment),
    Column("acknowledged_at", Moment),
    Column("acknowledged_by", _ID, ForeignKey("officers.id", ondelete="SET NULL")),
    Column("opened_by_person_at", Moment),
    Column("phone_says_over", Boolean, nullable=False, default=False),
    Column("ladder_told", Boolean, nullable=False, default=False),
    Column("previous_id", _ID, ForeignKey("handoffs.id")),
    Column("version", Integer, nullable=False, default=0),
    # Facts for figures: when it first came to each step (``bot.storage.milestones``), and how it ended.
    Column("asked_at", Moment),
    Column("first_rung_at", Moment),
    Column("first_acknowledged_at", Moment),
    Column("first_claimed_at", Moment),
    Column("first_words_at", Moment),
    Column("outcome", String(16)),
    # Whom the holder asks to take it over; ``SqlOfficers.remove`` ends what was offered to them.
    Column("offered_to", _ID, ForeignKey("officers.id")),
    Column("offered_at", Moment),
    Column("offer_until", Moment),
    Column("on_phone_at", Moment),  # since then its holder has it on their own messenger
    Column("wake_at", Moment, index=True),
    Column("rings_once", Boolean),  # nothing: no
    _one_of("state", State),
    _one_of("cls", HandoffClass),
    _one_of("lane", DutyLane),
    _partial("ix_handoffs_open", "cls", "front", "opened_at", where="state <> 'closed'"),
    _partial("ix_handoffs_pulse", "opened_at", "version", where="state <> 'closed'"),
    _partial("uq_handoffs_open", "conversation_id", where="state <> 'closed'", unique=True),
    _partial("ix_handoffs_offer_until", "offer_until", where="offer_until IS NOT NULL"),
    Index("ix_handoffs_kind_opened_at_id", "kind", "opened_at", "id"),
    Index("ix_handoffs_cls_opened_at_id", "cls", "opened_at", "id"),
)

#: Officers who look on beside the holder of a case.
observers = Table(
    "observers",
    metadata,
    Column("handoff_id", _ID, ForeignKey("handoffs.id", ondelete="CASCADE"), primary_key=True),
    Column("officer_id", _ID, ForeignKey("officers.id", ondelete="CASCADE"), primary_key=True),
    Column("since", Moment, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _ID, primary_key=True),
    # A stream is a conversation's or an officer's: only its head may be taken, so order inside it is kept.
    Column("stream", String(40), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("conversation_id", _ID, ForeignKey("conversations.id")),
    Column("officer_id", _ID, ForeignKey("officers.id", ondelete="CASCADE")),
    Column("handoff_id", _ID, ForeignKey("handoffs.id")),
    Column("channel", String(16), nullable=False),
    Column("lane", String(16), nullable=False),
    Column("speaker", String(16), nullable=False),
    Column("care", String(16), nullable=False),
    Column("name", String(64), nullable=False),
    Column("text_sealed", LargeBinary),
    Column("styled", Boolean, nullable=False, default=False),
    Column("is_question", Boolean, nullable=False, default=False),
    Column("is_erasure", Boolean, nullable=False, default=False),
    Column("alert_step", Integer),
    Column("author_id", _ID),  # whose words they are, for officers; who has left stays a number
    Column("state", String(16), nullable=False),
    Column("token", _ID),
    Column("lease_until", Moment),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("ambiguous", Integer, nullable=False, default=0),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("key_sealed", LargeBinary),
    Column("failure", String(64)),
    Column("settled_at", Moment),  # given up: an officer knows
    CheckConstraint("state IN ('waiting', 'taken', 'held', 'sent', 'given_up', 'cancelled')", name="state"),
    CheckConstraint("(conversation_id IS NULL) <> (officer_id IS NULL)", name="one_recipient"),
    _one_of("channel", ChannelName),
    _one_of("lane", Lane),
    _one_of("speaker", Speaker),
    _one_of("care", Care),
    Index("uq_outbox_stream_seq", "stream", "seq", unique=True),
    _partial("ix_outbox_alerts", "officer_id", "state", "seq", where="officer_id IS NOT NULL"),
    _partial("ix_outbox_pending", "lane", "due_at", where="state IN ('waiting', 'taken')"),
    _partial("ix_outbox_stream_pending", "stream", "seq", where="state IN ('waiting', 'taken', 'held')"),
    Index("ix_outbox_conversation_id", "conversation_id"),
    _partial("ix_outbox_undelivered", "created_at", where="state = 'given_up' AND settled_at IS NULL"),
    _partial("ix_outbox_held", "conversation_id", where="state = 'held'"),
    _partial("ix_outbox_officers", "officer_id", "state", "seq", where="officer_id IS NOT NULL"),
)  # fmt: skip

notes = Table(
    "notes",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("conversation_id", _ID, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("officer_id", _ID, ForeignKey("officers.id", ondelete="SET NULL")),
    Column("at", Moment, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
)

officers = Table(
    "officers",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name_index", _INDEX, unique=True),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("duties", String(64), nullable=False),
    Column("languages", String(200)),
    Column("channel", String(16)),
    Column("address_index", _INDEX, unique=True),
    Column("address_sealed", LargeBinary),
    Column("account_sealed", LargeBinary),
    Column("code_index", _INDEX, unique=True),
    Column("code_until", Moment),
    Column("enrolled_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("out_seq", Integer, nullable=False, default=0),
    Column("key_held_at", Moment),  # their safety number changed then: not heard, not counted on, until somebody confirms it
    Column("timer_at", Moment),  # the messenger was last told how long words stay in their chat
    # Words that wait for a word of theirs: which case they are for, or that they shall go out all the same.
    Column("draft_sealed", LargeBinary),
    Column("draft_at", Moment),
)

#: How many messages of an officer have come: a row of its own, since alerts to them number on the officer's while they hold a case.
officers_heard = Table(
    "officers_heard",
    metadata,
    Column("officer_id", _ID, ForeignKey("officers.id", ondelete="CASCADE"), primary_key=True),
    Column("in_seq", Integer, nullable=False),
)

#: Exercises, each with a conversation of its own; they go with the text of that conversation.
drills = Table(
    "drills",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("conversation_id", _ID, ForeignKey("conversations.id"), nullable=False, unique=True),
    Column("started_by", _ID, ForeignKey("officers.id", ondelete="SET NULL")),
    Column("started_at", Moment, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("event", String(32), nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    Column("detail", String(400), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_actor_event_subject", "actor", "event", "subject"),
)

#: An officer is writing now, and the defender may see that: at most one row a conversation, taken within seconds or never sent.
typing = Table(
    "typing",
    metadata,
    Column("conversation_id", _ID, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("wished_at", Moment, nullable=False),
    Column("taken", Boolean, nullable=False, default=False),
)

#: One row: where the audit chain begins after its old end was cut off by retention, and where it ends now.
chain = Table(
    "chain",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("anchor_seq", Integer, nullable=False),
    Column("anchor_hash", String(64), nullable=False),
    Column("head_seq", Integer, nullable=False),
    Column("head_hash", String(64), nullable=False),
)

counts = Table(
    "counts",
    metadata,
    Column("event", String(80), primary_key=True),
    Column("number", BigInteger, nullable=False),
)

#: Keys of kinds that belong to no contact (officers, poison), wrapped by the master key; ``check`` proves that the key fits.
sealing = Table(
    "sealing",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("wrapped_key", LargeBinary, nullable=False),
)
