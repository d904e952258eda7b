"""Signs that a phone may be in other hands: facts of the talk."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.dialogue.signs import script_of, signs
from bot.domain.alarm import Alarm, with_new
from bot.domain.conversation import Conversation, Memory
from bot.domain.handoff import Handoff, HandoffClass, Spoken, State
from bot.domain.ids import ContactId, ConversationId, HandoffId
from bot.domain.language import Identified
from bot.domain.message import ChannelName

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
TALK = Conversation(id=ConversationId("c"), contact=ContactId("p"), channel=ChannelName.SIGNAL)
HELD = Handoff(
    id=HandoffId("h"),
    reference="K7T-42M", conversation=TALK.id, state=State.CLAIMED, cls=HandoffClass.E1, kind="missing_person", opened_at=AT
)  # fmt: skip


def found(*texts: str, state: str = "kept", kind: str = "text") -> list[str]:
    lines = [
        Spoken(who="defender", at=AT + timedelta(minutes=place), text=text, state=state, kind=kind) for place, text in enumerate(texts)
    ]
    return [sign.code for sign in signs(TALK, HELD, lines, _identify)]


def _identify(text: str) -> Identified:
    return Identified(locale="ru" if script_of(text) == "cyrillic" else "en", sure=len(text) > 15)


def test_another_alphabet_and_another_language_are_signs() -> None:
    assert found("they took my brother away", "где он живёт, скажите пожалуйста") == ["script", "language"]


def test_control_one_language_in_one_alphabet_is_none() -> None:
    assert found("they took my brother away", "please tell me what to do now", "ok") == []


@pytest.mark.parametrize(
    "text",
    ["who else knows about this?", "give me the names of all of them", "Ko još zna za ovo?", "pošaljite imena",
     "Kush tjetër e di?", "Кто ещё знает?",
     "Which lawyer do you work with?", "Пришлите фамилии всех"],
)  # fmt: skip
def test_a_question_for_names_is_a_sign(text: str) -> None:
    assert "names" in found(text)


@pytest.mark.parametrize("text", ["my name is nobody's business", "they took him", "ime mi je svejedno", "who am I to complain"])
def test_control_what_asks_for_no_names_is_none(text: str) -> None:
    assert "names" not in found(text)


def test_deletions_and_edits_are_signs() -> None:
    assert found("", state="deleted_by_sender") == ["deletions"]
    assert found("something else", kind="edit") == ["edits"]


def test_what_rang_outlives_the_memory_as_json_and_of_many_the_middle_is_forgotten() -> None:
    rang = [Alarm(at=AT, message=number, cause="rule", rules=("held",), intent="arrest_now", danger=0.5) for number in range(20)]
    kept = with_new((), rang)
    assert [each.message for each in kept] == [0, 1, 14, 15, 16, 17, 18, 19]
    assert Memory.from_json(Memory(alarms=kept, officer_wrote_at=AT).to_json()) == Memory(alarms=kept, officer_wrote_at=AT)
