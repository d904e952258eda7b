"""No error of ours, and none of the database, carries what somebody wrote or who they are; nor does the repr of a value."""

import dataclasses
import re
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from bot import channels, crypto
from bot.domain import conversation, errors, handoff, message
from bot.domain.errors import RefuseToStart
from bot.domain.message import Kind, Poison
from bot.storage.database import SqlStore
from tests.fakes import FakeClock
from tests.promises.search import hits
from tests.promises.test_nothing_leaks import ALARM, CHAT, NAMES, NEEDLES, PHONE, RUBBISH
from tests.standins.signal import ACCOUNT
from tests.storage.test_store import answer, incoming, kept


def _everything_of(error: BaseException) -> bytes:
    """What any report of it could print: words, repr, notes, causes and frames."""
    said = [*traceback.format_exception(error), repr(error), str(error)]
    chain = [each for each in (error.__cause__, error.__context__) if each is not None]
    return "\n".join([*said, *(repr(each) + str(each) for each in chain)]).encode("utf-8", "backslashreplace")


async def _fails(act: Callable[[], Any]) -> bytes:
    try:
        await act()
    except Exception as error:
        return _everything_of(error)
    raise AssertionError("it did not fail")


BREAKAGES = ("DROP TABLE outbox", "ALTER TABLE inbox RENAME COLUMN text_sealed TO gone", "DROP TABLE audit", "DROP TABLE counts")


async def _damaged(store: SqlStore, statement: str) -> None:
    async with store._engine.begin() as connection:
        await connection.execute(text(statement))


async def _keep_and_say(store: SqlStore, clock: FakeClock) -> None:
    """A bit of everything that writes; something in it fails."""
    talk = await kept(store, clock, incoming(ALARM, sender=str(CHAT), kind=Kind.TEXT, key=PHONE))
    async with store.begin() as tx:
        await tx.inbox.keep_poison(Poison(channel=message.ChannelName.SIGNAL, account=ACCOUNT, key=PHONE, raw=RUBBISH), clock.now())
        await tx.officers.invite(NAMES[2], ("general",), clock.now())
        await tx.outbox.queue(talk, [answer(ALARM)], clock.now())
        await tx.audit.append("bot", "handoff", "K7T-42M")
        await tx.counts.add("x")
        await tx.commit()


@pytest.mark.parametrize("statement", BREAKAGES)
async def test_an_error_of_the_database_carries_nothing_of_what_was_written(store: SqlStore, clock: FakeClock, statement: str) -> None:
    await _damaged(store, statement)
    said = await _fails(lambda: _keep_and_say(store, clock))
    assert hits(NEEDLES, {"error": _without_frames(said)}) == []


def _without_frames(said: bytes) -> bytes:
    """A traceback quotes this file's source, which is no leak."""
    return re.sub(rb"(?m)^  .*$", b"", said)


async def test_a_row_that_is_refused_by_a_constraint_is_not_shown(store: SqlStore, clock: FakeClock) -> None:
    await kept(store, clock, incoming(ALARM, sender=str(CHAT)))
    statement = text("UPDATE inbox SET state = :state")

    async def act() -> None:
        async with store._engine.begin() as connection:
            await connection.execute(statement, {"state": "no such state"})

    assert hits(NEEDLES, {"error": _without_frames(await _fails(act))}) == []


async def test_control_with_parameters_shown_the_same_error_gives_them_away(store: SqlStore) -> None:
    store._engine.sync_engine.hide_parameters = False

    async def act() -> None:
        async with store._engine.begin() as connection:
            await connection.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": ALARM})

    assert hits(["Kestrelova ulica"], {"error": _without_frames(await _fails(act))}) != []


def _subclasses(of: type[Exception]) -> list[type[Exception]]:
    return [of, *(each for child in of.__subclasses__() for each in _subclasses(child))]


def test_every_error_of_the_tree_holds_static_words_only() -> None:
    """They are made from a reason and from numbers; nothing else fits into them."""
    for kind in _subclasses(errors.DefenderLineError):
        assert set(vars(kind("reason"))) <= {"reason", "seconds", "holder", "since"}, kind
    for kind in (crypto.Unsealable, channels.Malformed):
        assert issubclass(kind, Exception)
    refused = errors.Refused("taken", holder=NAMES[2])
    assert hits(NEEDLES, {"refused": _everything_of(refused)}) == []
    assert str(RefuseToStart("DL_X: wrong")) == "DL_X: wrong"


def _filled(kind: Any) -> Any:
    """A value with needles in every text that a person or a phone could fill."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if required or field.type in {str, "str", "str | None"}:
            values[field.name] = ALARM if not field.repr else "ours"
    return kind(**values)


def _values() -> list[Any]:
    modules = (message, conversation, handoff)
    return [
        each
        for module in modules
        for each in vars(module).values()
        if dataclasses.is_dataclass(each) and each.__module__ == module.__name__
    ]


@pytest.mark.parametrize("kind", _values(), ids=lambda kind: kind.__name__)
def test_the_repr_of_a_value_shows_nothing_of_a_person(kind: Any) -> None:
    personal = {"text", "raw", "sender", "address", "account", "key", "target", "handle", "name_of_sender"}
    shown = {field.name for field in dataclasses.fields(kind) if field.repr}
    assert not shown & personal
    assert hits(["Kestrelova ulica"], {"repr": repr(_filled(kind)).encode()}) == []
