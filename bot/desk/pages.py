"""Templates, with the words of one language and everything escaped."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from bot.domain.files import TAKEN_WITHIN
from bot.domain.handoff import HandoffLine
from bot.domain.ringing import rings, rings_since
from bot.locales import Words, names

#: Two hundred open pages fetch the same lines within seconds: so many lines are kept as they were written, for so many seconds.
_ROWS, _AGE = 4_096, 10
_HERE = Path(__file__).parent
STATIC = _HERE / "static"


class Pages:
    """Pages from ``templates/``; nothing that anybody wrote is ever HTML."""

    def __init__(self) -> None:
        """Compiled once."""
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._templates.globals["shown_as"] = _shown_as
        self._templates.globals["taken_within"] = TAKEN_WITHIN
        self._templates.globals |= {"rings": rings, "rings_since": rings_since}
        self._templates.globals["own_name"] = names.OWN_NAME
        self._templates.globals["names"] = {name.lower(): table for name, table in vars(names).items() if name.isupper()}
        self._row = lru_cache(_ROWS)(self._rendered_row)

    def render(self, template: str, words: Words, status: int, values: Mapping[str, object]) -> HTMLResponse:
        """The page in that language."""
        spoken = _spoken(words) | {"queue_line": partial(self._line, words)}
        return HTMLResponse(self._templates.get_template(template).render(**spoken, **values), status)

    def _line(self, words: Words, line: HandoffLine, now: datetime, *, mine: bool = False) -> Markup:
        """A line of the queue, the same for everybody who reads that language; of whoever looks at it only that they hold it."""
        return self._row(words, line, now - timedelta(seconds=now.second % _AGE, microseconds=now.microsecond), mine)

    def _rendered_row(self, words: Words, line: HandoffLine, now: datetime, mine: bool) -> Markup:
        row = self._templates.get_template("_row.html").render(**_spoken(words), line=line, now=now, mine=mine)
        return Markup(row)  # noqa: S704 - escaped there


def _spoken(words: Words) -> dict[str, object]:
    return {"_": words.gettext, "ngettext": words.ngettext, "pgettext": words.pgettext, "words": words, "said": partial(_said, words)}


def _said(words: Words, table: names.Table, code: str) -> str:
    """The word for a code; one that the table has not yet stays as it is."""
    return words.named(table, code) or code


def _shown_as(piece: str, styled: bool) -> str:
    """A prepared text as a messenger shows it; what is styled came out of our own renderer, which escapes every value in it."""
    return Markup(piece) if styled else piece  # noqa: S704 - no words of a person are in it, and no tag but b, i, code and a
