"""What officers write to the bot from their own phone, and what they hear back."""

from bot.usecases import handoff
from tests.journeys.house import Home


async def test_returning_what_one_does_not_hold_is_answered_and_changes_nothing(home: Home) -> None:
    await home.enrols("Ana")
    await home.says("they are breaking the door")
    reference = await home.reference()
    assert await home.says(f"return {reference}", sender="900") == [f"You do not hold {reference}. It is held by: nobody."]
    assert await home.reference() == reference


async def test_who_returns_what_another_officer_holds_is_told_who_has_it(home: Home) -> None:
    await home.enrols("Ana")
    bo = await home.enrols("Bo", sender="901")
    await home.says("they are breaking the door")
    reference = await home.reference()
    await handoff.claim(home.house, bo, reference)
    assert await home.says(f"return {reference}", sender="900") == [f"You do not hold {reference}. It is held by: Bo."]


async def test_a_word_that_the_bot_does_not_know_is_answered_with_what_it_knows(home: Home) -> None:
    await home.enrols("Ana")
    assert "ack REFERENCE" in (await home.says("what is this?", sender="900"))[0]
