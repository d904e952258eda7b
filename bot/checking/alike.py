"""Whether a text inserts the same values in every language: what one forgets, its readers never learn."""

from collections import defaultdict
from collections.abc import Iterator

from bot.responses import BASE, Library, Response, placeholders


def unlike_faults(library: Library) -> Iterator[str]:
    """Texts that insert other values than their sister in the base locale."""
    for sisters in _by_name(library).values():
        base = next((each for each in sisters if each.locale == BASE), None)
        if base is not None:
            for each in sisters:
                yield from _unlike(each, base)


def _by_name(library: Library) -> dict[tuple[str, bool], list[Response]]:
    """Written texts only; a country's own answer is another text than the general one."""
    found: dict[tuple[str, bool], list[Response]] = defaultdict(list)
    for each in library.texts.values():
        if not each.derived:
            found[each.name, "/country/" in each.file].append(each)
    return found


def _unlike(response: Response, base: Response) -> Iterator[str]:
    here, there = placeholders(response.body), placeholders(base.body)
    for name in sorted(there - here):
        yield f"{response.file}: lacks {{{name}}}, which {base.file} inserts"
    for name in sorted(here - there):
        yield f"{response.file}:{response.line_of(f'{{{name}}}')}: inserts {{{name}}}, which {base.file} does not"
