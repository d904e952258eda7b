"""An officer works on their own messenger: takes a case, talks, notes, closes; nothing goes to the wrong person, twice or in silence."""

from dataclasses import replace

import pytest

from bot.domain.doors import Doors
from bot.domain.errors import KeyChanged, Unreachable
from bot.domain.message import ChannelName, Kind
from bot.ports import Officer
from bot.usecases import forced, handoff, retention
from bot.usecases.officeracts import LONGEST
from bot.usecases.officerturn import Turn
from tests.journeys.house import Home

CRY = "they are breaking the door"


async def _taken(home: Home, sender: str = "42") -> str:
    """A case that Ana takes on her phone."""
    before = {line.reference for line in await _open(home)}
    await home.says(CRY, sender=sender)
    (reference,) = {line.reference for line in await _open(home)} - before
    assert any(f"{reference} is yours" in said for said in await home.says(f"take {reference}", sender="900"))
    return reference


async def _open(home: Home):
    async with home.house.store.begin() as tx:
        return await tx.handoffs.queue()


def _to(home: Home, sender: str = "42") -> list[str]:
    """An officer's words that a defender got."""
    return [sent.piece.text for sent in home.channels[ChannelName.SIGNAL].sent if sent.address == sender and sent.speaker == "officer"]


async def test_plain_words_go_to_the_one_defender_and_the_officer_hears_for_whom_they_were(home: Home) -> None:
    await home.enrols()
    reference = await _taken(home)
    assert await home.says("I am here. Close the door and stay inside.", sender="900") == [f"To {reference}: passed on to be sent."]
    assert _to(home) == ["I am here. Close the door and stay inside."]


@pytest.mark.parametrize(
    "words", ["close the door", "Take your papers with you", "return home now", "who is there?", "ok", "Кто там?", "send me the number"]
)
async def test_words_that_begin_like_a_command_are_said_to_the_defender(home: Home, words: str) -> None:
    await home.enrols()
    await _taken(home)
    await home.says(words, sender="900")
    assert _to(home) == [words]
    (line,) = await _open(home)
    assert line.holder_name == "Ana"


@pytest.mark.parametrize("verb", ["note", "bilješka", "Биљешка", "shënim", "/note", "заметка", "NOTE:"])
async def test_a_command_in_any_language_is_never_said_to_the_defender(home: Home, verb: str) -> None:
    ana = await home.enrols()
    reference = await _taken(home)
    assert await home.says(f"{verb} {reference} her brother called", sender="900") == [f"Kept as a note for officers: {reference}."]
    assert _to(home) == []
    opened = await handoff.show(home.house, ana, reference)
    assert [line.text for line in opened.spoken if line.who == "note"] == ["her brother called"]


async def test_with_two_cases_nothing_is_sent_until_the_officer_says_for_whom(home: Home) -> None:
    await home.enrols()
    one, two = await _taken(home, "42"), await _taken(home, "43")
    (asked,) = await home.says("Come to the gate.", sender="900")
    assert asked.startswith("NOT SENT.")
    assert one in asked
    assert two in asked
    assert (_to(home, "42"), _to(home, "43")) == ([], [])
    await home.says(f"send {two}", sender="900")
    assert (_to(home, "42"), _to(home, "43")) == ([], ["Come to the gate."])
    assert (await home.says("send", sender="900"))[0].startswith("No words of yours wait")


async def test_of_two_cases_a_quoted_message_or_the_reference_decides(home: Home) -> None:
    await home.enrols()
    one, two = await _taken(home, "42"), await _taken(home, "43")
    await home.says("for one", sender="900", quoted=f"{one}: help")
    await home.says(f"{two} for two", sender="900", quoted=f"{one}: help")
    assert (_to(home, "42"), _to(home, "43")) == (["for one"], ["for two"])


async def test_a_bare_reference_says_for_whom_the_waiting_words_are(home: Home) -> None:
    await home.enrols()
    one, _ = await _taken(home, "42"), await _taken(home, "43")
    await home.says("first", sender="900")
    await home.says("second", sender="900")
    await home.says(one, sender="900")
    assert (_to(home, "42"), _to(home, "43")) == (["first\nsecond"], [])


async def test_words_for_a_case_that_is_over_go_to_no_other_one(home: Home) -> None:
    ana = await home.enrols()
    one, two = await _taken(home, "42"), await _taken(home, "43")
    await handoff.close(home.house, ana, one, "helped")
    (said,) = await home.says(f"{one} your lawyer is Marko", sender="900")
    assert said == f"NOT SENT. There is no open case {one} for you."
    assert (_to(home, "42"), _to(home, "43")) == ([], [])
    assert two != one


