"""Emergency rules: pure, no model, no network, bounded time.  Rules OR model decides; a rule never lowers anything.

A phrase is words with single spaces; ``(a|b)`` are alternatives, ``word*`` is a beginning, ``word?`` may be missing,
``...`` is up to four words.  Phrases are searched in each sentence.  A guard (negation, past, hypothesis, quotation) or an idiom
cancels a hit only in the hit's own clause, and past and hypothesis only where nothing says that it happens now.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.text import normalise
from bot.domain.understanding import RuleHit

GUARDS = ("negation", "past", "hypothesis", "quoted")
_GAP = r"(?:\S+ ){0,4}?"
_SENTENCES = re.compile(r"[.!?;\n\r]+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
#: An alternative in a phrase, as written in the rules' files.
_PART = re.compile(r"\(([^()]+)\)([?*])?|(\S+)")
#: Longer clauses are cut, so that no text makes matching slow.
_LONGEST = 600
_PREFIX = 4


def _word(text: str) -> str:
    """One word of a phrase as a pattern."""
    optional = text.endswith("?")
    bare = text.rstrip("?")
    stem = bare.rstrip("*")
    pattern = re.escape(stem) + (r"[^\W_]*" if bare.endswith("*") else "")
    return f"(?:{pattern} )?" if optional else f"{pattern} "


def compile_phrase(phrase: str) -> tuple[str, frozenset[str]]:
    """A phrase as a pattern over words that each end in one space, and the beginnings of words of which one must be there."""
    pattern, triggers = "", frozenset[str]()
    if phrase.count("(") != len(re.findall(r"\([^()]+\)", phrase)):
        raise ValueError(f"brackets inside brackets: {phrase}")
    for group, mark, word in _PART.findall(phrase):
        optional = "?" if mark == "?" else ""
        options = [option + ("*" if mark == "*" else "") for option in group.split("|")] if group else [word]
        if word == "...":
            pattern += _GAP
            continue
        many = "|".join("".join(_word(each) for each in option.split()) for option in options)
        pattern += f"(?:{many}){optional}"
        if optional or word.endswith("?"):
            continue
        starts = frozenset(option.split()[0].rstrip("*")[:_PREFIX] for option in options)
        if not triggers or _rarity(starts) > _rarity(triggers):
            triggers = starts
    if not triggers:
        raise ValueError("a phrase needs a word that must be there")
    return pattern, triggers


def _rarity(starts: Iterable[str]) -> float:
    """Longer beginnings are rarer; the shortest of the alternatives counts."""
    lengths = [len(start) for start in starts]
    return min(lengths) - 0.01 * len(lengths)


@dataclass(frozen=True, kw_only=True)
class _Phrase:
    rule: str
    intent: str | None
    guards: tuple[str, ...]
    pattern: re.Pattern[str] = field(repr=False)
    idioms: re.Pattern[str] | None = field(repr=False)
    rank: int


@dataclass(frozen=True, kw_only=True)
class _Language:
    guards: Mapping[str, re.Pattern[str]] = field(repr=False)
    breakers: re.Pattern[str] = field(repr=False)
    present: re.Pattern[str] = field(repr=False)
    by_start: Mapping[str, tuple[_Phrase, ...]] = field(repr=False)


class RuleBook:
    """The rules of one or more languages."""

    def __init__(self, languages: Sequence[_Language]) -> None:
        """Use ``from_mapping`` and ``merged``."""
        self._languages = tuple(languages)

    @classmethod
    def from_mapping(cls, data: object, *, language: str) -> "RuleBook":
        """The rules of a file.  Raises ValueError naming the rule that is wrong."""
        if not isinstance(data, Mapping) or "rules" not in data:
            raise ValueError(f"{language}: no rules")
        by_start: dict[str, list[_Phrase]] = {}
        for rank, rule in enumerate(data["rules"]):
            for start, phrase in _phrases(rule, rank, language):
                by_start.setdefault(start, []).append(phrase)
        guards = {name: _any(data.get("guards", {}).get(name, ())) for name in GUARDS}
        return cls(
            [
                _Language(
                    guards=guards,
                    breakers=_any(data.get("breakers", ())),
                    present=_any(data.get("present", ())),
                    by_start={start: tuple(phrases) for start, phrases in by_start.items()},
                )
            ]
        )

    @classmethod
    def merged(cls, *books: "RuleBook") -> "RuleBook":
        """The rules of all of them."""
        return cls([language for book in books for language in book._languages])

    def without_guards(self) -> "RuleBook":
        """The same rules, blind to negation, past, hypothesis and idioms: the negative control of the tests."""
        return RuleBook([_unguarded(language) for language in self._languages])

    def match(self, text: str) -> tuple[RuleHit, ...]:
        """The rules that hit, in their files' order; empty when none does.  Never raises."""
        hits: dict[str, tuple[int, RuleHit]] = {}
        for sentence in _sentences(text):
            for language in self._languages:
                for phrase in _hitting(language, sentence):
                    hits[phrase.rule] = (phrase.rank, RuleHit(rule=phrase.rule, intent=phrase.intent))
        return tuple(hit for _, hit in sorted(hits.values(), key=lambda each: each[0]))


