"""The desk's pages as officers see them, without JavaScript."""

import re

import pytest

from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.usecases import accounts
from bot.usecases.takeback import WAIT
from tests.desk.browser import Browser, read, token_of
from tests.desk.people import PASSWORD, Person, joined
from tests.journeys.house import Home

DANGER = "police are at my door right now"


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


@pytest.fixture
async def bo(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)


async def desk_of(home: Home, proofs: DeskProofs, person: Person) -> Browser:
    browser = Browser(home.house, proofs)
    assert (await browser.enters(person)).headers["location"] in {"/", "/accounts"}
    return browser


async def emergency(home: Home, text: str = DANGER) -> str:
    await home.says(text)
    return await home.reference()


async def sent(home: Home) -> list[str]:
    """Everything that went out, words from the desk too, which wait for some seconds."""
    home.clock.move(seconds=WAIT.total_seconds())
    await home.settles()
    return [each.piece.text for channel in home.channels.values() for each in channel.sent]


async def test_the_first_account_is_made_at_the_address_and_its_codes_are_shown_once(home: Home, proofs: DeskProofs) -> None:
    token = await accounts.first_token(home.house, proofs)
    assert token is not None
    browser = Browser(home.house, proofs)
    page = (await browser.get(f"/begin/{token}")).text
    secret = (await accounts.invitation_of(home.house, token)).secret
    assert secret in page.replace(" ", "")
    assert "<svg" in page
    assert " style=" not in page
    person = Person("Root", secret, home.clock)
    given = {"name": "Root", "password": PASSWORD, "again": PASSWORD, "code": person.code()}
    unequal = await browser.post(f"/begin/{token}", on=f"/begin/{token}", **given | {"again": "something else"})
    assert (unequal.status_code, "The two passwords are not the same." in unequal.text) == (400, True)
    made = await browser.post(f"/begin/{token}", on=f"/begin/{token}", **given)
    assert len(re.findall(r"<code>[A-Z2-9]{5}-[A-Z2-9]{5}</code>", made.text)) == 10
    assert (await browser.get("/accounts")).status_code == 200, "and its person is in"
    assert (await browser.get(f"/begin/{token}")).status_code == 404


