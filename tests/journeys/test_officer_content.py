"""Words of a case on an officer's own messenger: after the timer of that chat is set, to the holder only, and gone with the person."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.domain.doors import Doors
from bot.domain.errors import TryLater, Unreachable
from bot.domain.message import OFFICER_CONTENT, SET_TIMER, ChannelName, Kind
from bot.storage.tables import outbox
from bot.usecases import handoff
from bot.usecases.forget import forget
from tests.journeys.house import Home

CRY = "they are breaking the door of Marko at Bulevar 5"
DAY = 86_400


@pytest.fixture
async def held(home: Home) -> str:
    """Ana holds a case on her Signal; her phone knows the timer."""
    await home.enrols()
    await home.says(CRY)
    reference = await home.reference()
    await home.says(f"take {reference}", sender="900")
    return reference


def _passed(home: Home, sender: str = "900") -> list[str]:
    return [sent.piece.text for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == sender and sent.name == OFFICER_CONTENT]


async def _rows(home: Home) -> list[tuple[str, bool]]:
    async with home.house.store.begin() as tx:
        rows = await tx._work.rows(select(outbox).where(outbox.c.name == OFFICER_CONTENT))  # type: ignore[attr-defined]  # an SqlTransaction
    return [(row["state"], row["text_sealed"] is not None) for row in rows]


async def test_take_shows_the_card_and_the_last_words_on_a_chat_whose_timer_is_set(home: Home, held: str) -> None:
    assert home.channels[ChannelName.SIGNAL].timers == [("900", DAY)]
    card, *lines = _passed(home)
    assert card.startswith(f"{held}: emergency, attack. English, Signal.")
    assert all(line.startswith(f"{held}: ") for line in lines)
    assert any(CRY in line for line in lines)
    assert len(lines) <= 5
    assert all(row == ("sent", False) for row in await _rows(home)), "nothing of it stays in the outbox"


async def test_what_the_defender_writes_is_passed_on_in_order_and_answered_by_quoting(home: Home, held: str) -> None:
    before = len(_passed(home))
    await home.says("they left")
    await home.says("", kind=Kind.PHOTO)
    await home.says("I am alone now", kind=Kind.VOICE)
    assert _passed(home)[before:] == [f"{held}: they left", f"{held}: [photo]", f"{held}: [voice message] I am alone now"]
    await home.says("good", sender="900", quoted=f"{held}: they left", expires_in=DAY)
    words = [sent.piece.text for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == "42" and sent.speaker == "officer"]
    assert words == ["good"]


async def test_no_words_pass_before_the_timer_is_set(home: Home) -> None:
    await home.enrols()
    await home.says(CRY)
    home.channels[ChannelName.SIGNAL].timer_failures = [TryLater("broken", 5.0)]
    await home.says(f"take {await home.reference()}", sender="900")
    assert _passed(home) == []
    await home.passes(seconds=10)
    assert home.channels[ChannelName.SIGNAL].timers == [("900", DAY)]
    assert _passed(home) != []


@pytest.mark.parametrize("failures", [[Unreachable("timer_refused")], [TryLater("broken", 1.0)] * 5], ids=["refused", "never_there"])
async def test_where_the_timer_cannot_be_set_no_words_pass_and_the_officer_is_told(home: Home, failures: list[Exception]) -> None:
    await home.enrols()
    await home.enrols("Bo", sender="901")
    await home.says(CRY)
    home.channels[ChannelName.SIGNAL].timer_failures = list(failures)
    await home.says(f"take {await home.reference()}", sender="900")
    await home.passes(minutes=4)
    assert _passed(home) == []
    assert any("NOT shown here" in said for said in home.alerts())
    assert not any("cannot be reached" in said for said in home.alerts("901")), "alerts reach her all the same"
    assert all(row == ("cancelled", False) for row in await _rows(home))
    await home.says("they left")
    assert _passed(home)[-1].endswith(": they left"), "the next words try again"


async def test_control_without_the_order_of_the_stream_words_would_go_before_the_timer(home: Home) -> None:
    """What holds the words back is that their stream has the timer's row before them."""
    await home.enrols()
    await home.says(CRY)
    home.channels[ChannelName.SIGNAL].timer_failures = [TryLater("broken", 5.0)]
    reference = await home.reference()
    await home.writes(f"take {reference}", sender="900")
    from bot.usecases import officers

    await officers.hear_officer(home.house)
    async with home.house.store.begin() as tx:
        await tx._work.run(outbox.update().where(outbox.c.name == SET_TIMER).values(stream="elsewhere"))  # type: ignore[attr-defined]
        await tx.commit()
    await home.settles()
    assert _passed(home) != []
    assert home.channels[ChannelName.SIGNAL].timers == []


