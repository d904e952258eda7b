"""Telegram: updates in our own words, sending and its failures, polling that loses nothing."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot
from telegram.ext import ApplicationBuilder

from bot.channels import Malformed
from bot.channels.telegram import TelegramChannel, build_bot, poll, webhook_arrival
from bot.channels.telegram_parse import parse
from bot.domain.ids import OutboxId
from bot.domain.message import Arrival, Button, Care, ChannelName, Ignored, Incoming, Kind, Lane, Outgoing, Piece, Poison, Speaker
from tests.standins.telegram import TOKEN, TelegramStandIn


@pytest.fixture
async def api() -> AsyncIterator[TelegramStandIn]:
    """A Bot API on loopback."""
    server = await TelegramStandIn().start()
    yield server
    await server.stop()


@pytest.fixture
async def bot(api: TelegramStandIn) -> AsyncIterator[Bot]:
    """A bot that talks to it."""
    made = build_bot(TOKEN, api.url)
    await made.initialize()
    yield made
    await made.shutdown()


def outgoing(text: str = "an answer", *, styled: bool = False, buttons: tuple[Button, ...] = ()) -> Outgoing:
    """A row that the courier took."""
    return Outgoing(
        id=OutboxId("o"), token="t", channel=ChannelName.TELEGRAM, account="700000001", address="42", speaker=Speaker.BOT, care=Care.ONCE,
        piece=Piece(text=text, styled=styled, buttons=buttons), lane=Lane.REPLY, name="x", attempts=0, ambiguous=0,
    )  # fmt: skip


def message(**more: Any) -> dict[str, Any]:
    """An update with a message of those fields."""
    base = {"message_id": 7, "date": 1, "chat": {"id": 42, "type": "private"}, "from": {"id": 42, "is_bot": False, "language_code": "sr"}}
    return {"update_id": 1, "message": base | more}


@pytest.mark.parametrize(
    ("fields", "kind", "text"),
    [
        ({"text": "hello"}, Kind.TEXT, "hello"),
        ({"photo": [{"file_id": "a"}, {"file_id": "b", "file_size": 9}], "caption": "look"}, Kind.PHOTO, "look"),
        ({"voice": {"file_id": "v", "mime_type": "audio/ogg"}}, Kind.VOICE, ""),
        ({"video_note": {"file_id": "v"}}, Kind.VIDEO, ""),
        ({"location": {"latitude": 1, "longitude": 2}}, Kind.LOCATION, ""),
        ({"contact": {"phone_number": "+1"}}, Kind.CONTACT, ""),
        ({"sticker": {"file_id": "s", "emoji": "x"}}, Kind.STICKER, ""),
        ({"document": {"file_id": "d", "file_name": "../../x"}}, Kind.DOCUMENT, ""),
        ({"dice": {"value": 3}}, Kind.EMPTY, ""),
        ({"poll": {"id": "1"}}, Kind.EMPTY, ""),
    ],
)
def test_each_kind_of_message_is_known(fields: dict[str, Any], kind: Kind, text: str) -> None:
    arrived = parse(message(**fields), "me")
    assert isinstance(arrived, Incoming)
    assert (arrived.kind, arrived.text, arrived.sender, arrived.key, arrived.language_hint) == (kind, text, "42", "42:7", "sr")


def test_an_edit_names_its_target_and_a_second_edit_is_another_message() -> None:
    first = parse({"update_id": 2, "edited_message": message(text="a")["message"] | {"edit_date": 5}}, "me")
    second = parse({"update_id": 3, "edited_message": message(text="b")["message"] | {"edit_date": 9}}, "me")
    assert isinstance(first, Incoming)
    assert isinstance(second, Incoming)
    assert (first.kind, first.target) == (Kind.EDIT, "42:7")
    assert first.key != second.key


def test_groups_blocking_buttons_bots_and_forwards_are_handled_on_purpose() -> None:
    group = parse(message(text="secret", chat={"id": -100, "type": "supergroup"}), "me")
    assert isinstance(group, Incoming)
    assert (group.kind, group.text, group.sender) == (Kind.GROUP, "", "-100")
    member = {"chat": {"id": 42, "type": "private"}, "date": 3, "new_chat_member": {"status": "kicked"}}
    blocked = parse({"update_id": 4, "my_chat_member": member}, "me")
    assert isinstance(blocked, Incoming)
    assert blocked.kind is Kind.BLOCKED
    pressed = parse({"update_id": 5, "callback_query": {"id": "9", "data": "1", "message": message()["message"]}}, "me")
    assert isinstance(pressed, Incoming)
    assert (pressed.kind, pressed.text) == (Kind.BUTTON, "1")
    assert isinstance(parse(message(text="x", **{"from": {"id": 1, "is_bot": True}}), "me"), Ignored)
    forwarded = parse(message(text="x", forward_origin={"type": "user"}), "me")
    assert isinstance(forwarded, Incoming)
    assert forwarded.forwarded


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["update_id", "message", "chat", "id", "from", "text", "photo", "callback_query", "type"]), inner)
    ),
    max_leaves=20,
)


@given(_JSON)
def test_no_payload_makes_the_reader_raise_anything_but_malformed(payload: Any) -> None:
    try:
        assert isinstance(parse(payload, "me"), Incoming | Ignored)
    except Malformed as error:
        assert str(error) == ""


async def test_a_styled_piece_goes_out_as_html_with_its_buttons_and_protected(api: TelegramStandIn, bot: Bot) -> None:
    sent = await TelegramChannel(bot).send(outgoing("<b>1</b> or 2", styled=True, buttons=(Button("1", "1"), Button("No", "2"))))
    assert sent.key == "100001"
    assert api.sent[0]["parse_mode"] == "HTML"
    rows = json.loads(api.sent[0]["reply_markup"])["inline_keyboard"]
    assert rows == [[{"text": "1", "callback_data": "1"}, {"text": "No", "callback_data": "2"}]]
    assert str(api.sent[0]["protect_content"]).lower() == "true"


async def test_text_that_telegram_cannot_parse_is_sent_again_without_style(api: TelegramStandIn, bot: Bot) -> None:
    api.faults["sendMessage"].append((400, {"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities: x"}))
    await TelegramChannel(bot).send(outgoing("<b>x", styled=True))
    assert "parse_mode" not in api.sent[0]


async def test_buttons_that_telegram_refuses_stand_as_words_in_the_text(api: TelegramStandIn, bot: Bot) -> None:
    api.faults["sendMessage"].append((400, {"ok": False, "error_code": 400, "description": "Bad Request: BUTTON_DATA_INVALID"}))
    await TelegramChannel(bot).send(outgoing("An answer", buttons=(Button("More", "more:x"), Button("Source", "source:x"))))
    assert api.texts() == ["An answer\n\nMore · Source"]


@pytest.mark.parametrize(
    ("data", "kept"), [("more:x", "more:x"), ("x" * 64, "x" * 64), ("x" * 65, ""), ("ж" * 33, ""), (None, ""), (7, "")]
)
def test_of_a_button_no_more_is_kept_than_telegram_lets_it_carry(data: object, kept: str) -> None:
    query = {"id": "1", "data": data, "message": {"chat": {"id": 42, "type": "private"}}}
    pressed = parse({"update_id": 1, "callback_query": query}, "me")
    assert isinstance(pressed, Incoming)
    assert pressed.text == kept


async def _polled(api: TelegramStandIn, bot: Bot, number: int) -> list[Arrival]:
    """Poll until so many arrivals were kept; the stand-in refuses to confirm what was not."""
    kept: list[Arrival] = []
    stored: list[dict[str, Any]] = []
    stop = asyncio.Event()
    api.may_confirm = lambda update: update in stored

    async def keep(arrivals: Sequence[Arrival]) -> None:
        batch = list(api.updates[:100])
        await asyncio.sleep(0.02)
        kept.extend(arrivals)
        stored.extend(batch)

    task = asyncio.ensure_future(poll(bot, keep, stop, account="me"))
    try:
        async with asyncio.timeout(20):
            while len({each.key for each in kept if isinstance(each, Incoming | Poison)}) < number or api.updates:
                await asyncio.sleep(0.02)
    finally:
        stop.set()
        task.cancel()
    return kept


async def test_no_offset_confirms_an_update_that_is_not_stored(api: TelegramStandIn, bot: Bot) -> None:
    api.arrives(*(api.message(str(number)) for number in range(300)))
    kept = await _polled(api, bot, 300)
    assert len({each.key for each in kept if isinstance(each, Incoming)}) == 300
    assert api.violations == 0
    assert api.offsets[0] is None, "the first request after a start carries no offset"


async def test_control_the_librarys_own_polling_confirms_before_anything_is_stored(api: TelegramStandIn) -> None:
    app = ApplicationBuilder().token(TOKEN).base_url(f"{api.url}/bot").build()
    api.may_confirm = lambda _: False
    api.arrives(api.message("one"))
    async with app:
        await app.start()
        assert app.updater is not None
        await app.updater.start_polling(poll_interval=0.0, timeout=1)
        async with asyncio.timeout(10):
            while api.violations == 0:
                await asyncio.sleep(0.05)
        api.may_confirm = None
        await app.updater.stop()
        await app.stop()
    assert api.violations > 0


async def test_redelivered_shuffled_decreasing_and_malformed_updates_in_one_batch_each_arrive_and_none_blocks(
    api: TelegramStandIn, bot: Bot
) -> None:
    one, two, three = (api.message(text) for text in ("one", "two", "three"))
    broken = {"update_id": 10, "message": {"chat": "nonsense"}}
    api.arrives(three, one, broken, dict(one), two | {"update_id": 4})
    kept = await _polled(api, bot, 4)
    assert {each.text for each in kept if isinstance(each, Incoming)} == {"one", "two", "three"}
    assert any(isinstance(each, Poison) for each in kept)
    assert api.violations == 0


async def test_an_api_that_fails_for_a_while_is_asked_again(api: TelegramStandIn, bot: Bot) -> None:
    api.faults["getUpdates"].append((500, {"ok": False, "error_code": 500, "description": "x"}))
    api.arrives(api.message("one"))
    assert len(await _polled(api, bot, 1)) >= 1


def test_a_post_that_is_no_json_is_poison() -> None:
    assert isinstance(webhook_arrival("{", None, "me").arrival, Poison)
