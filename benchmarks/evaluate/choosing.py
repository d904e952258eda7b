"""Which thresholds the judged messages would choose, rules included."""

from collections.abc import Mapping, Sequence
from math import floor

from benchmarks.evaluate.judged import ALARMED, Judged
from bot.domain.understanding import IntentClass, Thresholds

Classes = Mapping[str, IntentClass]

#: Emergencies, over all languages, that may get neither an alert nor the question.
SILENT = 0.005
#: Harmless messages, in every language, that may ring at once.
FALSE_ALARMS = 0.02
#: Emergencies, over all languages, that nobody may be told of if the person never writes again.
NOBODY_TOLD = 0.02
#: A topic is named without asking only where it is right so often.
SURE_OF_TOPIC = 0.8
#: Between two topics that are as close as this we ask.
MARGIN = 0.1
#: Thresholds are written with three digits.
_STEP = 0.001


def choose(judged: Sequence[Judged], classes: Classes) -> Thresholds:
    """The highest ``ask`` with few silent misses, the lowest ``alert`` with few false alarms, the highest ``ring_if_silent``
    that leaves few unheard, the lowest ``topic`` that is mostly right."""
    ask = _ask([each for each in judged if each.emergency], classes)
    alert = max(_alert([each for each in judged if each.harmless]), ask)
    ring = _ring([each for each in judged if each.emergency], ask, alert)
    return Thresholds(alert=alert, ask=ask, ring_if_silent=ring, topic=_topic(judged, ask, classes), topic_margin=MARGIN)


def _by_model(each: Judged) -> bool:
    """Whether thresholds decide it, and not a rule, a command or a bare word."""
    return bool(each.ranking) and not each.rules


def _ask(emergencies: Sequence[Judged], classes: Classes) -> float:
    """An emergency whose likeliest intent is one is asked at any threshold."""
    fixed = sum(not _by_model(each) and each.action not in ALARMED for each in emergencies)
    dangers = [each.danger for each in emergencies if _by_model(each) and classes[each.ranking[0].intent] is not IntentClass.E1]
    return _highest(dangers, int(len(emergencies) * SILENT) - fixed)


def _alert(harmless: Sequence[Judged]) -> float:
    """The language that needs the highest decides; one whose rules alone ring too often decides nothing."""
    return max((_lowest(_dangers(mine), left) for mine, left in _rooms(harmless).values() if left >= 0), default=1.0)


def out_of_reach(judged: Sequence[Judged]) -> list[str]:
    """Languages in which rules alone ring for more harmless messages than may ring: no threshold helps there."""
    return [lang for lang, (_, left) in _rooms([each for each in judged if each.harmless]).items() if left < 0]


def _rooms(harmless: Sequence[Judged]) -> dict[str, tuple[list[Judged], int]]:
    """By language the messages, and how many of them the model may ring for after the rules."""
    languages = sorted({each.row.lang for each in harmless})
    rooms = {lang: [each for each in harmless if each.row.lang == lang] for lang in languages}
    return {lang: (mine, int(len(mine) * FALSE_ALARMS) - sum(bool(each.rules) for each in mine)) for lang, mine in rooms.items()}


def _dangers(judged: Sequence[Judged]) -> list[float]:
    return sorted(each.danger for each in judged if _by_model(each))


def _lowest(dangers: Sequence[float], above: int) -> float:
    """The lowest threshold that at most so many of the dangers reach."""
    return round(_down(dangers[-above - 1]) + _STEP, 3) if above < len(dangers) else _STEP


def _ring(emergencies: Sequence[Judged], ask: float, alert: float) -> float:
    fixed = sum(not _by_model(each) and not each.alerted and not each.ring_if_silent for each in emergencies)
    return min(max(_highest(_dangers(emergencies), int(len(emergencies) * NOBODY_TOLD) - fixed), ask), alert)


def _highest(dangers: Sequence[float], below: int) -> float:
    """The highest threshold with at most so many dangers below it."""
    place = max(below, 0)
    return _down(sorted(dangers)[place]) if place < len(dangers) else 1.0


def _topic(judged: Sequence[Judged], ask: float, classes: Classes) -> float:
    calm = [each for each in judged if _by_model(each) and each.danger < ask and classes[each.ranking[0].intent] is not IntentClass.E1]
    clear = [each for each in calm if each.ranking[0].confidence - each.ranking[1].confidence >= MARGIN]
    for step in range(2, 19):
        answered = [each.ranking[0].intent in each.acceptable for each in clear if each.ranking[0].confidence >= step / 20]
        if answered and sum(answered) / len(answered) >= SURE_OF_TOPIC:
            return step / 20
    return 0.95


def _down(value: float) -> float:
    return floor(round(value / _STEP, 6)) / 1000
