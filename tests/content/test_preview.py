"""``preview`` shows what a live message would carry, and the page of all answers needs nobody but its reader."""

import asyncio
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

from bot.cli import commands
from bot.domain.errors import Refused
from bot.domain.message import ChannelName
from bot.settings import load
from bot.storage.database import SqlStore
from bot.wiring import Preview, page
from bot.wiring.preview import REFERENCE
from bot.wiring.preview_page import direction
from tests.content.conftest import ROOT
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.loggers import put_back

one_database = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _loggers_put_back() -> Iterator[None]:
    """The command is called in this process, and sets up its logging."""
    with put_back():
        yield


@pytest.fixture
def home(store: SqlStore, clock: FakeClock) -> Home:
    return Home(store, clock)


LOCALES = ("en", "sr_Latn_ME", "sr_Cyrl_ME", "sq", "ru")


@pytest.fixture(scope="module")
def preview() -> Preview:
    return Preview.of(load({}))


@pytest.fixture(scope="module")
def whole(preview: Preview) -> str:
    return page(preview, LOCALES)


def texts(preview: Preview, name: str, locale: str = "en", channel: ChannelName = ChannelName.SIGNAL) -> list[str]:
    """All pieces of the usual variant."""
    usual = next(shown for shown in preview.shown(name, locale, channel) if not shown.variant.name)
    return [piece.text for piece in usual.pieces]


LIVE = {"request_meeting": ChannelName.TELEGRAM, "confidentiality": ChannelName.CONSOLE, "request_human": ChannelName.SIGNAL}


@one_database
@pytest.mark.parametrize("intent", LIVE)
async def test_a_preview_is_word_for_word_what_a_person_gets(home: Home, preview: Preview, intent: str) -> None:
    channel = LIVE[intent]
    await home.enrols()
    home.nlu.known = {"good morning to you": "greet", "what about it then": intent}
    await home.says("good morning to you", channel=channel)
    got = await home.says("what about it then", channel=channel)
    case = await home.reference() if intent == "request_human" else REFERENCE
    assert [text.replace(case, REFERENCE) for text in got] == texts(preview, intent, channel=channel)


@one_database
async def test_an_emergency_is_previewed_as_it_is_answered(home: Home, preview: Preview) -> None:
    await home.enrols()
    home.nlu.known = {"they follow me and hit me now": "attack_now"}
    got = await home.says("they follow me and hit me now")
    assert [text.replace(await home.reference(), REFERENCE) for text in got] == texts(preview, "attack_now")


def test_every_answer_that_names_the_police_shows_its_form_without_them_too(preview: Preview) -> None:
    shown = {each.variant.name: each for each in preview.shown("attack_now", "en", ChannelName.TELEGRAM)}
    assert shown[""].says == ("attack_now",)
    assert shown["where the state itself is the danger"].says == ("attack_now_authority",)
    assert "122" in shown[""].pieces[0].text
    assert "122" not in shown["where the state itself is the danger"].pieces[0].text


def test_the_danger_question_shows_its_buttons_and_its_form_in_every_language(preview: Preview) -> None:
    known, unknown = preview.shown("danger_question", "en", ChannelName.TELEGRAM)
    assert len(known.pieces[-1].buttons) == len(unknown.pieces[-1].buttons) == 2
    assert "Je li neko" in unknown.pieces[-1].text
    assert "Je li neko" not in known.pieces[-1].text


def test_every_intent_and_every_named_text_has_a_preview_on_every_channel_in_every_locale(preview: Preview) -> None:
    empty = [
        (name, locale, channel, shown.variant.name)
        for name in preview.names()
        for locale in LOCALES
        for channel in ChannelName
        for shown in preview.shown(name, locale, channel)
        if not shown.pieces or not all(piece.text.strip() for piece in shown.pieces)
    ]
    assert empty == []


def test_what_there_is_not_has_no_preview(preview: Preview) -> None:
    with pytest.raises(Refused):
        list(preview.shown("request_tea", "en", ChannelName.SIGNAL))


