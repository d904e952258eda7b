"""``python -m bot understand --jsonl`` as a process: lines in, lines out, in order, and nothing kept."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.handoff import HandoffLine
from bot.nlu import HttpNlu, load_thresholds
from bot.storage.database import SqlStore
from tests.fakes import FakeClock
from tests.journeys.house import Home
from tests.nlu.model import PATIENCE, ROOT, TOKEN, Server, serving, train

FIELDS = ["intent", "confidence", "class", "locale", "ranking", "rules", "action", "ring_if_silent", "rings"]
CLASSES = {"alert": "E1", "ask_danger": "unclear", "queue": "E2", "offer": "E2", "choose": "N", "answer": "N", "chat": "N"}
DANGER = {"E1", "unclear"}
COMMAND = (sys.executable, "-m", "bot", "understand", "--jsonl")
ODD = "something strange happened near my house"

Line = Mapping[str, object] | bytes


@pytest.fixture(scope="module")
def model() -> Iterator[Server]:
    """A running model, so that only the tests about starting one start one."""
    done = train(ROOT, "--if-needed")
    assert done.returncode == 0, done.stderr
    with serving() as running:
        assert running.health().status == 200
        yield running


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """A clean one: only what the test sets; with a folder of its own no settings file is read."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DL_")}
    return {**kept, "PYTHONPATH": str(ROOT), "DL_DATA_DIR": str(folder / "data"), **settings}


