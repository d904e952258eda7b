"""An alarm is rung until a named person has heard it, says nothing about anybody, and wakes who sleeps on a claim."""

import asyncio
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.crypto import MasterKey
from bot.domain.handoff import HandoffClass, State
from bot.domain.message import ChannelName
from bot.ports import Officer
from bot.storage.database import SqlStore
from bot.usecases import handoff
from bot.workers.work import work
from tests.fakes import FakeClock
from tests.journeys.house import ROOT, Home
from tests.promises.case import CRY, SENDER, found, left_alone, rings, to_phone

#: Reference, class, kind and language, and how to answer: an alert holds nothing else.
ALERT = re.compile(
    r"(Again: )?[2-9AEKMT]{3}-[2-9AEKMT]{3} (E1|E2|unclear|other) [a-z ,]{3,40} English(, nobody has taken it)?\."
    r" Reply: ack [2-9AEKMT-]{7}"
)


def _words_in(texts: list[str]) -> list[str]:
    """Words of the defender, or the number, that an alert gives away."""
    given = {word.strip(".,").lower() for word in CRY.split() if len(word) > 3} | {SENDER}
    return [word for word in given for text in texts if word in text.lower()]


async def test_officers_are_rung_again_and_again_until_one_acknowledges_by_reply(home: Home) -> None:
    await home.enrols()
    await home.enrols("Ben", sender="901")
    await home.says(CRY, sender=SENDER)
    assert (rings(home), rings(home, "901")) == (1, 1)
    for number, minutes in ((2, 2), (3, 3), (4, 5)):
        await home.passes(minutes=minutes - 1, seconds=30)
        assert rings(home) == number - 1, "after 2, 5 and 10 minutes, and not before"
        await home.passes(seconds=30)
        assert (rings(home), rings(home, "901")) == (number, number)
    await home.says(f"ack {await home.reference()}", sender="901")
    await home.passes(minutes=9)
    assert (rings(home), rings(home, "901")) == (4, 4)


async def test_control_without_the_clock_an_alarm_rings_once(home: Home) -> None:
    await home.enrols()
    await home.says(CRY, sender=SENDER)
    home.clock.move(minutes=10)
    await home.settles()
    assert rings(home) == 1


async def test_an_alert_holds_reference_class_kind_and_language_and_nothing_of_the_person(home: Home) -> None:
    await home.enrols()
    await home.says(CRY, sender=SENDER)
    await home.says("/human", sender="7")
    home.nlu.known["odd men near Ulica Slobode"] = "unsure"
    await home.says("odd men near Ulica Slobode", sender="8")
    await home.passes(minutes=8)
    texts = [sent.piece.text for sent in home.channels[ChannelName.SIGNAL].sent if sent.name in {"alert", "alert_again"}]
    assert [text for text in texts if not ALERT.fullmatch(text)] == []
    assert _words_in(texts) == []
    assert {cls for text in texts for cls in ("E1", "E2", "unclear") if f" {cls} " in text} == {"E1", "E2", "unclear"}


def test_control_an_alert_that_quotes_the_person_is_found() -> None:
    telling = f"K7T-42M E1 attack English. {CRY}. Reply: ack K7T-42M"
    assert not ALERT.fullmatch(telling)
    assert "zorica" in _words_in([telling])


async def _cry_at_three_in_the_morning(home: Home) -> tuple[Officer, str]:
    """A request that Ana took at 16:00 and answered; at 03:00 it is an emergency."""
    ana = await home.enrols()
    await home.enrols("Ben", sender="901")
    home.clock.move(hours=4)
    await home.says("/human", sender=SENDER)
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await handoff.reply(home.house, ana, reference, "Good afternoon, I am here until five.")
    await home.settles()
    home.clock.move(hours=11)
    assert (await found(home, reference)).cls is HandoffClass.E2
    return ana, reference


async def test_an_emergency_inside_the_claim_of_somebody_who_sleeps_rings_at_once_and_the_claim_ends_after_two_minutes(home: Home) -> None:
    _, reference = await _cry_at_three_in_the_morning(home)
    before = rings(home, "901")
    assert await home.says(CRY, sender=SENDER) == [], "an officer has the voice"
    assert (await found(home, reference)).state is State.CLAIMED
    assert await left_alone(home, reference, before) == []
    assert to_phone(home, SENDER).count("attack_now") == 1


