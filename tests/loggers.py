"""Logging is one for the whole process: whoever lets the program set it up puts it back for the tests that come after."""

import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot import logs


@contextmanager
def put_back() -> Iterator[None]:
    """Handlers, levels, hooks and filters are afterwards what they were before."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook, sys.unraisablehook)
    handlers, level, filters = root.handlers[:], root.level, warnings.filters[:]
    levels = {name: logging.getLogger(name).level for name in logs._LOUD}
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        logging.captureWarnings(capture=False)
        warnings.filters[:] = filters
        structlog.reset_defaults()
