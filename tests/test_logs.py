"""Logs: static names, our own ids, and nothing that a person wrote or that opens a door."""

import asyncio
import io
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest
import structlog

from bot import logs
from tests.loggers import put_back

TOKEN = "7000000123:AAkestrelkestrelkestrelkestrelkestr"
TEXT = "two men are asking which flat is mine"
PHONE, UUID = "+38267123456", "5f9a1c1e-aaaa-4000-8000-0000000000ff"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Standard error with our logs on it; everything is put back afterwards."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with put_back():
        logs.configure("DEBUG", secrets=("s3cret-value", "abc"))
        yield stream


def test_our_lines_are_json_with_name_level_and_time(written: io.StringIO) -> None:
    structlog.get_logger("bot.x").info("message_kept", conversation="0a1b")
    line = json.loads(written.getvalue())
    assert (line["event"], line["level"], line["conversation"]) == ("message_kept", "info", "0a1b")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", ["telegram.ext", "signalbot", "asyncio", "a_library_that_nobody_knows", "root"])
def test_of_other_libraries_only_name_level_and_exception_class_remain(written: io.StringIO, name: str) -> None:
    try:
        raise ValueError(TEXT)
    except ValueError:
        logging.getLogger(name).exception("got %s with %s", TEXT, TOKEN, stack_info=True)
    assert written.getvalue() == f"foreign logger={name} level=ERROR exception=ValueError\n"


@pytest.mark.parametrize("name", sorted(logs._LOUD))
def test_loud_libraries_are_heard_from_warnings_on_even_at_debug(written: io.StringIO, name: str) -> None:
    logging.getLogger(name).info("GET https://example.org/bot%s/getMe", TOKEN)
    assert written.getvalue() == ""


@pytest.mark.parametrize("leak", [TOKEN, PHONE, UUID, "s3cret-value"])
def test_what_looks_like_a_person_or_a_secret_is_taken_out_of_our_own_lines(written: io.StringIO, leak: str) -> None:
    structlog.get_logger("bot.x").info("x", field=f"a {leak} b")
    logging.getLogger("bot.plain").info("as an argument: %s", leak)
    logging.getLogger("bot.plain").info(leak)
    assert leak not in written.getvalue()
    assert written.getvalue().count("[redacted]") == 3


def test_control_without_the_filter_the_same_lines_are_found(written: io.StringIO) -> None:
    logging.getLogger().handlers[0].filters.clear()
    logging.getLogger("bot.plain").info("as an argument: %s", TOKEN)
    assert TOKEN in written.getvalue()


def test_our_own_ids_are_left_alone(written: io.StringIO) -> None:
    structlog.get_logger("bot.x").info("x", conversation="0123456789abcdef0123456789abcdef", reference="K7T-42M")
    assert "[redacted]" not in written.getvalue()


def test_an_exception_is_its_class_and_places_never_its_words(written: io.StringIO) -> None:
    try:
        try:
            raise ValueError(TEXT)
        except ValueError as error:
            raise KeyError(TEXT) from error
    except KeyError:
        structlog.get_logger("bot.x").exception("loop_failed", loop="courier")
    line = json.loads(written.getvalue())
    assert line["exception"].startswith("KeyError at test_logs.py:")
    assert TEXT not in written.getvalue()


def test_a_group_of_exceptions_names_each_inside(written: io.StringIO) -> None:
    try:
        raise ExceptionGroup(TEXT, [ValueError(TEXT), KeyError(TEXT)])
    except ExceptionGroup:
        structlog.get_logger("bot.x").exception("work_failed")
    assert len(json.loads(written.getvalue())["inside"]) == 2
    assert TEXT not in written.getvalue()


def test_no_last_resort_of_python_prints_words(written: io.StringIO) -> None:
    error = ValueError(TEXT)
    sys.excepthook(ValueError, error, None)
    thread = threading.Thread(target=_fails)
    thread.start()
    thread.join()
    logs.loop_failed(asyncio.new_event_loop(), {"message": TEXT, "exception": error})
    warnings.warn(TEXT, stacklevel=1)
    said = written.getvalue()
    assert [json.loads(line)["event"] for line in said.splitlines()] == ["crashed", "thread_crashed", "task_failed"]
    assert TEXT not in said


def _fails() -> None:
    raise ValueError(TEXT)


class _Unraisable:
    def __del__(self) -> None:
        raise ValueError(TEXT)


def test_an_exception_in_a_destructor_prints_no_words(written: io.StringIO) -> None:
    doomed = _Unraisable()
    del doomed
    assert json.loads(written.getvalue())["kind"] == "ValueError"
    assert TEXT not in written.getvalue()


#: In an interpreter of its own: what the test runner and the tests before this one have set up does not count.
_HANDLERS = """
import logging, sys
import httpx, signalbot, sqlalchemy, telegram, uvicorn
if sys.argv[1:]:
    logging.getLogger("httpx").addHandler(logging.StreamHandler())
for name in sorted(logging.root.manager.loggerDict):
    if any(not isinstance(each, logging.NullHandler) for each in logging.getLogger(name).handlers):
        print(name)
"""


@pytest.mark.parametrize("control", [False, True])
def test_a_library_with_a_handler_of_its_own_is_known(control: bool) -> None:
    """What would write beside our handler: none of the libraries that we load brings one that prints."""
    words = [sys.executable, "-c", _HANDLERS, *(["add one"] if control else [])]
    found = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    # pyasn1 makes one when it is imported, and uses it only for somebody who calls its debugger.
    assert [name for name in found if not name.startswith("pyasn1")] == (["httpx"] if control else [])