async def test_control_a_lease_without_that_rule_leaves_the_person_alone(home: Home) -> None:
    _, reference = await _cry_at_three_in_the_morning(home)
    before = rings(home, "901")
    await home.writes(CRY, sender=SENDER)
    await home.settles()
    async with home.house.store.begin() as tx:
        held = await tx.handoffs.find(reference)
        assert held is not None
        await tx.handoffs.save(replace(held, claim_until=None, next_ring_at=None))
        await tx.commit()
    assert await left_alone(home, reference, before) == ["the sleeper holds it", "it is not in front", "no emergency reply"]


@pytest.mark.parametrize("act", ["acknowledges", "writes"])
async def test_a_holder_who_is_awake_keeps_the_claim(home: Home, act: str) -> None:
    ana, reference = await _cry_at_three_in_the_morning(home)
    await home.says(CRY, sender=SENDER)
    await home.passes(minutes=1)
    if act == "writes":
        await handoff.reply(home.house, ana, reference, "I am awake. Is the door holding?")
    else:
        await home.says(f"ack {reference}", sender="900")
    await home.passes(minutes=4)
    assert (await found(home, reference)).holder == ana.id
    assert "attack_now" not in to_phone(home, SENDER)


async def test_somebody_elses_acknowledgement_does_not_keep_the_sleepers_claim(home: Home) -> None:
    _, reference = await _cry_at_three_in_the_morning(home)
    await home.says(CRY, sender=SENDER)
    await home.says(f"ack {reference}", sender="901")
    await home.passes(minutes=2, seconds=30)
    assert (await found(home, reference)).state is State.WAITING


async def _is_open(home: Home) -> bool:
    async with home.house.store.begin() as tx:
        return bool(await tx.handoffs.queue())


async def _at_work(home: Home) -> list[str]:
    """The whole worker runs for as long as it takes to keep quiet, or to answer; the events that it logged."""
    stop = asyncio.Event()
    with capture_logs() as logged:
        running = asyncio.ensure_future(work(home.house, home.channels, [], stop))
        async with asyncio.timeout(20):
            while not (to_phone(home, SENDER) or any(each["event"].startswith("NOBODY") for each in logged)) or not await _is_open(home):
                await asyncio.sleep(0.02)
        for _ in range(3):
            await home.house.store.wait(0.25)
        stop.set()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    return [entry["event"] for entry in logged]


async def test_with_nobody_enrolled_everything_is_kept_nobody_is_answered_and_it_says_so_loudly(home: Home) -> None:
    home.attended()
    await home.writes(CRY, sender=SENDER)
    assert "NOBODY_IS_ANSWERED_no_officer_is_enrolled" in await _at_work(home)
    assert to_phone(home, SENDER) == []
    async with home.house.store.begin() as tx:
        assert await tx.inbox.waiting() == 1
        (line,) = await tx.handoffs.queue()
    assert line.cls == "E1"  # whoever is at the desk sees it


async def test_control_unattended_on_purpose_it_answers_and_says_that_nobody_is_being_rung(home: Home) -> None:
    await home.writes(CRY, sender=SENDER)
    assert "NOBODY_IS_ANSWERED_no_officer_is_enrolled" not in await _at_work(home)
    (said,) = [sent.piece.text for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == SENDER]
    assert "nobody is being rung" in said


def _bot(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """``python -m bot`` as an operator calls it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DL_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=ROOT, env=clean | env, capture_output=True, text=True, timeout=60, check=False
    )


async def test_the_test_alert_reaches_every_enrolled_officer_and_fails_when_there_is_none(tmp_path: Path, clock: FakeClock) -> None:
    env = {"DL_DATA_DIR": str(tmp_path)}
    assert _bot(env, "migrate").returncode == 0
    nobody = _bot(env, "alert", "test")
    assert (nobody.returncode, json.loads(nobody.stdout)) == (1, {"alerts_queued": 0})
    assert "an emergency would ring nobody" in nobody.stderr
    master = MasterKey.load(tmp_path / "key" / "master.key")
    store = await SqlStore.open(f"sqlite:///{tmp_path}/defender-line.db", master, data_dir=tmp_path, clock=clock)
    home = Home(store, clock)
    await home.enrols()
    rung = await asyncio.to_thread(_bot, env, "alert", "test")
    assert (rung.returncode, json.loads(rung.stdout)) == (0, {"alerts_queued": 1})
    home.clock.move(days=365)
    await home.settles()
    assert "Test alert" in home.alerts()[-1]
    await store.close()
