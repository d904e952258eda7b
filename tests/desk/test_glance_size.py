"""The queue's page stays small in every language, whatever waits."""

import pytest

from bot.desk.proofs import DeskProofs
from bot.storage.database import SqlStore
from tests.desk.people import Person, joined
from tests.desk.test_board import officer_of, seeded
from tests.desk.test_pages import desk_of
from tests.journeys.house import Home

PAGE = 100_000


@pytest.mark.parametrize("acknowledged", [True, False])
async def test_the_queue_is_small_in_every_language(
    home: Home, proofs: DeskProofs, root: Person, store: SqlStore, acknowledged: bool
) -> None:
    ana = await joined(home.house, proofs, root, "Ana")
    me, browser = await officer_of(home, ana), await desk_of(home, proofs, ana)
    bea = await home.enrols("Bea")
    await seeded(home, store, [me.id, bea.id], each=60, acknowledged=acknowledged)
    for language in home.house.catalogues.available:
        await browser.post("/language", on="/duty", language=language)
        size = len((await browser.get("/")).text.encode())
        assert size < PAGE, language
