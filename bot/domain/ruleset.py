"""A language's emergency rules, ready for searching."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from bot.domain.phrases import Phrase, compile_any


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule without its phrases; ``intent`` None: an emergency of unknown kind."""

    name: str
    intent: str | None
    rank: int
    guards: frozenset[str]
    idioms: re.Pattern[str] = field(repr=False)
    #: It puts the danger question, and rings nobody by itself.
    asks: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One phrase of a rule."""

    rule: Rule
    phrase: Phrase = field(repr=False)
    #: It is itself made with a "not", which therefore does not cancel it.
    negative: bool


@dataclass(frozen=True, kw_only=True)
class Language:
    """The rules of one language, ready for searching."""

    spellings: Mapping[str, str] = field(repr=False)
    guards: Mapping[str, re.Pattern[str]] = field(repr=False)
    breakers: re.Pattern[str] = field(repr=False)
    openers: re.Pattern[str] = field(repr=False)
    #: What polite people begin with; the sentence begins after it.
    greetings: re.Pattern[str] = field(repr=False)
    #: What they end with; the sentence ends before it.
    farewells: re.Pattern[str] = field(repr=False)
    present: re.Pattern[str] = field(repr=False)
    recent: re.Pattern[str] = field(repr=False)
    #: What a text may speak of: how it is found, and what is taken out before looking.
    marks: Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]] = field(repr=False)
    lines: tuple[Line, ...] = field(repr=False)
    #: Makes one spelling of several alphabets; None: the text is searched as it was normalised.
    fold: Callable[[str], str] | None = field(default=None, repr=False)


def unguarded(language: Language) -> Language:
    """The same phrases, cancelled by nothing."""
    never = compile_any((), {})
    lines = (replace(line, rule=replace(line.rule, guards=frozenset(), idioms=never)) for line in language.lines)
    return replace(language, lines=tuple(lines))
