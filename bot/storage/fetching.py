"""The port ``Files``: what is to be fetched, one file at a time for each who fetches, and keeping it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, exists, func, select, update

from bot.crypto import Sealer
from bot.domain.errors import LostClaim
from bot.domain.files import CHUNK, FileState, Known, Refusals, Room, Wanted
from bot.domain.handoff import HandoffClass
from bot.domain.ids import ConversationId, new_id
from bot.domain.message import ChannelName
from bot.storage.base import Work
from bot.storage.files import attachments_of, queue_discard
from bot.storage.filetables import UNTOLD, attachment_chunks, attachments
from bot.storage.kept import facts_sealed, key_of, place_of, preview_place
from bot.storage.tables import handoffs, inbox

#: What could not be kept is told for so long, and not again within so long.
_TOLD_FOR, _TOLD_AGAIN = timedelta(days=1), timedelta(minutes=10)
_EMERGENCY = exists().where(
    handoffs.c.conversation_id == attachments.c.conversation_id, handoffs.c.state != "closed", handoffs.c.cls == HandoffClass.E1
)


class SqlFiles:
    """The port ``Files``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def take(self, now: datetime, lease_seconds: float) -> Wanted | None:
        """The next due one, those of open emergencies first; held for so long."""
        due = and_(attachments.c.state == FileState.WANTED, attachments.c.due_at <= now)
        first = select(attachments.c.id).where(due).order_by(case((_EMERGENCY, 0), else_=1), attachments.c.due_at).limit(1)
        token, until = new_id(), now + timedelta(seconds=lease_seconds)
        held = update(attachments).where(attachments.c.id == first.with_for_update(skip_locked=True).scalar_subquery())
        row = await self._work.one(
            held.values(token=token, due_at=until, attempts=attachments.c.attempts + 1).returning(attachments)
        )  # fmt: skip
        if row is None:
            return None
        self._work.wakes_only()
        message = await self._work.one(select(inbox).where(inbox.c.id == row["inbox_id"]))
        assert message is not None  # noqa: S101 - a foreign key points to it
        came = attachments_of(await key_of(self._work, row["conversation_id"]), message)
        return Wanted(
            id=row["id"],
            token=token,
            conversation=ConversationId(row["conversation_id"]),
            channel=ChannelName(message["channel"]),
            handle=came[row["place"] - 1].handle if len(came) >= row["place"] else "",
            attempts=row["attempts"],
            wanted_at=row["wanted_at"],
        )

    async def room(self, wanted: Wanted, now: datetime) -> Room:
        """What is held already."""
        mine = and_(attachments.c.conversation_id == wanted.conversation, attachments.c.state == FileState.KEPT)
        of_contact = select(func.coalesce(func.sum(attachments.c.bytes_held), 0)).where(mine)
        in_day = select(func.count()).select_from(attachments).where(mine, attachments.c.kept_at > now - timedelta(days=1))
        emergency = select(func.count()).select_from(attachments).where(attachments.c.id == wanted.id, _EMERGENCY)
        total = select(func.coalesce(func.sum(attachments.c.bytes_held), 0))
        return Room(
            of_contact=int(await self._work.value(of_contact)),
            in_day=int(await self._work.value(in_day)),
            in_all=int(await self._work.value(total)),
            emergency=bool(await self._work.value(emergency)),
        )

    async def put(self, wanted: Wanted, first: int, total: int, pieces: Sequence[bytes]) -> None:
        """Seal some of the pieces; with the first one whatever was there before goes.  Raises LostClaim."""
        sealer = await self._held(wanted)
        if first == 0:
            await self._work.run(delete(attachment_chunks).where(attachment_chunks.c.attachment_id == wanted.id))
        for number, piece in enumerate(pieces, first):
            blob = sealer.seal(piece, place_of(wanted.id, number, total))
            await self._work.run(attachment_chunks.insert().values(attachment_id=wanted.id, number=number, content_sealed=blob))
        self._work.wakes_only()

    async def keep(self, wanted: Wanted, known: Known, now: datetime) -> None:
        """All of it is there; where the messenger has it on a disk of ours it is deleted.  Raises LostClaim."""
        sealer, total = await self._held(wanted), pieces_of(known.size)
        facts = facts_sealed(sealer, wanted.id, known)
        values = {"state": FileState.KEPT, "facts_sealed": facts, "chunks": total, "bytes_held": total * CHUNK, "kept_at": now}
        await self._work.change(attachments, wanted.id, token=None, failure=None, **values)
        if wanted.channel is ChannelName.SIGNAL:
            await queue_discard(self._work, wanted.conversation, [wanted.handle], now)

    async def end(self, wanted: Wanted, state: FileState, failure: str, now: datetime) -> None:
        """It will not be kept.  Raises LostClaim."""
        await self._held(wanted)
        await self._work.run(delete(attachment_chunks).where(attachment_chunks.c.attachment_id == wanted.id))
        await self._work.change(attachments, wanted.id, state=state, failure=failure, token=None)
        if state is FileState.REFUSED and wanted.channel is ChannelName.SIGNAL:
            await queue_discard(self._work, wanted.conversation, [wanted.handle], now)

    async def postpone(self, wanted: Wanted, until: datetime, failure: str) -> None:
        """Try again then.  Raises LostClaim."""
        await self._held(wanted)
        await self._work.change(attachments, wanted.id, due_at=until, failure=failure, token=None)
        self._work.wakes_only()

    async def refusals(self, conversation: ConversationId, now: datetime) -> Refusals:
        """Of the last day; almost always there is none, which a partial index knows."""
        mine = attachments.c.conversation_id == conversation
        lately = attachments.c.wanted_at > now - _TOLD_FOR
        untold = await self._work.rows(select(attachments.c.inbox_id).where(mine, UNTOLD, lately))
        if not untold:
            return Refusals()
        beside = await self._work.rows(select(attachments).where(mine, attachments.c.inbox_id.in_([row["inbox_id"] for row in untold])))
        last = await self._work.value(select(func.max(attachments.c.told_at)).where(mine))
        return Refusals(
            untold=True,
            others=any(row["state"] in {FileState.WANTED, FileState.KEPT} for row in beside),
            under_way=any(row["state"] == FileState.WANTED for row in beside),
            told_lately=last is not None and last > now - _TOLD_AGAIN,
        )

    async def told(self, conversation: ConversationId, now: datetime) -> None:
        """All that is untold."""
        await self._work.run(update(attachments).where(attachments.c.conversation_id == conversation, UNTOLD).values(told_at=now))

    async def keep_preview(self, file: str, preview: bytes) -> None:
        """Sealed beside it."""
        row = await self._work.one(select(attachments).where(attachments.c.id == file, attachments.c.state == FileState.KEPT))
        person = None if row is None else await self._work.person(row["conversation_id"])
        if person is None or person.sealer is None:
            return
        await self._work.change(attachments, file, preview_sealed=person.sealer.seal(preview, preview_place(file)))
        self._work.wakes_only()

    async def _held(self, wanted: Wanted) -> Sealer:
        """Its key; the conversation is held first, as everywhere."""
        person = await self._work.person(wanted.conversation)
        mine = select(attachments.c.token).where(attachments.c.id == wanted.id).with_for_update()
        if person.sealer is None or await self._work.value(mine) != wanted.token:
            raise LostClaim
        return person.sealer


def pieces_of(size: int) -> int:
    """How many pieces a file of so many bytes has; an empty one has one."""
    return max(1, -(-size // CHUNK))
