"""A database full of cases, and people signed in: written in bulk through the program's own tables, keys and accounts."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert

from bot.crypto import MasterKey, Sealer
from bot.domain.account import Account, AccountId, Lock, Role
from bot.domain.handoff import HandoffClass
from bot.domain.ids import OfficerId, new_id, new_reference
from bot.storage.database import SqlStore
from bot.storage.tables import contacts, conversations, handoffs, inbox, outbox

_CHUNK = 5_000
_SHARES = {HandoffClass.E1: 2, HandoffClass.UNCLEAR: 2, HandoffClass.E2: 4, HandoffClass.OTHER: 2}


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Somebody who is signed in at the desk."""

    officer: OfficerId
    token: str = field(repr=False)
    form_token: str = field(repr=False)


async def seats(store: SqlStore, number: int, now: datetime) -> list[Seat]:
    """So many officers, each with an account and a session; nobody types a password, so none is hashed."""
    found = []
    async with store.begin() as tx:
        for place in range(number):
            officer = await tx.officers.make(f"Officer {place}", ("general",), now)
            account = Account(id=AccountId(new_id()), name=f"Officer {place}", role=Role.OFFICER, officer=officer)
            await tx.accounts.make(account, Lock(password="-", secret="-"), 0, [], now)
            session, token = await tx.sessions.begin(account.id, now)
            found.append(Seat(officer=officer, token=token, form_token=session.form_token))
        await tx.commit()
    return found


async def fill(store: SqlStore, master: MasterKey, waiting: int, closed: int, holders: list[Seat], now: datetime) -> list[str]:
    """Cases of all classes, one in thirty of the open ones held; references of free ones, in any order."""
    drawn, free = random.Random(1), list[str]()
    references = _references(waiting + closed)
    for start in range(0, waiting + closed, _CHUNK):
        places = range(start, min(start + _CHUNK, waiting + closed))
        rows: dict[Table, list[dict[str, Any]]] = {contacts: [], conversations: [], handoffs: [], inbox: [], outbox: []}
        for place in places:
            for table, row in _case(master, drawn, holders, now, is_open=place < waiting):
                rows[table].append(row)
            rows[handoffs][-1]["reference"] = references.pop()
        free += [row["reference"] for row in rows[handoffs] if row["state"] == "waiting"]
        async with store.begin() as tx:
            for table, found in rows.items():
                await tx._work.connection.execute(insert(table), found)
            await tx.commit()
    drawn.shuffle(free)
    return free


def _references(number: int) -> set[str]:
    """So many different ones."""
    found = set[str]()
    while len(found) < number:
        found.add(new_reference())
    return found


def _case(
    master: MasterKey, drawn: random.Random, holders: list[Seat], now: datetime, *, is_open: bool
) -> Iterator[tuple[Table, dict[str, Any]]]:
    """A person, their conversation with a message and an answer, and the case; no words, which no list reads."""
    contact, talk, cls = new_id(), new_id(), drawn.choices(list(_SHARES), list(_SHARES.values()))[0]
    opened = now - timedelta(seconds=drawn.randrange(1, 3 * 86_400 if is_open else 180 * 86_400))
    held = drawn.choice(holders).officer if is_open and drawn.random() < 1 / 30 else None
    took = opened + timedelta(seconds=drawn.randrange(20, 3_000))
    key = master.wrap(Sealer.new(), f"contacts|wrapped_key|{contact}")
    yield contacts, {"id": contact, "channel": drawn.choice(("signal", "telegram")), "created_at": opened, "wrapped_key": key}
    yield conversations, {
        "id": talk, "contact_id": contact, "locale": drawn.choice(("en", "sr_Latn_ME", "sq", "ru")), "in_seq": 1, "out_seq": 1,
        "last_message_at": opened,
    }  # fmt: skip
    yield inbox, {
        "id": new_id(), "message_index": drawn.randbytes(32), "channel": "signal", "party": "defender", "conversation_id": talk, "seq": 1,
        "kind": "text", "state": "done", "received_at": opened,
    }  # fmt: skip
    yield outbox, {
        "id": new_id(), "stream": talk, "seq": 1, "conversation_id": talk, "channel": "signal", "lane": "reply", "speaker": "bot",
        "care": "once", "name": "x", "state": "sent", "due_at": opened, "created_at": opened, "sent_at": opened,
    }  # fmt: skip
    state = "closed" if not is_open else "claimed" if held else "waiting"
    yield handoffs, {
        "id": new_id(), "conversation_id": talk, "state": state, "cls": cls, "kind": "arrest_now",
        "lane": "general", "reason": "rule", "opened_at": opened, "asked_at": opened, "holder_id": held,
        "claimed_at": took if held else None, "acknowledged_at": took if held or not is_open or drawn.random() < 0.9 else None,
        "first_rung_at": opened + timedelta(seconds=2), "first_claimed_at": None if state == "waiting" else took,
        "first_words_at": None if is_open else took + timedelta(seconds=60), "closed_at": None if is_open else took + timedelta(hours=1),
        "outcome": None if is_open else "helped",
    }  # fmt: skip
