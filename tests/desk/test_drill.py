"""Exercises: the whole chain is tried and timed, nobody takes one for an emergency, and none delays, hides or counts as one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.domain.drill import LASTS, Report
from bot.domain.errors import Refused
from bot.domain.handoff import HandoffClass, HandoffLine
from bot.domain.message import ChannelName
from bot.ports import Sweep
from bot.storage.tables import contacts, drills
from bot.usecases import alert, deliver, drill, handoff, respond
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.desk.test_figures import rows_of
from tests.desk.test_pages import DANGER, desk_of
from tests.journeys.house import ROOT, Home, _responses, _rules

LOCALES = ("en", "sr_Latn_ME", "sr_Cyrl_ME", "sq", "ru")


@pytest.fixture
async def bo(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)


@pytest.fixture
async def browser(home: Home, proofs: DeskProofs, bo: Person) -> Browser:
    return await desk_of(home, proofs, bo)


async def started(home: Home) -> str:
    """An exercise that has rung."""
    name = await drill.start(home.house, "operator")
    home.clock.move(seconds=2)
    await home.settles()
    return name


async def report(home: Home, name: str) -> Report:
    return await drill.report(home.house, name)


async def queue(home: Home) -> list[HandoffLine]:
    async with home.house.store.begin() as tx:
        return await tx.handoffs.queue()


def seconds(found: Report, step: str) -> float | None:
    after = found.after(getattr(found, f"{step}_at"))
    return None if after is None else after.total_seconds()


async def test_an_exercise_goes_through_the_whole_chain_and_each_step_is_timed(home: Home) -> None:
    ana, bea = await home.enrols(), await home.enrols("Bea", sender="901")
    name = await started(home)
    (line,) = await queue(home)
    assert (line.cls, line.is_exercise) == (HandoffClass.E1, True)
    home.clock.move(seconds=8)
    await handoff.acknowledge(home.house, ana, line.reference)
    home.clock.move(seconds=10)
    await handoff.claim(home.house, ana, line.reference)
    home.clock.move(seconds=10)
    await handoff.reply(home.house, ana, line.reference, "we hear you")
    await home.settles()
    home.clock.move(seconds=10)
    await handoff.close(home.house, ana, line.reference, "no_danger")
    found = await report(home, name)
    steps = ("opened", "replied", "alerted", "acknowledged", "claimed", "words", "closed")
    assert [seconds(found, step) for step in steps] == [2, 2, 2, 10, 20, 30, 40]
    assert [(each.name, each.heard) for each in found.rung] == [("Ana", True), ("Bea", False)]
    assert [each.name for each in found.unheard] == [bea.name]
    assert not found.drill.runs


async def test_what_is_said_in_it_goes_to_nobody_but_the_channel_of_exercises(home: Home) -> None:
    ana = await home.enrols()
    before = {name: len(channel.sent) for name, channel in home.channels.items()}
    await started(home)
    (line,) = await queue(home)
    await handoff.claim(home.house, ana, line.reference)
    await handoff.reply(home.house, ana, line.reference, "we hear you")
    await home.settles()
    for name, channel in home.channels.items():
        for sent in channel.sent[before[name] :]:
            assert name is ChannelName.DRILL or sent.address == "900"
    assert "we hear you" in [sent.piece.text for sent in home.channels[ChannelName.DRILL].sent]


@pytest.mark.parametrize("locale", LOCALES)
def test_in_every_language_the_words_ring_by_rule_and_say_first_that_it_is_an_exercise(locale: str) -> None:
    text = _responses().line("drill_message", locale, {})
    assert any(hit.intent == "arrest_now" for hit in _rules().match(text)), ROOT
    rung = _responses().line("alert_exercise", locale, {"reference": "K7T-42M", "class": "E1", "kind": "arrest", "language": "English"})
    first = {"en": "EXERCISE", "sr_Latn_ME": "VJEŽBA", "sr_Cyrl_ME": "ВЈЕЖБА", "sq": "USHTRIM", "ru": "УЧЕНИЯ"}[locale]
    assert text.startswith(first)
    assert rung.startswith(first)
    assert "K7T-42M" in rung


async def test_every_alert_of_it_says_so_also_when_it_is_repeated(home: Home) -> None:
    await home.enrols()
    before = len(home.alerts())
    await started(home)
    await home.passes(minutes=5)
    rung = home.alerts()[before:]
    assert len(rung) >= 2
    assert all(text.startswith("EXERCISE") for text in rung)


async def test_control_an_emergency_is_never_called_an_exercise(home: Home) -> None:
    await home.enrols()
    before = len(home.alerts())
    await home.says(DANGER)
    await home.passes(minutes=5)
    assert home.alerts()[before:]
    assert not any("EXERCISE" in text for text in home.alerts()[before:])


async def test_a_real_emergency_during_an_exercise_rings_at_once_and_stands_above_it(home: Home) -> None:
    await home.enrols()
    await started(home)
    before = len(home.alerts())
    await home.says(DANGER)
    assert [text.startswith("EXERCISE") for text in home.alerts()[before:]] == [False]
    first, second = await queue(home)
    assert (first.is_exercise, second.is_exercise) == (False, True)
    assert first.opened_at > second.opened_at, "the exercise waits longer, and is below all the same"
    async with home.house.store.look() as seen:
        ringing, exercises, unheard = await seen.lines.ringing({"general"})
    assert (ringing, exercises, unheard) == ([first.reference, second.reference], [second.reference], 1)


async def test_an_alert_of_an_exercise_that_still_waits_gives_way_to_a_real_one(home: Home) -> None:
    await home.enrols()
    await drill.start(home.house, "operator")
    home.clock.move(seconds=1)
    await decided(home)
    await home.writes(DANGER)
    await decided(home)
    before = len(home.alerts())
    taken = await deliver.take(home.house)
    assert taken is not None
    await deliver.deliver(home.house, home.channels, taken)
    assert [text.startswith("EXERCISE") for text in home.alerts()[before:]] == [False], "the first thing sent is the real alert"
    await home.settles()
    assert not any(text.startswith("EXERCISE") for text in home.alerts()[before:])


async def decided(home: Home) -> None:
    """Everything is answered, and no courier has come yet."""
    while (claimed := await respond.claim(home.house)) is not None:
        await respond.respond(home.house, claimed)


async def test_it_is_in_no_figure_no_health_and_no_export(home: Home, browser: Browser) -> None:
    await home.enrols()
    await started(home)
    assert await rows_of(browser, "/figures/cases.csv") == []
    assert await rows_of(browser, "/figures/weeks.csv") == []
    async with home.house.store.begin() as tx:
        stored = await tx.health.stored(home.clock.now())
        assert (stored.emergencies, stored.unheard_since) == (0, None)
        assert [row async for row in tx.handoffs.export()] == []
    await home.says(DANGER)
    assert len(await rows_of(browser, "/figures/cases.csv")) == 1, "control: a real case is"


async def test_one_at_a_time_and_none_that_would_ring_nobody(home: Home) -> None:
    with pytest.raises(Refused, match="nobody"):
        await drill.start(home.house, "operator")
    await home.enrols()
    await started(home)
    with pytest.raises(Refused, match="running"):
        await drill.start(home.house, "operator")


async def test_ended_it_rings_no_more_and_forgotten_it_ends_by_itself(home: Home) -> None:
    await home.enrols()
    name = await started(home)
    await drill.end(home.house, "operator", name)
    before = len(home.alerts())
    await home.passes(minutes=6)
    assert len(home.alerts()) == before
    with pytest.raises(Refused, match="ended"):
        await drill.end(home.house, "operator", name)
    second = await started(home)
    home.clock.move(seconds=LASTS.total_seconds() - 10)
    assert await drill.end_old(home.house) == 0
    home.clock.move(seconds=20)
    assert await drill.end_old(home.house) == 1
    before = len(home.alerts())
    await alert.tick(home.house)
    await home.settles()
    assert len(home.alerts()) == before
    assert not (await report(home, second)).drill.runs


async def test_a_supervisor_starts_one_sees_who_did_not_hear_and_ends_it(home: Home, browser: Browser) -> None:
    await home.enrols()
    shown = await browser.post("/drill/start", on="/drill")
    home.clock.move(seconds=3)
    await home.settles()
    _, page = read((await browser.get(shown.headers["location"])).text)
    assert "Who was rung" in page
    assert "did not answer" in page
    (line,) = await queue(home)
    lines = (await browser.get("/")).text
    assert "EXERCISE: nobody is in danger" in lines
    assert "1 emergency that nobody has acknowledged" not in lines
    assert "EXERCISE: nobody is in danger" in (await browser.get(f"/conversation/{line.reference}")).text
    name = shown.headers["location"].partition("=")[2]
    assert (await browser.post("/drill/start", on="/drill")).status_code == 409
    assert (await browser.post("/drill/end", on="/drill", drill=name)).status_code == 303
    assert await queue(home) == []
    assert (await browser.get("/drill?of=nothing")).status_code == 404


async def test_it_is_erased_by_time_like_everything(home: Home) -> None:
    await home.enrols()
    name = await started(home)
    await drill.end(home.house, "operator", name)
    home.clock.move(hours=24)
    later = home.clock.now() + timedelta(seconds=1)
    async with home.house.store.begin() as tx:
        swept = await tx.retention.sweep(Sweep(text_before=later, contact_before=later, audit_before=later - timedelta(days=9), now=later))
        await tx.commit()
    assert swept["drills"] == 1
    async with home.house.store.begin() as tx:
        connection = tx._work.connection  # type: ignore[attr-defined]  # the real one
        assert (await connection.execute(select(drills))).all() == []
        mine = select(contacts.c.wrapped_key).where(contacts.c.channel == "drill")
        assert (await connection.execute(mine)).scalar() is None
