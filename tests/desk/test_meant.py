"""An act that wants a proof anew is not lost over the proof: it is shown, and done with one button; once, by the same session, in time."""

import re
from datetime import timedelta

import pytest

from bot.desk.kept import act_of
from bot.desk.proofs import DeskProofs
from bot.desk.shelf import MEANT_LIVES, MOST, Meant, Shelf
from bot.domain.account import PROVED, Role
from bot.domain.clock import SystemClock
from bot.locales import Locales
from tests.desk.browser import Browser, token_of
from tests.desk.people import PASSWORD, Person, joined
from tests.desk.test_doors import all_pages
from tests.desk.test_pages import desk_of, emergency
from tests.journeys.house import Home

ON = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
WHY = "a fever, <gone> home"


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


@pytest.fixture
async def bo(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)


async def asks(home: Home, browser: Browser, path: str, **fields: str) -> str:
    """Ask for something when the proof is old; where that leads after the proof."""
    own = token_of((await browser.get("/sessions")).text)
    home.clock.move(seconds=PROVED.total_seconds())
    answer = await browser.http.post(path, data={"form_token": own} | fields)
    then = re.fullmatch(r"/prove\?then=(/kept/[A-Za-z0-9_-]{43})", answer.headers["location"])
    assert then
    return then[1]


async def proves(browser: Browser, person: Person, then: str) -> str:
    proved = await browser.post("/prove", on=f"/prove?then={then}", password=PASSWORD, code=person.code(), then=then)
    to: str = proved.headers["location"]
    return to


async def holder_of(home: Home, reference: str) -> str | None:
    async with home.house.store.begin() as tx:
        return next(line.holder_name for line in await tx.handoffs.queue() if line.reference == reference)


