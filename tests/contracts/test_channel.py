"""The port ``Channel``: the same of the fake, the console, Telegram and Signal."""

from typing import Any

import pytest

from bot.domain.errors import Ambiguous, KeyChanged, SendFailed, TryLater, Unreachable
from bot.domain.message import Button, ChannelName, Speaker
from tests.contracts.channels import LINES, outgoing

ODD_TEXTS = ("plain", "two\nlines", "2*3*4 _x_ `y` <b>&amp;</b> {people}", "ćžš Ж 🆘 \u202e", "x" * 3_900)


EACH = pytest.mark.parametrize("name", LINES)


@EACH
async def test_it_has_the_name_of_a_messenger(name: str) -> None:
    async with LINES[name]() as line:
        assert line.channel.name in set(ChannelName)


@EACH
async def test_what_is_sent_arrives_as_it_is_and_in_its_order(name: str) -> None:
    async with LINES[name]() as line:
        for text in ODD_TEXTS:
            await line.channel.send(outgoing(line, text))
        assert line.arrived() == list(ODD_TEXTS)


@EACH
async def test_each_send_has_a_key_by_which_it_can_be_deleted_where_there_is_one(name: str) -> None:
    async with LINES[name]() as line:
        keys = [(await line.channel.send(outgoing(line, text))).key for text in ("one", "two")]
        assert all(isinstance(key, str) for key in keys)
        assert keys[0] != keys[1] or (keys == ["", ""] and line.channel.name is ChannelName.CONSOLE)


@EACH
@pytest.mark.parametrize("speaker", Speaker)
async def test_whoever_speaks_is_heard(name: str, speaker: Speaker) -> None:
    async with LINES[name]() as line:
        await line.channel.send(outgoing(line, "words", speaker=speaker))
        assert line.arrived() == ["words"]


@EACH
async def test_words_arrive_with_their_buttons_also_where_there_are_none(name: str) -> None:
    async with LINES[name]() as line:
        buttons = (Button("1", "1"), Button("", "2"), Button("nothing", ""), Button("long", "x" * 65))
        await line.channel.send(outgoing(line, "Yes: 1. No: 2.", buttons=buttons))
        assert line.arrived()[0].startswith("Yes: 1. No: 2.")


@EACH
async def test_deleting_nonsense_and_leaving_what_is_no_group_hurt_nobody(name: str) -> None:
    async with LINES[name]() as line:
        sent = await line.channel.send(outgoing(line, "one"))
        await line.channel.erase(line.address, ["", "nonsense", "12:34", sent.key, "-1", "9" * 30])
        await line.channel.erase(line.address, [])
        await line.channel.leave("-100" if line.channel.name is ChannelName.TELEGRAM else line.address)
        await line.channel.send(outgoing(line, "two"))
        assert line.arrived()[-1:] == ["two"], "the channel is as good as before"


@EACH
async def test_a_failure_leaves_the_channel_as_good_as_before(name: str) -> None:
    async with LINES[name]() as line:
        failure = {
            ChannelName.TELEGRAM: (502, {"ok": False, "error_code": 502, "description": "x"}),
            ChannelName.SIGNAL: (502, {"error": "x"}),
        }
        line.faulty(TryLater("server") if "Fake" in type(line.channel).__name__ else failure.get(line.channel.name))
        if line.channel.name is not ChannelName.CONSOLE:
            with pytest.raises(TryLater) as raised:
                await line.channel.send(outgoing(line, "one"))
            assert raised.value.reason.isidentifier()
        await line.channel.send(outgoing(line, "two"))
        assert line.arrived() == ["two"]


def _telegram(status: int, said: str, **parameters: int) -> tuple[int, dict[str, Any]]:
    return status, {"ok": False, "error_code": status, "description": said} | ({"parameters": parameters} if parameters else {})


