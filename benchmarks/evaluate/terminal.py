"""What is seen while it runs: one line on a terminal, nothing in a log."""

import sys


class Progress:
    """Counts what is done on standard error, when that is a terminal."""

    def __init__(self, what: str, whole: int) -> None:
        self._what = what
        self._whole = whole
        self._done = 0
        self._seen = sys.stderr.isatty()

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        last = self._done == self._whole
        if self._seen and (last or self._done % 25 == 0):
            sys.stderr.write(f"\r  {self._what}: {self._done} of {self._whole}" + ("\n" if last else ""))
            sys.stderr.flush()


def say(sentence: str) -> None:
    """A sentence to whoever watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{sentence}\n")