async def test_words_for_a_case_of_another_officer_are_not_sent_and_kept_for_the_holder(home: Home) -> None:
    await home.enrols()
    bo = await home.enrols("Bo", sender="901")
    await home.says(CRY)
    reference = await home.reference()
    await handoff.claim(home.house, bo, reference)
    (said,) = await home.says(f"{reference} I am coming", sender="900")
    assert said.startswith("NOT SENT. You do not hold")
    assert "Bo" in said
    opened = await handoff.show(home.house, bo, reference)
    (kept,) = [line.text for line in opened.spoken if line.who == "note"]
    assert kept.endswith("I am coming")
    assert _to(home) == []


async def test_after_a_silence_words_are_sent_only_when_the_officer_says_so_once_more(home: Home) -> None:
    await home.enrols()
    reference = await _taken(home)
    await home.says("I am here", sender="900")
    home.clock.move(minutes=11)
    (asked,) = await home.says("Marko waits at the gate", sender="900")
    assert asked.startswith("NOT SENT YET.")
    assert _to(home) == ["I am here"]
    await home.says("send", sender="900")
    assert _to(home) == ["I am here", "Marko waits at the gate"]
    home.clock.move(minutes=11)
    await home.says("old words", sender="900")
    home.clock.move(minutes=16)
    assert (await home.says(f"send {reference}", sender="900"))[0].startswith("No words of yours wait")
    assert _to(home)[-1] == "Marko waits at the gate"


async def test_the_loser_of_a_race_is_told_who_has_it(home: Home) -> None:
    await home.enrols()
    bo = await home.enrols("Bo", sender="901")
    await home.says(CRY)
    reference = await home.reference()
    await handoff.claim(home.house, bo, reference)
    said = await home.says(f"take {reference}", sender="900")
    assert said[0].startswith(f"{reference} is held by Bo since ")
    assert (await home.says(f"who {reference}", sender="900"))[0] == said[0]


async def test_the_queue_names_cases_and_no_words(home: Home) -> None:
    await home.enrols()
    await home.says("they are breaking the door of Marko at Bulevar 5")
    reference = await home.reference()
    home.clock.move(minutes=3)
    assert await home.says("queue", sender="900") == [f"Open cases:\n\n{reference} E1 attack, 3 min, English, nobody"]


async def test_a_long_queue_is_cut(home: Home) -> None:
    await home.enrols()
    for number in range(22):
        await home.says("/human", sender=f"person-{number}")
    (said,) = await home.says("red", sender="900")
    assert len(said.splitlines()) == 2 + 20 + 1
    assert said.endswith("And 2 more: please look at the desk.")


async def test_closing_asks_how_it_ended(home: Home) -> None:
    await home.enrols()
    reference = await _taken(home)
    assert (await home.says(f"close {reference}", sender="900"))[0].startswith(
        f"Not closed yet, and nothing was sent. How did {reference} end?"
    )
    assert len(await _open(home)) == 1
    assert await home.says(f"close {reference} passed on", sender="900") == [f"{reference} is closed."]
    assert await _open(home) == []


async def test_where_a_life_may_be_at_stake_closing_is_said_on_purpose(home: Home) -> None:
    await home.enrols()
    await home.says("I want to kill myself")
    reference = await home.reference()
    await home.says(f"take {reference}", sender="900")
    assert (await home.says(f"close {reference} 1", sender="900"))[0].startswith("NOT CLOSED YET.")
    assert len(await _open(home)) == 1
    assert await home.says(f"close {reference} 1 sure", sender="900") == [f"{reference} is closed."]


@pytest.mark.parametrize(("kind", "name"), [
    (Kind.VOICE, "NOT PASSED ON. Only"), (Kind.PHOTO, "NOT PASSED ON. Only"), (Kind.EDIT, "NOT PASSED ON. A message"),
    (Kind.DELETION, "NOT PASSED ON. A message"), (Kind.UNREADABLE, "Your message could not be decrypted"),
])  # fmt: skip
async def test_what_is_not_passed_on_is_said_to_be_so(home: Home, kind: Kind, name: str) -> None:
    await home.enrols()
    await _taken(home)
    (said,) = await home.says("a caption", sender="900", kind=kind)
    assert said.startswith(name)
    assert _to(home) == []


async def test_an_enormous_message_is_refused_with_a_word(home: Home) -> None:
    await home.enrols()
    await _taken(home)
    assert (await home.says("x" * (LONGEST + 1), sender="900"))[0].startswith("NOT PASSED ON: longer")
    assert _to(home) == []


@pytest.mark.parametrize("words", ["take {}", "note {} something", "{} I am coming", "uzmi {}"])
async def test_where_words_may_not_pass_a_case_is_neither_taken_nor_talked_about(home: Home, words: str) -> None:
    ana = await home.enrols()
    home.house = replace(home.house, doors=Doors(content=frozenset()))
    await home.says(CRY)
    reference = await home.reference()
    assert (await home.says(words.format(reference), sender="900"))[0].startswith("NOT DONE.")
    opened = await handoff.show(home.house, ana, reference)
    assert opened.handoff.holder is None
    assert [line for line in opened.spoken if line.who == "note"] == []
    assert (await home.says(f"ack {reference}", sender="900"))[0].startswith("Noted:")


