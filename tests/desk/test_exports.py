"""An original leaves the house with two persons' consent, and not otherwise; each step is in the audit with both names."""

import base64
import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from bot.desk.proofs import DeskProofs
from bot.desk.security import SANDBOX
from bot.domain.account import PROVED, Role
from bot.domain.errors import Refused
from bot.ports import Officer
from bot.storage.filetables import exports
from bot.storage.tables import audit
from bot.usecases import export, handoff
from tests.desk.browser import Browser
from tests.desk.people import PASSWORD, Person, joined
from tests.desk.test_attached import case
from tests.desk.test_pages import DANGER, desk_of
from tests.journeys.files import fetched, jpeg, sends
from tests.journeys.house import Home

WHY = "the prosecutor asked kestrel for it"


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


@pytest.fixture
async def bo(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)


async def officer(home: Home, person: Person) -> Officer:
    async with home.house.store.begin() as tx:
        found = await tx.officers.by_name(person.name)
    assert found is not None
    return found


async def asks(browser: Browser, reference: str, why: str = WHY, number: str = "2.1") -> int:
    base = f"/conversation/{reference}/attachment/{number}"
    return (await browser.post(f"{base}/ask", on=base, reason=why)).status_code


async def agrees(home: Home, browser: Browser, reference: str, number: str = "2.1") -> int:
    async with home.house.store.begin() as tx:
        row = (await tx._work.rows(select(exports).order_by(exports.c.asked_at.desc())))[0]  # type: ignore[attr-defined]
    page = f"/conversation/{reference}"
    return (await browser.post(f"{page}/attachment/{number}/agree", on=page, export=row["id"])).status_code


async def takes(browser: Browser, reference: str, number: str = "2.1") -> tuple[int, bytes]:
    answer = await browser.get(f"/conversation/{reference}/attachment/{number}/original")
    return answer.status_code, answer.content


async def audited(home: Home) -> list[tuple[str, str, dict[str, str]]]:
    async with home.house.store.begin() as tx:
        rows = await tx._work.rows(select(audit).where(audit.c.event.like("original%")).order_by(audit.c.seq))  # type: ignore[attr-defined]
    return [(row["actor"], row["event"], json.loads(row["detail"])) for row in rows]


