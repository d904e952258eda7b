"""The processes: the supervisor with its children, and the worker with its channels."""

import asyncio
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from bot import logs
from bot.channels import console, webhooks
from bot.channels import signal as signal_channel
from bot.channels import telegram as telegram_channel
from bot.domain.message import ChannelName
from bot.nlu import HttpNlu
from bot.ports import Channel
from bot.responses import load_mission
from bot.settings import Settings, process_environment
from bot.storage.database import SqlStore, lock_data_dir
from bot.usecases.house import House
from bot.usecases.receive import receive
from bot.wiring.house import ROOT, model_of, open_house, prepare
from bot.workers import sockets
from bot.workers.supervisor import Child, Supervisor, worker_argv
from bot.workers.work import Listener
from bot.workers.work import work as run_worker

log = structlog.get_logger(__name__)
_COMMANDS = {"help": "What this can do", "human": "Ask for a person", "status": "How it stands", "forget": "Erase"}


async def supervise(settings: Settings) -> int:
    """Run everything that is configured until it is told to stop; the exit code."""
    with lock_data_dir(settings.data_dir):
        await prepare(settings)
        env = dict(process_environment())
        held = _listening(settings, env)
        children = [_worker(env, held)]
        if settings.nlu_url is None:
            address, model = _model(env)
            env |= address
            children = [model, _worker(env, held)]
        if not settings.has_messenger:
            log.info("console_try_out", hint="type a message; the end of input leaves")
        return await Supervisor(children).run()


def _listening(settings: Settings, env: Mapping[str, str]) -> dict[str, socket.socket]:
    """Every socket that messengers post to: systemd's, or our own."""
    given = sockets.inherited(env)
    wanted: dict[str, tuple[str, tuple[str, int]]] = {}
    if settings.signal_account is not None:
        wanted["signal"] = ("DL_SIGNAL_WEBHOOK_LISTEN", settings.signal_webhook_listen)
    if settings.telegram_token is not None and settings.telegram_mode == "webhook":
        wanted["telegram"] = ("DL_TELEGRAM_WEBHOOK_LISTEN", settings.telegram_webhook_listen)
    return {name: given.get(name) or sockets.listen(setting, address) for name, (setting, address) in wanted.items()}


def _worker(env: Mapping[str, str], held: Mapping[str, socket.socket]) -> Child:
    fds = {name: listening.fileno() for name, listening in held.items()}
    return Child(name="worker", argv=worker_argv(fds), env=env, fds=tuple(fds.values()), ends_all=True)


def _model(env: Mapping[str, str]) -> tuple[dict[str, str], Child]:
    """The model's process, and the settings by which the worker finds it."""
    listening = sockets.loopback()
    token = secrets.token_urlsafe(32)
    url = f"http://127.0.0.1:{sockets.port_of(listening)}"
    child = Child(
        name="nlu",
        argv=[str(ROOT / "nlu" / ".venv" / "bin" / "python"), str(ROOT / "nlu" / "server.py"), f"--fd={listening.fileno()}"],
        env={**env, "DL_NLU_TOKEN": token, "RASA_TELEMETRY_ENABLED": "false"},
        fds=(listening.fileno(),),
        own_session=True,
        probe=HttpNlu(url, token).is_healthy,
    )
    _kept_open.append(listening)
    return {"DL_NLU_URL": url, "DL_NLU_TOKEN": token}, child


#: Sockets that live as long as this process: a post, or a reading, waits in them while a child restarts.
_kept_open: list[socket.socket] = []


@asynccontextmanager
async def model_process(settings: Settings) -> AsyncIterator[HttpNlu]:
    """The configured model, or one of our own that ends with this block; ready, or as long as it takes to give up."""
    if settings.nlu_url is not None:
        yield model_of(settings)
        return
    address, child = _model(process_environment())
    process = await asyncio.create_subprocess_exec(*child.argv, env=dict(child.env), pass_fds=tuple(child.fds), start_new_session=True)
    model = HttpNlu(address["DL_NLU_URL"], address["DL_NLU_TOKEN"], deadline=5.0)
    try:
        await model.watch_start()
        yield model
    finally:
        await model.close()
        if process.returncode is None:
            process.kill()
        await process.wait()


