"""Emergency rules: pure, no model, no network, bounded time.  Rules OR model decides; a rule never lowers anything.

The rules of a language are a file that its speakers can read (``nlu/rules/``); ``phrases`` explains how phrases are written.  They
are searched sentence by sentence.  A guard or an idiom cancels a hit only in the hit's own clause:

    negation    just before the hit or inside it                           "nobody was arrested"
    past        anywhere in the clause, unless something in it is recent   "they arrested me in 2019"
    hypothesis  before the hit or inside it, unless it happens now         "what if they search us"
    condition   the same, for a plain "if", which threats often come with  "if they come"
    quoted      earlier in the sentence: films, lyrics, headlines          "in the film they shot me"
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.rulefile import Language, Line, Rule, read_language, unguarded
from bot.domain.text import normalise
from bot.domain.understanding import RuleHit

_LINES = re.compile(r"[\n\r\u2028\u2029]+")
#: Any of these signs but the one inside a number; one character class first, which is what makes the search fast.
_SENTENCES = re.compile(r"[.!?;](?:(?<=[!?;])|(?!\d)|(?<!\d\.))")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[,:()\"]|(?<= )-+(?= )")
#: Longer sentences are cut, overlapping, so that no text makes matching slow.
_LONGEST = 80
_OVERLAP = 16
#: So many words' needs are remembered.
_REMEMBERED = 50_000
#: How often one phrase is tried again in a sentence after a guard cancelled its hit.
_TRIES = 8


@dataclass(frozen=True, kw_only=True)
class _Sentence:
    """Its words as ``" word word "`` and where, in that text, a word follows a comma or the like."""

    text: str = field(repr=False)
    pauses: frozenset[int]


class RuleBook:
    """The rules of one or more languages."""

    def __init__(self, languages: Sequence[Language]) -> None:
        """Use ``from_mapping`` and ``merged``."""
        self._languages = tuple(languages)

    @classmethod
    def from_mapping(cls, data: object, *, language: str) -> "RuleBook":
        """The rules of a file.  Raises ValueError naming the language and the rule that is wrong."""
        try:
            return cls([read_language(data)])
        except ValueError as error:
            raise ValueError(f"{language}: {error}") from None

    @classmethod
    def merged(cls, *books: "RuleBook") -> "RuleBook":
        """The rules of all of them."""
        return cls([language for book in books for language in book._languages])

    def without_guards(self) -> "RuleBook":
        """The same rules, blind to guards and idioms: the negative control of the tests."""
        return RuleBook([unguarded(language) for language in self._languages])

    def match(self, text: str) -> tuple[RuleHit, ...]:
        """The rules that hit, in their files' order, the most telling kind first; empty when none does.  Never raises."""
        hits: dict[str, Rule] = {}
        plain = normalise(_LINES.sub(" . ", text))
        as_it_is = list(_sentences(plain))
        for language in self._languages:
            for tokens in _sentences(language.fold(plain)) if language.fold else as_it_is:
                _look(language, tokens, hits)
        rules = sorted(hits.values(), key=lambda rule: rule.rank)
        return tuple(RuleHit(rule=rule.name, intent=rule.intent) for rule in rules)

    def marks(self, text: str) -> frozenset[str]:
        """What the text speaks of, by the names in the files' ``marks``: for instance ``authority``.  Never raises."""
        plain = normalise(_LINES.sub(" . ", text))
        return frozenset(
            name
            for language in self._languages
            for tokens in _sentences(language.fold(plain) if language.fold else plain)
            for name, (found, taken_out) in language.marks.items()
            if found.search(taken_out.sub(" ", _spelled(language, tokens).text))
        )


def _sentences(text: str) -> Iterator[tuple[str, ...]]:
    """The words and pauses of each sentence, once; very long ones are cut."""
    known = set[tuple[str, ...]]()
    for part in _SENTENCES.split(text):
        tokens = _TOKEN.findall(part)
        for start in range(0, len(tokens), _LONGEST - _OVERLAP):
            piece = tuple(tokens[start : start + _LONGEST])
            if piece not in known:
                known.add(piece)
                yield piece
            if start + _LONGEST >= len(tokens):
                break


