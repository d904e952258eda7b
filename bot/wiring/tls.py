"""The certificate with which the desk itself speaks https: refused where it cannot be right, taken over when it is renewed."""

import ssl
from pathlib import Path

import structlog

from bot.domain.errors import RefuseToStart
from bot.settings import Settings

log = structlog.get_logger(__name__)
#: A certificate that was renewed is taken over within so many seconds.
LOOK_EVERY = 60.0
#: Forward secrecy and authenticated encryption only; Python itself offers nothing below TLS 1.2.
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
_OTHERS = 0o077


def check(settings: Settings) -> None:
    """Raises RefuseToStart naming the setting: a file that is not there or not PEM, a key of another certificate or that others read."""
    if not settings.desk or settings.desk_tls_certificate is None or settings.desk_tls_key is None:
        return
    certificate, key = settings.desk_tls_certificate, settings.desk_tls_key
    for name, file in (("CERTIFICATE", certificate), ("KEY", key)):
        _refuse_unread(f"DL_DESK_TLS_{name}", file)
    if key.stat().st_mode & _OTHERS:
        raise RefuseToStart("DL_DESK_TLS_KEY: others on this machine may read it: chmod 600")
    try:
        _load(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), certificate, key)
    except (ssl.SSLError, OSError):
        raise RefuseToStart("DL_DESK_TLS_CERTIFICATE and DL_DESK_TLS_KEY: not a certificate with its key, without a password") from None


def _refuse_unread(name: str, file: Path) -> None:
    try:
        file.read_bytes()
    except OSError:
        raise RefuseToStart(f"{name}: the file cannot be read") from None


def _load(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    """An empty password, so that nothing waits for somebody to type one."""
    context.load_cert_chain(certificate, key, password="")


class Renewal:
    """Connections that begin after the files have changed have the new certificate; nobody restarts anything."""

    def __init__(self, settings: Settings, context: ssl.SSLContext) -> None:
        """``context``: that of the running server."""
        self._settings = settings
        self._context = context
        self._read = _marks(settings)

    async def look(self) -> None:
        """Take over what has changed and is right; what is not is left until it is."""
        marks = _marks(self._settings)
        if marks == self._read:
            return
        self._read = marks
        try:
            check(self._settings)
        except RefuseToStart:
            log.error("certificate_not_renewed", hint="DL_DESK_TLS_CERTIFICATE and DL_DESK_TLS_KEY do not fit; the old one goes on")
            return
        certificate, key = self._settings.desk_tls_certificate, self._settings.desk_tls_key
        assert certificate is not None  # noqa: S101 - there is a context only where both are set
        assert key is not None  # noqa: S101 - as above
        _load(self._context, certificate, key)
        log.info("certificate_renewed")


def _marks(settings: Settings) -> tuple[tuple[int, int] | None, ...]:
    return tuple(_mark(file) for file in (settings.desk_tls_certificate, settings.desk_tls_key) if file is not None)


def _mark(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
