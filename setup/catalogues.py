"""``make catalogues``: words of the code into ``locales/messages.pot``, and from there into every catalogue.

What pybabel's extract and update do, without dates and line numbers, so that nothing changes where no word has changed; English is
filled in, and the Cyrillic catalogue, which holds only what must differ from the transliteration of its Latin sister, gets no new entries.
"""

import io
import sys
from copy import deepcopy
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ROOT / "locales"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_noop": ((1, "c"), 2),
    "_noop": ((1, "c"), 2),
}
#: English stands in the code; Cyrillic is written anew from Latin when it is loaded.
BASE, DERIVED = "en", "sr_Cyrl_ME"


def extracted(code: Path = ROOT / "bot") -> Catalog:
    """Every word of the code, as the template has it."""
    with (LOCALES / "babel.cfg").open(encoding="utf-8") as source:
        methods, options = parse_mapping_cfg(source)
    template = Catalog(project="Defender Line", charset="utf-8", fuzzy=False)
    for file, _, message, comments, context in extract_from_dir(code, methods, options, KEYWORDS, ["L10N:"], strip_comment_tags=True):
        template.add(message, None, [(f"{code.name}/{file}", 0)], auto_comments=comments, context=context)
    return template


def text_of(catalogue: Catalog) -> str:
    """The catalogue as a file, the same for the same words."""
    target = io.BytesIO()
    catalogue.header_comment = _ABOVE
    write_po(target, catalogue, width=120, sort_by_file=True, ignore_obsolete=True, include_lineno=False, omit_header=False)
    lines = target.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_CHANGES))


#: Lines of the header that say who and when: git knows that.
_CHANGES = (
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Generated-By',
    '"Last-Translator',
    '"Language-Team',
    '"Report-Msgid',
    '"Project-Id',
)
_ABOVE = "# Interface words; how to change them: docs/content-guide.md."


def updated(file: Path, locale: str, template: Catalog) -> Catalog:
    """A locale's catalogue with the words of the template: new ones are empty, those that are gone are dropped, no guesses."""
    with file.open("rb") as source:
        catalogue = read_po(source, locale=locale)
    known = {(message.id, message.context) for message in catalogue}
    # A copy: the messages become the catalogue's own.
    catalogue.update(deepcopy(template), no_fuzzy_matching=True, update_creation_date=False)
    for message in list(catalogue):
        if message.id and locale == BASE and not any(_forms(message.string)):
            message.string = message.id
        elif message.id and locale == DERIVED and (message.id, message.context) not in known:
            catalogue.delete(message.id, message.context)
    return catalogue


def _forms(said: str | tuple[str, ...]) -> tuple[str, ...]:
    return said if isinstance(said, tuple) else (said,)


def main() -> int:
    """Write what has changed; say how many words wait for a translation."""
    template = extracted()
    write(LOCALES / "messages.pot", text_of(template))
    for file in sorted(LOCALES.glob("*/LC_MESSAGES/messages.po")):
        locale = file.parts[-3]
        catalogue = updated(file, locale, template)
        write(file, text_of(catalogue))
        missing = sum(1 for message in catalogue if message.id and not all(_forms(message.string)))
        if missing:
            print(f"locales/{locale}: {missing} words wait for a translation", file=sys.stderr)
    return 0


def write(file: Path, text: str) -> None:
    """Only where something changes."""
    if not file.exists() or file.read_text("utf-8") != text:
        file.write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
