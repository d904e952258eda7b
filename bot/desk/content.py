"""``/content``: the prepared texts, which of them somebody has to read, and each as it is shown on each messenger."""

from starlette.responses import Response

from bot.desk.auth import Visit
from bot.domain.content import Form, Overview, Review, Standing, owed, standing
from bot.domain.errors import Refused
from bot.usecases import contents


class NoBook:
    """There are no files to look at."""

    async def overview(self) -> Overview:
        """Nothing."""
        return Overview()

    async def forms(self, name: str, locale: str) -> tuple[Form, ...]:
        """None."""
        return ()


async def show(visit: Visit) -> Response:
    """All texts by name, each with how it stands in each locale; or one of them in every form."""
    house = visit.desk.house
    overview = await visit.desk.book.overview()
    stands = await standings(visit, overview)
    names = list(dict.fromkeys(each.name for each in overview.texts))
    locales = list(dict.fromkeys(each.locale for each in overview.texts))
    return visit.page(
        "content.html",
        overview=overview,
        refused=house.serving.refused,
        stands={key: each for key, (each, _) in stands.items()},
        owed=owed({key: each for key, (each, _) in stands.items()}),
        rows=[(name, next(each.cls for each in overview.texts if each.name == name)) for name in names],
        locales=locales,
        now=house.clock.now(),
        Standing=Standing,
    )


async def standings(visit: Visit, overview: Overview) -> dict[tuple[str, str], tuple[Standing, Review | None]]:
    """How each text stands today, with the word of whoever read it last."""
    house = visit.desk.house
    reviews, _ = await contents.reviews(house)
    today = house.clock.now().astimezone(house.timezone).date()
    return {(each.name, each.locale): standing(each, reviews, today) for each in overview.texts}


async def one(visit: Visit) -> Response:
    """One text in one locale, in every form that it has, with its sources and who has read it."""
    house, book = visit.desk.house, visit.desk.book
    name, locale = str(visit.request.path_params["text"]), str(visit.request.path_params["locale"])
    text = next((each for each in (await book.overview()).texts if (each.name, each.locale) == (name, locale)), None)
    if text is None:
        return visit.problem(404, visit.words.gettext("There is no such text."))
    reviews, officers = await contents.reviews(house)
    state, word = standing(text, reviews, house.clock.now().astimezone(house.timezone).date())
    reader = next((each.name for each in officers if word and each.id == word.by), None)
    return visit.page(
        "text.html",
        text=text,
        forms=await book.forms(name, locale),
        state=state,
        word=word,
        reader=reader,
        way=house.catalogues.words(locale).direction if locale in house.catalogues.available else "ltr",
        now=house.clock.now(),
    )


async def mark(visit: Visit) -> Response:
    """A supervisor has read it, as it was shown."""
    name, locale = visit.form.get("text", "")[:80], visit.form.get("locale", "")[:20]
    file, read = visit.form.get("file", "")[:200], visit.form.get("hash", "")[:64]
    try:
        await contents.mark(visit.desk.house, visit.desk.book, visit.acting, file, read)
    except Refused:
        return visit.problem(409, visit.words.gettext("The file has changed since you read it. Read it again."))
    known = {(each.name, each.locale) for each in (await visit.desk.book.overview()).texts}
    return visit.go(f"/content/{locale}/{name}" if (name, locale) in known else "/content")
