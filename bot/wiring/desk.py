"""The desk's process: house, pages and the web server, in one event loop."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import cast

import structlog
import uvicorn

from bot import logs
from bot.desk.app import build
from bot.desk.proofs import DeskProofs
from bot.desk.proxies import Proxies
from bot.domain.errors import RefuseToStart
from bot.settings import Settings
from bot.usecases.accounts import first_token
from bot.usecases.house import House
from bot.wiring import tls
from bot.wiring.connections import Open, Prompt
from bot.wiring.contentbook import FileBook
from bot.wiring.house import ROOT, open_house
from bot.wiring.reload import LOOK_EVERY, Reload, marks
from bot.workers import sockets
from bot.workers.loops import every

log = structlog.get_logger(__name__)
#: Open pages listen without end; at a stop they are let go after so many seconds.
_GRACE = 1


async def desk(settings: Settings, listening: socket.socket | None, say: Callable[[str], None]) -> None:
    """Serve the desk until told to stop; ``say`` gets the one-time address while there is no account."""
    asyncio.get_running_loop().set_exception_handler(logs.loop_failed)
    if not settings.desk:
        raise RefuseToStart("DL_DESK: the desk is turned off")
    tls.check(settings)
    held = listening or sockets.listen("DL_DESK_LISTEN", settings.desk_listen)
    read = marks(settings.mission, ROOT)
    async with open_house(settings) as house:
        proofs = DeskProofs()
        if (token := await first_token(house, proofs)) is not None:
            say(f"desk: the first account is made, once and within an hour, at {settings.desk_address}/begin/{token}")
        config = _config(settings, house, proofs)
        server = _Server(config)
        log.info("desk_listens", tls=settings.desk_has_tls)
        stop = asyncio.Event()
        reload = Reload(house, settings.mission, ROOT, read)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(every("content", LOOK_EVERY, reload.look, stop))
            if config.ssl is not None:
                tasks.create_task(every("certificate", tls.LOOK_EVERY, tls.Renewal(settings, config.ssl).look, stop))
            tasks.create_task(_served(server, held, stop))


class _Server(uvicorn.Server):
    """Told to stop it stops, and the database is closed; uvicorn's own way raises the signal once more at the end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The loop's own handlers."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, partial(self.handle_exit, number, None))
        yield


async def _served(server: uvicorn.Server, held: socket.socket, stop: asyncio.Event) -> None:
    await server.serve([held])
    stop.set()


def _config(settings: Settings, house: House, proofs: DeskProofs) -> uvicorn.Config:
    """No access log (addresses with tokens in them), no header that names the server; who asks is the desk's own business."""
    proxies = Proxies(settings.desk_trusted_proxies)
    certificate, key = settings.desk_tls_certificate, settings.desk_tls_key
    config = uvicorn.Config(
        build(
            house,
            proofs,
            settings.desk_hosts,
            address=settings.desk_address,
            secure=settings.desk_is_secure,
            proxies=proxies,
            book=FileBook(settings, house, ROOT),
        ),
        access_log=False,
        http=cast("type[asyncio.Protocol]", partial(Prompt, opened=Open(proxies))),
        log_config=None,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=_GRACE,
        ssl_certfile=certificate and str(certificate),
        ssl_keyfile=key and str(key),
        ssl_ciphers=tls.CIPHERS,
    )
    config.load()
    return config
