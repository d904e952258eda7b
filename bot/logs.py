"""Logs on standard error that cannot carry a person: static event names, our own ids, and nothing of other libraries but their name.

LAW: no log line, exception or crash report carries text, an external id or a token.
"""

import asyncio
import logging
import re
import sys
import threading
import traceback
import warnings
from collections.abc import Iterable
from types import TracebackType
from typing import Any

import structlog

#: A bot token, a phone number, a UUID (Signal's ACI): none of our own ids looks like one of these.
_SHAPES = re.compile(
    r"\d{5,16}:[A-Za-z0-9_-]{30,64}|\+\d{6,15}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
)
_REDACTED = "[redacted]"
_OURS = ("bot", "__main__")
_LOUD = ("uvicorn", "httpx", "httpcore", "telegram", "signalbot", "sqlalchemy", "aiohttp", "aiosqlite", "psycopg", "asyncio", "alembic")


class Redacting(logging.Filter):
    """Takes out of every record what could be a person's; the last belt over all braces."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """``secrets`` are values that must never be printed."""
        super().__init__()
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 6)

    def filter(self, record: logging.LogRecord) -> bool:
        """Records that are not ours keep logger name, level and exception class only."""
        if record.name.split(".")[0] not in _OURS:
            record.msg, record.args = _foreign(record), ()
        record.msg, record.args = self.redact(record.getMessage()), ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True

    def redact(self, line: str) -> str:
        """The line without secrets and without anything shaped like an address."""
        for secret in self._secrets:
            line = line.replace(secret, _REDACTED)
        return _SHAPES.sub(_REDACTED, line)


def _foreign(record: logging.LogRecord) -> str:
    error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
    return f"foreign logger={record.name} level={record.levelname}" + (f" exception={error}" if error else "")


def frames(error: BaseException) -> str:
    """An exception as its class and the places it came through; never its message, which may carry what a person wrote."""
    places = traceback.extract_tb(error.__traceback__)[-6:]
    return f"{type(error).__name__} at " + " < ".join(f"{place.filename.rsplit('/', 1)[-1]}:{place.lineno}" for place in reversed(places))


def _without_message(_: Any, __: str, event: Any) -> Any:
    """structlog's ``exc_info`` becomes class and places."""
    info = event.pop("exc_info", None)
    error = info if isinstance(info, BaseException) else sys.exc_info()[1] if info else None
    if error is not None:
        event["exception"] = frames(error)
        if isinstance(error, BaseExceptionGroup):
            event["inside"] = [frames(each) for each in error.exceptions][:5]
    return event


def configure(level: str = "INFO", *, secrets: Iterable[str] = ()) -> None:
    """Set up logging for this process: everything on standard error, JSON where it is no terminal."""
    terminal = sys.stderr.isatty()
    shape: Any = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Redacting(secrets))
    handler.setFormatter(logging.Formatter("%(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _LOUD:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.add_log_level, stamp, _without_message, shape],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    _crash_reports()


def _crash_reports() -> None:
    """No crash report carries text: every last resort of Python goes through our own line."""
    sys.excepthook = _crashed
    threading.excepthook = _thread_crashed
    sys.unraisablehook = _unraisable
    logging.captureWarnings(capture=True)
    warnings.simplefilter("ignore")


def _crashed(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    structlog.get_logger(__name__).critical("crashed", exception=frames(error), kind=kind.__name__)


def _thread_crashed(args: threading.ExceptHookArgs) -> None:
    structlog.get_logger(__name__).critical("thread_crashed", kind=args.exc_type.__name__)


def _unraisable(args: Any) -> None:
    """What a destructor or a callback could not raise; Python's own hook prints the exception's words."""
    structlog.get_logger(__name__).error("unraisable", kind=args.exc_type.__name__)


def loop_failed(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """asyncio's own last resort: ``loop.set_exception_handler(loop_failed)``."""
    error = context.get("exception")
    structlog.get_logger(__name__).error("task_failed", exception=frames(error) if error else None)
