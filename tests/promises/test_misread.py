"""A mark on a misread message: who may set it, what a reviewer sees of it, and that it ends with the words that it is on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.errors import Refused
from bot.domain.ids import MessageId
from bot.domain.message import ChannelName, Kind
from bot.ports import Officer
from bot.storage.tables import audit, inbox
from bot.usecases import handoff, misread
from bot.usecases.forget import forget
from tests.journeys.house import Home
from tests.promises.case import sweep

CRY = "they sent me a death threat, my name is milica kestrelić, call +382 67 998 877 or kestrel@example.org"
THEN = "and he stands there again"


async def _case(home: Home, **more: object) -> tuple[Officer, str]:
    """An emergency in two messages."""
    officer = await home.enrols()
    await home.says(CRY, **more)
    await home.says(THEN, **more)
    return officer, await home.reference()


async def _marks(home: Home) -> list[str | None]:
    """The intents of all marks that are stored, on words or on none."""
    async with home.house.store._engine.connect() as connection:  # type: ignore[attr-defined]  # the real one
        marked = select(inbox.c.misread_intent).where((inbox.c.misread_at.is_not(None)) | (inbox.c.misread_intent.is_not(None)))
        return [row[0] for row in await connection.execute(marked)]


async def _audited(home: Home) -> list[str]:
    async with home.house.store._engine.connect() as connection:  # type: ignore[attr-defined]  # the real one
        rows = await connection.execute(select(audit.c.event).where(audit.c.event.startswith("misread")).order_by(audit.c.seq))
        return [row[0] for row in rows]


async def test_the_latest_message_is_marked_or_the_one_that_is_named(home: Home) -> None:
    officer, reference = await _case(home)
    assert await misread.mark(home.house, officer, reference, None, None) == 2
    home.clock.move(seconds=1)
    assert await misread.mark(home.house, officer, reference, 1, "death_threat") == 1
    shown = [await misread.look(home.house, officer, each) for each in await misread.marked(home.house, officer)]
    assert [each and (each.text[:14], each.intent) for each in shown] == [(THEN[:14], None), (CRY[:14], "death_threat")]
    assert await _audited(home) == ["misread_marked"] * 2 + ["misread_read"] * 2


async def test_a_reviewer_sees_no_personal_details(home: Home) -> None:
    officer, reference = await _case(home)
    await misread.mark(home.house, officer, reference, 1, None)
    (message,) = await misread.marked(home.house, officer)
    shown = await misread.look(home.house, officer, message)
    assert shown is not None
    assert shown.text == "they sent me a death threat, my name is [name], call [number] or [address]"
    async with home.house.store.begin() as tx:
        raw = await tx.misreads.read(message)
    assert raw is not None
    assert raw.text == CRY, "control: the database holds them"


@pytest.mark.parametrize(("number", "intent", "reason"), [(None, "no_such", "no_intent"), (9, None, "no_message")])
async def test_what_is_not_there_is_refused_and_marks_nothing(home: Home, number: int | None, intent: str | None, reason: str) -> None:
    officer, reference = await _case(home)
    with pytest.raises(Refused, match=reason):
        await misread.mark(home.house, officer, reference, number, intent)
    assert await _marks(home) == []
    assert await _audited(home) == []


@pytest.mark.parametrize("more", [{"expires_in": 3600}, {"kind": Kind.STICKER}])
async def test_what_will_disappear_or_has_no_words_cannot_be_marked(home: Home, more: dict[str, object]) -> None:
    officer, reference = await _case(home)
    await home.says("" if "kind" in more else "one more thing", **more)
    with pytest.raises(Refused, match="no_message"):
        await misread.mark(home.house, officer, reference, 3, None)
    assert await misread.mark(home.house, officer, reference, None, None) == 2


async def _deleted(home: Home, reference: str) -> None:
    await home.says("", kind=Kind.DELETION, target="first")


async def _forgotten(home: Home, reference: str) -> None:
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
    assert found is not None
    await forget(home.house, found.conversation)


async def _aged(home: Home, reference: str) -> None:
    officer = await _ana(home)
    await handoff.claim(home.house, officer, reference)
    await handoff.close(home.house, officer, reference)
    home.clock.move(seconds=timedelta(days=home.house.text_days + 1).total_seconds())
    await sweep(home)


async def _ana(home: Home) -> Officer:
    async with home.house.store.begin() as tx:
        officer = await tx.officers.by_name("Ana")
    assert officer is not None
    return officer


@pytest.mark.parametrize("end", [_deleted, _forgotten, _aged])
async def test_a_mark_does_not_survive_its_message(home: Home, end: Callable[[Home, str], object]) -> None:
    officer = await home.enrols()
    await home.says(CRY, key="first")
    reference = await home.reference()
    await handoff.show(home.house, officer, reference)
    await misread.mark(home.house, officer, reference, None, "death_threat")
    (message,) = await misread.marked(home.house, officer)
    assert await _marks(home) == ["death_threat"], "control: it was there"
    await end(home, reference)  # type: ignore[misc]  # each is a coroutine function
    assert await misread.marked(home.house, officer) == []
    assert await _marks(home) == []
    await _refuses(home, officer, message)


async def _refuses(home: Home, officer: Officer, message: MessageId) -> None:
    """What is gone can be neither read nor exported."""
    written: list[str] = []
    assert await misread.look(home.house, officer, message) is None
    with pytest.raises(Refused, match="no_message"):
        await misread.export(home.house, officer, message, lambda: written.append("line"))
    assert written == []


async def test_what_its_sender_deletes_while_the_alarm_is_unread_is_hidden_from_review_at_once(home: Home) -> None:
    officer = await home.enrols()
    await home.says(CRY, key="first")
    reference = await home.reference()
    await misread.mark(home.house, officer, reference, None, "death_threat")
    (message,) = await misread.marked(home.house, officer)
    await _deleted(home, reference)
    assert await misread.marked(home.house, officer) == []
    await _refuses(home, officer, message)


async def test_an_export_takes_the_mark_and_a_failed_one_leaves_it(home: Home) -> None:
    officer, reference = await _case(home)
    await misread.mark(home.house, officer, reference, 1, "death_threat")
    (message,) = await misread.marked(home.house, officer)

    def full() -> None:
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        await misread.export(home.house, officer, message, full)
    assert await _marks(home) == ["death_threat"]
    written: list[str] = []
    await misread.export(home.house, officer, message, lambda: written.append("line"))
    assert (written, await _marks(home)) == (["line"], [])
    await _refuses(home, officer, message)
    assert await _audited(home) == ["misread_marked", "misread_exported"]


async def test_never_takes_the_mark_and_keeps_nothing(home: Home) -> None:
    officer, reference = await _case(home)
    await misread.mark(home.house, officer, reference, 1, None)
    (message,) = await misread.marked(home.house, officer)
    await misread.drop(home.house, officer, message)
    assert await misread.marked(home.house, officer) == []
    assert await _audited(home) == ["misread_marked", "misread_dropped"]


async def test_threats_to_the_mission_are_reviewed_by_the_security_duty_only(home: Home) -> None:
    officer = await home.enrols()
    guard = await home.enrols("Gordan", sender="901", duties=("security",))
    await home.says("I will set fire to your embassy tomorrow", channel=ChannelName.TELEGRAM)
    async with home.house.store.begin() as tx:
        (line,) = await tx.handoffs.queue()
    assert line.lane == "security"
    with pytest.raises(Refused, match="unknown"):
        await misread.mark(home.house, officer, line.reference, None, None)
    await misread.mark(home.house, guard, line.reference, None, None)
    assert await misread.marked(home.house, officer) == []
    (message,) = await misread.marked(home.house, guard)
    await _refuses(home, officer, message)
    assert await misread.look(home.house, guard, message) is not None
