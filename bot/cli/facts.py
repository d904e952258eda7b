"""Triage and consents as an officer reads them in the terminal; pure.  Every word comes from ``locales/``."""

from collections.abc import Sequence
from datetime import datetime

from bot.cli import screens
from bot.domain.triage import CONSENT, Fact
from bot.locales import Words, names


def flags(words: Words, codes: Sequence[str]) -> str:
    """What stands above a case, whatever else it is."""
    return " · ".join(screens.word(words, names.FLAGS, code) for code in codes)


def fact_line(words: Words, fact: Fact, now: datetime) -> str:
    """What was asked while the case waited, and what was answered: the defender's number in the officer's own words."""
    question = screens.word(words, names.QUESTIONS, fact.question)
    if fact.answer is None or fact.answered_at is None:
        return words.gettext("{question}: no answer yet (asked at {time})", question=question, time=words.moment(fact.asked_at, now))
    said = {"question": question, "answer": screens.word(words, names.ANSWERS, fact.answer), "time": words.moment(fact.answered_at, now)}
    if not fact.message:
        return words.gettext("{question}: {answer} ({time})", **said)
    return words.gettext("{question}: {answer} ({time}, message {number})", **said, number=fact.message)


def consent_asked(words: Words, reference: str, consent: str) -> str:
    """A consent that the defender is being asked for."""
    question = screens.word(words, names.QUESTIONS, f"{CONSENT}{consent}")
    return words.gettext("{reference}: the defender is asked: {question}", reference=reference, question=question)
