"""Files kept with their messages: wanted with them, sealed in pieces that cannot be swapped or cut, erased as texts are."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, select, update

from bot.crypto import Sealer, Unsealable
from bot.domain.errors import Refused
from bot.domain.files import LARGEST, MOST_OF_MESSAGE, File, FileState, Known, Sort
from bot.domain.ids import new_id
from bot.domain.message import Attachment, ChannelName, Incoming
from bot.storage.base import Work, readable, sealed, sealer_of
from bot.storage.filetables import attachment_chunks, attachments, exports
from bot.storage.tables import contacts, conversations, inbox

#: Messengers that have files to be fetched.
_FETCHED = frozenset({ChannelName.TELEGRAM, ChannelName.SIGNAL})
_NOT_KEPT: dict[str, Any] = {"facts_sealed": None, "preview_sealed": None, "chunks": 0, "bytes_held": 0, "token": None}


def place_of(file: str, number: int, total: int) -> str:
    """Where a piece belongs: of which file, and which of how many it is."""
    return f"attachment_chunks|content_sealed|{file}|{number}|{total}"


def preview_place(file: str) -> str:
    """Where its small picture belongs."""
    return f"attachments|preview_sealed|{file}"


async def want(work: Work, message: Mapping[str, Any], incoming: Incoming, now: datetime) -> None:
    """In the transaction that keeps a message: its files are to be fetched, or are refused at once."""
    if incoming.channel not in _FETCHED:
        return
    for place, each in enumerate(incoming.attachments, 1):
        if each.is_itself:
            continue
        failure = _refusal(place, each)
        state = FileState.REFUSED if failure else FileState.WANTED
        row = {"id": new_id(), "conversation_id": message["conversation_id"], "inbox_id": message["id"], "place": place, "state": state}
        await work.run(attachments.insert().values(row | {"failure": failure, "wanted_at": now, "due_at": now}))


def _refusal(place: int, each: Attachment) -> str | None:
    if place > MOST_OF_MESSAGE:
        return "too_many"
    return "too_large" if each.size is not None and each.size > LARGEST else None


async def files_of(work: Work, conversation: str, sealer: Sealer | None) -> dict[str, dict[int, File]]:
    """What became of the files of a conversation, by message and place."""
    found: dict[str, dict[int, File]] = defaultdict(dict)
    for row in await work.rows(select(attachments).where(attachments.c.conversation_id == conversation)):
        found[row["inbox_id"]][row["place"]] = file_of(sealer, row)
    return found


def file_of(sealer: Sealer | None, row: RowMapping) -> File:
    """One row; what is damaged has no facts."""
    facts = readable(sealer, row["facts_sealed"], "attachments", "facts_sealed", row["id"])
    known = json.loads(facts) if facts else {}
    return File(
        id=row["id"],
        state=FileState(row["state"]),
        sort=Sort(known["sort"]) if known else None,
        size=known.get("size"),
        sha256=known.get("sha256", ""),
        kept_at=row["kept_at"],
        failure=row["failure"] or "",
        chunks=row["chunks"],
    )


def facts_sealed(sealer: Sealer, file: str, known: Known) -> bytes:
    """What is known of a file's content."""
    facts = {"sort": known.sort, "size": known.size, "sha256": known.sha256}
    return sealed(sealer, json.dumps(facts), "attachments", "facts_sealed", file)


async def key_of(work: Work, conversation: str) -> Sealer | None:
    """The key of whose conversation it is, without holding it; None too where it is damaged: others' files must not wait for it."""
    found = select(contacts.c.id, contacts.c.wrapped_key).join(conversations).where(conversations.c.id == conversation)
    row = await work.one(found)
    return None if row is None else sealer_of(work, row)


async def content_of(work: Work, file: str) -> bytes:
    """The original.  Raises Refused("no_attachment"): gone; Refused("damaged"): not what was kept."""
    row = await work.one(select(attachments).where(attachments.c.id == file, attachments.c.state == FileState.KEPT))
    sealer = None if row is None else await key_of(work, row["conversation_id"])
    if row is None or sealer is None:
        raise Refused("no_attachment")
    known, content = file_of(sealer, row), bytearray()
    pieces = select(attachment_chunks).where(attachment_chunks.c.attachment_id == file).order_by(attachment_chunks.c.number)
    try:
        for piece in await work.rows(pieces):
            content += sealer.open(piece["content_sealed"], place_of(file, piece["number"], row["chunks"]))
    except Unsealable:
        raise Refused("damaged") from None
    if hashlib.sha256(content).hexdigest() != known.sha256:
        raise Refused("damaged")
    return bytes(content)


async def preview_of(work: Work, file: str) -> bytes | None:
    """The small picture that stands for a kept one; None: there is none yet, or it is damaged."""
    row = await work.one(select(attachments).where(attachments.c.id == file))
    sealer = None if row is None else await key_of(work, row["conversation_id"])
    if row is None or sealer is None or row["preview_sealed"] is None:
        return None
    try:
        return sealer.open(row["preview_sealed"], preview_place(file))
    except Unsealable:
        return None


async def erase_kept(work: Work, *of: ColumnElement[bool]) -> None:
    """With messages of the inbox that are about to be erased: their files, wanted or kept."""
    gone = select(attachments.c.id).join(inbox, inbox.c.id == attachments.c.inbox_id).where(*of)
    # By their own hand, not by the foreign key's: SQLite overwrites what is deleted either way, and this can be read here.
    await work.run(delete(attachment_chunks).where(attachment_chunks.c.attachment_id.in_(gone)))
    await work.run(delete(attachments).where(attachments.c.id.in_(gone)))


async def reseal(work: Work, messages: Sequence[str], old: Sealer | None, new: Sealer) -> None:
    """The files of messages that stay when their contact's key is destroyed, under the new one; what is half fetched begins anew."""
    if old is None or not messages:
        return
    for row in await work.rows(select(attachments).where(attachments.c.inbox_id.in_(list(messages)))):
        if row["state"] != FileState.KEPT:
            await work.run(delete(attachment_chunks).where(attachment_chunks.c.attachment_id == row["id"]))
            await work.change(attachments, row["id"], token=None)
            continue
        await _resealed(work, row, old, new)


async def _resealed(work: Work, row: RowMapping, old: Sealer, new: Sealer) -> None:
    file, mine = row["id"], attachment_chunks.c.attachment_id == row["id"]
    await work.run(delete(exports).where(exports.c.attachment_id == file))
    try:
        facts = old.open(row["facts_sealed"], f"attachments|facts_sealed|{file}")
        for number in range(row["chunks"]):
            piece, place = mine & (attachment_chunks.c.number == number), place_of(file, number, row["chunks"])
            plain = old.open(await work.value(select(attachment_chunks.c.content_sealed).where(piece)) or b"", place)
            await work.run(update(attachment_chunks).where(piece).values(content_sealed=new.seal(plain, place)))
    except Unsealable:
        await work.run(delete(attachment_chunks).where(mine))
        await work.change(attachments, file, state=FileState.FAILED, failure="damaged", **_NOT_KEPT)
        return
    # Requests were sealed with the old key.  The preview is drawn again when it is asked for.
    await work.change(attachments, file, facts_sealed=new.seal(facts, f"attachments|facts_sealed|{file}"), preview_sealed=None)
