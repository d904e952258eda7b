"""What fails beside an alarm holds it up for nobody: dead ways, damaged rows, hanging services, heaps of tests, years of alerts."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import insert, text, update

from bot.channels.service import ServiceChannel
from bot.domain.errors import Ambiguous, Refused, TryLater, Unreachable
from bot.domain.ids import OfficerId, OutboxId, new_id
from bot.domain.message import Care, ChannelName, Kind, Lane, Outgoing, Piece, Speaker
from bot.storage.database import SqlStore
from bot.storage.desktables import accounts
from bot.storage.tables import officers, outbox
from bot.usecases import drill
from bot.usecases.services import report
from bot.usecases.ways import try_daily, watch_ways
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.promises.case import CRY, SENDER, rings, sweep, to_phone
from tests.promises.test_ladder import _on_duty, _supervisor


@pytest.fixture
def home(store: SqlStore, clock: FakeClock) -> Home:
    return Home(store, clock)


@pytest.mark.parametrize("written", ["voice", "human"])
async def test_what_rings_once_rings_everybody_when_the_one_on_duty_cannot_be_reached(home: Home, written: str) -> None:
    await _on_duty(home, await home.enrols())
    await home.enrols("Ben", sender="902")
    home.channels[ChannelName.SIGNAL].refused = {"900": Unreachable("blocked")}
    if written == "voice":
        await home.says("", sender="p1", kind=Kind.VOICE)
        await home.passes(minutes=6)
    else:
        await home.says("/human", sender="p1")
    assert to_phone(home, "902").count("alert") == 1


async def test_whose_last_alert_failed_is_not_the_only_one_who_is_rung(home: Home) -> None:
    await _on_duty(home, await home.enrols())
    await home.enrols("Ben", sender="902")
    home.channels[ChannelName.SIGNAL].refused = {"900": Unreachable("blocked")}
    await home.says(CRY, sender="p1")
    home.channels[ChannelName.SIGNAL].refused = {}
    before = rings(home, "902")
    await home.says(CRY, sender="p2")
    assert (rings(home), rings(home, "902")) == (1, before + 1)


async def test_control_whoever_is_on_duty_and_reached_is_rung_alone(home: Home) -> None:
    await _on_duty(home, await home.enrols())
    await home.enrols("Ben", sender="902")
    await home.says(CRY, sender="p1")
    assert (rings(home), rings(home, "902")) == (1, 0)


async def test_after_two_days_without_a_way_the_emergency_is_not_behind_a_heap_of_tests(home: Home) -> None:
    phones = [f"90{number}" for number in range(4)]
    for number, phone in enumerate(phones):
        await home.enrols(f"O{number}", sender=phone)
    signal = home.channels[ChannelName.SIGNAL]
    signal.refused = dict.fromkeys(phones, TryLater("connect"))
    for _ in range(48):
        home.clock.move(hours=1)
        await try_daily(home.house)
        await watch_ways(home.house)
    await home.settles()
    await home.says(CRY, sender=SENDER)
    signal.refused, before = {}, len(signal.sent)
    home.clock.move(minutes=6)
    await home.settles()
    got = to_phone(home, "900", before)
    assert got[0] in {"alert", "alert_again"}
    assert len(got) <= 3


@pytest.mark.parametrize("what", ["account", "officer"])
async def test_one_damaged_name_stops_no_round(home: Home, what: str) -> None:
    ana = await home.enrols()
    await _on_duty(home, ana)
    await _supervisor(home, ana)
    await home.says(CRY, sender=SENDER)
    async with home.house.store.begin() as tx:
        await tx._work.run(update(accounts if what == "account" else officers).values(name_sealed=b"x" * 40))  # type: ignore[attr-defined]
        await tx.commit()
    await home.passes(minutes=20)
    assert rings(home) == 6


async def test_an_exercise_that_came_to_no_case_is_over_after_its_time(home: Home) -> None:
    await home.enrols()
    real = home.house.responses

    class Harmless:
        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

        def line(self, name: str, locale: str, values: dict[str, str]) -> str:
            return "thank you" if name == "drill_message" else real.line(name, locale, values)

    home.house = replace(home.house, responses=Harmless())  # type: ignore[arg-type]  # the rest is as it was
    await drill.start(home.house, "operator")
    await home.settles()
    with pytest.raises(Refused, match="running"):
        await drill.start(home.house, "operator")
    home.clock.move(minutes=31)
    await drill.end_old(home.house)
    await drill.start(home.house, "operator")


@pytest.mark.parametrize("name", ["responses/en/b\udcff.md", "responses/en/b\0.md"])
async def test_a_file_with_an_odd_name_silences_no_heartbeat(home: Home, name: str) -> None:
    home.house.renew(serving=replace(home.house.serving, refused=f"{name}: no front matter"))
    await report(home.house, model_answers=True, disk_free=10**12)
    async with home.house.store.begin() as tx:
        told = {each.name: each.ok for each in await tx.troubles.services()}
    assert (told["worker"], told["content"]) == (True, False)


async def test_of_several_workers_one_sends_the_daily_test(home: Home) -> None:
    await home.enrols()
    home.clock.move(hours=24)
    done = await asyncio.gather(*(try_daily(home.house) for _ in range(3)))
    assert sorted(done) == [False, False, True]


async def test_many_old_alerts_hold_nobody_up(home: Home) -> None:
    """The plans of the two questions that are asked every half minute, with the writer's lock held: neither reads the log of alerts."""
    ana = await home.enrols()
    common = {"stream": f"o:{ana.id}", "officer_id": ana.id, "channel": "signal", "lane": "alert", "speaker": "alert", "care": "must",
              "name": "alert", "due_at": home.clock.now(), "created_at": home.clock.now(), "styled": False, "is_question": False,
              "is_erasure": False, "attempts": 0, "ambiguous": 0}  # fmt: skip
    rows = [common | {"id": new_id(), "seq": 100 + number, "state": "sent" if number % 5 else "cancelled"} for number in range(20_000)]
    async with home.house.store.begin() as tx:
        await tx._work.connection.execute(insert(outbox), rows)  # type: ignore[attr-defined]
        await tx.commit()
    began = time.thread_time()
    async with home.house.store.begin() as tx:
        assert await tx.officers.unreached(home.clock.now()) == []
        assert not (await tx.officers.reached())[ana.id].failed
    assert time.thread_time() - began < 1.0, "a fifth of them took the form before this one twelve seconds"
    if home.house.store.is_sqlite:  # type: ignore[attr-defined]
        async with home.house.store.begin() as tx:
            asked = "SELECT max(seq) FROM outbox WHERE officer_id = 'x' AND state = 'sent'"
            plan = [str(row) for row in await tx._work.rows(text(f"EXPLAIN QUERY PLAN {asked}"))]  # type: ignore[attr-defined]
        assert "ix_outbox_alerts" in " ".join(plan)


