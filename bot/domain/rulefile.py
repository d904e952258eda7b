"""A language's file of emergency rules, read strictly and made ready for searching."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.domain.folding import FOLDS
from bot.domain.phrases import compile_any, compile_phrase
from bot.domain.ruleset import Language, Line, Rule

#: What may cancel a hit; ``rules`` says how far each reaches.
GUARDS = ("negation", "past", "hypothesis", "condition", "quoted")
_FILE = {
    "language", "fold", "greetings", "farewells", "spellings", "words", "breakers", "openers", "present", "recent", "guards", "marks",
    "rules",
}  # fmt: skip
#: What of a file is written in its language's letters.
_WRITTEN = ("greetings", "farewells", "spellings", "words", "breakers", "openers", "present", "recent", "guards", "marks")
_WRITTEN_IN_RULES = ("phrases", "idioms")
_LISTED = re.compile(r"(<[a-z-]+>)")
_MARK = {"any", "unless"}
_RULE = {"name", "intent", "asks", "guards", "phrases", "idioms", "examples", "counterexamples"}
_WORD = re.compile(r"[^\W_]+")


def read_language(data: object) -> Language:
    """The rules of a file's content.  Raises ValueError naming the rule that is wrong."""
    file = _mapping(data, "the file")
    _only(file, _FILE, "the file")
    fold = _fold(file.get("fold"))
    file = _all_folded(file, fold) if fold else file
    words = _lists(_mapping(file.get("words", {}), "words"))
    guards = _mapping(file.get("guards", {}), "guards")
    _only(guards, set(GUARDS), "guards")
    patterns = {name: compile_any(_texts(guards.get(name, []), name), words) for name in GUARDS}
    named = ("greetings", "farewells", "breakers", "openers", "present", "recent")
    parts: dict[str, Any] = {name: compile_any(_texts(file.get(name, []), name), words) for name in named}
    return Language(
        spellings=_spellings(file.get("spellings", {})),
        guards=patterns,
        marks={name: _mark(name, value, words) for name, value in _mapping(file.get("marks", {}), "marks").items()},
        lines=tuple(_lines(file.get("rules"), words, patterns["negation"])),
        fold=fold,
        **parts,
    )


def _fold(name: object) -> Callable[[str], str] | None:
    if name is None:
        return None
    if not isinstance(name, str) or name not in FOLDS:
        raise ValueError(f"no such fold; there is {', '.join(FOLDS)}")
    return FOLDS[name]


def _all_folded(file: Mapping[str, object], fold: Callable[[str], str]) -> Mapping[str, object]:
    """The file with everything that is searched for folded as the texts will be; names stay."""
    rules = file.get("rules")
    if not isinstance(rules, list):
        return file
    folded = {name: _folded(value, fold) if name in _WRITTEN else value for name, value in file.items()}
    return folded | {"rules": [_rule_folded(rule, fold) if isinstance(rule, Mapping) else rule for rule in rules]}


def _rule_folded(rule: Mapping[str, object], fold: Callable[[str], str]) -> Mapping[str, object]:
    return {name: _folded(value, fold) if name in _WRITTEN_IN_RULES else value for name, value in rule.items()}


def _folded(value: object, fold: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return "".join(part if part.startswith("<") else fold(part) for part in _LISTED.split(value))
    if isinstance(value, Mapping):
        return {_left(name, fold): _folded(each, fold) for name, each in value.items()}
    return [_folded(each, fold) for each in value] if isinstance(value, list) else value


def _left(name: object, fold: Callable[[str], str]) -> object:
    """What a spelling stands for is written in the language; the names of lists and guards are plain ASCII, and stay."""
    return name if not isinstance(name, str) or name.isascii() else fold(name)


def _mark(name: str, value: object, words: Mapping[str, Sequence[str]]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    entry = _mapping(value, f"mark {name}")
    _only(entry, _MARK, f"mark {name}")
    return tuple(compile_any(_texts(entry.get(part, []), f"mark {name}"), words) for part in ("any", "unless"))  # type: ignore[return-value]  # two


def _lines(rules: object, words: Mapping[str, Sequence[str]], negation: re.Pattern[str]) -> Iterator[Line]:
    if not isinstance(rules, list) or not rules:
        raise ValueError("no rules")
    names = set[str]()
    for rank, entry in enumerate(rules):
        name = entry.get("name") if isinstance(entry, Mapping) else None
        if not isinstance(name, str) or name in names:
            raise ValueError(f"rule {rank + 1} needs a name of its own")
        names.add(name)
        try:
            yield from _rule_lines(entry, rank, words, negation)
        except ValueError as error:
            raise ValueError(f"rule {name}: {error}") from None


def _rule_lines(entry: Mapping[str, object], rank: int, words: Mapping[str, Sequence[str]], negation: re.Pattern[str]) -> Iterator[Line]:
    _only(entry, _RULE, "the rule")
    intent, guards = entry.get("intent", ""), _texts(entry.get("guards", list(GUARDS)), "guards")
    if intent is not None and (not isinstance(intent, str) or not intent):
        raise ValueError("intent must be a name or null")
    if unknown := set(guards) - set(GUARDS):
        raise ValueError(f"no such guard: {', '.join(sorted(unknown))}")
    idioms = compile_any(_texts(entry.get("idioms", []), "idioms"), words)
    asks = entry.get("asks", False)
    if not isinstance(asks, bool) or (asks and intent is not None):
        raise ValueError("asks is true or false, and a rule that only asks names no intent")
    rule = Rule(name=str(entry["name"]), intent=intent, rank=rank, guards=frozenset(guards), idioms=idioms, asks=asks)
    phrases = _texts(entry.get("phrases", []), "phrases")
    if not phrases:
        raise ValueError("no phrases")
    for text in phrases:
        plain = " " + " ".join(_WORD.findall(text)) + " "
        yield Line(rule=rule, phrase=compile_phrase(text, words), negative=bool(negation.search(plain)))


def _mapping(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise ValueError(f"{name} must be names with values")
    return value


def _only(entry: Mapping[str, object], known: set[str], name: str) -> None:
    if unknown := set(entry) - known:
        raise ValueError(f"{name} knows no {', '.join(sorted(unknown))}")


def _texts(value: object, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError(f"{name} must be a list of texts; words such as no, on and off need quotation marks")
    return value


def _lists(entries: Mapping[str, object]) -> dict[str, list[str]]:
    """The named lists of words; a list may use the ones above it."""
    lists: dict[str, list[str]] = {}
    for name, value in entries.items():
        lists[name] = []
        for word in _texts(value, f"words {name}"):
            listed = re.fullmatch("<([a-z-]+)>", word)
            lists[name] += lists[listed[1]] if listed and listed[1] in lists else [word]
    return lists


def _spellings(value: object) -> dict[str, str]:
    """Each misspelling or short form with what it stands for."""
    entries = _mapping(value, "spellings")
    return {each: meant for meant, many in entries.items() for each in _texts(many, f"spellings of {meant}")}
