"""What is dangerous wants a proof of this hour; a lost second factor comes first; administrators are shown no word of anybody."""

import re

import httpx
import pytest

from bot.desk.auth import EVERYBODY, Page
from bot.desk.proofs import DeskProofs
from bot.domain.account import PROVED, Role
from tests.desk.browser import Browser, token_of
from tests.desk.people import Person, joined
from tests.desk.test_doors import all_pages, asked, browsers, state
from tests.desk.test_pages import emergency
from tests.journeys.house import Home

__all__ = ["browsers"]  # the fixture
#: Who may have a page is decided before any database is asked for it.
pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)

#: Accounts and what opens them; what takes a voice away from somebody, gives evidence out, or changes who is rung.
DANGEROUS = re.compile(
    r"^/(accounts|passkeys|authenticator|password)\b|/(codes|block|unblock|force\w*|original\w*|export\w*|raw)$|^/(roster|duty)/|^/troubles/poison$"
)
#: Of them, what does no harm, with the reason.
HARMLESS: dict[str, str] = {}
WORDS = ("kestrel", "peregrine", "police are at my door")


def dangerous(home: Home) -> list[Page]:
    """Of reading the roster nothing comes; of changing it does."""
    found = [page for page in all_pages(home) if DANGEROUS.search(page.path) and page.path not in HARMLESS]
    assert len(found) >= 10
    return found


async def test_what_is_dangerous_is_marked_so(home: Home) -> None:
    assert [(page.method, page.path) for page in dangerous(home) if not page.fresh] == []


async def test_what_is_marked_so_is_not_done_eleven_minutes_later(home: Home, browsers: dict[Role | None, Browser]) -> None:
    reference = await emergency(home)
    home.clock.move(seconds=PROVED.total_seconds())
    before, asked_for = await state(home), 0
    for page in all_pages(home):
        for role in page.roles if page.fresh else ():
            answer = await asked(browsers[role], page, reference)
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/prove"), page.path
            assert answer.content == b""
            asked_for += 1
    assert asked_for > 15
    assert await state(home) == before


async def test_control_right_after_the_proof_they_are_open(home: Home, browsers: dict[Role | None, Browser]) -> None:
    reference = await emergency(home)
    for page in all_pages(home):
        for role in page.roles if page.fresh and page.method == "GET" else ():
            # Where there is no such attachment, or nothing waits, the page says so, and asks for no proof.
            nothing = "{number}" in page.path or page.path.startswith("/kept/")
            assert (await asked(browsers[role], page, reference)).status_code == (404 if nothing else 200), page.path


@pytest.mark.parametrize(
    ("then", "goes"),
    [("/passkeys", "/passkeys"), ("//evil.example", "/sessions"), ("https://evil.example", "/sessions"), ("/\\evil.example", "/sessions"),
     ("/conversation/K7T-42M", "/conversation/K7T-42M"), ("/../x", "/sessions"), ("", "/sessions"), ("/a\r\nSet-Cookie: x", "/sessions")],
)  # fmt: skip
async def test_after_the_proof_one_is_back_on_a_page_of_ours_and_nowhere_else(
    home: Home, proofs: DeskProofs, root: Person, then: str, goes: str
) -> None:
    ana = await joined(home.house, proofs, root, "Ana")
    browser = Browser(home.house, proofs)
    await browser.enters(ana)
    proved = await browser.post("/prove", on="/prove", password="correct horse battery", code=ana.code(), then=then)
    assert proved.headers["location"] == goes


async def test_while_a_second_factor_is_lost_every_other_page_leads_to_a_new_one(home: Home, proofs: DeskProofs, root: Person) -> None:
    reference = await emergency(home)
    ana = await joined(home.house, proofs, root, "Ana")
    people, led = {Role.ADMINISTRATOR: root, Role.OFFICER: ana}, 0
    for role, person in people.items():
        browser = Browser(home.house, proofs)
        await browser.enters(person, code=person.codes[0])
        own = token_of((await browser.get("/authenticator")).text)
        for page in all_pages(home):
            if role in page.roles and not page.early:
                answer = await with_token(browser, page, reference, own)
                assert (answer.status_code, answer.headers.get("location")) in {(303, "/authenticator"), (401, None)}, page.path
                assert answer.content == b""
                led += 1
    assert led > 20


async def with_token(browser: Browser, page: Page, reference: str, own: str) -> httpx.Response:
    path = page.path.replace("{reference}", reference)
    return await (browser.get(path) if page.method == "GET" else browser.http.post(path, data={"form_token": own}))


async def test_no_page_shows_an_administrator_a_word_of_anybody(home: Home, browsers: dict[Role | None, Browser]) -> None:
    reference = await emergency(home, "police are at my door, kestrel")
    officer = browsers[Role.OFFICER]
    await officer.does(reference, "claim")
    await officer.does(reference, "note", text="peregrine")
    shown = (await officer.get(f"/conversation/{reference}")).text
    assert all(word in shown for word in WORDS), "the control"
    for page in all_pages(home):
        if page.path == "/events":
            continue
        for visitor in (browsers[Role.ADMINISTRATOR], browsers[None]):
            answer = await asked(visitor, page, reference)
            assert not any(word in answer.text for word in (*WORDS, reference)), page.path


async def test_a_threat_to_the_mission_is_on_no_page_of_an_officer_without_that_duty(
    home: Home, proofs: DeskProofs, root: Person, browsers: dict[Role | None, Browser]
) -> None:
    await home.enrols("Sec", sender="950", duties=("security",))
    reference = await emergency(home, "there is a bomb in your embassy, kestrel")
    guard = Browser(home.house, proofs)
    await guard.enters(await joined(home.house, proofs, root, "Sec", duties=("security",)))
    assert "kestrel" in (await guard.get(f"/conversation/{reference}")).text, "the control: who has the duty reads it"
    for page in all_pages(home):
        if page.path == "/events":
            continue
        for role in page.roles & EVERYBODY - {Role.ADMINISTRATOR}:
            answer = await asked(browsers[role], page, reference)
            assert not any(word in answer.text for word in ("kestrel", reference)), (page.path, role)


async def test_no_path_answers_to_a_method_that_is_not_its_own(home: Home, browsers: dict[Role | None, Browser]) -> None:
    reference = await emergency(home)
    before, own = await state(home), {(page.method, page.path) for page in all_pages(home)}
    for page in all_pages(home):
        path = page.path.replace("{reference}", reference).replace("{token}", "x" * 43).replace("{name}", "desk.css")
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            if (method, page.path) not in own:
                answer = await browsers[Role.OFFICER].http.request(method, path)
                assert (answer.status_code, answer.text) == (404, "not found"), (method, path)
    assert await state(home) == before