def alert(address: str) -> Outgoing:
    return Outgoing(
        id=OutboxId("o"), token="t", channel=ChannelName.SERVICE, account="", address=address, speaker=Speaker.ALERT, care=Care.MUST,
        piece=Piece(text="EAA-M83 E1"), lane=Lane.ALERT, name="alert", officer=OfficerId("x"), attempts=0, ambiguous=0,
    )  # fmt: skip


@contextlib.asynccontextmanager
async def listening(answer: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A webhook that answers, or keeps everybody waiting; what it was sent."""
    got: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), 0)
        got.append(await reader.readexactly(length))
        writer.write(answer)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        if answer.endswith(b"\r\n\r\n"):
            writer.close()

    server = await asyncio.start_server(serve, sock=socket.create_server(("127.0.0.1", 0)))
    host, port = server.sockets[0].getsockname()
    try:
        yield f"json://{host}:{port}/", got
    finally:
        server.close()


OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


async def test_an_alert_reaches_a_webhook_with_its_words_and_nothing_else() -> None:
    async with listening(OK) as (address, got):
        await ServiceChannel().send(alert(address))
    assert b"EAA-M83 E1" in got[0]


@pytest.mark.parametrize(("address", "error"), [("json://127.0.0.1:9/", TryLater), ("no address at all", Unreachable), ("", Unreachable)])
async def test_a_service_that_refuses_is_tried_again_and_an_address_that_is_none_is_given_up(address: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        await ServiceChannel().send(alert(address))


async def test_a_service_that_hangs_takes_one_thread_and_none_of_the_others() -> None:
    channel = ServiceChannel(send_timeout=0.5)
    async with listening(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n") as (hanging, _), listening(OK) as (well, got):
        with pytest.raises(Ambiguous):
            await channel.send(alert(hanging))
        threads = threading.active_count()
        for _ in range(8):
            with pytest.raises(TryLater, match="hangs"):
                await channel.send(alert(hanging))
        assert threading.active_count() <= threads
        await ServiceChannel().send(alert(well))
        assert got
        assert await asyncio.to_thread(lambda: "served") == "served"


async def test_old_alerts_go_but_the_last_that_went_out_and_what_failed_after_it_stay(home: Home) -> None:
    ana = await home.enrols()
    for _ in range(3):
        await home.says(CRY, sender="p1")
        await home.passes(minutes=1)
    home.channels[ChannelName.SIGNAL].refused = {"900": Unreachable("blocked")}
    await home.passes(minutes=3)
    home.clock.move(hours=24 * 400)
    async with home.house.store.begin() as tx:
        before = (await tx.officers.reached())[ana.id]
    await sweep(home)
    async with home.house.store.begin() as tx:
        assert (await tx.officers.reached())[ana.id] == before
        assert before.failed
        left = await tx._work.rows(text("SELECT state FROM outbox WHERE officer_id IS NOT NULL"))  # type: ignore[attr-defined]
    states = [row["state"] for row in left]
    assert states.count("sent") == 1
    assert "given_up" in states
