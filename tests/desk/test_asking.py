"""On a case's page: a consent is asked for, a message is marked as misread, a contact is marked *do not write first* and that is ended."""

import pytest

from bot.desk.proofs import DeskProofs
from bot.domain.account import PROVED, Role
from bot.domain.errors import Refused
from bot.domain.message import ChannelName
from bot.usecases import consent, firstwords, handoff, typing
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.desk.test_events import officer_of
from tests.desk.test_pages import DANGER, desk_of
from tests.journeys.house import Home
from tests.journeys.test_not_first import heard

MISSING = "my colleague has not come home since yesterday"
WHY = "she says that it is her own phone again"


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


async def held(home: Home, proofs: DeskProofs, ana: Person, text: str = MISSING) -> tuple[Browser, str]:
    """Ana holds a case in which writing first is allowed."""
    browser = await desk_of(home, proofs, ana)
    home.nlu.known[MISSING] = "missing_person"
    await home.says(text)
    reference = await home.reference()
    await browser.does(reference, "claim")
    await home.settles()
    return browser, reference


async def shown(browser: Browser, reference: str) -> str:
    return read((await browser.get(f"/conversation/{reference}")).text)[1]


async def events(home: Home, reference: str) -> list[str]:
    async with home.house.store.begin() as tx:
        return [entry.event for entry in await tx.audit.of(reference, 50)]


async def test_a_consent_is_asked_for_in_the_defenders_words_and_audited(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await held(home, proofs, ana)
    before = heard(home)
    assert (await browser.does(reference, "consent", consent="everything")).status_code == 400
    assert heard(home) == before
    assert (await browser.does(reference, "consent", consent="authorities")).headers["location"] == f"/conversation/{reference}"
    await home.settles()
    assert len(heard(home)) == len(before) + 1
    assert "consent_asked" in await events(home, reference)


async def test_who_does_not_hold_it_asks_nothing_and_marks_no_contact(home: Home, proofs: DeskProofs, root: Person, ana: Person) -> None:
    _, reference = await held(home, proofs, ana)
    other = await desk_of(home, proofs, await joined(home.house, proofs, root, "Ben"))
    page = await shown(other, reference)
    assert ("Ask for a consent" in page, "Mark: do not write first" in page) == (False, False)
    for act, fields in (("consent", {"consent": "public"}), ("do-not-write-first", {}), ("may-write-first", {"reason": WHY})):
        refused = await other.does(reference, act, **fields)
        assert (refused.status_code, "it is held by Ana" in refused.text) == (409, True), act
    supervisor = await desk_of(home, proofs, await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR))
    assert (await supervisor.does(reference, "do-not-write-first")).status_code == 303, "control: a supervisor may"


async def test_where_nothing_may_be_asked_first_the_page_says_so(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await held(home, proofs, ana, DANGER)
    home.clock.move(minutes=11)
    refused = await browser.does(reference, "consent", consent="inside")
    assert (refused.status_code, "nothing may be asked first" in refused.text) == (409, True)
    assert "your words were not sent" not in refused.text, "no words were"


async def test_a_message_is_marked_as_misread_by_its_number(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await held(home, proofs, ana)
    await home.says("she went to the market")
    page = (await browser.get(f"/conversation/{reference}")).text
    assert '<option value="1">' in page
    assert '<option value="2">' in page
    for odd in ("", "x", "²", "9" * 30):
        assert (await browser.does(reference, "misread", number=odd)).status_code == 400
    gone = await browser.does(reference, "misread", number="77")
    assert (gone.status_code, "not there any more" in gone.text) == (409, True)
    assert (await browser.does(reference, "misread", number="1")).status_code == 303
    assert "In this case 1 mark was set." in await shown(browser, reference)
    async with home.house.store.begin() as tx:
        (message,) = await tx.misreads.all()
        marked = await tx.misreads.read(message)
    assert marked is not None
    assert marked.text == MISSING


async def test_what_will_disappear_by_its_senders_wish_is_not_offered(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await held(home, proofs, ana)
    await home.says("this goes again", expires_in=60)
    page = (await browser.get(f"/conversation/{reference}")).text
    options = page[page.index('id="misread-which"') :]
    assert ("this goes again" in options, MISSING in options) == (False, True)


async def test_a_contact_is_marked_and_every_door_keeps_to_it_until_the_mark_is_ended(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await held(home, proofs, ana)
    me = await officer_of(home, ana)
    assert await typing.wish(home.house, me, reference), "control: without the mark it may be seen"
    assert (await browser.does(reference, "do-not-write-first")).status_code == 303
    assert "do not write first" in (await shown(browser, reference)).split("The talk")[0], "it stands on the card"
    again = await browser.does(reference, "do-not-write-first")
    assert again.status_code == 409
    await browser.does(reference, "reply", text="I am here.")
    home.clock.move(minutes=11)
    await home.settles()
    before = heard(home)
    assert not await typing.wish(home.house, me, reference)
    with pytest.raises(Refused, match="not_first"):
        await consent.ask(home.house, me, reference, "inside")
    with pytest.raises(Refused, match="not_first"):
        await handoff.reply(home.house, me, reference, "Where are you?")
    await handoff.give_back(home.house, me, reference)
    await home.settles()
    assert heard(home) == before, "no notice either"
    await handoff.claim(home.house, me, reference)
    home.clock.move(seconds=31)
    browser = await desk_of(home, proofs, ana)
    assert (await browser.does(reference, "may-write-first", reason=" ")).status_code == 400
    assert (await browser.does(reference, "may-write-first", reason=WHY)).status_code == 303
    page = await shown(browser, reference)
    assert (f"May be written to first again: {WHY}" in page, "End the mark" in page) == (True, False)
    await handoff.reply(home.house, me, reference, "Where are you?")
    await home.settles()
    assert heard(home)[-1] == "Where are you?"
    assert [event for event in await events(home, reference) if event.startswith("first_words")] == [
        "first_words_barred", "first_words_allowed",
    ]  # fmt: skip


async def test_ending_the_mark_wants_a_proof_of_this_hour_and_setting_it_does_not(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await held(home, proofs, ana)
    home.clock.move(seconds=PROVED.total_seconds())
    assert (await browser.does(reference, "do-not-write-first")).headers["location"] == f"/conversation/{reference}"
    asked = await browser.does(reference, "may-write-first", reason=WHY)
    assert asked.headers["location"].startswith("/prove?then=/kept/"), "with the reason that was typed"
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
        assert found is not None
        assert (await tx.conversations.lock(found.conversation)).do_not_write_first


async def test_who_ends_a_mark_of_the_defenders_own_is_told_whose_it_is(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await held(home, proofs, ana)
    await browser.does(reference, "do-not-write-first")
    assert "The defender has asked for it" not in await shown(browser, reference), "control: this one is Ana's"
    await browser.does(reference, "may-write-first", reason=WHY)
    await browser.does(reference, "consent", consent="contact")
    await home.settles()
    await home.says("no")
    page = await shown(browser, reference)
    assert ("do not write first" in page, "The defender has asked for it" in page) == (True, True)


async def test_nobody_marks_without_a_reason_for_the_end(home: Home) -> None:
    ben = await home.enrols("Ben")
    await home.says(DANGER, channel=ChannelName.SIGNAL)
    reference = await home.reference()
    await handoff.claim(home.house, ben, reference)
    with pytest.raises(Refused, match="not_marked"):
        await firstwords.allow(home.house, ben, reference, "why")
    await firstwords.bar(home.house, ben, reference)
    with pytest.raises(Refused, match="no_reason"):
        await firstwords.allow(home.house, ben, reference, "  ")
