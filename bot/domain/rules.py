"""Emergency rules: pure, no model, no network, bounded time.  Rules OR model decides; a rule never lowers anything.

The rules of a language are a file that its speakers can read (``nlu/rules/``); ``phrases`` explains how phrases are written.  They
are searched sentence by sentence.  A guard or an idiom cancels a hit only in the hit's own clause:

    negation    just before the hit or inside it                           "nobody was arrested"
    past        anywhere in the clause, unless something in it is recent   "they arrested me in 2019"
    hypothesis  before the hit or inside it, unless it happens now         "what if they search us"
    condition   the same, for a plain "if", which threats often come with  "if they come"
    quoted      earlier in the sentence: films, lyrics, headlines          "in the film they shot me"
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from bot.domain.hits import hits
from bot.domain.rulefile import read_language
from bot.domain.ruleset import Language, Line, Rule, unguarded
from bot.domain.sentences import Sentence, Tokens, lines_ended, parts, pieces, spelled
from bot.domain.skim import Skim, Suspect
from bot.domain.text import normalise
from bot.domain.understanding import RuleHit

#: Rules by the order of their language and their name.
_Found = dict[tuple[int, str], Rule]


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
        """The rules of all of them, ready: the first message waits for no preparation."""
        merged = cls([language for book in books for language in book._languages])
        merged._skim  # noqa: B018  # made now and kept
        return merged

    def without_guards(self) -> "RuleBook":
        """The same rules, blind to guards and idioms: the negative control of the tests."""
        return RuleBook([unguarded(language) for language in self._languages])

    def match(self, text: str) -> tuple[RuleHit, ...]:
        """The rules that hit, in their files' order, the most telling kind first; empty when none does.  Never raises."""
        found: _Found = {}
        for suspect in dict.fromkeys(self._skim.suspects(text)):
            plain = suspect.plain()
            for order, lines in self._by_language(suspect.phrases).items():
                self._search(order, lines, suspect, plain, found)
        return _hit(found)

    def marks(self, text: str) -> frozenset[str]:
        """What the text speaks of, by the names in the files' ``marks``: for instance ``authority``.  Never raises."""
        plain = normalise(lines_ended(text))
        return frozenset(
            name
            for language in self._languages
            for tokens in _sentences(language.fold(plain) if language.fold else plain)
            for name, (found, taken_out) in language.marks.items()
            if found.search(taken_out.sub(" ", spelled(language, tokens).text))
        )

    @cached_property
    def intents(self) -> Mapping[str, str | None]:
        """What a hit of each rule is taken for, by the rule's name; None: an emergency of unknown kind."""
        return {line.rule.name: line.rule.intent for language in reversed(self._languages) for line in language.lines}

    @cached_property
    def _skim(self) -> Skim:
        return Skim(self._languages)

    @cached_property
    def _lines(self) -> tuple[tuple[int, Line], ...]:
        """All phrases in the order of their bits, with the order of their language."""
        return tuple((order, line) for order, language in enumerate(self._languages) for line in language.lines)

    def _by_language(self, phrases: int) -> dict[int, dict[int, Line]]:
        """The phrases by the order of their language and their bit."""
        table = defaultdict[int, dict[int, Line]](dict)
        while phrases:
            lowest = phrases & -phrases
            phrases ^= lowest
            order, line = self._lines[lowest.bit_length() - 1]
            table[order][lowest] = line
        return table

    def _search(self, order: int, lines: Mapping[int, Line], suspect: Suspect, plain: str, found: _Found) -> None:
        """Add the rules of one language that hit in this stretch of a text."""
        language = self._languages[order]
        own = suspect.parts(language.fold(plain) if language.fold else plain)
        sentences = list(dict.fromkeys(tokens for part in own for tokens in pieces(part)))
        for tokens in sentences:
            # One sentence was skimmed with exactly its words; of several, or of pieces, each has only some of them.
            possible = self._skim.phrases(order, tokens) if len(sentences) > 1 else -1
            if not possible:
                continue
            sentence: Sentence | None = None
            for bit, line in lines.items():
                if bit & possible and (order, line.rule.name) not in found:
                    sentence = sentence or spelled(language, tokens)
                    if hits(language, line, sentence):
                        found[order, line.rule.name] = line.rule


def _sentences(plain: str) -> Iterator[Tokens]:
    """The words and pauses of each sentence of a normalised text, once."""
    yield from dict.fromkeys(tokens for part in parts(plain) for tokens in pieces(part))


def _hit(found: _Found) -> tuple[RuleHit, ...]:
    """The most telling first; of two rules with one name the earlier language's."""
    named: dict[str, Rule] = {}
    for (_, name), rule in sorted(found.items(), key=lambda entry: entry[0][0]):
        named.setdefault(name, rule)
    rules = sorted(named.values(), key=lambda rule: rule.rank)
    return tuple(RuleHit(rule=rule.name, intent=rule.intent, asks=rule.asks, rank=rule.rank) for rule in rules)