async def test_an_officer_finds_an_emergency_takes_it_answers_and_closes_it(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await emergency(home)
    browser = await desk_of(home, proofs, ana)
    _, queue = read((await browser.get("/")).text)
    assert reference in queue
    assert "nobody has acknowledged" in queue
    assert (await browser.does(reference, "claim")).headers["location"] == f"/conversation/{reference}"
    answered = await browser.does(reference, "reply", text="I am here.\r\nAre you alone?")
    assert answered.headers["location"] == f"/conversation/{reference}#end"
    assert "I am here.\nAre you alone?" in await sent(home)
    await browser.does(reference, "note", text="spoke to her lawyer")
    page = (await browser.get(f"/conversation/{reference}")).text
    assert "spoke to her lawyer" in page
    assert DANGER in page
    assert "spoke to her lawyer" not in await sent(home)
    assert (await browser.does(reference, "close", outcome="helped")).headers["location"] == "/"
    over = (await browser.get(f"/conversation/{reference}")).text
    acts = re.findall(r'action="/conversation/[^/]+/(\w+)"', over)
    assert ("This case is closed" in over, DANGER in over, acts) == (True, True, ["reopen"])
    async with home.house.store.begin() as tx:
        assert await tx.audit.last("closed", reference) is not None
        assert await tx.audit.last("read", reference) is not None


async def test_the_queue_shows_no_text_of_anybody(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await emergency(home)
    browser = await desk_of(home, proofs, ana)
    for path in ("/", "/queue/lines"):
        page = (await browser.get(path)).text
        assert reference in page
        assert not any(word in page for word in ("door", "right now", ">42<"))


async def test_the_loser_of_a_claim_is_told_who_has_it_and_since_when(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    reference = await emergency(home)
    winner, loser = await desk_of(home, proofs, ana), await desk_of(home, proofs, bo)
    token = token_of((await loser.get(f"/conversation/{reference}")).text)
    await winner.does(reference, "claim")
    lost = await loser.http.post(f"/conversation/{reference}/claim", data={"form_token": token})
    _, said = read(lost.text)
    assert lost.status_code == 409
    assert re.search(r"it is held by Ana since \d\d:\d\d", said)
    _, queue = read((await loser.get("/")).text)
    assert "Taken by others" in queue
    assert "Mine" in read((await winner.get("/")).text)[1]


async def test_an_answer_by_somebody_who_does_not_hold_it_goes_to_nobody(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    reference = await emergency(home)
    await (await desk_of(home, proofs, ana)).does(reference, "claim")
    other = await desk_of(home, proofs, bo)
    refused = await other.does(reference, "reply", text="from Bo")
    assert refused.status_code == 409
    assert "from Bo" not in await sent(home)
    assert "from Bo" in (await other.get(f"/conversation/{reference}")).text, "kept as a note"


async def test_acknowledging_stops_the_ringing_and_giving_back_starts_it_again(home: Home, proofs: DeskProofs, ana: Person) -> None:
    await home.enrols("Cy")
    reference = await emergency(home)
    browser = await desk_of(home, proofs, ana)
    await browser.does(reference, "acknowledge")
    assert 'data-ringing=""' in (await browser.get("/queue/lines")).text
    await browser.does(reference, "claim")
    await browser.does(reference, "return")
    assert f'data-ringing="{reference}"' in (await browser.get("/queue/lines")).text


async def test_after_ten_minutes_of_silence_words_go_out_only_when_the_officer_has_thought_of_it(
    home: Home, proofs: DeskProofs, ana: Person
) -> None:
    reference = await emergency(home)
    browser = await desk_of(home, proofs, ana)
    await browser.does(reference, "claim")
    home.clock.move(minutes=11)
    asked = await browser.does(reference, "reply", text="are you there")
    assert asked.status_code == 409
    assert "other hands" in asked.text
    assert "are you there" in asked.text, "nothing typed is lost"
    assert "are you there" not in await sent(home)
    await browser.does(reference, "reply", text="are you there", silence="known")
    assert "are you there" in await sent(home)


@pytest.mark.parametrize(("act", "fields"), [("reply", {"text": " "}), ("note", {"text": ""}), ("close", {"outcome": "gone"})])
async def test_an_act_without_its_words_is_refused_and_changes_nothing(
    home: Home, proofs: DeskProofs, ana: Person, act: str, fields: dict[str, str]
) -> None:
    reference = await emergency(home)
    browser = await desk_of(home, proofs, ana)
    await browser.does(reference, "claim")
    before = await sent(home)
    assert (await browser.does(reference, act, **fields)).status_code == 400
    assert await sent(home) == before
    assert await home.reference() == reference


async def test_threats_to_the_mission_are_seen_by_their_duty_only(home: Home, proofs: DeskProofs, root: Person, ana: Person) -> None:
    await home.enrols("Sec", duties=("security",))
    guard = await joined(home.house, proofs, root, "Sec")
    home.nlu.known["a bomb is in the embassy"] = "threat_to_mission"
    await home.says("a bomb is in the embassy")
    reference = await home.reference()
    assert reference in (await (await desk_of(home, proofs, guard)).get("/")).text
    other = await desk_of(home, proofs, ana)
    assert reference not in (await other.get("/")).text
    assert (await other.get(f"/conversation/{reference}")).status_code == 404
    assert (await other.post(f"/conversation/{reference}/claim", on="/")).status_code == 404


HOSTILE = (
    '<script>document.title="x"</script>', "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "</textarea></p><h1>you</h1>",
    "{{ 7*7 }}", "javascript:alert(1)", "<a href='http://evil.example'>", "\u202edesrever", "&lt;b&gt;",
)  # fmt: skip


async def test_what_a_defender_writes_is_shown_as_it_is_and_does_nothing(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await emergency(home)
    browser = await desk_of(home, proofs, ana)
    plain, _ = read((await browser.get(f"/conversation/{reference}")).text)
    for text in HOSTILE:
        await home.says(text)
    page = (await browser.get(f"/conversation/{reference}")).text
    tags, shown = read(page)
    assert [text for text in HOSTILE if text not in shown] == []
    assert {tag for tag, _ in tags} == {tag for tag, _ in plain}
    assert not any(name.startswith("on") for _, attributes in tags for name in attributes)
    assert not any("style" in attributes for _, attributes in tags)


async def test_every_word_of_the_desk_is_there_in_another_language_and_direction_is_said(
    home: Home, proofs: DeskProofs, ana: Person
) -> None:
    browser = await desk_of(home, proofs, ana)
    assert '<html lang="en" dir="ltr">' in (await browser.get("/")).text
    await browser.post("/language", on="/", language="sr_Cyrl_ME")
    page = (await browser.get("/")).text
    assert 'lang="sr-Cyrl-ME"' in page
    assert "Queue" not in read(page)[1]
    await browser.post("/language", on="/", language="../../etc")
    assert 'lang="sr-Cyrl-ME"' in (await browser.get("/")).text


async def test_sessions_are_listed_and_the_others_can_be_ended(home: Home, proofs: DeskProofs, ana: Person) -> None:
    here, there = await desk_of(home, proofs, ana), await desk_of(home, proofs, ana)
    page = (await here.get("/sessions")).text
    (other,) = re.findall(r'name="session" value="(\w+)"', page)[:1]
    assert "this one" in page
    for session in re.findall(r'name="session" value="(\w+)"', page):
        await here.post("/sessions/end", on="/sessions", session=session)
    assert (await there.get("/")).headers["location"] == "/sign-in"
    assert (await here.get("/")).status_code == 200
    assert (await here.post("/sessions/end", on="/sessions", session=other)).status_code == 404


async def test_signing_out_ends_the_session_and_not_only_its_cookie(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser = await desk_of(home, proofs, ana)
    cookies = dict(browser.http.cookies)
    left = await browser.post("/sign-out", on="/")
    assert left.headers["location"] == "/sign-in"
    assert left.headers["clear-site-data"]
    browser.http.cookies.update(cookies)
    assert (await browser.get("/")).headers["location"] == "/sign-in"


async def test_an_administrator_invites_and_ends_accounts_shortly_after_giving_password_and_code(
    home: Home, proofs: DeskProofs, root: Person, ana: Person
) -> None:
    browser, officer = await desk_of(home, proofs, root), await desk_of(home, proofs, ana)
    home.clock.move(minutes=11)
    assert (await browser.get("/accounts")).headers["location"] == "/prove?then=/accounts"
    wrong = await browser.post("/prove", on="/prove", password="wrong", code=root.code())
    assert wrong.status_code == 403
    await browser.post("/prove", on="/prove", password=PASSWORD, code=root.code())
    made = await browser.post("/accounts/invite", on="/accounts", name="Dee", role="officer", duty_general="1")
    (address,) = re.findall(r"https://desk\.example(/begin/[\w-]+)", made.text)
    assert "Dee" in (await Browser(home.house, proofs).get(address)).text
    assert (await browser.post("/accounts/invite", on="/accounts", name="Dee", role="king")).status_code == 400
    assert ana.account is not None
    await browser.post("/accounts/disable", on="/accounts", account=ana.account.id)
    assert (await officer.get("/")).headers["location"] == "/sign-in"


async def test_the_first_page_weighs_less_than_100_kb(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser = await desk_of(home, proofs, ana)
    await emergency(home)
    page = await browser.get("/")
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    assert len(files) == 8
    total = len(page.content) + sum([len((await browser.get(file)).content) for file in files])
    assert total < 100_000


async def test_another_password_ends_the_other_sessions_and_the_old_one_opens_nothing(home: Home, proofs: DeskProofs, ana: Person) -> None:
    browser, other = await desk_of(home, proofs, ana), await desk_of(home, proofs, ana)
    for given, why in (
        ({"password": "a new horse battery", "again": "another"}, "are not the same"),
        ({"password": "short", "again": "short"}, "at least 12"),
    ):
        refused = await browser.post("/password", on="/password", **given)
        assert (refused.status_code, why in refused.text) == (400, True)
    changed = {"password": "a new horse battery", "again": "a new horse battery"}
    assert (await browser.post("/password", on="/password", **changed)).headers["location"] == "/sessions"
    assert (await browser.get("/sessions")).status_code == 200
    assert (await other.get("/")).headers["location"] == "/sign-in"
    assert (await Browser(home.house, proofs).enters(ana)).status_code == 403
    assert (await Browser(home.house, proofs).enters(ana, password="a new horse battery")).status_code == 303
