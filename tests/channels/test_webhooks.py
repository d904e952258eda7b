"""At the door: what is not from the messenger is refused and counted; what is, is kept before it is answered."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.channels.keeping import LONG
from bot.channels.telegram import webhook_answer
from bot.domain.message import Arrival, Incoming, Kind, Poison
from tests.channels.captured import MESSENGERS, captured
from tests.channels.doors import HEADER, SECRET, Door, Keeper, open_door, webhook
from tests.standins.signal import SignalStandIn


@pytest.fixture(params=MESSENGERS)
async def door(request: pytest.FixtureRequest) -> AsyncIterator[Door]:
    """The webhook of each messenger."""
    async with open_door(request.param) as opened:
        yield opened


def text_of(name: str) -> bytes:
    """A good payload of that messenger, as it is posted."""
    return json.dumps(next(each.payload for each in captured(name) if each.name == "text")).encode()


def kinds(arrivals: list[Arrival]) -> list[Kind | str]:
    """What was kept."""
    return [each.kind if isinstance(each, Incoming) else type(each).__name__ for each in arrivals]


async def test_every_captured_payload_is_answered_200_and_handed_over(door: Door) -> None:
    every = captured(door.name)
    assert [await door.posts(json.dumps(each.payload).encode()) for each in every] == [200] * len(every)
    assert len(door.keeper.kept) == len(every)
    assert door.keeper.events == []


async def _refused(door: Door, method: str, path: str, headers: dict[str, str]) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, door.root + path, data=text_of(door.name), headers=headers) as answer,
    ):
        assert answer.status == 403
        assert await answer.text() == ""


async def test_a_post_without_the_secret_or_elsewhere_or_with_another_method_is_refused_and_counted(door: Door) -> None:
    wrong = [
        ("POST", f"/{door.name}", {}),
        ("POST", f"/{door.name}/{'t' * 32}", {HEADER: "t" * 32}),
        ("POST", f"/{door.name}", {HEADER: SECRET[:-1]}),
        ("POST", f"/{door.name}", {HEADER: "š" * 16}),
        ("POST", "/", door.headers),
        ("POST", f"{door.path}/more", door.headers),
        ("POST", "/control/state", door.headers),
        ("GET", door.path, door.headers),
        ("PUT", door.path, door.headers),
        ("DELETE", door.path, door.headers),
    ]
    for method, path, headers in wrong:
        await _refused(door, method, path, headers)
    assert door.keeper.kept == []
    assert door.keeper.events == [f"refused_{door.name}"] * len(wrong)


async def test_control_the_same_post_with_its_secret_is_kept(door: Door) -> None:
    assert await door.posts(text_of(door.name)) == 200
    assert kinds(door.keeper.kept) == [Kind.TEXT]
    assert door.keeper.events == []


async def test_a_signal_secret_in_telegrams_header_and_the_other_way_round_opens_nothing(door: Door) -> None:
    other = {HEADER: SECRET} if door.name == "signal" else {}
    path = "/signal" if door.name == "signal" else f"/telegram/{SECRET}"
    await _refused(door, "POST", path, other)
    assert door.keeper.kept == []
    assert door.keeper.events == [f"refused_{door.name}"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "nonsense", ""])
async def test_a_wrong_content_type_loses_nothing(door: Door, content_type: str) -> None:
    assert await door.posts(text_of(door.name), **{"Content-Type": content_type}) == 200
    assert kinds(door.keeper.kept) == [Kind.TEXT]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe\x00", b"null", b"[]", b'{"update_id": NaN}', b"9" * 5_000, b'{"a":' * 5_000])
async def test_what_cannot_be_parsed_is_kept_as_poison_and_answered_200(door: Door, body: bytes) -> None:
    assert await door.posts(body) == 200
    assert kinds(door.keeper.kept) == ["Poison"]


async def test_too_large_a_body_is_answered_counted_and_its_beginning_kept(door: Door) -> None:
    assert await door.posts(b'{"text": "they are here ' + b"x" * 3_000_000 + b'"}') == 200
    kept = door.keeper.kept[0]
    assert isinstance(kept, Poison)
    assert kept.raw.startswith('{"text": "they are here xx')
    assert len(kept.raw) <= 1_000_000
    assert door.keeper.events == [f"too_large_{door.name}"]


async def test_a_slow_body_is_kept_and_nobody_waits_for_it(door: Door) -> None:
    hurry = asyncio.Event()
    async with aiohttp.ClientSession() as session:
        posting = asyncio.ensure_future(_status(session, door, _slowly(text_of(door.name), hurry)))
        assert await door.posts(text_of(door.name)) == 200
        assert not posting.done()
        hurry.set()
        assert await posting == 200
    assert kinds(door.keeper.kept) == [Kind.TEXT, Kind.TEXT]


async def _slowly(body: bytes, hurry: asyncio.Event) -> AsyncIterator[bytes]:
    yield body[:20]
    await hurry.wait()
    yield body[20:]


async def _status(session: aiohttp.ClientSession, door: Door, body: AsyncIterator[bytes]) -> int:
    async with session.post(door.url, data=body, headers=door.headers) as answer:
        return answer.status


async def test_a_post_that_is_cut_in_the_middle_is_counted_and_the_next_one_kept(door: Door) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", door.port)
    head = [f"POST {door.path} HTTP/1.1", "Host: x", "Content-Length: 5000", *(f"{name}: {value}" for name, value in door.headers.items())]
    writer.write(("\r\n".join(head) + "\r\n\r\n").encode() + text_of(door.name)[:50])
    await writer.drain()
    writer.close()
    async with asyncio.timeout(5):
        while not door.keeper.events:
            await asyncio.sleep(0.01)
    assert door.keeper.events == [f"post_cut_{door.name}"]
    assert door.keeper.kept == []
    assert await door.posts(text_of(door.name)) == 200


async def test_a_database_that_fails_is_never_answered_200_and_counted(door: Door) -> None:
    door.keeper.failures = 1_000
    assert await door.posts(text_of(door.name)) == 503
    assert door.keeper.events == [f"post_not_kept_{door.name}"]
    if door.name == "signal":
        assert door.keeper.tries == 2 + 2 * (len(LONG) - 1), (
            "every pause was waited for: twice whole, then the message alone and a look at the database"
        )


@pytest.mark.parametrize("failures", range(1, 6))
async def test_a_database_that_comes_back_while_the_post_is_held_keeps_the_message_whenever_that_is(door: Door, failures: int) -> None:
    door.keeper.failures = failures
    assert await door.posts(text_of(door.name)) == 200
    assert [kind for kind in kinds(door.keeper.kept) if kind != "Ignored"] == [Kind.TEXT], "whenever that is, it does not become poison"
    assert door.keeper.events == []


async def test_a_message_that_no_database_takes_is_kept_as_poison_and_answered_200(door: Door) -> None:
    door.keeper.unstorable = True
    assert await door.posts(text_of(door.name)) == 200
    assert kinds(door.keeper.kept) == ["Ignored", "Poison"], "after a look whether the database takes anything at all"


def test_a_post_of_signal_is_held_for_a_minute_because_nobody_posts_it_again() -> None:
    assert 55 <= sum(webhook("signal", Keeper()).waits) <= 110
    assert sum(webhook("telegram", Keeper()).waits) < 10, "Telegram posts again"


async def test_a_burst_of_signal_posts_is_kept_in_order() -> None:
    api = await SignalStandIn().start()
    async with open_door("signal") as door:
        api.webhook = door.url
        assert all(await api.push(*(api.frame(str(number)) for number in range(200))))
        assert [each.text for each in door.keeper.kept if isinstance(each, Incoming)] == [str(number) for number in range(200)]
    await api.stop()


async def test_a_pressed_button_is_answered_in_the_answer_to_its_post() -> None:
    pressed = next(each.payload for each in captured("telegram") if each.name == "button")
    assert webhook_answer(pressed) == {"method": "answerCallbackQuery", "callback_query_id": "3135"}
    assert webhook_answer({"update_id": 1}) is None
