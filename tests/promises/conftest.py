"""A home for every journey."""

import pytest

from bot.storage.database import SqlStore
from tests.fakes import FakeClock
from tests.journeys.house import Home


@pytest.fixture
def home(store: SqlStore, clock: FakeClock) -> Home:
    """A house on a fresh database."""
    return Home(store, clock)
