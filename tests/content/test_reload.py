"""Files that officers change are served without a restart, or refused while the old set goes on being served."""

import asyncio
import os
import shutil
from collections.abc import Callable

import pytest
import structlog.testing

from bot.domain.errors import RefuseToStart
from bot.domain.message import ChannelName
from bot.storage.database import SqlStore
from bot.usecases.health import health
from bot.wiring.contents import Contents
from bot.wiring.reload import LOOK_EVERY, Reload, marks
from bot.workers.loops import every
from tests.content.conftest import ROOT
from tests.content.conftest import Contents as Files
from tests.fakes import FakeClock
from tests.journeys.house import Home

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)

THANKS = "responses/en/thanks.md"
MISSION = "missions/podgorica.toml"


class Running:
    """A house that serves a folder of its own."""

    def __init__(self, home: Home, files: Files) -> None:
        self.home = home
        self.files = files
        mission = files.root / MISSION
        read = marks(mission, files.root)
        self.home.house.renew(**Contents.gated(mission, files.root).for_house())
        self.reload = Reload(home.house, mission, files.root, read)

    async def looks(self, times: int = 2) -> None:
        for _ in range(times):
            await self.reload.look()

    def says(self, name: str, locale: str = "en") -> str:
        return self.home.house.responses.line(name, locale, {})

    async def faults(self) -> tuple[str, ...]:
        return (await health(self.home.house, model_answers=True, disk_free=10**12)).faults


@pytest.fixture
def running(store: SqlStore, clock: FakeClock, contents: Files) -> Running:
    (contents.root / "nlu").symlink_to(ROOT / "nlu")
    return Running(Home(store, clock), contents)


async def test_a_changed_text_is_served_by_the_running_house(running: Running) -> None:
    running.files.replace(THANKS, "You are welcome.", "With pleasure.")
    await running.looks()
    assert running.says("thanks").startswith("With pleasure.")
    assert (await running.home.counted())["content_reloaded"] == 1


async def test_nothing_is_read_anew_while_nothing_changes(running: Running) -> None:
    responses = running.home.house.responses
    await running.looks(3)
    assert running.home.house.responses is responses
    assert "content_reloaded" not in await running.home.counted()


async def test_files_in_the_middle_of_a_change_are_left_alone_until_they_stand_still(running: Running) -> None:
    running.files.replace(THANKS, "You are welcome.", "With ple")
    await running.looks(1)
    running.files.replace(THANKS, "With ple", "With pleasure.")
    await running.looks(1)
    assert running.says("thanks").startswith("You are welcome.")
    await running.looks(1)
    assert running.says("thanks").startswith("With pleasure.")


async def test_a_change_of_equal_size_is_noticed_by_its_time(running: Running) -> None:
    running.files.replace(THANKS, "You are welcome.", "You are welcomE.")
    file = running.files.root / THANKS
    os.utime(file, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns + 1))
    await running.looks()
    assert "welcomE" in running.says("thanks")


async def test_the_missions_own_file_is_taken_up_too(running: Running) -> None:
    running.files.replace(MISSION, "text_days = 30", "text_days = 7")
    running.files.replace(MISSION, "Europe/Podgorica", "Asia/Tokyo")
    await running.looks()
    house = running.home.house
    assert (house.text_days, house.timezone.key) == (7, "Asia/Tokyo")
    assert house.responses.line("privacy", "en", {}).count("7 days") == 1


#: What is broken, and what is said of it: file and line.
BROKEN: dict[str, tuple[Callable[[str], str], str]] = {
    "front matter that is no YAML": (lambda text: text.replace("[mission]", "[mission"), f"{THANKS}:5: its front matter cannot be"),
    "a placeholder that nothing fills": (lambda text: text + "\nCall {mission.fax}\n", f"{THANKS}:10: unknown placeholder {{mission.fax}}"),
    "no locale": (lambda text: text.replace("locale: en\n", ""), f"{THANKS}:1: its locale is not"),
    "another locale than its folder's": (lambda text: text.replace("locale: en", "locale: ru"), f"{THANKS}:3: its locale is not"),
    "a date that is none": (lambda text: text.replace("reviewed: 2026-11-24", "reviewed: soon"), f"{THANKS}:5: a date of review"),
    "no front matter": (lambda text: "Thanks!\n", f"{THANKS}:1: does not begin with front matter"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
async def test_a_broken_text_is_refused_with_file_and_line_and_the_old_set_goes_on(running: Running, what: str) -> None:
    change, why = BROKEN[what]
    running.files.change(THANKS, change)
    running.files.replace("responses/en/goodbye.md", "review: draft", "review: draft\n")
    with structlog.testing.capture_logs() as logged:
        await running.looks(4)
    assert running.says("thanks").startswith("You are welcome.")
    (event,) = logged
    assert event["event"] == "content_refused"
    assert event["why"].startswith(why), event["why"]
    assert (await running.home.counted())["content_refused"] == 1
    assert "content_refused" in await running.faults()
    assert str(running.home.house.serving).startswith("refused, serving set of ")


@pytest.mark.parametrize("what", BROKEN)
def test_the_same_text_refuses_a_start_in_the_same_words(contents: Files, what: str, store_url: str) -> None:
    (contents.root / "nlu").symlink_to(ROOT / "nlu")
    change, why = BROKEN[what]
    Contents.gated(contents.root / MISSION, contents.root)
    contents.change(THANKS, change)
    with pytest.raises(RefuseToStart) as refusal:
        Contents.gated(contents.root / MISSION, contents.root)
    assert str(refusal.value).startswith(why)


async def test_a_text_that_is_gone_is_refused_and_emergencies_go_on_being_answered(running: Running) -> None:
    before = running.home.house.responses.pieces("arrest_now", "en", ChannelName.SIGNAL, {})
    (running.files.root / "responses/en/arrest_now.md").unlink()
    await running.looks()
    assert running.home.house.responses.pieces("arrest_now", "en", ChannelName.SIGNAL, {}) == before
    assert "responses/en/arrest_now.md: missing" in str(running.home.house.serving)


async def test_a_language_without_any_text_is_refused(running: Running) -> None:
    before = running.says("thanks", "sq")
    for folder in ("responses/sq", "responses/canned/sq", "responses/country/ME/sq"):
        shutil.rmtree(running.files.root / folder)
    await running.looks()
    assert running.says("thanks", "sq") == before
    assert "there is no text in responses/sq" in str(running.home.house.serving)


async def test_once_the_file_is_mended_health_is_well_again(running: Running) -> None:
    running.files.replace(THANKS, "locale: en", "locale: ru")
    await running.looks()
    assert "content_refused" in await running.faults()
    running.files.replace(THANKS, "locale: ru", "locale: en")
    await running.looks()
    assert "content_refused" not in await running.faults()
    assert running.home.house.serving.refused is None


async def test_only_what_files_decide_can_be_replaced(running: Running) -> None:
    with pytest.raises(TypeError, match="clock"):
        running.home.house.renew(clock=FakeClock())


async def test_the_worker_looks_often_enough(running: Running) -> None:
    running.files.replace(THANKS, "You are welcome.", "With pleasure.")
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(every("content", 0.05, running.reload.look, stop))
        async with asyncio.timeout(30):
            while not running.says("thanks").startswith("With pleasure."):
                await asyncio.sleep(0.05)
        stop.set()
    assert LOOK_EVERY <= 5
