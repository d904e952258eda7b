"""The port ``Exports``: who has asked for an original, and which second person has agreed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from bot.crypto import Sealer
from bot.domain.files import AGREED_WITHIN, TAKEN_WITHIN, Export
from bot.domain.ids import ConversationId, OfficerId, new_id
from bot.storage.base import Work, readable, sealed
from bot.storage.filetables import attachments, exports


class SqlExports:
    """In this transaction."""

    def __init__(self, work: Work) -> None:
        """On its connection."""
        self._work = work

    async def ask(self, conversation: ConversationId, file: str, number: str, officer: OfficerId, reason: str, now: datetime) -> None:
        """Keep that somebody asks."""
        sealer = (await self._work.person(conversation)).sealer
        if sealer is None:
            raise LookupError("the contact was erased")
        row = new_id()
        values = {"id": row, "attachment_id": file, "number": number, "asked_by": officer, "asked_at": now}
        await self._work.run(insert(exports).values(values | {"reason_sealed": sealed(sealer, reason, "exports", "reason_sealed", row)}))

    async def of(self, conversation: ConversationId) -> Sequence[Export]:
        """All of a conversation's files that are still kept, oldest first."""
        sealer = (await self._work.person(conversation)).sealer
        joined = select(exports).join(attachments, attachments.c.id == exports.c.attachment_id)
        mine = joined.where(attachments.c.conversation_id == conversation).order_by(exports.c.asked_at, exports.c.id)
        return [_export(sealer, row) for row in await self._work.rows(mine)]

    async def agree(self, export: str, officer: OfficerId, now: datetime) -> bool:
        """Compare-and-set: one second person, another than who has asked, and in time."""
        open_ = (exports.c.id == export, exports.c.agreed_by.is_(None), exports.c.asked_by != officer)
        in_time = exports.c.asked_at > now - AGREED_WITHIN
        return await self._work.run(update(exports).where(*open_, in_time).values(agreed_by=officer, agreed_at=now)) > 0

    async def agreed(self, file: str, officer: OfficerId, now: datetime) -> Export | None:
        """The consent by which this officer may take that file now."""
        mine = (exports.c.attachment_id == file, exports.c.asked_by == officer, exports.c.agreed_by.is_not(None))
        in_time = exports.c.agreed_at > now - TAKEN_WITHIN
        row = await self._work.one(select(exports).where(*mine, in_time).order_by(exports.c.agreed_at.desc()).limit(1))
        return None if row is None else _export(None, row)


def _export(sealer: Sealer | None, row: RowMapping) -> Export:
    return Export(
        id=row["id"],
        file=row["attachment_id"],
        number=row["number"],
        asked_by=OfficerId(row["asked_by"]),
        asked_at=row["asked_at"],
        reason=readable(sealer, row["reason_sealed"], "exports", "reason_sealed", row["id"]) or "",
        agreed_by=None if row["agreed_by"] is None else OfficerId(row["agreed_by"]),
        agreed_at=row["agreed_at"],
    )
