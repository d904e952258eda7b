"""Whether a phrase hits in a sentence, or a guard or an idiom cancels it; ``rules`` says how far each guard reaches."""

import re

from bot.domain.ruleset import Language, Line
from bot.domain.sentences import Sentence

#: How often one phrase is tried again in a sentence after a guard cancelled its hit.
_TRIES = 8


def hits(language: Language, line: Line, sentence: Sentence) -> bool:
    """Whether the phrase is in the sentence and nothing cancels it."""
    for part in line.phrase.parts[1:]:
        if not part.search(sentence.text):
            return False
    place = 0
    for _ in range(_TRIES):
        hit = line.phrase.parts[0].search(sentence.text, place)
        if hit is None:
            return False
        if not _cancelled(language, line, sentence, hit):
            return True
        place = hit.start() + 1
    # Cancelled again and again: a text made to exhaust the guards is in doubt, and in doubt an emergency is one.
    return True


def _cancelled(language: Language, line: Line, sentence: Sentence, hit: re.Match[str]) -> bool:
    start, end = _clause(language, sentence, hit)
    if line.rule.idioms.search(sentence.text, start, end):
        return True
    asked, guards = line.rule.guards, language.guards
    if "negation" in asked and _negated(guards["negation"], line, sentence, start, hit):
        return True
    if "quoted" in asked and guards["quoted"].search(sentence.text, 0, hit.end()):
        return True
    if language.present.search(sentence.text, hit.start(), end):
        return False
    if "past" in asked and guards["past"].search(sentence.text, start, end):
        return not language.recent.search(sentence.text, start, end)
    supposed = [name for name in ("hypothesis", "condition") if name in asked]
    return any(guards[name].search(sentence.text, start, hit.end()) for name in supposed)


def _negated(guard: re.Pattern[str], line: Line, sentence: Sentence, start: int, hit: re.Match[str]) -> bool:
    """Whether a "not" ends where the hit begins or stands inside it."""
    last = hit.start() if line.negative else hit.end()
    return any(found.end() >= hit.start() for found in guard.finditer(sentence.text, start, last))


def _clause(language: Language, sentence: Sentence, hit: re.Match[str]) -> tuple[int, int]:
    """From the last "but", "and now" or fresh start after a comma before the hit to the first one after it."""
    starts = [found.start() for found in language.breakers.finditer(sentence.text)]
    starts += [pause for pause in sentence.pauses if language.openers.match(sentence.text, pause)]
    before = [place for place in starts if place <= hit.start()]
    after = [place for place in starts if place >= hit.end()]
    return max(before, default=0), min(after, default=len(sentence.text))
