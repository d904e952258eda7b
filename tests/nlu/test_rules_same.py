"""The rules, which skim, say the same as every phrase tried on every sentence, for any text."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.rules import RuleBook
from tests.nlu.rules_reference import Reference

ROOT = Path(__file__).parents[2]
DATA = {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in sorted((ROOT / "nlu" / "rules").glob("*.yml"))}
BOOK = RuleBook.merged(*(RuleBook.from_mapping(data, language=name) for name, data in DATA.items()))
REFERENCE = Reference(DATA)


def messages(folder: str, language: str) -> list[str]:
    lines = [line for file in sorted((ROOT / "nlu" / folder / language).glob("*.tsv")) for line in file.read_text("utf-8").splitlines()]
    return [line.split("\t")[0] for line in lines if "\t" in line and not line.startswith("#")]


def said(text: str) -> list[tuple[str, str | None]]:
    return [(hit.rule, hit.intent) for hit in BOOK.match(text)]


EACH_LANGUAGE = pytest.mark.parametrize("language", DATA)
MESSAGES = [text for language in DATA for text in messages("dev", language)[::10]]
#: What makes the normaliser, the ends of sentences and the ends of chunks interesting.
ODD = [
    *("¨", "5'.5", "5.ь5", "ы", "ђ", "ђ.", "и\u0306", "и\u200b\u0306", "\u200b", "\x1c", "\x1f", "\x85", "\u00a0", "\u2028", "\n"),
    *("-", "—", "…", "！", "．５", "5．5", "´", "`", "\u0301", "\ufffd", "\ud800", "\x00", "İ", "ᵸ", "ыд", "ь", "ъ", "5.5", "a.b.c"),
    *("http://x.y/z", ".", ",", '"', ";", "\u037e", "⒈", "heeeelp", "Ы", "😀", "not", "if", "now", "but", "5'"),
    *("брата увезли", "uhapsili su mi brata", "took him"),
]
PIECES = st.sampled_from([*ODD, *(word for text in MESSAGES[::5] for word in text.split()), *MESSAGES])
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from([" ", " ", "", ". ", "\n", ", ", " - ", "! "])), max_size=12)


@EACH_LANGUAGE
def test_the_development_messages_hit_as_in_the_reference(language):
    texts = messages("dev", language)
    assert [text for text in texts if said(text) != REFERENCE.match(text)] == []
    assert any(said(text) for text in texts), "control: some of them do hit"


@EACH_LANGUAGE
def test_a_sample_of_the_training_messages_hits_as_in_the_reference(language):
    texts = messages("data", language)[::40]
    assert [text for text in texts if said(text) != REFERENCE.match(text)] == []


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_any_text_hits_as_in_the_reference(pieces):
    text = "".join(word + between for word, between in pieces)
    assert said(text) == REFERENCE.match(text)


@settings(max_examples=30, deadline=None)
@given(st.lists(PIECES, min_size=70, max_size=140).map(" ".join))
def test_a_sentence_too_long_for_one_piece_hits_as_in_the_reference(text):
    assert said(text) == REFERENCE.match(text)


@pytest.mark.parametrize(
    ("together", "apart"),
    [
        ("they took my brother", "they took. my brother"),
        ("uhapsili su mi brata", "uhapsili su. mi. brata"),
        ("меня увезли", "меня. увезли"),
    ],
)
def test_control_where_a_sentence_ends_matters(together, apart):
    assert said(together) != []
    assert said(together) != said(apart) == REFERENCE.match(apart)


def test_the_alphabet_of_the_whole_text_counts_for_each_sentence_of_it():
    assert said("Ухапсили су ми брата.") != [] == said("ы. Ухапсили су ми брата.")
    assert said("Ђ ы. Ухапсили су ми брата.") == said("Ухапсили су ми брата.")


def test_a_second_reading_says_the_same_when_everything_is_remembered():
    fresh = RuleBook.merged(*(RuleBook.from_mapping(DATA[name], language=name) for name in ("en", "ru")))
    for text in MESSAGES[::10]:
        assert fresh.match(text) == fresh.match(text)


def test_of_two_rules_with_one_name_the_earlier_language_speaks():
    books = [
        RuleBook.from_mapping({"rules": [{"name": "same", "intent": intent, "phrases": ["help"]}]}, language=intent)
        for intent in ("a", "b")
    ]
    assert [hit.intent for hit in RuleBook.merged(*books).match("help")] == ["a"]
    assert [hit.intent for hit in RuleBook.merged(*reversed(books)).match("help")] == ["b"]


def test_a_word_whose_bytes_are_those_of_chinese_signs_is_still_heard():
    word = "help"
    signs = word.encode().decode("utf-16-le")
    assert hash(signs) == hash(word), "control: by Python's own hash they are the same"
    book = RuleBook.from_mapping({"rules": [{"name": "cry", "intent": None, "phrases": [f"{word} us"]}]}, language="en")
    assert book.match(f"{signs} us") == ()
    assert [hit.rule for hit in book.match(f"{word} us")] == ["cry"]