async def test_whoever_may_agree_is_told_on_every_page_and_who_asks_is_not(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    reference = await case(home, jpeg())
    hers, his, cys = [await desk_of(home, proofs, each) for each in (ana, bo, await joined(home.house, proofs, bo, "Cy"))]

    async def told(browser: Browser) -> bool:
        page = (await browser.get("/troubles")).text
        return "Somebody asks for an original" in page and f"/conversation/{reference}#exports" in page

    assert await asks(hers, reference) == 303
    assert [await told(each) for each in (hers, his, cys)] == [False, True, True]
    assert await agrees(home, his, reference) == 303
    assert [await told(each) for each in (hers, his, cys)] == [False] * 3
    assert await asks(hers, reference) == 303
    home.clock.move(hours=24)
    async with home.house.store.begin() as tx:
        assert await tx.troubles.asked_for(home.clock.now()) == [], "nobody can agree any more"


async def test_one_asks_another_agrees_and_the_first_one_takes_it_as_it_came(
    home: Home, proofs: DeskProofs, ana: Person, bo: Person
) -> None:
    reference = await case(home, jpeg())
    hers, his = await desk_of(home, proofs, ana), await desk_of(home, proofs, bo)
    assert await asks(hers, reference) == 303
    seen = (await his.get(f"/conversation/{reference}")).text
    assert (WHY in seen, "Agree that Ana takes the original" in seen) == (True, True)
    assert "Agree that" not in (await hers.get(f"/conversation/{reference}")).text
    assert await agrees(home, his, reference) == 303
    answer = await hers.get(f"/conversation/{reference}/attachment/2.1/original")
    assert (answer.status_code, answer.content) == (200, jpeg())
    headers = answer.headers
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-disposition"] == f'attachment; filename="{reference}-2.1.bin"'
    assert headers["content-security-policy"] == SANDBOX
    assert headers["repr-digest"] == f"sha-256=:{base64.b64encode(hashlib.sha256(jpeg()).digest()).decode()}:"
    one, two = (await officer(home, ana)).id, (await officer(home, bo)).id
    assert await audited(home) == [
        (f"officer:{one}", "original_asked", {"number": "2.1"}),
        (f"officer:{two}", "original_agreed", {"asked_by": one, "number": "2.1"}),
        (f"officer:{one}", "original_taken", {"agreed_by": two, "number": "2.1"}),
    ]


async def test_who_asks_alone_gets_nothing_whatever_they_press(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await case(home, jpeg())
    hers = await desk_of(home, proofs, ana)
    assert (await takes(hers, reference))[0] == 409
    await asks(hers, reference)
    assert await agrees(home, hers, reference) == 409
    await asks(hers, reference, "once more")
    assert await agrees(home, hers, reference) == 409
    status, content = await takes(hers, reference)
    assert (status, jpeg()[:40] in content) == (409, False)


async def test_a_naive_flag_that_the_same_person_sets_is_refused_by_the_database_itself(
    home: Home, proofs: DeskProofs, ana: Person, bo: Person
) -> None:
    reference = await case(home, jpeg())
    one, two = await officer(home, ana), await officer(home, bo)
    await export.ask(home.house, one, reference, "2.1", WHY)

    async def flagged(by: Officer) -> None:
        """The naive way: whoever presses the button has agreed."""
        async with home.house.store.begin() as tx:
            await tx._work.run(update(exports).values(agreed_by=by.id, agreed_at=home.clock.now()))  # type: ignore[attr-defined]
            await tx.commit()

    with pytest.raises(IntegrityError):
        await flagged(one)
    with pytest.raises(Refused, match="not_agreed"):
        await export.take(home.house, one, reference, "2.1")
    await flagged(two)
    assert (await export.take(home.house, one, reference, "2.1")).content == jpeg(), "control: the same with somebody else goes through"
    del proofs


async def test_only_who_has_asked_takes_it(home: Home, proofs: DeskProofs, root: Person, ana: Person, bo: Person) -> None:
    reference = await case(home, jpeg())
    hers, his = await desk_of(home, proofs, ana), await desk_of(home, proofs, bo)
    third = await desk_of(home, proofs, await joined(home.house, proofs, root, "Cy"))
    await asks(hers, reference)
    await agrees(home, his, reference)
    assert [(await takes(each, reference))[0] for each in (his, third, hers)] == [409, 409, 200]


async def test_a_consent_is_for_one_file_and_for_an_hour_and_a_request_for_a_day(
    home: Home, proofs: DeskProofs, ana: Person, bo: Person
) -> None:
    reference = await case(home, jpeg(), jpeg((64, 64)))
    one, two = await officer(home, ana), await officer(home, bo)
    await export.ask(home.house, one, reference, "2.1", WHY)
    home.clock.move(hours=23, minutes=59)
    await export.agree(home.house, two, reference, "2.1")
    with pytest.raises(Refused, match="not_agreed"):
        await export.take(home.house, one, reference, "2.2")
    home.clock.move(minutes=59)
    assert (await export.take(home.house, one, reference, "2.1")).content == jpeg()
    home.clock.move(minutes=2)
    with pytest.raises(Refused, match="not_agreed"):
        await export.take(home.house, one, reference, "2.1")
    await export.ask(home.house, one, reference, "2.1", WHY)
    home.clock.move(hours=24, seconds=1)
    with pytest.raises(Refused, match="not_asked"):
        await export.agree(home.house, two, reference, "2.1")


async def test_two_who_agree_at_once_are_one_consent(home: Home, proofs: DeskProofs, root: Person, ana: Person, bo: Person) -> None:
    reference = await case(home, jpeg())
    third = await officer(home, await joined(home.house, proofs, root, "Cy"))
    one, two = await officer(home, ana), await officer(home, bo)
    await export.ask(home.house, one, reference, "2.1", WHY)
    await export.agree(home.house, two, reference, "2.1")
    with pytest.raises(Refused, match="not_asked"):
        await export.agree(home.house, third, reference, "2.1")


async def test_it_is_done_only_shortly_after_password_and_code(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    reference = await case(home, jpeg())
    hers, his = await desk_of(home, proofs, ana), await desk_of(home, proofs, bo)
    await asks(hers, reference)
    await agrees(home, his, reference)
    home.clock.move(seconds=(PROVED + timedelta(seconds=1)).total_seconds())
    base = f"/conversation/{reference}/attachment/2.1"
    for path in (f"{base}/original",):
        assert (await hers.get(path)).headers["location"] == f"/prove?then={path}"
    for act in ("ask", "agree"):
        assert "/prove?then=/kept/" in (await hers.post(f"{base}/{act}", on=base, reason=WHY)).headers["location"]
    given = {"then": f"{base}/original", "password": PASSWORD, "code": ana.code()}
    proved = await hers.post("/prove", on=f"/prove?then={base}/original", **given)
    assert proved.headers["location"] == f"{base}/original"
    assert (await takes(hers, reference))[1] == jpeg()


async def test_a_reason_is_needed_and_kept_sealed(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await case(home, jpeg())
    hers = await desk_of(home, proofs, ana)
    assert await asks(hers, reference, "   ") == 409
    await asks(hers, reference)
    async with home.house.store.begin() as tx:
        (row,) = await tx._work.rows(select(exports))  # type: ignore[attr-defined]
    assert WHY.encode() not in row["reason_sealed"]
    assert WHY in (await hers.get(f"/conversation/{reference}/attachment/2.1")).text


async def test_a_second_person_of_another_lane_cannot_agree_nor_read_why(home: Home, proofs: DeskProofs, root: Person, ana: Person) -> None:
    guard = await joined(home.house, proofs, root, "Sec", duties=("general", "security"))
    await home.says("there is a bomb in the embassy")
    await sends(home, jpeg())
    await fetched(home)
    reference = await home.reference()
    one, other = await officer(home, guard), await officer(home, ana)
    await export.ask(home.house, one, reference, "2.1", WHY)
    with pytest.raises(Refused, match="unknown"):
        await export.agree(home.house, other, reference, "2.1")
    assert WHY not in (await (await desk_of(home, proofs, ana)).get("/")).text


async def test_of_an_original_for_other_eyes_nobody_else_is_told_although_the_person_has_a_case_that_all_may_see(
    home: Home, proofs: DeskProofs, root: Person, ana: Person
) -> None:
    sec, two = [await joined(home.house, proofs, root, name, duties=("general", "security")) for name in ("Sec", "Two")]
    await home.says("there is a bomb in the embassy")
    await sends(home, jpeg())
    await fetched(home)
    threat, guard = await home.reference(), await officer(home, sec)
    await handoff.claim(home.house, guard, threat)
    await handoff.close(home.house, guard, threat, "not_ours")
    home.clock.move(hours=30)
    await home.says(DANGER)
    later = await home.reference()
    await export.ask(home.house, guard, threat, "2.1", WHY)
    hers, his = await desk_of(home, proofs, ana), await desk_of(home, proofs, two)
    assert (later != threat, (await hers.get(f"/conversation/{later}")).status_code) == (True, 200), (
        "control: the latest case is for her eyes"
    )
    assert "Somebody asks for an original" not in (await hers.get("/troubles")).text
    assert f"/conversation/{threat}#exports" in (await his.get("/troubles")).text
    assert WHY in (await his.get(f"/conversation/{threat}")).text, "where the link leads"


async def test_who_agrees_need_not_see_what_the_phone_took_back(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    reference = await case(home, jpeg(), expires_in=60)
    hers, his = await desk_of(home, proofs, ana), await desk_of(home, proofs, bo)
    await hers.does(reference, "claim")
    home.clock.move(minutes=2)
    await asks(hers, reference)
    assert (await his.get(f"/conversation/{reference}/attachment/2.1")).status_code == 404
    assert await agrees(home, his, reference) == 303
    assert (await takes(hers, reference))[1] == jpeg()
    assert (await takes(his, reference))[0] == 404


async def test_originals_of_a_closed_case_are_taken_in_the_same_way(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    reference = await case(home, b"%PDF-1.7 evidence")
    hers, his = await desk_of(home, proofs, ana), await desk_of(home, proofs, bo)
    await hers.does(reference, "claim")
    await hers.does(reference, "close", outcome="helped")
    await asks(hers, reference)
    assert await agrees(home, his, reference) == 303
    assert await takes(hers, reference) == (200, b"%PDF-1.7 evidence")


async def test_with_an_officer_who_is_removed_a_consent_ends(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    reference = await case(home, jpeg())
    one, two = await officer(home, ana), await officer(home, bo)
    await export.ask(home.house, one, reference, "2.1", WHY)
    await export.agree(home.house, two, reference, "2.1")
    async with home.house.store.begin() as tx:
        await tx.officers.remove(two.id)
        await tx.commit()
    with pytest.raises(Refused, match="not_agreed"):
        await export.take(home.house, one, reference, "2.1")


async def test_before_anybody_has_to_prove_who_they_are_nobody_can_be_two(home: Home) -> None:
    one, two = await home.enrols(), await home.enrols("Bo", sender="901")
    reference = await case(home, jpeg())
    for act in (export.ask(home.house, one, reference, "2.1", WHY), export.agree(home.house, two, reference, "2.1")):
        with pytest.raises(Refused, match="no_accounts"):
            await act


async def test_what_is_forgotten_takes_requests_along(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await case(home, jpeg())
    await export.ask(home.house, await officer(home, ana), reference, "2.1", WHY)
    await home.says("/forget")
    async with home.house.store.begin() as tx:
        assert await tx._work.rows(select(exports)) == []  # type: ignore[attr-defined]
    del proofs
