"""The port ``Channel``, what is no sending: files that came with messages, and trust in a changed safety number."""

from typing import Any

import pytest

from bot.channels import LARGEST_FILE
from bot.domain.errors import KeyChanged, SendFailed, TryLater, Unreachable
from tests.contracts.channels import LINES, outgoing
from tests.standins.signal import ACCOUNT, PERSON, SignalStandIn
from tests.standins.telegram import TelegramStandIn

EACH = pytest.mark.parametrize("name", LINES)
WITH_FILES = pytest.mark.parametrize("name", [name for name in LINES if name != "console"])
CONTENT = bytes(range(256)) * 300


def _far_end(line: Any) -> Any:
    """The stand-in behind a line."""
    return line.cut.__self__


@WITH_FILES
@pytest.mark.parametrize("content", [b"", CONTENT], ids=["empty", "some"])
async def test_a_file_is_fetched_as_it_came(name: str, content: bytes) -> None:
    async with LINES[name]() as line:
        line.files["AwACAgQAAx-1.aac"] = content
        assert await line.channel.fetch("AwACAgQAAx-1.aac", "us") == content


@EACH
async def test_what_the_messenger_has_no_more_is_gone(name: str) -> None:
    async with LINES[name]() as line:
        for handle in ("nonsense", "../../etc/passwd", "a b?c=d#e", "ž"):
            with pytest.raises(Unreachable) as raised:
                await line.channel.fetch(handle, "us")
            assert raised.value.reason == "gone"


@EACH
async def test_discarding_is_done_twice_without_harm(name: str) -> None:
    async with LINES[name]() as line:
        line.files["x.jpg"] = CONTENT
        await line.channel.discard(["x.jpg", "unknown"])
        await line.channel.discard(["x.jpg"])
        await line.channel.discard([])
        assert ("x.jpg" in line.files) == (name != "signal"), "only Signal keeps files on a disk of ours"


@EACH
async def test_anybody_may_be_trusted_whether_there_is_a_key_or_not(name: str) -> None:
    async with LINES[name]() as line:
        await line.channel.trust(line.address)
        await line.channel.send(outgoing(line, "after"))
        assert line.arrived() == ["after"]


@pytest.mark.parametrize("name", ["telegram", "signal"])
async def test_too_large_a_file_is_not_fetched(name: str) -> None:
    async with LINES[name]() as line:
        line.files["large"] = bytes(LARGEST_FILE + 1)
        with pytest.raises(Unreachable) as raised:
            await line.channel.fetch("large", "us")
    assert raised.value.reason == "too_large"


async def test_the_largest_file_of_signal_is_fetched() -> None:
    async with LINES["signal"]() as line:
        line.files["large"] = bytes(LARGEST_FILE)
        assert len(await line.channel.fetch("large", "us")) == LARGEST_FILE


async def test_a_file_that_telegram_names_and_then_has_not_is_gone() -> None:
    async with LINES["telegram"]() as line:
        line.files["x"] = CONTENT
        _far_end(line).lost.add("x")
        with pytest.raises(Unreachable, match="gone") as raised:
            await line.channel.fetch("x", "us")
    assert raised.value.__cause__ is None, "a cause could carry the address with the token"


@pytest.mark.parametrize("name", ["telegram", "signal"])
async def test_a_messenger_that_is_not_there_is_tried_later(name: str) -> None:
    async with LINES[name]() as line:
        await line.cut()
        for call in _calls(line, name):
            with pytest.raises(TryLater) as raised:
                await call
            assert raised.value.__cause__ is None


def _calls(line: Any, name: str) -> list[Any]:
    fetched = [line.channel.fetch("x", "us")]
    if name == "telegram":
        return fetched
    return [*fetched, line.channel.discard(["x"]), line.channel.trust(PERSON), line.channel.timer(PERSON, 60)]


@pytest.mark.parametrize(
    ("status", "expected"), [(500, TryLater), (503, TryLater), (429, TryLater), (403, Unreachable)], ids=lambda value: str(value)
)
async def test_what_the_rest_api_refuses_is_tried_later_or_given_up(status: int, expected: type[SendFailed]) -> None:
    async with LINES["signal"]() as line:
        for call in ("fetch", "discard", "trust", "timer"):
            _far_end(line).broken.append((status, {"error": "x"}))
            arguments: dict[str, tuple[Any, ...]] = {"fetch": ("x", "us"), "discard": (["x"],), "trust": (PERSON,), "timer": (PERSON, 60)}
            with pytest.raises(expected):
                await getattr(line.channel, call)(*arguments[call])


async def test_a_person_whose_number_changed_gets_nothing_until_it_is_trusted() -> None:
    async with LINES["signal"]() as line:
        api: SignalStandIn = _far_end(line)
        api.untrusted.add(PERSON)
        with pytest.raises(KeyChanged):
            await line.channel.send(outgoing(line, "one"))
        await line.channel.trust(PERSON)
        await line.channel.send(outgoing(line, "two"))
        assert (api.trusted, line.arrived()) == ([PERSON], ["two"])
        assert ACCOUNT not in api.trusted


async def test_the_timer_of_a_chat_is_set_where_there_is_one() -> None:
    async with LINES["signal"]() as line:
        await line.channel.timer(PERSON, 86_400)
        await line.channel.timer(PERSON, 3_600)
        assert _far_end(line).timers == {PERSON: 3_600}


@pytest.mark.parametrize("name", ["telegram", "console"])
async def test_where_there_is_no_timer_nothing_is_said_to_disappear(name: str) -> None:
    async with LINES[name]() as line:
        with pytest.raises(Unreachable, match="no_timer"):
            await line.channel.timer(line.address, 86_400)


async def test_the_server_root_of_the_settings_is_asked_for_files_too() -> None:
    from bot.channels.telegram import TelegramChannel, build_bot
    from tests.standins.telegram import TOKEN

    api = await TelegramStandIn().start()
    api.files["v"] = CONTENT
    bot = build_bot(TOKEN, api.url)
    await bot.initialize()
    try:
        assert await TelegramChannel(bot).fetch("v", "us") == CONTENT
    finally:
        await bot.shutdown()
        await api.stop()
