"""The same lives in all five scripts: from a greeting to an answer, an offer, an emergency, another language, and being forgotten."""

from dataclasses import dataclass

import pytest

from bot.domain.message import ChannelName
from bot.usecases import handoff
from tests.journeys.house import Home


@dataclass(frozen=True, kw_only=True)
class Script:
    """What somebody writes in one script."""

    hello: str
    question: str
    another: str
    followed: str
    yes: str
    no: str
    alarm: str
    elsewhere: str  #: the name of another language, and its locale
    to: str


SCRIPTS = {
    "en": Script(
        hello="hello there",
        question="who counts as a defender and what does it mean",
        another="and who is going to read all of this later",
        followed="somebody follows me every day after work",
        yes="yes please",
        no="no thanks",
        alarm="they are breaking the door",
        elsewhere="shqip",
        to="sq",
    ),
    "sr_Latn_ME": Script(
        hello="zdravo svima ovdje",
        question="ko je branitelj i šta to znači u praksi",
        another="a ko će sve ovo kasnije da čita",
        followed="svaki dan me neko prati poslije posla kući",
        yes="da hvala",
        no="ne treba",
        alarm="policija mi razbija vrata, pomozite",
        elsewhere="ćirilica",
        to="sr_Cyrl_ME",
    ),
    "sr_Cyrl_ME": Script(
        hello="здраво свима овдје",
        question="ко је бранитељ и шта то значи у пракси",
        another="а ко ће све ово касније да чита",
        followed="сваки дан ме неко прати послије посла кући",
        yes="Да хоћу",
        no="не хвала",
        alarm="полиција ми разбија врата, помозите",
        elsewhere="latinica",
        to="sr_Latn_ME",
    ),
    "sq": Script(
        hello="si jeni ju sot atje",
        question="kush quhet mbrojtës dhe çfarë do të thotë kjo",
        another="po kush do t'i lexojë të gjitha këto më vonë",
        followed="dikush më ndjek çdo ditë pas punës në shtëpi",
        yes="po ju lutem",
        no="jo faleminderit",
        alarm="policia po ma thyen derën, më ndihmoni",
        elsewhere="по-русски",
        to="ru",
    ),
    "ru": Script(
        hello="как у вас дела сегодня",
        question="кто такой правозащитник и что это значит",
        another="а кто потом будет всё это читать у вас",
        followed="кто-то каждый день следит за мной после работы",
        yes="да пожалуйста",
        no="не надо",
        alarm="полиция ломает мне дверь, помогите",
        elsewhere="english",
        to="en",
    ),
}
EACH = pytest.mark.parametrize("locale", SCRIPTS)


def text(home: Home, name: str, locale: str) -> str:
    """A prepared answer as it arrives, without what is offered after it."""
    return home.house.responses.pieces(name, locale, ChannelName.SIGNAL, {})[0].text


@EACH
async def test_from_a_greeting_to_an_answer_and_from_question_to_question(home: Home, locale: str) -> None:
    person = SCRIPTS[locale]
    home.nlu.known |= {person.question: "hrd_definition", person.another: "confidentiality"}
    hello = await home.says(person.hello)
    assert hello[0].startswith(text(home, "greet", locale))
    assert text(home, "greeting", locale) in hello
    assert (await home.says(person.question))[0].startswith(text(home, "hrd_definition", locale))
    (second,) = await home.says(person.another)
    assert second.startswith(text(home, "confidentiality", locale))


@EACH
async def test_yes_to_an_offer_says_first_what_is_passed_on_and_no_is_respected(home: Home, locale: str) -> None:
    person = SCRIPTS[locale]
    home.nlu.known[person.followed] = "surveillance"
    offered = await home.says(person.followed)
    assert offered[1] == text(home, "offer", locale)
    assert await home.says(person.no) == [text(home, "offer_declined", locale)]
    async with home.house.store.begin() as tx:
        assert await tx.handoffs.queue() == []
    await home.says(person.followed)
    taken = (await home.says(person.yes))[0]
    assert await home.reference() in taken


@EACH
async def test_from_an_emergency_to_an_officers_first_words(home: Home, locale: str) -> None:
    person, ana = SCRIPTS[locale], await home.enrols()
    (said,) = await home.says(person.alarm)
    reference = await home.reference()
    assert reference in said
    assert "E1" in home.alerts()[-1]
    await handoff.claim(home.house, ana, reference)
    await home.settles()
    home.clock.move(seconds=1)
    await handoff.reply(home.house, ana, reference, "I am here.")
    await home.settles()
    assert home.channels[ChannelName.SIGNAL].sent[-1].piece.text == "I am here."
    assert await home.says(person.hello) == [], "the bot is silent beside an officer"


@EACH
async def test_a_switch_in_the_middle_of_a_talk_and_being_forgotten(home: Home, locale: str) -> None:
    person = SCRIPTS[locale]
    home.nlu.known[person.question] = "hrd_definition"
    await home.says(person.question)
    told, again = await home.says(person.elsewhere)
    assert told == text(home, "language_set", person.to)
    assert again.startswith(text(home, "hrd_definition", person.to))
    assert await home.says("/forget") == [text(home, "erased", person.to)]
    answer = (await home.says(person.question))[0]
    assert answer.startswith(text(home, "hrd_definition", locale)), "what was chosen is forgotten too"


@EACH
async def test_an_offer_is_answered_by_its_buttons_in_any_language(home: Home, locale: str) -> None:
    person = SCRIPTS[locale]
    home.nlu.known[person.followed] = "surveillance"
    await home.says(person.followed, channel=ChannelName.TELEGRAM)
    offer = next(sent.piece for sent in home.channels[ChannelName.TELEGRAM].sent if sent.name == "offer")
    assert [button.data for button in offer.buttons] == ["offer:surveillance", "left:surveillance"]
    assert [button.label for button in offer.buttons] == [home.house.words(locale).pgettext("button", word) for word in ("Yes", "No")]
