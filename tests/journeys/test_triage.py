"""While an emergency waits: questions one by one, the four consents, and what an officer sees of both."""

import pytest
from sqlalchemy import select

from bot.domain.conversation import Conversation
from bot.domain.errors import Refused
from bot.domain.message import ChannelName
from bot.domain.triage import given
from bot.ports import Officer
from bot.storage.tables import audit
from bot.usecases import consent, handoff
from tests.journeys.house import Home
from tests.journeys.test_handover import names
from tests.journeys.test_terminal import Terminal, terminal

__all__ = ["terminal"]  # the fixture


async def opened(home: Home, officer: Officer) -> Conversation:
    """As an officer reads it."""
    return (await handoff.show(home.house, officer, await home.reference())).conversation


async def audited(home: Home, event: str) -> list[tuple[str, str]]:
    """Who did that, and what was written down of it."""
    async with home.house.store.begin() as tx:
        rows = await tx._work.rows(select(audit.c.actor, audit.c.detail).where(audit.c.event == event))  # type: ignore[attr-defined]  # the real one
    return [(row["actor"], str(row["detail"])) for row in rows]


@pytest.mark.parametrize("channel", ChannelName)
async def test_questions_come_one_by_one_and_the_officer_reads_the_answers_in_order(home: Home, channel: ChannelName) -> None:
    home.nlu.known["at the bus station"] = "unsure"
    ana = await home.enrols()
    await home.says("they are breaking the door", channel=channel)
    asked = await home.says("at the bus station", channel=channel)
    assert "Is it still going on?" in asked[-1]
    for number in ("1", "2", "3", "6", "5"):
        asked = await home.says(number, channel=channel)
    assert await home.reference() in asked[-1], "the end is said once, with the truth about people"
    memory = (await opened(home, ana)).memory
    assert [(fact.question, fact.answer) for fact in memory.facts] == [
        ("ongoing", "yes"),
        ("safe_place", "no"),
        ("age", "unsure"),
        ("consent_contact", "yes_daytime"),
        ("consent_inside", "yes"),
    ]
    assert [detail for _, detail in await audited(home, "consent_answered")] == [
        '{"answer":"yes_daytime","consent":"contact"}',
        '{"answer":"yes","consent":"inside"}',
    ]


async def test_in_an_arrest_no_question_comes_until_the_phone_writes(home: Home) -> None:
    home.nlu.known["in the station"] = "unsure"
    await home.enrols()
    await home.says("police are taking me away")
    await home.passes(minutes=20)
    assert names(home) == ["arrest_now"]
    await home.says("in the station")
    assert names(home)[-1] == "triage_hurt"
    await home.passes(minutes=20)
    assert names(home)[-1] == "triage_hurt", "and none after one that was not answered"


async def test_a_claim_stops_the_questions(home: Home) -> None:
    home.nlu.known |= dict.fromkeys(("at the bus station", "a black car"), "unsure")
    ana = await home.enrols()
    await home.says("they are breaking the door")
    await home.says("at the bus station")
    await handoff.claim(home.house, ana, await home.reference())
    await home.settles()
    assert await home.says("a black car") == []
    assert not any(name.startswith(("triage_", "consent_")) for name in names(home)[3:])


async def test_an_officer_asks_for_a_consent_and_sees_the_answer(home: Home) -> None:
    ana, ben = await home.enrols(), await home.enrols("Ben", sender="901")
    await home.says("they sent me a death threat")
    reference = await home.reference()
    with pytest.raises(Refused, match="not_holder"):
        await consent.ask(home.house, ben, reference, "public")
    await handoff.claim(home.house, ana, reference)
    await consent.ask(home.house, ana, reference, "public")
    await home.settles()
    assert names(home)[-1] == "consent_public"
    assert await home.says("ne") == [], "beside an officer the bot is silent"
    assert given((await opened(home, ana)).memory.facts) == {"public": "no"}
    assert await audited(home, "consent_asked") == [(f"officer:{ana.id}", '{"consent":"public","state":"claimed"}')]
    assert await audited(home, "consent_answered") == [("defender", '{"answer":"no","consent":"public"}')]


async def test_where_the_bot_never_writes_first_an_officer_asks_only_who_is_still_there(home: Home) -> None:
    ana = await home.enrols()
    await home.says("police are taking me away")
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await handoff.reply(home.house, ana, reference, "Can you write now?")
    await home.settles()
    home.clock.move(minutes=11)
    with pytest.raises(Refused, match="not_first"):
        await consent.ask(home.house, ana, reference, "authorities")
    await home.says("yes")
    await consent.ask(home.house, ana, reference, "authorities")
    await home.settles()
    assert names(home)[-1] == "consent_authorities"


async def test_a_no_is_answered_with_what_is_true_and_the_alarm_goes_on(home: Home) -> None:
    home.nlu.known["at the bus station"] = "unsure"
    ana = await home.enrols()
    await home.says("they are breaking the door")
    await home.says("at the bus station")
    for _ in range(3):
        await home.says("1")
    assert names(home)[-1] == "consent_contact"
    rung = len(home.alerts())
    await opened(home, ana)
    assert "Officers have seen it" in (await home.says("8"))[0]
    await home.passes(minutes=6)
    assert len(home.alerts()) > rung


async def test_a_person_who_is_forgotten_leaves_no_answers(home: Home) -> None:
    home.nlu.known["at the bus station, i am 16"] = "unsure"
    ana = await home.enrols()
    await home.says("they are breaking the door")
    await home.says("at the bus station, i am 16")
    await home.says("1")
    before = await opened(home, ana)
    assert before.memory.minor
    assert before.memory.facts
    await home.says("/forget")
    after = await opened(home, ana)
    assert (after.memory.minor, after.memory.facts) == (False, ())


async def test_what_now_brings_the_first_hour_and_then_the_next_days(home: Home) -> None:
    await home.says("they are breaking the door")
    assert "first hour" in (await home.says("what now?"))[0]
    assert "next days" in (await home.says("and then?"))[0]
    assert "That is all I have" in (await home.says("more"))[0]


async def test_the_terminal_shows_answers_consents_and_flags(terminal: Terminal) -> None:
    home = terminal.home
    home.nlu.known["at the bus station, I am 16"] = "unsure"
    await home.enrols()
    await home.says("they are breaking the door")
    await home.says("at the bus station, I am 16")
    await home.says("1")
    reference = await home.reference()
    head, *lines = await terminal.lines("queue", "show", reference)
    assert head["flags"] == ["under_18"]
    assert [(line["question"], line["answer"]) for line in lines[:2]] == [("ongoing", "yes"), ("safe_place", None)]
    assert lines[0]["number"] == 3
    code, said, _ = await terminal.types("queue", "--words", "--lang", "sq", "show", reference)
    assert code == 0
    assert said.splitlines()[1] == "bëhet fjalë për dikë nën 18 vjeç"
    assert said.splitlines()[2].startswith("a po vazhdon ende: po (")
    await terminal.lines("queue", "claim", reference)
    assert await terminal.lines("queue", "consent", reference, "inside") == [{"reference": reference, "asked": "inside"}]
    assert (await terminal.types("queue", "consent", reference, "everything"))[0] == 2
