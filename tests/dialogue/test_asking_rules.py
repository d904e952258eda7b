"""Rules that only put the danger question, by class and language, and what the texts speak of: each beside what must not count."""

import pytest

from tests.dialogue.test_rules import BOOK, UNGUARDED

#: Class, language, what is asked about, what is guarded.
ASKED = [
    ("death", "en", "they killed him", "they killed him in 1992"),
    ("death", "cnr", "Убили су га", "u filmu su ubili ga jutros"),
    ("death", "sq", "e vranë shokun tash", "ne film e vrane shokun"),
    ("death", "ru", "нашли её мёртвой в квартире", "в фильме нашли её мёртвой"),
    ("fear", "en", "im so scared right now", "is anyone here now for the training"),
    ("fear", "cnr", "bojim se", "bojim se visine"),
    ("fear", "sq", "a ka kush ketu", "nuk kam frike"),
    ("fear", "ru", "мне очень страшно", "мне не страшно"),
    ("rights-now", "en", "do i have to open the door, they say police", "do i have to open the door when they say police"),
    ("rights-now", "cnr", "moram li da im dam šifru", "moram li da im dam šifru ako traže"),
    ("rights-now", "sq", "a duhet me e hap deren, thone jane polici", "a duhet me e hap deren kur thone jane polici"),
    ("rights-now", "ru", "обязан ли я им открывать", "обязан ли я им открывать, если придут"),
    ("leave-taking", "en", "if I don't come back call my lawyer", "if I don't write by Friday call me about the grant"),
    ("leave-taking", "cnr", "ako se ne vratim znate gdje da tražite", "ako se ne javim zovite me oko prijave za grant"),
    ("leave-taking", "sq", "nese nuk kthehem thirrni avokatin", "nese nuk ju shkruaj thirrni per aplikimin"),
    ("leave-taking", "ru", "если не вернусь, звоните Ане", "если не напишу звоните по заявке"),
    ("hush", "en", "don't write, he is reading my messages", "don't call, I am in a meeting and they hear everything"),
    ("hush", "cnr", "nemoj pisati muž gleda", "nemoj pisati sad, gleda utakmicu"),
    ("hush", "sq", "mos me thirr, degjojne", "mos me thirr, jam ne mbledhje dhe degjojne"),
    ("hush", "ru", "не пишите, муж читает", "не звоните, я на совещании и все слышат"),
    ("not-me", "en", "they did not touch me but they hit my son", "not me my brother got it at the match"),
    ("not-me", "cnr", "nisu me tukli ali su tukli ćerku", "nisu mene izabrali nego mog brata"),
    ("not-me", "sq", "jo mua po vellain", "jo mua po vellain e zgjodhen"),
    ("not-me", "ru", "меня не тронули, а дочь ударили", "не меня, мужа взяли на работу"),
    ("place", "en", "Freedom street 12, third floor", "invitation: Freedom street 12, third floor"),
    ("place", "cnr", "zovite 069 123 456", "oglas: prodajem, zovite 069 123 456"),
    ("place", "sq", "rruga Nëna Terezë 12, kati 3", "ekspozita: rruga Nëna Terezë 12, kati 3"),
    ("place", "ru", "улица Слободы 12, третий этаж", "выставка, улица Слободы 12, третий этаж"),
]  # fmt: skip


def asked(text: str, cls: str, book: object = BOOK) -> bool:
    """Whether a rule of this class asks about it."""
    return any(hit.asks and hit.rule.endswith(f"-asks-{cls}") for hit in book.match(text))  # type: ignore[attr-defined]  # a RuleBook


@pytest.mark.parametrize(("cls", "language", "text", "_"), ASKED)
def test_each_class_is_asked_about_in_every_language(cls: str, language: str, text: str, _: str) -> None:
    assert asked(text, cls), language


@pytest.mark.parametrize(("cls", "language", "_", "text"), ASKED)
def test_what_is_guarded_is_not_asked_about(cls: str, language: str, _: str, text: str) -> None:
    assert not asked(text, cls), language


def test_control_without_guards_most_of_it_would_be_asked_about() -> None:
    assert sum(asked(text, cls, UNGUARDED) for cls, _, _, text in ASKED) >= len(ASKED) // 2


@pytest.mark.parametrize(
    ("state", "private"),
    [
        ("guards beat me in prison", "my ex came out of prison and beats me"),
        ("they beat me at the checkpoint", "thugs beat me at the bus station"),
        ("they shoot at us from the police car", "I got no help from the police, he beats me"),
        ("they throw tear gas at us", "they throw bottles at us"),
        ("čuvari me tuku u zatvoru", "zatvorio me u sobu i tuče me"),
        ("u stanici su me tukli", "huligani su me tukli na autobuskoj stanici"),
        ("bacaju suzavac i tuku pendrecima", "bacaju flaše i tuku palicama"),
        ("ne stacion po me rrahin", "me rrahen ne stacionin e autobusit"),
        ("rojet më rrahin në burg", "burri doli nga burgu dhe me rreh"),
        ("xhandarët po na rrahin", "ai po e rreh gruan e saj"),
        ("надзиратели меня бьют", "сосед меня бьёт"),
        ("в отделении меня бьют", "муж вышел из тюрьмы и избивает меня"),
        ("избили в камере", "разбили камеру и избили меня"),
    ],
)
def test_places_of_custody_guards_and_what_only_the_state_carries_speak_of_the_state(state: str, private: str) -> None:
    assert "authority" in BOOK.marks(state)
    assert "authority" not in BOOK.marks(private)


@pytest.mark.parametrize(
    ("search", "intruders"),
    [
        ("they are in the house and turn everything upside down", "they are in the house, I'm under the bed"),
        ("ušli su u stan, odnose kompjutere", "ušli su u stan, krijem se u ormaru"),
        ("jane ne zyre, po marrin kompjuterat", "jane brenda ne shtepi, jam fshehur ne dollap"),
        ("они в квартире, у нас обыск", "они в квартире, прячусь в шкафу"),
    ],
)
def test_a_search_is_known_by_its_words_and_hiding_from_intruders_is_an_attack(search: str, intruders: str) -> None:
    assert "search" in BOOK.marks(search)
    assert BOOK.marks(intruders).isdisjoint({"search", "authority"})
    assert "attack_now" in {hit.intent for hit in BOOK.match(intruders)}


@pytest.mark.parametrize(
    ("harmless", "urgent"),
    [
        ("We made a play about a girl who is kidnapped", "A girl is kidnapped"),
        ("i was shot with a vaccine", "i was shot with a rifle"),
        ("у меня увели парковку", "у меня увели мужа"),
        ("kusheriri u rrah 2017 ku me u ankua", "policia po e rreh vellain"),
    ],
)
def test_a_needless_alarm_is_guarded_and_its_like_is_not(harmless: str, urgent: str) -> None:
    assert [hit for hit in BOOK.match(harmless) if not hit.asks] == []
    assert [hit for hit in BOOK.match(urgent) if not hit.asks] != []
