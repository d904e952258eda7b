"""Messages through the very code that reads live ones: one model process, rules, decision."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter

from benchmarks.evaluate.judged import Judged
from benchmarks.evaluate.terminal import Progress
from bot.domain.errors import RefuseToStart
from bot.domain.understanding import IntentClass, Reading
from bot.ports import Nlu
from bot.settings import Settings
from bot.usecases.house import House
from bot.wiring.house import ROOT
from bot.wiring.looking import Seen, first_conversation, house_without_store, see
from bot.wiring.processes import model_process
from nlu.modelhash import model_path
from nlu.tsv import Row

#: Messages of one made-up conversation.
TALK = 3


class TimedNlu:
    """The model, and how long (seconds) each reading took over loopback HTTP."""

    def __init__(self, model: Nlu) -> None:
        self._model = model
        self.took: list[float] = []

    def is_starting(self) -> bool:
        return self._model.is_starting()

    def expect(self, text: str) -> None:
        self._model.expect(text)

    async def read(self, text: str) -> Reading:
        began = perf_counter()
        reading = await self._model.read(text)
        self.took.append(perf_counter() - began)
        return reading


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A harmless conversation of three messages."""

    lang: str
    rows: tuple[Row, ...] = field(repr=False)
    rings: bool  #: one of them rings officers


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A house that reads, and the clock beside its model."""

    house: House
    model: TimedNlu


@asynccontextmanager
async def reader(settings: Settings) -> AsyncIterator[Reader]:
    """The reading house with a model of its own; raises RefuseToStart when the model does not answer."""
    if settings.nlu_url is None and not model_path(ROOT).exists():
        raise RefuseToStart("nlu/models: no model matches the training data: run `make train`")
    async with model_process(settings) as model:
        await model.watch_start()
        if not await model.is_healthy():
            raise RefuseToStart("the model does not answer")
        timed = TimedNlu(model)
        yield Reader(house=house_without_store(settings, timed), model=timed)


async def judge_all(house: House, rows: Sequence[Row], progress: Progress) -> list[Judged]:
    """Each message as the first of a conversation of its own."""
    judged = []
    for row in rows:
        judged.append(_judged(house, row, await see(house, first_conversation(), row.text)))
        progress.step()
    return judged


def _judged(house: House, row: Row, seen: Seen) -> Judged:
    meaning = seen.meaning
    return Judged(
        row=row,
        cls=house.classes[row.intent],
        may_be_danger=any(house.classes[name] is IntentClass.E1 for name in row.alt),
        said=meaning.intent,
        confidence=meaning.confidence,
        action=seen.decision.action,
        ring_if_silent=meaning.ring_if_silent,
        rules=tuple(hit.rule for hit in meaning.rules),
        danger=meaning.danger,
        locale=seen.printed["locale"],
        offered=tuple(topic for say in seen.decision.says for topic in say.topics),
        ranking=meaning.ranking,
    )


async def talk_all(house: House, judged: Sequence[Judged], progress: Progress) -> list[Talk]:
    """Three harmless messages in a row of one writer and language as one conversation each."""
    talks = []
    for rows in harmless_talks(judged):
        talks.append(Talk(lang=rows[0].lang, rows=rows, rings=await _rings(house, rows)))
        progress.step()
    return talks


def harmless_talks(judged: Sequence[Judged]) -> Iterator[tuple[Row, ...]]:
    """Groups of three, in the order of the file; what is left over at the end of a writer's messages is in none."""
    writers: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for each in judged:
        if each.harmless:
            writers[each.row.lang, hand_of(each.row)].append(each.row)
    for rows in writers.values():
        yield from zip(*[iter(rows)] * TALK, strict=False)


def hand_of(row: Row) -> str:
    """Who wrote it; empty where nobody noted it."""
    return next((tag for tag in row.tags if tag.startswith("hand-")), "")


async def _rings(house: House, rows: Sequence[Row]) -> bool:
    talk, rings = first_conversation(), False
    for row in rows:
        seen = await see(house, talk, row.text)
        talk, rings = seen.after, rings or seen.decision.rings
    return rings
