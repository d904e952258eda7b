"""The model as a small server on the loopback: ``nlu/.venv/bin/python nlu/server.py --fd N | --port N``.

The token comes in ``DL_NLU_TOKEN``.  With ``--fd`` it serves on a listening socket that the parent opened.
"""

import argparse
import asyncio
import os
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nlu import lean  # noqa: E402  the project's root must be on the path first
from nlu.lifeline import die_with_parent  # noqa: E402

#: Exit codes: 2 for wrong use.
WRONG_USE = 2
HOST = "127.0.0.1"


def main() -> int:
    """Serve until the parent dies or a signal ends it."""
    options = _options()
    die_with_parent(options.parent)
    token = os.environ.pop("DL_NLU_TOKEN", "")
    if not token:
        sys.stderr.write("nlu/server.py: DL_NLU_TOKEN must hold the token\n")
        return WRONG_USE
    lean.leave_out()
    listening = _socket(options)
    asyncio.run(_serve(listening, token, options.model))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Serve the intent model on the loopback.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--fd", type=int, help="a listening socket, handed down by the parent")
    where.add_argument("--port", type=int, help=f"a port of {HOST}")
    parser.add_argument("--model", type=Path, help="an archive; the one that matches this tree when not given")
    parser.add_argument("--parent", type=int, help="the parent's process id: end when it is not our parent any more")
    return parser.parse_args()


def _socket(options: argparse.Namespace) -> socket.socket:
    """The inherited socket, or a new one; never another address than the loopback."""
    if options.fd is None:
        return socket.create_server((HOST, options.port))
    inherited = socket.socket(fileno=options.fd)
    inherited.setblocking(False)
    if inherited.family != socket.AF_UNIX and not inherited.getsockname()[0] in (HOST, "::1"):
        raise SystemExit("nlu/server.py: the socket is not on the loopback")
    return inherited


async def _serve(listening: socket.socket, token: str, model: Path | None) -> None:
    from aiohttp import web

    from nlu.contract import classes
    from nlu.modelhash import model_path
    from nlu.quiet import keep_quiet
    from nlu.service import Service

    keep_quiet()
    archive = model or model_path(ROOT)
    name = archive.name.removesuffix(".tar.gz")
    service = Service(_reader(archive), token=token, model=name, intents=frozenset(classes()))
    runner = web.AppRunner(service.application(), access_log=None, handle_signals=True)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def _reader(archive: Path):  # noqa: ANN202
    import logging

    from nlu.reader import Reader

    try:
        return Reader.load(archive).parse
    except Exception as error:  # noqa: BLE001
        logging.getLogger("nlu").error("model not loaded: %s", type(error).__name__)
        return None


if __name__ == "__main__":
    sys.exit(main())
