"""``/health`` and ``/metrics`` on a loopback port: they look each time they are asked."""

import asyncio
import shutil
import socket
from pathlib import Path

import structlog
from aiohttp import web

from bot.domain.health import Health
from bot.metrics import CONTENT_TYPE, exposition
from bot.nlu import HttpNlu
from bot.usecases.health import health
from bot.usecases.house import House

log = structlog.get_logger(__name__)


async def serve_health(house: House, model: HttpNlu, data_dir: Path, listening: socket.socket, stop: asyncio.Event) -> None:
    """Serve until ``stop``: 200 when all is well, 503 with the faults' names when not."""

    async def look() -> Health:
        return await health(house, model_answers=await model.is_healthy(), disk_free=shutil.disk_usage(data_dir).free)

    async def tell(_: web.Request) -> web.Response:
        try:
            faults = list((await look()).faults)
        except Exception:  # whatever keeps us from looking is itself the answer
            log.exception("health_failed")
            faults = ["database"]
        told = {"status": "faults" if faults else "ok", "faults": faults, "content": str(house.serving)}
        return web.json_response(told, status=503 if faults else 200)

    async def measure(_: web.Request) -> web.Response:
        return web.Response(body=exposition(await look()), headers={"Content-Type": CONTENT_TYPE})

    app = web.Application()
    app.router.add_get("/health", tell)
    app.router.add_get("/metrics", measure)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=2.0)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    try:
        await stop.wait()
    finally:
        await runner.cleanup()
