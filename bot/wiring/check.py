"""``check``: every fault of settings, content, model, database and messengers, without changing anything."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile

from bot.checking import content_faults
from bot.crypto import MasterKey
from bot.domain.content import Review
from bot.domain.errors import RefuseToStart
from bot.nlu import load_classes, load_languages, load_rules, load_thresholds
from bot.responses import load_library, load_mission
from bot.settings import Settings
from bot.storage import soundness
from bot.storage.database import DATA_DIR_UNUSABLE, SqlStore, exists
from bot.storage.patience import PATIENT
from bot.wiring import tls
from bot.wiring.contents import interface_words
from bot.wiring.honoured import honoured, reviews_of
from bot.wiring.house import ROOT
from bot.wiring.messengers import open_bot
from bot.wiring.processes import model_process

#: A messenger that has not answered by then (seconds) does not answer.
_ANSWERS_WITHIN = 5.0
_SIGNAL_FAULTS = {
    "signal_api_unreachable": "DL_SIGNAL_API_URL: the REST API does not answer",
    "signal_api_wrong_mode": "DL_SIGNAL_API_URL: the REST API is not in the mode json-rpc, and posts nothing to us",
}


async def check(settings: Settings, audit_head: tuple[int, str] | None = None) -> list[str]:
    """Every fault, one sentence each; a missing key and database are none, wrong ones are."""
    faults = [*_content(settings, await reviews_of(settings))]
    asking = asyncio.ensure_future(unanswering(settings))
    faults += [fault async for fault in _model(settings)]
    faults += unusable(settings)
    for looked in (_desk(settings), database(settings, audit_head)):
        try:
            faults += await looked
        except RefuseToStart as refusal:
            faults.append(str(refusal))
    return [*faults, *await asking]


def _content(settings: Settings, reviews: Sequence[Review]) -> Iterator[str]:
    try:
        mission = load_mission(settings.mission)
        classes = {name: str(cls) for name, cls in load_classes(ROOT / "nlu").items()}
        load_thresholds(ROOT / "nlu")
        load_rules(ROOT / "nlu")
        load_languages(ROOT / "nlu")
        interface_words(mission)
        library = honoured(load_library(ROOT / "responses", mission), reviews, ROOT)
        yield from content_faults(library, mission, classes, datetime.now(UTC).date())
    except RefuseToStart as refusal:
        yield str(refusal)


async def _model(settings: Settings) -> AsyncIterator[str]:
    """Whether the model answers: the configured one, or ours, which is loaded for that."""
    if not (ROOT / "nlu" / ".venv" / "bin" / "python").exists():
        yield "nlu/.venv: the model's environment is missing: run `make setup`"
        return
    archive = _archive()
    if archive is None:
        yield "nlu/models: no model matches the training data: run `make train`"
        if settings.nlu_url is None:
            return
    async with model_process(settings) as model:
        if await model.is_healthy():
            return
    if settings.nlu_url is not None:
        yield "DL_NLU_URL: the model does not answer"
    else:
        yield f"{archive}: the model cannot be loaded: delete this file, and run `make train`"


def _archive() -> Path | None:
    """The model of just this data, configuration and code; None when it was not trained."""
    ask = "from pathlib import Path; from nlu.modelhash import model_path; print(model_path(Path('.')))"
    said = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own words
    path = Path(said.stdout.strip())
    return path if said.returncode == 0 and (ROOT / path).exists() else None


def unusable(settings: Settings) -> Iterator[str]:
    """Where folders would have to be made, or written to, and cannot."""
    if not _is_writable(settings.data_dir):
        yield DATA_DIR_UNUSABLE
    if not settings.key_file.exists() and not _is_writable(settings.key_file.parent):
        yield "DL_MASTER_KEY_FILE: the key file cannot be made there"


def _is_writable(folder: Path) -> bool:
    """Whether it is a folder in which we can write, or could be made in one; nothing is left there."""
    there = next((each for each in (folder.absolute(), *folder.absolute().parents) if each.exists()), folder)
    try:
        with TemporaryFile(dir=there):
            return True
    except OSError:
        return False


async def _desk(settings: Settings) -> list[str]:
    tls.check(settings)
    return []


async def database(settings: Settings, audit_head: tuple[int, str] | None) -> list[str]:
    """What is wrong with key and database; nothing where neither is."""
    if not await exists(settings.database):
        if settings.key_file.exists():
            MasterKey.load(settings.key_file)
        return []
    master = MasterKey.load(settings.key_file)
    store = await SqlStore.open(settings.database, master, data_dir=Path(settings.data_dir), patience=PATIENT)
    try:
        return await soundness.faults_of(settings.database, master) or await soundness.audit_faults(store, audit_head)
    finally:
        await store.close()


async def unanswering(settings: Settings) -> list[str]:
    """A fault for each configured messenger that does not answer as it should; within seconds."""
    return [fault for fault in await asyncio.gather(_telegram(settings), _signal(settings)) if fault]


async def _telegram(settings: Settings) -> str | None:
    if settings.telegram_token is None:
        return None
    from telegram.error import Forbidden, InvalidToken

    try:
        async with AsyncExitStack() as stack, asyncio.timeout(_ANSWERS_WITHIN):
            await (await open_bot(settings, stack)).get_me()
    except (InvalidToken, Forbidden):
        return "DL_TELEGRAM_TOKEN: Telegram refuses the token"
    except Exception:  # whatever it answers that is no answer
        return "DL_TELEGRAM_API_URL: Telegram does not answer"
    return None


async def _signal(settings: Settings) -> str | None:
    if settings.signal_api_url is None:
        return None
    from bot.channels.signal import fault_of

    return _SIGNAL_FAULTS.get(await fault_of(settings.signal_api_url, within=_ANSWERS_WITHIN))
