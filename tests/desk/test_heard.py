"""In Chromium: an alarm is heard on every page, whatever fails; a page that does not hear says so, aloud."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from bot.crypto import MasterKey
from bot.domain.account import Role
from bot.domain.errors import Unreachable
from bot.domain.message import ChannelName
from bot.ports import Officer
from bot.usecases import drill, handoff, transfer
from tests.desk.screens import Screens, screens
from tests.desk.test_pages import DANGER

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Every tone that is played, by its pitch, and no click needed to be allowed to.
EAR = """
window.tones = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { window.tones.push(this.frequency.value); return start.apply(this, when); };
localStorage.setItem('sound', 'on');
"""
#: As Chrome for Android has it: there, allowed, and for workers alone.
THROWS = """
window.Notification = class {
  static permission = 'granted';
  static requestPermission() { return Promise.resolve('granted'); }
  constructor() { throw new TypeError('Illegal constructor'); }
};
delete Navigator.prototype.serviceWorker;
"""
#: The first tone of each, by the words of ``sound.js``.
ALARM, SOFT, DEAF = 660, 523, 330
#: Longer than a page believes in silence, and than half of the longest time between two looks; in milliseconds.
SILENCE, HALF = 46_000, 36_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, master: MasterKey) -> AsyncIterator[Screens]:
    async with screens(tmp_path_factory.mktemp("heard"), sqlite_template, master) as found:
        yield found


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def quiet(desk: Screens) -> AsyncIterator[None]:
    """Nothing rings any more for the next test."""
    desk.trouble.clear()
    yield
    for context in desk.chromium.contexts:
        await context.close()
    ana, bo = await officer(desk), await officer(desk, Role.SUPERVISOR)
    async with desk.home.house.store.begin() as tx:
        lines = await tx.handoffs.queue()
    for line in lines:
        await handoff.acknowledge(desk.home.house, ana if line.holder != bo.id else bo, line.reference)


async def officer(desk: Screens, role: Role = Role.OFFICER) -> Officer:
    account = desk.people[role].account
    assert account is not None
    assert account.officer is not None
    async with desk.home.house.store.begin() as tx:
        return await tx.officers.get(account.officer)


async def sits(desk: Screens, path: str, *scripts: str, leave: bool = False, ear: str = EAR, late: str = "") -> Page:
    """A page of Ana's that hears; the first click is made."""
    context = await desk.sits(desk.people[Role.OFFICER])
    if leave:
        await context.grant_permissions(["notifications"], origin=desk.address)
    for script in (ear, *scripts):
        if script:
            await context.add_init_script(script)
    return await another(desk, await context.new_page(), path, late)


async def another(desk: Screens, page: Page, path: str, late: str = "") -> Page:
    """``late``: a script that comes after the page's own clock."""
    page = desk.watched(page)
    await page.clock.install()
    await page.add_init_script(late)
    await page.goto(desk.address + path)
    await page.mouse.click(3, 899)
    return page


async def rings(desk: Screens, sender: str) -> str:
    """A new emergency."""
    async with desk.home.house.store.begin() as tx:
        before = {line.reference for line in await tx.handoffs.queue()}
    await desk.home.says(DANGER, sender=sender)
    async with desk.home.house.store.begin() as tx:
        (found,) = {line.reference for line in await tx.handoffs.queue()} - before
    return found


async def held(desk: Screens, sender: str, role: Role = Role.OFFICER) -> str:
    reference = await rings(desk, sender)
    await handoff.claim(desk.home.house, await officer(desk, role), reference)
    return reference


async def heard(page: Page, pitch: int, *, within: float = 5) -> int:
    """How often that has sounded, as soon as it has, or after so long."""
    for _ in range(int(within * 10)):
        if number := await page.evaluate("pitch => window.tones.filter((tone) => tone === pitch).length", pitch):
            return int(number)
        await asyncio.sleep(0.1)
    return 0


