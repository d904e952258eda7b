"""The real program between its stand-ins, once, with every odd input and with malformed ones among them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.domain.ids import ConversationId
from bot.storage.database import SqlStore
from tests.channels.odd import EVERY, Odd
from tests.promises.evidence import Book
from tests.promises.processes import Program, free_port, until
from tests.standins.signal import SignalStandIn
from tests.standins.telegram import TelegramStandIn

#: Malformed in ways that make python-telegram-bot, or signalbot, raise for everything beside them.
BROKEN_UPDATES: tuple[Any, ...] = ({"message": {"chat": "nonsense"}}, {"message": None}, {"edited_message": {"chat": {"id": "x"}}}, {})
BROKEN_FRAMES: tuple[Any, ...] = ("{cut", {"error": "x"}, [1], {"params": {"account": "+1", "exception": {"type": "IOException"}}}, None)
SEEDED = 9_000_000
#: Where a group is answered.
GROUPS = {"telegram": "-100500", "signal": "group.UjNKdmRYQT0="}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the program kept of a person, and what the person got."""

    kept: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    got: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One run of the program."""

    people: dict[tuple[str, str], Told]
    counts: dict[str, int]
    statuses: list[int]
    poisons: int
    left: list[str]  #: groups on Telegram that it left


def telegram_update(number: int, odd: Odd) -> dict[str, Any]:
    """From a chat of its own."""
    chat = SEEDED + number
    message = {
        "message_id": 1,
        "date": 1,
        "chat": {"id": chat, "type": "private"},
        "from": {"id": chat, "is_bot": False, "first_name": "Z"},
    }
    return {"update_id": 1_000 + number, odd.update: message | (odd.telegram or {})}


def group_updates() -> list[dict[str, Any]]:
    """Two messages in one group, the second an emergency."""
    chat, sender = {"id": int(GROUPS["telegram"]), "type": "supergroup"}, {"id": 5, "is_bot": False, "first_name": "Z"}
    texts = ("hello group", "police are breaking down our door")
    return [
        {"update_id": 700 + number, "message": {"message_id": number, "date": 1, "chat": chat, "from": sender, "text": text}}
        for number, text in enumerate(texts)
    ]


def person(number: int) -> str:
    """An ACI of its own."""
    return f"5f9a1c1e-0000-4000-8000-{number:012d}"


def signal_frame(api: SignalStandIn, number: int, odd: Odd) -> dict[str, Any]:
    """From a person of its own."""
    frame = api.frame(None, sender=person(number), **({} if odd.in_envelope else odd.signal or {}))
    if odd.in_envelope:
        del frame["params"]["envelope"]["dataMessage"]
        frame["params"]["envelope"] |= odd.signal or {}
    return frame


class Run:
    """The program between its stand-ins, once."""

    def __init__(self, folder: Path, mode: str) -> None:
        self.mode = mode
        self.folder = folder
        self.telegram = TelegramStandIn()
        self.signal = SignalStandIn()
        self.telegram_url = f"http://127.0.0.1:{free_port()}/telegram"

    async def outcome(self) -> Outcome:
        await self.telegram.start()
        await self.signal.start()
        program = Program(self.folder, self.telegram, self.signal)
        program.env |= {"DL_ALLOW_UNATTENDED": "1"} | (self._webhook() if self.mode == "webhook" else {})
        program.start()
        try:
            return await self._told(program)
        finally:
            await program.stop()
            await self.telegram.stop()
            await self.signal.stop()

    def _webhook(self) -> dict[str, str]:
        return {
            "DL_TELEGRAM_MODE": "webhook",
            "DL_TELEGRAM_WEBHOOK_URL": self.telegram_url,
            "DL_TELEGRAM_WEBHOOK_LISTEN": self.telegram_url.removeprefix("http://").removesuffix("/telegram"),
            "DL_TELEGRAM_WEBHOOK_SECRET": "stand-in-header-secret",
        }

    async def _told(self, program: Program) -> Outcome:
        book = Book(program)
        await until(lambda: self.telegram.offsets or self.telegram.webhook, "Telegram is listened to", 60)
        await self._sends()
        statuses = await self._knocks() if self.mode == "webhook" else []
        await until(lambda: not self.telegram.updates, "every update is fetched")
        await until(lambda: book.pending() == 0, "everybody is answered", 90)
        await program.stop()
        return Outcome(
            people=await self._people(program, book),
            counts=book.counts(),
            statuses=statuses,
            left=[str(values["chat_id"]) for values in self.telegram.called("leaveChat")],
            poisons=len(book.rows("SELECT 1 FROM inbox WHERE party = 'poison'")),
        )

    async def _sends(self) -> None:
        """Everything, with something malformed before, between and behind."""
        updates: list[Any] = [{"update_id": 500 + number} | broken for number, broken in enumerate(BROKEN_UPDATES)]
        updates += [telegram_update(number, odd) for number, odd in enumerate(EVERY) if odd.telegram is not None]
        updates += group_updates()
        updates.insert(len(updates) // 2, {"update_id": 900, "callback_query": {"id": 3}})
        if self.mode == "polling":
            self.telegram.arrives(*updates)
        else:
            assert all(await self.telegram.post(*updates))
        frames: list[Any] = list(BROKEN_FRAMES)
        frames += [signal_frame(self.signal, number, odd) for number, odd in enumerate(EVERY) if odd.signal is not None]
        frames += [self.signal.frame(text, sender=person(999), groupInfo={"groupId": "R3JvdXA="}) for text in ("hello", "help us")]
        assert all(await self.signal.push(*frames))

    async def _knocks(self) -> list[int]:
        """Posts of somebody who does not know the secret."""
        strangers = [
            (self.telegram_url, {}),
            (self.telegram_url, {"X-Telegram-Bot-Api-Secret-Token": "guess"}),
            (self.signal.webhook + "x", {}),
        ]
        statuses = []
        async with aiohttp.ClientSession() as session:
            for url, headers in strangers:
                async with session.post(url, json=telegram_update(999, EVERY[0]), headers=headers) as answer:
                    statuses.append(answer.status)
        return statuses

    async def _people(self, program: Program, book: Book) -> dict[tuple[str, str], Told]:
        people: dict[tuple[str, str], Told] = {}
        store = await SqlStore.open(f"sqlite:///{program.database}", program.master(), data_dir=program.data)
        for row in book.rows("SELECT id FROM conversations"):
            async with store.begin() as tx:
                channel, address = await tx.conversations.address(ConversationId(row["id"]))
                lines = await tx.conversations.read(ConversationId(row["id"]))
            got = self.telegram.texts(int(address)) if channel == "telegram" else self.signal.texts(address)
            kept = [line.text for line in lines if line.who == "defender"]
            people[channel.value, address] = Told(kept=kept, names=[line.kind for line in lines if line.who != "defender"], got=got)
        await store.close()
        return people
