"""The desk speaks https by itself: a real certificate, a real connection; what would be overheard or cannot work refuses to start."""

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.domain.errors import RefuseToStart
from bot.settings import Settings, load
from bot.wiring import tls
from bot.wiring.desk import desk as serve
from bot.wiring.house import prepare
from tests.promises.processes import free_port

HOST = "localhost"


def certify(folder: Path, number: int = 1) -> tuple[Path, Path]:
    """A certificate of our own making, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=number)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, SHA256())
    )
    certificate, private = folder / "desk.pem", folder / "desk.key"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private.touch(mode=0o600)
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private


def settings_of(folder: Path, **more: str) -> Settings:
    given = {
        "DL_DATA_DIR": str(folder / "data"),
        "DL_DESK_TLS_CERTIFICATE": str(folder / "desk.pem"),
        "DL_DESK_TLS_KEY": str(folder / "desk.key"),
    }
    return load(given | more, dotenv=None)


@asynccontextmanager
async def desk(settings: Settings) -> AsyncIterator[list[str]]:
    """The desk as ``python -m bot desk`` serves it, in this process."""
    await prepare(settings)
    said: list[str] = []
    serving = asyncio.ensure_future(serve(settings, socket.create_server(settings.desk_listen), said.append))
    try:
        yield said
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def test_over_its_own_https_everything_is_secure_and_remembered(tmp_path: Path) -> None:
    certificate, _ = certify(tmp_path)
    port = free_port()
    settings = settings_of(tmp_path, DL_DESK_LISTEN=f"0.0.0.0:{port}", DL_DESK_URL=f"https://{HOST}:{port}")
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with desk(settings) as said, httpx.AsyncClient(verify=trusting) as http:
        page = await http.get(f"https://{HOST}:{port}/sign-in", timeout=20.0)
        assert page.status_code == 200
        assert page.headers["strict-transport-security"] == "max-age=31536000"
        (cookie,) = page.headers.get_list("set-cookie")
        assert cookie.startswith("__Host-form=")
        assert "; Secure" in cookie
        assert "server" not in page.headers
        assert said[0].split()[-1].startswith(f"https://{HOST}:{port}/begin/")
        with pytest.raises(httpx.TransportError):
            await http.get(f"http://{HOST}:{port}/sign-in")
        old = ssl.create_default_context(cafile=str(certificate))
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        async with httpx.AsyncClient(verify=old) as outdated:
            with pytest.raises(httpx.TransportError):
                await outdated.get(f"https://{HOST}:{port}/sign-in")
        async with httpx.AsyncClient() as distrusting:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await distrusting.get(f"https://{HOST}:{port}/sign-in")


async def test_behind_a_reverse_proxy_cookies_are_secure_and_each_client_is_counted_apart(tmp_path: Path) -> None:
    port = free_port()
    given = {"DL_DATA_DIR": str(tmp_path / "data"), "DL_DESK_LISTEN": f"127.0.0.1:{port}", "DL_DESK_URL": "https://desk.example"}
    async with desk(load(given | {"DL_DESK_TRUSTED_PROXIES": "127.0.0.1"}, dotenv=None)), httpx.AsyncClient() as http:
        page = await http.get(f"http://127.0.0.1:{port}/sign-in", headers={"Host": "desk.example"}, timeout=20.0)
        assert page.headers["strict-transport-security"]
        (cookie,) = page.headers.get_list("set-cookie")
        assert cookie.startswith("__Host-form=")
        assert "; Secure" in cookie
        token = cookie.partition("=")[2].partition(";")[0]

        async def asks(client: str) -> int:
            headers = {"Host": "desk.example", "Cookie": f"__Host-form={token}", "X-Forwarded-For": f"203.0.113.1, {client}"}
            form = {"form_token": token}
            return (await http.post(f"http://127.0.0.1:{port}/sign-in/passkey", data=form, headers=headers)).status_code

        # The allowance grows back with the clock: on a slow machine a few more are heard before one is refused.
        heard = 0
        while heard < 300 and await asks("198.51.100.7") == 403:
            heard += 1
        assert 60 <= heard < 300
        assert await asks("198.51.100.8") == 403


async def test_a_renewed_certificate_is_taken_over_and_a_broken_one_is_not(tmp_path: Path) -> None:
    certify(tmp_path)
    settings = settings_of(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "desk.pem", tmp_path / "desk.key")
    renewal = tls.Renewal(settings, context)
    async with _serving(context) as port:
        await renewal.look()
        assert await _serial(port) == 1
        certify(tmp_path, 2)
        await renewal.look()
        assert await _serial(port) == 2
        (tmp_path / "desk.pem").write_text("not yet written")
        await renewal.look()
        assert await _serial(port) == 2
        (tmp_path / "desk.pem").unlink()
        await renewal.look()
        certify(tmp_path, 3)
        await renewal.look()
        assert await _serial(port) == 3


@asynccontextmanager
async def _serving(context: ssl.SSLContext) -> AsyncIterator[int]:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


async def _serial(port: int) -> int:
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=anybody)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return x509.load_der_x509_certificate(shown).serial_number


def test_a_key_that_others_may_read_refuses_to_start(tmp_path: Path) -> None:
    _, key = certify(tmp_path)
    tls.check(settings_of(tmp_path))
    for mode in (0o640, 0o604, 0o644):
        os.chmod(key, mode)
        with pytest.raises(RefuseToStart, match="DL_DESK_TLS_KEY"):
            tls.check(settings_of(tmp_path))


def test_files_that_cannot_work_refuse_to_start_and_name_the_setting(tmp_path: Path) -> None:
    certificate, key = certify(tmp_path)
    right = certificate.read_bytes()
    certificate.write_bytes(b"rubbish")
    with pytest.raises(RefuseToStart, match="DL_DESK_TLS_CERTIFICATE"):
        tls.check(settings_of(tmp_path))
    (tmp_path / "other").mkdir()
    _, another = certify(tmp_path / "other")
    certificate.write_bytes(right)
    key.write_bytes(another.read_bytes())
    with pytest.raises(RefuseToStart, match="not a certificate with its key"):
        tls.check(settings_of(tmp_path))
    key.unlink()
    with pytest.raises(RefuseToStart, match="DL_DESK_TLS_KEY"):
        tls.check(settings_of(tmp_path))
    tls.check(settings_of(tmp_path, DL_DESK="false"))
