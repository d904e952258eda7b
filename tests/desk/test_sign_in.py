"""Who comes in at the desk, who does not, and what strangers can do to whom."""

import asyncio

import pytest
from sqlalchemy import select

from bot.desk.proofs import DeskProofs
from bot.domain.account import Account, Role
from bot.domain.errors import NotProven, Refused, TooOften
from bot.storage.database import SqlStore
from bot.storage.tables import metadata
from bot.usecases import accounts, sign_in
from tests.desk.people import PASSWORD, Person, begun, enters, first, joined
from tests.journeys.house import Home


def account(person: Person) -> Account:
    assert person.account is not None
    return person.account


async def test_password_and_code_let_a_person_in_and_a_session_is_found_again(home: Home, proofs: DeskProofs, root: Person) -> None:
    entered = await enters(home.house, proofs, root)
    visit = await sign_in.visit(home.house, entered.token, acts=True)
    assert visit is not None
    assert (visit[0].name, visit[0].role) == ("Root", Role.ADMINISTRATOR)
    assert await sign_in.visit(home.house, "another", acts=True) is None


@pytest.mark.parametrize("wrong", [{"password": "wrong horse battery"}, {"code": "000000"}, {"name": "Nobody"}, {"code": ""}])
async def test_one_wrong_thing_is_enough_and_nothing_says_which(
    home: Home, proofs: DeskProofs, root: Person, wrong: dict[str, str]
) -> None:
    with pytest.raises(NotProven, match=r"^sign_in$"):
        await enters(home.house, proofs, root, **wrong)
    assert (await enters(home.house, proofs, root)).account.name == "Root"