def _unguarded(language: _Language) -> _Language:
    bare = {
        start: tuple(
            _Phrase(rule=each.rule, intent=each.intent, guards=(), pattern=each.pattern, idioms=None, rank=each.rank) for each in phrases
        )
        for start, phrases in language.by_start.items()
    }
    return _Language(guards=language.guards, breakers=language.breakers, present=language.present, by_start=bare)


def _phrases(rule: object, rank: int, language: str) -> Iterator[tuple[str, _Phrase]]:
    if not isinstance(rule, Mapping) or not isinstance(rule.get("name"), str) or not rule.get("phrases"):
        raise ValueError(f"{language}: rule {rank + 1} needs a name and phrases")
    unknown = set(rule.get("guards", GUARDS)) - set(GUARDS)
    if unknown:
        raise ValueError(f"{language}: rule {rule['name']}: no such guard: {', '.join(sorted(unknown))}")
    idioms = _any(rule["idioms"]) if rule.get("idioms") else None
    for text in rule["phrases"]:
        try:
            pattern, starts = compile_phrase(str(text))
        except ValueError as error:
            raise ValueError(f"{language}: rule {rule['name']}: {error}") from None
        phrase = _Phrase(
            rule=rule["name"],
            intent=rule.get("intent"),
            guards=tuple(rule.get("guards", GUARDS)),
            pattern=re.compile(rf"(?<!\S){pattern}"),
            idioms=idioms,
            rank=rank,
        )
        for start in starts:
            yield start, phrase


def _any(phrases: Iterable[object]) -> re.Pattern[str]:
    """One pattern for any of the phrases; of none, a pattern that never matches."""
    patterns = "|".join(compile_phrase(str(phrase))[0] for phrase in phrases)
    return re.compile(rf"(?<!\S)(?:{patterns})" if patterns else r"(?!)")


def _sentences(text: str) -> Iterator[list[str]]:
    """The words of each sentence; the clauses of very long ones are cut."""
    for line in _SENTENCES.split(text):
        words = _WORD.findall(normalise(line))
        for start in range(0, len(words), _LONGEST // 6):
            yield words[start : start + _LONGEST // 6]


def _hitting(language: _Language, words: list[str]) -> Iterator[_Phrase]:
    candidates: dict[int, _Phrase] = {}
    for word in set(words):
        for length in range(1, _PREFIX + 1):
            for phrase in language.by_start.get(word[:length], ()) if length <= len(word) else ():
                candidates[id(phrase)] = phrase
    if not candidates:
        return
    sentence = " ".join(words) + " "
    for phrase in candidates.values():
        if any(not _cancelled(language, phrase, sentence, hit) for hit in phrase.pattern.finditer(sentence)):
            yield phrase


def _cancelled(language: _Language, phrase: _Phrase, sentence: str, hit: re.Match[str]) -> bool:
    clause = _clause(language, sentence, hit)
    if phrase.idioms is not None and phrase.idioms.search(clause):
        return True
    for guard in phrase.guards:
        excused = guard in {"past", "hypothesis"} and language.present.search(sentence)
        if not excused and language.guards[guard].search(clause):
            return True
    return False


def _clause(language: _Language, sentence: str, hit: re.Match[str]) -> str:
    """From the last "but" or "now" before the hit to the first one after it."""
    start, end = 0, len(sentence)
    for breaker in language.breakers.finditer(sentence):
        if breaker.end() <= hit.start():
            start = breaker.end()
        elif breaker.start() >= hit.end():
            end = breaker.start()
            break
    return sentence[start:end]
