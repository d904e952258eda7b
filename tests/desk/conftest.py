"""A house with its people, on a real database of each kind."""

import shutil

import pytest

from bot.desk.proofs import DeskProofs
from bot.storage.database import SqlStore
from tests.desk.people import Person, first, quick_proofs
from tests.fakes import FakeClock
from tests.journeys.house import Home

#: The system's own: nothing is downloaded.
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_SCREENS = ("browser", "every_page", "glance_screens", "handing_screens", "heard", "hostile", "journeys")
collect_ignore = [] if CHROMIUM else [f"test_{name}.py" for name in _SCREENS]


@pytest.fixture
def home(store: SqlStore, clock: FakeClock) -> Home:
    """A house on a fresh database."""
    return Home(store, clock)


@pytest.fixture
def proofs() -> DeskProofs:
    """Quick ones."""
    return quick_proofs()


@pytest.fixture
async def root(home: Home, proofs: DeskProofs, clock: FakeClock) -> Person:
    """The first account."""
    return await first(home.house, proofs, clock)
