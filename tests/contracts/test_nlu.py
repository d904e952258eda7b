"""The port ``Nlu``: the same of the fake and of the client in front of the model's server."""

import asyncio
import json
import time
from typing import Any

import pytest

from bot.domain.errors import NluUnavailable
from bot.nlu import HttpNlu
from bot.storage.database import SqlStore
from tests.contracts.models import DOORS, served
from tests.fakes import FakeClock
from tests.journeys.house import Home

EACH = pytest.mark.parametrize("name", DOORS)
TEXTS = ("who defends rights?", "hm", "good morning", "", "x" * 65_536, "ćž Ж 🆘 \u202e", 'a "quoted" \\ thing\n')


@EACH
async def test_a_reading_holds_every_intent_likeliest_first_with_sensible_confidences(name: str) -> None:
    async with DOORS[name]() as door:
        for text in TEXTS:
            ranking = (await door.nlu.read(text)).ranking
            confidences = [ranked.confidence for ranked in ranking]
            assert len(ranking) > 1
            assert confidences == sorted(confidences, reverse=True)
            assert all(0.0 <= confidence <= 1.0 for confidence in confidences)
        assert door.asked() == list(TEXTS), "each text is read as it is"


@EACH
async def test_what_the_model_knows_is_what_one_gets(name: str) -> None:
    async with DOORS[name]() as door:
        assert (await door.nlu.read("who defends rights?")).ranking[0].intent == "hrd_definition"
        assert (await door.nlu.read("hm")).ranking[0].confidence < 0.7


@EACH
async def test_a_dead_model_says_so_and_nothing_else(name: str) -> None:
    async with DOORS[name]() as door:
        door.die()
        with pytest.raises(NluUnavailable) as raised:
            await door.nlu.read("they took my sister")
        assert "sister" not in str(raised.value)
        assert raised.value.__cause__ is None


@EACH
async def test_a_model_that_has_answered_once_is_not_starting_any_more(name: str) -> None:
    async with DOORS[name]() as door:
        await door.nlu.read("hm")
        assert not door.nlu.is_starting()
        door.die()
        assert not door.nlu.is_starting(), "a model that died is dead, not starting"


async def test_until_it_has_answered_the_real_one_is_starting_and_a_watch_ends_that() -> None:
    async with served() as (client, _):
        assert client.is_starting()
        await client.watch_start()
        assert not client.is_starting()


def _sure(confidence: object) -> dict[str, Any]:
    return {"intent_ranking": [{"name": "greet", "confidence": confidence}]}


RUBBISH: list[Any] = [
    500, 404, 204, "", "{", "null", "[]", '"x"', "[" * 5_000, "\ufeff{}", json.dumps(_sure(float("nan"))), json.dumps(_sure(float("inf"))),
    {}, {"intent_ranking": []}, {"intent_ranking": None}, {"intent_ranking": [1]}, {"intent_ranking": {"name": "greet"}},
    {"intent_ranking": [{"name": "greet"}]}, {"intent_ranking": [{"confidence": 1}]}, _sure(7), _sure(-0.1), _sure("sure"), _sure(None),
]  # fmt: skip


@pytest.mark.parametrize("answer", RUBBISH, ids=lambda answer: str(answer)[:50])
async def test_rubbish_is_no_reading(answer: Any) -> None:
    async with served() as (client, server):
        server.answer = answer
        with pytest.raises(NluUnavailable):
            await client.read("x")
        server.answer = None
        assert (await client.read("hm")).ranking, "one bad answer does not end the asking"


async def test_control_the_same_server_answers_well_when_it_is_not_told_otherwise() -> None:
    async with served() as (client, _):
        assert (await client.read("good morning")).ranking[0].intent == "greet"


async def test_a_wrong_token_is_refused() -> None:
    async with served(token="another") as (client, _):
        with pytest.raises(NluUnavailable):
            await client.read("x")


async def test_a_lone_surrogate_is_replaced_because_the_wire_cannot_carry_it() -> None:
    async with served() as (client, server):
        await client.read("a\ud800b")
        assert server.asked == ["a?b"]


async def test_a_model_that_hangs_is_given_up_within_its_deadline_and_left_alone_for_a_while() -> None:
    async with served(deadline=0.7) as (client, server):
        server.hangs = True
        began = time.monotonic()
        for _ in range(20):
            with pytest.raises(NluUnavailable):
                await client.read("x")
        assert time.monotonic() - began < 1.4, "twenty questions cost one deadline"
        assert server.asked == ["x"]


async def test_nobody_listening_is_told_at_once() -> None:
    client = HttpNlu("http://127.0.0.1:9", "t")
    with pytest.raises(NluUnavailable):
        await client.read("x")
    await client.close()


async def test_nothing_that_the_house_asks_begins_with_a_slash(store: SqlStore, clock: FakeClock) -> None:
    home = Home(store, clock)
    for number, text in enumerate(("/thanks for everything", " //help me understand", "/frobnicate", "/start ref_1", "/", "plain")):
        await home.says(text, sender=str(number))
    assert [text.split()[0] for text in home.nlu.asked] == ["thanks", "help", "frobnicate", "start", "plain"]


async def test_what_is_expected_is_read_once_and_a_failure_is_told_to_whoever_asks() -> None:
    async with served() as (client, server):
        await client.watch_start()
        client.expect("hm")
        assert (await client.read("hm")).ranking == (await client.read("hm")).ranking
        assert server.asked == ["hm", "hm"], "the first asking took what was expected"
        server.answer = 500
        client.expect("x")
        with pytest.raises(NluUnavailable):
            await client.read("x")
        server.answer = None
        assert (await client.read("x")).ranking, "a failure is not kept"


async def test_what_is_expected_and_never_asked_for_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.nlu.EXPECTED_FOR", 0.01)
    async with served() as (client, server):
        await client.watch_start()
        client.expect("hm")
        async with asyncio.timeout(5):
            while client._expected:
                await asyncio.sleep(0.01)
        await client.read("hm")
        assert server.asked == ["hm", "hm"]


async def test_before_the_model_is_ready_nothing_is_expected_of_it() -> None:
    async with served() as (client, server):
        client.expect("hm")
        await asyncio.sleep(0)
        assert server.asked == []


async def test_an_officers_words_are_not_shown_to_the_model_and_a_defenders_are(store: SqlStore, clock: FakeClock) -> None:
    home = Home(store, clock)
    await home.enrols(sender="900")
    home.nlu.expected.clear()
    await home.writes("back in a minute", sender="900")
    await home.writes("what are the guidelines?", sender="stranger")
    await home.writes("/status", sender="stranger")
    assert home.nlu.expected == ["what are the guidelines?"], "nor is what needs no model"
