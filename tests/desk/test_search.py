"""Search: by facts, by a contact's keyed hash, in the officer's own lanes, without content, audited without what was asked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.domain.handoff import DutyLane, HandoffClass, State
from bot.domain.ids import HandoffId, new_id, new_reference
from bot.domain.message import ChannelName
from bot.domain.search import Sought, addresses
from bot.ports import Officer
from bot.storage.base import Work
from bot.storage.tables import audit, contacts
from bot.usecases import handoff, search
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.desk.test_events import officer_of
from tests.desk.test_pages import DANGER, desk_of
from tests.journeys.house import Home

NUMBER, UUID, NAME = "+38267000123", "0f3c9d52-1a5b-4a86-9c3e-5f1d2b7a9e10", "marta_nk"


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


@pytest.fixture
async def officer(home: Home, ana: Person) -> Officer:
    return await officer_of(home, ana)


async def found(home: Home, officer: Officer, /, **sought: object) -> list[str]:
    return [line.reference for line in (await search.search(home.house, officer, Sought(**sought))).lines]  # type: ignore[arg-type]  # test values


async def rows(home: Home, statement: object) -> list[str]:
    """What the database itself holds."""
    async with home.house.store.begin() as tx:
        work: Work = tx.audit._work  # type: ignore[attr-defined]  # the test looks below the port
        return [repr(tuple(row.values())) for row in await work.rows(statement)]


async def case(home: Home, text: str = DANGER, **more: object) -> str:
    """Somebody's emergency; its reference."""
    async with home.house.store.begin() as tx:
        before = {line.reference for line in await tx.handoffs.queue()}
    await home.says(text, **more)
    async with home.house.store.begin() as tx:
        (new,) = {line.reference for line in await tx.handoffs.queue()} - before
    return new


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (" +382 67 000-123 ", [("signal", NUMBER)]),
        ("0038267000123", [("signal", NUMBER)]),
        ("38267000123", [("signal", NUMBER), ("telegram", "38267000123")]),
        (UUID.upper(), [("signal", UUID)]),
        ("@Marta_NK", [("telegram", NAME)]),
        ("https://t.me/marta_nk", [("telegram", NAME)]),
        ("group.abc=", [("signal", "group.abc=")]),
        ("", []),
        ("two words", []),
        ("%", []),
        ("' OR 1=1 --", []),
    ],
)
def test_an_address_is_understood_however_it_is_written(written: str, meant: list[tuple[str, str]]) -> None:
    assert list(addresses(written)) == meant


async def test_a_person_is_found_by_number_code_and_name_and_by_nothing_less(home: Home, officer: Officer) -> None:
    on_signal = await case(home, sender=UUID, called=NUMBER)
    on_telegram = await case(home, sender="730118204", channel=ChannelName.TELEGRAM, called=NAME)
    for written, wanted in ((UUID, on_signal), ("+382 67 000 123", on_signal), ("730118204", on_telegram), ("@Marta_nk", on_telegram)):
        assert await found(home, officer, contact=addresses(written)) == [wanted], written
    for less in ("+3826700012", "@marta", "73011820", UUID[:-1] + "1"):
        assert await found(home, officer, contact=addresses(less)) == [], less


async def test_a_name_that_was_changed_finds_its_owner_by_the_new_one_only(home: Home, officer: Officer) -> None:
    reference = await case(home, sender="730118204", channel=ChannelName.TELEGRAM, called=NAME)
    await home.says("still here", sender="730118204", channel=ChannelName.TELEGRAM, called="another_name")
    assert await found(home, officer, contact=addresses("@another_name")) == [reference]
    assert await found(home, officer, contact=addresses("@marta_nk")) == []


async def test_whoever_was_erased_is_found_no_more_and_no_name_stands_in_the_database(home: Home, officer: Officer) -> None:
    await home.says("hello", sender="730118204", channel=ChannelName.TELEGRAM, called=NAME)
    kept = " ".join(await rows(home, select(contacts)))
    assert NAME not in kept
    assert "730118204" not in kept
    async with home.house.store.begin() as tx:
        (index,) = [row["called_index"] for row in await tx.audit._work.rows(select(contacts))]  # type: ignore[attr-defined]
    assert index is not None
    await home.says("/forget", sender="730118204", channel=ChannelName.TELEGRAM, called=NAME)
    await home.says("1", sender="730118204", channel=ChannelName.TELEGRAM)
    async with home.house.store.begin() as tx:
        left = [row["called_index"] for row in await tx.audit._work.rows(select(contacts))]  # type: ignore[attr-defined]
    assert set(left) <= {None}