def _look(language: Language, tokens: Sequence[str], hits: dict[str, Rule]) -> None:
    """Add the rules that hit in this sentence to ``hits``."""
    present, met = 0, language.met
    for token in tokens:
        bits = met.get(hash(token))
        present |= _met(language, token) if bits is None else bits
    if not present:
        return
    sentence: _Sentence | None = None
    for line in language.lines_for(present):
        if line.rule.name not in hits:
            sentence = sentence or _spelled(language, tokens)
            if _hits(language, line, sentence):
                hits[line.rule.name] = line.rule


def _met(language: Language, token: str) -> int:
    """Which needs a word meets, remembered for the next text."""
    if len(language.met) >= _REMEMBERED:
        language.met.clear()
    bits = language.met[hash(token)] = _bits(language, token)
    return bits


def _bits(language: Language, token: str) -> int:
    spelled = _spell(language, token)
    if " " not in spelled:
        return language.words.of_word(spelled)
    bits = 0
    for word in spelled.split():
        bits |= language.words.of_word(word)
    return bits


def _spell(language: Language, token: str) -> str:
    """The word or words a token stands for: "they're" and "theyre" are "they are", "brother's" is "brother"."""
    found = language.spellings.get(token)
    if found is None and "'" in token:
        bare = token.replace("'", "")
        found = language.spellings.get(bare, token.removesuffix("'s").replace("'", ""))
    return token if found is None else found


def _spelled(language: Language, tokens: Sequence[str]) -> _Sentence:
    text, pauses = "", set[int]()
    for token in tokens:
        if token[0].isalnum():
            text += f" {_spell(language, token)}"
        else:
            pauses.add(len(text))
    return _to_the_point(language, f"{text} ", pauses)


def _to_the_point(language: Language, text: str, pauses: set[int]) -> _Sentence:
    """The sentence without greetings before it and thanks behind it: it begins and ends where its point does."""
    start = 0
    while found := language.greetings.match(text, start):
        start = found.end()
    thanks = language.farewells.search(text, start + 1)
    end = thanks.start() if thanks else len(text) - 1
    return _Sentence(text=f"{text[start:end]} ", pauses=frozenset(pause - start for pause in pauses if start <= pause <= end))


def _hits(language: Language, line: Line, sentence: _Sentence) -> bool:
    if not all(part.search(sentence.text) for part in line.phrase.parts[1:]):
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


def _cancelled(language: Language, line: Line, sentence: _Sentence, hit: re.Match[str]) -> bool:
    start, end = _clause(language, sentence, hit)
    if line.rule.idioms.search(sentence.text, start, end):
        return True
    guards = {name: pattern for name, pattern in language.guards.items() if name in line.rule.guards}
    if "negation" in guards and _negated(guards["negation"], line, sentence, start, hit):
        return True
    if "quoted" in guards and guards["quoted"].search(sentence.text, 0, hit.end()):
        return True
    if language.present.search(sentence.text, hit.start(), end):
        return False
    if "past" in guards and guards["past"].search(sentence.text, start, end):
        return not language.recent.search(sentence.text, start, end)
    supposed = [guards[name] for name in ("hypothesis", "condition") if name in guards]
    return any(guard.search(sentence.text, start, hit.end()) for guard in supposed)


def _negated(guard: re.Pattern[str], line: Line, sentence: _Sentence, start: int, hit: re.Match[str]) -> bool:
    """Whether a "not" ends where the hit begins or stands inside it."""
    last = hit.start() if line.negative else hit.end()
    return any(found.end() >= hit.start() for found in guard.finditer(sentence.text, start, last))


def _clause(language: Language, sentence: _Sentence, hit: re.Match[str]) -> tuple[int, int]:
    """From the last "but", "and now" or fresh start after a comma before the hit to the first one after it."""
    starts = [found.start() for found in language.breakers.finditer(sentence.text)]
    starts += [pause for pause in sentence.pauses if language.openers.match(sentence.text, pause)]
    before = [place for place in starts if place <= hit.start()]
    after = [place for place in starts if place >= hit.end()]
    return max(before, default=0), min(after, default=len(sentence.text))
