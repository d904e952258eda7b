"""30,000 payloads gone wrong through reader and database, with an emergency among every hundred: none fails, none is in the way."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from telegram.error import TelegramError

from bot.channels import Malformed, signal, telegram
from bot.channels.keeping import Received
from bot.domain.message import Ignored, Incoming, Kind, Poison
from bot.storage.database import SqlStore
from bot.usecases.receive import receive
from tests.channels.captured import ACCOUNTS, MESSENGERS, PARSERS
from tests.channels.mutations import mutated
from tests.fakes import FakeClock
from tests.standins.signal import SignalStandIn
from tests.standins.telegram import TOKEN, TelegramStandIn

NUMBER, EVERY, SEED = 15_000, 100, 20_261_128
ARRIVAL = {"telegram": telegram.webhook_arrival, "signal": signal.webhook_arrival}


def emergency(messenger: str, number: int) -> str:
    """Somebody writes in danger, each from a phone of their own."""
    text = f"police are breaking down our door {number}"
    if messenger == "signal":
        return json.dumps(SignalStandIn().frame(text, sender=f"5f9a1c1e-0000-4000-8000-{number:012d}"))
    return json.dumps(TelegramStandIn().message(text, chat=900_000_000 + number))


def _json(body: str) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def batches(messenger: str, number: int) -> Iterator[list[Received]]:
    """What would come in, a hundred at a time, an emergency somewhere in each."""
    bodies = mutated(messenger, number, SEED)
    for batch in range(number // EVERY):
        together = [next(bodies) for _ in range(EVERY)]
        together.insert(batch % EVERY, emergency(messenger, batch))
        yield [ARRIVAL[messenger](body, _json(body), ACCOUNTS[messenger]) for body in together]


@pytest.fixture
def store_url(tmp_path: Path, sqlite_template: Path) -> str:
    """SQLite is enough here: what a reader hands over is text, and both databases hold the same of it."""
    path = tmp_path / "defender-line.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.mark.parametrize("messenger", MESSENGERS)
async def test_of_15_000_payloads_gone_wrong_none_fails_and_every_emergency_among_them_is_a_message(
    store: SqlStore, clock: FakeClock, messenger: str
) -> None:
    handed = {Incoming: 0, Ignored: 0, Poison: 0}
    for batch in batches(messenger, NUMBER):
        for each in batch:
            handed[type(each.arrival)] += 1
        await receive(store, clock, [each.arrival for each in batch])
    assert sum(handed.values()) == NUMBER + NUMBER // EVERY
    assert min(handed.values()) > NUMBER // 100, "mutations of all three sorts, or this test shows nothing"
    texts = await _kept_texts(store, clock)
    assert {f"police are breaking down our door {number}" for number in range(NUMBER // EVERY)} <= texts
    async with store.begin() as tx:
        counts = await tx.counts.all()
    assert counts[f"poison_{messenger}"] > NUMBER // 100


async def _kept_texts(store: SqlStore, clock: FakeClock) -> set[str]:
    """The texts of everything that waits to be answered."""
    texts: set[str] = set()
    while True:
        async with store.begin() as tx:
            claimed = await tx.inbox.claim(clock.now(), 3_600)
            await tx.commit()
        if claimed is None:
            return texts
        texts |= {message.text for message in claimed.messages}


@pytest.mark.parametrize("messenger", MESSENGERS)
def test_the_reader_raises_nothing_but_malformed_and_makes_no_address_up(messenger: str) -> None:
    for body in mutated(messenger, 5_000, SEED + 1):
        payload = _json(body)
        try:
            arrived = PARSERS[messenger](payload, ACCOUNTS[messenger])
        except Malformed as error:
            assert str(error) == "", "an error carries nothing of the payload"
            continue
        if isinstance(arrived, Incoming):
            assert arrived.kind is Kind.GROUP or arrived.sender in _leaves(payload)
            assert arrived.sender and arrived.key


def _leaves(value: object) -> set[str]:
    """Every text and number in a payload, as text."""
    if isinstance(value, dict | list):
        return set().union(*map(_leaves, value.values() if isinstance(value, dict) else value))
    return {str(value)}


async def test_control_the_librarys_own_reader_fails_for_the_whole_batch_for_ever() -> None:
    api = await TelegramStandIn().start()
    bot = telegram.build_bot(TOKEN, api.url)
    await bot.initialize()
    api.arrives({"update_id": 1, "message": {"message_id": 1, "chat": "nonsense", "date": 1}}, api.message("they are breaking the door"))
    for _ in range(3):
        with pytest.raises((TypeError, TelegramError)):
            await bot.get_updates(timeout=0)
    await bot.shutdown()
    await api.stop()