async def test_a_timer_that_the_phone_has_changed_is_set_again_before_more_words_go_there(home: Home, held: str) -> None:
    await home.says("hello", sender="900", expires_in=DAY)
    await home.says("they left")
    assert len(home.channels[ChannelName.SIGNAL].timers) == 1
    await home.says("hello again", sender="900", expires_in=0)
    await home.says("they are back")
    assert len(home.channels[ChannelName.SIGNAL].timers) == 2


async def test_alerts_do_not_wait_for_words_that_wait_for_the_timer(home: Home) -> None:
    await home.enrols()
    await home.says(CRY)
    home.channels[ChannelName.SIGNAL].timer_failures = [TryLater("broken", 600.0)]
    await home.says(f"take {await home.reference()}", sender="900")
    await home.says("they are breaking the door", sender="43")
    assert " E1 attack English. Reply: ack " in home.alerts()[-1]
    assert _passed(home) == []


async def test_at_the_desk_nothing_is_passed_on(home: Home) -> None:
    ana = await home.enrols()
    await home.says(CRY)
    await handoff.claim(home.house, ana, await home.reference())
    await home.says("they left")
    assert _passed(home) == []


async def test_who_took_it_at_the_desk_takes_it_along_on_the_phone(home: Home) -> None:
    ana = await home.enrols()
    await home.says(CRY)
    reference = await home.reference()
    await handoff.claim(home.house, ana, reference)
    await home.says(f"take {reference}", sender="900")
    await home.says("they left")
    assert _passed(home)[-1] == f"{reference}: they left"


async def test_words_that_wait_go_to_nobody_once_the_case_is_given_back(home: Home, held: str) -> None:
    before = len(_passed(home))
    await home.writes("my mother's name is Ana Perović")
    from bot.usecases import respond

    claimed = await respond.claim(home.house)
    assert claimed is not None
    await respond.respond(home.house, claimed)
    async with home.house.store.begin() as tx:
        ana = await tx.officers.by_name("Ana")
    assert ana is not None
    await handoff.give_back(home.house, ana, held)
    await home.settles()
    assert len(_passed(home)) == before
    assert ("cancelled", False) in await _rows(home)


async def test_where_words_may_not_pass_any_more_the_officer_only_hears_that_there_are_some(home: Home, held: str) -> None:
    before = len(_passed(home))
    home.house = replace(home.house, doors=Doors(content=frozenset()))
    await home.says("my name is Zorica")
    assert home.alerts()[-1] == f"{held}: a new message. Please open the desk."
    assert len(_passed(home)) == before


async def test_what_waits_to_be_passed_on_is_forgotten_with_the_person(home: Home, held: str) -> None:
    home.channels[ChannelName.SIGNAL].timer_failures = [TryLater("broken", 600.0)] * 3
    await home.says("hello", sender="900", expires_in=0)
    await home.says("my name is Zorica")
    assert ("waiting", True) in await _rows(home)
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(held)
    assert found is not None
    await forget(home.house, found.conversation)
    assert all(not has_text for _, has_text in await _rows(home))
    await home.passes(minutes=11)
    assert not any("Zorica" in said for said in _passed(home))


async def test_a_case_goes_from_phone_to_phone_and_its_words_with_it(home: Home, held: str) -> None:
    await home.enrols("Bo", sender="901")
    assert await home.says(f"transfer {held} Nobody", sender="900") == [f"{held}: there is no officer of that name who can take it."]
    assert (await home.says(f"transfer {held} bo", sender="900"))[-1].startswith(f"Bo is asked to take {held}.")
    assert _passed(home, "901") == []
    before = len(_passed(home))
    said = await home.says(f"accept {held}", sender="901")
    assert f"{held} is yours." in "\n".join(said)
    assert any(CRY in line for line in _passed(home, "901"))
    await home.says("they left")
    assert _passed(home, "901")[-1] == f"{held}: they left"
    assert len(_passed(home)) == before
    (refused,) = await home.says(f"{held} hello", sender="900")
    assert refused.startswith("NOT SENT. You do not hold")


async def test_who_declines_leaves_it_with_its_holder(home: Home, held: str) -> None:
    await home.enrols("Bo", sender="901")
    await home.says(f"transfer {held} Bo", sender="900")
    assert await home.says(f"decline {held}", sender="901") == [f"{held}: declined. Its holder holds it on."]
    await home.says("they left")
    assert _passed(home)[-1] == f"{held}: they left"


@pytest.mark.parametrize("lost", [True, False])
async def test_what_an_officer_may_not_see_any_more_is_not_passed_on_to_them(home: Home, lost: bool) -> None:
    """Threats to the mission were everybody's, until somebody got the security duty."""
    await home.enrols()
    home.nlu.known["I will blow up your embassy"] = "threat_to_mission"
    await home.says("I will blow up your embassy")
    reference = await home.reference()
    await home.says(f"take {reference}", sender="900")
    await home.enrols("Sec", sender="902", duties=("security",) if lost else ("general",))
    await home.says("tomorrow at nine")
    assert (f"{reference}: tomorrow at nine" in _passed(home)) is not lost
