"""The door to ``nlu/``: the model over HTTP, and the contract, thresholds and rules as files."""

import asyncio
import json
import time
from collections.abc import Collection, Mapping, Set
from functools import cached_property, partial
from pathlib import Path

import aiohttp
import structlog
import yaml

from bot.domain.errors import NluUnavailable, RefuseToStart
from bot.domain.language import Languages
from bot.domain.rules import RuleBook
from bot.domain.understanding import IntentClass, Ranked, Reading, RuleHit, Thresholds

log = structlog.get_logger(__name__)

#: The model's whole time for one message.
DEADLINE = 1.5
#: Messages that no rule knows wait so long for the first start of the model.
STARTS_WITHIN = 30.0
#: After a failure that took its time the model is not asked for so long, or a hung model would hold everybody up.
REST = 3.0
TOOK_ITS_TIME = 0.5
#: So many readings may be under way before anybody has asked for them, and their answers wait so long (seconds).
MOST_EXPECTED = 64
EXPECTED_FOR = 5.0
#: How far the confidences of one reading may be from adding up to 1.
ADD_UP = 0.02


class HttpNlu:
    """The intent model behind ``POST /model/parse``."""

    def __init__(
        self, url: str, token: str, *, intents: Collection[str] = (), deadline: float = DEADLINE, starts_within: float = STARTS_WITHIN
    ) -> None:
        """Nothing is opened before the first reading.  ``intents``: a reading that leaves one of them out is none.

        A ranking cut off after its first ten says nothing of the emergencies behind them.
        """
        self._url = url.rstrip("/")
        self._token = token
        self._intents = frozenset(intents)
        self._deadline = deadline
        self._started = time.monotonic()
        self._starts_within = starts_within
        self._was_ready = False
        self._is_gone = False
        self._rests_until = 0.0
        self._session: aiohttp.ClientSession | None = None
        self._expected: dict[str, asyncio.Task[Reading]] = {}

    def is_starting(self) -> bool:
        """True until it was ready once, for at most 30 seconds after our own start."""
        return not self._is_gone and not self._was_ready and time.monotonic() - self._started < self._starts_within

    async def watch_start(self) -> None:
        """Return when the model was ready once, or when its time to start is over."""
        while self.is_starting():
            self._was_ready = await self.is_healthy()
            if not self._was_ready:
                await asyncio.sleep(0.25)

    def give_up(self) -> None:
        """Its process has ended, and nobody starts another one: it is not waited for any more."""
        self._is_gone = True

    async def is_healthy(self) -> bool:
        """Whether the health path, which really parses, says 200."""
        if self._is_gone:
            return False
        try:
            async with self._client().get(f"{self._url}/health", timeout=aiohttp.ClientTimeout(total=5)) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    def expect(self, text: str) -> None:
        """Begin to read what will be asked for in a moment; a failure is told to whoever asks."""
        if self._was_ready and text not in self._expected and len(self._expected) < MOST_EXPECTED:
            reading = asyncio.get_running_loop().create_task(self._read(text))
            reading.add_done_callback(partial(self._forget_later, text))
            self._expected[text] = reading

    def _forget_later(self, text: str, reading: asyncio.Task[Reading]) -> None:
        """Nobody may ask after all: no text stays in memory for that."""
        if not reading.cancelled():
            reading.exception()
        asyncio.get_running_loop().call_later(EXPECTED_FOR, self._forget, text, reading)

    def _forget(self, text: str, reading: asyncio.Task[Reading]) -> None:
        if self._expected.get(text) is reading:
            del self._expected[text]

    async def read(self, text: str) -> Reading:
        """Every intent with its confidence; raises NluUnavailable within the deadline."""
        expected = self._expected.pop(text, None)
        return await (expected or self._read(text))

    async def _read(self, text: str) -> Reading:
        began = time.monotonic()
        if self._is_gone or began < self._rests_until:
            raise NluUnavailable("resting")
        try:
            async with asyncio.timeout(self._deadline):
                reading = _reading(await self._parse(text), self._intents)
        except asyncio.CancelledError:
            self._rest_if_slow(began)  # whoever asked could not wait any longer
            raise
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            self._rest_if_slow(began)
            log.warning("nlu_unavailable", error=type(error).__name__)
            raise NluUnavailable(type(error).__name__) from None
        self._was_ready = True
        return reading

    def _rest_if_slow(self, began: float) -> None:
        if (failed := time.monotonic()) - began > TOOK_ITS_TIME:
            self._rests_until = failed + REST

    async def _parse(self, text: str) -> object:
        sendable = text.encode("utf-8", "replace").decode("utf-8")
        headers = {"Authorization": f"Bearer {self._token}"}
        async with self._client().post(f"{self._url}/model/parse", json={"text": sendable}, headers=headers) as answer:
            if answer.status != 200:
                raise ValueError("status")
            return await answer.json()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(trust_env=False)
        return self._session

    async def close(self) -> None:
        """Close its connections."""
        for reading in self._expected.values():
            reading.cancel()
        self._expected.clear()
        if self._session is not None:
            await self._session.close()


