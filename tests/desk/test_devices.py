"""My sessions say in which browser each is, in two words, and nothing of that stands in the clear."""

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.desk.agents import device_of
from bot.desk.proofs import DeskProofs
from bot.storage.database import SqlStore
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.journeys.house import Home
from tests.promises.search import folder, hits
from tests.storage.test_sealed import _every_value

PHONE = "Mozilla/5.0 (Android 15; Mobile; rv:142.0) Gecko/142.0 Firefox/142.0"
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0"


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (PHONE, "Firefox · Android"),
        (LAPTOP, "Edge · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36", "Chrome · Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/604.1",
            "Safari · iPhone",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
            "Safari · macOS",
        ),
        ("curl/8.5 <script>", ""),
        ("", ""),
        ("x" * 5_000 + "Firefox/1 Linux", ""),
    ],
)
def test_a_browser_is_called_by_two_words_of_ours(agent: str, device: str) -> None:
    assert device_of(agent) == device


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


async def sits(home: Home, proofs: DeskProofs, person: Person, agent: str) -> Browser:
    browser = Browser(home.house, proofs)
    browser.http.headers["user-agent"] = agent
    await browser.enters(person)
    return browser


async def test_each_session_says_in_which_browser_it_is(home: Home, proofs: DeskProofs, ana: Person) -> None:
    await sits(home, proofs, ana, "nobody knows this one")
    await sits(home, proofs, ana, PHONE)
    browser = await sits(home, proofs, ana, LAPTOP)
    said = read((await browser.get("/sessions")).text)[1]
    assert said.index("Edge · Windows") < said.index("Firefox · Android") < said.index("unknown browser")


async def test_nothing_of_a_browser_stands_in_the_clear(
    home: Home, proofs: DeskProofs, ana: Person, store: SqlStore, tmp_path: Path
) -> None:
    await sits(home, proofs, ana, PHONE)
    looked_for = ("Firefox", "Android", "Mozilla")
    assert hits(looked_for, await _every_value(store)) == []
    assert hits(looked_for, folder(tmp_path)) == []
    async with store._engine.begin() as connection:
        await connection.execute(text("UPDATE sessions SET device_sealed = :what"), {"what": b"Firefox on Android"})
    assert hits(looked_for, await _every_value(store)) != [], "control: kept as it came it is found"


async def test_one_that_cannot_be_opened_is_unknown_and_the_page_is_there(
    home: Home, proofs: DeskProofs, ana: Person, store: SqlStore
) -> None:
    browser = await sits(home, proofs, ana, PHONE)
    async with store._engine.begin() as connection:
        await connection.execute(text("UPDATE sessions SET device_sealed = :what"), {"what": b"broken"})
    assert "unknown browser" in (await browser.get("/sessions")).text
