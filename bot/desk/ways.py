"""Where somebody may be led back to: a page of ours that there is, for that role, and nowhere else."""

import re
from collections.abc import Mapping

from starlette.routing import compile_path

from bot.domain.account import Role

#: What may stand in the address of a page of ours; never another host's, nor anything that a browser reads in two ways.
_PLAIN = re.compile(r"/|/[A-Za-z0-9_-]+(/([A-Za-z0-9_-]+|\d+\.\d+))*")
#: A prepared text's address is longest: a locale and a name.
_LONGEST = 200


class Ways:
    """The pages that are asked for by GET, by somebody who has signed in."""

    def __init__(self, pages: Mapping[str, frozenset[Role]]) -> None:
        """``pages``: each one's route, with whom it is for."""
        self._pages = [(compile_path(route)[0], roles) for route, roles in pages.items()]

    def lead(self, path: str, role: Role | None = None) -> bool:
        """Whether there is such a page; with ``role``, whether it is for that one."""
        if len(path) > _LONGEST or not _PLAIN.fullmatch(path):
            return False
        return any(pattern.match(path) and (role is None or role in roles) for pattern, roles in self._pages)

    def above(self, path: str) -> str:
        """The page on which a form of that address stands; the first page where there is none."""
        while path and not self.lead(path):
            path = path.rpartition("/")[0]
        return path or "/"
