"""No text promises what nobody can keep, and none asks for a code, a PIN, a password or a QR: a list of phrases in every language."""

from dataclasses import replace

import pytest

from bot.checking.texts import text_faults
from bot.domain.cyrillic import CYRILLIC, LATIN, to_cyrillic
from tests.content.conftest import TODAY, Contents

PROMISES = {
    "en": [
        "You are safe now.", "You are completely safe.", "We will protect you.", "We can get you out.", "They must release him.",
        "We guarantee it.", "I promise that it works.", "You will get a visa.", "You will receive your money.",
        "An officer will call you.",
        "You hear from us within two hours.", "Everything is confidential.", "This chat is completely anonymous.",
        "Nobody will ever know that you wrote.", "You are fully protected here.", "Burn all evidence.",
    ],
    LATIN: [
        "Sada ste bezbjedni.", "Vi ste potpuno sigurni.", "Zaštitićemo vas.", "Možemo da vas izvučemo.", "Moraju ga pustiti.",
        "Garantujemo.",
        "Obećavam da će uspjeti.", "Dobićete vizu.", "Dobićete uskoro novac.", "Službenik će vas pozvati.",
        "Javićemo se u roku od dva sata.",
        "Sve je ovdje povjerljivo.", "Potpuno je anonimno.", "Niko neće saznati.", "Uništite sve dokaze.",
    ],
    "sq": [
        "Ju jeni tani të sigurt.", "Jeni në siguri.", "Do t'ju mbrojmë.", "Mund të ju nxjerrim.", "Do ta lirojnë.", "E garantojmë.",
        "Ju premtoj.", "Do të merrni vizë.", "Zyrtari do t'ju telefonojë.", "Përgjigjemi brenda dy orëve.",
        "Gjithçka është konfidenciale.",
        "Është plotësisht anonim.", "Askush nuk do ta dijë.", "Zhdukni të gjitha provat.",
    ],
    "ru": [
        "Вы теперь в безопасности.", "Вам ничего не угрожает.", "Мы вас защитим.", "Мы можем вас вывезти.", "Его обязаны отпустить.",
        "Гарантируем.", "Обещаю, что получится.", "Вы получите визу.", "Сотрудник вам позвонит.", "Ответим в течение двух часов.",
        "Всё здесь конфиденциально.", "Это полностью анонимно.", "Никто не узнает.", "Уничтожьте все доказательства.",
    ],
}  # fmt: skip

REQUESTS = {
    "en": [
        "Please send us your PIN.", "Type your password here.", "Scan this QR with your phone.",
        "Send the verification code that you got.",
        "Forward the SMS code to us.", "Tell me the code.", "We need your password to help.", "Enter the one-time code.",
        "Give your passcode.",
    ],
    LATIN: [
        "Pošaljite nam PIN.", "Unesite lozinku ovdje.", "Skenirajte ovaj QR telefonom.", "Pošaljite sigurnosni kod koji ste dobili.",
        "Upišite šifru.", "Dajte nam verifikacioni kod.", "Treba nam vaša lozinka.", "Proslijedite nam SMS kod.",
    ],
    "sq": [
        "Na dërgoni PIN-in.", "Shkruani fjalëkalimin këtu.", "Skanoni këtë QR me telefon.", "Dërgoni kodin që morët.",
        "Na jepni kodin.", "Na duhet fjalëkalimi.", "Vendosni kodin këtu.",
    ],
    "ru": [
        "Пришлите нам ПИН.", "Введите пароль здесь.", "Отсканируйте этот QR телефоном.", "Отправьте код, который пришёл.",
        "Назовите код.", "Нам нужен ваш пароль.", "Нужен код.", "Перешлите код из СМС.",
    ],
}  # fmt: skip

#: What may be said, close to what may not.
HARMLESS = {
    "en": [
        "I cannot promise anything.", "No officer asks for a code, a PIN or a password.", "If you are safe, write a few words.",
        "Keep your evidence.",
        "Nobody asks you here for a password.",
    ],
    LATIN: ["Ništa ne mogu obećati.", "Niko ovdje ne traži PIN.", "Ako ste bezbjedni, napišite nekoliko riječi.", "Sačuvajte dokaze."],
    "sq": ["Nuk mund të premtoj asgjë.", "Askush këtu nuk kërkon PIN.", "Nëse jeni të sigurt, shkruani pak fjalë.", "Ruani provat."],
    "ru": [
        "Обещать ничего не могу.", "Никто здесь не спрашивает пароль.", "Если вы в безопасности, напишите пару слов.",
        "Сохраните доказательства."],
}  # fmt: skip


def scripts(phrases: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Locale and phrase; Montenegrin in Cyrillic too."""
    said = [(locale, phrase) for locale, each in phrases.items() for phrase in each]
    return said + [(CYRILLIC, to_cyrillic(phrase, keep=["PIN", "QR", "SMS"])) for phrase in phrases[LATIN]]


@pytest.fixture(scope="module")
def library(shipped: Contents):
    return shipped.library()


def promised(shipped: Contents, library, locale: str, phrase: str) -> list[str]:
    """What ``check`` says of the promises in a text with just that phrase."""
    text = replace(library.texts["thanks", locale], body=phrase)
    faults = text_faults(text, library, shipped.mission(), shipped.intents, TODAY)
    return [fault for fault in faults if fault.startswith("forbidden promise")]


@pytest.mark.parametrize(("locale", "phrase"), scripts(PROMISES))
def test_a_promise_that_nobody_can_keep_is_refused(shipped: Contents, library, locale: str, phrase: str) -> None:
    assert promised(shipped, library, locale, phrase) != []


@pytest.mark.parametrize(("locale", "phrase"), scripts(REQUESTS))
def test_a_request_for_a_code_a_pin_a_password_or_a_qr_is_refused(shipped: Contents, library, locale: str, phrase: str) -> None:
    assert promised(shipped, library, locale, phrase) != []


@pytest.mark.parametrize(("locale", "phrase"), scripts(HARMLESS))
def test_what_is_close_to_it_and_true_may_be_said(shipped: Contents, library, locale: str, phrase: str) -> None:
    assert promised(shipped, library, locale, phrase) == []
