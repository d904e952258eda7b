"""Signal: frames in our own words, sending and its failures, the webhook that keeps before it answers."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signalbot import Config, InMemoryConfig, SignalBot

from bot.channels import Malformed
from bot.channels.signal import SignalChannel
from bot.channels.signal_parse import parse
from bot.domain.ids import OutboxId
from bot.domain.message import Care, ChannelName, Ignored, Incoming, Kind, Lane, Outgoing, Piece, Speaker
from bot.rendering import render
from tests.standins.signal import ACCOUNT, SignalStandIn

PERSON = "5f9a1c1e-0000-4000-8000-000000000042"
BASE = {
    "source": PERSON, "sourceNumber": "+38267000042", "sourceUuid": PERSON, "sourceName": "Zorica", "sourceDevice": 1, "timestamp": 1000,
    "serverReceivedTimestamp": 1001, "serverDeliveredTimestamp": 1002,
}  # fmt: skip
DATA = {"timestamp": 1000, "message": "hello", "expiresInSeconds": 0, "viewOnce": False}


def frame(**envelope: Any) -> dict[str, Any]:
    """A frame as the REST API's webhook posts it."""
    return {"jsonrpc": "2.0", "method": "receive", "params": {"account": ACCOUNT, "envelope": BASE | envelope}}


def data(**more: Any) -> dict[str, Any]:
    """A frame with a data message."""
    return frame(dataMessage=DATA | more)


@pytest.mark.parametrize(
    ("given_frame", "kind"),
    [
        (data(), Kind.TEXT),
        (data(message=None, attachments=[{"contentType": "audio/aac", "id": "a", "isVoiceNote": True}]), Kind.VOICE),
        (data(message=None, attachments=[{"contentType": "image/jpeg", "id": "a"}]), Kind.PHOTO),
        (data(message=None, attachments=[{"contentType": "video/mp4", "id": "a"}]), Kind.VIDEO),
        (data(message=None, attachments=[{"contentType": "application/pdf", "id": "a"}]), Kind.DOCUMENT),
        (data(message=None, sticker={"packId": "x", "stickerId": 1}), Kind.STICKER),
        (data(message=None, contacts=[{"name": {}}]), Kind.CONTACT),
        (data(message=None, pollCreate={"question": "?"}), Kind.EMPTY),
        (data(message=None, remoteDelete={"timestamp": 900}), Kind.DELETION),
        (data(groupInfo={"groupId": "R0lE", "type": "DELIVER"}), Kind.GROUP),
        (frame(editMessage={"targetSentTimestamp": 900, "dataMessage": DATA}), Kind.EDIT),
        (frame(callMessage={"offerMessage": {"id": 1, "type": "AUDIO_CALL"}}), Kind.CALL),
        ({"params": {"account": ACCOUNT, "envelope": BASE, "exception": {"type": "ProtocolException"}}}, Kind.UNREADABLE),
    ],
)
def test_each_kind_of_frame_is_known(given_frame: dict[str, Any], kind: Kind) -> None:
    arrived = parse(given_frame, ACCOUNT)
    assert isinstance(arrived, Incoming)
    assert arrived.kind is kind
    if kind is Kind.GROUP:
        assert (arrived.sender, arrived.text) == ("group.UjBsRQ==", "")
    else:
        assert arrived.sender == PERSON, "the ACI, never the number, which may be hidden and may change"


@pytest.mark.parametrize(
    ("given_frame", "reason"),
    [
        (frame(syncMessage={"sentMessage": {"destination": "+1", "message": "from our own phone"}}), "sync"),
        (frame(receiptMessage={"when": 1, "isDelivery": True, "timestamps": [1]}), "receipt"),
        (frame(typingMessage={"action": "STARTED"}), "typing"),
        (frame(storyMessage={}), "story"),
        (data(message=None, reaction={"emoji": "x"}), "reaction"),
        (data(message=None, isExpirationUpdate=True, expiresInSeconds=3600), "timer"),
        (frame(callMessage={"hangupMessage": {"id": 1}}), "call_signalling"),
        (frame(), "nothing"),
    ],
)
def test_what_is_no_message_is_ignored_on_purpose(given_frame: dict[str, Any], reason: str) -> None:
    assert parse(given_frame, ACCOUNT) == Ignored(channel=ChannelName.SIGNAL, reason=reason)


