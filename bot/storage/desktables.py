"""The tables of the desk's accounts; like the others, personal columns end in ``_sealed`` or ``_index``."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Integer, LargeBinary, String, Table

from bot.domain.account import Role
from bot.storage.tables import Moment, metadata

_ID = String(32)
_INDEX = LargeBinary(32)


def _is_role() -> CheckConstraint:
    return CheckConstraint(f"role IN ({', '.join(repr(str(role)) for role in Role)})", name="role")


accounts = Table(
    "accounts",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name_index", _INDEX, nullable=False, unique=True),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("role", String(16), nullable=False),
    Column("officer_id", _ID, ForeignKey("officers.id", ondelete="SET NULL"), index=True),
    Column("password_sealed", LargeBinary, nullable=False),
    Column("secret_sealed", LargeBinary, nullable=False),
    # The 30-second step of the last code that was taken: it, and what came before it, is taken no more.
    Column("last_step", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    # Accounts are never deleted: no foreign key is needed to keep this true.
    Column("invited_by", _ID),
    _is_role(),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("code_index", _INDEX, primary_key=True),
    Column("account_id", _ID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("token_index", _INDEX, nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("duties", String(64), nullable=False),
    Column("name_sealed", LargeBinary),
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("invited_by", _ID, ForeignKey("accounts.id", ondelete="SET NULL")),
    Column("until", Moment, nullable=False),
    _is_role(),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("token_index", _INDEX, nullable=False, unique=True),
    Column("account_id", _ID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("proved_at", Moment, nullable=False),
    # A recovery code opened it, and there is no new second factor yet; the secret that was shown for one.
    Column("renews", Boolean),
    Column("offered_sealed", LargeBinary),
    # Browser and system, in two words.
    Column("device_sealed", LargeBinary),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("account_id", _ID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("credential_index", _INDEX, nullable=False, unique=True),
    Column("credential_sealed", LargeBinary, nullable=False),
    Column("key_sealed", LargeBinary, nullable=False),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("doubted_at", Moment),
)

#: What passkeys are asked to sign: the keyed hash of challenge and purpose, taken away by the first answer.
challenges = Table(
    "challenges",
    metadata,
    Column("challenge_index", _INDEX, primary_key=True),
    Column("until", Moment, nullable=False, index=True),
)

#: Browsers that have signed in to an account before.
devices = Table(
    "devices",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("token_index", _INDEX, nullable=False, unique=True),
    Column("account_id", _ID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("known_at", Moment, nullable=False),
)

#: Tries that failed: one row for each key and window.
throttles = Table(
    "throttles",
    metadata,
    Column("key_index", _INDEX, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("until", Moment, nullable=False, index=True),
)
