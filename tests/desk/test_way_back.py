"""Whoever was asked to sign in, or to replace a second factor, comes to the page that was asked for; and to no page of anybody else."""

from urllib.parse import urljoin, urlsplit

import pytest

from bot.desk.proofs import DeskProofs
from bot.domain.account import IDLE, Role
from tests.desk.browser import Browser, token_of
from tests.desk.people import PASSWORD, Person, joined
from tests.desk.test_pages import emergency
from tests.journeys.house import Home

ON = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)

FOREIGN = (
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "https:evil.example",
    "javascript:alert(1)", "/%2fevil.example", "/%5cevil.example", "%2f%2fevil.example", "/conversation/..%2f..%2fevil",
    "/conversation/K7T-42M\r\nLocation: //evil.example", "/conversation/\\evil", "/conversation/K7T-42M/",
    "/conversation/K7T-42M?x=//evil.example", "/conversation/K7T-42M#x", "/../duty", "/duty@evil.example", "/nowhere", "/sign-in",
    "/sign-out", "/prove", "/events", "/static/desk.css", "/language", "/begin/x", "/conversation/K7T-42M/live",
    "/conversation/K7T-42M/claim", "/duty/absence", " /duty", "/duty ", "/duty\n", "/d" + "u" * 300, "",
)  # fmt: skip


async def enters(browser: Browser, person: Person, then: str, **more: str) -> str:
    fields = {"name": person.name, "password": PASSWORD, "then": then, "code": person.code()} | more
    answer = await browser.post("/sign-in", on="/sign-in", **fields)
    assert answer.status_code == 303
    return answer.headers["location"]


@ON
@pytest.mark.parametrize("page", ["/conversation/{}", "/duty", "/troubles", "/queue/more", "/content/en/thanks"])
async def test_a_link_that_is_opened_signed_out_is_opened_after_signing_in(home: Home, proofs: DeskProofs, root: Person, page: str) -> None:
    ana = await joined(home.house, proofs, root, "Ana")
    page, browser = page.format(await emergency(home)), Browser(home.house, proofs)
    door = await browser.get(page)
    assert door.headers["location"] == f"/sign-in?then={page}"
    form = (await browser.get(door.headers["location"])).text
    assert form.count(f'name="then" value="{page}"') == 2, "with a code, and with a passkey"
    wrong = await browser.post("/sign-in", on=door.headers["location"], name="Ana", password="wrong", code="123456", then=page)
    assert (wrong.status_code, f'name="then" value="{page}"' in wrong.text) == (403, True), "a slip of the finger forgets nothing"
    assert await enters(browser, ana, page) == page
    assert (await browser.get(f"/sign-in?then={page}")).headers["location"] == page, "nor does who is in already stay at the door"


@ON
async def test_after_a_session_has_ended_a_button_leads_back_to_its_page(home: Home, proofs: DeskProofs, root: Person) -> None:
    ana, reference = await joined(home.house, proofs, root, "Ana"), await emergency(home)
    browser = Browser(home.house, proofs)
    await enters(browser, ana, "")
    own = token_of((await browser.get("/")).text)
    home.clock.move(seconds=IDLE.total_seconds())
    for path, page in (
        (f"/conversation/{reference}/claim", f"/conversation/{reference}"), ("/duty/absence/remove", "/duty"), ("/queue/other", "/"),
        (f"/conversation/{reference}/attachment/2.1/ask", f"/conversation/{reference}/attachment/2.1"),
    ):  # fmt: skip
        answer = await browser.http.post(path, data={"form_token": own})
        assert answer.headers["location"] == ("/sign-in" if page == "/" else f"/sign-in?then={page}")


@ON
@pytest.mark.parametrize("then", FOREIGN)
async def test_nobody_is_led_to_what_is_no_page_of_ours(home: Home, proofs: DeskProofs, root: Person, then: str) -> None:
    ana = await joined(home.house, proofs, root, "Ana")
    browser = Browser(home.house, proofs)
    assert await enters(browser, ana, then) == "/"
    again = await browser.http.get("/sign-in", params={"then": then})
    assert again.headers["location"] == "/"
    proved = await browser.post("/prove", on="/prove", password=PASSWORD, code=ana.code(), then=then)
    assert proved.headers["location"] == "/sessions"


def test_control_to_look_at_the_first_sign_alone_leads_away() -> None:
    led = [then for then in FOREIGN if then.startswith("/")]
    assert "evil.example" in {urlsplit(urljoin("https://desk.example/sign-in", then)).netloc for then in led}


@ON
async def test_control_the_same_words_of_a_page_that_there_is_lead_there(home: Home, proofs: DeskProofs, root: Person) -> None:
    ana = await joined(home.house, proofs, root, "Ana")
    assert await enters(Browser(home.house, proofs), ana, "/conversation/K7T-42M") == "/conversation/K7T-42M"
    assert await enters(Browser(home.house, proofs), root, "/conversation/K7T-42M") == "/accounts", "a page of another role is none"
    assert await enters(Browser(home.house, proofs), root, "/messengers") == "/messengers"


@ON
@pytest.mark.parametrize("then", ["/conversation/{}", "/"])
async def test_who_replaces_a_second_factor_first_goes_on_to_the_case(home: Home, proofs: DeskProofs, root: Person, then: str) -> None:
    ana, browser = await joined(home.house, proofs, root, "Ana", Role.SUPERVISOR), Browser(home.house, proofs)
    then = then.format(await emergency(home))
    assert await enters(browser, ana, then, code=ana.codes[0]) == then
    assert (await browser.get(then)).headers["location"] == "/authenticator"
    page = (await browser.get("/authenticator")).text
    secret = page.split('<code class="secret" dir="ltr">')[1].partition("<")[0].replace(" ", "")
    renewed = await browser.post("/authenticator", on="/authenticator", code=Person("Ana", secret, home.clock).code())
    # The offer is the same while it has not been taken up.
    assert renewed.headers["location"] == (then if then != "/" else "/sessions")
    assert (await browser.get(then)).status_code == 200
