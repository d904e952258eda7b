"""Sealing: AES-256-GCM with the key's id in every ciphertext, data keys wrapped by a master key, keyed blind indexes."""

import base64
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.domain.errors import RefuseToStart

_VERSION = b"\x01"
_ID_BYTES = 4
_NONCE_BYTES = 12
_KEY_BYTES = 32
_HEAD = "defender-line-key 1"


class Unsealable(Exception):
    """A ciphertext that is not what it claims to be: another key, row, column or contact, or damaged."""


@dataclass(frozen=True, kw_only=True)
class Sealer:
    """One key with its id; ``place`` is always ``table|column|row``, so that a ciphertext opens in its own place only."""

    id: bytes
    key: bytes = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        """A fresh random key."""
        return cls(id=secrets.token_bytes(_ID_BYTES), key=secrets.token_bytes(_KEY_BYTES))

    def seal(self, plain: bytes, place: str) -> bytes:
        """Version, key id, nonce and ciphertext."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + self.id + nonce + AESGCM(self.key).encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """The plain bytes.  Raises Unsealable."""
        head = len(_VERSION) + _ID_BYTES
        if sealed[:head] != _VERSION + self.id:
            raise Unsealable
        nonce, rest = sealed[head : head + _NONCE_BYTES], sealed[head + _NONCE_BYTES :]
        try:
            return AESGCM(self.key).decrypt(nonce, rest, place.encode())
        except (InvalidTag, ValueError):  # ValueError: cut so short that not even the nonce is whole
            raise Unsealable from None

    def seal_text(self, text: str, place: str) -> bytes:
        """A text, sealed."""
        return self.seal(text.encode("utf-8"), place)

    def open_text(self, sealed: bytes, place: str) -> str:
        """A sealed text.  Raises Unsealable."""
        return self.open(sealed, place).decode("utf-8")


@dataclass(frozen=True, kw_only=True)
class MasterKey:
    """The keys of the key file: the first seals, all open; the index secret never changes, so that lookups survive a rotation."""

    sealers: tuple[Sealer, ...] = field(repr=False)
    index_secret: bytes = field(repr=False)

    @classmethod
    def load(cls, path: Path) -> Self:
        """The key from its file.  Raises RefuseToStart naming the setting: missing, readable by others, or not a key file."""
        try:
            mode = path.stat().st_mode
            lines = path.read_text("ascii").splitlines()
        except (OSError, UnicodeDecodeError):
            raise RefuseToStart("DL_MASTER_KEY_FILE: the key file is missing or cannot be read") from None
        if mode & 0o077:
            raise RefuseToStart("DL_MASTER_KEY_FILE: the key file must be readable by its owner only (mode 0600)")
        try:
            return cls._parsed(lines)
        except (ValueError, IndexError):
            raise RefuseToStart("DL_MASTER_KEY_FILE: this is not a key file of Defender Line") from None

    @classmethod
    def _parsed(cls, lines: list[str]) -> Self:
        if lines[0] != _HEAD:
            raise ValueError("head")
        words = [line.split() for line in lines[1:] if line]
        sealers = tuple(Sealer(id=bytes.fromhex(key_id), key=_key(text)) for kind, key_id, text in words if kind == "key")
        index = next((_key(text) for kind, _, text in words if kind == "index"), None)
        if index is None or not sealers or any(len(sealer.id) != _ID_BYTES for sealer in sealers):
            raise ValueError("keys")
        return cls(sealers=sealers, index_secret=index)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a new key file: never over an old one, on the disk before this returns, readable by its owner only.

        Raises RefuseToStart naming the setting: it cannot be made there.
        """
        made = cls(sealers=(Sealer.new(),), index_secret=secrets.token_bytes(_KEY_BYTES))
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            made.write(path)
        except OSError:
            raise RefuseToStart("DL_MASTER_KEY_FILE: the key file cannot be made there") from None
        return made

    def write(self, path: Path) -> None:
        """Into a new file.  Raises FileExistsError: a key is never written over."""
        keys = "".join(f"key {sealer.id.hex()} {_encoded(sealer.key)}\n" for sealer in self.sealers)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(f"{_HEAD}\n{keys}index - {_encoded(self.index_secret)}\n")
            file.flush()
            os.fsync(file.fileno())
        _sync(path.parent)

    def replace(self, path: Path) -> None:
        """Put in the place of the key file: at every moment one of the two is there, whole."""
        fresh = path.with_name(f"{path.name}.new")
        fresh.unlink(missing_ok=True)
        self.write(fresh)
        fresh.replace(path)
        _sync(path.parent)

    def rotated(self) -> Self:
        """With a new key that seals from now on; the others still open."""
        return type(self)(sealers=(Sealer.new(), *self.sealers), index_secret=self.index_secret)

    def newest(self) -> Self:
        """With the key alone that seals."""
        return type(self)(sealers=self.sealers[:1], index_secret=self.index_secret)

    def is_sealed_by_newest(self, sealed: bytes) -> bool:
        """Whether the key that seals now has sealed it."""
        return sealed[1 : 1 + _ID_BYTES] == self.sealers[0].id

    def seal(self, plain: bytes, place: str) -> bytes:
        """Sealed with the active key."""
        return self.sealers[0].seal(plain, place)

    def open(self, sealed: bytes, place: str) -> bytes:
        """Opened with the key whose id it carries.  Raises Unsealable."""
        for sealer in self.sealers:
            if sealed[1 : 1 + _ID_BYTES] == sealer.id:
                return sealer.open(sealed, place)
        raise Unsealable

    def wrap(self, sealer: Sealer, place: str) -> bytes:
        """A data key, sealed."""
        return self.seal(sealer.id + sealer.key, place)

    def unwrap(self, wrapped: bytes, place: str) -> Sealer:
        """A wrapped data key.  Raises Unsealable."""
        plain = self.open(wrapped, place)
        return Sealer(id=plain[:_ID_BYTES], key=plain[_ID_BYTES:])

    def secret(self, purpose: str) -> str:
        """A secret for one purpose, the same again wherever the key file is: it survives a rotation too, and stands in no backup."""
        key = HKDF(hashes.SHA256(), _KEY_BYTES, None, f"secret|{purpose}".encode()).derive(self.index_secret)
        return base64.urlsafe_b64encode(key).decode().rstrip("=")

    def blind(self, column: str, value: str) -> bytes:
        """A keyed hash for looking ``value`` up, with a key of its own for each column (an unkeyed hash is no protection)."""
        key = HKDF(hashes.SHA256(), _KEY_BYTES, None, f"index|{column}".encode()).derive(self.index_secret)
        return hmac.digest(key, value.encode("utf-8", "surrogatepass"), "sha256")


def _sync(folder: Path) -> None:
    """A file's name is on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != _KEY_BYTES:
        raise ValueError("length")
    return key