def test_edits_and_deletions_name_the_key_of_their_target() -> None:
    original = parse(data(), ACCOUNT)
    later = BASE | {"timestamp": 2000}
    edit = parse({"envelope": later | {"editMessage": {"targetSentTimestamp": 1000, "dataMessage": DATA}}}, ACCOUNT)
    gone = parse({"envelope": later | {"dataMessage": DATA | {"message": None, "remoteDelete": {"timestamp": 1000}}}}, ACCOUNT)
    assert isinstance(original, Incoming)
    assert isinstance(edit, Incoming)
    assert isinstance(gone, Incoming)
    assert edit.target == gone.target == original.key
    assert len({original.key, edit.key, gone.key}) == 3


def test_a_changed_safety_number_is_seen_and_a_timer_is_kept() -> None:
    untrusted = parse({"envelope": BASE, "exception": {"message": "UntrustedIdentityException"}}, ACCOUNT)
    assert isinstance(untrusted, Incoming)
    assert untrusted.key_changed
    vanishing = parse(data(expiresInSeconds=3600), ACCOUNT)
    assert isinstance(vanishing, Incoming)
    assert vanishing.expires_in == 3600


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["params", "envelope", "sourceUuid", "timestamp", "dataMessage", "message", "groupInfo", "attachments", "editMessage"],
            ),
            inner,
        )
    ),
    max_leaves=20,
)


@given(_JSON)
def test_no_frame_makes_the_reader_raise_anything_but_malformed(payload: Any) -> None:
    try:
        assert isinstance(parse(payload, ACCOUNT), Incoming | Ignored)
    except Malformed as error:
        assert str(error) == ""


@pytest.fixture
async def api() -> AsyncIterator[SignalStandIn]:
    """A REST API on loopback."""
    server = await SignalStandIn().start()
    yield server
    await server.stop()


@pytest.fixture
async def channel(api: SignalStandIn) -> AsyncIterator[SignalChannel]:
    """Our sending side."""
    made = SignalChannel(api.url, ACCOUNT)
    yield made
    await made.close()


OUT = Outgoing(
    id=OutboxId("o"), token="t", channel=ChannelName.SIGNAL, account=ACCOUNT, address=PERSON, speaker=Speaker.OFFICER, care=Care.MUST,
    piece=Piece(text="2*3*4"), lane=Lane.REPLY, name="x", attempts=0, ambiguous=0,
)  # fmt: skip


async def test_a_piece_goes_out_as_plain_text_whatever_stands_in_it(api: SignalStandIn, channel: SignalChannel) -> None:
    api.faults = [None, "object"]
    assert (await channel.send(OUT)).key.isdigit()
    assert (await channel.send(OUT)).key.isdigit(), "also as an object, as up to 0.100"
    assert api.sent[0]["message"] == "2*3*4"
    assert api.sent[0]["text_mode"] == "normal"
    assert api.sent[0]["notify_self"] is False


STYLED = [
    ("**Call now**: {number}", "**Call now**: 112", "styled"),
    ("*soon* and `K7T-42M`", "*soon* and `K7T-42M`", "styled"),
    ("No style & no mark", "No style & no mark", "normal"),
    ("See [the page](https://www.state.gov/x) **now**", "See the page (https://www.state.gov/x) **now**", "styled"),
    # A sign of its own would be taken for a style and vanish, with what stands beside it.
    ("**Write** 2\\*3", "Write 2*3", "normal"),
    ("**Room** {odd}", "Room a|b~c", "normal"),
]


@pytest.mark.parametrize(("source", "message", "mode"), STYLED)
async def test_one_source_has_its_styles_on_signal_too(
    api: SignalStandIn, channel: SignalChannel, source: str, message: str, mode: str
) -> None:
    (piece,) = render(source, {"number": "112", "odd": "a|b~c"}, styled=True, anchors=False)
    await channel.send(replace(OUT, piece=piece))
    assert (api.sent[0]["message"], api.sent[0]["text_mode"]) == (message, mode)


async def test_our_messages_are_deleted_through_signalbot(api: SignalStandIn, channel: SignalChannel) -> None:
    await channel.erase(PERSON, ["1795000000001", "", "nonsense"])
    assert [each["timestamp"] for each in api.deleted] == [1795000000001]


async def test_signalbots_own_handler_does_not_write_past_ours(channel: SignalChannel) -> None:
    assert logging.getLogger("signalbot").handlers == []
    assert logging.getLogger("signalbot").propagate


async def test_control_signalbot_brings_a_handler_that_prints() -> None:
    SignalBot(Config(phone_number=ACCOUNT, signal_service="127.0.0.1:9", storage=InMemoryConfig()))
    try:
        assert any(isinstance(each, logging.StreamHandler) for each in logging.getLogger("signalbot").handlers)
    finally:
        logging.getLogger("signalbot").handlers.clear()
