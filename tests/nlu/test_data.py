"""The training data against the contract of intents."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
import yaml

from bot.domain.text import normalise
from bot.nlu import load_classes
from nlu.contract import classes
from nlu.tsv import BadRow, Row, read_file, read_folder
from tests.nlu.model import COLUMNS, ROOT

EMERGENCIES = {
    "arrest_now", "arrest_of_other", "raid_now", "attack_now", "missing_person", "death_threat", "sexual_violence", "family_threatened",
    "deportation_now", "self_harm", "threat_to_mission",
}  # fmt: skip
ALIKE = 0.8
#: Of all messages so many may have a near-duplicate, or figures on left-out writers are worth nothing.
MOST_ALIKE = 0.01
KNOWN = frozenset({"greet", "thanks"})


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """All messages."""
    return read_folder(ROOT / "nlu" / "data", frozenset(classes()))


def test_the_contract_has_its_61_intents_in_three_classes() -> None:
    contract = classes()
    assert len(contract) == 61
    assert Counter(contract.values()) == {"E1": 11, "E2": 20, "N": 30}
    assert {name for name, cls in contract.items() if cls == "E1"} == EMERGENCIES


def test_the_program_the_domain_and_the_data_know_the_same_intents(rows: list[Row]) -> None:
    contract = set(classes())
    assert {name: str(cls) for name, cls in load_classes(ROOT / "nlu").items()} == classes()
    assert set(yaml.safe_load((ROOT / "nlu" / "domain.yml").read_text())["intents"]) == contract
    assert {row.intent for row in rows} == contract


#: What each language has at the least: messages, writers, contrast messages, and messages of an intent by its class.
LANGUAGES = ("en", "cnr", "sq", "ru")
TALK = {"greet", "goodbye", "thanks", "affirm", "deny", "help", "bot_identity", "change_language", "delete_my_data", "false_alarm"}


def least(intent: str, cls: str) -> int:
    """How many messages of an intent each language needs."""
    if intent == "out_of_scope":
        return 600
    return 60 if intent in TALK else {"E1": 200, "E2": 130, "N": 100}[cls]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_enough_messages_of_enough_writers(rows: list[Row], language: str) -> None:
    mine = [row for row in rows if row.lang == language]
    counted = Counter(row.intent for row in mine)
    assert len(mine) >= 8_000
    assert len({row.hand for row in mine}) >= 12
    assert sum("contrast" in row.tags for row in mine) >= 1_200
    assert {intent: counted[intent] for intent, cls in classes().items() if counted[intent] < least(intent, cls)} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_a_development_set_of_two_other_writers(language: str) -> None:
    dev = [row for row in read_folder(ROOT / "nlu" / "dev", frozenset(classes())) if row.lang == language]
    assert len(dev) >= 600
    assert len({row.hand for row in dev}) >= 2
    assert {row.intent for row in dev} == set(classes())


def test_every_intent_has_messages_of_two_writers_at_least(rows: list[Row]) -> None:
    hands = defaultdict(set)
    for row in rows:
        hands[row.intent].add(row.hand)
    assert min(map(len, hands.values())) >= 2


def test_the_development_messages_are_of_writers_and_words_that_the_model_never_learns(rows: list[Row]) -> None:
    dev = read_folder(ROOT / "nlu" / "dev", frozenset(classes()))
    assert {row.lang for row in dev} == {row.lang for row in rows}
    assert not {(row.lang, row.hand) for row in dev} & {(row.lang, row.hand) for row in rows}
    learnt = {normalise(row.text) for row in rows}
    long = [row for row in dev if len(row.text) > 20]
    assert [row.intent for row in long if normalise(row.text) in learnt] == []


def test_no_message_stands_under_two_intents(rows: list[Row]) -> None:
    labels: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        labels[normalise(row.text)].add(row.intent)
    assert [text for text, found in labels.items() if len(found) > 1] == []


BAD_LINES = [
    ("hello\tgreeet\t\ten\thand-a", "no such intent: greeet"),
    ("hello\t\t\ten\thand-a", "no such intent: (empty)"),
    ("hello\tgreet\tthanks|byebye\ten\thand-a", "no such intent: byebye"),
    ("hello\tgreet\t\ten", "4 columns instead of 5"),
    ("hel\tlo\tgreet\t\ten\thand-a", "6 columns instead of 5"),
    ("\tgreet\t\ten\thand-a", "no text"),
    ("hello\tgreet\t\tsq\thand-a", "language 'sq' in the folder 'en'"),
    ("hello\tgreet\t\ten\ttypo", "exactly one hand"),
    ("hello\tgreet\t\ten\thand-a,hand-b", "exactly one hand"),
]


@pytest.mark.parametrize(("line", "fault"), BAD_LINES)
def test_a_malformed_line_is_refused_with_its_file_and_line_and_without_its_text(tmp_path: Path, line: str, fault: str) -> None:
    file = _file(tmp_path, f"# words\n{COLUMNS}good morning\tgreet\t\ten\thand-a\n\n{line}\n".encode())
    with pytest.raises(BadRow) as refusal:
        read_file(file, KNOWN)
    assert str(refusal.value).startswith("en/hand-a.tsv:5: ")
    assert fault in str(refusal.value)
    assert "hello" not in str(refusal.value)


def test_control_the_same_file_without_its_bad_line_is_read(tmp_path: Path) -> None:
    file = _file(tmp_path, f"# words\r\n{COLUMNS}good morning\tgreet\tthanks\ten\tshort,hand-a\r\n".encode())
    assert [(row.text, row.intent, row.alt, row.hand) for row in read_file(file, KNOWN)] == [
        ("good morning", "greet", ("thanks",), "hand-a")
    ]


@pytest.mark.parametrize(("content", "place"), [(b"", ":1"), (b"text\tintent\n", ":1"), (COLUMNS.encode() + b"\n\xff\n", ":3")])
def test_a_file_without_columns_or_not_in_utf_8_is_refused(tmp_path: Path, content: bytes, place: str) -> None:
    with pytest.raises(BadRow, match=f"en/hand-a.tsv{place}: "):
        read_file(_file(tmp_path, content), KNOWN)


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRow):
        read_folder(tmp_path, KNOWN)


def _file(folder: Path, content: bytes) -> Path:
    (folder / "en").mkdir()
    file = folder / "en" / "hand-a.tsv"
    file.write_bytes(content)
    return file


def test_hardly_any_message_has_a_near_duplicate(rows: list[Row]) -> None:
    pairs = near_duplicates([row.text for row in rows])
    touched = {place for pair in pairs for place in pair}
    print(f"{len(rows)} messages, {len(pairs)} pairs alike, {len(touched) / len(rows):.2%} of the messages")
    assert len(touched) < MOST_ALIKE * len(rows)


def test_control_a_message_with_one_word_changed_is_found(rows: list[Row]) -> None:
    texts = [row.text for row in rows]
    long = max(texts, key=len)
    changed = long.replace(long.split()[3], "somebody", 1)
    assert (texts.index(long), len(texts)) in near_duplicates([*texts, changed])


def near_duplicates(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs whose character 5-grams have a Jaccard index above 0.8; such a pair shares one of its rarest grams: only those are compared."""
    grams = [_grams(text) for text in texts]
    rarity = Counter(gram for each in grams for gram in each)
    seen: dict[str, list[int]] = defaultdict(list)
    found = []
    for place, mine in enumerate(grams):
        rarest = sorted(mine, key=lambda gram: (rarity[gram], gram))[: len(mine) - int(ALIKE * len(mine)) + 1]
        found += [(other, place) for other in _candidates(seen, rarest) if _jaccard(grams[other], mine) > ALIKE]
        for gram in rarest:
            seen[gram].append(place)
    return found


def _grams(text: str) -> frozenset[str]:
    padded = f" {normalise(text)} "
    return frozenset(padded[start : start + 5] for start in range(max(1, len(padded) - 4)))


def _candidates(seen: dict[str, list[int]], grams: Iterable[str]) -> list[int]:
    return sorted({place for gram in grams for place in seen[gram]})


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)
