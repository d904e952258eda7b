"""The processes: the supervisor with its children, and the model beside a command that needs it."""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

import structlog

from bot.domain.errors import RefuseToStart
from bot.nlu import HttpNlu, load_classes
from bot.settings import Settings, process_environment
from bot.storage.database import lock_data_dir
from bot.wiring import lastgood, tls
from bot.wiring.house import ROOT, model_of, prepare, refuse_incomplete
from bot.workers import sockets
from bot.workers.heart import Heart
from bot.workers.supervisor import Child, Supervisor, desk_argv, worker_argv

log = structlog.get_logger(__name__)
#: A command that reads a file may wait longer for its model than a person for an answer.
_STARTS_WITHIN = 90.0
#: A model that does not load says so for so long (seconds), before it is started again: each start costs seconds of a whole core.
_LINGERS = 30.0
_SERVER = (str(ROOT / "nlu" / ".venv" / "bin" / "python"), str(ROOT / "nlu" / "server.py"))


async def supervise(settings: Settings) -> int:
    """Run everything that is configured until it is told to stop; the exit code."""
    refuse_incomplete(settings)
    tls.check(settings)
    with lock_data_dir(settings.data_dir):
        await prepare(settings)
        lastgood.keep(settings.mission, ROOT, settings.data_dir)
        env = dict(process_environment())
        given = sockets.inherited(env)
        held = _listening(settings, given)
        children = [_worker(env, held)]
        if settings.nlu_url is None:
            address, model = _model(env, linger=_LINGERS)
            env |= address
            children = [model, _worker(env, held)]
        children += _desk(settings, env, given)
        if not settings.has_messenger:
            log.info("console_try_out", hint="type a message; the end of input leaves")
        return await Supervisor(children).run()


def _listening(settings: Settings, given: Mapping[str, socket.socket]) -> dict[str, socket.socket]:
    """Every socket that messengers post to: systemd's, or our own."""
    wanted: dict[str, tuple[str, tuple[str, int]]] = {}
    if settings.signal_account is not None:
        wanted["signal"] = ("DL_SIGNAL_WEBHOOK_LISTEN", settings.signal_webhook_listen)
    if settings.telegram_token is not None and settings.telegram_mode == "webhook":
        wanted["telegram"] = ("DL_TELEGRAM_WEBHOOK_LISTEN", settings.telegram_webhook_listen)
    if settings.metrics_listen is not None:
        wanted["metrics"] = ("DL_METRICS_LISTEN", settings.metrics_listen)
    return {name: given.get(name) or sockets.listen(setting, address) for name, (setting, address) in wanted.items()}


def _desk(settings: Settings, env: Mapping[str, str], given: Mapping[str, socket.socket]) -> list[Child]:
    """The desk's process.  Where nobody asked for it and its usual address is taken, everything else starts without it.

    Raises RefuseToStart where somebody asked for it.
    """
    if not settings.desk:
        return []
    try:
        listening = given.get("desk") or sockets.listen("DL_DESK_LISTEN", settings.desk_listen)
    except RefuseToStart:
        if settings.desk_is_wanted:
            raise
        log.warning("desk_left_out", hint="its address is taken: set DL_DESK_LISTEN to another one")
        return []
    _kept_open.append(listening)
    argv = desk_argv(listening.fileno())
    # It faces the network, and speaks with no messenger: what it does not have it cannot lose.
    env = {**env, **settings.without_messengers}
    return [Child(name="desk", argv=argv, env=env, fds=(listening.fileno(),), own_session=True)]


def _worker(env: Mapping[str, str], held: Mapping[str, socket.socket]) -> Child:
    """One that hangs is killed and started again: its alarm clock must tell this process that it goes on."""
    heart = Heart()
    fds = {name: listening.fileno() for name, listening in held.items()} | {"heart": heart.fd}
    argv, passed = worker_argv(fds), tuple(fds.values())
    return Child(name="worker", argv=argv, env=env, fds=passed, ends_all=True, probe=heart.beats, begins=heart.begin)


def _model(env: Mapping[str, str], linger: float = 0.0) -> tuple[dict[str, str], Child]:
    """The model's process, and the settings by which the worker finds it; ``linger``: so long one that does not load answers 503."""
    listening = sockets.loopback()
    token = secrets.token_urlsafe(32)
    url = f"http://127.0.0.1:{sockets.port_of(listening)}"
    child = Child(
        name="nlu",
        argv=[*_SERVER, f"--fd={listening.fileno()}", f"--parent={os.getpid()}", f"--linger={linger}"],
        env=_without_secrets(env) | {"DL_NLU_TOKEN": token, "RASA_TELEMETRY_ENABLED": "false"},
        fds=(listening.fileno(),),
        own_session=True,
        probe=partial(_is_healthy, url),
    )
    _kept_open.append(listening)
    return {"DL_NLU_URL": url, "DL_NLU_TOKEN": token}, child


async def _is_healthy(url: str) -> bool:
    """One look at the health path, which needs no token; nothing stays open."""
    model = HttpNlu(url, "")
    try:
        return await model.is_healthy()
    finally:
        await model.close()


def _without_secrets(env: Mapping[str, str]) -> dict[str, str]:
    """The model needs none of our settings: what it does not have it cannot leak."""
    return {name: value for name, value in env.items() if not name.startswith("DL_")}


#: Sockets that live as long as this process: a post, or a reading, waits in them while a child restarts.
_kept_open: list[socket.socket] = []


@asynccontextmanager
async def model_process(settings: Settings) -> AsyncIterator[HttpNlu]:
    """The configured model, or one of our own that ends with this block; ready, or as long as it takes to give up."""
    if settings.nlu_url is not None:
        configured = model_of(settings)
        try:
            yield configured
        finally:
            await configured.close()
        return
    address, child = _model(process_environment())
    try:
        process = await asyncio.create_subprocess_exec(*child.argv, env=dict(child.env), pass_fds=tuple(child.fds), start_new_session=True)
    except OSError:
        raise RefuseToStart("nlu/.venv: the model's environment is missing: run `make setup`") from None
    intents = load_classes(ROOT / "nlu")
    model = HttpNlu(address["DL_NLU_URL"], address["DL_NLU_TOKEN"], intents=intents, deadline=5.0, starts_within=_STARTS_WITHIN)
    try:
        await _until_ready(model, process)
        yield model
    finally:
        await model.close()
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _until_ready(model: HttpNlu, process: asyncio.subprocess.Process) -> None:
    """Until it is well, or its time is over; one whose process has ended is not waited for."""
    watching, ending = asyncio.ensure_future(model.watch_start()), asyncio.ensure_future(process.wait())
    await asyncio.wait({watching, ending}, return_when=asyncio.FIRST_COMPLETED)
    if ending.done():
        model.give_up()
    watching.cancel()
    ending.cancel()
    await asyncio.gather(watching, ending, return_exceptions=True)