async def forcing(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> tuple[str, Browser, str]:
    """A case that Ana holds, the supervisor's browser, and where the word on its successor waits."""
    reference = await emergency(home)
    await (await desk_of(home, proofs, ana)).does(reference, "claim")
    assert ana.account is not None
    assert bo.account is not None
    browser = await desk_of(home, proofs, bo)
    fields = {"holder": str(ana.account.officer), "to": str(bo.account.officer), "reason": WHY}
    return reference, browser, await asks(home, browser, f"/conversation/{reference}/force", **fields)


@ON
async def test_a_supervisors_word_is_shown_after_the_proof_and_done_with_one_button(
    home: Home, proofs: DeskProofs, ana: Person, bo: Person
) -> None:
    reference, browser, then = await forcing(home, proofs, ana, bo)
    asked = (await browser.get(f"/prove?then={then}")).text
    assert "Not done yet, and not lost: Hand over at once, as a supervisor." in asked
    assert asked.count(f'name="then" value="{then}"') == 2, "with a code, and with a passkey"
    slip = await browser.post("/prove", on="/prove", password="wrong", code="123456", then=then)
    assert "Not done yet, and not lost" in slip.text
    assert await proves(browser, bo, then) == then
    page = (await browser.get(then)).text
    for shown in ("Hand over at once, as a supervisor", reference, ">Bo<", "a fever, &lt;gone&gt; home"):
        assert shown in page
    assert await holder_of(home, reference) == "Ana", "nothing is done before the button"
    done = await browser.post(then, on=then)
    assert (done.status_code, done.headers["location"]) == (303, f"/conversation/{reference}")
    assert await holder_of(home, reference) == "Bo"
    async with home.house.store.begin() as tx:
        assert await tx.audit.last("forced", reference) is not None
    assert WHY.partition(",")[0] in (await browser.get(f"/conversation/{reference}")).text


@ON
async def test_days_off_are_kept_over_the_proof(home: Home, proofs: DeskProofs, ana: Person) -> None:
    assert ana.account is not None
    browser = await desk_of(home, proofs, ana)
    then = await asks(home, browser, "/duty/absence", officer=str(ana.account.officer), first="2026-12-24", last="2026-12-27")
    assert await proves(browser, ana, then) == then
    page = (await browser.get(then)).text
    assert all(each in page for each in ("Add days off", "2026-12-24", "2026-12-27", ">Ana<"))
    assert (await browser.post(then, on=then)).headers["location"] == "/duty"
    assert "2026-12-24" in (await browser.get("/duty")).text or "24" in (await browser.get("/duty")).text


@ON
@pytest.mark.parametrize("wrong", ["another session", "their own second one", "twice", "too late", "no proof", "no token", "signed out"])
async def test_it_is_done_by_that_session_once_in_time_and_after_the_proof_only(
    home: Home, proofs: DeskProofs, root: Person, ana: Person, bo: Person, wrong: str
) -> None:
    reference, browser, then = await forcing(home, proofs, ana, bo)
    if wrong != "no proof":
        await proves(browser, bo, then)
    other = browser
    if wrong == "another session":
        other = await desk_of(home, proofs, await joined(home.house, proofs, root, "Cy", Role.SUPERVISOR))
    elif wrong == "their own second one":
        other = await desk_of(home, proofs, bo)
    elif wrong == "twice":
        assert (await browser.post(then, on=then)).status_code == 303
        await (await desk_of(home, proofs, bo)).does(reference, "return")
    elif wrong == "too late":
        home.clock.move(seconds=MEANT_LIVES.total_seconds())
        await proves(browser, bo, "")
    elif wrong == "signed out":
        await browser.post("/sign-out", on="/")
        await browser.enters(bo)
    before = await holder_of(home, reference)
    own = token_of((await other.get("/sessions")).text)
    answer = await other.http.post(then, data={} if wrong == "no token" else {"form_token": own})
    expected = {"no proof": 303, "no token": 403}.get(wrong, 404)
    assert answer.status_code == expected
    assert await holder_of(home, reference) == before
    assert WHY not in answer.text
    if wrong not in {"no proof", "no token"}:
        gone = await other.get(then)
        assert (gone.status_code, "it was done, or ten minutes are over" in gone.text, reference in gone.text) == (404, True, False)


@ON
async def test_the_case_is_looked_at_again_when_it_is_done(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    reference, browser, then = await forcing(home, proofs, ana, bo)
    await (await desk_of(home, proofs, ana)).does(reference, "return")
    await proves(browser, bo, then)
    assert (await browser.post(then, on=then)).status_code == 409
    assert await holder_of(home, reference) is None


SECRET = ("/password", "/passkeys/options", "/passkeys/add", "/authenticator")


@ON
async def test_a_password_a_code_or_a_key_is_never_kept(home: Home, proofs: DeskProofs, bo: Person) -> None:
    browser = await desk_of(home, proofs, bo)
    own = token_of((await browser.get("/sessions")).text)
    home.clock.move(seconds=PROVED.total_seconds())
    for path in SECRET:
        answer = await browser.http.post(
            path, data={"form_token": own, "password": PASSWORD, "again": PASSWORD, "code": "1", "answer": "{}"}
        )
        assert answer.headers["location"].startswith("/prove?then=/p" if path != "/authenticator" else "/prove?then=/authenticator")
        assert "/kept/" not in answer.headers["location"]
    removed = await browser.http.post("/duty/absence/remove", data={"form_token": own, "absence": "x"})
    assert removed.headers["location"] == "/prove?then=/duty&again=1"
    assert "has not been done: ask for it once more" in (await browser.get(removed.headers["location"])).text


async def test_whatever_is_kept_wants_a_proof_and_says_what_it_does(home: Home) -> None:
    words, found = Locales.plain().words("en"), [page for page in all_pages(home) if page.kept]
    assert len(found) == 16
    for page in found:
        assert (page.method, page.fresh, page.path in SECRET, bool(act_of(words, page.path))) == ("POST", True, False, True), page.path


def test_what_opens_something_is_taken_out_whatever_the_form() -> None:
    meant = Meant.of("/x", "/x", {}, {"form_token": "t", "password": "p", "again": "p", "code": "1", "answer": "{}", "reason": WHY})
    assert dict(meant.form) == {"reason": WHY}
    assert WHY not in repr(meant)


def test_things_are_gone_after_their_time_and_the_oldest_when_there_are_too_many() -> None:
    shelf, now = Shelf[int](MEANT_LIVES), SystemClock().now()
    for number in range(MOST + 1):
        shelf.put("a", str(number), number, now + timedelta(seconds=number))
    assert [shelf.look("a", name, now) for name in ("0", "1", str(MOST))] == [None, 1, MOST]
    assert shelf.look("b", "1", now) is None
    assert shelf.take("a", "1", now) == 1
    assert shelf.take("a", "1", now) is None
    shelf.sweep(now + MEANT_LIVES + timedelta(seconds=MOST))
    assert shelf.of("a", now) == {}, "nobody had to ask for it"
