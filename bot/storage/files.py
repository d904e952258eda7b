"""What came with messages: the messengers' handles, and deleting the files where a messenger keeps them for us."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, select

from bot.crypto import Sealer
from bot.domain.message import ERASE_FILES, Attachment, Care, ChannelName, Draft, Piece, Speaker
from bot.storage.base import Work, readable
from bot.storage.kept import erase_kept
from bot.storage.rows import FILES_KEY, own_row
from bot.storage.tables import inbox, outbox

#: So many handles in one row of the outbox.
AT_ONCE = 100


def attachments_of(sealer: Sealer | None, row: RowMapping) -> tuple[Attachment, ...]:
    """What came with a message of the inbox; nothing where it was erased or is damaged."""
    extra = readable(sealer, row["extra_sealed"], "inbox", "extra_sealed", row["id"])
    files = json.loads(extra)["files"] if extra else []
    return tuple(Attachment(content_type=each["type"], handle=each["handle"], size=each["size"]) for each in files)


async def discard_files(work: Work, now: datetime, *of: ColumnElement[bool]) -> None:
    """Before messages are erased: erase what we keep of their files, and queue that they are deleted where the Signal REST API has them
    on its disk.

    Telegram keeps files itself, and lets no bot delete what a person sent.
    """
    await erase_kept(work, *of)
    on_disk = (inbox.c.channel == ChannelName.SIGNAL, inbox.c.party == "defender", inbox.c.extra_sealed.is_not(None))
    found: dict[str, list[str]] = {}
    for row in await work.rows(select(inbox).where(*on_disk, *of).order_by(inbox.c.conversation_id, inbox.c.seq)):
        sealer = (await work.person(row["conversation_id"])).sealer
        files = [each.handle for each in attachments_of(sealer, row) if not each.is_itself]
        found.setdefault(row["conversation_id"], []).extend(files)
    for conversation, handles in found.items():
        await queue_discard(work, conversation, handles, now)


async def queue_discard(work: Work, conversation: str, handles: Sequence[str], now: datetime) -> None:
    """Queue that files are deleted from the messenger's disk."""
    person, sealer = await work.person(conversation), work.kinds[FILES_KEY]
    for start in range(0, len(handles), AT_ONCE):
        piece = Piece(text=json.dumps(handles[start : start + AT_ONCE]))
        draft = Draft(piece=piece, speaker=Speaker.NOTICE, care=Care.MUST, name=ERASE_FILES, is_erasure=True)
        await work.run(outbox.insert().values(await own_row(work, person, draft, sealer, now)))
