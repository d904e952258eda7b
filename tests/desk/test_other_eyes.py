"""What is for other eyes: threats to the mission, cases of another lane, and whoever was let in a moment ago and is no more."""

import re

import pytest

from bot.desk.keys import DeskKeys
from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.domain.errors import NotProven, Refused, Unreachable
from bot.domain.message import ChannelName
from bot.domain.search import Sought
from bot.ports import Officer
from bot.usecases import accounts, casefile, handoff, passkeys, search, services, troubles
from tests.desk.browser import read
from tests.desk.device import ORIGIN, Device
from tests.desk.people import Person, enters, joined
from tests.desk.test_events import officer_of
from tests.desk.test_pages import DANGER, desk_of, emergency, sent
from tests.desk.withheld import Withheld
from tests.journeys.house import Home

THREAT, MISSING = "there is a bomb in your embassy, kestrel", "my colleague has not come home since yesterday"


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    home.nlu.known |= {THREAT: "threat_to_mission", MISSING: "missing_person"}
    return await joined(home.house, proofs, root, "Ana")


@pytest.fixture
async def guard(home: Home) -> Officer:
    return await home.enrols("Sec", sender="901", duties=("security",))


async def test_a_security_officer_who_is_only_at_the_desk_keeps_threats_from_others(
    home: Home, proofs: DeskProofs, root: Person, ana: Person
) -> None:
    sec = await joined(home.house, proofs, root, "Sec", duties=("security",))
    reference = await emergency(home, THREAT)
    assert (await (await desk_of(home, proofs, ana)).get(f"/conversation/{reference}")).status_code == 404
    assert "kestrel" in (await (await desk_of(home, proofs, sec)).get(f"/conversation/{reference}")).text


async def test_where_nobody_has_that_duty_supervisors_see_threats_also_old_ones(
    home: Home, proofs: DeskProofs, root: Person, ana: Person, guard: Officer
) -> None:
    sec, bo = (
        await joined(home.house, proofs, root, "Sec", duties=("security",)),
        await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR),
    )
    reference = await emergency(home, THREAT)
    await handoff.claim(home.house, guard, reference)
    await handoff.close(home.house, guard, reference, "not_ours")
    assert root.account is not None
    assert sec.account is not None
    await accounts.disable(home.house, root.account, sec.account.id)
    assert (await (await desk_of(home, proofs, ana)).get(f"/conversation/{reference}")).status_code == 404
    assert (await (await desk_of(home, proofs, bo)).get(f"/conversation/{reference}")).status_code == 200


async def _threat_and_later(home: Home, guard: Officer) -> tuple[str, str]:
    """A threat that was answered and closed, and two days later another case of the same person."""
    threat = await emergency(home, THREAT)
    await handoff.claim(home.house, guard, threat)
    await handoff.reply(home.house, guard, threat, "guard words osprey")
    await handoff.note(home.house, guard, threat, "note of security merlin")
    await home.settles()
    await handoff.close(home.house, guard, threat, "not_ours")
    home.clock.move(hours=30)
    return threat, await emergency(home, MISSING)


async def test_an_open_case_shows_nothing_of_an_earlier_one_for_other_eyes(
    home: Home, proofs: DeskProofs, ana: Person, guard: Officer
) -> None:
    _, later = await _threat_and_later(home, guard)
    desk = await desk_of(home, proofs, ana)
    for path in (f"/conversation/{later}", f"/conversation/{later}/live"):
        page = (await desk.get(path)).text
        assert MISSING in page
        assert [word for word in ("kestrel", "osprey", "merlin") if word in page] == []
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(later)
        assert found is not None
        kept = " ".join(line.text for line in await tx.conversations.read(found.conversation))
    assert [word for word in ("kestrel", "osprey", "merlin") if word not in kept] == [], "control: it is all one talk"


async def test_a_closed_case_does_not_tell_of_a_later_one_for_other_eyes(
    home: Home, proofs: DeskProofs, ana: Person, guard: Officer
) -> None:
    first = await emergency(home, MISSING)
    me = await officer_of(home, ana)
    await handoff.claim(home.house, me, first)
    await handoff.close(home.house, me, first, "helped")
    home.clock.move(hours=30)
    before = await casefile.stamp_of(home.house, me, first)
    await home.says(THREAT)
    assert await casefile.stamp_of(home.house, me, first) == before
    page = (await (await desk_of(home, proofs, ana)).get(f"/conversation/{first}")).text
    assert re.findall(r'data-stamp="([^"]*)"', page) == [before]
    assert "threat" not in before


async def test_undelivered_words_belong_to_the_case_in_which_they_were_said(home: Home, ana: Person, guard: Officer) -> None:
    me = await officer_of(home, ana)
    threat = await emergency(home, THREAT)
    await handoff.claim(home.house, guard, threat)
    home.channels[ChannelName.SIGNAL].refused["42"] = Unreachable("bad_request")
    await handoff.reply(home.house, guard, threat, "guard words osprey")
    await home.settles()
    await handoff.close(home.house, guard, threat, "not_ours")
    await home.settles()
    del home.channels[ChannelName.SIGNAL].refused["42"]
    home.clock.move(hours=30)
    later = await emergency(home, MISSING)
    await handoff.claim(home.house, me, later)
    found, everybody = await troubles.look(home.house)
    assert [each for each in troubles.for_officer(found, me, everybody).undelivered if each.speaker == "officer"] == []
    row = next(each.id for each in troubles.for_officer(found, guard, everybody).undelivered if each.speaker == "officer")
    with pytest.raises(Refused):
        await troubles.again(home.house, me, row)
    assert not [text for text in await sent(home) if "osprey" in text]


