"""The prepared texts at the desk: who has to read what, each in every form, and a reader's word for as long as the file stands."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.domain.content import Review, Standing, Text, standing
from bot.domain.health import Serving
from bot.domain.ids import OfficerId
from bot.responses import load_library, load_mission
from bot.settings import load
from bot.wiring.contentbook import FileBook
from bot.wiring.honoured import honoured, reviews_of
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.desk.people import first as made
from tests.fakes import FakeClock
from tests.journeys.house import ROOT, Home

ONE_KIND = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)  # where files are what is looked at
TEXT = Text(
    name="thanks", locale="en", cls="", file="responses/en/thanks.md", hash="a", ok=False, reviewed=date(2026, 1, 1),
    ends=date(2027, 1, 1), for_clinician=False,
)  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the files that a test may change."""
    for name in ("responses", "missions"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "nlu").symlink_to(ROOT / "nlu")
    return tmp_path


@pytest.fixture
def book(home: Home, root: Path) -> FileBook:
    settings = load({"DL_MISSION_FILE": str(root / "missions" / "podgorica.toml"), "DL_DATA_DIR": str(root / "data")}, dotenv=None)
    return FileBook(settings, home.house, root)


@pytest.fixture
async def first(home: Home, proofs: DeskProofs, clock: FakeClock) -> Person:
    return await made(home.house, proofs, clock)


async def entered(home: Home, proofs: DeskProofs, by: Person, book: FileBook, name: str, role: Role) -> Browser:
    browser = Browser(home.house, proofs, book=book)
    await browser.enters(await joined(home.house, proofs, by, name, role))
    return browser


def word(hash_: str = "a", day: int = 1, by: str = "1" * 32) -> Review:
    clock = FakeClock()
    clock.move(hours=24 * day)
    return Review(file=TEXT.file, hash=hash_, by=OfficerId(by), at=clock.now())


def test_a_word_counts_for_the_state_that_was_read_and_no_other() -> None:
    today = date(2026, 11, 29)
    assert standing(TEXT, [], today)[0] is Standing.DRAFT
    assert standing(TEXT, [word()], today)[0] is Standing.OK
    assert standing(TEXT, [word("b")], today)[0] is Standing.DRAFT
    assert standing(TEXT, [word()], today + timedelta(days=400))[0] is Standing.STALE
    assert standing(TEXT, [word(), word(day=300)], today + timedelta(days=400))[0] is Standing.OK, "the latest one counts"


def test_no_officers_word_stands_for_a_clinicians() -> None:
    assert standing(replace(TEXT, for_clinician=True, ok=True), [word()], date(2026, 11, 29))[0] is Standing.CLINICIAN


async def test_a_supervisor_reads_a_text_in_every_form_and_marks_it_until_the_file_changes(
    home: Home, proofs: DeskProofs, first: Person, book: FileBook, root: Path
) -> None:
    browser = await entered(home, proofs, first, book, "Bo", Role.SUPERVISOR)
    listed = read((await browser.get("/content")).text)[1]
    assert "native reader" in listed
    assert "arrest_now" in listed
    page = await browser.get("/content/sq/confidentiality")
    assert page.status_code == 200
    assert "Telegram" in page.text
    assert "<b>" in page.text or "<blockquote" in page.text
    text = next(each for each in (await book.overview()).texts if (each.name, each.locale) == ("confidentiality", "sq"))
    given = {"text": text.name, "locale": text.locale, "file": text.file}
    wrong = await browser.post("/content/read", on="/content", **given, hash="0" * 64)
    assert wrong.status_code == 409
    marked = await browser.post("/content/read", on="/content", **given, hash=text.hash)
    assert marked.headers["location"] == "/content/sq/confidentiality"
    assert "Read by" in (await browser.get("/content/sq/confidentiality")).text
    async with home.house.store.begin() as tx:
        assert await tx.audit.last("text_reviewed", "responses") is not None


@ONE_KIND
async def test_check_honours_a_word_until_the_file_changes(home: Home, book: FileBook, root: Path) -> None:
    text = next(each for each in (await book.overview()).texts if (each.name, each.locale) == ("confidentiality", "sq"))
    words = [Review(file=text.file, hash=text.hash, by=None, at=home.clock.now())]
    mission = load_mission(root / "missions" / "podgorica.toml")
    library = load_library(root / "responses", mission)
    assert honoured(library, words, root).texts["confidentiality", "sq"].review == "ok"
    assert library.texts["confidentiality", "sq"].review == "draft", "control: the file alone is a draft"
    file = root / "responses" / "sq" / "confidentiality.md"
    file.write_text(file.read_text("utf-8") + "Diçka tjetër.\n", "utf-8")
    assert honoured(load_library(root / "responses", mission), words, root).texts["confidentiality", "sq"].review == "draft"
    assert (await book.overview()).changed == ("responses/sq/confidentiality.md",)
    home.house.renew(serving=Serving(since=home.clock.now()))
    overview = await book.overview()
    assert overview.changed == ()
    (again,) = [each for each in overview.texts if (each.name, each.locale) == ("confidentiality", "sq")]
    assert standing(again, words, date(2026, 11, 29))[0] is Standing.DRAFT


@ONE_KIND
async def test_an_officer_reads_the_pages_and_marks_nothing(home: Home, proofs: DeskProofs, first: Person, book: FileBook) -> None:
    browser = await entered(home, proofs, first, book, "Ana", Role.OFFICER)
    assert "Mark as read" not in (await browser.get("/content/en/thanks")).text
    assert (await browser.post("/content/read", on="/content")).status_code == 403
    assert (await browser.get("/content/en/kestrel")).status_code == 404
    assert (await browser.get("/content/xx/thanks")).status_code == 404


@ONE_KIND
async def test_a_refused_file_is_named_and_the_texts_from_before_are_shown(
    home: Home, proofs: DeskProofs, first: Person, book: FileBook, root: Path
) -> None:
    browser = await entered(home, proofs, first, book, "Ana", Role.OFFICER)
    assert "arrest_now" in (await browser.get("/content")).text
    (root / "responses" / "en" / "thanks.md").write_text("no front matter", "utf-8")
    home.house.renew(serving=Serving(since=home.clock.now(), refused="responses/en/thanks.md:1: broken"))
    page = (await browser.get("/content")).text
    assert "responses/en/thanks.md:1: broken" in page
    assert "arrest_now" in page
    assert "1 file stands otherwise" in page


@ONE_KIND
async def test_where_there_is_no_database_nobody_has_read_anything(home: Home, tmp_path: Path) -> None:
    del home
    assert await reviews_of(load({"DL_DATA_DIR": str(tmp_path / "nothing")}, dotenv=None)) == ()
