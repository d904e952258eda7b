"""Which language a text is in: measured on messages that were never learnt, and on what is short, mixed or hostile."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import RefuseToStart
from bot.domain.language import READS, SHORT, Identified, words_of
from bot.nlu import load_languages
from tests.dialogue.growth import is_far_from_quadratic

NLU = Path(__file__).parents[2] / "nlu"
LANGUAGES = load_languages(NLU)
SOUTH = ("sr_Latn_ME", "sr_Cyrl_ME")


def lines(*files):
    """The texts of tab-separated files, without comments and the line of columns."""
    kept = [[line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")][1:] for file in files]
    return [line.split("\t") for rows in kept for line in rows]


def expected(text, language):
    """South Slavic texts are answered in the script that most of their letters have."""
    if language != "cnr":
        return language
    letters = [sign for sign in text.lower() if sign.isalpha()]
    return SOUTH[2 * sum("а" <= sign <= "џ" for sign in letters) > len(letters)]


def locale(text):
    return LANGUAGES.identify(text).locale


DEV = {
    name: [row[0] for row in lines(*sorted((NLU / "dev" / name).glob("*.tsv"))) if len(row[0]) > SHORT]
    for name in ("en", "cnr", "sq", "ru")
}
OTHER = [row[0] for row in lines(NLU / "languages" / "other-dev.tsv") if len(row[0]) > 25]


@pytest.mark.parametrize("language", DEV)
def test_of_messages_over_15_characters_98_percent_are_right_and_sure(language):
    right = [LANGUAGES.identify(text) == Identified(locale=expected(text, language), sure=True) for text in DEV[language]]
    assert sum(right) / len(right) >= 0.98


@pytest.mark.parametrize("script", SOUTH)
def test_98_percent_are_right_in_each_script_too(script):
    texts = [text for text in DEV["cnr"] if expected(text, "cnr") == script]
    assert sum(locale(text) == script for text in texts) / len(texts) >= 0.98


@pytest.mark.parametrize("language", DEV)
def test_at_most_2_percent_of_our_languages_are_held_to_be_another(language):
    strange = [locale(text) is None for text in DEV[language]]
    assert sum(strange) / len(strange) <= 0.02


def test_of_other_languages_over_25_characters_90_percent_are_told():
    assert sum(locale(text) is None for text in OTHER) / len(OTHER) >= 0.9


def test_what_is_measured_was_never_learnt():
    learnt = {row[0] for row in lines(NLU / "languages" / "other.tsv")}
    assert len(learnt) >= 500
    assert not learnt & set(OTHER)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("они забрали моего брата вчера вечером", "ru"),  # no letter that Montenegrin has not
        ("позовите адвоката на помощ", "ru"),
        ("одвели су ми брата синоћ из стана", "sr_Cyrl_ME"),
        ("зовите адвоката, одвели су га у станицу", "sr_Cyrl_ME"),  # no letter that Russian has not
        ("menya zaderzhali na ulice, pomogite pozhaluysta", "ru"),
        ("zadrzali su me na ulici, pomozite molim vas", "sr_Latn_ME"),
        ("uhitili su me ispred zgrade, trebam odvjetnika", "sr_Latn_ME"),
        ("me kane ndal ne rruge, kam nevoj per ndihme", "sq"),
        ("po m'kallxojnë se s'kam drejtë me dalë", "sq"),
        ("they have stopped me in the street, please help", "en"),
        ("THEY ARE BREAKING THE DOOR", "en"),
        ("POMOZITE MI, RAZBIJAJU VRATA", "sr_Latn_ME"),
    ],
)
def test_near_languages_are_told_apart_by_their_words(text, where):
    assert LANGUAGES.identify(text) == Identified(locale=where, sure=True)


@pytest.mark.parametrize(
    "text", ["警察昨天带走了我的丈夫", "الشرطة اعتقلت أخي", "η αστυνομία είναι εδώ", "Die Polizei hat gestern meinen Bruder verhaftet"]
)
def test_a_language_that_we_have_no_locale_for_is_none_of_ours(text):
    assert LANGUAGES.identify(text) == Identified(locale=None, sure=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
        "069 123 456 069 123 456",
        "?!?!?!?!?!?!?!?!?!?!",
        "https://example.org/novosti/danas-u-gradu",
    ],
)
def test_without_words_nothing_is_told(text):
    assert LANGUAGES.identify(text) == Identified(locale=None, sure=False)


@pytest.mark.parametrize("text", ["da", "ne znam", "ok", "jo", "help me", "pomoć", "вяжут", "/human", "/start"])
def test_what_is_said_of_a_short_text_is_never_sure(text):
    assert not LANGUAGES.identify(text).sure


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("oduzeli su mi pasoš na border control i kažu deportation, šta da radim", "sr_Latn_ME"),
        ("they took my lična karta in the stanica and will not give it back", "en"),
        ("policajt ma moren telefonin, please ndihmoni sa ma shpejt", "sq"),
        ("меня держат в policijska stanica и не дают позвонить", "ru"),
        ("pogledajte ovo https://www.example.com/the-police-are-here i javite mi se", "sr_Latn_ME"),
    ],
)
def test_words_of_another_language_do_not_turn_a_text(text, where):
    assert locale(text) == where


@pytest.mark.parametrize("text", ["odveli su mi brata sinoć iz stana", "они забрали моего брата вчера вечером"])
def test_what_cannot_be_seen_changes_nothing(text):
    for sign in ("\u200b", "\xad", "\u2060", "\u202e"):
        assert LANGUAGES.identify(sign.join(text)) == LANGUAGES.identify(text)


@given(st.text())
def test_no_text_raises(text):
    found = LANGUAGES.identify(text)
    assert found.locale in {None, "en", "sq", "ru", *SOUTH}
    assert not found.sure or found.locale is None or len(" ".join(words_of(text))) > SHORT


@pytest.mark.parametrize(
    "text", ["\ud800\udfff" * 20, "\x00" * 50, "\ufdfa" * 2_000, "a\u0301" * 2_000, "İ" * 2_000, "'" * 2_000, "a@" * 2_000]
)
def test_hostile_texts_are_in_no_language_for_sure_or_in_a_foreign_one(text):
    found = LANGUAGES.identify(text)
    assert not found.sure or found.locale is None


@pytest.mark.parametrize("piece", ["a", "ovo je ", "\ufdfa", "a@b", "/", "'a", "ж\u0301"])
def test_the_time_does_not_grow_with_the_text(piece):
    assert is_far_from_quadratic(LANGUAGES.identify, piece, 0.001)


def test_only_the_beginning_of_a_text_is_looked_at():
    text = "they have stopped me in the street " * 40
    assert LANGUAGES.identify(text[:READS] + "одвели су ми брата " * 400) == LANGUAGES.identify(text[:READS])


@pytest.mark.parametrize(
    "content", [None, "", "[]", "{}", '{"bias": {"en": 0}, "scale": 1, "usual": {}, "weights": {}}', '{"usual": []}', "\xff"]
)
def test_a_file_that_cannot_be_read_refuses_to_start(tmp_path, content):
    if content is not None:
        (tmp_path / "languages.json").write_text(content, "latin-1")
    with pytest.raises(RefuseToStart, match=r"languages\.json"):
        load_languages(tmp_path)


def test_control_a_copy_of_the_file_is_read(tmp_path):
    shutil.copyfile(NLU / "languages.json", tmp_path / "languages.json")
    assert load_languages(tmp_path).identify("they have stopped me in the street").locale == "en"
