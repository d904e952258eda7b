"""Times, kinds and languages in what is said: to defenders in their language, to officers in the one that the mission set for them."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.domain.handoff import Handoff, HandoffClass, State
from bot.domain.hours import DAYS, Hours
from bot.domain.ids import ConversationId, HandoffId
from bot.usecases.rounds import alert_drafts
from tests.journeys.house import Home

#: Closed until Wednesday.
HOURS = Hours.of(dict.fromkeys(DAYS, "closed") | {"wednesday": "13:00-16:30"}, ZoneInfo("UTC"))
TOLD = {
    "en": ("good morning, a question please", "before Wed, Nov 25, 13:00"),
    "sr_Latn_ME": ("dobro jutro, imam jedno pitanje za vas", "prije sri 25. nov 13:00"),
    "sr_Cyrl_ME": ("добро јутро, имам једно питање за вас", "прије сри 25. нов 13:00"),
    "ru": ("доброе утро, у меня к вам один вопрос", "ср, 25 нояб., 13:00"),
    "sq": ("mirëmëngjesi, kam një pyetje për ju", "mër, 25 nën, 13:00"),
}


@pytest.mark.parametrize("locale", TOLD)
async def test_a_defender_is_told_the_day_as_their_language_writes_it(home: Home, locale: str) -> None:
    text, told = TOLD[locale]
    await home.enrols()
    home.house = replace(home.house, hours=HOURS)
    home.nlu.known[text] = "greet"
    await home.says(text)
    assert told in (await home.says("/human"))[0]


async def test_officers_are_alerted_in_the_language_that_the_mission_set_for_them(home: Home) -> None:
    await home.enrols()
    home.house = replace(home.house, officer_locale="sq")
    await home.says("they sent me a death threat")
    reference = await home.reference()
    assert home.alerts()[-1] == f"{reference} E1 kërcënim me vdekje anglisht. Përgjigjuni: ack {reference}"


async def test_a_kind_that_officers_have_only_just_added_has_its_label(home: Home) -> None:
    officer = await home.enrols()
    for kind, said in (("death_threat", "death threat"), ("protest_rules", "rules for protests")):
        case = Handoff(
            id=HandoffId("h"), reference="457-343", conversation=ConversationId("c"), state=State.WAITING, cls=HandoffClass.E2,
            kind=kind, opened_at=home.clock.now(),
        )  # fmt: skip
        (draft,) = alert_drafts(home.house, officer, "alert", case, "ru")
        assert draft.piece.text == f"457-343 E2 {said} Russian. Reply: ack 457-343"
