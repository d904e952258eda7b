"""The prepared answers as the port ``Responses`` has them."""

from collections.abc import Mapping

from bot.domain.message import ChannelName, Piece
from bot.rendering import render
from bot.responses.library import BASE, Library
from bot.responses.mission import Mission


class PreparedResponses:
    """The port ``Responses``."""

    def __init__(self, library: Library, mission: Mission) -> None:
        """Values of mission and country are filled once."""
        self._texts = library.texts
        self._labels = library.labels
        self._fixed = mission.values | dict(library.country)

    def _body(self, name: str, locale: str) -> str:
        """The text of a locale; the base locale's where it has none."""
        return (self._texts.get((name, locale)) or self._texts[name, BASE]).body

    def pieces(self, name: str, locale: str, channel: ChannelName, values: Mapping[str, str]) -> tuple[Piece, ...]:
        """Rendered for the channel, one piece for each send."""
        return render(self._body(name, locale), {**values, **self._fixed}, styled=channel is ChannelName.TELEGRAM)

    def line(self, name: str, locale: str, values: Mapping[str, str]) -> str:
        """One plain text, to be inserted into another."""
        return " ".join(piece.text for piece in render(self._body(name, locale), {**values, **self._fixed}, styled=False))

    def has(self, name: str) -> bool:
        """Whether there is such a text in the base locale."""
        return (name, BASE) in self._texts

    def label(self, intent: str, locale: str) -> str:
        """A few words that name the topic."""
        return self._labels.get(locale, {}).get(intent) or self._labels[BASE].get(intent, intent)
