"""A new case never gets the reference of an old one: the database would refuse it, and its alarm would wait for the next try."""

import pytest
from sqlalchemy.exc import IntegrityError

from bot.usecases import handoff, respond
from tests.journeys.house import Home

DANGER = "police are at my door right now"


async def test_a_reference_that_a_closed_case_has_is_passed_over(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = await home.enrols()
    await home.says(DANGER)
    taken = await home.reference()
    await handoff.claim(home.house, ana, taken)
    await handoff.close(home.house, ana, taken)
    given = iter([taken, taken, "K7T-42M"])
    monkeypatch.setattr(respond, "new_reference", lambda: next(given))
    await home.says(DANGER, sender="43")
    assert await home.reference() == "K7T-42M"


async def test_control_without_looking_the_database_refuses_and_nobody_is_rung(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = await home.enrols()
    await home.says(DANGER)
    taken = await home.reference()
    await handoff.claim(home.house, ana, taken)
    await handoff.close(home.house, ana, taken)
    rung = len(home.alerts())

    async def unseen(_: object) -> str:
        return taken

    monkeypatch.setattr(respond, "_free_reference", unseen)
    with pytest.raises(IntegrityError):
        await home.says(DANGER, sender="43")
    assert len(home.alerts()) == rung