async def test_each_fact_narrows_what_is_found_and_closed_ones_are_found_too(home: Home, officer: Officer) -> None:
    first = await case(home, sender="1")
    home.clock.move(hours=48)
    home.nlu.known["can an officer call me about a grant"] = "request_human"
    second = await case(home, "can an officer call me about a grant", sender="2", channel=ChannelName.TELEGRAM)
    await handoff.claim(home.house, officer, first)
    await handoff.close(home.house, officer, first, "helped")
    now = home.clock.now()
    assert await found(home, officer) == [second, first], "the latest first"
    for sought, wanted in (
        ({"reference": first}, [first]),
        ({"state": State.CLOSED}, [first]),
        ({"cls": HandoffClass.E1}, [first]),
        ({"channel": ChannelName.TELEGRAM}, [second]),
        ({"officer": officer.id}, [first]),
        ({"opened_from": now - timedelta(hours=1)}, [second]),
        ({"opened_before": now - timedelta(hours=1)}, [first]),
        ({"locale": "sq"}, []),
        ({"kind": "self_harm"}, []),
        ({"cls": HandoffClass.E1, "channel": ChannelName.TELEGRAM}, []),
    ):
        assert await found(home, officer, **sought) == wanted, sought


async def test_a_lane_that_is_not_the_officers_does_not_exist_for_a_search(home: Home, officer: Officer) -> None:
    guard = await home.enrols("Sec", duties=("security",))
    home.nlu.known["a bomb is in the embassy"] = "threat_to_mission"
    reference = await case(home, "a bomb is in the embassy", sender="666")
    asked = ({}, {"reference": reference}, {"kind": "threat_to_mission"}, {"contact": addresses("+666666")}, {"state": State.WAITING})
    for sought in asked:
        assert reference not in await found(home, officer, **sought), sought  # type: ignore[arg-type]  # test values
    assert await found(home, guard, reference=reference) == [reference]
    async with home.house.store.begin() as tx:
        naive = await tx.handoffs.search(Sought(reference=reference), list(DutyLane), 10)
    assert [line.reference for line in naive] == [reference], "control: without lanes it would be found"


async def test_pages_follow_each_other_without_a_gap_or_a_double(home: Home, officer: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAGE", 3)
    await case(home)
    async with home.house.store.begin() as tx:
        (line,) = await tx.handoffs.queue()
        model = await tx.handoffs.find(line.reference)
        assert model is not None
        for number in range(7):
            opened = model.opened_at - timedelta(hours=number // 2 + 1)  # two of the same moment each
            ended = {"state": State.CLOSED, "opened_at": opened, "closed_at": opened, "next_ring_at": None}
            named = {"id": HandoffId(new_id()), "reference": new_reference()}
            await tx.handoffs.open(replace(model, **ended, **named))  # type: ignore[arg-type]  # test values
        await tx.commit()
    seen: list[str] = []
    more: str | None = None
    while not seen or more:
        page = await search.search(home.house, officer, Sought(older_than=more))
        assert len(page.lines) <= 3
        seen += [line.reference for line in page.lines]
        more = page.more
    assert len(seen) == len(set(seen)) == 8


async def test_the_page_finds_reads_look_alikes_shows_no_words_and_keeps_what_was_asked_out_of_address_and_audit(
    home: Home, proofs: DeskProofs, ana: Person
) -> None:
    reference = await case(home, sender=UUID, called=NUMBER)
    browser = await desk_of(home, proofs, ana)
    cyrillic = reference.replace("-", "").lower().translate(str.maketrans("aekmt", "аекмт"))
    for fields in ({"reference": cyrillic}, {"contact": NUMBER}, {"contact": UUID, "cls": "E1", "state": "waiting"}, {}):
        answer = await browser.post("/search", on="/search", **fields)
        assert answer.status_code == 200
        assert f'href="/conversation/{reference}"' in answer.text, fields
        assert not any(word in read(answer.text)[1] for word in ("my door", "right now"))
        assert answer.request.url.query == b""
    assert "Nothing that you may see." in (await browser.post("/search", on="/search", contact="+38267000999")).text
    written = [row for row in await rows(home, select(audit)) if "searched" in row]
    assert len(written) == 5
    assert "contact" in written[1]
    assert not any(term in row for row in written for term in (NUMBER, UUID, "38267000999"))


@pytest.mark.parametrize(
    ("field", "value"),
    [("reference", "XYZ"), ("contact", "a b"), ("opened_from", "yesterday"), ("cls", "E9"), ("officer", "nobody"), ("kind", "<b>")],
)
async def test_what_cannot_be_asked_is_said_and_counted_and_nothing_is_looked_for(
    home: Home, proofs: DeskProofs, ana: Person, field: str, value: str
) -> None:
    browser = await desk_of(home, proofs, ana)
    answer = await browser.post("/search", on="/search", **{field: value})
    assert answer.status_code == 400
    assert "Nothing was looked for" in read(answer.text)[1]
    assert (await home.counted())["search_refused"] == 1
    assert [row for row in await rows(home, select(audit)) if "searched" in row] == []


async def test_an_administrator_finds_nothing(home: Home, proofs: DeskProofs, root: Person) -> None:
    await case(home)
    browser = Browser(home.house, proofs)
    await browser.enters(root)
    assert root.account is not None
    assert root.account.role is Role.ADMINISTRATOR
    assert (await browser.get("/search")).status_code == 403
    assert (await browser.post("/search", on="/sessions")).status_code == 403