class Understanding:
    """The command, with the data directory that must stay empty."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.env = environment(folder, **settings)
        self.said = ""

    def __call__(self, *lines: Line) -> list[dict[str, Any]]:
        """What the lines give."""
        return self.raw(b"".join(_bytes(line) + b"\n" for line in lines))

    def raw(self, given: bytes) -> list[dict[str, Any]]:
        done = subprocess.run(COMMAND, input=given, capture_output=True, cwd=self.folder, env=self.env, timeout=PATIENCE)
        self.said = done.stderr.decode()
        assert done.returncode == 0, self.said
        return [json.loads(line) for line in done.stdout.splitlines()]


def _bytes(line: Line) -> bytes:
    return line if isinstance(line, bytes) else json.dumps(line).encode()


@pytest.fixture
def understand(tmp_path: Path, model: Server) -> Understanding:
    """The command with a model that runs already."""
    return Understanding(tmp_path, DL_NLU_URL=model.url, DL_NLU_TOKEN=TOKEN)


def actions(answers: Sequence[Mapping[str, Any]]) -> list[str]:
    """What each line sets off, ``error`` for those that were none."""
    return [answer.get("action", "error") for answer in answers]


def test_every_answer_has_just_the_promised_fields(understand: Understanding) -> None:
    texts = ["they are breaking the door", "good morning", ODD, "/human", "what are the guidelines?", ""]
    for answer in understand(*({"text": text} for text in texts)):
        assert list(answer) == FIELDS
        assert answer["class"] == CLASSES[answer["action"]]
        assert 0 <= answer["confidence"] <= 1
        assert answer["locale"] == "en"
        assert all(set(ranked) == {"intent", "confidence"} for ranked in answer["ranking"])
        assert [ranked["confidence"] for ranked in answer["ranking"]] == sorted((r["confidence"] for r in answer["ranking"]), reverse=True)


def test_answers_come_in_the_order_of_the_lines(understand: Understanding) -> None:
    wanted = ["alert", "chat", "queue", "ask_danger"] * 20
    texts = ["they are breaking the door", "/about", "/human", "?!"] * 20
    assert actions(understand(*({"text": text} for text in texts))) == wanted


def test_a_line_without_conversation_is_always_a_first_message(understand: Understanding) -> None:
    assert actions(understand({"text": "?!"}, {"text": "?!"}, {"text": "1"}, {"text": "?!", "conversation": None})) == [
        "ask_danger",
        "ask_danger",
        "chat",
        "ask_danger",
    ]


def test_yes_after_the_danger_question_alerts_and_no_does_not(understand: Understanding) -> None:
    asked, yes = understand({"text": "?!", "conversation": "a"}, {"text": "1", "conversation": "a"})
    assert (asked["action"], asked["rings"]) == ("ask_danger", False)
    assert (yes["action"], yes["class"], yes["rings"]) == ("alert", "E1", True)
    _, no = understand({"text": "?!", "conversation": "a"}, {"text": "2", "conversation": "a"})
    assert (no["action"], no["rings"]) == ("offer", False)


def test_control_the_same_yes_in_another_conversation_alerts_nobody(understand: Understanding) -> None:
    _, yes = understand({"text": "?!", "conversation": "a"}, {"text": "1", "conversation": "b"})
    assert (yes["action"], yes["rings"]) == ("chat", False)


def test_writing_on_after_the_danger_question_rings(understand: Understanding) -> None:
    first, second = understand({"text": "?!", "conversation": 7}, {"text": "...", "conversation": 7})
    assert [first["rings"], second["rings"]] == [False, True]
    assert second["action"] == "ask_danger"


def test_a_clear_question_after_the_danger_question_is_answered_without_ringing(understand: Understanding) -> None:
    _, second = understand({"text": "?!", "conversation": 7}, {"text": "/status", "conversation": 7})
    assert (second["action"], second["rings"]) == ("chat", False)


def test_conversations_may_be_mixed_and_named_by_numbers(understand: Understanding) -> None:
    lines = [{"text": "?!", "conversation": 1}, {"text": "/about", "conversation": 2}, {"text": "1", "conversation": 2}]
    assert actions(understand(*lines, {"text": "1", "conversation": 1})) == ["ask_danger", "chat", "chat", "alert"]


BAD_LINES = [
    b"not json", b"[]", b"7", b"null", b'"text"', b"{}", b'{"text": 5}', b'{"text": null}', b'{"text": ["a"]}', b'{"txt": "a"}',
    b'{"text": "a"', b"\xff\xfe\x00", b"[" * 200_000, b'{"text": "a", "n": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"text": "a", "n": ' + b"9" * 10_000 + b"}",
]  # fmt: skip


def test_each_bad_line_gives_an_error_line_and_the_rest_goes_on(understand: Understanding) -> None:
    answers = understand(*(line for bad in BAD_LINES for line in (bad, {"text": "/human"})))
    assert actions(answers) == ["error", "queue"] * len(BAD_LINES)
    assert all(list(answer) == ["error"] for answer in answers[::2])


def test_blank_lines_crlf_a_byte_order_mark_and_a_missing_end_of_line_do_no_harm(understand: Understanding) -> None:
    given = b'\xef\xbb\xbf{"text": "/about"}\r\n\r\n   \n{"text": "/human", "x": {"y": [1]}, "id": 9}\r\n{"text": "/about"}'
    assert actions(understand.raw(given)) == ["chat", "queue", "chat"]


def test_no_input_gives_no_output(understand: Understanding) -> None:
    assert understand.raw(b"") == []


ODD_TEXTS = [
    "", "   ", "\x00", "\ud800", "\u202e\u200b", "\N{SOS}", "?!", "a" * 65_536, "\N{SOS}" * 16_384, "help me " * 8_192,
    "/" * 65_536, "\n" * 9,
]  # fmt: skip


def test_odd_texts_get_at_least_the_danger_question(understand: Understanding) -> None:
    answers = understand(*({"text": text} for text in ODD_TEXTS))
    assert len(answers) == len(ODD_TEXTS)
    assert set(actions(answers)) <= {"ask_danger", "alert"}


EMERGENCIES = [
    "/thanks they are breaking the door", "/help police are arresting me", "/start@bot they are beating me", "//they are beating me",
    "they are bea\x00ting me", "they are bea\ud800ting me", "\u202ethey are beating me\u202c", "they are be\u200bating me",
    "THEY ARE BEATING ME", "x " * 30_000 + "they are beating me", "they are beating me " + "x " * 30_000,
]  # fmt: skip


def test_an_emergency_that_a_rule_knows_alerts_however_it_is_written(understand: Understanding) -> None:
    answers = understand(*({"text": text} for text in EMERGENCIES))
    assert [ascii(text[:30]) for text, answer in zip(EMERGENCIES, answers, strict=True) if not answer["rules"]] == []
    assert {(answer["action"], answer["class"], answer["rings"]) for answer in answers} == {("alert", "E1", True)}


def test_control_the_slash_commands_alone_alert_nobody(understand: Understanding) -> None:
    answers = understand(*({"text": text} for text in ("/help", "/start@bot", "/status")))
    assert actions(answers) == ["chat"] * 3
    assert [answer["rules"] for answer in answers] == [[]] * 3


def test_it_stores_nothing_and_says_nothing_of_the_words(understand: Understanding) -> None:
    understand.env["DL_LOG_LEVEL"] = "DEBUG"
    understand({"text": "Zorica is being beaten"}, {"text": "Zorica?", "conversation": "Zorica"}, b"Zorica")
    assert list(understand.folder.rglob("*")) == []
    assert "Zorica" not in understand.said


def test_with_the_model_dead_rules_alert_and_everything_else_gets_the_question(understand: Understanding) -> None:
    understand.env["DL_NLU_TOKEN"] = "wrong"
    answers = understand({"text": "they are breaking the door"}, {"text": "what are the guidelines?"})
    assert actions(answers) == ["alert", "ask_danger"]
    assert answers[1]["intent"] is None


def test_without_an_address_it_starts_the_model_itself_and_ends_it(tmp_path: Path, understand: Understanding) -> None:
    lines = [{"text": text} for text in ("what are the guidelines?", "they are breaking the door", ODD)]
    own = Understanding(tmp_path / "own")
    assert own(*lines) == understand(*lines)
    assert _servers_of(own.folder) == []


def _servers_of(folder: Path) -> list[str]:
    """Processes that were started with this test's data directory and are still there."""
    mark = f"DL_DATA_DIR={folder / 'data'}".encode()
    return [each.parent.name for each in Path("/proc").glob("[0-9]*/environ") if mark in _read(each)]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def test_a_line_is_answered_before_the_next_one_is_written(understand: Understanding) -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=understand.folder, env=understand.env) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for text, action in (("/about", "chat"), ("they are breaking the door", "alert")):
            process.stdin.write(_bytes({"text": text}) + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["action"] == action


def test_5000_lines_written_before_any_is_read_do_not_lock_up(understand: Understanding) -> None:
    texts = ["good morning", "what are the guidelines?", "they are breaking the door", ODD, "I need a lawyer for my trial"]
    given = b"".join(_bytes({"text": text}) + b"\n" for text in texts * 1000)
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=understand.folder, env=understand.env) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ends = threading.Timer(PATIENCE, process.kill)
        ends.start()
        began = time.monotonic()
        process.stdin.write(given)
        process.stdin.close()
        answers = [json.loads(line) for line in process.stdout]
        print(f"{len(answers) / (time.monotonic() - began):.0f} lines/s, start included")
        ends.cancel()
    assert actions(answers) == actions(answers[:5]) * 1000


