"""A case's page: the card, the thread, prepared replies, silence, closed cases."""

import re

import pytest

from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.domain.handoff import State
from bot.domain.message import Attachment, ChannelName, Kind
from bot.usecases import casefile, handoff
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.desk.test_pages import DANGER, desk_of, emergency, sent
from tests.journeys.house import Home

MISSING = "my colleague has not come home since yesterday"
DARK = "i do not want to live any more"


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


@pytest.fixture
async def bo(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)


async def taken(home: Home, proofs: DeskProofs, person: Person, text: str = MISSING, kind: str = "missing_person") -> tuple[Browser, str]:
    """Somebody is missing, and an officer has the case."""
    home.nlu.known[text] = kind
    reference = await emergency(home, text)
    browser = await desk_of(home, proofs, person)
    await browser.does(reference, "claim")
    return browser, reference


async def page_of(browser: Browser, reference: str) -> str:
    return (await browser.get(f"/conversation/{reference}")).text


async def test_the_card_shows_which_words_rang_and_which_rule_found_them(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await emergency(home, f"Hello, I hope that you are well. {DANGER}. My name does not matter.")
    page = await page_of(await desk_of(home, proofs, ana), reference)
    assert re.search(rf"<mark>[^<]*{DANGER}[^<]*</mark>", page)
    assert "<mark>Hello" not in page, "control: what rang nobody is not marked"
    assert "words of an emergency" in page


async def test_the_card_shows_how_sure_the_model_was_and_what_it_took_it_for(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await taken(home, proofs, ana, "about the matter of last week")
    _, shown = read(await page_of(browser, reference))
    assert "the program took it for one" in shown
    assert "the model: 97 % danger (missing person)" in shown
    assert "Who is in danger somebody else" in shown


async def test_what_takes_the_case_stands_above_everything_that_has_to_be_read(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await emergency(home)
    card = await page_of(await desk_of(home, proofs, ana), reference)
    acts, words = ((card.index(f"/conversation/{reference}/{act}") for act in ("claim", "acknowledge")), card.index('class="rang"'))
    assert all(each < words for each in acts)


async def test_of_many_messages_that_rang_the_first_and_the_last_three_stand_open_and_the_others_are_folded(
    home: Home, proofs: DeskProofs, ana: Person
) -> None:
    reference = await emergency(home)
    browser = await desk_of(home, proofs, ana)
    assert "rang-between" not in await page_of(browser, reference)
    for number in range(6):
        await home.says(f"{DANGER}, kestrel {number}")
    page = await page_of(browser, reference)
    before, folded, after = re.split(r'<details id="rang-between">|</details>', page, maxsplit=2)
    assert "3 more messages in between" in folded
    assert [number for number in range(6) if f"kestrel {number}" in folded] == [0, 1, 2]
    assert [number for number in range(6) if f"kestrel {number}" in after.partition("<dl>")[0]] == [3, 4, 5]
    assert DANGER in before


async def test_a_yes_to_the_danger_question_is_shown_as_what_rang(home: Home, proofs: DeskProofs, ana: Person) -> None:
    home.nlu.known["there is something"] = "unsure"
    await home.says("there is something")
    await home.says("1")
    page = await page_of(await desk_of(home, proofs, ana), await home.reference())
    rang = [" ".join(re.sub("<[^>]+>", " ", each).split()) for each in re.findall(r'<div class="rang">(.*?)</div>', page, re.DOTALL)]
    assert [("there is something" in rang[0]), rang[1].startswith("said yes to the danger question"), rang[1].endswith("1")] == [True] * 3


async def test_what_rang_is_kept_sealed_and_forgotten_with_the_person(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await emergency(home)
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
        assert found is not None
        assert (await tx.conversations.lock(found.conversation)).memory.alarms
    await home.says("/forget")
    async with home.house.store.begin() as tx:
        assert (await tx.conversations.lock(found.conversation)).memory.alarms == ()
    page = await page_of(await desk_of(home, proofs, ana), reference)
    assert DANGER not in page


async def test_consents_that_nobody_asked_for_stand_there_as_no(home: Home, proofs: DeskProofs, ana: Person) -> None:
    _, shown = read(await page_of(await desk_of(home, proofs, ana), await emergency(home)))
    assert shown.count("not asked, or no answer: take it as no") == 4


async def test_what_the_program_said_is_read_in_the_officers_language(home: Home, proofs: DeskProofs, ana: Person) -> None:
    home.house.renew(locales=("en", "sr_Latn_ME", "sq", "ru"))
    text = "Полиция сейчас у моей двери, они ломают дверь, помогите пожалуйста"
    reference = await emergency(home, text)
    page = await page_of(await desk_of(home, proofs, ana), reference)
    told = re.search(r'<ul class="told">(.*?)</ul>', page, re.DOTALL)
    assert told is not None
    assert not re.search("[а-яё]{4}", told[1])
    assert re.search("[а-яё]{4}", page), "control: the thread has it as it was sent"


async def test_the_thread_says_who_spoke_on_which_day_and_what_became_of_it(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await taken(home, proofs, ana)
    await home.says("a place", kind=Kind.LOCATION, attachments=(Attachment(content_type="geo", handle="42.4,19.2"),), forwarded=True)
    home.clock.move(hours=14)
    await home.says("still nothing")
    await browser.enters(ana)
    page = await page_of(browser, reference)
    _, shown = read(page)
    assert page.count('class="day"') == 2
    assert "forwarded: somebody else's words" in shown
    assert re.search(r"Where\s+42.4,19.2", shown)
    assert re.search(r"program · .{1,40} · sent", shown)


async def test_other_cases_of_this_contact_are_linked_but_not_those_of_another_lane(home: Home, proofs: DeskProofs, ana: Person) -> None:
    guard = await home.enrols("Sec", sender="901", duties=("general", "security"))
    home.nlu.known["I will blow up your embassy"] = "threat_to_mission"
    threat = await emergency(home, "I will blow up your embassy")
    await handoff.claim(home.house, guard, threat)
    await handoff.close(home.house, guard, threat, "not_ours")
    home.clock.move(hours=30)
    browser, first = await taken(home, proofs, ana)
    await browser.does(first, "close", outcome="helped")
    home.clock.move(hours=30)
    second = await emergency(home, MISSING)
    await browser.enters(ana)
    page = await page_of(browser, second)
    assert (f'href="/conversation/{first}"' in page, threat in page) == (True, False)
    earlier = (await casefile.open_case(home.house, guard, threat)).earlier
    assert [each.reference for each in earlier] == [second, first], "control: both are there"


async def test_the_audit_stands_beside_the_case_without_anybodys_words(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await taken(home, proofs, ana)
    await browser.does(reference, "note", text="kestrel")
    page = await page_of(browser, reference)
    audited = page[page.index('class="audit"') :]
    assert ("Ana · took it" in audited, "Ana · kept a note" in audited, "kestrel" in audited) == (True, True, False)


async def test_a_prepared_reply_goes_into_the_box_after_what_was_written_and_nothing_is_sent(
    home: Home, proofs: DeskProofs, ana: Person
) -> None:
    browser, reference = await taken(home, proofs, ana)
    before = await sent(home)
    filled = await browser.does(reference, "prepared", text="Good evening.", canned="canned_doctor")
    box = re.search(r'<textarea id="text".*?>(.*?)</textarea>', filled.text, re.DOTALL)
    assert box is not None
    assert box[1].startswith("Good evening.\nIs anybody hurt?")
    assert await sent(home) == before
    assert (await browser.does(reference, "prepared", text="", canned="self_harm")).status_code == 404


async def test_every_prepared_reply_is_there_in_both_languages(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await taken(home, proofs, ana)
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
        assert found is not None
        talk = await tx.conversations.lock(found.conversation)
        await tx.conversations.save(talk.__class__(**{**vars(talk), "locale": "sq"}))
        await tx.commit()
    page = await page_of(browser, reference)
    assert page.count('class="pair"') == len(home.house.responses.canned()) >= 10
    assert "A mund të shkruani tani?" in page
    assert "Can you write now?" in page


async def test_after_a_silence_one_click_sends_a_neutral_question_and_anything_else_takes_two(
    home: Home, proofs: DeskProofs, ana: Person
) -> None:
    browser, reference = await taken(home, proofs, ana)
    await browser.does(reference, "reply", text="I am here.")
    home.clock.move(minutes=11)
    asked = await browser.does(reference, "reply", text="Where is Marko?")
    assert (asked.status_code, "Can you write now?" in asked.text, "Where is Marko?" in asked.text) == (409, True, True)
    assert "Where is Marko?" not in await sent(home)
    await browser.does(reference, "reply", text="Can you write now?", silence="known")
    assert (await sent(home))[-1] == "Can you write now?"


async def test_danger_of_suicide_has_a_guide_and_no_quick_close(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await taken(home, proofs, ana, DARK, "self_harm")
    page = await page_of(browser, reference)
    assert "no clinician has read this yet" in page
    assert "Stay in the talk." in page
    asked = await browser.does(reference, "close", outcome="helped")
    assert (asked.status_code, "Before you close this" in asked.text) == (409, True)
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(reference)
    assert found is not None
    assert found.state is State.CLAIMED
    assert (await browser.does(reference, "close", outcome="helped", sure="yes")).headers["location"] == "/"


async def test_control_other_cases_have_no_guide_and_close_at_once(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await taken(home, proofs, ana)
    assert "Stay in the talk." not in await page_of(browser, reference)
    assert (await browser.does(reference, "close", outcome="helped")).headers["location"] == "/"


async def test_a_closed_case_shows_its_own_part_of_the_talk_is_audited_and_takes_no_act(
    home: Home, proofs: DeskProofs, ana: Person, bo: Person
) -> None:
    browser, reference = await taken(home, proofs, ana)
    form = await browser.get(f"/conversation/{reference}")
    assert form.status_code == 200
    await browser.does(reference, "close", outcome="helped")
    home.clock.move(hours=30)
    home.nlu.known["another matter entirely"] = "missing_person"
    later = await emergency(home, "another matter entirely")
    other = await desk_of(home, proofs, bo)
    page = await page_of(other, reference)
    assert (MISSING in page, "another matter entirely" in page, "<textarea" in page) == (True, False, False)
    async with home.house.store.begin() as tx:
        assert await tx.audit.last("read_closed", reference) is not None
    refused = await other.post(f"/conversation/{reference}/reply", on=f"/conversation/{later}", text="hello", silence="known")
    assert refused.status_code == 409
    assert "hello" not in await sent(home)


async def test_a_closed_case_of_the_security_lane_is_nobody_elses(home: Home, proofs: DeskProofs, ana: Person) -> None:
    guard = await home.enrols("Sec", sender="901", duties=("security",))
    home.nlu.known["I will blow up your embassy"] = "threat_to_mission"
    threat = await emergency(home, "I will blow up your embassy")
    await handoff.claim(home.house, guard, threat)
    await handoff.close(home.house, guard, threat, "not_ours")
    browser = await desk_of(home, proofs, ana)
    for path in (f"/conversation/{threat}", f"/conversation/{threat}/live"):
        assert (await browser.get(path)).status_code == 404
    opened = (await casefile.open_case(home.house, guard, threat)).opened
    assert any("blow up" in line.text for line in opened.spoken), "control: its own officer reads it"


async def test_what_the_phone_deleted_is_nobodys_any_more_after_closing(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await taken(home, proofs, ana)
    await home.writes("a secret name", key="gone-1")
    await home.writes("", kind=Kind.DELETION, target="gone-1")
    await home.settles()
    await browser.does(reference, "close", outcome="helped")
    page = await page_of(browser, reference)
    assert "a secret name" not in page
    assert MISSING in page, "control: the rest is there"


async def test_the_stamp_of_a_case_changes_with_what_is_new_and_not_by_being_read(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await taken(home, proofs, ana)
    await sent(home)
    async with home.house.store.begin() as tx:
        officer = next(each for each in await tx.officers.all() if each.name == "Ana")
    first = await casefile.stamp_of(home.house, officer, reference)
    await page_of(browser, reference)
    assert await casefile.stamp_of(home.house, officer, reference) == first
    await home.says("one thing more")
    assert await casefile.stamp_of(home.house, officer, reference) != first
    live = await browser.get(f"/conversation/{reference}/live")
    assert ("one thing more" in live.text, "<html" in live.text, "<textarea" in live.text) == (True, False, False)


async def test_a_safety_number_that_changed_is_a_sign_and_an_event_of_the_thread(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await taken(home, proofs, ana)
    await home.says("it is me again", key_changed=True, channel=ChannelName.SIGNAL)
    page = await page_of(browser, reference)
    assert "the safety number has changed: answers wait until an officer trusts it" in page
    assert 'class="event"' in page


async def test_an_answer_can_be_taken_back_for_five_seconds_and_stands_in_the_box_again(
    home: Home, proofs: DeskProofs, ana: Person
) -> None:
    browser, reference = await taken(home, proofs, ana)
    await browser.does(reference, "reply", text="Come to the back door.", silence="known")
    line = re.search(r'name="line" value="([^"]+)"', await page_of(browser, reference))
    assert line is not None
    undone = await browser.does(reference, "undo", line=line[1], text="And another thing.")
    box = re.search(r'<textarea id="text".*?>(.*?)</textarea>', undone.text, re.DOTALL)
    assert box is not None
    assert box[1] == "Come to the back door.\nAnd another thing."
    assert "taken back by the officer: not sent" in undone.text
    assert "Come to the back door." not in await sent(home)
    assert 'name="line"' not in await page_of(browser, reference)


async def test_an_answer_that_has_gone_has_no_undo_and_whoever_tries_is_told(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, reference = await taken(home, proofs, ana)
    await browser.does(reference, "reply", text="Come to the back door.", silence="known")
    line = re.search(r'name="line" value="([^"]+)"', await page_of(browser, reference))
    assert line is not None
    assert "Come to the back door." in await sent(home)
    assert 'name="line"' not in await page_of(browser, reference)
    for row in (line[1], "", "'"):
        late = await browser.does(reference, "undo", line=row)
        assert (late.status_code, "it has gone: it cannot be taken back" in late.text) == (409, True)


async def test_words_for_a_case_that_was_closed_that_moment_come_back_to_whoever_wrote_them(
    home: Home, proofs: DeskProofs, ana: Person
) -> None:
    reference = await emergency(home)
    browser = await desk_of(home, proofs, ana)
    await browser.does(reference, "claim")
    await browser.does(reference, "close", outcome="helped")
    answer = await browser.does(reference, "reply", text="kestrel flies at dusk")
    tags, _ = read(answer.text)
    assert answer.status_code == 409
    assert ("textarea", "unsent") in [(tag, values.get("id")) for tag, values in tags]
    assert "kestrel flies at dusk" in answer.text
