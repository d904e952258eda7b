"""Troubles: what does not work is shown with what to do, to whoever may know of it, until somebody sees to it."""

import pytest

from bot.desk.badge import Badge
from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.domain.errors import KeyChanged, Refused, Unreachable
from bot.domain.message import ChannelName, Kind, Poison
from bot.domain.trouble import GONE, Troubles
from bot.locales import names
from bot.ports import Officer
from bot.usecases import handoff, services, troubles
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.desk.test_events import officer_of
from tests.desk.test_pages import DANGER, desk_of, emergency
from tests.journeys.house import Home


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


@pytest.fixture
async def bo(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)


@pytest.fixture
async def officer(home: Home, ana: Person) -> Officer:
    return await officer_of(home, ana)


async def works(home: Home) -> None:
    """The answering process says that all is well."""
    await services.report(home.house, model_answers=True, disk_free=10**12)


async def looked(home: Home, officer: Officer | None) -> Troubles:
    found, everybody = await troubles.look(home.house)
    return troubles.for_officer(found, officer, everybody)


async def named(home: Home) -> set[str]:
    found, _ = await troubles.look(home.house)
    return {each.name for each in found.house}


async def undelivered(home: Home, officer: Officer, words: str = "I am here") -> str:
    """An officer's words that the messenger refused."""
    reference = await emergency(home)
    await handoff.claim(home.house, officer, reference)
    home.channels[ChannelName.SIGNAL].refused["42"] = Unreachable("bad_request")
    await handoff.reply(home.house, officer, reference, words)
    await home.settles()
    del home.channels[ChannelName.SIGNAL].refused["42"]
    return reference


def heard(home: Home) -> list[str]:
    return [each.piece.text for each in home.channels[ChannelName.SIGNAL].sent]


async def test_a_process_that_is_silent_is_told_of_and_one_that_reports_is_not(home: Home) -> None:
    assert "worker_gone" in await named(home), "nothing was ever heard of it"
    await works(home)
    assert "worker_gone" not in await named(home)
    home.clock.move(seconds=GONE.total_seconds() + 1)
    assert "worker_gone" in await named(home)
    await works(home)
    assert "worker_gone" not in await named(home), "a minute's silence is broken although nothing has changed"


async def test_each_service_that_fails_is_named_with_since_when_and_goes_when_it_works_again(home: Home) -> None:
    began = home.clock.now()
    home.house.pulses.beat("telegram", ok=False, detail="NetworkError")
    home.house.pulses.beat("erasure", ok=False)
    await services.report(home.house, model_answers=False, disk_free=1)
    home.clock.move(minutes=1)
    await services.report(home.house, model_answers=False, disk_free=1)
    found, _ = await troubles.look(home.house)
    down = {each.name: each for each in found.house}
    assert {"telegram_down", "erasure_pending", "model_down", "disk_low"} <= set(down)
    assert down["telegram_down"].since == began
    assert down["telegram_down"].detail == "NetworkError"
    home.house.pulses.beat("telegram", ok=True)
    await works(home)
    assert "telegram_down" not in await named(home)
    assert "model_down" not in await named(home)


async def test_what_has_not_changed_is_not_written_again_within_a_minute(home: Home) -> None:
    await works(home)
    assert home.house.pulses.news(home.clock.now()) == {}
    home.clock.move(seconds=60)
    assert home.house.pulses.news(home.clock.now()).keys() == {"worker", "model", "disk", "content"}


def test_every_trouble_has_its_words_and_what_to_do() -> None:
    assert names.TROUBLES.keys() == names.REMEDIES.keys()
    assert set(troubles._DOWN.values()) <= names.TROUBLES.keys()


async def test_an_officers_words_that_were_refused_are_shown_and_sent_once_more_in_one_click(
    home: Home, proofs: DeskProofs, ana: Person, officer: Officer
) -> None:
    reference = await undelivered(home, officer)
    browser = await desk_of(home, proofs, ana)
    page = (await browser.get("/troubles")).text
    (row,) = [each.id for each in (await looked(home, officer)).undelivered if each.speaker == "officer"]
    assert reference in page
    assert "the messenger refused it" in page
    assert "I am here" not in page.replace(">I am here</button>", "")  # the button of "Still here?"
    assert "I am here" not in heard(home)
    answer = await browser.post("/troubles/again", on="/troubles", row=row, reference=reference)
    assert answer.headers["location"] == f"/conversation/{reference}#end"
    await home.settles()
    assert heard(home).count("I am here") == 1
    assert (await looked(home, officer)).undelivered == ()
    again = await browser.post("/troubles/again", on="/troubles", row=row, reference=reference)
    assert again.status_code == 409
    await home.settles()
    assert heard(home).count("I am here") == 1, "twice clicked is once sent"


async def test_after_a_long_silence_it_is_sent_again_only_by_somebody_who_has_thought_of_it(
    home: Home, proofs: DeskProofs, ana: Person, officer: Officer
) -> None:
    reference = await undelivered(home, officer)
    browser = await desk_of(home, proofs, ana)
    home.clock.move(minutes=11)
    (row,) = [each.id for each in (await looked(home, officer)).undelivered]
    asked = await browser.post("/troubles/again", on="/troubles", row=row, reference=reference)
    assert (asked.status_code, "other hands" in asked.text) == (409, True)
    await home.settles()
    assert "I am here" not in heard(home)
    await browser.post("/troubles/again", on="/troubles", row=row, reference=reference, silence="known")
    await home.settles()
    assert "I am here" in heard(home)


