"""Words that nobody can see are no answer: they end no clock, and nobody believes that they were sent."""

import pytest

from bot.domain.errors import Refused
from bot.storage.database import SqlStore
from bot.usecases import handoff
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.promises.case import CRY, found, rings, to_phone

NOTHING = ["", "   ", "\n\t", "\u200b", "\u2060\ufeff", "\u00a0", "\u202e"]


@pytest.fixture
def home(store: SqlStore, clock: FakeClock) -> Home:
    return Home(store, clock)


@pytest.mark.parametrize("naive", [False, True])
async def test_an_answer_of_nothing_is_refused_and_the_claim_ends_in_time(home: Home, monkeypatch: pytest.MonkeyPatch, naive: bool) -> None:
    """Naive: it counts as first words, nobody is rung any more, and the person hears nothing."""
    if naive:
        monkeypatch.setattr(handoff, "says_nothing", lambda _: False)
    ana = await home.enrols()
    await home.enrols("Bo", sender="901")
    await home.says(CRY)
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    before = rings(home, "901")
    for text in NOTHING:
        if naive:
            await handoff.reply(home.house, ana, reference, text)
            continue
        with pytest.raises(Refused) as refused:
            await handoff.reply(home.house, ana, reference, text)
        assert refused.value.reason == "empty"
    await home.passes(minutes=7)
    assert ((await found(home, reference)).holder is None) is not naive
    assert (rings(home, "901") > before) is not naive
    assert ("officer_reply" in to_phone(home, "42")) is naive


async def test_a_note_of_nothing_is_refused_and_one_sign_is_enough(home: Home) -> None:
    ana = await home.enrols()
    await home.says(CRY)
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    for text in NOTHING:
        with pytest.raises(Refused):
            await handoff.note(home.house, ana, reference, text)
    await handoff.note(home.house, ana, reference, "?")
    await handoff.reply(home.house, ana, reference, "\U0001f44d")
