"""No text escapes the catalogues: every screen in a language that has no plain letter, and no words in the code of a screen."""

import ast
import datetime as dt
import inspect
import re
from collections.abc import Callable, Iterator, Sequence

import pytest

from bot.cli import screens
from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.files import File, FileState, Sort
from bot.domain.handoff import Handoff, HandoffClass, HandoffLine, Spoken, State
from bot.domain.ids import ContactId, ConversationId, HandoffId
from bot.domain.message import Attachment, ChannelName, Kind
from bot.locales import Locales, Words, names
from bot.ports import KeptPoison
from bot.usecases.handoff import Opened
from tests.content.conftest import ROOT
from tests.content.pseudo import escaped, pseudo, pseudo_words

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
EARLIER = NOW - dt.timedelta(days=3)
REFERENCE, OFFICER = "457-343", "Ana"
WORDS = pseudo_words()
#: Given to the screens, and nobody's words: names, marks, commands, what somebody wrote.
VALUES = (REFERENCE, OFFICER, "voice.aac", "audio/aac", "geo:42.4,19.2", "kestrel", "`queue show`", "nlu/intents.yml", "K7T-42M",
          "`python -m bot officer list`", "`python -m bot officer enrol NAME`", "--as NAME", "NAME", "en (", "xx (",
          "`queue original`")  # fmt: skip


def line(**more: object) -> HandoffLine:
    values = {"reference": REFERENCE, "state": State.WAITING, "cls": HandoffClass.E1, "kind": "attack_now", "lane": "general",
              "opened_at": EARLIER, "last_message_at": NOW, "holder_name": None, "acknowledged": False, "locale": "sq",
              "channel": "signal"} | more  # fmt: skip
    return HandoffLine(**values)  # type: ignore[arg-type]  # test values


def opened(**more: object) -> Opened:
    conversation = Conversation(id=ConversationId("c"), contact=ContactId("k"), channel=ChannelName.CONSOLE)
    values = {"id": HandoffId("h"), "reference": REFERENCE, "conversation": conversation.id, "state": State.CLAIMED,
              "cls": HandoffClass.E2, "kind": "unknown", "opened_at": EARLIER} | more  # fmt: skip
    return Opened(handoff=Handoff(**values), conversation=conversation, spoken=[])  # type: ignore[arg-type]  # test values


def spoken(**more: object) -> Spoken:
    return Spoken(**{"who": "defender", "at": EARLIER, "text": "kestrel", "state": "kept", "seq": 2} | more)  # type: ignore[arg-type]


FILES = (Attachment(content_type="audio/aac", handle="v", size=1), Attachment(content_type="geo", handle="geo:42.4,19.2"))
FATES = (
    *(File(id="f", state=state, failure=failure) for state in FileState for failure in ("", *names.FILE_FAILURES)),
    *(File(id="f", state=FileState.KEPT, sort=sort, size=2) for sort in Sort if sort in names.SORTS),
)
REFUSALS = (
    "closed",
    "unknown",
    "not_holder",
    "not_changed",
    "no_attachment",
    "not_kept",
    "damaged",
    "no_picture",
    "cannot_be_shown",
    "not_asked",
    "not_agreed",
    "no_reason",
    "no_accounts",
    "no_message",
    "no_intent",
    "not_claimable",
)

#: Every screen by its function, in every form that has words of its own.
SCREENS: dict[str, Sequence[Callable[[Words], str]]] = {
    "queue_line": [
        *(lambda words, each=each: screens.queue_line(words, line(**each), NOW) for each in (
            {}, {"state": State.CLAIMED, "holder_name": OFFICER}, {"last_message_at": None}, *({"kind": kind} for kind in names.KINDS),
            *({"cls": cls, "acknowledged": True} for cls in HandoffClass), *({"state": state, "acknowledged": True} for state in State),
            *({"locale": locale} for locale in names.LANGUAGES), *({"channel": channel} for channel in ChannelName),
        )),
    ],
    "opened_head": [lambda words, why=why: screens.opened_head(words, opened(reason=why, phone_says_over=True)) for why in names.REASONS],
    "spoken_lines": [
        *(lambda words, each=each: screens.spoken_lines(words, spoken(**each), NOW) for each in (
            {"attachments": FILES}, *({"attachments": FILES, "files": {1: file}} for file in FATES),
            *({"who": who} for who in names.SPEAKERS), *({"state": state} for state in names.LINE_STATES),
            *({"kind": kind} for kind in Kind),
        )),
    ],
    "refusal": [
        *(lambda words, reason=reason: screens.refusal(words, Refused(reason), NOW) for reason in REFUSALS),
        lambda words: screens.refusal(words, Refused("taken", holder=OFFICER, since=EARLIER), NOW),
        lambda words: screens.refusal(words, Refused("not_holder", holder=OFFICER), NOW),
    ],
    "who_acts": [lambda words, who=who: screens.who_acts(words, *who) for who in ((0, None), (2, None), (0, OFFICER))],
    "there_already": [lambda words: screens.there_already(words, "voice.aac")],
    "no_reference": [screens.no_reference],
    "fetched": [lambda words: screens.fetched(words, "audio/aac", 2, "voice.aac")],
    "original_asked": [lambda words: screens.original_asked(words, "2.1")],
    "original_agreed": [lambda words: screens.original_agreed(words, "2.1")],
    "poison_line": [
        lambda words, raw=raw: screens.poison_line(words, KeptPoison(channel=ChannelName.SIGNAL, at=EARLIER, raw="kestrel"), NOW, raw=raw)
        for raw in (False, True)
    ],
    "done": [lambda words, act=act: screens.done(words, act, REFERENCE) for act in ("claim", "reply", "note", "ack", "return", "close")],
    "misread": [lambda words: screens.misread(words, REFERENCE, 2)],
    "trusted": [lambda words, held=held: screens.trusted(words, REFERENCE, held) for held in (0, 1, 2)],
    "no_such_language": [lambda words: screens.no_such_language(words, Locales({"en": words, "xx": words}))],
}  # fmt: skip
#: They say nothing themselves.
SILENT = {"shown", "word"}