async def test_somebody_who_is_no_officer_and_writes_a_command_is_a_defender_like_any_other(home: Home) -> None:
    await home.enrols()
    await home.says(CRY)
    reference = await home.reference()
    for words in (f"take {reference}", f"ack {reference}", "queue", f"close {reference} 1"):
        said = await home.says(words, sender="43")
        assert not any("is yours" in each or "Open cases" in each or "Noted" in each for each in said)
    lines = {line.reference: line for line in await _open(home)}
    assert lines[reference].holder_name is None
    assert not lines[reference].acknowledged


async def test_words_that_do_not_arrive_are_told_to_the_officer_on_the_phone(home: Home) -> None:
    await home.enrols()
    reference = await _taken(home)
    home.channels[ChannelName.SIGNAL].refused["42"] = Unreachable("forbidden")
    await home.says("Open the door", sender="900")
    assert home.alerts()[-1].startswith(f"NOT DELIVERED. Your last words to {reference}")


async def test_words_to_a_changed_safety_number_wait_and_the_officer_is_told_so(home: Home) -> None:
    await home.enrols()
    reference = await _taken(home)
    home.channels[ChannelName.SIGNAL].refused["42"] = KeyChanged("untrusted")
    await home.says("Open the door", sender="900")
    assert home.alerts()[-1].startswith(f"WAITS. The safety number of {reference} has changed")
    assert (await home.says("And come out", sender="900"))[-1].startswith("WAITS.")
    assert _to(home) == []


async def test_words_that_were_never_sent_are_erased_by_time(home: Home) -> None:
    ana = await home.enrols()
    await _taken(home, "42"), await _taken(home, "43")
    await home.says("my colleague Marko waits", sender="900")
    home.clock.move(minutes=20)
    await retention.sweep(home.house)
    async with home.house.store.begin() as tx:
        assert await tx.officers.pending(ana.id) is not None
    home.clock.move(minutes=20)
    await retention.sweep(home.house)
    async with home.house.store.begin() as tx:
        assert await tx.officers.pending(ana.id) is None


async def _swapped(home: Home) -> tuple[str, str]:
    """Ana talks to one person on her phone; then a supervisor gives that case to Bo and his to her, and she has not read it yet."""
    ana, bo = await home.enrols(), await home.enrols("Bo", sender="901")
    one = await _taken(home, "42")
    await home.says("I am here.", sender="900")
    await home.says(CRY, sender="43")
    (two,) = {line.reference for line in await _open(home)} - {one}
    await handoff.claim(home.house, bo, two)
    leader = replace(bo, leads=True)
    await forced.force(home.house, leader, one, bo.id, "she must sleep", ana.id)
    await forced.force(home.house, leader, two, ana.id, "she knows him", bo.id)
    return one, two


async def test_words_for_a_case_that_was_taken_away_go_to_nobody_else_and_are_kept_until_she_says_for_whom(home: Home) -> None:
    one, _ = await _swapped(home)
    (*_, asked) = await home.says("Run to your brother's house.", sender="900")
    assert asked.startswith("NOT SENT.")
    assert (_to(home, "42"), _to(home, "43")) == (["I am here."], [])
    await home.says(f"send {one}", sender="900")
    assert (_to(home, "42"), _to(home, "43")) == (["I am here."], [])
    (*_, why) = home.alerts()
    assert one in why
    opened = await handoff.show(home.house, await _officer(home, "Bo"), one)
    assert any("Run to your brother's house." in line.text for line in opened.spoken if line.who == "note")


async def test_control_the_only_case_is_no_proof_of_whom_is_meant(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    await _swapped(home)
    monkeypatch.setattr(Turn, "here", property(lambda turn: turn.held[0] if len(turn.held) == 1 else None))
    await home.says("Run to your brother's house.", sender="900")
    assert _to(home, "43") == ["Run to your brother's house."]


async def test_a_bare_close_ends_no_case_that_was_not_taken_on_this_phone(home: Home) -> None:
    _, two = await _swapped(home)
    (*_, asked) = await home.says("close", sender="900")
    assert two in asked
    assert two in {line.reference for line in await _open(home)}


async def test_a_case_that_came_otherwise_is_talked_to_after_taking_it_on_the_phone(home: Home) -> None:
    _, two = await _swapped(home)
    await home.says(f"take {two}", sender="900")
    await home.says("This is Ana.", sender="900")
    assert _to(home, "43") == ["This is Ana."]


async def _officer(home: Home, name: str) -> Officer:
    async with home.house.store.begin() as tx:
        officer = await tx.officers.by_name(name)
    assert officer is not None
    return officer
