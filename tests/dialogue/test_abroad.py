"""Words in languages that we do not read: a cry is never small talk, a greeting and thanks need not ring."""

from pathlib import Path

import pytest

from bot.dialogue import abroad, wordlists
from bot.dialogue.understand import in_doubt, with_model, without_model
from bot.dialogue.words import is_bare_help, is_bare_place
from bot.domain.message import Kind
from bot.domain.understanding import Action, IntentClass, Ranked, Reading, RuleHit, Understanding
from bot.nlu import load_classes, load_languages
from nlu.tsv import read_folder
from tests.dialogue.talk import THRESHOLDS

NLU = Path(__file__).resolve().parents[2] / "nlu"
LANGUAGES = load_languages(NLU)
CLASSES = {"out_of_scope": IntentClass.N, "attack_now": IntentClass.E1}


def small_talk() -> Understanding:
    """What the model makes of a text without a feature that it knows."""
    return with_model(Reading(ranking=(Ranked(intent="out_of_scope", confidence=1.0),)), CLASSES, THRESHOLDS)


@pytest.mark.parametrize("cry", [cry for cries in abroad.HELP.values() for cry in cries])
def test_a_cry_for_help_in_any_language_asks_and_rings_if_silent(cry: str) -> None:
    for text in (cry, f"{cry.upper()}!!!"):
        meaning = without_model(text, Kind.TEXT, [])
        assert meaning is not None
        assert (meaning.action, meaning.ring_if_silent) == (Action.ASK_DANGER, True)


@pytest.mark.parametrize("intent", abroad.COURTESIES)
def test_greetings_and_thanks_of_other_languages_ring_nobody(intent: str) -> None:
    for words in abroad.COURTESIES[intent].values():
        for text in words:
            meaning = without_model(text, Kind.TEXT, [])
            assert meaning is not None
            assert (meaning.action, meaning.intent) == (Action.CHAT, intent), text


@pytest.mark.parametrize("lists", [wordlists.YES, wordlists.NO, wordlists.UNSURE, wordlists.STOP, *wordlists.COMMANDS.values()])
def test_no_answer_and_no_command_is_taken_for_a_cry(lists: dict[str, list[str]]) -> None:
    assert [word for words in lists.values() for word in words if is_bare_help(word)] == []


@pytest.mark.parametrize(
    "text",
    [
        "ساعدوني اخذوا اخي", "برادرم را گرفتند", "救命啊", "他们抓了我弟弟", "συνέλαβαν τον αδερφό μου",
        "ჩემი ძმა დააკავეს", "kapıyı kırıyorlar hemen",
        "чоловік зник учора, допоможіть", "se llevaron a mi hermano anoche", "sie brechen die tür auf", "məni öldürəcəklər bu gecə",
        "elvitték a bátyámat", "ktoś wyważa nam drzwi", "walaalkay waa la xiray", "ወንድሜን ወሰዱት",
    ],
)  # fmt: skip
def test_what_is_surely_foreign_is_never_small_talk(text: str) -> None:
    assert LANGUAGES.is_foreign(text)
    meaning = in_doubt(small_talk(), [], foreign=LANGUAGES.is_foreign(text))
    assert (meaning.action, meaning.ring_if_silent) == (Action.ASK_DANGER, True)
    assert small_talk().action is Action.CHAT, "control: by the model alone it is"


@pytest.mark.parametrize(
    "text",
    [
        "helo wat can yu do for activsts", "Marko Petrović, Nikšić", "dje vam je kancelarija", "cka bon ambasada per aktivista",
        "a flitni shqip",
        "privet kak vas nayti", "здраво", "здравствуйте, подскажите часы работы", "ok", "123", "👍", "", "hahahaha",
        "Lejla Hasanbegović Kalač",
    ],
)  # fmt: skip
def test_our_own_languages_with_slips_names_and_bare_letters_are_not_foreign(text: str) -> None:
    assert not LANGUAGES.is_foreign(text)


def test_of_all_harmless_messages_of_the_development_set_hardly_one_is_foreign() -> None:
    rows = read_folder(NLU / "dev", frozenset(load_classes(NLU)))
    foreign = [row for row in rows if LANGUAGES.is_foreign(row.text)]
    assert len(rows) > 3000
    assert len(foreign) <= 5


def test_an_alarm_is_not_lowered_by_doubt() -> None:
    alarm = with_model(Reading(ranking=(Ranked(intent="attack_now", confidence=1.0),)), CLASSES, THRESHOLDS)
    assert in_doubt(alarm, [RuleHit(rule="r", intent=None, asks=True)], foreign=True) == alarm


def test_a_rule_that_only_asks_rings_nobody_at_once() -> None:
    asks = [RuleHit(rule="r", intent=None, asks=True)]
    assert without_model("words of some length", Kind.TEXT, asks) is None
    assert in_doubt(small_talk(), asks, foreign=False).action is Action.ASK_DANGER
    assert in_doubt(small_talk(), [], foreign=False).action is Action.CHAT
    rung = without_model("words", Kind.TEXT, [*asks, RuleHit(rule="s", intent="attack_now")])
    assert rung is not None
    assert (rung.action, [hit.rule for hit in rung.rules]) == (Action.ALERT, ["s"])


@pytest.mark.parametrize(
    "text", ["069 123 456", "+382 69 123 456", "42.4411, 19.2636", "https://maps.app.goo.gl/abc", "maps.google.com/?q=1,2"]
)
def test_a_bare_number_or_place_asks_and_rings_if_silent(text: str) -> None:
    meaning = without_model(text, Kind.TEXT, [])
    assert meaning is not None
    assert (meaning.action, meaning.ring_if_silent) == (Action.ASK_DANGER, True)


@pytest.mark.parametrize(
    "text", ["12", "2019", "article 12", "349-5EA", "457-343", "2026-11-24", "116 111", "https://example.org/069123456", "15:30"]
)
def test_other_numbers_are_no_place(text: str) -> None:
    assert not is_bare_place(text)
