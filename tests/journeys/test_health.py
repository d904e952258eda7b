"""Health tells the truth: from what is stored, never a constant."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.channels import webhooks
from bot.domain.health import Serving
from bot.domain.trouble import GONE
from bot.nlu import HttpNlu
from bot.settings import load
from bot.usecases import services
from bot.usecases.health import health
from bot.wiring.health import serve_health
from bot.wiring.messengers import open_messengers
from bot.workers import sockets
from tests.journeys.house import Home

SIGNAL = {
    "DL_SIGNAL_ACCOUNT": "+38200000000",
    "DL_SIGNAL_API_URL": "http://127.0.0.1:9",
    "DL_SIGNAL_WEBHOOK_SECRET": "the-secret-of-the-webhook",
    "DL_MASTER_KEY_FILE": "/nowhere/master.key",
    "DL_MISSION_FILE": "missions/podgorica.toml",
}


async def faults(home: Home, **given: object) -> tuple[str, ...]:
    """What needs a person now."""
    values = {"model_answers": True, "disk_free": 10**12} | given
    return (await health(home.house, **values)).faults  # type: ignore[arg-type]  # test values


async def test_a_house_with_an_officer_and_nothing_waiting_is_well(home: Home) -> None:
    assert await faults(home) == ("nobody_enrolled",)
    await home.enrols()
    assert await faults(home) == ()


async def test_a_message_that_nobody_answers_is_a_fault_after_a_minute(home: Home) -> None:
    await home.enrols()
    await home.writes("hello")
    home.clock.move(seconds=59)
    assert await faults(home) == ()
    home.clock.move(seconds=2)
    assert await faults(home) == ("messages_wait",)


async def test_an_emergency_that_nobody_acknowledges_is_a_fault_after_ten_minutes(home: Home) -> None:
    await home.enrols()
    await home.says("police are breaking my door")
    await home.passes(minutes=9)
    assert await faults(home) == ()
    await home.passes(minutes=2)
    assert await faults(home) == ("emergency_unheard",)
    await home.says(f"ack {await home.reference()}", sender="900")
    assert await faults(home) == ()


async def test_replies_that_cannot_be_sent_a_dead_model_and_a_full_disk_are_faults(home: Home) -> None:
    await home.enrols()
    assert await faults(home, model_answers=False, disk_free=1) == ("model_down", "disk_low")
    await home.writes("hello")
    home.channels.clear()
    await home.settles()
    home.clock.move(minutes=10)
    assert await faults(home) == ("replies_wait",)


async def reported(home: Home, **beats: bool) -> None:
    """The worker looks at what it needs."""
    for name, ok in beats.items():
        home.house.pulses.beat(name, ok=ok)
    await services.report(home.house, model_answers=True, disk_free=10**12)


@pytest.mark.parametrize(("name", "fault"), [("telegram", "telegram_down"), ("signal", "signal_down"), ("posts", "posts_refused")])
async def test_a_messenger_that_does_not_work_for_a_minute_is_a_fault_until_it_does(home: Home, name: str, fault: str) -> None:
    await home.enrols()
    await reported(home, **{name: True})
    home.clock.move(minutes=2)
    await reported(home, **{name: True})
    assert await faults(home) == (), "control: one that works is none"
    await reported(home, **{name: False})
    home.clock.move(seconds=59)
    assert await faults(home) == (), "a connection may break once"
    home.clock.move(seconds=2)
    assert await faults(home) == (fault,)
    await reported(home, **{name: True})
    assert await faults(home) == ()


async def test_a_messenger_that_is_configured_no_more_is_no_fault(home: Home) -> None:
    await home.enrols()
    await reported(home, telegram=False)
    home.clock.move(seconds=GONE.total_seconds() + 1)
    assert await faults(home) == ()


async def test_a_post_to_signal_without_the_secret_is_told_until_one_knows_it(home: Home) -> None:
    settings = load(SIGNAL, dotenv=None)
    async with AsyncExitStack() as stack:
        opened = await open_messengers(settings, home.house, {"signal": None}, stack)
        webhook = opened.listeners[0].args[0]  # type: ignore[attr-defined]  # what is served
        runner = await webhooks.serve(webhook, listening := sockets.loopback())
        stack.push_async_callback(runner.cleanup)
        url = f"http://127.0.0.1:{sockets.port_of(listening)}/signal/"
        async with aiohttp.ClientSession() as session:
            for secret, told in (("another-secret", (False, "refused_signal")), (SIGNAL["DL_SIGNAL_WEBHOOK_SECRET"], (True, ""))):
                async with session.post(url + secret, json={}):
                    assert home.house.pulses.beats["posts"] == told


@asynccontextmanager
async def served(home: Home, tmp_path: Path) -> AsyncIterator[str]:
    """The port's address."""
    listening, stop = sockets.loopback(), asyncio.Event()
    url = f"http://127.0.0.1:{sockets.port_of(listening)}"
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        model = HttpNlu(f"http://127.0.0.1:{closed.getsockname()[1]}", "token")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(serve_health(home.house, model, tmp_path, listening, stop))
            yield url
            stop.set()
        await model.close()


@pytest.fixture
async def url(home: Home, tmp_path: Path) -> AsyncIterator[str]:
    async with served(home, tmp_path) as address:
        yield address


async def test_the_port_names_what_is_wrong_and_carries_no_person(home: Home, url: str) -> None:
    await home.says("police are breaking my door, I am Zorica", sender="1234567890")
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{url}/health") as answer:
            assert answer.status == 503
            told = {"status": "faults", "faults": ["nobody_enrolled", "model_down"], "content": "serving set of the start"}
            assert await answer.json() == told
        async with session.get(f"{url}/metrics") as answer:
            shown = await answer.text()
    assert "dl_emergencies 1.0" in shown
    assert 'dl_events_total{event="kept_signal"} 1.0' in shown
    assert 'dl_fault{fault="nobody_enrolled"} 1.0' in shown
    assert not any(word in shown for word in ("Zorica", "door", "1234567890"))


async def test_the_port_says_which_texts_are_served_and_why_newer_ones_are_not(home: Home, url: str) -> None:
    home.house.renew(serving=Serving(since=datetime(2026, 11, 24, 8, 30, tzinfo=UTC), refused="responses/en/thanks.md:5: no YAML"))
    async with aiohttp.ClientSession() as session, session.get(f"{url}/health") as answer:
        told = await answer.json()
    assert told["content"] == "refused, serving set of 2026-11-24T08:30:00Z: responses/en/thanks.md:5: no YAML"
    assert "content_refused" in told["faults"]