class Page(HTMLParser):
    """What a browser would load or follow."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: dict[str, int] = {}
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.ids += [str(values["id"])] if "id" in values else []
        self.hrefs += [str(values["href"])] if "href" in values else []
        self.loads += [f"{tag} {name}" for name in values if name in {"src", "srcset", "data", "action"} or name.startswith("on")]


def read(text: str) -> Page:
    found = Page()
    found.feed(text)
    return found


def faults(text: str) -> list[str]:
    """Why the page would not stand alone."""
    found = read(text)
    alien = [tag for tag in ("script", "link", "img", "iframe", "form", "object") if tag in found.tags]
    lost = [href for href in found.hrefs if href.startswith("#") and href[1:] and href[1:] not in found.ids]
    twice = [name for name in set(found.ids) if found.ids.count(name) > 1]
    odd = [href for href in found.hrefs if not href.startswith(("#", "https://"))]
    return [*alien, *found.loads, *lost, *twice, *odd, *re.findall(r"url\(|@import", text)]


def test_the_page_loads_nothing_and_every_anchor_leads_somewhere(whole: str) -> None:
    assert faults(whole) == []


@pytest.mark.parametrize("planted", ["<script>x</script>", '<img src="x">', '<a href="#nowhere">x</a>', '<b onclick="x">', '<i id="en">'])
def test_control_a_page_that_loads_or_loses_something_is_found_out(whole: str, planted: str) -> None:
    assert faults(whole.replace("</main>", f"{planted}</main>")) != []


def test_the_page_has_every_answer_in_every_locale_with_language_and_direction(preview: Preview, whole: str) -> None:
    ids = read(whole).ids
    assert {f"{locale}-{name}" for locale in LOCALES for name in preview.house.classes} <= set(ids)
    assert '<section id="sr_Cyrl_ME" lang="sr-Cyrl-ME" dir="ltr">' in whole
    assert (direction("ar"), direction("fa_IR"), direction("sq")) == ("rtl", "rtl", "ltr")


def test_the_page_marks_drafts_and_shows_source_date_and_what_a_locked_screen_shows(whole: str) -> None:
    entry = whole[whole.index('<article id="en-guidelines_about">') :].partition("</article>")[0]
    assert '<span class="draft">draft</span>' in entry
    assert re.search(r"reviewed 20\d\d-\d\d-\d\d", entry)
    assert 'href="https://jp.usembassy.gov/state-department' in entry
    locked = re.search(r'class="locked">(.*?)</p>', entry)
    assert locked is not None
    assert 20 < len(locked[1]) <= 60


def test_the_terminal_prints_the_answer_and_keeps_its_sources_apart() -> None:
    said = CliRunner().invoke(commands, ["preview", "attack_now", "--locale", "en", "--channel", "telegram"])
    assert said.exit_code == 0
    assert "attack_now, en, telegram, 1/1" in said.stdout
    assert "behind a locked door" in said.stdout
    assert "review draft, reviewed 2026" in said.stderr
    assert "review draft" not in said.stdout


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["attak_now"], "attack_now"),
        (["thanks", "--locale", "de"], "the mission answers in en"),
        ([], "either an INTENT, or --all"),
        (["thanks", "--all"], "either an INTENT, or --all"),
        (["thanks", "--html"], "--html goes with --all"),
    ],
)
def test_a_wrong_call_says_what_would_be_right(arguments: list[str], hint: str) -> None:
    said = CliRunner().invoke(commands, ["preview", *arguments])
    assert said.exit_code == 2
    assert hint in said.stderr


async def test_the_page_is_written_to_a_file_by_the_command(tmp_path) -> None:
    file = tmp_path / "answers.html"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "preview", "--all", "--html", "--locale", "sq", "--out", str(file), cwd=ROOT
    )
    assert await asyncio.wait_for(process.wait(), 60) == 0
    assert file.read_text("utf-8").startswith("<!doctype html>")
