"""The queue's page lists some cases under each heading and says how many there are: each case once, urgent ones first, whoever looks."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bot.desk.events import Board
from bot.desk.proofs import DeskProofs
from bot.domain.handoff import HELD, HandoffClass, State
from bot.domain.ids import new_id
from bot.domain.queue import RINGING_TOLD, Group
from bot.domain.ringing import rings
from bot.ports import Officer
from bot.storage.database import SqlStore
from bot.storage.tables import contacts, conversations, handoffs
from bot.usecases import board, handoff
from tests.desk.people import Person, enters, joined
from tests.desk.test_pages import DANGER, desk_of
from tests.journeys.house import Home

FEW = dict.fromkeys(Group, 3)
#: Where a case stands that somebody holds.
HELD_UNDER = (Group.MINE, Group.THEIRS, Group.SNOOZED)
LANES = frozenset({"general", "security"})


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


async def officer_of(home: Home, person: Person) -> Officer:
    assert person.account is not None
    assert person.account.officer is not None
    async with home.house.store.begin() as tx:
        return await tx.officers.get(person.account.officer)


async def seeded(home: Home, store: SqlStore, holders: list[str], each: int = 5, *, acknowledged: bool = True) -> int:
    """Cases of every class and state, half of them acknowledged; how many."""
    people, talks, cases = [], [], []
    kinds = [(cls, state, holder) for cls in HandoffClass for state in State for holder in (holders if state is State.CLAIMED else [None])]
    for place, (cls, state, holder) in enumerate(kinds * each):
        contact, talk, opened = new_id(), new_id(), home.clock.now() - timedelta(seconds=10_000 - place)
        heard = opened if acknowledged and place % 2 else None
        people.append({"id": contact, "channel": "drill" if place % 11 == 0 else "signal", "created_at": opened})
        talks.append({"id": talk, "contact_id": contact, "locale": "en", "last_message_at": opened})
        cases.append(
            {"id": new_id(), "reference": f"T{place:06}", "conversation_id": talk, "state": state, "cls": cls, "kind": "x",
             "lane": "security" if place % 13 == 0 else "general", "reason": "rule", "opened_at": opened, "holder_id": holder,
             "claimed_at": opened if holder else None, "acknowledged_at": heard, "closed_at": opened if state is State.CLOSED else None}
        )  # fmt: skip
    async with store.begin() as tx:
        for table, rows in ((contacts, people), (conversations, talks), (handoffs, cases)):
            await tx._work.connection.execute(insert(table), rows)
        await tx.commit()
    return len(cases)


async def test_each_case_is_under_one_heading_and_counted_there(home: Home, store: SqlStore, ana: Person) -> None:
    me, other = await officer_of(home, ana), await home.enrols("Bea")
    number = await seeded(home, store, [me.id, other.id])
    async with store.look() as seen:
        sections = (await seen.lines.common(LANES, FEW)).sections_for(me.name, 3)
        whole = {group: await seen.lines.some(LANES, me.id, group, 0, number) for group in Group}
    for section in sections:
        assert list(section.lines) == whole[section.group][:3]
        if section.group is not Group.CLOSED:
            assert section.number == len(whole[section.group]) >= (0 if section.group is Group.SNOOZED else 3), section.group
    held = {line.reference for line in whole[Group.RINGING] if line.state in HELD}
    named = [line.reference for lines in whole.values() for line in lines]
    twice = {reference for reference in named if named.count(reference) > 1}
    assert (len(set(named)), twice, len(named)) == (number, held, number + len(held)), "twice only what rings while somebody holds it"
    assert held
    assert all(rings(line) and not line.is_exercise for line in whole[Group.RINGING])
    assert not any(rings(line) for group in set(Group) - {Group.RINGING, *HELD_UNDER} for line in whole[group] if not line.is_exercise)
    assert {line.holder_name for line in whole[Group.MINE]} == {"Ana"}
    assert all(line.is_exercise for line in whole[Group.EXERCISES])
    assert not any(line.is_exercise for group in Group for line in whole[group] if group in {Group.EMERGENCIES, Group.THEIRS})


async def test_pages_follow_each_other_without_a_gap(home: Home, store: SqlStore, ana: Person) -> None:
    me = await officer_of(home, ana)
    await seeded(home, store, [me.id])
    async with store.look() as seen:
        whole = await seen.lines.some(LANES, me.id, Group.EMERGENCIES, 0, 1_000)
        parts = [await seen.lines.some(LANES, me.id, Group.EMERGENCIES, skip, 4) for skip in range(0, len(whole), 4)]
    assert [line for part in parts for line in part] == whole
    assert [line.opened_at for line in whole] == sorted(line.opened_at for line in whole)


async def test_other_lanes_are_neither_listed_nor_counted(home: Home, store: SqlStore, ana: Person) -> None:
    await home.enrols("Sec", duties=("security",))
    me = await officer_of(home, ana)
    await seeded(home, store, [me.id])
    _, sections = await Board(home.house).sections(me, dict.fromkeys(Group, 1_000))
    assert {line.lane for section in sections for line in section.lines} == {"general"}
    assert all(section.number == len(section.lines) for section in sections)


async def test_the_version_follows_what_an_officer_sees_and_nothing_else(home: Home, ana: Person) -> None:
    await home.enrols("Sec", duties=("security",))
    me, seen = await officer_of(home, ana), list[str]()

    async def version() -> str:
        return (await Board(home.house).glance(me)).version

    seen.append(await version())
    home.nlu.known["a bomb is in the embassy"] = "threat_to_mission"
    await home.says("a bomb is in the embassy", sender="77")
    assert await version() == seen[-1], "another lane's"
    await home.says(DANGER)
    _, sections = await Board(home.house).sections(me, FEW)
    reference = sections[0].lines[0].reference
    acts = [handoff.acknowledge, handoff.claim, handoff.give_back]
    for act in (None, *acts):
        if act is not None:
            await act(home.house, me, reference)
        seen.append(await version())
    await home.says("they are inside")
    seen.append(await version())
    assert len(set(seen)) == len(seen)


async def test_the_latest_alarm_is_told_however_many_there_are(home: Home, store: SqlStore, ana: Person) -> None:
    me = await officer_of(home, ana)
    await seeded(home, store, [me.id], each=RINGING_TOLD)
    await home.says(DANGER)
    async with store.begin() as tx:
        connection = tx._work.connection
        newest = select(handoffs.c.reference).where(handoffs.c.state == "waiting").order_by(handoffs.c.opened_at.desc()).limit(1)
        latest = (await connection.execute(newest)).scalar()
    glance = await Board(home.house).glance(me)
    assert latest in glance.ringing
    assert len(glance.ringing) == RINGING_TOLD < glance.unheard
    assert set(glance.exercises) < set(glance.ringing)
    oldest_first = [line.reference for line in await handoff.queue(home.house, me)][:RINGING_TOLD]
    assert latest not in oldest_first, "control: the first so many of the queue would leave the new one out"


async def test_the_page_is_small_and_leads_to_the_others(home: Home, proofs: DeskProofs, store: SqlStore, ana: Person) -> None:
    me, browser = await officer_of(home, ana), await desk_of(home, proofs, ana)
    await seeded(home, store, [me.id], each=60, acknowledged=False)
    page = (await browser.get("/")).text
    assert len(page.encode()) < 100_000
    assert 'href="/queue/more?of=ringing"' in page
    first = (await browser.get("/queue/more?of=ringing")).text
    second = (await browser.get("/queue/more?of=ringing&page=2")).text
    assert first.count('class="row"') == 100
    assert 0 < second.count('class="row"') <= 100
    for odd in ("of=nothing", "of=mine&page=-1", "of=mine&page=x", "of=mine&page=99999", "of=mine&page=9999999999999999999999"):
        assert (await browser.get(f"/queue/more?{odd}")).status_code == 200


async def test_whether_a_session_goes_on_is_asked_once_for_all_pages(home: Home, proofs: DeskProofs, ana: Person) -> None:
    entered = await enters(home.house, proofs, ana)
    here = Board(home.house)
    assert await here.is_here(entered.token)
    assert not await here.is_here("no such token")
    assert (await board.still_here(home.house, {entered.token, "x"})).keys() == {entered.token}
    home.clock.move(minutes=31)
    assert await board.still_here(home.house, {entered.token}) == {}


async def test_a_line_that_is_kept_as_it_was_written_grows_older_and_is_said_in_each_language(
    home: Home, proofs: DeskProofs, ana: Person
) -> None:
    await home.says(DANGER)
    mine = await desk_of(home, proofs, ana)
    assert "less than a minute" in (await mine.get("/")).text
    await mine.post("/language", on="/", language="sq")
    assert "less than a minute" not in (await mine.get("/")).text
    await mine.post("/language", on="/", language="en")
    home.clock.move(seconds=70)
    assert "(1 minute)" in (await mine.get("/")).text
    await mine.does(await home.reference(), "claim")
    assert "taken by Ana" in (await mine.get("/")).text