def _reading(body: object, intents: Set[str]) -> Reading:
    """The ranking of a parse; ValueError, KeyError or TypeError when it is not one: each intent once, confidences that add up to 1."""
    if not isinstance(body, dict):
        raise TypeError("body")
    ranking = tuple(Ranked(intent=str(each["name"]), confidence=float(each["confidence"])) for each in body["intent_ranking"])
    names = {ranked.intent for ranked in ranking}
    if len(names) < len(ranking) or not intents <= names or not all(0.0 <= ranked.confidence <= 1.0 for ranked in ranking):
        raise ValueError("ranking")
    if abs(sum(ranked.confidence for ranked in ranking) - 1.0) > ADD_UP:
        raise ValueError("confidences")
    return Reading(ranking=tuple(sorted(ranking, key=lambda ranked: -ranked.confidence)))


def load_classes(root: Path) -> Mapping[str, IntentClass]:
    """The contract: every intent's class.  Raises RefuseToStart when the file is not readable."""
    try:
        intents = yaml.safe_load((root / "intents.yml").read_text("utf-8"))["intents"]
        return {name: IntentClass(entry["class"]) for name, entry in intents.items()}
    except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError):
        raise RefuseToStart("nlu/intents.yml cannot be read") from None


def load_meanings(root: Path) -> Mapping[str, str]:
    """What the contract says of every intent.  Raises RefuseToStart when the file is not readable."""
    try:
        return {name: str(entry["says"]) for name, entry in yaml.safe_load((root / "intents.yml").read_text("utf-8"))["intents"].items()}
    except (OSError, KeyError, TypeError, AttributeError, yaml.YAMLError):
        raise RefuseToStart("nlu/intents.yml cannot be read") from None


def load_thresholds(root: Path) -> Thresholds:
    """Where confidences become decisions.  Raises RefuseToStart."""
    try:
        values = yaml.safe_load((root / "thresholds.yml").read_text("utf-8"))
        names = ("alert", "ask", "ring_if_silent", "topic", "topic_margin")
        return Thresholds(**{name: float(values[name]) for name in names})
    except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError):
        raise RefuseToStart("nlu/thresholds.yml cannot be read") from None


def load_languages(root: Path) -> Languages:
    """What tells the language of a text.  Raises RefuseToStart."""
    try:
        return Languages.from_mapping(json.loads((root / "languages.json").read_text("utf-8")))
    except (OSError, AttributeError, KeyError, TypeError, ValueError):
        raise RefuseToStart("nlu/languages.json cannot be read") from None


def load_rules(root: Path) -> RuleBook:
    """The emergency rules of every language in ``nlu/rules/``.  Raises RefuseToStart naming the file."""
    files = sorted((root / "rules").glob("*.yml"))
    if not files:
        raise RefuseToStart("nlu/rules holds no rules")
    return RuleBook.merged(*(_book(file) for file in files))


class RulesWhenAsked:
    """The port ``Rules``, read at the first question: whoever shows a queue asks none, and need not wait two seconds for them."""

    def __init__(self, root: Path) -> None:
        """Nothing is read yet."""
        self._root = root

    @cached_property
    def _book(self) -> RuleBook:
        return load_rules(self._root)

    def match(self, text: str) -> tuple[RuleHit, ...]:
        """Raises RefuseToStart naming a file that cannot be read."""
        return self._book.match(text)

    def marks(self, text: str) -> frozenset[str]:
        """Raises RefuseToStart naming a file that cannot be read."""
        return self._book.marks(text)

    @property
    def intents(self) -> Mapping[str, str | None]:
        """Raises RefuseToStart naming a file that cannot be read."""
        return self._book.intents


def _book(file: Path) -> RuleBook:
    try:
        # The parser in C reads the same language, several times as fast; the worker waits for it at every start.
        return RuleBook.from_mapping(yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader), language=file.stem)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise RefuseToStart(f"nlu/rules/{file.name}: {error}") from None
