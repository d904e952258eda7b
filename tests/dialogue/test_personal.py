"""What could tell who somebody is does not survive, wherever it stands in a text; what is no detail does."""

import re
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.personal import without_contacts, without_details


def digits(text: str) -> str:
    return "".join(re.findall(r"\d", text))


TEXT = st.text(max_size=40)
#: In which no digit is that could be taken for one of the number's.
WORDS = TEXT.filter(lambda text: not digits(unicodedata.normalize("NFKC", text)))
#: Nothing, or signs by which people part a number: seen and unseen, never a digit.
GAP = st.sampled_from(["", " ", "-", ".", "/", " / ", "\u00a0", "\u200b", ") ", "\n", "\u2060-"])
DIGITS = st.lists(st.integers(0, 9), min_size=6, max_size=12)


@st.composite
def phones(draw: st.DrawFn) -> str:
    """A telephone number as people type it."""
    start = draw(st.sampled_from(["", "+", "00", "(", "+382 (0)"]))
    return start + "".join(f"{digit}{draw(GAP)}" for digit in draw(DIGITS))


@st.composite
def addresses(draw: st.DrawFn) -> tuple[str, str, str]:
    """Both parts of an e-mail address, and the address, also with its @ set apart or replaced."""
    name, _, host = draw(st.emails()).rpartition("@")
    return name, host, name + draw(st.sampled_from(["@", " @ ", "@ ", " @", "\uff20", "(at)", " [at] ", "@\u200b"])) + host


@given(WORDS, phones(), WORDS)
@example("call ", "067 123 456", " now")
@example("", "000 00-00.0 0", "")
@example("a", "+382 (0)67123456", "b")
@example("", "0 6 7 1 2 3", "\u0301")
def test_a_telephone_number_never_survives(before: str, phone: str, after: str) -> None:
    whole = f"{before}{phone}{after}"
    assert digits(whole) == digits(phone), "control: the text held it"
    for cleaned in (without_details(whole), without_contacts(whole)):
        assert digits(cleaned) == ""


@given(TEXT, addresses(), TEXT)
@example("write to ", ("ana.k", "mail.me", "ana.k @ mail.me"), " please")
def test_an_address_never_survives(before: str, address: tuple[str, str, str], after: str) -> None:
    name, host, written = address
    whole = f"{before}{written}{after}"
    assert name in whole and host in whole, "control: the text held it"
    for cleaned in (without_details(whole), without_contacts(whole)):
        assert "@" not in cleaned
        assert host not in cleaned
        assert len(name) < 5 or name not in cleaned


@given(st.text())
def test_whatever_comes_out_is_one_line_of_visible_signs_and_comes_out_the_same_again(text: str) -> None:
    cleaned = without_contacts(text)
    assert cleaned == " ".join(cleaned.split())
    assert all(sign.isprintable() for sign in cleaned)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("my name is ana markovic and the police took me", "my name is [name] and the police took me"),
        ("Ana Marković je uhapšena", "[name] je uhapšena"),
        ("zovem se milica i tu su", "zovem se [name] i tu su"),
        ("зовем се Милица", "зовем се [name]"),
        ("quhem arben nga fshati", "quhem [name] nga fshati"),
        ("me quajnë Arben Gashi", "me quajnë [name]"),
        ("меня зовут иван петров, меня задержали", "меня зовут [name], меня задержали"),
        ("menya zovut Ivan", "menya zovut [name]"),
        ("they took Marko Ilić to Nikšić", "they took [name] to [name]"),
        ("born 12.3.1985", "born [date]"),
        ("born on 5 March", "born on [date]"),
        ("rođen 5. marta 1985.", "rođen [date] [number]."),
        ("born in 1985", "born in [number]"),
        ("IBAN ME25 5050 0001 2345 6789 51", "IBAN [number]"),
        ("GB29 NWBK 6016 1331 9268 19 is mine", "[number] is mine"),
        ("car PGAB123", "car [number]"),
        ("my case K7T-42M please", "my case [number] please"),
        ("at 42.4411, 19.2636", "at [number]"),
        ("at 42°26'N 19°15'E", "at [place] [place]"),
        ("look https://example.org/ana?x=1 here", "look [link] here"),
        ("on facebook.com/ana", "on [link]"),
        ("telegram @kestrel", "telegram [address]"),
        ("telegram kestrel_42", "telegram [address]"),
        ("ana at gmail dot com", "[address] dot com"),
        ("u ulici Slobode 5", "u [place]"),
    ],
)
def test_details_that_a_rule_can_tell_are_replaced(text: str, cleaned: str) -> None:
    assert without_details(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "police are at my door, what should I do?",
        "2 novinara i 3 dece su odvedeni u 10:30, zovi 122",
        "Help! They took him. What now?",
        "Molim Vas, pomozite. Treba mi advokat",
        "ate kam ketu",
        "POLICIJA JE U KUĆI",
        "я боюсь. Что делать?",
    ],
)
def test_control_what_tells_nothing_stays(text: str) -> None:
    assert without_details(text) == text


def test_each_line_is_a_sentence_of_its_own() -> None:
    assert without_details("Zdravo\nTreba mi pomoć") == "Zdravo Treba mi pomoć"
    assert without_details("Zdravo Treba mi pomoć") == "[name] mi pomoć"


def test_a_text_that_a_person_has_edited_keeps_invented_names_and_loses_numbers() -> None:
    assert without_contacts("they took Petar\tVuk, call 067 000 111") == "they took Petar Vuk, call [number]"


@pytest.mark.parametrize("unit", ["a", "a ", "1 ", "A b ", "@", "12. ", ". ", "my name is ", "ulica a ", "a_"])
def test_a_very_long_text_takes_no_more_than_a_moment(unit: str) -> None:
    began = time.process_time()
    without_details(unit * (64_000 // len(unit)))
    assert time.process_time() - began < 2.0
