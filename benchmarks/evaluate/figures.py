"""What is counted, and what the project promised of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from benchmarks.evaluate.judged import Judged
from benchmarks.evaluate.judging import Talk
from bot.domain.understanding import IntentClass

BINS = 15
#: Language and script are told of messages longer than this; shorter ones follow the conversation.
SHORT = 15


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the figures are counted on: all, or one language."""

    judged: Sequence[Judged] = field(repr=False)
    talks: Sequence[Talk] = field(default=(), repr=False)
    took: Sequence[float] = field(default=(), repr=False)  #: seconds of each reading over loopback HTTP

    def of(self, lang: str) -> "Evidence":
        """That language's part; how long readings took is not told apart."""
        return Evidence(
            judged=[each for each in self.judged if each.row.lang == lang], talks=[each for each in self.talks if each.lang == lang]
        )


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A value, where it is a share with its count; None: there is nothing to count."""

    value: float | None
    part: int | None = None
    whole: int | None = None


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One row of the table of promises."""

    key: str
    says: str
    count: Callable[[Evidence], Figure]
    at_most: bool = True
    limit: float | None = None  #: first pass; None: only shown
    goal: float | None = None
    unit: str = "%"  #: "%", "ms" or "" (a plain number)

    def reached(self, figure: Figure) -> str:
        """``goal``, ``limit`` or ``missed``; empty where nothing was promised or counted."""
        if self.limit is None or self.goal is None or figure.value is None:
            return ""
        return next((name for name, bound in (("goal", self.goal), ("limit", self.limit)) if self._within(figure.value, bound)), "missed")

    def _within(self, value: float, bound: float) -> bool:
        return value <= bound if self.at_most else value >= bound


Holds = Callable[[Judged], bool]


def share(among: Holds, holds: Holds) -> Callable[[Evidence], Figure]:
    """Of the messages among which it is looked for, those it holds for."""
    return lambda evidence: _share([holds(each) for each in evidence.judged if among(each)])


def _share(found: Sequence[bool]) -> Figure:
    return Figure(value=sum(found) / len(found) if found else None, part=sum(found), whole=len(found))


def emergency(each: Judged) -> bool:
    """Its true intent is an emergency."""
    return each.emergency


def harmless(each: Judged) -> bool:
    """Neither its true intent nor an acceptable one is an emergency."""
    return each.harmless


def silent_miss(each: Judged) -> bool:
    """Neither alert nor danger question."""
    return not each.alerted and not each.asked


def nobody_told(each: Judged) -> bool:
    """No officer ever hears of it if the person writes no more."""
    return not each.alerted and not (each.asked and each.ring_if_silent)


def out_of_scope(each: Judged) -> bool:
    """Surely nothing for us."""
    return each.harmless and each.row.intent == "out_of_scope"


def harmless_contrast(each: Judged) -> bool:
    """Harmless in alarming words."""
    return each.harmless and "contrast" in each.row.tags


def harmless_of(cls: IntentClass) -> Holds:
    """Harmless messages of one class."""
    return lambda each: each.harmless and each.cls is cls


def talks_that_ring(evidence: Evidence) -> Figure:
    """Conversations of three harmless messages, by whether any of them rings."""
    return _share([talk.rings for talk in evidence.talks])


def locale_right(evidence: Evidence) -> Figure:
    """Language and script of the answer, on messages long enough to tell."""
    return _share([each.locale == each.expected_locale for each in evidence.judged if len(each.row.text) > SHORT])


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Messages that the model was about as sure of."""

    count: int
    confidence: float
    right: float


Sure = tuple[float, bool]


def of_model(judged: Iterable[Judged]) -> list[Sure]:
    """Of each message that the model read, the confidence of its likeliest intent, and whether that is right."""
    tops = [(each.ranking[0], each.acceptable) for each in judged if each.ranking]
    return [(top.confidence, top.intent in acceptable) for top, acceptable in tops]


def as_printed(judged: Iterable[Judged]) -> list[Sure]:
    """The same of what ``understand`` prints, which rules and bare words say too."""
    return [(each.confidence, each.right) for each in judged if each.said]


def bins(pairs: Iterable[Sure]) -> list[Bin]:
    """Fifteen steps of confidence; steps without messages are left out."""
    steps: dict[int, list[Sure]] = {}
    for sure, right in pairs:
        steps.setdefault(min(int(sure * BINS), BINS - 1), []).append((sure, right))
    return [
        Bin(count=len(step), confidence=fmean(sure for sure, _ in step), right=fmean(right for _, right in step))
        for _, step in sorted(steps.items())
    ]


def calibration(pairs: Callable[[Iterable[Judged]], list[Sure]]) -> Callable[[Evidence], Figure]:
    """How far confidence and being right are apart: the mean over messages, by steps."""
    return lambda evidence: _apart(bins(pairs(evidence.judged)))


def _apart(steps: Sequence[Bin]) -> Figure:
    whole = sum(step.count for step in steps)
    return Figure(value=sum(step.count * abs(step.confidence - step.right) for step in steps) / whole if whole else None)


def macro_f1(evidence: Evidence) -> Figure:
    """The mean F1 of the intents that occur; an acceptable alternative counts as the true intent."""
    pairs = [(each.row.intent, each.row.intent if each.right else each.said) for each in evidence.judged]
    true, said = Counter(name for name, _ in pairs), Counter(name for _, name in pairs)
    hits = Counter(name for name, other in pairs if name == other)
    return Figure(value=fmean(2 * hits[name] / (true[name] + said[name]) for name in true) if true else None)


def took(hundredth: int) -> Callable[[Evidence], Figure]:
    """Milliseconds within which so many of a hundred readings came."""
    return lambda evidence: Figure(value=_percentile(evidence.took, hundredth))


def _percentile(seconds: Sequence[float], hundredth: int) -> float | None:
    if not seconds:
        return None
    ordered = sorted(seconds)
    return ordered[min(len(ordered) * hundredth // 100, len(ordered) - 1)] * 1000


def anything(_: Judged) -> bool:
    """Every message."""
    return True
