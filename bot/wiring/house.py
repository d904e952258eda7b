"""Settings, key, database and house."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import structlog

from bot import logs
from bot.crypto import MasterKey
from bot.domain.clock import SystemClock
from bot.domain.errors import RefuseToStart
from bot.domain.health import Serving
from bot.domain.message import ChannelName
from bot.locales import Locales
from bot.nlu import HttpNlu, load_classes
from bot.ports import Nlu
from bot.settings import Settings, load
from bot.storage import copies
from bot.storage.database import SqlStore, exists, lock_data_dir, make_data_dir
from bot.storage.restored import Live
from bot.storage.schema import migrate
from bot.usecases.house import House
from bot.wiring import lastgood
from bot.wiring.contents import interface_words

log = structlog.get_logger(__name__)
ROOT = Path(__file__).resolve().parents[2]


def start(env: Mapping[str, str]) -> Settings:
    """The settings of this process, with its logs set up."""
    settings = load(env)
    logs.configure(settings.log_level, secrets=settings.secrets)
    return settings


async def prepare(settings: Settings) -> MasterKey:
    """The key, and the database at this version; both are made only when there is no database yet."""
    make_data_dir(settings.data_dir)
    if settings.key_file.exists():
        master = MasterKey.load(settings.key_file)
    elif await exists(settings.database):
        raise RefuseToStart("DL_MASTER_KEY_FILE: there is a database, but not the key that it was sealed with")
    else:
        master = MasterKey.create(settings.key_file)
    await migrate(settings.database, master)
    return master


@asynccontextmanager
async def open_house(settings: Settings, *, nlu: Nlu | None = None, reads: bool = False) -> AsyncIterator[House]:
    """A house on an existing database, ``reads``: for reading messages.  Raises RefuseToStart where it is not as it should be."""
    if not await exists(settings.database):
        raise RefuseToStart("DL_DATABASE_URL: there is no database yet: run `python -m bot migrate`")
    master = MasterKey.load(settings.key_file)
    clock = SystemClock()
    store = await SqlStore.open(settings.database, master, data_dir=settings.data_dir, clock=clock)
    model = nlu or model_of(settings)
    try:
        yield build_house(settings, store, model, lastgood.served(settings.mission, ROOT, settings.data_dir, reads=reads))
    finally:
        if isinstance(model, HttpNlu):
            await model.close()
        await store.close()


def model_of(settings: Settings) -> HttpNlu:
    """The model behind the configured address; without one, nothing that answers."""
    token = settings.nlu_token.get_secret_value() if settings.nlu_token else ""
    return HttpNlu(settings.nlu_url or "http://127.0.0.1:9", token, intents=load_classes(ROOT / "nlu"))


def refuse_incomplete(settings: Settings, root: Path = ROOT) -> None:
    """Raises RefuseToStart naming file and line: texts that the dialogue needs and has not, holes in texts, or a broken file of
    texts, rules, thresholds or languages.

    Drafts and stale dates are the business of ``check``.
    """
    lastgood.fit(settings.mission, root)


def _accounts(settings: Settings) -> dict[ChannelName, str]:
    """Our own side on each messenger; a bot's token begins with its public number."""
    token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
    named = {ChannelName.TELEGRAM: token.partition(":")[0], ChannelName.SIGNAL: settings.signal_account or ""}
    return {name: account for name, account in named.items() if account}


def build_house(settings: Settings, store: SqlStore, nlu: Nlu, files: lastgood.Files | None = None) -> House:
    """Everything the use cases need, from the files as they are, or as they were when they could last be served."""
    files = files or lastgood.served(settings.mission, ROOT, settings.data_dir)
    if files.refused:
        log.error("content_refused", why=files.refused, serving="the copy in the data directory")
    return House(
        store=store,
        clock=SystemClock(),
        nlu=nlu,
        rules=files.rules,
        classes=files.contents.classes,
        thresholds=files.thresholds,
        has_messenger=settings.has_messenger,
        allow_unattended=settings.allow_unattended,
        accounts=_accounts(settings),
        files_room=settings.files_megabytes * 1_000_000,
        desk_url=settings.desk_url,
        serving=Serving(since=SystemClock().now(), refused=files.refused),
        **files.contents.for_house(),
    )


def officers_locales(settings: Settings) -> tuple[Locales, str]:
    """The interface words, and the locale in which the mission's officers read them; no database is opened."""
    mission = lastgood.mission(settings.mission, settings.data_dir)
    return interface_words(mission), mission.officer_language


async def backup(settings: Settings, target: Path) -> None:
    """A consistent copy without the key, also while everything runs."""
    try:
        await copies.backup(settings.database, target)
    except OSError:
        raise RefuseToStart("backup: the file cannot be written there: is there such a folder, and room in it?") from None


async def restore(settings: Settings, source: Path) -> Live:
    """A backup back into an empty place; nothing may run on it.  Who has a way in by it."""
    master = MasterKey.load(settings.key_file)
    local = lock_data_dir(settings.data_dir) if settings.database.startswith("sqlite") else nullcontext()
    with local:
        return await copies.restore(source, settings.database, master)
