"""How the thresholds are chosen, and what a choice costs."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from nlu.folds import Judged

#: Emergencies that may get neither an alarm nor the question.
SILENT = 0.01
#: Harmless messages that may ring at once.
FALSE_ALARMS = 0.027
#: Of the emergencies that are asked, so many ring when nobody answers.
RUNG = 0.8
#: A topic is named without asking only where it is right so often.
SURE_OF_TOPIC = 0.8
#: Between two topics that are as close as this we ask.
MARGIN = 0.1

MEANINGS = {
    "alert": "danger from which officers are rung at once",
    "ask": "danger from which the danger question is put",
    "ring_if_silent": "danger from which an unanswered danger question rings",
    "topic": "least confidence to answer a topic without asking which",
    "topic_margin": "least lead over the next topic",
}


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """One choice; the names are those of thresholds.yml."""

    alert: float
    ask: float
    ring_if_silent: float
    topic: float
    topic_margin: float

    def as_dict(self) -> dict[str, float]:
        """Names and values in the order of the file."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Price:
    """Shares between 0 and 1."""

    messages: int
    right: float
    right_or_alt: float
    alerted: float
    asked_e1: float
    silent: float
    false_alarms: float
    false_n: float
    false_e2: float
    asked_n: float
    asked_e2: float
    rings_e1: float
    rings_n: float
    rings_e2: float
    answered: float
    answered_right: float


def choose(judged: Sequence[Judged]) -> Thresholds:
    """The highest ``ask`` with few silent misses, the lowest ``alert`` with few false alarms, then the others."""
    emergencies = sorted(each.danger for each in judged if each.kind == "E1")
    harmless = sorted((each.danger for each in judged if _surely_harmless(each)), reverse=True)
    ask = _down(emergencies[int(len(emergencies) * SILENT)])
    alert = max(_up(harmless[int(len(harmless) * FALSE_ALARMS)]), ask)
    band = sorted((danger for danger in emergencies if ask <= danger < alert), reverse=True)
    ring = _down(band[int((len(band) - 1) * RUNG)]) if band else alert
    return Thresholds(alert=alert, ask=ask, ring_if_silent=max(ring, ask), topic=_topic(judged, ask), topic_margin=MARGIN)


def _topic(judged: Sequence[Judged], ask: float) -> float:
    """The lowest confidence from which answers are right often enough."""
    calm = [each for each in judged if each.danger < ask and each.margin >= MARGIN]
    for topic in np.arange(0.1, 0.95, 0.05):
        answered = [each for each in calm if each.top >= topic]
        if answered and np.mean([each.right_or_alt for each in answered]) >= SURE_OF_TOPIC:
            return round(float(topic), 2)
    return 0.95


def price(judged: Sequence[Judged], at: Thresholds) -> Price:
    """What the choice costs on these messages."""
    rest = [each for each in judged if each.danger < at.ask]
    answered = [each for each in rest if each.top >= at.topic and each.margin >= at.topic_margin]
    return Price(
        messages=len(judged),
        right=_mean([each.right for each in judged]),
        right_or_alt=_mean([each.right_or_alt for each in judged]),
        alerted=share(judged, ("E1",), lambda each: each.danger >= at.alert),
        asked_e1=share(judged, ("E1",), lambda each: at.ask <= each.danger < at.alert),
        silent=share(judged, ("E1",), lambda each: each.danger < at.ask),
        false_alarms=share(judged, ("N", "E2"), lambda each: each.danger >= at.alert and not each.may_be_danger),
        false_n=share(judged, ("N",), lambda each: each.danger >= at.alert and not each.may_be_danger),
        false_e2=share(judged, ("E2",), lambda each: each.danger >= at.alert and not each.may_be_danger),
        asked_n=share(judged, ("N",), lambda each: at.ask <= each.danger < at.alert),
        asked_e2=share(judged, ("E2",), lambda each: at.ask <= each.danger < at.alert),
        rings_e1=share(judged, ("E1",), lambda each: at.ring_if_silent <= each.danger < at.alert),
        rings_n=share(judged, ("N",), lambda each: at.ring_if_silent <= each.danger < at.alert),
        rings_e2=share(judged, ("E2",), lambda each: at.ring_if_silent <= each.danger < at.alert),
        answered=len(answered) / max(len(rest), 1),
        answered_right=_mean([each.right_or_alt for each in answered]),
    )


def share(judged: Sequence[Judged], kinds: Sequence[str], holds: Callable[[Judged], bool]) -> float:
    """Of the messages of these kinds, how many it holds for."""
    return _mean([holds(each) for each in judged if each.kind in kinds])


def _surely_harmless(each: Judged) -> bool:
    return each.kind != "E1" and not each.may_be_danger


def _mean(values: Sequence[bool]) -> float:
    return float(np.mean(values)) if values else 0.0


def _down(value: float) -> float:
    return float(np.floor(value * 1000) / 1000)


def _up(value: float) -> float:
    return float(np.ceil(value * 1000) / 1000)
