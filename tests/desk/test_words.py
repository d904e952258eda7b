"""No word of a page escapes the catalogues: the whole desk in a language that has no plain letter and runs from right to left."""

import re

import pytest

from bot.desk.proofs import DeskProofs
from bot.domain.account import Role
from bot.domain.message import ChannelName, Poison
from bot.locales import Locales
from bot.usecases import accounts
from tests.content.pseudo import escaped, pseudo_words
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.desk.test_pages import DANGER
from tests.journeys.house import Home

#: Nobody's words: names, what somebody wrote, the language's own name in the choice of languages.
VALUES = ("Ana", "Root", "Defender Line", "kestrel", DANGER, "REF")


@pytest.fixture
async def browsers(home: Home, proofs: DeskProofs, root: Person) -> dict[Role, Browser]:
    people = {Role.ADMINISTRATOR: root, Role.OFFICER: await joined(home.house, proofs, root, "Ana")}
    found = {role: Browser(home.house, proofs) for role in people}
    for role, person in people.items():
        await found[role].enters(person)
    home.house.renew(catalogues=Locales({"en": pseudo_words()}))
    return found


#: Prepared texts have their own checks, and the names of rules are their files' own.
_PREPARED = re.compile(
    r'<ul class="told">.*?</ul>|<p class="(?:mine|theirs) words".*?</p>|<p class="words" dir="auto" lang.*?</p>|<(code|kbd)>.*?</\1>',
    re.DOTALL,
)


def words_of(page: str) -> str:
    """What is read on a page, and what a screen reader says of it; not what was said in the talk."""
    tags, shown = read(_PREPARED.sub("", page))
    named = ("aria-label", "data-lost", "data-alarm", "data-words", "data-offer", "data-failed")
    spoken = [attributes.get(name) or "" for _, attributes in tags for name in named]
    return " ".join([shown, *spoken])


async def test_no_word_of_any_page_escapes_its_catalogue(home: Home, proofs: DeskProofs, browsers: dict[Role, Browser]) -> None:
    officer, root = browsers[Role.OFFICER], browsers[Role.ADMINISTRATOR]
    await home.says(DANGER)
    reference = await home.reference()
    here = f"/conversation/{reference}"
    pages = [await Browser(home.house, proofs).get("/sign-in"), await officer.get(here), await officer.get("/sessions")]
    pages += [await officer.post(f"{here}/{act}", on=here, text="", outcome="") for act in ("reply", "note", "close")]
    pages += [await officer.post(f"{here}/reply", on=here, text="kestrel"), await officer.get("/accounts")]
    await officer.post(f"{here}/claim", on=here)
    pages += [await officer.get("/"), await officer.get(here), await officer.post(f"{here}/claim", on=here)]
    home.clock.move(minutes=11)
    pages += [await officer.post(f"{here}/reply", on=here, text="kestrel"), await officer.get("/conversation/K7T-42M")]
    async with home.house.store.begin() as tx:
        await tx.inbox.keep_poison(Poison(channel=ChannelName.SIGNAL, account="us", key="1", raw="kestrel"), home.clock.now())
        await tx.commit()
    pages += [await officer.get("/troubles"), await root.get("/troubles")]
    pages += [await officer.post("/search", on="/search", **asked) for asked in ({}, {"cls": "E9"}, {"contact": "+3826700012"})]
    pages += [await root.get("/prove"), await Browser(home.house, proofs).enters(Person("Nobody", "A" * 32, home.clock))]
    async with home.house.store.begin() as tx:
        said = [" ".join(line.text.split()) for line in await tx.conversations.read((await tx.handoffs.find(reference)).conversation)]  # type: ignore[union-attr]
    await officer.post(f"{here}/close", on=here, outcome="helped")
    pages += [await officer.get("/"), await Browser(home.house, proofs).get("/begin/kestrel")]
    assert [page.status_code for page in pages if page.status_code == 303] == []
    found = [(page.request.url.path, escaped(words_of(page.text), *VALUES, *said, reference)) for page in pages]
    assert [each for each in found if each[1]] == []
    assert all('dir="rtl"' in page.text for page in pages)


async def test_nor_of_the_pages_that_make_an_account(home: Home, proofs: DeskProofs, browsers: dict[Role, Browser]) -> None:
    by = (await accounts.everybody(home.house))[0]
    token = await accounts.invite(home.house, proofs, by, "kestrel", Role.OFFICER, ())
    secret = (await accounts.invitation_of(home.house, token)).secret
    page = await Browser(home.house, proofs).get(f"/begin/{token}")
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    assert escaped(words_of(page.text), *VALUES, *groups) == []
    root = browsers[Role.ADMINISTRATOR]
    assert escaped(words_of((await root.get("/accounts")).text), *VALUES) == []


async def test_control_a_word_in_a_template_is_found(browsers: dict[Role, Browser]) -> None:
    page = (await browsers[Role.OFFICER].get("/")).text.replace("</main>", "<p>Nothing here.</p></main>")
    assert escaped(words_of(page), *VALUES) == ["Nothing", "here"]
