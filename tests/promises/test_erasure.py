"""Forget means forget: text, names and ciphertext are gone from every file, the chat is emptied, and only an audit row says that it was."""

import json

from sqlalchemy import select, text

from bot.domain.errors import Unreachable
from bot.domain.ids import ConversationId
from bot.domain.message import ChannelName
from bot.ports import Officer
from bot.storage.database import SqlStore
from bot.storage.filetables import attachment_chunks, attachments, exports
from bot.storage.tables import audit, contacts, inbox, metadata, notes, outbox
from bot.usecases import handoff
from bot.usecases.forget import forget
from bot.workers.janitor import Janitor
from tests.journeys.house import Home
from tests.promises.search import hits

EMERGENCY = "police are breaking my door right now at Kestrelova 17"
QUESTION = "what may a kestrel do at a protest"
KESTREL, WREN = "7310554821", "8200000077"


async def people(home: Home) -> dict[str, str]:
    """The conversation of each contact that is there, by what opens its address."""
    found = {}
    async with home.house.store.begin() as tx:
        for row in await tx._work.rows(text("SELECT id FROM conversations")):
            _, address = await tx.conversations.address(ConversationId(row["id"]))
            found[address] = row["id"]
    return found


async def ciphertexts_of(store: SqlStore, conversation: str) -> list[bytes]:
    """Every ciphertext of one person, the wrapped key included."""
    values: list[bytes | None] = []
    async with store._engine.connect() as connection:
        for table in (inbox, outbox, notes, attachments):
            columns = [column for column in table.c if column.name.endswith("_sealed")]
            rows = await connection.execute(select(*columns).where(table.c.conversation_id == conversation))
            values += [value for row in rows for value in row]
        for column in (attachment_chunks.c.content_sealed, exports.c.reason_sealed):
            of_files = select(column).join(attachments, column.table.c.attachment_id == attachments.c.id)
            values += (await connection.execute(of_files.where(attachments.c.conversation_id == conversation))).scalars()
        of = (
            await connection.execute(text("SELECT contact_id, memory_sealed FROM conversations WHERE id = :id"), {"id": conversation})
        ).one()
        kept = (await connection.execute(select(contacts).where(contacts.c.id == of[0]))).mappings().one()
        values += [of[1], *(kept[name] for name in ("address_sealed", "account_sealed", "wrapped_key", "address_index", "called_index"))]
    return [bytes(value) for value in values if value is not None]


async def _audited(home: Home) -> list[tuple[str, str]]:
    async with home.house.store._engine.connect() as connection:
        return [(row[0], row[1]) for row in await connection.execute(select(audit.c.actor, audit.c.event).order_by(audit.c.seq))]


def _sent(home: Home, address: str, channel: ChannelName = ChannelName.SIGNAL) -> list[str]:
    """The keys under which the messenger knows what we sent there."""
    return [f"sent-{number}" for number, sent in enumerate(home.channels[channel].sent, start=1) if sent.address == address]


async def test_forget_erases_the_person_the_chat_and_then_the_shell(home: Home) -> None:
    await home.says(QUESTION, sender=KESTREL)
    await home.says("thanks", sender=WREN)
    talk, answers = (await people(home))[KESTREL], _sent(home, KESTREL)
    said = await home.says("/forget", sender=KESTREL)
    assert len(said) == 1
    assert len(said[0].split()) <= 2
    assert home.channels[ChannelName.SIGNAL].erased == [(KESTREL, answers)]
    await Janitor(home.house).round()
    assert await ciphertexts_of(home.house.store, talk) == []
    assert ("defender", "erased") in await _audited(home)
    assert set(await people(home)) == {"", WREN}


async def test_what_the_audit_keeps_of_it_holds_nothing_of_the_person(home: Home) -> None:
    await home.says(EMERGENCY, sender=KESTREL)
    await home.says("/forget", sender=KESTREL)
    async with home.house.store._engine.connect() as connection:
        rows = [dict(row) for row in (await connection.execute(select(audit))).mappings()]
    assert hits([KESTREL, "Kestrelova", "breaking"], {"audit": json.dumps(rows, default=str).encode()}) == []


async def test_with_an_open_emergency_only_the_address_stays_under_a_new_key(home: Home) -> None:
    officer = await home.enrols()
    await home.says(EMERGENCY, sender=KESTREL)
    talk, reference = (await people(home))[KESTREL], await home.reference()
    before = await ciphertexts_of(home.house.store, talk)
    await home.says("/forget", sender=KESTREL)
    await Janitor(home.house).round()
    after = await ciphertexts_of(home.house.store, talk)
    index_alone = set(before) & set(after)
    assert len(index_alone) == 1
    assert len(next(iter(index_alone))) == 32
    assert (await people(home))[KESTREL] == talk
    assert await home.reference() == reference
    opened = await handoff.show(home.house, officer, reference)
    assert [line.text for line in opened.spoken if line.who == "defender" and line.text] == []


async def test_the_alarm_goes_on_ringing_and_an_officers_words_still_arrive(home: Home) -> None:
    officer = await home.enrols()
    await home.says(EMERGENCY, sender=KESTREL)
    await home.says("/forget", sender=KESTREL)
    rung = len(home.alerts())
    await home.passes(minutes=3)
    assert len(home.alerts()) > rung
    await _answered(home, officer, await home.reference())


