"""Messages beside what they set off, made by hand."""

from benchmarks.evaluate.judged import Judged
from bot.domain.understanding import Action, IntentClass, Ranked
from bot.nlu import load_classes
from nlu.tsv import Row
from tests.nlu.model import ROOT

CLASSES = load_classes(ROOT / "nlu")
ALERT, ASK, CHOOSE, ANSWER, QUEUE = Action.ALERT, Action.ASK_DANGER, Action.CHOOSE, Action.ANSWER, Action.QUEUE


def judged(
    intent: str,
    action: Action,
    *,
    said: str | None = None,
    alt: tuple[str, ...] = (),
    text: str = "a message of some length",
    lang: str = "en",
    tags: tuple[str, ...] = ("hand-x",),
    rings: bool = False,
    rules: tuple[str, ...] = (),
    danger: float = 0.0,
    sure: float = 1.0,
    locale: str = "en",
    offered: tuple[str, ...] = (),
) -> Judged:
    """A message beside what it set off; the right intent is said unless another one is."""
    said = said or intent
    return Judged(
        row=Row(text=text, intent=intent, alt=alt, lang=lang, tags=tags),
        cls=CLASSES[intent],
        may_be_danger=any(CLASSES[name] is IntentClass.E1 for name in alt),
        said=said,
        confidence=sure,
        action=action,
        ring_if_silent=rings,
        rules=rules,
        danger=danger,
        locale=locale,
        offered=offered,
        ranking=(Ranked(intent=said, confidence=sure), Ranked(intent="bot_identity", confidence=0.0)),
    )