async def test_an_unheard_threat_is_a_trouble_of_those_who_may_see_it(home: Home, ana: Person, guard: Officer) -> None:
    await home.enrols("Gen", sender="902")
    me = await officer_of(home, ana)
    await emergency(home, THREAT)
    await home.passes(minutes=11)
    await services.report(home.house, model_answers=True, disk_free=10**12)
    found, everybody = await troubles.look(home.house)
    told = [{each.name for each in troubles.for_officer(found, who, everybody).house} for who in (me, guard)]
    assert ["emergency_unheard" in each for each in told] == [False, True]


async def test_search_tells_nothing_of_a_reference_for_other_eyes(home: Home, ana: Person, guard: Officer) -> None:
    me = await officer_of(home, ana)
    mine = await emergency(home, DANGER)
    await home.says(THREAT, sender="77")
    async with home.house.store.begin() as tx:
        hidden = next(line.reference for line in await tx.handoffs.queue() if line.reference != mine)
    found = [(await search.search(home.house, me, Sought(older_than=reference))).lines for reference in (hidden, "222222")]
    assert found[0] == found[1]


async def test_a_body_that_was_held_back_does_nothing_once_its_session_has_ended(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await emergency(home)
    thief = await enters(home.house, proofs, ana)
    await handoff.claim(home.house, await officer_of(home, ana), reference)
    path = f"/conversation/{reference}/reply"
    held = await Withheld(home, proofs, thief, path, text="which street are you in", silence="known").waits()
    assert ana.account is not None
    await accounts.revoke(home.house, ana.account, thief.session.id)
    status, _ = await held.ends()
    assert status in {303, 401}
    assert not [text for text in await sent(home) if "street" in text]


async def test_control_the_same_body_is_carried_out_while_the_session_lives(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await emergency(home)
    mine = await enters(home.house, proofs, ana)
    await handoff.claim(home.house, await officer_of(home, ana), reference)
    held = await Withheld(home, proofs, mine, f"/conversation/{reference}/reply", text="which street are you in", silence="known").waits()
    await held.ends()
    assert [text for text in await sent(home) if "street" in text]


async def test_a_body_that_was_held_back_reads_nothing_for_an_officer_who_was_ended(
    home: Home, proofs: DeskProofs, root: Person, ana: Person
) -> None:
    reference = await emergency(home)
    held = await Withheld(home, proofs, await enters(home.house, proofs, ana), f"/conversation/{reference}/prepared", canned="x").waits()
    assert root.account is not None
    assert ana.account is not None
    await accounts.disable(home.house, root.account, ana.account.id)
    await home.says("I am with my sister, goshawk street")
    _, page = await held.ends()
    assert "goshawk" not in page


async def test_an_administrator_who_was_ended_ends_nobody(home: Home, proofs: DeskProofs, root: Person) -> None:
    other = await joined(home.house, proofs, root, "Root2", Role.ADMINISTRATOR)
    assert root.account is not None
    assert other.account is not None
    await accounts.disable(home.house, root.account, other.account.id)
    with pytest.raises(Refused):
        await accounts.disable(home.house, other.account, root.account.id)
    assert [each.name for each in await accounts.everybody(home.house) if each.is_live] == ["Root"]


async def test_a_lost_authenticator_opens_nothing_after_a_passkey_has_taken_its_place(home: Home, proofs: DeskProofs, ana: Person) -> None:
    entered = await enters(home.house, proofs, ana, code=ana.codes[0])
    keys, device = DeskKeys(ORIGIN, "desk.example"), Device()
    challenge = await passkeys.ask(home.house, keys, "add|x", "1")
    shown = passkeys.Shown(answer=device.made(challenge), purpose="add|x")
    assert ana.account is not None
    await passkeys.add(home.house, proofs, keys, ana.account, entered.session, "k", shown)
    with pytest.raises(NotProven):
        await enters(home.house, proofs, ana)


async def test_hours_with_an_offset_are_refused_and_ring_everybody_where_they_are_kept(
    home: Home, proofs: DeskProofs, root: Person
) -> None:
    await home.enrols("Gen", sender="902")
    bo = await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)
    desk, me = await desk_of(home, proofs, bo), await officer_of(home, bo)
    hours = {"officer": me.id, "weekday": "0", "begins": "10:00+02:00", "ends": "12:00"}
    assert (await desk.post("/duty/hours", on="/duty", **hours)).status_code == 400
    assert "There are no hours yet." in read((await desk.get("/duty")).text)[1]
    before = len(home.alerts("902"))
    await home.says(DANGER)
    assert len(home.alerts("902")) == before + 1
