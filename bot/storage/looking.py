"""Reading only: nobody waits for it, and on SQLite it does its work in the driver's thread."""

from functools import cached_property

from bot.storage.base import Work
from bot.storage.figures import SqlFigures


class SqlLooking:
    """The port ``Looking``."""

    def __init__(self, work: Work) -> None:
        """Made by ``SqlStore.look``."""
        self._work = work

    @cached_property
    def figures(self) -> SqlFigures:
        """Counted and timed cases."""
        return SqlFigures(self._work)
