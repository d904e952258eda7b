"""Every route refuses a stranger and the wrong role; forms need their token; every answer carries the headers."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from bot.desk.auth import ADMINISTRATORS, EVERYBODY, LEADERS, READERS, STRANGERS, SUPERVISORS, Page
from bot.desk.proofs import DeskProofs
from bot.desk.routes import pages
from bot.desk.security import HEADERS
from bot.domain.account import IDLE, Role
from tests.desk.browser import HOST, Browser, token_of
from tests.desk.people import Person, joined
from tests.desk.test_pages import emergency
from tests.journeys.house import Home

NOWHERE = ("/etc/passwd", "/conversation", "/accounts/../queue", "/static/../app.py", "/static/%2e%2e/app.py", "/<script>kestrel")


@pytest.fixture
async def browsers(home: Home, proofs: DeskProofs, root: Person) -> AsyncIterator[dict[Role | None, Browser]]:
    """A stranger's, and one of each role."""
    people = {
        Role.ADMINISTRATOR: root,
        Role.OFFICER: await joined(home.house, proofs, root, "Ana"),
        Role.SUPERVISOR: await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR),
    }
    found: dict[Role | None, Browser] = {None: Browser(home.house, proofs)}
    for role, person in people.items():
        found[role] = Browser(home.house, proofs)
        assert (await found[role].enters(person)).status_code == 303
    yield found
    for browser in found.values():
        await browser.http.aclose()


def all_pages(home: Home) -> list[Page]:
    found = list(pages(home.house))
    assert len(found) > 20
    return found


async def asked(browser: Browser, page: Page, reference: str) -> httpx.Response:
    """The page, with a valid form token of that browser's own."""
    path = (
        page.path.replace("{reference}", reference)
        .replace("{token}", "x" * 43)
        .replace("{name}", "desk.css")
        .replace("{locale}", "en")
        .replace("{text}", "thanks")
        .replace("{number}", "2.1")
    )
    if page.method == "GET":
        return await browser.get(path)
    own = token_of((await browser.get("/sessions")).text) or token_of((await browser.get("/sign-in")).text)
    return await browser.http.post(path, data={"form_token": own})


async def state(home: Home) -> list[object]:
    async with home.house.store.begin() as tx:
        return [await tx.handoffs.queue(), await tx.accounts.all(), await tx.audit.head(), await tx.outbox.unsent()]


async def test_a_stranger_gets_nothing_but_the_door(home: Home, browsers: dict[Role | None, Browser]) -> None:
    reference = await emergency(home)
    before = await state(home)
    for page in all_pages(home):
        answer = await asked(browsers[None], page, reference)
        if page.roles:
            to = answer.headers.get("location", "").partition("?then=/")[0]
            assert (answer.status_code, to) in {(303, "/sign-in"), (401, "")}, page.path
            assert answer.content == b"", page.path
        assert reference not in answer.text
    assert await state(home) == before


async def test_the_wrong_role_gets_nothing(home: Home, browsers: dict[Role | None, Browser]) -> None:
    reference = await emergency(home)
    before, refused = await state(home), 0
    for page in all_pages(home):
        for role in EVERYBODY - page.roles if page.roles else ():
            answer = await asked(browsers[role], page, reference)
            assert answer.status_code == 403, (page.path, role)
            assert reference not in answer.text
            refused += 1
    assert refused > 15
    assert await state(home) == before


LED = ("/conversation/{reference}/force", "/troubles/poison", "/content/read")
TEXTS = ("/content", "/content/{locale}/{text}")


async def test_an_administrator_reads_no_conversation_and_an_officer_makes_no_account(home: Home) -> None:
    for page in [page for page in all_pages(home) if not page.path.startswith("/messengers")]:
        if page.path.startswith(("/figures", "/drill")) or page.path in LED:
            assert page.roles == SUPERVISORS, page.path
        elif page.path.startswith(("/conversation", "/queue", "/events", "/search")) or page.path in {"/", *TEXTS}:
            assert page.roles == READERS, page.path
        elif page.path.startswith("/accounts"):
            assert page.roles == ADMINISTRATORS, page.path
        elif page.path in {"/troubles/again", "/troubles/seen"}:
            assert page.roles == READERS, page.path
        elif page.path.startswith("/duty"):
            # Whose hours they are, nobody but officers needs to know; others' hours are a supervisor's business.
            assert page.roles == (SUPERVISORS if page.path.startswith("/duty/hours") else READERS), page.path
        elif page.path.startswith(("/static", "/sign-in", "/begin", "/language")):
            assert page.roles == STRANGERS, page.path
        else:
            assert page.roles == EVERYBODY, page.path


async def test_phones_are_the_business_of_leaders_who_have_just_proven_themselves(home: Home) -> None:
    found = [page for page in all_pages(home) if page.path.startswith("/messengers")]
    assert [(page.roles, page.fresh) for page in found] == [(LEADERS, True)] * 4


async def test_control_the_right_role_is_let_in(home: Home, browsers: dict[Role | None, Browser]) -> None:
    reference = await emergency(home)
    elsewhere = {"/events", TEXTS[1], "/begin/{token}", "/kept/{token}"}
    opened = [page for page in all_pages(home) if page.method == "GET" and page.path not in elsewhere and "{number}" not in page.path]
    for page in opened:
        for role in page.roles:
            assert (await asked(browsers[role], page, reference)).status_code == 200, (page.path, role)


