"""Our reader of Signal's frames beside signalbot's: they agree wherever signalbot's succeeds, and ours always has a word to say."""

import json
import types
from typing import Any

import pytest
import signalbot
from signalbot import DataMessage, EditMessage, Reaction, RemoteDelete, TypingMessage

from bot.domain.message import Ignored, Incoming, Kind
from tests.channels.captured import Captured, captured
from tests.standins.signal import ACCOUNT

FRAMES = [each for each in captured("signal") if isinstance(each.payload, dict)]
#: signalbot has no word for these: it hands over a message without text, and of our own phone's sync one of the contact's.
BLIND = {"poll", "payment", "sync_sent", "own_message"}


async def theirs(each: Captured) -> Any:
    """What signalbot makes of a frame; None where it fails."""
    params = each.payload.get("params", each.payload)
    frame = params.get("result", params)
    try:
        return await signalbot.parse(types.SimpleNamespace(download_attachments=False), json.dumps(frame))  # type: ignore[arg-type]  # it reads one attribute
    except Exception:  # whatever it raises, a frame is lost
        return None


@pytest.mark.parametrize("each", FRAMES, ids=lambda each: each.name)
async def test_the_two_agree_wherever_signalbot_succeeds(each: Captured) -> None:
    ours, other = each.parsed(), await theirs(each)
    match other:
        case Reaction() | TypingMessage():
            assert isinstance(ours, Ignored)
        case RemoteDelete():
            assert isinstance(ours, Incoming)
            assert ours.kind is Kind.DELETION
        case DataMessage() | EditMessage() if isinstance(ours, Incoming) and ours.kind is not Kind.GROUP:
            assert ours.sender == other.source_uuid
            assert each.name in BLIND or ours.text == (other.text or "")
            assert isinstance(other, EditMessage) == (ours.kind is Kind.EDIT)
        case DataMessage() | EditMessage():
            assert other.is_group() or other.text is None or each.name in BLIND
        case _:
            assert other is None


async def test_control_signalbot_alone_would_lose_frames_and_take_our_own_phone_for_the_contact() -> None:
    read = {each.name: await theirs(each) for each in FRAMES}
    lost = {each.name for each in FRAMES if read[each.name] is None and isinstance(each.parsed(), Incoming)}
    assert {"photo", "call", "undecryptable", "document", "long_text"} <= lost
    own = next(each for each in FRAMES if each.name == "sync_sent").payload["params"]["envelope"]
    assert own["sourceNumber"] == ACCOUNT
    assert read["sync_sent"].source_uuid == own["syncMessage"]["sentMessage"]["destinationUuid"], "the contact seems to have said it"