async def _answered(home: Home, officer: Officer, reference: str) -> None:
    await handoff.claim(home.house, officer, reference)
    await handoff.reply(home.house, officer, reference, "Where are you?")
    await home.settles()
    assert "Where are you?" in [sent.piece.text for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == KESTREL]


async def test_after_closing_the_shell_goes_too(home: Home) -> None:
    officer = await home.enrols()
    await home.says(EMERGENCY, sender=KESTREL)
    talk, reference = (await people(home))[KESTREL], await home.reference()
    await home.says("/forget", sender=KESTREL)
    await _answered(home, officer, reference)
    await handoff.close(home.house, officer, reference)
    await home.settles()
    await Janitor(home.house).round()
    assert await ciphertexts_of(home.house.store, talk) == []
    assert KESTREL not in await people(home)


async def _in_one_breath(home: Home, *words: str) -> list[str]:
    """Messages that wait together; what the phone shows in the end."""
    for each in words:
        await home.writes(each, sender=KESTREL)
    home.clock.move(seconds=1)
    await home.settles()
    return [sent.piece.text for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == KESTREL]


async def test_an_emergency_and_forget_in_one_breath_rings_and_shows_one_neutral_word(home: Home) -> None:
    await home.enrols()
    shown = await _in_one_breath(home, EMERGENCY, "/forget")
    assert [len(each.split()) for each in shown] == [1]
    assert home.alerts()[1:] != []


async def test_an_emergency_written_after_forget_rings_and_is_answered(home: Home) -> None:
    await home.enrols()
    shown = await _in_one_breath(home, "/forget", EMERGENCY)
    assert max(map(len, shown)) > 100
    assert home.alerts()[1:] != []


async def test_who_writes_again_is_somebody_new(home: Home) -> None:
    await home.says(QUESTION, sender=KESTREL)
    await home.says("/forget", sender=KESTREL)
    await Janitor(home.house).round()
    home.clock.move(minutes=1)
    assert len(await home.says("thanks", sender=KESTREL)) > 0
    async with home.house.store.begin() as tx:
        number = (await tx._work.one(text("SELECT count(*) AS number FROM contacts")))["number"]  # type: ignore[index]  # one row
    assert number == 2


async def test_who_writes_before_the_shell_is_gone_is_kept_and_answered(home: Home) -> None:
    await home.says(QUESTION, sender=KESTREL)
    await home.writes("/forget", sender=KESTREL)
    home.clock.move(seconds=1)
    await home.settles()
    assert await home.says("thanks", sender=KESTREL) != []
    await Janitor(home.house).round()
    assert KESTREL in await people(home)


async def test_a_chat_that_cannot_be_emptied_does_not_keep_the_person(home: Home) -> None:
    await home.says(QUESTION, sender=KESTREL)
    home.channels[ChannelName.SIGNAL].failures = [Unreachable("forbidden")]
    await home.says("/forget", sender=KESTREL)
    await Janitor(home.house).round()
    assert KESTREL not in await people(home)


async def test_the_operators_forget_empties_the_chat_and_spares_the_address_of_an_open_emergency(home: Home) -> None:
    await home.says(EMERGENCY, sender=KESTREL)
    await home.says(QUESTION, sender=WREN)
    known, answers = await people(home), {name: _sent(home, name) for name in (KESTREL, WREN)}
    kept = {name: await forget(home.house, ConversationId(known[name])) for name in (KESTREL, WREN)}
    assert kept == {KESTREL: True, WREN: False}
    await home.settles()
    assert dict(home.channels[ChannelName.SIGNAL].erased) == answers
    await Janitor(home.house).round()
    assert set(await people(home)) == {KESTREL, ""}
    assert [each for each in await _audited(home) if each[1] == "erased"] == [("operator", "erased")] * 2


async def test_the_old_key_opens_nothing_that_is_left(home: Home) -> None:
    """Whoever had copied the unwrapped key before learns nothing of what is kept after."""
    await home.says(EMERGENCY, sender=KESTREL)
    talk = (await people(home))[KESTREL]
    async with home.house.store.begin() as tx:
        old = (await tx._work.person(talk)).sealer
    await home.says("/forget", sender=KESTREL)
    async with home.house.store.begin() as tx:
        new = (await tx._work.person(talk)).sealer
    assert old is not None
    assert new is not None
    assert old.key != new.key
    assert all(blob[1:5] != old.id for blob in await ciphertexts_of(home.house.store, talk) if len(blob) != 32)


def test_every_table_that_knows_a_person_is_looked_at_here() -> None:
    by = {"conversation_id", "contact_id", "attachment_id"}
    linked = {table.name for table in metadata.sorted_tables if by & set(table.c.keys())}
    wordless = {"handoffs", "drills", "typing"}
    assert linked == {"inbox", "outbox", "notes", "conversations", "attachments", "attachment_chunks", "exports"} | wordless
    assert not [column.name for name in wordless for column in metadata.tables[name].c if column.name.endswith("_sealed")]
