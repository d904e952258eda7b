"""Words that a button has not sent stand in their box again: after a session has ended, a form that is too old, a note, a refusal."""

import re
from datetime import timedelta

import pytest

from bot.desk.proofs import DeskProofs
from bot.desk.shelf import TYPED_LIVES
from bot.domain.account import IDLE, Role
from tests.desk.browser import Browser, token_of
from tests.desk.people import PASSWORD, Person, joined
from tests.desk.test_pages import desk_of, emergency, sent
from tests.journeys.house import Home

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
DRAFT, NOTE = "Wait inside, I am calling <your> lawyer.", "her sister rang"


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana", Role.SUPERVISOR)


@pytest.fixture
async def bo(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)


def box(page: str, id_: str) -> str | None:
    """What stands in a box of the page; None: it has no such box."""
    found = re.search(rf'<textarea id="{id_}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return None if found is None else found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'")


async def boxes(browser: Browser, reference: str) -> tuple[str | None, str | None, str | None]:
    page = (await browser.get(f"/conversation/{reference}")).text
    return box(page, "text"), box(page, "note-text"), box(page, "unsent")


async def held(home: Home, browser: Browser) -> tuple[str, str]:
    """A case of this browser's officer, and the token that its page carries."""
    reference = await emergency(home)
    await browser.does(reference, "claim")
    return reference, token_of((await browser.get(f"/conversation/{reference}")).text)


async def too_late(home: Home, browser: Browser, path: str, own: str, **fields: str) -> str:
    """A form that is sent when its session is over; where the browser is led."""
    home.clock.move(seconds=IDLE.total_seconds())
    answer = await browser.http.post(path, data={"form_token": own} | fields)
    assert (answer.status_code, answer.text) == (303, "")
    door: str = answer.headers["location"]
    return door


@pytest.mark.parametrize(
    ("act", "fields", "found"),
    [("reply", {"text": DRAFT, "note": NOTE}, (DRAFT, NOTE, None)), ("note", {"text": DRAFT, "note": NOTE}, (DRAFT, NOTE, None)),
     ("note", {"text": NOTE}, ("", NOTE, None)), ("prepared", {"text": DRAFT, "canned": "x"}, (DRAFT, "", None)),
     ("force", {"reason": DRAFT}, ("", "", DRAFT))],
)  # fmt: skip
async def test_what_was_typed_when_the_session_had_ended_stands_there_after_signing_in(
    home: Home, proofs: DeskProofs, ana: Person, act: str, fields: dict[str, str], found: tuple[str | None, ...]
) -> None:
    browser = await desk_of(home, proofs, ana)
    reference, own = await held(home, browser)
    door = await too_late(home, browser, f"/conversation/{reference}/{act}", own, **fields)
    page = (await browser.get(door)).text
    assert "your words were not sent" in page
    assert DRAFT not in page, "who stands at the door reads none of it"
    await browser.enters(ana, then=f"/conversation/{reference}")
    await browser.does(reference, "claim")
    assert await boxes(browser, reference) == found
    assert DRAFT not in " ".join(await sent(home))


async def test_words_that_are_sent_at_last_stand_there_no_more(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser = await desk_of(home, proofs, ana)
    reference, own = await held(home, browser)
    await too_late(home, browser, f"/conversation/{reference}/reply", own, text=DRAFT, note=NOTE)
    await browser.enters(ana)
    await browser.does(reference, "claim")
    await browser.does(reference, "reply", text=DRAFT, note=NOTE, silence="known")
    assert await boxes(browser, reference) == ("", NOTE, None), "and the note beside them has not gone"
    assert DRAFT in await sent(home)


@pytest.mark.parametrize("who", ["another officer", "another browser", "too late", "signed out"])
async def test_nobody_else_finds_them_and_nobody_finds_them_later(
    home: Home, proofs: DeskProofs, ana: Person, bo: Person, who: str
) -> None:
    browser = await desk_of(home, proofs, ana)
    reference, own = await held(home, browser)
    await too_late(home, browser, f"/conversation/{reference}/reply", own, text=DRAFT)
    if who == "too late":
        home.clock.move(seconds=TYPED_LIVES.total_seconds())
    reader = Browser(home.house, proofs) if who == "another browser" else browser
    await reader.enters(bo if who == "another officer" else ana)
    if who == "signed out":
        await reader.post("/sign-out", on="/")
        await reader.enters(ana)
    await reader.does(reference, "claim")
    assert await boxes(reader, reference) == (None if who == "another officer" else "", "", None)


async def test_a_browser_that_is_not_known_any_more_keeps_its_words_on_the_page(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser = await desk_of(home, proofs, ana)
    reference, own = await held(home, browser)
    async with home.house.store.begin() as tx:
        assert ana.account is not None
        for session in await tx.sessions.of(ana.account.id):
            await tx.sessions.end(session.id, ana.account.id)
        await tx.commit()
    answer = await browser.http.post(f"/conversation/{reference}/reply", data={"form_token": own, "text": DRAFT})
    assert (answer.status_code, box(answer.text, "unsent"), "<your>" in answer.text) == (401, DRAFT, False)
    assert f'name="then" value="/conversation/{reference}"' in answer.text


@pytest.mark.parametrize("stranger", ["never signed in", "another site"])
async def test_a_stranger_can_fill_nothing_and_is_shown_nothing(home: Home, proofs: DeskProofs, ana: Person, stranger: str) -> None:
    browser = await desk_of(home, proofs, ana)
    reference, own = await held(home, browser)
    home.clock.move(seconds=IDLE.total_seconds())
    sender = Browser(home.house, proofs) if stranger == "never signed in" else browser
    headers = {"Origin": "https://evil.example"} if stranger == "another site" else {}
    path = f"/conversation/{reference}/reply"
    answer = await sender.http.post(path, data={"form_token": own, "text": DRAFT}, headers=headers)
    assert (answer.status_code, answer.text) == (303, "")
    await sender.enters(ana)
    await sender.does(reference, "claim")
    assert await boxes(sender, reference) == ("", "", None)


@pytest.mark.parametrize("site", ["ours", "another"])
async def test_a_form_that_is_too_old_shows_its_words_and_the_way_back(home: Home, proofs: DeskProofs, ana: Person, site: str) -> None:
    browser = await desk_of(home, proofs, ana)
    reference, _ = await held(home, browser)
    headers = {"Origin": "https://evil.example"} if site == "another" else {}
    path = f"/conversation/{reference}/reply"
    refused = await browser.http.post(path, data={"form_token": "old", "text": DRAFT, "note": NOTE}, headers=headers)
    assert refused.status_code == 403
    assert (box(refused.text, "unsent") == f"{DRAFT}\n\n{NOTE}") is (site == "ours")
    assert f'href="/conversation/{reference}"' in refused.text
    assert await boxes(browser, reference) == ((DRAFT, NOTE, None) if site == "ours" else ("", "", None))
    elsewhere = await browser.http.post("/duty/absence", data={"form_token": "old"})
    assert (elsewhere.status_code, 'href="/duty">Open' in elsewhere.text) == (403, True)


@pytest.mark.parametrize(("act", "fields"), [("note", {}), ("acknowledge", {}), ("undo", {"line": "0" * 32}), ("reply", {"text": " "})])
async def test_what_is_half_written_stays_when_another_button_is_pressed(
    home: Home, proofs: DeskProofs, ana: Person, act: str, fields: dict[str, str]
) -> None:
    browser = await desk_of(home, proofs, ana)
    reference, _ = await held(home, browser)
    await browser.does(reference, act, **({"text": DRAFT, "note": NOTE} | fields))
    draft, note = ("" if fields.get("text") else DRAFT), ("" if act == "note" else NOTE)
    for _ in range(2):
        assert await boxes(browser, reference) == (draft, note, None), "also when the page is loaded once more"
    shown = (await browser.get(f"/conversation/{reference}")).text
    assert (f'<p class="words" dir="auto">{NOTE}</p>' in shown) is (act == "note")
    assert DRAFT not in " ".join(await sent(home))


async def test_the_note_of_an_answer_is_in_its_form_without_any_script(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    browser, other = await desk_of(home, proofs, ana), await desk_of(home, proofs, bo)
    reference, _ = await held(home, browser)
    mine, theirs = [(await each.get(f"/conversation/{reference}")).text for each in (browser, other)]
    assert '<textarea id="note-text" name="note" form="answer"' in mine
    assert f'<button form="answer" formaction="/conversation/{reference}/note" formnovalidate>' in mine
    assert '<textarea id="note-text" name="text"' in theirs, "the control: where there is no answer the note stands alone"
    await other.does(reference, "note", text=NOTE)
    assert NOTE in (await browser.get(f"/conversation/{reference}")).text


@pytest.mark.parametrize(("refusal", "draft"), [("silence", DRAFT), ("not_holder", None)])
async def test_words_that_are_not_sent_after_all_are_not_lost(
    home: Home, proofs: DeskProofs, ana: Person, bo: Person, refusal: str, draft: str | None
) -> None:
    browser = await desk_of(home, proofs, ana)
    reference, own = await held(home, browser)
    if refusal == "silence":
        await browser.does(reference, "reply", text="I am here.")
        home.clock.move(seconds=timedelta(minutes=11).total_seconds())
    else:
        await browser.does(reference, "return")
        await (await desk_of(home, proofs, bo)).does(reference, "claim")
    answer = await browser.http.post(f"/conversation/{reference}/reply", data={"form_token": own, "text": DRAFT, "note": NOTE})
    assert answer.status_code == 409
    found = await boxes(browser, reference)
    assert found == (draft, NOTE, None)
    assert DRAFT not in " ".join(await sent(home))


@pytest.mark.parametrize(("before", "draft"), [({"before": "yes"}, DRAFT), ({}, "")])
async def test_asking_first_whether_they_can_write_leaves_the_words_in_their_box(
    home: Home, proofs: DeskProofs, ana: Person, before: dict[str, str], draft: str
) -> None:
    browser = await desk_of(home, proofs, ana)
    reference, _ = await held(home, browser)
    home.clock.move(seconds=timedelta(minutes=11).total_seconds())
    asked = await browser.does(reference, "reply", text=DRAFT)
    assert 'name="before" value="yes"' in asked.text
    await browser.does(reference, "reply", text="Can you write now?", silence="known", **before)
    assert await boxes(browser, reference) == (draft, "", None)
    assert "Can you write now?" in await sent(home)


async def test_an_old_password_is_never_kept(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser = await desk_of(home, proofs, ana)
    own = token_of((await browser.get("/password")).text)
    home.clock.move(seconds=IDLE.total_seconds())
    answer = await browser.http.post("/password", data={"form_token": own, "password": PASSWORD, "again": PASSWORD, "text": PASSWORD})
    assert answer.headers["location"] == "/sign-in?then=/password"
    assert "not sent" not in (await browser.get("/sign-in")).text