async def test_only_who_holds_the_case_sends_again_and_nothing_goes_to_somebody_who_blocked_us(
    home: Home, officer: Officer, bo: Person
) -> None:
    await undelivered(home, officer)
    (row,) = [each.id for each in (await looked(home, officer)).undelivered]
    with pytest.raises(Refused, match="not_holder"):
        await troubles.again(home.house, await officer_of(home, bo), row)
    await home.writes("", kind=Kind.BLOCKED)
    with pytest.raises(Refused, match="blocked"):
        await troubles.again(home.house, officer, row)
    await home.settles()
    assert "I am here" not in heard(home)


async def test_what_somebody_sees_to_leaves_the_page_and_stays_given_up(
    home: Home, proofs: DeskProofs, ana: Person, officer: Officer
) -> None:
    await undelivered(home, officer)
    browser = await desk_of(home, proofs, ana)
    (row,) = [each.id for each in (await looked(home, officer)).undelivered]
    assert (await browser.post("/troubles/seen", on="/troubles", row=row)).status_code == 303
    assert (await looked(home, officer)).undelivered == ()
    async with home.house.store.begin() as tx:
        assert (await tx.health.stored(home.clock.now())).given_up == 1
    assert (await browser.post("/troubles/seen", on="/troubles", row="nothing")).status_code == 409


async def test_a_case_of_another_lane_is_nobody_elses_trouble(home: Home, officer: Officer) -> None:
    guard = await home.enrols("Sec", duties=("security",))
    home.nlu.known["a bomb is in the embassy"] = "threat_to_mission"
    home.channels[ChannelName.SIGNAL].refused["666"] = Unreachable("bad_request")
    await home.says("a bomb is in the embassy", sender="666")
    everything, _ = await troubles.look(home.house)
    assert len(everything.undelivered) == 1, "control: it is there"
    assert (await looked(home, officer)).undelivered == ()
    assert (await looked(home, None)).undelivered == ()
    (mine,) = (await looked(home, guard)).undelivered
    with pytest.raises(Refused, match="unknown"):
        await troubles.seen(home.house, officer, mine.id)
    await troubles.seen(home.house, guard, mine.id)


async def test_answers_that_wait_for_a_safety_number_are_shown_until_it_is_trusted(
    home: Home, proofs: DeskProofs, ana: Person, officer: Officer
) -> None:
    reference = await emergency(home)
    await handoff.claim(home.house, officer, reference)
    home.channels[ChannelName.SIGNAL].failures = [KeyChanged("key_changed")]
    await handoff.reply(home.house, officer, reference, "first")
    await handoff.reply(home.house, officer, reference, "second")
    await home.settles()
    (held,) = (await looked(home, officer)).held
    assert (held.reference, held.number, held.is_open) == (reference, 2, True)
    page = (await (await desk_of(home, proofs, ana)).get("/troubles")).text
    assert "the safety number has changed" in read(page)[1]
    await handoff.trust(home.house, officer, reference)
    await home.settles()
    assert (await looked(home, officer)).held == ()


async def test_what_could_not_be_understood_is_read_by_supervisors_only_and_every_reading_is_audited(
    home: Home, proofs: DeskProofs, root: Person, ana: Person, bo: Person
) -> None:
    raw = '{"kestrel": "<script>alert(1)</script>"}'
    async with home.house.store.begin() as tx:
        await tx.inbox.keep_poison(Poison(channel=ChannelName.SIGNAL, account="us", key="1", raw=raw), home.clock.now())
        await tx.commit()
    supervisor, officer, administrator = [await desk_of(home, proofs, person) for person in (bo, ana, root)]
    async with home.house.store.begin() as tx:
        assert await tx.audit.last("poison_read", "poison") is None
    shown = await supervisor.get("/troubles/poison")
    assert raw in read(shown.text)[1]
    assert "<script>alert" not in shown.text
    async with home.house.store.begin() as tx:
        assert await tx.audit.last("poison_read", "poison") is not None
    browsers = [officer, administrator]
    for browser in browsers:
        page = await browser.get("/troubles")
        assert "Not understood" in page.text
        assert "kestrel" not in page.text
        assert (await browser.get("/troubles/poison")).status_code == 403
    until = (await looked(home, None)).poison[0].latest
    stamp = until.isoformat()
    assert (await browsers[0].post("/troubles/poison/seen", on="/troubles", until="soon")).status_code == 400
    home.clock.move(minutes=1)
    async with home.house.store.begin() as tx:
        await tx.inbox.keep_poison(Poison(channel=ChannelName.SIGNAL, account="us", key="2", raw="later"), home.clock.now())
        await tx.commit()
    await browsers[0].post("/troubles/poison/seen", on="/troubles", until=stamp)
    (pile,) = (await looked(home, None)).poison
    assert (pile.number, pile.oldest) == (1, home.clock.now()), "what came after the page was shown is still to be seen to"


async def test_an_administrator_sees_that_something_is_wrong_and_no_case(
    home: Home, proofs: DeskProofs, root: Person, officer: Officer
) -> None:
    reference = await undelivered(home, officer)
    browser = Browser(home.house, proofs)
    await browser.enters(root)
    page = (await browser.get("/troubles")).text
    assert "officers see which" in page
    assert reference not in page


async def test_the_number_of_troubles_stands_in_the_navigation_of_every_page(home: Home, proofs: DeskProofs, ana: Person) -> None:
    await works(home)
    browser = await desk_of(home, proofs, ana)
    before = (await looked(home, await officer_of(home, ana))).number
    for path in ("/", "/search", "/sessions"):
        found = read((await browser.get(path)).text)[1]
        assert f"Troubles {before}" in found if before else "Troubles" in found, path


async def test_the_database_is_looked_at_once_for_many_pages(home: Home, officer: Officer) -> None:
    badge = Badge(home.house)
    first = await badge.number(officer)
    await home.says(DANGER)
    home.clock.move(minutes=11)
    assert await badge.number(officer) == first
    badge.stale()
    assert await badge.number(officer) == first + 1