#: What the far end does: the error, the wait it asks for, whether the words may have arrived.
TABLE: list[tuple[str, Any, type[SendFailed], float | None]] = [
    ("telegram", _telegram(429, "Too Many Requests: retry after 7", retry_after=7), TryLater, 7),
    ("telegram", _telegram(500, "Internal Server Error"), TryLater, None),
    ("telegram", _telegram(502, "Bad Gateway"), TryLater, None),
    ("telegram", (502, "<html>bad gateway</html>"), TryLater, None),
    ("telegram", (504, "<html>"), Ambiguous, None),
    ("telegram", _telegram(504, "Gateway Timeout"), Ambiguous, None),
    ("telegram", (200, "<html>log in to this network</html>"), Ambiguous, None),
    ("telegram", _telegram(403, "Forbidden: bot was blocked by the user"), Unreachable, None),
    ("telegram", _telegram(403, "Forbidden: user is deactivated"), Unreachable, None),
    ("telegram", _telegram(400, "Bad Request: chat not found"), Unreachable, None),
    ("telegram", _telegram(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1001), Unreachable, None),
    ("telegram", _telegram(401, "Unauthorized"), TryLater, 60),
    ("telegram", _telegram(404, "Not Found"), TryLater, 60),
    ("telegram", _telegram(409, "Conflict: terminated by other getUpdates request"), TryLater, 60),
    ("telegram", "hang", Ambiguous, None),
    ("telegram", "hang-after", Ambiguous, None),
    ("telegram", "accept-then-drop", Ambiguous, None),
    ("telegram", (200, {"ok": True, "result": {"nonsense": 1}}), Ambiguous, None),
    ("telegram", (200, {"ok": True, "result": True}), Ambiguous, None),
    ("telegram", "cut", TryLater, None),
    ("signal", (429, {"error": "rate limiting", "challenge_tokens": ["x"], "account": "+1"}), TryLater, 300),
    ("signal", (500, {"error": "x"}), TryLater, None),
    ("signal", (502, "<html>"), TryLater, None),
    ("signal", (503, {"error": "x"}), TryLater, None),
    ("signal", (504, "<html>"), Ambiguous, None),
    ("signal", (400, {"error": "Unable to complete request due to untrusted recipient keys"}), KeyChanged, None),
    ("signal", (400, {"error": "Failed to send message due to untrusted identities"}), KeyChanged, None),
    ("signal", (201, [{"timestamp": "1", "errors": {"recipients": [{"uuid": "b", "reason": "IDENTITY_FAILURE"}]}}]), KeyChanged, None),
    ("signal", (201, [{"timestamp": "1", "errors": {"recipients": [{"uuid": "b", "reason": "UNREGISTERED_FAILURE"}]}}]), Unreachable, None),
    ("signal", (400, {"error": "Unregistered user"}), Unreachable, None),
    ("signal", (400, {"error": "Failed to send message"}), TryLater, 30),
    ("signal", (400, {"error": "Specified account does not exist"}), TryLater, 60),
    ("signal", (403, {"error": "forbidden"}), TryLater, 30),
    ("signal", "hang", Ambiguous, None),
    ("signal", "accept-then-hang", Ambiguous, None),
    ("signal", "accept-then-drop", Ambiguous, None),
    ("signal", "cut", TryLater, None),
]


@pytest.mark.parametrize(("name", "fault", "expected", "seconds"), TABLE, ids=lambda value: getattr(value, "__name__", str(value)[:60]))
async def test_each_failure_becomes_the_error_that_says_what_to_do(
    name: str, fault: Any, expected: type[SendFailed], seconds: float | None
) -> None:
    async with LINES[name]() as line:
        if fault == "cut":
            await line.cut()
        else:
            line.faulty(fault)
        with pytest.raises(SendFailed) as raised:
            await line.channel.send(outgoing(line, "they are at the door"))
    assert type(raised.value) is expected
    assert getattr(raised.value, "seconds", None) == seconds
    assert raised.value.__cause__ is None, "a cause could carry the address with the token"
    assert "door" not in str(raised.value)


@pytest.mark.parametrize("answer", ["rubbish", "object", (201, []), (201, [{}]), (201, {"timestamp": None}), (201, [None])], ids=str)
async def test_what_the_rest_api_has_accepted_counts_as_sent_whatever_it_says(answer: Any) -> None:
    async with LINES["signal"]() as line:
        line.faulty(answer)
        assert isinstance((await line.channel.send(outgoing(line, "x"))).key, str)


async def test_a_closed_console_is_nobody_to_talk_to() -> None:
    async with LINES["console"]() as line:
        line.cut()
        with pytest.raises(Unreachable):
            await line.channel.send(outgoing(line, "x"))


@pytest.mark.parametrize(
    "error", [TryLater("x", 3), Ambiguous("x"), Unreachable("x"), KeyChanged("x")], ids=lambda error: type(error).__name__
)
async def test_the_fake_fails_in_every_way_that_the_real_ones_do_and_keeps_nothing_of_it(error: SendFailed) -> None:
    async with LINES["fake"]() as line:
        line.faulty(error)
        with pytest.raises(type(error)):
            await line.channel.send(outgoing(line, "x"))
        assert line.arrived() == []


def test_the_table_knows_every_way_to_fail() -> None:
    assert {expected for _, _, expected, _ in TABLE} == set(SendFailed.__subclasses__())