@pytest.mark.parametrize("wrong", ["missing", "another's", "another site's", "no form"])
async def test_a_form_without_its_token_is_refused_and_changes_nothing(
    home: Home, browsers: dict[Role | None, Browser], wrong: str
) -> None:
    reference = await emergency(home)
    before = await state(home)
    for page in all_pages(home):
        if page.method != "POST":
            continue
        for role in page.roles or (None,):
            browser = browsers[role]
            where = page.path.replace("{reference}", reference).replace("{token}", "x" * 43)
            own = token_of((await browser.get("/sessions" if role else "/sign-in")).text)
            other = token_of((await browsers[Role.OFFICER if role is not Role.OFFICER else Role.SUPERVISOR].get("/sessions")).text)
            assert own
            sent = {
                "missing": {"data": {"x": "1"}},
                "another's": {"data": {"form_token": other}},
                "another site's": {"data": {"form_token": own}, "headers": {"Origin": "https://evil.example"}},
                "no form": {"json": {"form_token": own}},
            }[wrong]
            assert (await browser.http.post(where, **sent)).status_code == 403, page.path  # type: ignore[arg-type]  # test values
    assert await state(home) == before


async def test_a_form_sent_across_sites_is_refused_even_with_its_token(browsers: dict[Role | None, Browser]) -> None:
    browser = browsers[Role.OFFICER]
    own = token_of((await browser.get("/")).text)
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 303)):
        answer = await browser.http.post("/sign-out", data={"form_token": own}, headers={"Sec-Fetch-Site": site, "Origin": "null"})
        assert answer.status_code == status


async def test_a_session_that_is_over_is_a_strangers(home: Home, browsers: dict[Role | None, Browser]) -> None:
    browser = browsers[Role.OFFICER]
    await browser.get("/")
    home.clock.move(seconds=(IDLE - timedelta(seconds=1)).total_seconds())
    assert (await browser.get("/queue/lines")).status_code == 200
    home.clock.move(seconds=1)
    assert (await browser.get("/queue/lines")).status_code == 401, "the page's own looks kept nothing awake"
    assert (await browser.get("/")).headers["location"] == "/sign-in"


async def test_every_answer_carries_the_headers_whatever_it_says(home: Home, browsers: dict[Role | None, Browser]) -> None:
    answers = [await browsers[None].get(path) for path in NOWHERE]
    answers += [await browsers[None].http.post("/", data={}), await browsers[None].http.put("/sign-in")]
    answers += [
        await asked(browser, page, "K7T-42M") for browser in browsers.values() for page in all_pages(home) if page.path != "/events"
    ]
    strange = ("evil.example", "[", "127.0.0.1.evil.example", "x@127.0.0.1", "")
    called = [await browsers[None].http.get("/sign-in", headers={"Host": host}) for host in strange]
    assert [answer.status_code for answer in called] == [421] * len(strange)
    answers += called
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, answer.request.url
        assert "unsafe" not in answer.headers["content-security-policy"]


async def test_what_is_not_there_is_404_and_says_nothing_of_what_was_asked(browsers: dict[Role | None, Browser]) -> None:
    for browser in browsers.values():
        for path in NOWHERE:
            answer = await browser.get(path)
            assert answer.status_code == 404, path
            assert answer.text == "not found"
        unknown = await browser.get("/static/kestrel.js")
        assert (unknown.status_code, "kestrel" in unknown.text) == (404, False)
        assert "kestrel" not in (await browser.get("/begin/kestrel")).text
    officer = browsers[Role.OFFICER]
    for reference in ("K7T-42M", "kestrel", "' OR 1=1"):
        answer = await officer.get(f"/conversation/{reference}")
        assert (answer.status_code, reference in answer.text) == (404, False)


async def test_a_form_of_a_megabyte_is_refused(browsers: dict[Role | None, Browser]) -> None:
    answer = await browsers[None].http.post("/sign-in", data={"name": "x" * 1_000_000})
    assert answer.status_code == 413


async def test_a_stranger_sends_kilobytes_and_an_officer_more(browsers: dict[Role | None, Browser]) -> None:
    for role, most in ((None, 64_000), (Role.OFFICER, 256_000)):
        http = browsers[role].http
        assert (await http.post("/sign-in", data={"name": "x" * (most - 1_000)})).status_code != 413
        assert (await http.post("/sign-in", data={"name": "x" * (most + 1_000)})).status_code == 413


async def test_over_https_cookies_are_host_cookies_and_secure(home: Home, proofs: DeskProofs, root: Person) -> None:
    browser = Browser(home.house, proofs, secure=True)
    entered = await browser.enters(root)
    cookies = entered.headers.get_list("set-cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"__Host-session", "__Host-device"}
    for cookie in cookies:
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=strict", "path=/"} <= parts
        assert not any(part.startswith("domain") for part in parts)
    assert entered.headers["strict-transport-security"]


async def test_over_plain_loopback_cookies_are_strict_all_the_same(home: Home, proofs: DeskProofs, root: Person) -> None:
    entered = await Browser(home.house, proofs).enters(root)
    for cookie in entered.headers.get_list("set-cookie"):
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=strict"} <= parts
        assert "secure" not in parts
    assert "strict-transport-security" not in entered.headers


async def test_a_failure_says_nothing_of_anybody(
    home: Home, proofs: DeskProofs, browsers: dict[Role | None, Browser], capfd: pytest.CaptureFixture[str]
) -> None:
    del proofs
    reference = await emergency(home)
    browser = browsers[Role.OFFICER]
    home.house.renew(catalogues=None)
    answer = await browser.get(f"/conversation/{reference}?kestrel")
    assert (answer.status_code, answer.text) == (500, "something failed here; it is in the log")
    said = "".join(capfd.readouterr())
    assert "police" not in said
    assert "kestrel" not in said
    assert HOST not in answer.text
