"""The port ``ContentBook``: the files as the desk's pages show them, read anew whenever the house has read them anew."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.content import Cited, Form, Helper, Overview, Text
from bot.domain.errors import RefuseToStart
from bot.domain.message import ChannelName, Piece
from bot.responses import BASE, Library, answer_of
from bot.settings import Settings
from bot.usecases.house import House
from bot.wiring.contents import Contents
from bot.wiring.honoured import hash_of, needs_clinician
from bot.wiring.preview import Preview
from bot.wiring.reload import Marks, marks


@dataclass(frozen=True, kw_only=True)
class _Read:
    """One reading of the files."""

    preview: Preview
    overview: Overview
    marks: Marks = field(repr=False)
    of: datetime | None  #: the house's own reading that it goes with


class FileBook:
    """From the files as they stand; while they cannot be read, from what was read before."""

    def __init__(self, settings: Settings, house: House, root: Path) -> None:
        """Reads nothing yet."""
        self._settings = settings
        self._house = house
        self._root = root
        self._lock = asyncio.Lock()
        self._read: _Read | None = None

    async def overview(self) -> Overview:
        """With the files that have changed since."""
        read = await self._fresh()
        if read is None:
            return Overview()
        now = await asyncio.to_thread(marks, self._settings.mission, self._root)
        changed = {name for name, mark in read.marks.items() ^ now.items() if mark[1]}  # folders have no size
        return replace(read.overview, changed=tuple(sorted(_short(name, self._root) for name in changed)))

    async def forms(self, name: str, locale: str) -> tuple[Form, ...]:
        """Each once: Signal and the console mostly show the same."""
        read = await self._fresh()
        if read is None or name not in read.preview.names() or (name, locale) not in read.preview.library.texts:
            return ()
        return await asyncio.to_thread(lambda: tuple(_forms(read.preview, name, locale)))

    async def _fresh(self) -> _Read | None:
        async with self._lock:
            since = self._house.serving.since
            if self._read is None or self._read.of != since:
                try:
                    self._read = await asyncio.to_thread(self._load, since)
                except RefuseToStart:
                    # Said on the page by the house's own refusal; what was read before is shown.
                    return self._read
            return self._read

    def _load(self, since: datetime | None) -> _Read:
        stands = marks(self._settings.mission, self._root)
        preview = Preview.of(self._settings, self._root)
        contents = Contents.read(self._settings.mission, self._root)
        texts = tuple(_texts(preview, contents, self._root))
        helpers = tuple(_helpers(preview.library))
        overview = Overview(texts=texts, helpers=helpers, read_at=self._house.clock.now())
        return _Read(preview=preview, overview=overview, marks=stands, of=since)


def _short(name: str, root: Path) -> str:
    path = Path(name)
    return str(path.relative_to(root)) if path.is_relative_to(root) else path.name


def _texts(preview: Preview, contents: Contents, root: Path) -> Iterator[Text]:
    library, mission = preview.library, contents.mission
    lives = timedelta(days=mission.content["stale_after_days"])
    locales = dict.fromkeys((BASE, *mission.languages))
    order = {name: place for place, name in enumerate(preview.names())}
    wanted = [each for each in library.texts.values() if each.locale in locales and each.name in order]
    for each in sorted(wanted, key=lambda text: (order[text.name], list(locales).index(text.locale))):
        yield Text(
            name=each.name,
            locale=each.locale,
            cls=str(preview.house.classes.get(answer_of(each.name), "")),
            file=each.file,
            hash=hash_of(each.file, root),
            ok=each.review == "ok",
            reviewed=each.reviewed,
            ends=each.reviewed + lives,
            for_clinician=needs_clinician(each, library),
            sources=tuple(_cited(name, library) for name in each.sources),
        )


def _cited(name: str, library: Library) -> Cited:
    source = library.sources.get(name)
    if source is None:
        return Cited(id=name, title="", published=None, url=None)
    return Cited(id=name, title=source.title, published=source.published, url=source.url)


def _helpers(library: Library) -> Iterator[Helper]:
    for each in sorted(library.resources, key=lambda one: one.checked):
        yield Helper(name=each.names[BASE], file=each.file, checked=each.checked, confirmed=each.confirmed)


def _forms(preview: Preview, name: str, locale: str) -> Iterator[Form]:
    found: dict[tuple[str, tuple[Piece, ...]], list[str]] = {}
    for channel in (ChannelName.SIGNAL, ChannelName.TELEGRAM):
        for each in preview.shown(name, locale, channel):
            found.setdefault((each.variant.name, each.pieces), []).append(str(channel))
    for (variant, pieces), channels in found.items():
        shown = tuple((piece.text, piece.styled, tuple(button.label for button in piece.buttons)) for piece in pieces)
        yield Form(channels=tuple(channels), variant=variant, pieces=shown)
