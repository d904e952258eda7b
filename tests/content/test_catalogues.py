"""The interface words: fresh, complete, right in number and time, and refused by name where they are not."""

import datetime as dt
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.domain.errors import RefuseToStart
from bot.domain.handoff import DutyLane, HandoffClass, State
from bot.domain.message import ChannelName, Kind
from bot.locales import Locales, catalogues, names
from bot.nlu import load_classes
from bot.responses import load_mission
from setup.catalogues import extracted, text_of

ROOT = Path(__file__).resolve().parents[2]
PODGORICA = ZoneInfo("Europe/Podgorica")
OURS = ("en", "ru", "sq", "sr_Cyrl_ME", "sr_Latn_ME")
RU = "ru/LC_MESSAGES/messages.po"


@pytest.fixture(scope="module")
def shipped() -> Locales:
    return Locales.load(ROOT / "locales", PODGORICA, load_mission(ROOT / "missions" / "podgorica.toml").languages)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Catalogues in which a test may plant a fault."""
    return Path(shutil.copytree(ROOT / "locales", tmp_path / "locales"))


def test_the_template_holds_the_words_of_the_code_and_no_others() -> None:
    assert (ROOT / "locales" / "messages.pot").read_text("utf-8") == text_of(extracted()), "run `make catalogues`"


def test_a_new_word_in_the_code_is_found_by_the_extraction(tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text('words.pgettext("bird", "kestrel")\nwords.ngettext("{n} egg", "{n} eggs", 2)\n')
    found = extracted(tmp_path)
    assert found.get("kestrel", "bird") is not None
    assert found.get("{n} egg").pluralizable  # type: ignore[union-attr]  # None would fail as well


def test_every_locale_of_ours_is_there_and_complete(shipped: Locales) -> None:
    assert sorted(shipped.available) == sorted(OURS)


@pytest.mark.parametrize("locale", [each for each in OURS if each != "sr_Cyrl_ME"])
def test_what_the_tool_writes_is_what_is_kept(locale: str) -> None:
    file = catalogues.catalogue_file(ROOT / "locales", locale)
    with file.open("rb") as source:
        assert text_of(read_po(source, locale=locale)) == file.read_text("utf-8"), "run `make catalogues`"


PLANTED: dict[str, tuple[Callable[[str], str], str]] = {
    "an empty word": (lambda text: text.replace('msgstr "обыск или облава"', 'msgstr ""'), "not translated in every form"),
    "a fuzzy word": (lambda text: text.replace('msgctxt "kind"\nmsgid "arrest"', '#, fuzzy\nmsgctxt "kind"\nmsgid "arrest"'), "is fuzzy"),
    "a lost placeholder": (lambda text: text.replace('msgstr "ведёт {officer}"', 'msgstr "ведёт"'), "has not the placeholders officer"),
    "a placeholder in Cyrillic": (lambda text: text.replace('"почему: {reason}"', '"почему: {причина}"'), "has not the placeholders"),
    "a lost plural form": (lambda text: text.replace('msgstr[2] "{n} дней"', 'msgstr[2] ""'), "not translated in every form"),
    "too many plural forms": (lambda text: text.replace('msgstr[2] "{n} дней"', 'msgstr[2] "{n} дней"\nmsgstr[3] "{n} дня"'), "(line "),
    "another language's plurals": (
        lambda text: re.sub(r"plural=n[^;]*;", "plural=(n != 1);", text, count=1),
        "Plural-Forms is not nplurals=3",
    ),
    "a missing word": (lambda text: text.replace('msgctxt "kind"\nmsgid "attack"\nmsgstr "нападение"\n', ""), "'attack' is missing"),
    "a word that is said nowhere": (lambda text: text + '\nmsgid "kestrel"\nmsgstr "пустельга"\n', "'kestrel' is said nowhere"),
    "a file that is none": (lambda text: f"no catalogue\n{text}", "cannot be read as a catalogue"),
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_wrong_catalogue_refuses_to_start_and_is_named(copy: Path, what: str) -> None:
    change, said = PLANTED[what]
    before = (copy / RU).read_text("utf-8")
    (copy / RU).write_text(change(before), "utf-8")
    assert change(before) != before, "nothing was planted"
    with pytest.raises(RefuseToStart, match=f"^locales/{RU}: .*{re.escape(said)}"):
        Locales.load(copy, PODGORICA)


def test_a_language_of_the_mission_without_a_catalogue_refuses_to_start(copy: Path) -> None:
    shutil.rmtree(copy / "sq")
    assert "sq" not in Locales.load(copy, PODGORICA, ["en", "ru"]).available
    with pytest.raises(RefuseToStart, match=r"^locales/sq/LC_MESSAGES/messages\.po: missing"):
        Locales.load(copy, PODGORICA, ["en", "sq"])


def test_a_folder_without_its_catalogue_refuses_to_start(copy: Path) -> None:
    (copy / RU).unlink()
    with pytest.raises(RefuseToStart, match=f"^locales/{RU}: missing"):
        Locales.load(copy, PODGORICA)


MINUTES = {
    "en": {1: "1 minute", 2: "2 minutes", 5: "5 minutes", 11: "11 minutes", 21: "21 minutes", 22: "22 minutes"},
    "sq": {1: "1 minutë", 2: "2 minuta", 5: "5 minuta", 11: "11 minuta", 21: "21 minuta", 22: "22 minuta"},
    "sr_Latn_ME": {1: "1 minut", 2: "2 minuta", 5: "5 minuta", 11: "11 minuta", 21: "21 minut", 22: "22 minuta"},
    "sr_Cyrl_ME": {1: "1 минут", 2: "2 минута", 5: "5 минута", 11: "11 минута", 21: "21 минут", 22: "22 минута"},
    "ru": {1: "1 минута", 2: "2 минуты", 5: "5 минут", 11: "11 минут", 21: "21 минута", 22: "22 минуты"},
}
HOURS = {
    "en": ("2 hours", "5 hours", "21 hours"),
    "sq": ("2 orë", "5 orë", "21 orë"),
    "sr_Latn_ME": ("2 sata", "5 sati", "21 sat"),
    "sr_Cyrl_ME": ("2 сата", "5 сати", "21 сат"),
    "ru": ("2 часа", "5 часов", "21 час"),
}


@pytest.mark.parametrize("locale", OURS)
def test_a_length_of_time_has_the_form_of_its_number(shipped: Locales, locale: str) -> None:
    words = shipped.words(locale)
    assert {number: words.duration(dt.timedelta(minutes=number)) for number in MINUTES[locale]} == MINUTES[locale]
    assert tuple(words.duration(dt.timedelta(hours=number)) for number in (2, 5, 21)) == HOURS[locale]


def test_a_length_is_cut_downwards_and_never_below_nothing(shipped: Locales) -> None:
    said = shipped.words("en").duration
    assert [said(dt.timedelta(seconds=seconds)) for seconds in (-5, 59, 60, 7_199, 7_200, 172_799, 172_800)] == [
        "less than a minute", "less than a minute", "1 minute", "119 minutes", "2 hours", "47 hours", "2 days",
    ]  # fmt: skip


EVENING = dt.datetime(2026, 7, 5, 22, 30, tzinfo=dt.UTC)  # in Podgorica the sixth has begun
DATES = {
    "en": ("July 6, 2026", "1,234.5"),
    "sq": ("6 korrik 2026", "1\xa0234,5"),
    "sr_Latn_ME": ("6. jul 2026.", "1.234,5"),
    "sr_Cyrl_ME": ("6. јул 2026.", "1.234,5"),
    "ru": ("6 июля 2026\u202fг.", "1\xa0234,5"),
}


@pytest.mark.parametrize("locale", OURS)
def test_dates_times_and_numbers_are_the_locales_in_the_missions_time_zone(shipped: Locales, locale: str) -> None:
    words, (date, number) = shipped.words(locale), DATES[locale]
    assert (words.date(EVENING), words.number(1234.5)) == (date, number)
    assert words.datetime(EVENING).startswith(date)
    assert words.datetime(EVENING).endswith("00:30")


def test_another_mission_tells_another_time() -> None:
    tbilisi = Locales.load(ROOT / "locales", ZoneInfo("Asia/Tbilisi")).words("en")
    assert tbilisi.datetime(EVENING) == "July 6, 2026, 02:30"


def test_the_day_is_told_when_it_is_not_today_by_the_missions_calendar(shipped: Locales) -> None:
    words = shipped.words("sr_Latn_ME")
    assert words.moment(EVENING, EVENING + dt.timedelta(hours=20)) == "00:30"
    assert words.moment(EVENING, EVENING - dt.timedelta(hours=1)) == "pon 6. jul 00:30", "it is still Sunday there"


def test_montenegrin_days_are_ijekavian_in_both_scripts(shipped: Locales) -> None:
    week = [EVENING + dt.timedelta(days=day) for day in range(7)]
    latin = [shipped.words("sr_Latn_ME").weekday(day) for day in week]
    assert latin == ["ponedjeljak", "utorak", "srijeda", "četvrtak", "petak", "subota", "nedjelja"]
    cyrillic = [shipped.words("sr_Cyrl_ME").weekday(day) for day in week]
    assert cyrillic == ["понедјељак", "уторак", "сриједа", "четвртак", "петак", "субота", "недјеља"]
    now = EVENING - dt.timedelta(days=30)
    short = [shipped.words("sr_Latn_ME").moment(day, now).split()[0] for day in week]
    assert short == ["pon", "uto", "sri", "čet", "pet", "sub", "ned"]
    assert shipped.words("sr_Cyrl_ME").moment(week[2], now).startswith("сри 8. јул")


def messages(locale: str) -> Catalog:
    return catalogues.read(catalogues.catalogue_file(ROOT / "locales", locale), locale)


EKAVIAN = re.compile(r"\b(reč|pre\b|posle|vreme|mest[oa]\b|nedelj|bezbed|ovde|gde|dodel|primen|obaveš|izmen|belešk|smeš|zahtev)", re.I)


def test_no_montenegrin_word_is_ekavian() -> None:
    said = [form for message in messages("sr_Latn_ME") if message.id for form in catalogues.forms_of(message)]
    assert [form for form in said if EKAVIAN.search(form)] == []
    assert EKAVIAN.search("poslednje reči pre minut"), "the control"
    assert EKAVIAN.search("sad je bezbedno")


def test_the_cyrillic_catalogue_is_the_latin_one_but_for_what_it_has_of_its_own(shipped: Locales, copy: Path) -> None:
    assert shipped.words("sr_Cyrl_ME").pgettext("kind", "search or raid") == "претрес или упад"
    own = copy / "sr_Cyrl_ME" / "LC_MESSAGES" / "messages.po"
    own.write_text(own.read_text("utf-8") + '\nmsgctxt "kind"\nmsgid "search or raid"\nmsgstr "премет"\n', "utf-8")
    words = Locales.load(copy, PODGORICA).words("sr_Cyrl_ME")
    assert words.pgettext("kind", "search or raid") == "премет"
    assert words.pgettext("kind", "attack") == "напад"


@pytest.mark.parametrize("locale", ["sr_Cyrl_ME", "ru"])
def test_what_is_written_in_cyrillic_has_no_latin_letters_but_names(locale: str) -> None:
    catalogue = messages(locale)
    if locale == "sr_Cyrl_ME":
        catalogue = catalogues.in_cyrillic(messages("sr_Latn_ME"), catalogue)
    said = " ".join(form for message in catalogue if message.id for form in catalogues.forms_of(message))
    assert set(re.findall(r"[A-Za-z]+", re.sub(r"\{\w+\}", "", said))) <= set(catalogues.NAMES)
    assert len(said) > 3_000


TAGS = {
    "cnr": "sr_Latn_ME", "cnr-Latn-ME": "sr_Latn_ME", "cnr_Cyrl": "sr_Cyrl_ME", "sr": "sr_Latn_ME", "sr-Latn": "sr_Latn_ME",
    "hr": "sr_Latn_ME", "bs-BA": "sr_Latn_ME", "sh": "sr_Latn_ME", "me": "sr_Latn_ME", "sr-Cyrl-RS": "sr_Cyrl_ME",
    "sr_Cyrl_ME": "sr_Cyrl_ME",
    "sq-XK": "sq", "sq_ME": "sq", "en-GB": "en", "EN": "en", "ru-RU": "ru", "tr": None, "": None, "x-klingon": None,
}  # fmt: skip


@pytest.mark.parametrize("tag", TAGS)
def test_what_messengers_and_people_call_a_language_leads_to_ours(shipped: Locales, tag: str) -> None:
    assert shipped.negotiate(tag) == TAGS[tag]
    assert shipped.words(tag).locale == (TAGS[tag] or "en")


def test_a_language_is_called_by_its_own_name(shipped: Locales) -> None:
    own = {locale: shipped.words(locale).pgettext(*names.OWN_NAME) for locale in OURS}
    assert own == {"en": "English", "ru": "русский", "sq": "shqip", "sr_Cyrl_ME": "црногорски", "sr_Latn_ME": "crnogorski"}


def _reasons() -> set[str]:
    said = "".join(file.read_text("utf-8") for file in (ROOT / "bot" / "dialogue").glob("*.py"))
    return set(re.findall(r'reason="(\w+)"', said)) | {"rule", "model"}


NAMED = {
    "classes": (names.CLASSES, set(HandoffClass)),
    "states": (names.STATES, set(State)),
    "channels": (names.CHANNELS, set(ChannelName)),
    "lanes": (names.LANES, set(DutyLane)),
    "messages": (names.MESSAGES, set(Kind) - {Kind.TEXT}),
    "languages": (names.LANGUAGES, set(OURS)),
    "reasons": (names.REASONS, _reasons()),
    "kinds": (names.KINDS, {name for name, cls in load_classes(ROOT / "nlu").items() if cls != "N"} | {"unknown", "unclear"}),
}


@pytest.mark.parametrize("table", NAMED)
def test_every_code_that_an_officer_may_see_has_a_word(table: str) -> None:
    known, codes = NAMED[table]
    assert len(codes) > 1
    assert codes - known.keys() == set()
