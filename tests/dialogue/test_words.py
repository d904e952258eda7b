"""Bare words in every language."""

import itertools

import pytest

from bot.dialogue import wordlists
from bot.dialogue.words import answer_word, bare, bare_command, is_bare_help, is_stop, kind_number

LISTS = {
    "yes": wordlists.YES,
    "unsure": wordlists.UNSURE,
    "no": wordlists.NO,
    "help": wordlists.HELP,
    "stop": wordlists.STOP,
    **wordlists.COMMANDS,
}


def test_no_word_means_two_things() -> None:
    folded = {name: {bare(word) for words in lists.values() for word in words} for name, lists in LISTS.items()}
    assert [(one, two) for one, two in itertools.combinations(folded, 2) if folded[one] & folded[two]] == []


@pytest.mark.parametrize("lists", [*LISTS.values(), *wordlists.KINDS.values()])
def test_every_list_knows_every_language(lists: dict[str, list[str]]) -> None:
    assert lists.keys() >= {"en"} if lists is wordlists.COMMANDS["start"] else lists.keys() >= {"en", "cnr", "sq", "ru"}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Da!", "yes"), ("ДА", "yes"), ("Po.", "yes"), ("po po", "yes"), ("Da, hvala", None), ("da hvala", "yes"),
        ("Nijesam siguran…", "unsure"), ("Нијесам сигурна", "unsure"), ("s’e di", "unsure"), ("не знаю", "unsure"), ("Ne znayu", "unsure"),
        ("Ne.", "no"), ("Не", "no"), ("Jo!", "no"), ("нет", "no"), ("NET", "no"), ("ne znam što da radim", None), ("po vijnë", None),
        ("да они здесь", None), ("нет они не ушли", None),
    ],
)  # fmt: skip
def test_only_a_whole_message_is_an_answer(text: str, word: str | None) -> None:
    assert answer_word(text) == word


@pytest.mark.parametrize("text", ["Upomoć!!!", "упомоћ", "Ndihmë", "ndihme ju lutem", "ПОМОГИТЕ", "pomogite", "Treba mi pomoć", "SOS"])
def test_a_bare_cry_for_help_is_known_in_every_language(text: str) -> None:
    assert is_bare_help(text)
    assert not is_bare_help(f"{text} oko projekta")


def test_a_cry_for_help_said_again_and_again_is_one_and_other_words_make_it_another_message() -> None:
    assert is_bare_help("help me " * 50)
    assert is_bare_help("pomoć pomozite POMOĆ!")
    assert not is_bare_help("help me understand the guidelines")
    assert not is_bare_help("i need it")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Uhapšena", 1),
        ("ухапшен", 1),
        ("e morën", 1),
        ("задержали", 1),
        ("I rrahur", 2),
        ("угрожают", 3),
        ("nestao", 4),
        ("3", 3),
        ("ništa", None),
    ],
)
def test_a_kind_may_be_named_by_word(text: str, number: int | None) -> None:
    assert kind_number(text) == number


def test_commands_and_stop_are_known_by_their_words() -> None:
    assert [bare_command(text) for text in ("Jezik", "gjuha", "язык", "čovjek", "njeri", "забудь меня", "meni", "jezik je lijep")] == [
        "language", "language", "language", "human", "human", "forget", "menu", None,
    ]  # fmt: skip
    assert is_stop("Nemojte mi pisati!")
    assert bare_command("не пишите мне") == "stop"
