"""In which locale a conversation is held: what was written decides, short texts follow, and one text turns nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.dialogue.locale import DUE, SAID, as_last_written, chosen, in_locale, language_known
from bot.domain.conversation import Conversation, Memory
from bot.domain.ids import ContactId, ConversationId, MessageId
from bot.domain.language import Identified
from bot.domain.message import ChannelName, Kind, Message

NEW = Conversation(id=ConversationId("c"), contact=ContactId("p"), channel=ChannelName.TELEGRAM)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FOREIGN = "foreign"


def identify(text):
    """A text that begins with a locale is surely in it, ``foreign`` in another one, anything else is short."""
    name = text.partition(" ")[0]
    if name == FOREIGN:
        return Identified(locale=None, sure=True)
    return (
        Identified(locale=name, sure=True)
        if name in {"en", "sq", "ru", "sr_Latn_ME", "sr_Cyrl_ME"}
        else Identified(locale="sq", sure=False)
    )


def after(*texts, start=NEW, **more):
    """The conversation when these were written in it, one at a time."""
    for text in texts:
        values = {"kind": Kind.TEXT} | more
        message = Message(id=MessageId("m"), conversation=start.id, seq=1, text=text, received_at=NOW, **values)
        start = in_locale(start, [message], identify)
    return start


def test_the_first_long_text_sets_the_locale():
    assert after("ru").locale == "ru"


def test_a_short_text_sets_nothing():
    assert after("po").locale == "en"


def test_short_texts_follow_the_conversation():
    assert after("ru", "po", "jo", "po").locale == "ru"


def test_the_first_long_text_sets_it_also_after_short_ones():
    assert after("po", "po", "sr_Latn_ME").locale == "sr_Latn_ME"


def test_one_short_text_in_another_language_turns_nothing():
    assert after("ru", "sq").locale == "ru"


def test_a_clear_sentence_in_another_language_turns_it_at_once():
    assert after("ru", "sq nje fjali e plote dhe e qarte").locale == "sq"
    assert after("ru", "sq nje fjali e plote dhe e qarte", "ru").locale == "sq", "and is then what one text does not turn"


def test_whoever_chose_is_not_turned_by_one_sentence():
    assert in_locale(chosen(NEW, "ru"), [], identify).locale == "ru"
    assert after("sq nje fjali e plote dhe e qarte", start=chosen(NEW, "ru")).locale == "ru"


def test_a_foreign_sentence_turns_nothing():
    assert after("ru", f"{FOREIGN} une phrase entiere et claire").locale == "ru"


def test_two_in_a_row_turn_it_even_with_short_ones_between():
    assert after("ru", "sq", "sq").locale == "sq"
    assert after("ru", "sq", "ok", "sq").locale == "sq"


@pytest.mark.parametrize("between", ["ru", FOREIGN, "en"])
def test_two_that_are_not_in_a_row_turn_nothing(between):
    assert after("ru", "sq", between, "sq").locale == "ru"


def test_another_script_is_another_locale():
    assert after("sr_Latn_ME", "sr_Cyrl_ME").locale == "sr_Latn_ME"
    assert after("sr_Latn_ME", "sr_Cyrl_ME", "sr_Cyrl_ME").locale == "sr_Cyrl_ME"


def test_messages_that_waited_together_count_one_by_one():
    messages = [
        Message(id=MessageId(text), conversation=NEW.id, seq=1, kind=Kind.TEXT, text=text, received_at=NOW) for text in ("sq", "sq")
    ]
    assert in_locale(after("ru"), messages, identify).locale == "sq"
    assert in_locale(after("ru"), messages[:1], identify).locale == "ru"


@pytest.mark.parametrize(
    ("hint", "locale"),
    [("ru", "ru"), ("sr", "sr_Latn_ME"), ("cnr", "sr_Latn_ME"), ("hr", "sr_Latn_ME"), ("bs-BA", "sr_Latn_ME"), ("sr-Cyrl", "sr_Cyrl_ME"),
     ("sr_Cyrl_RS", "sr_Cyrl_ME"), ("sq-AL", "sq"), ("en-GB", "en"), ("de", "en"), ("", "en"), (None, "en")],
)  # fmt: skip
def test_until_enough_was_written_the_messengers_hint_counts(hint, locale):
    assert after("po", language_hint=hint).locale == locale
    assert after("", kind=Kind.VOICE, language_hint=hint).locale == locale


def test_what_was_written_wins_over_the_hint_at_once_and_for_ever():
    assert after("sq", language_hint="ru").locale == "sq"
    assert after("po", "sq", "po", language_hint="ru").locale == "sq"


def test_a_foreign_language_is_answered_in_english_whatever_the_hint():
    assert after(FOREIGN, "po", language_hint="ru").locale == "en"
    assert after("po", FOREIGN, "po", language_hint="ru").locale == "en"


def test_after_a_foreign_text_the_first_text_in_one_of_our_languages_sets_the_locale():
    assert after(FOREIGN, "sq").locale == "sq"


def test_what_is_forwarded_are_not_the_persons_own_words():
    assert after("ru", forwarded=True).locale == "en"
    assert after("sq", start=after("ru"), forwarded=True).memory.locale_next is None


@pytest.mark.parametrize("kind", [Kind.GROUP, Kind.DELETION, Kind.BLOCKED])
def test_what_is_no_word_to_us_says_nothing(kind):
    assert after("ru", kind=kind, language_hint="sq") == NEW


def test_a_chosen_locale_stays_until_two_sure_texts_in_a_row_are_in_another_language():
    assert after("ru", "sq", "ru", FOREIGN, "ru", language_hint="ru", start=chosen(NEW, "sq")).locale == "sq"
    assert after("ru", "ru", start=chosen(NEW, "sq")).locale == "ru"
    assert chosen(chosen(NEW, "sq"), "en").locale == "en"


def test_who_chose_a_script_may_write_in_the_other_one():
    assert after("sr_Latn_ME", "sr_Latn_ME", "sr_Latn_ME", start=chosen(NEW, "sr_Cyrl_ME")).locale == "sr_Cyrl_ME"
    assert after("sr_Latn_ME", "sr_Latn_ME", start=after("sr_Cyrl_ME")).locale == "sr_Latn_ME", "control: nothing was chosen"


def test_a_cry_in_another_language_is_answered_in_the_one_that_was_chosen():
    assert as_last_written(after("ru", start=chosen(NEW, "sq"))).locale == "sq"
    assert as_last_written(after("ru", start=after("sq"))).locale == "ru", "control: nothing was chosen"


def test_one_line_on_the_language_is_due_once_after_the_first_sure_switch():
    switched = after("sq")
    assert switched.memory.locale_line == DUE
    assert after("en").memory.locale_line is None, "nothing was switched"
    assert after("hajde brzo").memory.locale_line is None, "a guess is not sure"
    told = switched.remembering(locale_line=SAID)
    assert after("ru", "ru", start=told).memory.locale_line == SAID, "once is enough"


def test_it_is_remembered_and_a_memory_from_before_knows_nothing_yet():
    kept = after("ru", "sq")
    again = replace(kept, memory=Memory.from_json(kept.memory.to_json()))
    assert after("sq", start=again).locale == "sq"
    assert after("sq", start=replace(NEW, memory=Memory.from_json({"last_intent": "greet"}))).locale == "sq"


def test_a_short_first_text_is_answered_in_the_likeliest_of_ours_until_a_sure_one_decides():
    guessed = after("hajde brzo")
    assert guessed.locale == "sq"
    assert after("en something longer", start=guessed).locale == "en"
    assert after("hajde", "hajde opet").locale == "sq"
    assert after("hm").locale == "en", "with so few letters nothing is guessed"


def test_control_a_guess_is_not_what_the_person_wrote():
    assert not language_known(after("hajde brzo"))
    assert language_known(after("ru something longer"))


@pytest.mark.parametrize("reference", ["KAT-EMA", "kat ema", "222-222"])
def test_a_references_letters_are_no_words_in_any_language(reference):
    assert after(f"i am {reference}") == after("i am")


@pytest.mark.parametrize("hint", ["en", "sq", "sr-Latn", "en-US"])
@pytest.mark.parametrize("locale", ["ru", "sr_Cyrl_ME"])
def test_cyrillic_letters_outweigh_a_hint_of_latin_script(hint, locale):
    """A short text says no language for certain; its letters say in which script to answer."""

    def short(text: str) -> Identified:
        return Identified(locale=locale if text else None, sure=False)

    def hinted(text: str, with_hint: str, words) -> str:
        values = {"kind": Kind.TEXT, "language_hint": with_hint}
        return in_locale(NEW, [Message(id=MessageId("m"), conversation=NEW.id, seq=1, text=text, received_at=NOW, **values)], words).locale

    assert hinted("добар или добрый", hint, short) == locale
    assert hinted("dobar dan", "sq", lambda _: Identified(locale=None, sure=False)) == "sq", "the control"
