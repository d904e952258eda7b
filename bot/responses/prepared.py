"""The prepared answers as the port ``Responses`` has them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from bot.dialogue.menu import number_of
from bot.dialogue.words import bare
from bot.domain.clock import SystemClock
from bot.domain.message import ChannelName, Piece
from bot.domain.resources import MOST, Resource, answering, pick
from bot.ports import Clock, Sourced, Values
from bot.rendering import render
from bot.responses.library import BASE, CANNED, Library, placeholders
from bot.responses.mission import Mission
from bot.responses.sources import Source


def resources_of(library: Library, name: str, locale: str, body: str, now: datetime) -> tuple[Resource, ...]:
    """Those that an answer shows; numbers that stand in its text already count, and are not said twice."""
    named = [value for value in placeholders(body) if value.startswith("country.")]
    police = name not in library.policy["never_police"]
    groups = library.policy["resources"].get(name, ())
    return pick(library.resources, groups, locale, now, most=max(0, MOST - len(named)), police=police, named=named)


def _by_words(labels: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """What the menu's own words name."""
    return {bare(words): name for each in labels.values() for name, words in each.items() if number_of(name) or name.startswith("menu_")}


class PreparedResponses:
    """The port ``Responses``."""

    def __init__(self, library: Library, mission: Mission, clock: Clock | None = None) -> None:
        """Values of mission and country are filled once; ``clock``: by which resources are open or closed."""
        self._clock = clock or SystemClock()
        self._library = library
        self._texts = library.texts
        self._labels = library.labels
        self._fixed = mission.values | dict(library.country)
        self._links = frozenset(mission.content["links"])
        self._by_words = _by_words(library.labels)

    def _body(self, name: str, locale: str) -> str:
        """The text of a locale; the base locale's where it has none."""
        return (self._texts.get((name, locale)) or self._texts[name, BASE]).body

    def pieces(self, name: str, locale: str, channel: ChannelName, values: Values) -> tuple[Piece, ...]:
        """Rendered for the channel, one piece for each send."""
        body = self._body(name, locale)
        anchors, plain = channel is ChannelName.TELEGRAM, channel in {ChannelName.CONSOLE, ChannelName.DRILL, ChannelName.SERVICE}
        return render(body, self._values(name, locale, body, values), styled=not plain, anchors=anchors)

    def line(self, name: str, locale: str, values: Values) -> str:
        """One plain text, to be inserted into another."""
        body = self._body(name, locale)
        return " ".join(piece.text for piece in render(body, self._values(name, locale, body, values), styled=False))

    def _values(self, name: str, locale: str, body: str, values: Values) -> Mapping[str, str]:
        """What the text inserts, with the resources that fit it where it asks for them."""
        wanted = placeholders(body)
        found = {each: value if isinstance(value, str) else value() for each, value in values.items() if each in wanted}
        if "resources" in wanted and name in self._library.policy["resources"]:
            found["resources"] = self._resources(name, locale, body)
        return found | self._fixed

    def _resources(self, name: str, locale: str, body: str) -> str:
        found = resources_of(self._library, name, locale, body, self._clock.now())
        return "\n".join(f"– {each.line(locale, BASE)}" for each in found)

    def answering(self, reply: str, locale: str) -> str:
        """Who can be called now in this language after that emergency reply; empty when nobody is known."""
        groups, police = self._library.policy["resources"].get(reply, ()), reply not in self._library.policy["never_police"]
        found = answering(self._library.resources, groups, locale, self._clock.now(), police=police)
        return "; ".join(each.short(locale, BASE) for each in found)

    def has(self, name: str) -> bool:
        """Whether there is such a text in the base locale."""
        return (name, BASE) in self._texts

    def canned(self) -> Sequence[str]:
        """In the order of the policy's list."""
        return tuple(name for name in self._library.policy["names"] if name.startswith(CANNED))

    def sources(self, name: str, locale: str) -> Sourced:
        """The titles, with the addresses that the mission's list allows."""
        text = self._texts.get((name, locale)) or self._texts[name, BASE]
        found = (self._library.sources[source] for source in text.sources if source in self._library.sources)
        return Sourced(lines=tuple(self._source_line(each) for each in found), reviewed=text.reviewed, final=text.review == "ok")

    def _source_line(self, source: Source) -> str:
        published = f" ({source.published})" if source.published else ""
        shown = source.url if source.url and urlsplit(source.url).hostname in self._links else ""
        return f"{source.title}{published} {shown}".rstrip()

    def choice(self, text: str) -> str | None:
        """The label whose words, in any locale, are the whole text: of a topic with a number, or of the menu."""
        return self._by_words.get(bare(text))

    def label(self, intent: str, locale: str) -> str:
        """A few words that name the topic."""
        return self._labels.get(locale, {}).get(intent) or self._labels[BASE].get(intent, intent)
