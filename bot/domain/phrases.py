"""The small language in which people write what the emergency rules look for.

A phrase is words with single spaces, in lower case, without marks.  ``(a|b c)`` are alternatives, ``word*`` is a beginning,
``word?`` and ``(a|b)?`` may be missing, ``#`` is a digit, ``...`` is up to four words, ``<name>`` is a list from the file's
``words``, ``^`` and ``$`` are the sentence's beginning and end, and ``a + b`` asks for both in one sentence, in any order.
Text is searched as ``" word word "``: every word with the space before it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_NAME = re.compile(r"<([a-z-]+)>")
_ITEM = re.compile(r"\(([^()]+)\)(\?)?(?= |$)|([^\s()|]+)(?= |$)")
_PLAIN = re.compile(r"(?:[^\W_]|#)+\*?|[\^$]")
_SIGNS = {"^": r"\A", "$": r"(?= \Z)"}
#: After a word's space: that space is the sentence's first sign.
_AT_START = r"(?<=\A )"
_ENDS = r"(?= |\Z)"
_GAP = r"(?: \S+){0,4}?"


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A compiled phrase: all ``parts`` must be found, and each of ``needs`` names word beginnings of which one must be there."""

    parts: tuple[re.Pattern[str], ...] = field(repr=False)
    #: A beginning of a word; a whole word ends in a space.
    needs: frozenset[frozenset[str]] = field(repr=False)


def compile_phrase(text: str, words: Mapping[str, Sequence[str]]) -> Phrase:
    """The phrase ready for searching; ValueError says what is wrong with it."""
    items = [list(_items(expand(part, words))) for part in text.split(" + ")]
    needs = [{_starts(options) for options, optional in part if not optional} - {frozenset()} for part in items]
    if not all(needs):
        raise ValueError(f"a phrase needs a word that must be there: {text}")
    return Phrase(parts=tuple(re.compile(_pattern(part)) for part in items), needs=frozenset[frozenset[str]]().union(*needs))


def compile_any(phrases: Iterable[str], words: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """One pattern for any of the phrases; of none, a pattern that never matches."""
    patterns = [_pattern(list(_items(expand(phrase, words)))) for phrase in phrases]
    return re.compile("|".join(patterns) if patterns else r"(?!)")


def expand(phrase: str, words: Mapping[str, Sequence[str]]) -> str:
    """The phrase with its ``<name>`` lists written out."""
    parts = re.split(r"(\([^()]*\))", phrase)
    return "".join(_listed(part, words, bare=part.startswith("(")) for part in parts)


def _listed(part: str, words: Mapping[str, Sequence[str]], *, bare: bool) -> str:
    pieces = _NAME.split(part)
    for place in range(1, len(pieces), 2):
        if pieces[place] not in words:
            raise ValueError(f"no such list of words: <{pieces[place]}>")
        options = "|".join(words[pieces[place]])
        pieces[place] = options if bare else f"({options})"
    return "".join(pieces)


_Item = tuple[tuple[str, ...], bool]
_START: _Item = (("^",), False)


def _items(phrase: str) -> Iterator[_Item]:
    """Each step of a phrase: its alternatives and whether it may be missing; ``...`` is a step without alternatives."""
    place = 0
    while place < len(phrase):
        found = _ITEM.match(phrase, place)
        if found is None:
            raise ValueError(f"cannot be read from here: {phrase[place:]}")
        group, mark, word = found.groups()
        if word == "...":
            yield (), True
        else:
            yield _checked(group.split("|") if group else [word.removesuffix("?")]), bool(mark) or (word or "").endswith("?")
        place = found.end() + 1


def _checked(options: Sequence[str]) -> tuple[str, ...]:
    wrong = [option for option in options if not option or not all(map(_PLAIN.fullmatch, option.split(" ")))]
    if wrong:
        raise ValueError(f"not plain words: {' | '.join(wrong)}")
    return tuple(options)


def _starts(options: Sequence[str]) -> frozenset[str]:
    """The beginning of each alternative's longest word, a whole word ending in a space; none where a sign alone is enough."""
    longest = [max((_start(word) for word in option.split(" ")), key=len) for option in options]
    return frozenset(longest) if all(longest) else frozenset()


def _start(word: str) -> str:
    if word in _SIGNS:
        return ""
    return re.split(r"[*#]", word)[0] if {"*", "#"} & set(word) else f"{word} "


def _pattern(items: Sequence[_Item]) -> str:
    """The steps one after the other, in a form that begins with a space: what begins with a sign is searched several times as fast."""
    steps = items[1:] if items[:1] == [_START] else items
    first = next((place + 1 for place, (_, optional) in enumerate(steps) if not optional), 0)
    begins = [option[:1] for options, _ in steps[:first] for option in options or ("^",)]
    if not first or not _SIGNS.keys().isdisjoint(begins):
        return "".join(map(_step, items)) + _ENDS
    return _ways(steps[:first], "" if steps is items else _AT_START) + "".join(map(_step, steps[first:])) + _ENDS


def _ways(steps: Sequence[_Item], condition: str) -> str:
    """The last step with those before it that may be missing: each way to begin written out, the longest first."""
    each = [_step((options, False), condition) + "".join(map(_step, steps[place + 1 :])) for place, (options, _) in enumerate(steps)]
    return f"(?:{'|'.join(each)})"


def _step(item: _Item, condition: str = "") -> str:
    """One step; the condition stands behind the space that it begins with."""
    options, optional = item
    if not options:
        return _GAP
    many = "|".join(_option(option, condition) for option in options)
    return f"(?:{many}){'?' if optional else _ENDS}"


def _option(option: str, condition: str) -> str:
    words = "".join(map(_word, option.split(" ")))
    return f" {condition}{words[1:]}" if condition else words


def _word(word: str) -> str:
    return _SIGNS.get(word) or " " + re.escape(word).replace(r"\*", r"\w*").replace(r"\#", r"\d")