async def test_a_code_that_was_used_is_refused_also_by_two_at_once(home: Home, proofs: DeskProofs, root: Person) -> None:
    given = root.given()
    tries = await asyncio.gather(*(sign_in.sign_in(home.house, proofs, given) for _ in range(4)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in tries) == ["Entered", "NotProven", "NotProven", "NotProven"]
    with pytest.raises(NotProven):
        await sign_in.sign_in(home.house, proofs, given)


async def test_an_older_code_than_the_last_one_is_refused(home: Home, proofs: DeskProofs, root: Person) -> None:
    older, newer = root.given(), root.given()
    await sign_in.sign_in(home.house, proofs, newer)
    with pytest.raises(NotProven):
        await sign_in.sign_in(home.house, proofs, older)


async def test_a_recovery_code_works_once_however_it_is_typed(home: Home, proofs: DeskProofs, root: Person) -> None:
    typed = f" {root.codes[0].lower()} "
    assert (await enters(home.house, proofs, root, code=typed)).account.name == "Root"
    with pytest.raises(NotProven):
        await enters(home.house, proofs, root, code=typed)
    assert (await accounts.sessions_of(home.house, account(root)))[1] == 9


async def test_a_recovery_code_of_somebody_else_is_refused(home: Home, proofs: DeskProofs, root: Person) -> None:
    ana = await joined(home.house, proofs, root, "Ana")
    with pytest.raises(NotProven):
        await enters(home.house, proofs, ana, code=root.codes[0])


async def _wrongly(home: Home, proofs: DeskProofs, person: Person, times: int, **more: str) -> list[str]:
    said = []
    for _ in range(times):
        try:
            await sign_in.sign_in(home.house, proofs, person.given(password="wrong", code="000000", **more))
        except (NotProven, TooOften) as refusal:
            said.append(type(refusal).__name__)
    return said


async def test_ten_wrong_tries_in_five_minutes_are_looked_at_and_no_more(home: Home, proofs: DeskProofs, root: Person) -> None:
    said = await _wrongly(home, proofs, root, 25, address="192.0.2.66")
    assert said == ["NotProven"] * 10 + ["TooOften"] * 15
    with pytest.raises(TooOften) as refused:
        await enters(home.house, proofs, root)
    assert 0 < refused.value.seconds <= 300
    home.clock.move(minutes=5)
    assert (await enters(home.house, proofs, root)).account.name == "Root"


async def test_tries_at_the_same_moment_are_all_counted(home: Home, proofs: DeskProofs, root: Person) -> None:
    given = root.given(password="wrong", code="000000")
    tries = await asyncio.gather(*(sign_in.sign_in(home.house, proofs, given) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(each, NotProven) for each in tries) == 10


async def test_strangers_lock_nobody_out_of_a_browser_that_is_known(home: Home, proofs: DeskProofs, root: Person) -> None:
    known = (await enters(home.house, proofs, root)).device
    for address in range(30):
        await _wrongly(home, proofs, root, 2, address=f"192.0.2.{address}")
    with pytest.raises(TooOften):
        await enters(home.house, proofs, root)
    assert (await enters(home.house, proofs, root, device=known)).account.name == "Root"


async def test_a_known_browser_is_limited_too_and_is_known_for_its_account_only(home: Home, proofs: DeskProofs, root: Person) -> None:
    known = (await enters(home.house, proofs, root)).device
    assert (await _wrongly(home, proofs, root, 11, device=known))[-1] == "TooOften"
    ana = await joined(home.house, proofs, root, "Ana")
    assert (await _wrongly(home, proofs, ana, 11, device=known))[-1] == "TooOften"
    assert (await enters(home.house, proofs, ana, device=(await _first_browser(home, ana)))).account.name == "Ana"


async def _first_browser(home: Home, person: Person) -> str:
    async with home.house.store.begin() as tx:
        token = await tx.sessions.remember(account(person).id, home.clock.now())
        await tx.commit()
    return token


async def test_names_that_there_are_not_are_limited_in_the_same_way(home: Home, proofs: DeskProofs, root: Person) -> None:
    nobody = Person("Nobody", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", home.clock)
    assert await _wrongly(home, proofs, nobody, 11) == await _wrongly(home, proofs, root, 11, address="192.0.2.2")


async def test_one_address_cannot_try_many_names_without_end(home: Home, proofs: DeskProofs, root: Person) -> None:
    said: list[str] = []
    for number in range(65):
        said += await _wrongly(home, proofs, Person(f"name {number}", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", home.clock), 1)
    assert said.count("NotProven") == 60


async def test_a_session_ends_when_idle_and_at_last_in_any_case(home: Home, proofs: DeskProofs, root: Person) -> None:
    idle = (await enters(home.house, proofs, root)).token
    home.clock.move(minutes=29)
    assert await sign_in.visit(home.house, idle, acts=False) is not None, "a look of the page itself keeps nothing awake"
    home.clock.move(minutes=2)
    assert await sign_in.visit(home.house, idle, acts=True) is None
    busy = (await enters(home.house, proofs, root)).token
    for _ in range(12 * 3 - 1):
        home.clock.move(minutes=20)
        assert await sign_in.visit(home.house, busy, acts=True) is not None
    home.clock.move(minutes=20)
    assert await sign_in.visit(home.house, busy, acts=True) is None


async def test_a_session_that_was_revoked_or_signed_out_is_gone_and_nobody_ends_anothers(
    home: Home, proofs: DeskProofs, root: Person
) -> None:
    ana = await joined(home.house, proofs, root, "Ana")
    one, two = await enters(home.house, proofs, root), await enters(home.house, proofs, root)
    with pytest.raises(Refused, match="unknown"):
        await accounts.revoke(home.house, account(ana), one.session.id)
    await accounts.revoke(home.house, account(root), one.session.id)
    assert await sign_in.visit(home.house, one.token, acts=True) is None
    await sign_in.sign_out(home.house, account(root), two.session)
    assert await sign_in.visit(home.house, two.token, acts=True) is None


async def test_one_act_ends_an_officer_everywhere(home: Home, proofs: DeskProofs, root: Person) -> None:
    officer = await home.enrols("Ana")
    ana = await joined(home.house, proofs, root, "Ana")
    assert account(ana).officer == officer.id, "the same person at the desk and on a messenger"
    token = (await enters(home.house, proofs, ana)).token
    await accounts.disable(home.house, account(root), account(ana).id)
    assert await sign_in.visit(home.house, token, acts=True) is None
    with pytest.raises(NotProven):
        await enters(home.house, proofs, ana)
    async with home.house.store.begin() as tx:
        assert await tx.officers.all() == []
    with pytest.raises(Refused, match="yourself"):
        await accounts.disable(home.house, account(root), account(root).id)


async def test_an_officer_removed_in_the_terminal_is_out_of_the_desk_too(home: Home, proofs: DeskProofs, root: Person) -> None:
    ana = await joined(home.house, proofs, root, "Ana")
    token = (await enters(home.house, proofs, ana)).token
    officer = account(ana).officer
    assert officer is not None
    async with home.house.store.begin() as tx:
        await tx.officers.remove(officer)
        await tx.commit()
    assert await sign_in.visit(home.house, token, acts=True) is None
    with pytest.raises(NotProven):
        await enters(home.house, proofs, ana)


async def test_the_first_address_works_once_within_an_hour_and_only_while_there_is_nobody(home: Home, proofs: DeskProofs) -> None:
    late = await accounts.first_token(home.house, proofs)
    home.clock.move(minutes=61)
    assert late is not None
    with pytest.raises(Refused, match="expired"):
        await begun(home.house, proofs, home.clock, late, "Root")
    older, token = (await accounts.first_token(home.house, proofs), await accounts.first_token(home.house, proofs))
    assert older is not None
    assert token is not None
    with pytest.raises(Refused, match="expired"):
        await accounts.invitation_of(home.house, older)
    root = await begun(home.house, proofs, home.clock, token, "Root")
    assert account(root).role is Role.ADMINISTRATOR
    with pytest.raises(Refused, match="expired"):
        await begun(home.house, proofs, home.clock, token, "Second")
    assert await accounts.first_token(home.house, proofs) is None


async def test_when_no_administrator_is_left_another_one_can_be_made(home: Home, proofs: DeskProofs, root: Person) -> None:
    await joined(home.house, proofs, root, "Ana")
    assert await accounts.first_token(home.house, proofs) is None
    async with home.house.store.begin() as tx:
        await tx.accounts.disable(account(root).id, home.clock.now())
        await tx.commit()
    token = await accounts.first_token(home.house, proofs)
    assert token is not None
    assert account(await begun(home.house, proofs, home.clock, token, "Second")).role is Role.ADMINISTRATOR


@pytest.mark.parametrize(
    ("given", "why"),
    [({"password": "eleven char"}, "password"), ({"password": "x" * 257}, "password"), ({"name": " "}, "name"),
     ({"code": "000000"}, "code"), ({"name": "correct horse battery"}, "password"), ({"name": "a\u202eb"}, "name")],
)  # fmt: skip
async def test_what_makes_no_account_is_refused_and_the_address_stays_valid(
    home: Home, proofs: DeskProofs, given: dict[str, str], why: str
) -> None:
    token = await accounts.first_token(home.house, proofs)
    assert token is not None
    person = Person("Root", (await accounts.invitation_of(home.house, token)).secret, home.clock)
    values = {"name": "Root", "password": PASSWORD, "code": person.code()} | given
    with pytest.raises(Refused, match=rf"^{why}$"):
        await accounts.begin(home.house, proofs, token, **values)
    assert (await begun(home.house, proofs, home.clock, token, "Root")).account is not None


async def test_a_name_is_given_once_upper_or_lower_case(home: Home, proofs: DeskProofs, root: Person) -> None:
    with pytest.raises(Refused, match="name_taken"):
        await accounts.invite(home.house, proofs, account(root), " ROOT ", Role.OFFICER, ())
    one = await accounts.invite(home.house, proofs, account(root), "Ana", Role.OFFICER, ())
    two = await accounts.invite(home.house, proofs, account(root), "ana", Role.SUPERVISOR, ())
    await begun(home.house, proofs, home.clock, one, "Ana")
    with pytest.raises(Refused, match="name_taken"):
        await begun(home.house, proofs, home.clock, two, "ana")


async def test_an_invitation_of_an_administrator_who_was_disabled_is_none(home: Home, proofs: DeskProofs, root: Person) -> None:
    second = await joined(home.house, proofs, root, "Second", Role.ADMINISTRATOR)
    token = await accounts.invite(home.house, proofs, account(second), "Ana", Role.OFFICER, ())
    await accounts.disable(home.house, account(root), account(second).id)
    with pytest.raises(Refused, match="expired"):
        await accounts.invitation_of(home.house, token)


async def test_proving_again_makes_a_session_fresh_and_a_wrong_word_does_not(home: Home, proofs: DeskProofs, root: Person) -> None:
    entered = await enters(home.house, proofs, root)
    home.clock.move(minutes=11)
    assert not entered.session.is_proved(home.clock.now())
    with pytest.raises(NotProven):
        await sign_in.prove_again(home.house, proofs, entered.account, entered.session, "wrong", root.code())
    await sign_in.prove_again(home.house, proofs, entered.account, entered.session, PASSWORD, root.code())
    visit = await sign_in.visit(home.house, entered.token, acts=True)
    assert visit is not None
    assert visit[1].is_proved(home.clock.now())


async def test_new_recovery_codes_replace_the_old_ones(home: Home, proofs: DeskProofs, root: Person) -> None:
    renewed = await accounts.renew_codes(home.house, account(root))
    with pytest.raises(NotProven):
        await enters(home.house, proofs, root, code=root.codes[0])
    assert (await enters(home.house, proofs, root, code=renewed[0])).account.name == "Root"


async def test_nothing_that_opens_anything_is_kept_in_clear(home: Home, proofs: DeskProofs, store: SqlStore) -> None:
    token = await accounts.first_token(home.house, proofs)
    assert token is not None
    secret = (await accounts.invitation_of(home.house, token)).secret
    root = await begun(home.house, proofs, home.clock, token, "Milica Kestrel")
    entered = await enters(home.house, proofs, root)
    waiting = await accounts.invite(home.house, proofs, account(root), "Petar Kestrel", Role.OFFICER, ())
    kept = b""
    async with store.begin() as tx:
        for table in metadata.sorted_tables:
            rows = await tx._work.rows(select(table))
            kept += repr([dict(row) for row in rows]).encode()
    sought = [token, waiting, secret, entered.token, entered.device, *root.codes, "Kestrel", "$argon2id"]
    assert [each for each in sought if each.encode() in kept or each.replace("-", "").encode() in kept] == []
    assert account(root).id.encode() in kept, "what is searched is what is kept"


async def test_the_audit_says_who_came_in_and_who_did_not(home: Home, proofs: DeskProofs) -> None:
    root = await first(home.house, proofs, home.clock)
    await enters(home.house, proofs, root)
    with pytest.raises(NotProven):
        await enters(home.house, proofs, root, code="000000")
    async with home.house.store.begin() as tx:
        for event in ("account_made", "signed_in", "sign_in_refused"):
            assert await tx.audit.last(event, account(root).id) is not None
        assert await tx.audit.last("signed_out", account(root).id) is None
        assert await tx.audit.verify() is None