async def until(page: Page, condition: str) -> None:
    """The browser's own way evaluates words, which the desk's pages forbid."""
    async with asyncio.timeout(10):
        while not await page.evaluate(f"Boolean({condition})"):
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("notices", ["no leave", "leave", "throws"])
@pytest.mark.parametrize("path", ["/", "/duty", "/conversation/REF"])
async def test_an_alarm_sounds_and_is_shown_whatever_becomes_of_notifications(desk: Screens, path: str, notices: str) -> None:
    own = await held(desk, f"own {path} {notices}")
    page = await sits(desk, path.replace("REF", own), THROWS if notices == "throws" else "", leave=notices == "leave")
    assert await heard(page, ALARM, within=1) == 0, "control: nothing rings"
    reference = await rings(desk, f"new {path} {notices}")
    assert await heard(page, ALARM)
    await expect(page).to_have_title(re.compile(r"^\(1\) "))
    if path == "/":
        await expect(page.locator("#queue").get_by_role("link", name=reference)).to_be_visible(timeout=5000)
    else:
        await expect(page.locator("#bell a")).to_have_text(f"Emergency {reference}")
        naive = "() => { try { document.getElementById('live').dataset; return 'heard'; } catch { return 'thrown'; } }"
        assert await page.evaluate(naive) == "thrown", "control: as it was, this came before the sound"
    if notices == "throws":
        naive = "() => { try { new Notification('x'); return 'shown'; } catch { return 'thrown'; } }"
        assert await page.evaluate(naive) == "thrown", "control: the constructor does"
    await page.clock.fast_forward(9_000)
    assert await heard(page, ALARM) > 1, "until somebody has acknowledged"
    assert [said for said in desk.trouble if "Illegal" not in said] == []


async def test_a_notification_is_shown_by_the_worker_and_a_click_opens_the_case(desk: Screens) -> None:
    page = await sits(desk, "/duty", leave=True)
    await until(page, "worker?.active")
    reference = await rings(desk, "worker")
    tags = "async () => (await worker.getNotifications()).map((notice) => notice.tag)"
    for _ in range(50):
        if await page.evaluate(tags):
            break
        await asyncio.sleep(0.1)
    assert await page.evaluate(tags) == [reference]
    (at_work,) = page.context.service_workers
    clicked = """async (reference) => {
      const [notice] = await registration.getNotifications();
      let opened = null;
      clients.openWindow = async (address) => { opened = address; };
      dispatchEvent(new NotificationEvent('notificationclick', { notification: notice }));
      for (let tries = 0; tries < 50 && !opened; tries += 1) await new Promise((done) => setTimeout(done, 20));
      return [opened, (await registration.getNotifications()).length];
    }"""
    assert await at_work.evaluate(clicked, reference) == [f"/conversation/{reference}", 0]
    await handoff.acknowledge(desk.home.house, await officer(desk), await rings(desk, "worker 2"))
    assert desk.trouble == []


async def test_sound_that_is_off_is_said_on_every_page_and_turned_on_there(desk: Screens) -> None:
    own = await held(desk, "off")
    page = await sits(desk, "/duty", ear=EAR.replace("localStorage.setItem('sound', 'on');", ""))
    for path in ("/", "/search", f"/conversation/{own}"):
        await page.goto(desk.address + path)
        await expect(page.get_by_text("Sound is off: an alarm here is silent.")).to_be_visible()
        assert (await Axe().run(page)).response["violations"] == []
    await page.get_by_role("button", name="Turn on sound and notifications").click()
    await expect(page.get_by_text("Sound is off")).to_be_hidden()
    await rings(desk, "off 2")
    assert await heard(page, ALARM)