def test_every_screen_there_is_is_looked_at() -> None:
    there = {name for name, each in vars(screens).items() if inspect.isfunction(each) and each.__module__ == screens.__name__}
    assert {name for name in there if not name.startswith("_")} - SILENT == SCREENS.keys()


@pytest.mark.parametrize("name", SCREENS)
def test_no_word_of_a_screen_escapes_its_catalogue(name: str) -> None:
    said = [screen(WORDS) for screen in SCREENS[name]]
    assert all(said)
    assert [screen for screen in said if escaped(screen, *VALUES)] == []


def test_no_word_of_a_table_a_length_or_a_time_escapes() -> None:
    tables = [table for name, table in vars(names).items() if name.isupper() and isinstance(table, dict)]
    said = [WORDS.named(table, code) or code for table in tables for code in table]
    said += [WORDS.duration(dt.timedelta(minutes=minutes)) for minutes in (0, 1, 2, 60, 119, 120, 9_999)]
    said += [WORDS.date(NOW), WORDS.time(NOW), WORDS.datetime(NOW), WORDS.moment(EARLIER, NOW), WORDS.weekday(NOW), WORDS.number(1234.5)]
    assert len(said) > 100
    assert [each for each in said if escaped(each)] == []


def test_a_text_that_is_in_no_catalogue_is_found() -> None:
    assert escaped(f"{screens.no_reference(WORDS)} or not", *VALUES) == ["or", "not"]
    assert escaped(WORDS.gettext("kestrels hover")) == ["kestrels", "hover"]
    assert escaped(screens.no_reference(Locales.plain().words("en")), *VALUES) == ["a", "reference", "looks", "like"]


def test_the_language_of_the_tests_is_longer_and_runs_from_right_to_left() -> None:
    text = "waiting for {officer}"
    assert len(pseudo(text)) > len(text) * 1.3
    assert "{officer}" in pseudo(text)
    assert (pseudo(text)[0], pseudo(text)[-1]) == ("\u2067", "\u2069"), "isolated, so that what stands around it keeps its direction"
    assert WORDS.direction == "rtl"


_SAYS = {"gettext", "ngettext", "pgettext", "pgettext_noop", "_noop"}
_WORDS = re.compile(r"[^\W\d_]{2,}\W+[^\W\d_]{2,}")
_NO_WORDS = re.compile(r"`.*`|--as NAME|nlu/intents.yml|take-back")


def own_words(source: str) -> Iterator[str]:
    """Texts of several words in a module that are neither documentation, nor name or help of a command, nor said through a catalogue."""
    tree = ast.parse(source)
    known: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ast.get_docstring(node):
            known.add(node.body[0].value)  # type: ignore[attr-defined]  # a docstring is an expression
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            known.update(node.args if name in _SAYS or name == "command" else [])
            known.update(keyword.value for keyword in node.keywords if keyword.arg == "help")
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and node not in known else None
        if isinstance(text, str) and _WORDS.search(text) and not _NO_WORDS.fullmatch(text):
            yield text


@pytest.mark.parametrize("name", ["screens", "queue", "fetching", "misread", "terminal", "common"])
def test_what_speaks_to_officers_has_no_words_of_its_own(name: str) -> None:
    assert list(own_words((ROOT / "bot" / "cli" / f"{name}.py").read_text("utf-8"))) == []


def test_a_text_in_the_code_is_found() -> None:
    source = 'def f(words):\n    """What it does."""\n    words.gettext("in a catalogue")\n    return f"not in {words} a catalogue"\n'
    assert list(own_words(source)) == ["not in "]
    assert list(own_words('raise Told("nobody said this")')) == ["nobody said this"]
