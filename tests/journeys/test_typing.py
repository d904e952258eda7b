"""The defender sees that an officer is writing: at once or never, where that is allowed."""

import pytest

from bot.domain.errors import TryLater
from bot.domain.message import ChannelName
from bot.ports import Officer
from bot.storage.database import SqlStore
from bot.usecases import handoff, typing
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.journeys.test_not_first import MISSING


@pytest.fixture
def home(store: SqlStore, clock: FakeClock) -> Home:
    return Home(store, clock)


async def taken(home: Home, text: str = MISSING, kind: str = "missing_person") -> tuple[Officer, str]:
    ana = await home.enrols()
    home.nlu.known[text] = kind
    await home.says(text)
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    return ana, reference


async def shown(home: Home) -> list[str]:
    await typing.show(home.house, home.channels)
    return home.channels[ChannelName.SIGNAL].typed


async def test_it_is_shown_once_and_at_most_every_five_seconds(home: Home) -> None:
    ana, reference = await taken(home)
    assert [await typing.wish(home.house, ana, reference) for _ in range(3)] == [True, False, False]
    assert await shown(home) == ["42"]
    assert await shown(home) == ["42"]
    home.clock.move(seconds=5)
    assert await typing.wish(home.house, ana, reference)
    assert await shown(home) == ["42", "42"]


async def test_it_is_never_shown_late(home: Home) -> None:
    ana, reference = await taken(home)
    await typing.wish(home.house, ana, reference)
    home.clock.move(seconds=7)
    assert await shown(home) == []


async def test_only_who_holds_the_case_is_seen_and_only_while(home: Home) -> None:
    ana, reference = await taken(home)
    bo = await home.enrols("Bo", sender="901")
    assert not await typing.wish(home.house, bo, reference)
    assert await typing.wish(home.house, ana, reference)
    await handoff.give_back(home.house, ana, reference)
    assert await shown(home) == []


async def test_not_where_the_phone_may_be_in_other_hands(home: Home) -> None:
    ana, reference = await taken(home, "police are at my door right now", "raid_now")
    assert not await typing.wish(home.house, ana, reference)


async def test_one_that_fails_is_forgotten(home: Home) -> None:
    ana, reference = await taken(home)
    await home.settles()
    await typing.wish(home.house, ana, reference)
    home.channels[ChannelName.SIGNAL].failures.append(TryLater("connect"))
    assert await shown(home) == []
    assert await shown(home) == []
