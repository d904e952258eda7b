"""Marking prepared texts as read, and who did."""

from collections.abc import Sequence

from bot.domain.content import Review
from bot.domain.errors import Refused
from bot.ports import ContentBook, Officer
from bot.usecases.house import House


async def reviews(house: House) -> tuple[Sequence[Review], Sequence[Officer]]:
    """Everybody's word, with the officers."""
    async with house.store.begin() as tx:
        return await tx.reviews.all(), await tx.officers.all()


async def mark(house: House, book: ContentBook, officer: Officer, file: str, read: str) -> None:
    """A supervisor has read that state of a file.  Raises Refused("changed"): the file is not in that state (any more)."""
    known = {(each.file, each.hash) for each in (await book.overview()).texts}
    if (file, read) not in known:
        raise Refused("changed")
    async with house.store.begin() as tx:
        await tx.reviews.add(Review(file=file, hash=read, by=officer.id, at=house.clock.now()))
        await tx.audit.append(f"officer:{officer.id}", "text_reviewed", "responses", {"file": file, "hash": read[:16]})
        await tx.commit()
