"""``understand``: what a message would set off, without storing anything."""

import asyncio
import contextlib
import json
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import structlog

from bot.dialogue.decision import Decision
from bot.dialogue.escalation import changed
from bot.dialogue.policy import decide
from bot.domain.conversation import Conversation
from bot.domain.ids import ContactId, ConversationId, HandoffId, MessageId, new_id, new_reference
from bot.domain.message import ChannelName, Kind, Message
from bot.domain.text import clean
from bot.domain.understanding import Action, Understanding
from bot.ports import Nlu
from bot.settings import Settings
from bot.usecases.house import House
from bot.usecases.understand import hear
from bot.wiring import lastgood
from bot.wiring.house import ROOT, build_house
from bot.wiring.processes import model_process

log = structlog.get_logger(__name__)

#: What a decision's action says of its class.
_CLASSES = {Action.ALERT: "E1", Action.ASK_DANGER: "unclear", Action.QUEUE: "E2", Action.OFFER: "E2"}


async def understand(settings: Settings, source: BinaryIO, target: TextIO) -> bool:
    """Read lines of ``{"text": ...}`` and write what each would set off, in order, by the same code as a live message.

    False: the model does not answer, so only the rules did.
    """
    lines = _read_ahead(source)
    async with model_process(settings) as model:
        await model.watch_start()
        if not (is_whole := await model.is_healthy()):
            model.give_up()
            log.error("the_model_does_not_answer", hint="only the rules do")
        house = house_without_store(settings, model)
        talks: dict[str, Conversation] = {}
        while line := await lines.get():
            if line.strip():
                target.write(json.dumps(await _one(house, talks, line), ensure_ascii=False) + "\n")
                target.flush()
    return is_whole


def _read_ahead(source: BinaryIO) -> "asyncio.Queue[bytes]":
    """The lines, then an empty one, read by a thread: whoever writes all before reading any must not wait for us for ever."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[bytes]()

    def read() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants them any more
            for line in source:
                loop.call_soon_threadsafe(lines.put_nowait, line)
            loop.call_soon_threadsafe(lines.put_nowait, b"")

    threading.Thread(target=read, daemon=True).start()
    return lines


class _NoStore:
    """``understand`` stores nothing: there is nothing to open."""


def house_without_store(settings: Settings, model: Nlu, root: Path = ROOT) -> House:
    """A house that can read messages, and nothing else."""
    files = lastgood.fit(settings.mission, root, gate=False)
    return build_house(settings, _NoStore(), model, files)  # type: ignore[arg-type]  # nothing here may open it


async def _one(house: House, talks: dict[str, Conversation], line: bytes) -> dict[str, Any]:
    try:
        given = json.loads(line)
        text = given["text"]
        if not isinstance(text, str):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        return {"error": 'a line is a JSON object with a "text"'}
    name = given.get("conversation")
    talk = talks.get(str(name)) if name is not None else None
    seen = await see(house, talk or first_conversation(), text)
    if name is not None:
        talks[str(name)] = seen.after
    return seen.printed


def first_conversation() -> Conversation:
    """A conversation in which nothing was written yet."""
    return Conversation(id=ConversationId(new_id()), contact=ContactId(new_id()), channel=ChannelName.CONSOLE)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What one message sets off."""

    printed: dict[str, Any] = field(repr=False)  #: as ``understand`` prints it
    meaning: Understanding
    decision: Decision
    after: Conversation  #: in which the next message would be read


async def see(house: House, talk: Conversation, text: str) -> Seen:
    """What the text sets off in this conversation; nothing is stored."""
    text, now = clean(text), house.clock.now()
    kind = Kind.TEXT if text.strip() else Kind.EMPTY
    message = Message(id=MessageId(new_id()), conversation=talk.id, seq=1, kind=kind, text=text, received_at=now)
    heard = await hear(house, message)
    talk = house.in_language(talk, [message])
    decision = decide(talk, [heard], now)
    meaning = heard.understanding
    printed = {
        "intent": meaning.intent,
        "confidence": round(meaning.confidence, 4),
        "class": _CLASSES.get(decision.action, "N"),
        "locale": decision.conversation.locale,
        "ranking": [{"intent": each.intent, "confidence": round(each.confidence, 4)} for each in meaning.ranking[:10]],
        "rules": [hit.rule for hit in meaning.rules],
        "action": str(decision.action),
        "ring_if_silent": meaning.ring_if_silent,
        "rings": decision.rings,
    }
    return Seen(printed=printed, meaning=meaning, decision=decision, after=_after(decision.conversation, decision, now))


def _after(talk: Conversation, decision: Decision, now: datetime) -> Conversation:
    """The conversation as it would be stored; what the bot says counts as sent at once."""
    if decision.change is not None:
        result = changed(talk, decision.change, now, HandoffId(new_id()), new_reference())
        if result is not None:
            handoff = result.handoff
            talk = replace(talk, handoff=handoff) if handoff.is_open else replace(talk, handoff=None, closed_handoff=handoff)
    if any(say.is_question for say in decision.says):
        talk = replace(talk, question_sent_at=now)
    return talk