def test_a_reader_that_goes_away_ends_it_quietly(understand: Understanding) -> None:
    command = f'yes \'{{"text": "/about"}}\' | head -2000 | {sys.executable} -m bot understand --jsonl | head -1'
    done = subprocess.run(["bash", "-c", command], capture_output=True, cwd=understand.folder, env=understand.env, timeout=PATIENCE)
    assert json.loads(done.stdout)["action"] == "chat"
    assert done.stderr == b""


MESSAGES = [
    "hello", "good morning", "thank you so much", "what are the guidelines?", "are they binding?", "who reads this?", "is signal safe?",
    "can I get a tourist visa?", "I need a lawyer for my trial next week", "please observe the trial", "I want to apply for a grant",
    "can somebody from the embassy visit my brother in prison", "I want to talk to a person", "/human", "/help", "help", "status", "1",
    "yes", "they are breaking the door", "police are taking me away", "my colleague was arrested this morning",
    "they sent me a bullet in an envelope", "I do not want to live any more", "there is a bomb in the embassy",
    "two men are asking the neighbours which flat is mine", ODD, "?!",
    "they arrested me in 2019", "what if I am arrested?", "\x00", "they are bea\x00ting me",
]  # fmt: skip


@pytest.fixture
async def nlu(model: Server) -> AsyncIterator[HttpNlu]:
    """The running model as a live house asks it."""
    door = HttpNlu(model.url, TOKEN)
    await door.watch_start()
    yield door
    await door.close()


async def test_a_live_message_sets_off_the_same(store: SqlStore, clock: FakeClock, nlu: HttpNlu, understand: Understanding) -> None:
    home = Home(store, clock)
    home.house = replace(home.house, nlu=nlu, thresholds=load_thresholds(ROOT / "nlu"))
    live = [await _lived(home, text, str(sender)) for sender, text in enumerate(MESSAGES)]
    answers = understand(*({"text": text} for text in MESSAGES))
    assert len(MESSAGES) >= 30
    assert live == [(answer["action"], answer["rings"], answer["class"] if answer["class"] in DANGER else None) for answer in answers]


async def _lived(home: Home, text: str, sender: str) -> tuple[str, bool, str | None]:
    """A stranger writes: the action, whether officers are to be rung at once, and the class of danger that the queue shows."""
    before, shown = await home.counted(), {line.reference for line in await _queue(home)}
    await home.says(text, sender=sender)
    after = await home.counted()
    (action,) = [name for name in after if name.startswith("action_") and after[name] != before.get(name, 0)]
    rung = any(after.get(name, 0) != before.get(name, 0) for name in ("emergency", "unclear_rung"))
    new = [str(line.cls) for line in await _queue(home) if line.reference not in shown]
    return action.removeprefix("action_"), rung, next((cls for cls in new if cls in DANGER), None)


async def _queue(home: Home) -> Sequence[HandoffLine]:
    async with home.house.store.begin() as tx:
        return await tx.handoffs.queue()