async def work(settings: Settings, fds: Mapping[str, int | None]) -> None:
    """The worker: listeners, responder, courier, janitor."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.loop_failed)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    model = model_of(settings)
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(settings, nlu=model))
        await _free_claims(house)
        watch = loop.create_task(model.watch_start())
        stack.callback(watch.cancel)
        channels, listeners = await _channels(settings, house, fds, stack)
        if not settings.has_messenger:
            channels[ChannelName.CONSOLE] = console.ConsoleChannel()
            listeners.append(partial(_talk, house, stop))
        await run_worker(house, channels, listeners, stop)


async def _free_claims(house: House) -> None:
    """Claims of an earlier start: only where this process is the only worker there is."""
    if isinstance(house.store, SqlStore) and house.store.is_sqlite:
        async with house.store.begin() as tx:
            await tx.inbox.release_all()
            await tx.commit()


async def _channels(
    settings: Settings, house: House, fds: Mapping[str, int | None], stack: AsyncExitStack
) -> tuple[dict[ChannelName, Channel], list[Listener]]:
    channels: dict[ChannelName, Channel] = {}
    listeners: list[Listener] = []
    if settings.telegram_token is not None:
        await _telegram(settings, house, fds, stack, channels, listeners)
    if settings.signal_account is not None and settings.signal_api_url is not None:
        sending = signal_channel.SignalChannel(settings.signal_api_url, settings.signal_account)
        stack.push_async_callback(sending.close)
        channels[ChannelName.SIGNAL] = sending
        webhook = _webhook(house, "signal", "/signal", settings.signal_account, _signal_secret(settings), in_path=True)
        listeners += [partial(_serve, webhook, fds["signal"]), partial(signal_channel.watch_service, settings.signal_api_url)]
    return channels, listeners


async def _telegram(
    settings: Settings,
    house: House,
    fds: Mapping[str, int | None],
    stack: AsyncExitStack,
    channels: dict[ChannelName, Channel],
    listeners: list[Listener],
) -> None:
    token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
    account = token.split(":", 1)[0]
    bot = telegram_channel.build_bot(token, settings.telegram_api_url)
    for request in bot._request:
        await request.initialize()
        stack.push_async_callback(request.shutdown)
    channels[ChannelName.TELEGRAM] = telegram_channel.TelegramChannel(bot)
    mission = load_mission(settings.mission)
    listeners.append(lambda _: telegram_channel.publish_profile(bot, mission.profile, _COMMANDS))
    if settings.telegram_mode == "polling":
        listeners.append(partial(telegram_channel.poll, bot, partial(receive, house.store, house.clock), account=account))
        return
    secret = settings.telegram_webhook_secret.get_secret_value() if settings.telegram_webhook_secret else ""
    url = settings.telegram_webhook_url or ""
    webhook = _webhook(house, "telegram", urlsplit(url).path or "/", account, secret, in_path=False)
    listeners += [partial(_serve, webhook, fds["telegram"]), partial(telegram_channel.set_webhook, bot, url, secret)]


def _webhook(house: House, name: str, path: str, account: str, secret: str, *, in_path: bool) -> webhooks.Webhook:
    arrival = signal_channel.webhook_arrival if name == "signal" else telegram_channel.webhook_arrival
    return webhooks.Webhook(
        name=name,
        path=path,
        account=account,
        secret=secret,
        in_path=in_path,
        arrival=arrival,
        keep=partial(receive, house.store, house.clock),
        count=partial(_count, house),
    )


async def _count(house: House, event: str) -> None:
    async with house.store.begin() as tx:
        await tx.counts.add(event)
        await tx.commit()


async def _serve(webhook: webhooks.Webhook, fd: int | None, stop: asyncio.Event) -> None:
    listening = socket.socket(fileno=os.dup(fd)) if fd is not None else sockets.loopback()
    runner = await webhooks.serve(webhook, listening)
    try:
        await stop.wait()
    finally:
        await runner.cleanup()


def _signal_secret(settings: Settings) -> str:
    """The webhook's secret: the setting, or one made on the first run and kept in the data directory."""
    if settings.signal_webhook_secret is not None:
        return settings.signal_webhook_secret.get_secret_value()
    kept = Path(settings.data_dir) / "signal-webhook-secret"
    if not kept.exists():
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
    log.info("signal_webhook_path_is_in_file", file=kept.name)
    return kept.read_text("ascii").strip()


async def _talk(house: House, stop: asyncio.Event, _: asyncio.Event) -> None:
    """The console: the next line is read after the reply to the last one; at the end of input all replies go out first."""
    number, run = 0, console.new_run()
    async for line in console.lines():
        number += 1
        await receive(house.store, house.clock, [console.incoming(line, number, run)])
        await _all_said(house)
    stop.set()


async def _all_said(house: House) -> None:
    while True:
        async with house.store.begin() as tx:
            waiting = await tx.inbox.waiting() + await tx.outbox.unsent()
        if waiting == 0:
            return
        await house.store.wait(1.0)
