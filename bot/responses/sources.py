"""The door to ``sources.yml``: where facts come from."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.responses.reading import read_yaml, refused


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a fact comes from."""

    title: str
    published: date | None = None
    url: str | None = None
    country: str | None = None  #: it speaks of that country only


def load_sources(root: Path) -> dict[str, Source]:
    """By id.  Raises RefuseToStart."""
    file = root / "sources.yml"
    sources = read_yaml(file, root)
    if not isinstance(sources, dict) or not all(isinstance(source, dict) and source.get("title") for source in sources.values()):
        raise refused(file, root, "every source needs a title")
    for name, source in sources.items():
        if source.keys() - {"title", "date", "url", "country"} or not str(source.get("url", "https://")).startswith("https://"):
            raise refused(file, root, f"{name} has more than a title, a date, a url and a country, or its url does not begin with https://")
    return {
        name: Source(title=each["title"], published=each.get("date"), url=each.get("url"), country=each.get("country"))
        for name, each in sources.items()
    }
