"""The emergency rules: what hits, what guards cancel, and that no text makes them slow or raise."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rules import RuleBook
from tests.dialogue.growth import is_far_from_quadratic
from tests.polite import POLITE

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "nlu" / "rules").glob("*.yml"))
DATA = {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in FILES}
BOOK = RuleBook.merged(*(RuleBook.from_mapping(data, language=name) for name, data in DATA.items()))
UNGUARDED = BOOK.without_guards()
RULES = [rule for data in DATA.values() for rule in data["rules"]]
TABLES = {
    file.stem.removeprefix("rules_"): [line.split("\t") for line in file.read_text("utf-8").splitlines()[1:]]
    for file in sorted(Path(__file__).parent.glob("rules_*.tsv"))
}
ROWS = [row for table in TABLES.values() for row in table]
EMERGENCIES = [text for text, intent in ROWS if intent != "-"]
HARMLESS = [text for text, intent in ROWS if intent == "-"]
EACH_LANGUAGE = pytest.mark.parametrize("language", DATA)


def names(text, book=BOOK):
    return [hit.rule for hit in book.match(text)]


def intents(text):
    return {hit.intent for hit in BOOK.match(text)}


def tiny(**changes):
    rule = {"name": "raid", "intent": "raid_now", "phrases": ["police in my house"]} | changes
    return {"rules": [rule], "guards": {"negation": ["not"]}}


def test_every_rule_has_a_name_of_its_own_in_all_languages():
    assert len({rule["name"] for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(("rule", "text"), [(rule["name"], text) for rule in RULES for text in rule["examples"]])
def test_every_example_in_the_rules_hits_its_rule(rule, text):
    assert rule in names(text)


@pytest.mark.parametrize("text", [text for rule in RULES for text in rule["counterexamples"]])
def test_no_counterexample_hits_any_rule(text):
    assert names(text) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["name"])
def test_every_rule_has_a_counterexample_that_only_its_guards_and_idioms_hold_back(rule):
    assert any(rule["name"] in names(text, UNGUARDED) for text in rule["counterexamples"])


@pytest.mark.parametrize("text", EMERGENCIES)
def test_a_plain_cry_hits(text):
    assert names(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_message_does_not_hit(text):
    assert names(text) == []


@EACH_LANGUAGE
def test_the_kind_is_right_for_nearly_all_plain_cries(language):
    kinds = [(text, intent) for text, intent in TABLES[language] if intent not in {"-", "*"}]
    right = [text for text, intent in kinds if intent in {hit.intent for hit in BOOK.match(text)}]
    assert len(right) >= 0.95 * len(kinds)


@EACH_LANGUAGE
def test_without_guards_many_harmless_messages_would_ring(language):
    harmless = [text for text, intent in TABLES[language] if intent == "-"]
    assert sum(bool(names(text, UNGUARDED)) for text in harmless) >= len(harmless) // 4


@EACH_LANGUAGE
def test_every_emergency_has_a_rule_and_every_rule_an_emergency(language):
    intents = yaml.safe_load((ROOT / "nlu" / "intents.yml").read_text("utf-8"))["intents"]
    emergencies = {name for name, entry in intents.items() if entry["class"] == "E1"}
    assert {rule["intent"] for rule in DATA[language]["rules"]} == emergencies | {None}


@pytest.mark.parametrize(
    ("harmless", "urgent"),
    [
        ("nobody was arrested", "nobody helps, my brother was arrested"),
        ("the police are not searching our office", "I do not know why the police are searching our office"),
        ("they arrested me in 2019", "In 2019 they warned me, but now they are arresting me"),
        ("I was arrested last year", "I was arrested last year, and now they are at my door again"),
        ("my office was raided two years ago", "my office was raided an hour ago"),
        ("they detained him months ago", "they detained him yesterday"),
        ("what if they are breaking the door", "what if they are breaking the door NOW"),
        ("what should I do if they search my house", "what should I do they are searching my house"),
        ("can they arrest my brother?", "can you help, they arrested my brother"),
        ("if they arrest me, who do I call", "please tell me if you can help, they are arresting me"),
        ("in the film they shot the president and killed us all", "after the film they shot at us"),
        ("this traffic will kill me", "this man will kill me"),
        ("he beat me at chess", "he beat me at home"),
        ("we are under attack from critics", "we are under attack from men with bats"),
        ("I raided the fridge", "they raided the office"),
    ],
)
def test_a_guard_cancels_a_hit_only_where_it_belongs(harmless, urgent):
    assert names(harmless) == []
    assert names(urgent)


@pytest.mark.parametrize(
    "text",
    [
        "not an emergency but they are breaking the door",
        "/thanks they are breaking the door",
        "/start they are breaking the door",
        "THEY ARE BREAKING THE DOOR",
        "they’re breaking the door",
        "theyre braking the door",
        "they a\u200bre breaking\u202e the door",
        "hello\nthank you\nthey are breaking the door\nbye",
        "x" * 5000 + " they are breaking the door",
        "word " * 12000 + "they are breaking the door",
        "blah, " * 500 + "they are breaking the door " + "blah, " * 500,
    ],
)
def test_an_emergency_is_found_wherever_it_stands(text):
    assert "attack-going-on" in names(text)


@pytest.mark.parametrize("text", ["help", "SOS", "help me", "HELP!!!", "pls help", "help me please", "🆘", "", "   ", "...", "112"])
def test_bare_calls_for_help_are_left_to_the_danger_question(text):
    assert names(text) == []


@pytest.mark.parametrize(
    "text", ["I was raped ten years ago", "he raped me in 2019", "I tried to kill myself last year", "what if I kill myself"]
)
def test_rape_and_suicide_have_no_time_limit(text):
    assert names(text)


def test_threats_keep_their_conditions():
    assert "threat-of-death" in names("if I publish it they will kill me")
    assert "threat-of-death" in names("he wrote: next time we will kill you")


def test_more_telling_kinds_come_first_and_unknown_last():
    hits = BOOK.match("they are at the door and they say they will kill me")
    assert hits[0].intent == "death_threat"
    assert [hit.intent for hit in hits].index(None) == len(hits) - 1


def test_books_of_several_languages_all_look():
    rule = {"name": "tutuk", "intent": "arrest_now", "phrases": ["(beni|bizi) tutukladilar"]}
    other = RuleBook.from_mapping({"rules": [rule]}, language="tr")
    both = RuleBook.merged(BOOK, other)
    assert names("beni tutukladılar", both) == ["tutuk"]
    assert names("they are breaking the door", both)
    assert names("beni tutukladılar", BOOK) == []


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (None, "the file"),
        ({}, "no rules"),
        ({"rules": []}, "no rules"),
        ({"rules": ["x"]}, "rule 1"),
        ({"rules": [{"intent": "raid_now"}]}, "rule 1"),
        ({"rules": tiny()["rules"] * 2}, "name of its own"),
        ({"rulez": []}, "rulez"),
        ({"guards": {"mood": ["x"]}, "rules": []}, "mood"),
        (tiny(phrases=[]), "raid: no phrases"),
        (tiny(phrases=[False]), "raid: phrases must be a list of texts"),
        (tiny(phrases=["..."]), "raid: a phrase needs a word"),
        (tiny(phrases=["maybe?"]), "raid: a phrase needs a word"),
        (tiny(phrases=["(a|(b|c))"]), "raid: cannot be read"),
        (tiny(phrases=["(a|)"]), "raid: not plain words"),
        (tiny(phrases=["<nobody>"]), "raid: no such list of words"),
        (tiny(phrases=["a.*b"]), "raid: not plain words"),
        (tiny(guards=["mood"]), "raid: no such guard: mood"),
        (tiny(intent=3), "raid: intent"),
        (tiny(colour="red"), "raid: the rule knows no colour"),
    ],
)
def test_a_faulty_file_is_refused_with_language_and_rule(data, fault):
    with pytest.raises(ValueError, match="en: ") as refused:
        RuleBook.from_mapping(data, language="en")
    assert fault in str(refused.value)


@pytest.mark.parametrize(
    ("phrase", "hits", "misses"),
    [
        ("police in my house", "the police in my house", "police in house"),
        ("(took|grabbed) him", "they grabbed him", "they saw him"),
        ("arrest*", "arresting", "rearrest"),
        ("took my? son", "took son", "took the son"),
        ("took ... son", "took my one and only son", "took my one and only beloved son"),
        ("^ help", "help now", "now help"),
        ("taken $", "he was taken", "he was taken home"),
        ("room ##", "room 12", "room 1"),
        ("bomb + embassy", "the embassy has a bomb", "the embassy. a bomb"),
    ],
)
def test_the_small_language_means_what_it_says(phrase, hits, misses):
    book = RuleBook.from_mapping(tiny(phrases=[phrase]), language="en")
    assert names(hits, book) == ["raid"]
    assert names(misses, book) == []


WORDS = sorted({word for text, _ in ROWS for word in text.split()} | {"not", "if", "now", "but", ",", ".", "in 2019", "ago"})


@given(st.one_of(st.text(st.characters(exclude_categories=()), max_size=300), st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)))
def test_matching_never_raises_and_says_the_same_twice(text):
    assert BOOK.match(text) == BOOK.match(text)


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_guards_only_take_away(text):
    assert set(names(text)) <= set(names(text, UNGUARDED))


@given(st.sampled_from(EMERGENCIES), st.text(st.characters(categories=["L", "N", "P", "Z", "S"]), max_size=80))
def test_what_another_line_says_does_not_hide_an_emergency(cry, line):
    assert set(names(cry)) <= set(names(f"{line}\n{cry}"))


@pytest.mark.parametrize(
    "piece", ["they took my ", "not if they what ", "police, ", "kill me. ", "door ", "is is is in in ", "'a ", "\u0301", "😀"]
)
def test_eight_times_the_text_takes_far_less_than_sixty_four_times_as_long(piece):
    assert is_far_from_quadratic(BOOK.match, piece, at_least=5e-4)


def russian():
    rule = {"name": "vzyali", "intent": "arrest_now", "phrases": ["меня (забрали|увезли)", "<who> стоят за дверью"]}
    return RuleBook.from_mapping({"fold": "russian", "words": {"who": ["менты", "они"]}, "rules": [rule]}, language="ru")


@pytest.mark.parametrize(
    "text",
    [
        "Меня забрали!",
        "menya zabrali",
        "menja zabrali",
        "MENIA? net. menya uvezli",
        "менты стоят за дверью",
        "oni stoyat za dverju",
        "они стоят за дверью",
    ],
)
def test_a_folded_language_is_found_in_every_alphabet_it_is_typed_in(text):
    assert names(text, russian()) == ["vzyali"]


def test_an_unknown_fold_is_refused():
    with pytest.raises(ValueError, match="en: no such fold"):
        RuleBook.from_mapping(tiny() | {"fold": "klingon"}, language="en")


@given(st.data())
def test_politeness_around_an_emergency_never_hides_it(data):
    language = data.draw(st.sampled_from(sorted(TABLES)))
    cry = data.draw(st.sampled_from([text for text, intent in TABLES[language] if intent != "-"]))
    before, after = data.draw(st.sampled_from(POLITE[language]))
    between = "" if cry.endswith((".", "!", "?")) or after[:1] in {",", "."} else "."
    # One language's rule for a cry that is the whole message may give way to its neighbour's: what counts is that it rings as before.
    assert intents(cry) <= intents(f"{before}{cry}{between}{after}")


@pytest.mark.parametrize(
    ("greeting", "rest"), [("Dear Sir or Madam, ", "took him away this morning"), ("hello good evening, ", "taken my son from home")]
)
def test_a_sentence_begins_after_its_greetings(greeting, rest):
    assert names(rest)
    assert names(greeting + rest)
    assert names("dear " + rest) != names(rest) or names("what if " + rest) == [], "control: other words before it do count"


def test_control_a_film_before_it_does_hide_it():
    cries = [text for text, intent in TABLES["en"] if intent != "-"]
    assert any(not names(f"in a film that I watched {cry}") for cry in cries)


@pytest.mark.parametrize(
    "text",
    ["hello thanks they beat us so much", "dobar dan hvala tuku nas puno", "please thank you they are breaking the door for your time"],
)
def test_a_cry_between_thanks_and_a_word_of_thanks_is_heard(text):
    assert names(text)
