"""The supervisor's look at the model leaves nothing open, or every end of the program would end with two errors in the log."""

import asyncio
import gc
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.nlu import HttpNlu
from bot.wiring.processes import _is_healthy


@pytest.fixture
async def model() -> AsyncIterator[str]:
    """A model that is well; ``/slow`` below it never answers."""

    async def well(_: web.Request) -> web.Response:
        return web.Response()

    async def hang(_: web.Request) -> web.Response:
        await asyncio.sleep(3600)
        return web.Response()

    app = web.Application()
    app.router.add_get("/health", well)
    app.router.add_get("/slow/health", hang)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def complaints() -> AsyncIterator[list[str]]:
    """What asyncio would log of things that nobody closed."""
    said: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context["message"]))
    yield said
    asyncio.get_running_loop().set_exception_handler(None)


async def test_a_look_leaves_nothing_open(model: str, complaints: list[str]) -> None:
    for _ in range(3):
        assert await _is_healthy(model)
    gc.collect()
    assert complaints == []


async def test_a_look_that_is_broken_off_leaves_nothing_open(model: str, complaints: list[str]) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await _is_healthy(f"{model}/slow")
    gc.collect()
    assert complaints == []


async def test_control_a_model_that_nobody_closes_is_complained_of(model: str, complaints: list[str]) -> None:
    assert await HttpNlu(model, "").is_healthy()
    gc.collect()
    assert complaints != []
