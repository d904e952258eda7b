"""A changed safety number, from the refused answer to the one that goes out: the real Signal channel, and a REST API that refuses."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.signal import SignalChannel
from bot.domain.errors import Refused
from bot.domain.ids import ConversationId
from bot.domain.message import TRUST_KEY, ChannelName
from bot.ports import Officer
from bot.usecases import handoff, respond
from tests.journeys.house import Home
from tests.journeys.test_health import faults
from tests.standins.signal import ACCOUNT, PERSON, SignalStandIn


@pytest.fixture
async def api(home: Home) -> AsyncIterator[SignalStandIn]:
    """The house has an officer, and speaks on Signal for real."""
    await home.enrols()
    server = await SignalStandIn().start()
    channel = SignalChannel(server.url, ACCOUNT)
    home.channels[ChannelName.SIGNAL] = channel  # type: ignore[assignment]  # the real one
    yield server
    await channel.close()
    await server.stop()


async def _held(home: Home, api: SignalStandIn) -> Officer:
    """An emergency whose phone then has another key: two answers are held."""
    await _says(home, "they sent me a death threat")
    api.untrusted.add(PERSON)
    for _ in range(2):
        await _says(home, "/status")
    assert len(api.texts()) == 1
    return await _ana(home)


async def _ana(home: Home) -> Officer:
    async with home.house.store.begin() as tx:
        (ana,) = await tx.officers.all()
    return ana


async def _says(home: Home, text: str) -> None:
    home.clock.move(seconds=1)
    await home.writes(text, sender=PERSON)
    await home.settles()


async def _conversation(home: Home) -> ConversationId:
    reference = await home.reference()
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
    assert found is not None
    return found.conversation


async def test_after_an_officers_word_the_rest_api_trusts_the_key_and_the_held_answers_go_out_in_order(
    home: Home, api: SignalStandIn
) -> None:
    ana = await _held(home, api)
    await handoff.claim(home.house, ana, await home.reference())
    await handoff.reply(home.house, ana, await home.reference(), "I am here.")
    assert await handoff.trust(home.house, ana, await home.reference()) > 0
    await home.settles()
    assert api.trusted == [PERSON]
    assert api.texts()[-1] == "I am here."
    assert (await home.counted())["key_trusted"] == 1
    assert await faults(home) == ()


async def test_control_answers_released_without_trusting_are_refused_and_held_again(home: Home, api: SignalStandIn) -> None:
    await _held(home, api)
    conversation = await _conversation(home)
    async with home.house.store.begin() as tx:
        assert await tx.conversations.trust(conversation) == 2
        await tx.commit()
    await home.settles()
    assert (len(api.texts()), api.trusted) == (1, [])
    async with home.house.store.begin() as tx:
        assert (await tx.health.stored(home.clock.now())).held == 2


async def test_while_the_rest_api_fails_the_word_waits_and_nothing_is_released(home: Home, api: SignalStandIn) -> None:
    ana = await _held(home, api)
    api.broken = [(503, {"error": "x"})] * 2
    await handoff.trust(home.house, ana, await home.reference())
    await home.settles()
    assert (len(api.texts()), api.trusted) == (1, [])
    for _ in range(3):
        home.clock.move(seconds=60)
        await home.settles()
    assert (len(api.texts()), api.trusted) == (3, [PERSON])


async def test_a_word_that_the_rest_api_refuses_is_a_fault_until_another_is_taken(home: Home, api: SignalStandIn) -> None:
    ana = await _held(home, api)
    api.broken = [(400, {"error": "no such identity"})]
    await handoff.trust(home.house, ana, await home.reference())
    await home.settles()
    assert len(api.texts()) == 1
    assert await faults(home) == ("trust_failed",)
    assert await handoff.trust(home.house, ana, await home.reference()) == 2
    await home.settles()
    assert len(api.texts()) == 3
    assert await faults(home) == ()


async def test_a_word_said_twice_is_passed_on_once(home: Home, api: SignalStandIn) -> None:
    ana = await _held(home, api)
    for _ in range(2):
        await handoff.trust(home.house, ana, await home.reference())
    await home.settles()
    assert (api.trusted, len(api.texts())) == ([PERSON], 3)


async def test_where_no_number_has_changed_there_is_nothing_to_trust(home: Home, api: SignalStandIn) -> None:
    ana = await _ana(home)
    await _says(home, "they sent me a death threat")
    with pytest.raises(Refused, match="not_changed"):
        await handoff.trust(home.house, ana, await home.reference())
    await home.settles()
    assert api.trusted == []


async def test_the_word_itself_is_never_held_and_is_no_line_of_the_talk(home: Home, api: SignalStandIn) -> None:
    await _held(home, api)
    await home.writes("anybody?", sender=PERSON)
    conversation = await _conversation(home)
    async with home.house.store.begin() as tx:
        await tx.outbox.queue_trust(conversation, home.clock.now())
        word = await tx.outbox.take(home.clock.now(), 60)
        assert word is not None
        assert (word.name, word.address) == (TRUST_KEY, PERSON)
        await tx.outbox.hold_for_key(word, home.clock.now())
        assert TRUST_KEY not in [line.kind for line in await tx.conversations.read(conversation)]
        await tx.commit()
    home.clock.move(minutes=5)
    await home.settles()
    assert api.trusted == [PERSON]


async def test_to_be_forgotten_meanwhile_does_not_take_the_word_back(home: Home, api: SignalStandIn) -> None:
    ana = await _held(home, api)
    await handoff.trust(home.house, ana, await home.reference())
    await home.writes("/forget", sender=PERSON)
    claimed = await respond.claim(home.house)
    assert claimed is not None
    await respond.respond(home.house, claimed)
    await home.settles()
    assert api.trusted == [PERSON]
    assert len(api.deleted) > 0
    async with home.house.store.begin() as tx:
        assert (await tx.health.stored(home.clock.now())).held == 0
