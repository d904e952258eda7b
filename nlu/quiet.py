"""Logs that cannot carry a message: of every record only logger, level and the class of its exception remain."""

import json
import logging
import sys
import warnings
from typing import NoReturn

import structlog


class _Bare(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """One JSON line without the record's words."""
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        return json.dumps({"logger": record.name, "level": record.levelname, "error": error})


def keep_quiet() -> None:
    """Warnings and worse, bare, to standard error; what Rasa says through structlog is dropped."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Bare())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("rasa", "sqlalchemy", "aiohttp", "asyncio", "dask"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(processors=[_drop])
    warnings.simplefilter("ignore")
    sys.excepthook = _crash


def _drop(logger: object, method: str, event: object) -> NoReturn:
    raise structlog.DropEvent


def _crash(kind: type[BaseException], error: BaseException, trace: object) -> None:
    """A crash report without the exception's words."""
    sys.stderr.write(json.dumps({"logger": "nlu", "level": "CRITICAL", "error": kind.__name__}) + "\n")
