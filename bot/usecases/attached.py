"""What came with messages, for officers: which file that is, its small picture, and what it shows.  Open cases and closed ones."""

from dataclasses import dataclass, field

from bot.domain.errors import Refused
from bot.domain.files import File, FileState
from bot.domain.handoff import Handoff, Spoken
from bot.domain.message import Attachment
from bot.ports import Officer, Transaction
from bot.usecases.casefile import own_part
from bot.usecases.house import House
from bot.usecases.sight import as_read, may_see, numbered, of_lanes, shown


@dataclass(frozen=True, kw_only=True)
class Attached:
    """One thing that came with a message, as this officer may see it."""

    handoff: Handoff
    number: str
    line: Spoken
    attachment: Attachment
    file: File | None  #: None: a place or a card, which is itself; or nothing is known of it

    @property
    def kept(self) -> File:
        """The kept file.  Raises Refused("not_kept")."""
        if self.file is None or self.file.state is not FileState.KEPT:
            raise Refused("not_kept")
        return self.file


@dataclass(frozen=True, kw_only=True)
class Original:
    """Somebody reads it."""

    attached: Attached
    content: bytes = field(repr=False)


async def find(house: House, officer: Officer, reference: str, number: str) -> Attached:
    """What is known of it, without its content.  Raises Refused: ``unknown``, ``no_attachment``."""
    async with house.store.begin() as tx:
        return await found(tx, house, officer, reference, number)


async def found(tx: Transaction, house: House, officer: Officer, reference: str, number: str, *, hides: bool = True) -> Attached:
    """The same, inside a transaction, which holds the conversation from here on.

    ``hides``: what the phone has taken back is there for the claimant alone.
    """
    case = await tx.handoffs.find(reference)
    if case is None or not may_see(officer, case.lane, await tx.officers.all()):
        raise Refused("unknown")
    conversation, only = await tx.conversations.lock(case.conversation), _message_of(number)
    held = conversation.handoff
    if held is None or held.id != case.id:
        case = await tx.handoffs.find(reference) or case  # somebody may have closed it until it was held here
    # One message and not the whole talk: a page asks for every small picture on it.
    if held is not None and held.id == case.id:
        case, lines = held, await of_lanes(tx, officer, conversation, only)
    else:
        lines = await own_part(tx, case, only)
    for line in (shown(each, case, officer, house) if hides else each for each in lines):
        for place, (name, each) in enumerate(numbered(line), 1):
            if name == number:
                return Attached(handoff=case, number=number, line=line, attachment=each, file=line.files.get(place))
    raise Refused("no_attachment")


def _message_of(number: str) -> int:
    """Which message a number such as ``2.1`` speaks of; 0, which is none's, when it is no such number."""
    first = number.partition(".")[0]
    return int(first) if first.isascii() and first.isdigit() and len(first) < 10 else 0


async def read(house: House, officer: Officer, reference: str, number: str) -> Original:
    """The content of a picture or a recording, for being made anew, or of a place or a card; asking for it is reading, and audited.

    Raises Refused: ``unknown``, ``no_attachment``, ``not_kept``, ``no_picture``, ``damaged``.
    """
    async with house.store.begin() as tx:
        attached = await found(tx, house, officer, reference, number)
        if not attached.attachment.is_itself and not (attached.kept.is_picture or attached.kept.is_sound):
            raise Refused("no_picture")
        if attached.handoff.is_open:
            await tx.handoffs.save(as_read(attached.handoff, house))
        await tx.audit.append(f"officer:{officer.id}", "attachment_read", reference, {"number": number})
        await tx.commit()
    if attached.attachment.is_itself:
        return Original(attached=attached, content=attached.attachment.handle.encode())
    async with house.store.look() as seen:
        return Original(attached=attached, content=await seen.original(attached.kept.id))


async def preview(house: House, attached: Attached) -> bytes | None:
    """The small blurred picture that was drawn before: empty when none can be drawn, None when nobody has tried."""
    async with house.store.look() as seen:
        return await seen.preview(attached.kept.id)


async def unread_original(house: House, attached: Attached) -> bytes:
    """The content, for drawing its small picture: nobody reads it by that, and nothing is audited.  Raises Refused as ``read``."""
    async with house.store.look() as seen:
        return await seen.original(attached.kept.id)


async def keep_preview(house: House, attached: Attached, drawn: bytes) -> None:
    """Keep the small picture, so that it is drawn once; empty: there is none."""
    async with house.store.begin() as tx:
        await tx.files.keep_preview(attached.kept.id, drawn)
        await tx.commit()
