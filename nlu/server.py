"""The model as a small server on the loopback: ``nlu/.venv/bin/python nlu/server.py --fd N | --port N``.

The token comes in ``DL_NLU_TOKEN``.  With ``--fd`` it serves on a listening socket that the parent opened.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nlu import lean  # noqa: E402  the project's root must be on the path first
from nlu.lifeline import die_with_parent  # noqa: E402
from nlu.modelhash import model_path  # noqa: E402
from nlu.quiet import keep_quiet  # noqa: E402

if TYPE_CHECKING:
    from nlu.service import Parse

#: Exit codes.
WRONG_USE = 2
NO_MODEL = 3
HOST = "127.0.0.1"


def main() -> int:
    """Serve until the parent dies or a signal ends it; a model that does not load ends it too, so that another start may find it mended."""
    options = _options()
    die_with_parent(options.parent)
    token = os.environ.pop("DL_NLU_TOKEN", "")
    if not token:
        sys.stderr.write("nlu/server.py: DL_NLU_TOKEN must hold the token\n")
        return WRONG_USE
    lean.leave_out()
    keep_quiet()
    import uvloop

    code: int = uvloop.run(_serve(_socket(options), token, options.model or model_path(ROOT), options.linger))
    return code


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Serve the intent model on the loopback.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--fd", type=int, help="a listening socket, handed down by the parent")
    where.add_argument("--port", type=int, help=f"a port of {HOST}")
    parser.add_argument("--model", type=Path, help="an archive; the one that matches this tree when not given")
    parser.add_argument("--linger", type=float, default=0.0, help="seconds in which 503 is answered before it ends without a model")
    parser.add_argument("--parent", type=int, help="the parent's process id: end when it is not our parent any more")
    return parser.parse_args()


def _socket(options: argparse.Namespace) -> socket.socket:
    """The inherited socket, or a new one; never another address than the loopback."""
    if options.fd is None:
        return socket.create_server((HOST, options.port))
    inherited = socket.socket(fileno=options.fd)
    inherited.setblocking(False)
    if inherited.family != socket.AF_UNIX and inherited.getsockname()[0] not in (HOST, "::1"):
        raise SystemExit("nlu/server.py: the socket is not on the loopback")
    return inherited


async def _serve(listening: socket.socket, token: str, archive: Path, linger: float) -> int:
    """The exit code.  Without a model whoever asks hears so at once for a while, instead of waiting at a socket that nobody serves."""
    parse = _reading(archive)
    if parse is None and linger <= 0.0:
        return NO_MODEL
    from aiohttp import web

    from nlu.contract import classes
    from nlu.service import Service

    name = archive.name.removesuffix(".tar.gz")
    service = Service(parse, token=token, model=name, intents=frozenset(classes()))
    runner = web.AppRunner(service.application(), access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    told = await _told_to_stop(None if parse else linger)
    await runner.cleanup()
    return 0 if told else NO_MODEL


async def _told_to_stop(within: float | None) -> bool:
    """Wait for it, at most so many seconds; whether it came."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(stop.wait(), within)
    return stop.is_set()


def _reading(archive: Path) -> "Parse | None":
    """How to parse; None when the model cannot be loaded."""
    from nlu.reader import Reader

    try:
        return Reader.load(archive).parse
    except Exception:
        logging.getLogger("nlu").exception("model not loaded")
        return None


if __name__ == "__main__":
    sys.exit(main())
