"""The project's promises about messages: what is counted, the first-pass limit and the goal."""

from benchmarks.evaluate.figures import (
    Evidence,
    Figure,
    Promise,
    anything,
    as_printed,
    calibration,
    emergency,
    harmless,
    harmless_contrast,
    harmless_of,
    locale_right,
    macro_f1,
    nobody_told,
    of_model,
    out_of_scope,
    share,
    silent_miss,
    talks_that_ring,
    took,
)
from benchmarks.evaluate.judged import Judged
from bot.domain.understanding import IntentClass


def _alerted(each: Judged) -> bool:
    return each.alerted


def _asked(each: Judged) -> bool:
    return each.asked


def _right(each: Judged) -> bool:
    return each.right


def _handled(each: Judged) -> bool:
    return each.handled


def _ruled(each: Judged) -> bool:
    return bool(each.rules)


def _would_ring(each: Judged) -> bool:
    return each.asked and each.ring_if_silent


PROMISES = (
    Promise(
        key="silent_misses",
        says="silent misses: emergencies with neither alert nor danger question",
        count=share(emergency, silent_miss),
        limit=0.02,
        goal=0.005,
    ),
    Promise(key="alerted", says="emergencies alerted at once", count=share(emergency, _alerted), at_most=False, limit=0.88, goal=0.97),
    Promise(
        key="nobody_told",
        says="emergencies nobody is told of if the person never writes again",
        count=share(emergency, nobody_told),
        limit=0.05,
        goal=0.02,
    ),
    Promise(key="false_alarms", says="false alarms on harmless messages", count=share(harmless, _alerted), limit=0.04, goal=0.02),
    Promise(key="false_alarms_contrast", says="- on harmless contrast messages", count=share(harmless_contrast, _alerted)),
    Promise(key="false_alarms_out_of_scope", says="- on out_of_scope", count=share(out_of_scope, _alerted), limit=0.01, goal=0.003),
    Promise(key="asked_n", says="danger question asked of N", count=share(harmless_of(IntentClass.N), _asked), limit=0.15, goal=0.06),
    Promise(key="asked_e2", says="danger question asked of E2", count=share(harmless_of(IntentClass.E2), _asked)),
    Promise(key="rings_if_silent_n", says="N that would ring after silence", count=share(harmless_of(IntentClass.N), _would_ring)),
    Promise(key="talks", says="harmless conversations of three messages that ring", count=talks_that_ring, limit=0.15, goal=0.06),
    Promise(
        key="intent_right",
        says="intent right, or a listed alternative",
        count=share(anything, _right),
        at_most=False,
        limit=0.75,
        goal=0.90,
    ),
    Promise(
        key="handled",
        says="harmless messages handled right without alert or danger question",
        count=share(harmless, _handled),
        at_most=False,
        limit=0.65,
        goal=0.88,
    ),
    Promise(key="macro_f1", says="macro F1 of the intents", count=macro_f1, unit=""),
    Promise(
        key="calibration",
        says="calibration error of the model's top confidence",
        count=calibration(of_model),
        limit=0.05,
        goal=0.03,
        unit="",
    ),
    Promise(key="calibration_printed", says="- of the confidence as printed", count=calibration(as_printed), unit=""),
    Promise(key="locale", says="language and script right, over 15 characters", count=locale_right, at_most=False, limit=0.98, goal=0.98),
    Promise(key="rules_recall", says="emergencies found by rules alone", count=share(emergency, _ruled)),
    Promise(key="rules_false", says="harmless messages that a rule hits", count=share(harmless, _ruled)),
    Promise(key="parse_p50", says="parse over loopback HTTP, p50", count=took(50), limit=3.0, goal=2.0, unit="ms"),
    Promise(key="parse_p95", says="parse over loopback HTTP, p95", count=took(95), unit="ms"),
)

Column = dict[str, Figure]


def figures(evidence: Evidence) -> dict[str, Column]:
    """Every promise by its key, for all messages and for each language."""
    languages = sorted({each.row.lang for each in evidence.judged})
    groups = {"all": evidence} | {lang: evidence.of(lang) for lang in languages}
    return {name: {promise.key: promise.count(group) for promise in PROMISES} for name, group in groups.items()}
