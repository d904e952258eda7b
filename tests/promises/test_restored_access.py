"""A restore gives nobody back a way in that was ended after the copy was made."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.crypto import MasterKey
from bot.domain.errors import Refused
from bot.domain.handoff import HandoffLine
from bot.domain.message import ChannelName
from bot.storage import copies
from bot.storage.database import SqlStore
from bot.storage.restored import Live
from bot.usecases import accounts, messengers, sign_in
from tests.desk.people import begun, enters, first, joined, quick_proofs
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.promises.test_backup import _bot, _empty_place, settings, tools
from tests.promises.test_backup import key_file as key_file

__all__ = ["settings", "tools"]  # fixtures
CRY = "they are breaking the door"


class Before:
    """A house with people, a copy of it, and what was ended after that."""

    def __init__(self, home: Home) -> None:
        self.home, self.proofs = home, quick_proofs()

    async def live(self) -> None:
        """An administrator, an officer at the desk who is signed in, another's phone, somebody invited, a code, a service."""
        home, clock = self.home, self.home.clock
        self.root = await first(home.house, self.proofs, clock)
        self.ana = await joined(home.house, self.proofs, self.root, "Ana")
        self.entered = await enters(home.house, self.proofs, self.ana)
        await home.enrols("Thief", sender="950")
        assert self.root.account is not None
        self.invitation = await accounts.invite(home.house, self.proofs, self.root.account, "Mole", self.ana.account.role, ("general",))  # type: ignore[union-attr]
        _, self.code = await messengers.new_code(home.house, self.root.account, self.ana.account.officer)  # type: ignore[union-attr,arg-type]
        async with home.house.store.begin() as tx:
            await tx.officers.add_service("pager", "json://127.0.0.1:9/", ("general",), clock.now())
            await tx.commit()

    async def ends(self) -> None:
        """All of it."""
        await accounts.disable(self.home.house, self.root.account, self.ana.account.id)  # type: ignore[arg-type,union-attr]
        async with self.home.house.store.begin() as tx:
            thief = await tx.officers.by_name("Thief")
            assert thief is not None
            await tx.officers.remove(thief.id)
            await tx.commit()


@pytest.fixture
async def before(store: SqlStore, clock: FakeClock) -> Before:
    """As it was when the copy was made."""
    made = Before(Home(store, clock))
    await made.live()
    return made


async def _plainly(_: object, __: object) -> Live:
    """As it was: the copy is put back as it is."""
    return Live(accounts=(), phones=(), services=())


@pytest.fixture(params=["restore", "control: the bare copy"])
async def after(
    request: pytest.FixtureRequest, before: Before, store_url: str, master: MasterKey, tmp_path: Path, tools: None,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[tuple[Home, Live, bool]]:  # fmt: skip
    """The house restored, who is told to have a way in, and whether it was restored as it should."""
    await copies.backup(store_url, tmp_path / "copy")
    await before.ends()
    assert await sign_in.visit(before.home.house, before.entered.token, acts=False) is None
    naive = request.param != "restore"
    if naive:
        monkeypatch.setattr(copies, "withdraw", _plainly)
    empty = _empty_place(store_url, tmp_path)
    live = await copies.restore(tmp_path / "copy", empty, master, before.home.clock)
    (tmp_path / "restored").mkdir(exist_ok=True)
    opened = await SqlStore.open(empty, master, data_dir=tmp_path / "restored", clock=before.home.clock)
    yield Home(opened, before.home.clock), live, not naive
    await opened.close()


async def _may_begin(home: Home, before: Before) -> bool:
    try:
        await begun(home.house, before.proofs, home.clock, before.invitation, "Mole")
    except Refused:
        return False
    return True


async def _first(home: Home) -> HandoffLine:
    """The emergency; a code that enrols nobody any more may be asked about, and stands behind it."""
    async with home.house.store.begin() as tx:
        return (await tx.handoffs.queue())[0]


async def test_what_was_ended_stays_ended(before: Before, after: tuple[Home, Live, bool]) -> None:
    home, _, mended = after
    back = not mended
    assert (await sign_in.visit(home.house, before.entered.token, acts=False) is not None) is back
    assert await _may_begin(home, before) is back
    await home.says(before.code, sender="999")
    async with home.house.store.begin() as tx:
        everybody = {each.name: each for each in await tx.officers.all()}
    assert everybody["Ana"].has_phone is back
    await home.says(CRY, sender="77")
    reference = (await _first(home)).reference
    await home.says(f"take {reference}", sender="950")
    line = await _first(home)
    assert (line.holder_name == "Thief") is back
    assert any(reference in alert for alert in home.alerts("950")) is back
    assert home.channels[ChannelName.SERVICE].sent  # an alarm is heard all the same


async def test_who_has_a_way_in_is_told(before: Before, after: tuple[Home, Live, bool]) -> None:
    _, live, mended = after
    if mended:
        assert live.accounts == [("Root", "administrator"), ("Ana", "officer")]
        assert live.phones == [("Thief", ChannelName.SIGNAL)]
        assert live.services == ["pager"]


async def test_the_audit_of_a_restored_copy_is_whole_and_says_so(after: tuple[Home, Live, bool]) -> None:
    home, _, mended = after
    async with home.house.store.begin() as tx:
        assert await tx.audit.verify() is None
        assert (await tx.audit.last("restored", "database") is not None) is mended


async def test_an_operator_confirms_a_phone_in_the_terminal(
    before: Before, settings: dict[str, str], store_url: str, tmp_path: Path, tools: None, master: MasterKey
) -> None:
    await copies.backup(store_url, tmp_path / "copy")
    empty = _empty_place(store_url, tmp_path)
    place = settings | {"DL_DATA_DIR": str(tmp_path / "restored"), "DL_DATABASE_URL": empty}
    code, said = await _bot(place, "restore", str(tmp_path / "copy"), cwd=tmp_path)
    assert code == 0
    assert "account Ana (officer)" in said
    assert "phone of Thief (signal): neither heard nor rung" in said
    assert [(await _bot(place, "officer", "confirm", "Thief", cwd=tmp_path))[0] for _ in range(2)] == [0, 1]
    opened = await SqlStore.open(empty, master, data_dir=tmp_path / "restored", clock=before.home.clock)
    async with opened.begin() as tx:
        thief = await tx.officers.by_name("Thief")
    await opened.close()
    assert thief is not None
    assert thief.suspended_at is None
