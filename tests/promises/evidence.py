"""What the database holds, read while the program runs and after it has stopped; and the checks that a promise is held to."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.telegram_parse import parse
from bot.crypto import MasterKey
from bot.domain.ids import ConversationId
from bot.domain.message import Incoming
from bot.storage.database import SqlStore
from tests.promises.processes import Program
from tests.standins.telegram import TOKEN


@dataclass(frozen=True, kw_only=True)
class Said:
    """An outbox row, opened."""

    text: str
    state: str
    care: str
    ambiguous: int


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A conversation: what was kept, what was to be said, and its handoffs."""

    address: str
    heard: list[str]
    said: list[Said]
    handoffs: list[dict[str, Any]]


class Book:
    """The running program's database, read only."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._lookups: MasterKey | None = None

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        connection = sqlite3.connect(f"file:{self._program.database}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(query, values)]
        finally:
            connection.close()

    def holds(self, update: dict[str, Any]) -> bool:
        """Whether an update is stored, looked up as the program looks it up."""
        self._lookups = self._lookups or self._program.master()
        arrived = parse(update, TOKEN.partition(":")[0])
        assert isinstance(arrived, Incoming)
        index = self._lookups.blind("inbox.message", f"{arrived.channel}|{arrived.account}|{arrived.key}")
        return bool(self.rows("SELECT 1 FROM inbox WHERE message_index = ?", index))

    def pending(self) -> int:
        """Messages that nobody has answered yet, and rows that are still to be sent."""
        inbox = "SELECT count(*) AS number FROM inbox WHERE state IN ('waiting', 'claimed')"
        outbox = "SELECT count(*) AS number FROM outbox WHERE state IN ('waiting', 'taken')"
        return sum(int(self.rows(query)[0]["number"]) for query in (inbox, outbox))

    def counts(self) -> dict[str, int]:
        """The program's own counts."""
        return {row["event"]: row["number"] for row in self.rows("SELECT event, number FROM counts")}

    def alerts(self) -> dict[str, range]:
        """How often alerts of each reference may have arrived: once for each that was sent, again only after an unseen end."""
        query = """SELECT reference, sum(outbox.state = 'sent') AS least, sum((outbox.state = 'sent') + ambiguous) AS most
            FROM outbox JOIN handoffs ON handoffs.id = handoff_id GROUP BY reference"""
        return {row["reference"]: range(row["least"], row["most"] + 1) for row in self.rows(query)}

    async def talks(self) -> list[Talk]:
        """Every conversation, opened with the key; the program must have stopped."""
        store = await SqlStore.open(f"sqlite:///{self._program.database}", self._program.master(), data_dir=self._program.data)
        try:
            return [await self._talk(store, ConversationId(row["id"])) for row in self.rows("SELECT id FROM conversations")]
        finally:
            await store.close()

    async def _talk(self, store: SqlStore, conversation: ConversationId) -> Talk:
        async with store.begin() as tx:
            _, address = await tx.conversations.address(conversation)
            lines = await tx.conversations.read(conversation)
        rows = self.rows("SELECT state, care, ambiguous FROM outbox WHERE conversation_id = ? ORDER BY seq", conversation)
        texts = [line.text for line in lines if line.who != "defender"]
        return Talk(
            address=address,
            heard=[line.text for line in lines if line.who == "defender"],
            said=[Said(text=text, **row) for text, row in zip(texts, rows, strict=True)],
            handoffs=self.rows("SELECT reference, cls, state, rung_at FROM handoffs WHERE conversation_id = ?", conversation),
        )


def lost(acknowledged: Iterable[str], kept: Iterable[str]) -> list[str]:
    """What was acknowledged and is not there."""
    return sorted(set(acknowledged) - set(kept))


def kept_twice(kept: Iterable[str]) -> list[str]:
    """What is there more than once."""
    return [text for text, number in Counter(kept).items() if number > 1]


def _times(row: Said) -> range:
    """How often a row may have arrived: again only after a send whose end nobody saw, and an ordinary answer at most twice."""
    least = int(row.state == "sent")
    most = {"sent": 1 + row.ambiguous, "given_up": 1 + row.ambiguous}.get(row.state, 0)
    return range(least, (min(most, 2) if row.care == "once" else most) + 1)


def is_allowed(arrived: Sequence[str], said: Sequence[Said]) -> bool:
    """Whether what arrived is what was to be said, in its order, each as often as it may."""
    ends = {0}
    for row in said:
        ends = {end + times for end in ends for times in _times(row) if list(arrived[end : end + times]) == [row.text] * times}
    return len(arrived) in ends


def by_recipient(telegram: Iterable[dict[str, Any]], signal: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """What the stand-ins accepted for each person, in order."""
    arrived: dict[str, list[str]] = defaultdict(list)
    for sent in telegram:
        arrived[str(sent["chat_id"])].append(sent["text"])
    for sent in signal:
        arrived[sent["recipients"][0]].append(sent["message"])
    return arrived
