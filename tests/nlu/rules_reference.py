"""The emergency rules the straightforward way: every phrase on every sentence, as it is written; no index, no memory."""

import re
from dataclasses import replace

from bot.domain.folding import FOLDS
from bot.domain.hits import hits
from bot.domain.phrases import Phrase, expand
from bot.domain.rulefile import read_language
from bot.domain.ruleset import Language
from bot.domain.sentences import lines_ended, parts, pieces, spelled
from bot.domain.text import normalise

_STEP = re.compile(r"\(([^()]+)\)(\??)|(\S+?)(\??)(?= |$)")
_SIGNS = {"^": r"\A", "$": r"(?= \Z)"}
_END = r"(?= |\Z)"


def plain_pattern(phrase: str, words: dict[str, list[str]]) -> str:
    """The phrase as a pattern, step by step."""
    found = "".join(_step(*step.groups()) for step in _STEP.finditer(expand(phrase, words)))
    return found + _END


def _step(group: str | None, group_missing: str | None, word: str | None, word_missing: str | None) -> str:
    if word == "...":
        return r"(?: \S+){0,4}?"
    many = "|".join("".join(map(_word, option.split(" "))) for option in (group or word or "").split("|"))
    return f"(?:{many})" + ("?" if group_missing or word_missing else _END)


def _word(word: str) -> str:
    return _SIGNS.get(word) or " " + word.replace("*", r"\w*").replace("#", r"\d")


class Reference:
    """The same rules; ``match`` says names and intents, in the order in which they must come."""

    def __init__(self, files: dict[str, dict]) -> None:
        self._languages = [(_plainly(read_language(data), data), str(data.get("fold", ""))) for data in files.values()]
        self.any_phrase = [re.compile("|".join(line.phrase.parts[0].pattern for line in each.lines)) for each, _ in self._languages]

    def match(self, text: str) -> list[tuple[str, str | None]]:
        found = {}
        plain = normalise(lines_ended(text))
        for (language, fold), any_phrase in zip(self._languages, self.any_phrase, strict=True):
            for part in parts(FOLDS[fold](plain) if fold else plain):
                for tokens in pieces(part):
                    sentence = spelled(language, tokens)
                    if not any_phrase.search(sentence.text):
                        continue
                    found |= {line.rule.name: line.rule for line in language.lines if hits(language, line, sentence)}
        return [(rule.name, rule.intent) for rule in sorted(found.values(), key=lambda rule: rule.rank)]


def _plainly(language: Language, data: dict) -> Language:
    """The language with its phrases' patterns as they are written."""
    fold = FOLDS[data["fold"]] if "fold" in data else str
    words = {name: [_folded(word, fold) for word in many] for name, many in data.get("words", {}).items()}
    for name, many in words.items():
        words[name] = [word for each in many for word in (words[each[1:-1]] if each.startswith("<") else [each])]
    written = [_folded(phrase, fold) for rule in data["rules"] for phrase in rule["phrases"]]
    lines = [
        replace(line, phrase=Phrase(parts=tuple(re.compile(plain_pattern(part, words)) for part in phrase.split(" + ")), needs=frozenset()))
        for line, phrase in zip(language.lines, written, strict=True)
    ]
    return replace(language, lines=tuple(lines))


def _folded(text: str, fold) -> str:
    return "".join(part if part.startswith("<") else fold(part) for part in re.split("(<[a-z-]+>)", text))
