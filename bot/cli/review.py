"""``python -m bot nlu review``: marked messages become training data, each by a person's word."""

import contextlib
import readline
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import click

from bot import wiring
from bot.cli.common import settings
from bot.cli.terminal import AS, as_officer
from bot.cli.training import Line, append, training_file
from bot.domain.errors import Refused
from bot.domain.ids import MessageId
from bot.domain.personal import without_contacts
from bot.nlu import load_meanings
from bot.ports import Misread, Officer
from bot.usecases.house import House
from bot.usecases.misread import drop, export, look, marked

NEVER = "never"
_LANGUAGES = {"en": "en", "sr": "cnr", "sq": "sq", "ru": "ru"}
_WARNING = """{number} marked. What a rule can find (numbers, addresses, dates, most names) is replaced by marks such as [name].
Rules miss names in small letters, places, jobs, and stories that only one person can tell. You must be SURE that nobody can be
recognised, by anybody, from the line that you confirm. Put invented words where a mark stands, change what tells too much.
In doubt: never."""
_CONFIRM = 'Can nobody be recognised? "yes" writes this line, "never" takes the mark away, anything else leaves it for later'


@click.group()
def nlu() -> None:
    """The model's training data: review."""


@nlu.command()
@click.option("--out", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Confirmed lines are added there.")
@AS
def review(file: Path, name: str | None) -> None:
    """Go through the messages marked as misread; write what you confirm.  Every reading is audited."""
    if not sys.stdin.isatty():
        raise click.ClickException("a person must confirm each line: standard input is no terminal")
    target = training_file(file, settings().data_dir)
    written = as_officer(name, lambda house, officer: _review(house, officer, target))
    _say(f"{written} written")


async def _review(house: House, officer: Officer, file: Path) -> int:
    """How many lines were written.  This process does nothing else, so waiting for a person's word in it holds nobody up."""
    meanings = load_meanings(wiring.ROOT / "nlu")
    messages = await marked(house, officer)
    _say(_WARNING.format(number=len(messages)))
    return sum([await _one(house, officer, message, meanings, file) for message in messages])


async def _one(house: House, officer: Officer, message: MessageId, meanings: Mapping[str, str], file: Path) -> bool:
    """Whether a line was written."""
    shown = await look(house, officer, message)
    answer = None if shown is None else _answer(shown, meanings)
    try:
        if isinstance(answer, Line):
            await export(house, officer, message, partial(append, file, answer))
        elif answer == NEVER:
            await drop(house, officer, message)
    except Refused:
        _say("it was erased or deleted meanwhile: nothing is written")
        return False
    return isinstance(answer, Line)


def _answer(shown: Misread, meanings: Mapping[str, str]) -> Line | str | None:
    """The line that a person has confirmed, NEVER, or None: later."""
    _say(f"\n{shown.text}\n")
    text = without_contacts(_typed("text (Enter keeps it)", shown.text))
    intent = _intent(shown.intent or "", meanings)
    if intent not in meanings or not text:
        return intent or None
    _say(f"{intent}: {meanings[intent]}")
    usual = _LANGUAGES.get(shown.locale[:2], "en")
    lang = click.prompt("language", type=click.Choice(sorted(_LANGUAGES.values())), default=usual, err=True)
    line = Line(text=text, intent=intent, lang=lang)
    _say(f"\n{line}\n")
    word = _typed(_CONFIRM).strip().lower()
    return line if word == "yes" else NEVER if word == NEVER else None


def _intent(marked_as: str, meanings: Mapping[str, str]) -> str:
    """An intent of the contract, NEVER, or nothing."""
    while True:
        word = _typed(f"intent (? lists them, Enter: {marked_as or 'later'}, {NEVER})").strip() or marked_as
        if word in meanings or word in ("", NEVER):
            return word
        known = [f"{name}: {says}" for name, says in meanings.items()]
        _say("\n".join(known) if word == "?" else "no such intent")


def _typed(question: str, beginning: str = "") -> str:
    """What the person types; where ``beginning`` stands on the line already, it can be edited, and an empty line keeps it."""
    with _standing(beginning):
        return str(click.prompt(question, default=beginning, show_default=False, err=True))


@contextlib.contextmanager
def _standing(text: str) -> Iterator[None]:
    readline.set_auto_history(False)
    readline.set_startup_hook(lambda: readline.insert_text(text))
    try:
        yield
    finally:
        readline.set_startup_hook(None)


def _say(words: str) -> None:
    """To the terminal; standard output is for lines that programs read."""
    click.echo(words, err=True)
