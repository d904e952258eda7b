"""Words instead of codes: what rang is said by name, a date needs no full stop after it, and what was found stands before the form."""

import re

import pytest

from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.domain.message import Kind
from bot.locales import names
from tests.desk.browser import read
from tests.desk.people import Person, joined
from tests.desk.test_pages import DANGER, desk_of, emergency
from tests.desk.test_search import case
from tests.journeys.files import jpeg, sends
from tests.journeys.house import Home


@pytest.fixture
async def bo(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)


async def test_the_rules_that_hit_stand_on_the_card_by_what_they_speak_of(home: Home, proofs: DeskProofs, bo: Person) -> None:
    hits = home.house.rules.match(DANGER)
    reference = await emergency(home)
    page = (await (await desk_of(home, proofs, bo)).get(f"/conversation/{reference}")).text
    rang = re.search(r'<div class="rang">.*?</div>', page, re.DOTALL)
    assert rang
    wanted = {home.house.words("en").named(names.KINDS, hit.intent or "unknown") for hit in hits}
    assert hits
    assert all(word in rang[0] for word in wanted if word)
    assert not any(hit.rule in rang[0] for hit in hits), "no officer reads kind-unknown"


def test_every_rule_has_a_word_and_one_that_is_gone_is_left_out(home: Home) -> None:
    rules = home.house.rules
    assert {intent or "unknown" for intent in rules.intents.values()} <= set(names.KINDS)
    assert "no-such-rule" not in rules.intents
    assert all(hit.rule in rules.intents for hit in rules.match(DANGER))


@pytest.mark.parametrize("kind", [Kind.PHOTO, Kind.VOICE, Kind.LOCATION])
async def test_what_rang_without_words_is_called_by_what_it_is(home: Home, proofs: DeskProofs, bo: Person, kind: Kind) -> None:
    await sends(home, jpeg(), kind=kind)
    reference = await home.reference()
    page = (await (await desk_of(home, proofs, bo)).get(f"/conversation/{reference}")).text
    card = re.search(r'<div class="rang">.*?</div>', page, re.DOTALL)
    assert card
    assert (home.house.words("en").named(names.MESSAGES, kind) or "") in card[0]
    assert "without words" not in card[0], "it is there"


async def test_the_date_of_the_figures_has_no_stop_of_ours_behind_it(home: Home, proofs: DeskProofs, bo: Person) -> None:
    browser = await desk_of(home, proofs, bo)
    for language in ("en", "sr_Latn_ME"):
        await browser.post("/language", on="/figures", language=language)
        page = (await browser.get("/figures")).text
        assert not re.search(r"\d{4}\.\.", page)
    words, since = home.house.words("sr_Latn_ME"), home.clock.now()
    assert words.date(since).endswith("."), "control: a sentence that goes on behind it would have two"


async def test_what_was_found_stands_before_the_form_which_is_folded(home: Home, proofs: DeskProofs, bo: Person) -> None:
    reference = await case(home)
    browser = await desk_of(home, proofs, bo)
    empty = (await browser.get("/search")).text
    assert "<details" not in empty, "control: nothing is folded before one has searched"
    page = (await browser.post("/search", on="/search", reference=reference)).text
    assert page.index(f'href="/conversation/{reference}"') < page.index('<details id="again">') < page.index('<form class="door"')
    assert page.count('<form class="door"') == 1
    assert f'value="{reference}"' in page, "what was asked stands there still"
    nothing = (await browser.post("/search", on="/search", reference="333-333")).text
    assert '<details id="again" open>' in nothing, "nothing was found: the next thing is to ask anew"
    wrong = (await browser.post("/search", on="/search", opened_from="never")).text
    assert ("<details" in wrong, 'class="fault"' in wrong) == (False, True)
    assert reference in read(page)[1]