@dataclass
class Between:
    """A proxy that holds every connection open, and passes nothing on while it is stalled."""

    to: int
    stalled: bool = False
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def meets(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        beyond, back = await asyncio.open_connection("127.0.0.1", self.to)
        self._open |= {writer, back}
        await asyncio.gather(self._pass(reader, back), self._pass(beyond, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                while self.stalled:
                    await asyncio.sleep(0.05)
                writer.write(data)
                await writer.drain()
        except OSError:
            return
        finally:
            writer.close()


@asynccontextmanager
async def between(desk: Screens) -> AsyncIterator[tuple[Between, str]]:
    proxy = Between(int(desk.address.rpartition(":")[2]))
    server = await asyncio.start_server(proxy.meets, "127.0.0.1", 0)
    desk.address, direct = f"http://localhost:{server.sockets[0].getsockname()[1]}", desk.address
    try:
        yield proxy, desk.address
    finally:
        # Whatever still hangs on it is let go.
        desk.address, proxy.stalled = direct, False
        server.close()


#: As if nobody watched: what looks every five seconds does not.
UNWATCHED = "const every = setInterval; window.setInterval = (act, wait) => (wait === 5000 ? 0 : every(act, wait));"


@pytest.mark.parametrize("watched", [True, False])
@pytest.mark.parametrize("path", ["/", "/duty"])
async def test_a_connection_that_passes_nothing_on_is_told_aloud_and_made_anew(desk: Screens, path: str, watched: bool) -> None:
    async with between(desk) as (proxy, _):
        page = await sits(desk, path, late="" if watched else UNWATCHED)
        await expect(page.locator("#heard-lost")).to_be_hidden()
        await until(page, "known")
        proxy.stalled = True
        reference = await rings(desk, f"stalled {path} {watched}")
        await page.clock.fast_forward(SILENCE)
        if not watched:
            await asyncio.sleep(2)
            assert await page.locator("#heard-lost").is_hidden(), "control: without the watch nobody is told"
            assert await heard(page, DEAF, within=0.1) == 0
            proxy.stalled = False
            return
        await expect(page.locator("#heard-lost")).to_be_visible()
        assert await heard(page, DEAF) == 1
        await page.clock.fast_forward(SILENCE)
        assert await heard(page, DEAF) == 1, "once is enough"
        proxy.stalled = False
        await expect(page.locator("#heard-lost")).to_be_hidden(timeout=10_000)
        assert await heard(page, ALARM)
        shown = page.locator("#queue" if path == "/" else "#bell").get_by_role("link", name=reference)
        await expect(shown).to_be_visible(timeout=8000)


async def test_without_a_network_it_is_said_at_once_and_mended_with_it(desk: Screens) -> None:
    page = await sits(desk, "/duty")
    await until(page, "known")
    await page.context.set_offline(True)
    await expect(page.get_by_text("No connection: no alarm is heard here")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.locator("#heard-lost")).to_be_hidden(timeout=10_000)


async def test_an_answer_of_somebody_before_the_desk_ends_no_session(desk: Screens) -> None:
    """A proxy says 502 while the desk starts anew: a browser's own connection would be given up for good."""
    page = await sits(desk, "/duty")
    await until(page, "known")
    await page.route("**/events*", lambda route: route.fulfill(status=502, body="bad gateway"))
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator("#heard-lost")).to_be_visible()
    await expect(page.locator("#heard-ended")).to_be_hidden()
    await page.unroute("**/events*")
    await expect(page.locator("#heard-lost")).to_be_hidden(timeout=10_000)


async def test_of_two_pages_the_other_takes_over_from_one_that_is_dead(desk: Screens) -> None:
    page = await sits(desk, "/duty")
    leader = await another(desk, await page.context.new_page(), "/search")
    await until(leader, "line && known")
    await until(page, "!line")
    await leader.evaluate("line.stop()")
    await rings(desk, "dead")
    assert await heard(page, ALARM, within=1) == 0, "control: as long as nobody doubts it, the dead one leads"
    await page.clock.fast_forward(SILENCE)
    assert await heard(page, DEAF)
    assert await heard(page, ALARM)
    await expect(page.locator("#heard-lost")).to_be_hidden()
    # One clock is moved for both pages: the other one, whose clock may jump after it has let go, may have taken the lead again.
    async with asyncio.timeout(10):
        while [await each.evaluate("line !== null") for each in (page, leader)].count(True) != 1:
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("path", ["/", "/duty", "/conversation/REF"])
async def test_before_a_session_ends_one_tap_keeps_it_and_its_end_is_heard_and_seen(desk: Screens, path: str) -> None:
    own = await held(desk, f"idle {path}")
    page = await sits(desk, path.replace("REF", own))
    await until(page, "known")
    still = page.locator("#heard-idle")
    desk.home.clock.move(minutes=24)
    await asyncio.sleep(1.5)
    await expect(still).to_be_hidden()
    desk.home.clock.move(minutes=1)
    await expect(still).to_be_visible()
    assert (await Axe().run(page)).response["violations"] == []
    await page.get_by_role("button", name="I am here").click()
    await expect(still).to_be_hidden()
    desk.home.clock.move(minutes=20)
    await asyncio.sleep(1.5)
    await expect(page.locator("#heard-ended")).to_be_hidden()
    assert await heard(page, DEAF, within=0.1) == 0
    desk.home.clock.move(minutes=10)
    await expect(page.get_by_text("Your session has ended: no alarm is heard here any more.")).to_be_in_viewport()
    assert await heard(page, DEAF) == 1, "control: an open page alone has kept nothing awake"


async def test_the_bell_names_who_waits_longest_before_an_exercise_and_never_the_open_case(desk: Screens) -> None:
    own = await rings(desk, "bell 1")
    page = await sits(desk, f"/conversation/{own}")
    await until(page, "known")
    await expect(page.locator("#bell")).to_be_hidden()
    desk.home.clock.move(seconds=5)
    second = await rings(desk, "bell 2")
    link = page.locator("#bell a")
    await expect(link).to_have_text(f"Emergency {second}")
    await expect(link).to_have_attribute("href", f"/conversation/{second}")
    desk.home.clock.move(seconds=5)
    if not any(each.name == "Zoe" for each in await everybody(desk)):
        await desk.home.enrols("Zoe", sender="950")
    await drill.start(desk.home.house, "operator")
    desk.home.clock.move(seconds=2)
    await desk.home.settles()
    await expect(link).to_have_text(f"Emergency {second} (+1)")
    await expect(link).to_have_attribute("href", "/")
    assert (await page.evaluate("known.ringing"))[:2] == [own, second]
    assert len(await page.evaluate("known.exercises")) == 1, "control: the newest is an exercise"


async def everybody(desk: Screens) -> list[Officer]:
    async with desk.home.house.store.begin() as tx:
        return await tx.officers.all()


async def test_the_ages_of_an_open_page_grow_and_touch_nothing_else(desk: Screens) -> None:
    reference = await held(desk, "ages")
    await handoff.reply(desk.home.house, await officer(desk), reference, "here")
    desk.home.clock.move(seconds=6)
    await desk.home.settles()
    queue = await sits(desk, "/")
    case = await another(desk, await queue.context.new_page(), f"/conversation/{reference}")
    row, card = queue.locator(".row", has_text=reference).first, case.locator("#last-words")
    await case.locator("#text").fill("I am re")
    await queue.get_by_role("link", name=reference).first.focus()
    await until(case, "known")
    before = await readings(desk, reference), await case.locator("#announce").text_content()
    desk.home.clock.move(minutes=24)
    await asyncio.sleep(1)
    await expect(card).not_to_contain_text("24 minutes")
    await expect(row).not_to_contain_text("24 minutes")
    for _ in range(2):
        # In two steps, with a word of the desk in between: else the pages would take the leap for a silence.
        for page in (queue, case):
            await page.evaluate("dispatchEvent(new Event('online'))")
        await asyncio.sleep(1)
        await case.clock.fast_forward(HALF)  # both pages have one clock
    await expect(card).to_have_text("24 minutes ago · the phone may be in other hands")
    await expect(row).to_contain_text("last words 24 minutes ago")
    await expect(case.locator("#text")).to_have_value("I am re")
    await expect(case.locator("#text")).to_be_focused()
    await expect(queue.get_by_role("link", name=reference).first).to_be_focused()
    assert (await readings(desk, reference), await case.locator("#announce").text_content()) == before


async def readings(desk: Screens, reference: str) -> int:
    async with desk.home.house.store.begin() as tx:
        return sum(entry.event == "read" for entry in await tx.audit.of(reference, 200))


async def test_focus_and_what_is_half_chosen_stay_when_the_queue_changes(desk: Screens) -> None:
    bo = await officer(desk, Role.SUPERVISOR)
    reference = await held(desk, "focus", Role.SUPERVISOR)
    await transfer.offer(desk.home.house, bo, reference, (await officer(desk)).id)
    page = await sits(desk, "/")
    await page.evaluate("""() => {
      const select = document.createElement('select');
      select.name = 'to';
      select.add(new Option('Choose', ''));
      select.add(new Option('Bo', 'bo'));
      select.value = 'bo';
      window.old = document.getElementById('board').outerHTML;
      const fresh = new DOMParser().parseFromString('<select name="to"><option value="">Choose</option><option value="abe">Abe</option>'
        + '<option value="bo">Bo</option></select>', 'text/html').querySelector('select');
      merge(select, fresh);
      window.chosen = [select.value, select.options.length];
    }""")
    assert await page.evaluate("chosen") == ["bo", 3], "whoever was chosen is, also where somebody else comes in between"
    take = page.get_by_role("button", name=f"Take over {reference}")
    await take.focus()
    fresh = await rings(desk, "focus 2")
    await expect(page.locator("#queue").get_by_role("link", name=fresh)).to_be_visible(timeout=5000)
    await expect(take).to_be_focused()
    await page.evaluate("document.getElementById('queue').innerHTML = window.old")
    assert await page.evaluate("document.activeElement.tagName") == "BODY", "control: written anew, it is lost"


async def test_what_is_new_in_ones_own_case_is_heard_softly_and_marked_and_led_to(desk: Screens) -> None:
    mine, theirs = await held(desk, "soft"), await held(desk, "theirs", Role.SUPERVISOR)
    for number in range(12):
        await handoff.note(desk.home.house, await officer(desk), mine, f"note {number}\n\n\n\n")
    page = await sits(desk, f"/conversation/{mine}")
    other = await another(desk, await page.context.new_page(), "/duty")
    await until(other, "news")
    await desk.home.says("what about me", sender="theirs")
    await asyncio.sleep(1.5)
    assert await heard(other, SOFT, within=0.1) == 0, "control: somebody else's"
    await desk.home.says("they broke the door", sender="soft")
    assert [await heard(each, SOFT) for each in (page, other)] == [1, 1]
    assert await heard(page, ALARM, within=0.1) == 0, "control: it is no alarm"
    await expect(page).to_have_title(re.compile("^• "))
    await expect(other.get_by_role("link", name=f"New words: {mine}")).to_be_visible()
    down, words = page.get_by_role("button", name="New words ↓"), page.locator("#thread").get_by_text("they broke the door")
    await expect(words).not_to_be_in_viewport()
    await expect(down).to_be_in_viewport()
    assert (await Axe().run(page)).response["violations"] == []
    await down.click()
    await expect(words).to_be_in_viewport()
    await expect(down).to_be_hidden()
    assert not (await page.title()).startswith("•"), "somebody is here"
    assert theirs != mine


async def test_an_offer_and_an_answer_that_failed_are_heard_softly_on_any_page(desk: Screens) -> None:
    mine, theirs = await held(desk, "failed"), await held(desk, "offered", Role.SUPERVISOR)
    page = await sits(desk, "/search")
    await until(page, "news")
    await transfer.offer(desk.home.house, await officer(desk, Role.SUPERVISOR), theirs, (await officer(desk)).id)
    assert await heard(page, SOFT) == 1
    await expect(page.get_by_role("link", name=f"Offered to you: {theirs}")).to_be_visible()
    await page.clock.fast_forward(5_000)
    desk.home.channels[ChannelName.SIGNAL].refused["failed"] = Unreachable("bad_request")
    await handoff.reply(desk.home.house, await officer(desk), mine, "I am here")
    desk.home.clock.move(seconds=6)
    await desk.home.settles()
    await expect(page.get_by_role("link", name=f"An answer of yours could not be sent: {mine}")).to_be_visible()
    assert await heard(page, SOFT) == 2


async def test_without_a_script_the_queue_renews_itself_says_that_it_is_silent_and_keeps_no_session(desk: Screens) -> None:
    page = await desk.page(desk.people[Role.OFFICER], java_script_enabled=False)
    await page.goto(desk.address)
    said = page.locator("main noscript p")
    await expect(said).to_contain_text("No sound here: keep your messenger on.")
    await expect(said).to_be_visible()
    renews = page.locator('meta[http-equiv="refresh"]')
    await expect(renews).to_have_attribute("content", "20; url=/queue/shown")
    reference = await rings(desk, "no script")
    for _ in range(2):
        desk.home.clock.move(minutes=12)
        await page.goto(f"{desk.address}/queue/shown")
        await expect(page.get_by_role("link", name=reference).first).to_be_visible()
    desk.home.clock.move(minutes=1)
    await page.goto(f"{desk.address}/queue/shown")
    await expect(renews).to_have_count(0)
    await said.locator("a").click()
    await expect(renews).to_have_count(1)
    assert (await Axe().run(await sits(desk, "/"))).response["violations"] == []
