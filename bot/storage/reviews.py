"""Who has read which text of ``responses/``."""

from sqlalchemy import select

from bot.domain.content import Review
from bot.domain.ids import OfficerId, new_id
from bot.storage.base import Work, upsert
from bot.storage.troubletables import reviews


class SqlReviews:
    """The port ``Reviews``."""

    def __init__(self, work: Work) -> None:
        """In this transaction."""
        self._work = work

    async def add(self, review: Review) -> None:
        """A later word on the same state of a file takes the place of the earlier one."""
        said = {"officer_id": review.by, "at": review.at}
        row = upsert(reviews).values(id=new_id(), file=review.file, hash=review.hash, **said)
        await self._work.run(row.on_conflict_do_update(index_elements=[reviews.c.file, reviews.c.hash], set_=said))

    async def all(self) -> list[Review]:
        """Every one, of earlier states of the files too."""
        rows = await self._work.rows(select(reviews).order_by(reviews.c.at))
        return [
            Review(file=row["file"], hash=row["hash"], by=None if row["officer_id"] is None else OfficerId(row["officer_id"]), at=row["at"])
            for row in rows
        ]
