"""Passkeys: registered, named, taken away; they let in whom they know, once for each challenge, and a copy opens nothing."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.desk.keys import DeskKeys, name_of
from bot.desk.proofs import DeskProofs
from bot.domain.account import Account, Passkey, Session
from bot.domain.errors import NotProven, Refused, TooOften
from bot.storage.database import SqlStore
from bot.storage.desktables import passkeys as kept_passkeys
from bot.usecases import accounts, passkeys, sign_in
from bot.usecases.passkeys import Shown
from bot.usecases.sign_in import Entered
from tests.desk.browser import Browser, token_of
from tests.desk.device import ORIGIN, Device
from tests.desk.people import PASSWORD, Person, enters, joined, quick_proofs
from tests.journeys.house import Home


@pytest.fixture
def keys() -> DeskKeys:
    return DeskKeys(ORIGIN, "desk.example")


def who(person: Person) -> Account:
    assert person.account is not None
    return person.account


async def adds(home: Home, keys: DeskKeys, person: Person, session: Session, device: Device, name: str = "phone") -> Passkey:
    """Somebody registers a passkey in a session of theirs."""
    challenge = await passkeys.ask(home.house, keys, "add|1", "192.0.2.1")
    shown = Shown(answer=device.made(challenge), purpose="add|1")
    return await passkeys.add(home.house, quick_proofs(), keys, who(person), session, name, shown)


async def registered(home: Home, proofs: DeskProofs, keys: DeskKeys, person: Person, device: Device) -> Passkey:
    entered = await enters(home.house, proofs, person)
    return await adds(home, keys, person, entered.session, device)


async def asked(home: Home, keys: DeskKeys, purpose: str = "sign_in|b") -> str:
    return await passkeys.ask(home.house, keys, purpose, "192.0.2.1")


def shown(answer: str, **more: str) -> Shown:
    return replace(Shown(answer=answer, purpose="sign_in|b", address="192.0.2.1"), **more)  # type: ignore[arg-type]  # test values


async def comes(home: Home, proofs: DeskProofs, keys: DeskKeys, device: Device, *, knows_person: bool = True, **more: str) -> Entered:
    answer = device.signed(await asked(home, keys), knows_person=knows_person)
    return await passkeys.sign_in(home.house, proofs, keys, shown(answer, **more))


async def test_a_passkey_that_knows_its_person_lets_them_in_alone(home: Home, proofs: DeskProofs, root: Person, keys: DeskKeys) -> None:
    device = Device()
    await registered(home, proofs, keys, root, device)
    entered = await comes(home, proofs, keys, device)
    assert (entered.account.name, entered.session.renews) == ("Root", False)
    assert await sign_in.visit(home.house, entered.token, acts=True) is not None
    (kept,) = await passkeys.of(home.house, who(root))
    assert (kept.name, kept.count, kept.used_at is not None) == ("phone", 1, True)


async def test_one_that_was_only_touched_needs_the_password_beside_it(home: Home, proofs: DeskProofs, root: Person, keys: DeskKeys) -> None:
    device = Device()
    await registered(home, proofs, keys, root, device)
    for password in ("", "wrong horse battery"):
        with pytest.raises(NotProven):
            await comes(home, proofs, keys, device, knows_person=False, password=password)
    assert (await comes(home, proofs, keys, device, knows_person=False, password=PASSWORD)).account.name == "Root"


async def test_a_challenge_is_good_once_for_one_purpose_in_one_browser_and_for_minutes(
    home: Home, proofs: DeskProofs, root: Person, keys: DeskKeys
) -> None:
    device = Device(counts=False)
    await registered(home, proofs, keys, root, device)
    answer = device.signed(await asked(home, keys))
    await passkeys.sign_in(home.house, proofs, keys, shown(answer))
    elsewhere = device.signed(await asked(home, keys, "sign_in|another"))
    other_purpose = device.signed(await asked(home, keys, "prove|b"))
    late = device.signed(await asked(home, keys))
    ours = device.signed(keys.new_challenge())
    for wrong in (answer, elsewhere, other_purpose, ours):
        with pytest.raises(NotProven):
            await passkeys.sign_in(home.house, proofs, keys, shown(wrong))
    home.clock.move(minutes=5)
    with pytest.raises(NotProven):
        await passkeys.sign_in(home.house, proofs, keys, shown(late))


async def test_of_many_answers_to_one_challenge_at_once_one_lets_in(home: Home, proofs: DeskProofs, root: Person, keys: DeskKeys) -> None:
    device = Device(counts=False)
    await registered(home, proofs, keys, root, device)
    given = shown(device.signed(await asked(home, keys)))
    tries = await asyncio.gather(*(passkeys.sign_in(home.house, proofs, keys, given) for _ in range(4)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in tries) == ["Entered", "NotProven", "NotProven", "NotProven"]


async def test_a_copy_opens_nothing_and_neither_does_the_key_any_more(home: Home, proofs: DeskProofs, root: Person, keys: DeskKeys) -> None:
    device, copy = Device(), Device()
    copy.key, copy.id = device.key, device.id
    await registered(home, proofs, keys, root, device)
    await comes(home, proofs, keys, device)
    await comes(home, proofs, keys, device)
    with pytest.raises(NotProven):
        await comes(home, proofs, keys, copy)
    with pytest.raises(NotProven):
        await comes(home, proofs, keys, device)
    (kept,) = await passkeys.of(home.house, who(root))
    assert kept.doubted_at is not None
    assert (await home.counted())["passkey_doubted"] == 2
    assert (await enters(home.house, proofs, root)).account.name == "Root", "the authenticator goes on"


async def test_control_without_the_counter_a_copy_would_open_everything(
    home: Home, proofs: DeskProofs, root: Person, keys: DeskKeys
) -> None:
    device, copy = Device(counts=False), Device(counts=False)
    copy.key, copy.id = device.key, device.id
    await registered(home, proofs, keys, root, device)
    await comes(home, proofs, keys, device)
    assert (await comes(home, proofs, keys, copy)).account.name == "Root"


@pytest.mark.parametrize("origin", ["https://desk.example.evil", "http://desk.example", "https://desk.example:8443"])
async def test_what_was_signed_for_another_page_opens_nothing(
    home: Home, proofs: DeskProofs, root: Person, keys: DeskKeys, origin: str
) -> None:
    device = Device()
    await registered(home, proofs, keys, root, device)
    device.origin = origin
    with pytest.raises(NotProven):
        await comes(home, proofs, keys, device)
    with pytest.raises(Refused, match="passkey"):
        await registered(home, proofs, keys, root, Device(origin=origin))


async def test_another_key_with_the_same_name_opens_nothing(home: Home, proofs: DeskProofs, root: Person, keys: DeskKeys) -> None:
    device, forger = Device(), Device()
    await registered(home, proofs, keys, root, device)
    forger.id = device.id
    with pytest.raises(NotProven):
        await comes(home, proofs, keys, forger)
    (kept,) = await passkeys.of(home.house, who(root))
    assert kept.doubted_at is None, "who cannot sign cannot bring somebody's key into doubt either"


@pytest.mark.parametrize("rubbish", ["", "{}", "[]", "null", '{"id": 1, "response": {"clientDataJSON": 7}}', "[" * 90_000, '{"id":"é"}'])
async def test_rubbish_opens_nothing_and_breaks_nothing(home: Home, proofs: DeskProofs, keys: DeskKeys, rubbish: str) -> None:
    with pytest.raises(NotProven):
        await passkeys.sign_in(home.house, proofs, keys, shown(rubbish))


async def test_a_passkey_is_registered_once_and_taken_away_by_its_person_only(
    home: Home, proofs: DeskProofs, root: Person, keys: DeskKeys
) -> None:
    ana, device = await joined(home.house, proofs, root, "Ana"), Device()
    passkey = await registered(home, proofs, keys, root, device)
    for person in (root, ana):
        with pytest.raises(Refused, match="passkey_known"):
            await registered(home, proofs, keys, person, device)
    with pytest.raises(Refused, match="unknown"):
        await passkeys.end(home.house, who(ana), passkey.id)
    await passkeys.end(home.house, who(root), passkey.id)
    with pytest.raises(NotProven):
        await comes(home, proofs, keys, device)


async def test_an_account_that_has_ended_has_no_passkey(home: Home, proofs: DeskProofs, root: Person, keys: DeskKeys) -> None:
    ana, device = await joined(home.house, proofs, root, "Ana"), Device()
    await registered(home, proofs, keys, ana, device)
    await accounts.disable(home.house, who(root), who(ana).id)
    with pytest.raises(NotProven):
        await comes(home, proofs, keys, device)


async def test_proving_oneself_takes_ones_own_passkey(home: Home, proofs: DeskProofs, root: Person, keys: DeskKeys) -> None:
    ana, mine, hers = await joined(home.house, proofs, root, "Ana"), Device(), Device()
    await registered(home, proofs, keys, root, mine)
    await registered(home, proofs, keys, ana, hers)
    entered = await enters(home.house, proofs, root)
    home.clock.move(minutes=11)
    for device, proven in ((hers, False), (mine, True)):
        answer = shown(device.signed(await asked(home, keys, "prove|b")), purpose="prove|b")
        try:
            await passkeys.prove(home.house, proofs, keys, entered.account, entered.session, answer)
        except NotProven:
            assert not proven
        found = await sign_in.visit(home.house, entered.token, acts=True)
        assert found is not None
        assert found[1].is_proved(home.clock.now()) is proven


async def test_tries_and_challenges_from_one_address_have_an_end(home: Home, proofs: DeskProofs, keys: DeskKeys) -> None:
    for _ in range(60):
        with pytest.raises(NotProven):
            await passkeys.sign_in(home.house, proofs, keys, shown("{}"))
    with pytest.raises(TooOften):
        await passkeys.sign_in(home.house, proofs, keys, shown("{}"))
    for _ in range(300):
        await asked(home, keys)
    with pytest.raises(TooOften):
        await asked(home, keys)


async def test_nothing_of_a_passkey_is_kept_in_clear(home: Home, proofs: DeskProofs, root: Person, keys: DeskKeys, store: SqlStore) -> None:
    device = Device()
    passkey = await registered(home, proofs, keys, root, device)
    async with store.begin() as tx:
        (row,) = await tx._work.rows(select(kept_passkeys))
    kept = repr(dict(row)).encode() + b"".join(value for value in row.values() if isinstance(value, bytes))
    assert device.id not in kept
    assert passkey.credential.encode() not in kept
    assert b"phone" not in kept
    assert passkey.id.encode() in kept, "what is searched is what is kept"


async def test_who_came_by_a_recovery_code_makes_a_new_second_factor_before_anything_else(
    home: Home, proofs: DeskProofs, root: Person, keys: DeskKeys
) -> None:
    other = await enters(home.house, proofs, root)
    browser = Browser(home.house, proofs)
    assert (await browser.enters(root, code=root.codes[0])).status_code == 303
    for path in ("/accounts", "/sessions"):
        assert (await browser.get(path)).headers["location"] == "/authenticator", path
    page = (await browser.get("/authenticator")).text
    secret = page.split('class="secret" dir="ltr">')[1].split("</code>")[0].replace(" ", "")
    anew = Person("Root", secret, home.clock)
    wrong = await browser.post("/authenticator", on="/authenticator", code="000000")
    assert (wrong.status_code, secret in wrong.text.replace(" ", "")) == (400, True), "the same picture: one has read it already"
    assert (await browser.post("/authenticator", on="/authenticator", code=anew.code())).headers["location"] == "/sessions"
    assert (await browser.get("/accounts")).status_code == 200
    assert await sign_in.visit(home.house, other.token, acts=True) is None, "whoever has the old one is out"
    with pytest.raises(NotProven):
        await enters(home.house, proofs, root)
    assert (await enters(home.house, proofs, anew)).account.name == "Root"


async def test_a_passkey_takes_the_place_of_what_was_lost_too(home: Home, proofs: DeskProofs, root: Person, keys: DeskKeys) -> None:
    entered = await enters(home.house, proofs, root, code=root.codes[0])
    assert entered.session.renews
    await adds(home, keys, root, entered.session, Device())
    found = await sign_in.visit(home.house, entered.token, acts=True)
    assert found is not None
    assert not found[1].renews


async def test_a_recovery_code_by_which_one_proves_oneself_asks_for_the_same(home: Home, proofs: DeskProofs, root: Person) -> None:
    entered = await enters(home.house, proofs, root)
    await sign_in.prove_again(home.house, proofs, entered.account, entered.session, PASSWORD, root.codes[1])
    found = await sign_in.visit(home.house, entered.token, acts=True)
    assert found is not None
    assert found[1].renews


async def test_the_page_registers_lists_and_takes_away(home: Home, proofs: DeskProofs, root: Person) -> None:
    browser, device = Browser(home.house, proofs), Device()
    await browser.enters(root)
    token = token_of((await browser.get("/passkeys")).text)
    options = (await browser.http.post("/passkeys/options", data={"form_token": token})).json()
    assert (options["rp"]["id"], options["authenticatorSelection"]["residentKey"]) == ("desk.example", "required")
    fields = {"name": "<b>key</b>", "answer": device.made(options["challenge"])}
    assert (await browser.post("/passkeys/add", on="/passkeys", **fields)).headers["location"] == "/passkeys"
    page = (await browser.get("/passkeys")).text
    assert "&lt;b&gt;key&lt;/b&gt;" in page
    again = await browser.post("/passkeys/add", on="/passkeys", **fields)
    assert (again.status_code, "has not proven its passkey" in again.text) == (400, True)
    stranger = Browser(home.house, proofs)
    at_door = token_of((await stranger.get("/sign-in")).text)
    asked_for = (await stranger.http.post("/sign-in/passkey/options", data={"form_token": at_door})).json()
    assert asked_for["allowCredentials"] == [], "no name is told to a stranger, and none is asked for"
    answer = {"form_token": at_door, "answer": device.signed(asked_for["challenge"])}
    assert (await stranger.http.post("/sign-in/passkey", data=answer)).headers["location"] == "/accounts"
    assert (await browser.post("/passkeys/end", on="/passkeys", passkey=page.split('name="passkey" value="')[1][:32])).status_code == 303
    assert "There is none yet." in (await browser.get("/passkeys")).text


async def test_which_passkeys_an_account_has_is_told_to_its_own_browsers_only(
    home: Home, proofs: DeskProofs, root: Person, keys: DeskKeys
) -> None:
    ana = await joined(home.house, proofs, root, "Ana")
    passkey = await registered(home, proofs, keys, root, Device())
    mine, hers = (await enters(home.house, proofs, root)).device, (await enters(home.house, proofs, ana)).device
    told = [[each.id for each in await passkeys.of_browser(home.house, device)] for device in (mine, hers, "", "x" * 43)]
    assert told == [[passkey.id], [], [], []]
    home.clock.move(hours=24 * 91)
    assert await passkeys.of_browser(home.house, mine) == []


@pytest.mark.parametrize(
    ("address", "name"),
    [("https://desk.example", "desk.example"), ("http://localhost:8400", "localhost"), ("https://desk.example:8443", "desk.example"),
     ("http://127.0.0.1:8400", None), ("https://192.0.2.1", None), ("https://[::1]:8400", None), ("http://desk.example", None)],
)  # fmt: skip
def test_passkeys_are_offered_where_browsers_make_them(address: str, name: str | None) -> None:
    assert name_of(address) == name
