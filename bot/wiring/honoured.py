"""The words of those who have read a text, as ``check`` honours them: while the file is as it was then."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.crypto import MasterKey
from bot.domain.content import Review
from bot.domain.errors import RefuseToStart
from bot.responses import Library, Response, answer_of
from bot.settings import Settings
from bot.storage.database import SqlStore, exists


async def reviews_of(settings: Settings) -> Sequence[Review]:
    """Every word that the database holds; none where there is no database yet, or none that can be opened."""
    try:
        if not await exists(settings.database):
            return ()
        store = await SqlStore.open(settings.database, MasterKey.load(settings.key_file), data_dir=Path(settings.data_dir))
    except RefuseToStart:
        return ()
    try:
        async with store.begin() as tx:
            return await tx.reviews.all()
    except SQLAlchemyError:  # damaged: ``check`` says so where it looks at the database
        return ()
    finally:
        await store.close()


def hash_of(file: str, root: Path) -> str:
    """The state of a file of ours."""
    return hashlib.sha256((root / file).read_bytes()).hexdigest()


def needs_clinician(response: Response, library: Library) -> bool:
    """A clinician has to read it, and none has."""
    return answer_of(response.name) in library.policy["clinician"] and response.clinician is None


def honoured(library: Library, reviews: Iterable[Review], root: Path) -> Library:
    """The library with each text as its readers left it: read, on the day of their word, while its file is as it was then."""
    words = {(each.file, each.hash): each for each in reviews}
    if not words:
        return library
    named = {file for file, _ in words}
    states = {each.file: hash_of(each.file, root) for each in library.texts.values() if each.file in named}

    def read(text: Response) -> Response:
        word = words.get((text.file, states.get(text.file, "")))
        if word is None or needs_clinician(text, library):
            return text
        return replace(text, review="ok", reviewed=max(text.reviewed, word.at.date()))

    return replace(library, texts={key: read(text) for key, text in library.texts.items()})
