"""Whose address counts when tries are counted: the client's, as proxies that are named tell it, and never as a stranger tells it."""

import ipaddress

import pytest
from starlette.requests import Request

from bot.desk.proofs import DeskProofs
from bot.desk.proxies import Proxies
from bot.domain.account import STRANGERS
from tests.desk.browser import Browser, token_of
from tests.desk.people import PASSWORD, Person
from tests.journeys.house import Home

SQLITE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
PROXIES = Proxies([ipaddress.ip_network("127.0.0.1"), ipaddress.ip_network("10.1.0.0/16")])


def request(at: str | None, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    return Request({"type": "http", "client": at and (at, 1), "headers": headers})


@pytest.mark.parametrize(
    ("at", "forwarded", "counted"),
    [
        ("127.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["203.0.113.9", "198.51.100.7, 10.1.2.3"], "198.51.100.7"),
        ("::ffff:127.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["10.1.2.3"], "10.1.2.3"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["<script>"], "unknown"),
        ("127.0.0.1", ["", "2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        ("198.51.100.7", ["203.0.113.9"], "198.51.100.7"),
        ("10.2.0.1", ["203.0.113.9"], "10.2.0.1"),
        (None, ["203.0.113.9"], "unknown"),
    ],
)
def test_only_a_proxy_that_is_named_says_for_whom_it_asks(at: str | None, forwarded: list[str], counted: str) -> None:
    assert PROXIES.client_of(request(at, *forwarded)) == counted


def test_control_the_first_address_of_the_header_is_whatever_a_stranger_likes() -> None:
    asked = request("127.0.0.1", "203.0.113.9, 198.51.100.7")
    assert asked.headers["x-forwarded-for"].split(",")[0] == "203.0.113.9"
    assert PROXIES.client_of(asked) != "203.0.113.9"


async def wrongly(browser: Browser, name: str, forwarded: str, times: int) -> list[int]:
    """Wrong tries, each for another name, so that only the address is counted."""
    token = token_of((await browser.get("/sign-in")).text)
    said = []
    for number in range(times):
        form = {"form_token": token, "name": f"{name}{number}", "password": PASSWORD, "code": "000000"}
        said.append((await browser.http.post("/sign-in", data=form, headers={"X-Forwarded-For": forwarded})).status_code)
    return said


@SQLITE
async def test_behind_a_proxy_each_client_has_tries_of_its_own(home: Home, proofs: DeskProofs, root: Person) -> None:
    browser = Browser(home.house, proofs, at="127.0.0.1", proxies=PROXIES)
    assert (await wrongly(browser, "a", "198.51.100.7", 62))[-2:] == [429, 429]
    assert await wrongly(browser, "b", "198.51.100.8", 1) == [403]
    assert (await browser.enters(root)).status_code == 303


@SQLITE
async def test_a_stranger_who_makes_addresses_up_has_one_all_the_same(home: Home, proofs: DeskProofs, root: Person) -> None:
    del root
    stranger = Browser(home.house, proofs, at="198.51.100.66", proxies=PROXIES)
    said = [await wrongly(stranger, f"{number}-", f"203.0.113.{number}", 1) for number in range(62)]
    assert said[-2:] == [[429], [429]]
    other = Browser(home.house, proofs, at="203.0.113.5", proxies=PROXIES)
    assert await wrongly(other, "c", "203.0.113.5", 1) == [403], "and those whose names were taken in vain pay nothing"


@SQLITE
async def test_strangers_cannot_lock_an_officer_out_of_a_browser_that_is_known(home: Home, proofs: DeskProofs, root: Person) -> None:
    officer = Browser(home.house, proofs, at="127.0.0.1", proxies=PROXIES)
    assert (await officer.enters(root)).status_code == 303
    officer.http.cookies.delete("dl_session")
    stranger, naive = Browser(home.house, proofs, at="198.51.100.66"), Naive()
    token = token_of((await stranger.get("/sign-in")).text)
    for _ in range(40):
        form = {"form_token": token, "name": root.name, "password": "wrong horse battery", "code": "000000"}
        await stranger.http.post("/sign-in", data=form)
        naive.failed(root.name)
    assert naive.is_locked(root.name), "the control: a lock on the name keeps its owner out as long as somebody likes"
    assert (await officer.enters(root)).status_code == 303


class Naive:
    """What is often done: so many wrong tries lock the name, whoever made them."""

    def __init__(self) -> None:
        self._failed: dict[str, int] = {}

    def failed(self, name: str) -> None:
        self._failed[name] = self._failed.get(name, 0) + 1

    def is_locked(self, name: str) -> bool:
        return self._failed.get(name, 0) >= STRANGERS[0].tries
