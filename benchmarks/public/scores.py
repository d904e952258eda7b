"""What a pipeline's readings are worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.public.sets import Example, Task

#: Harmless messages that may alarm, and messages in scope that may be refused, where the recall is read.
FALSE_ALARMS = 0.03
REFUSED = 0.05


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a pipeline said of one message."""

    intent: str
    confidence: float
    danger: float


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Shares; None where the set has no such messages."""

    accuracy: float
    #: Emergencies found where 3 % of harmless messages alarm.
    recall: float | None
    #: The same two where the likeliest intent decides.
    recall_likeliest: float | None
    false_alarms: float | None
    #: Messages of no intent whose confidence is lower than that of 95 % of those in scope.
    outside: float | None


def scored(task: Task, readings: Sequence[Reading]) -> Scores:
    """``readings``: of the test's messages, then of those outside; raises ValueError for another number of them."""
    if len(readings) != len(task.test) + len(task.outside):
        raise ValueError("a reading for every message")
    inside, outside = readings[: len(task.test)], readings[len(task.test) :]
    pairs = list(zip(task.test, inside, strict=True))
    emergencies = [read for each, read in pairs if each.intents[0] in task.dangerous]
    harmless = [read for each, read in pairs if _harmless(each, task)]
    alarms = [[read.intent in task.dangerous for read in reads] for reads in (emergencies, harmless)]
    return Scores(
        accuracy=fmean(read.intent in each.intents for each, read in pairs),
        recall=above([read.danger for read in emergencies], [read.danger for read in harmless], FALSE_ALARMS),
        recall_likeliest=fmean(alarms[0]) if alarms[0] else None,
        false_alarms=fmean(alarms[1]) if alarms[0] else None,
        outside=above([-read.confidence for read in outside], [-read.confidence for read in inside], REFUSED),
    )


def _harmless(example: Example, task: Task) -> bool:
    """A message that may be an emergency is neither one nor harmless."""
    return not task.dangerous.intersection(example.intents)


def above(wanted: Sequence[float], others: Sequence[float], share: float) -> float | None:
    """The share of ``wanted`` over a limit that at most that share of ``others`` is over; None without either."""
    if not wanted or not others:
        return None
    limit = sorted(others, reverse=True)[min(int(share * len(others)), len(others) - 1)]
    return fmean(value > limit for value in wanted)
