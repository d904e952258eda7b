"""``python -m benchmarks.path``: message in to reply out on loopback, next to the bare parse call measured in the same run."""

import argparse
import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import TypeVar

import aiohttp
import structlog

from benchmarks.outside import Running, running
from benchmarks.stages import STAGES, house_in_here, stages

Result = TypeVar("Result")
TEXTS = (
    "what are the guidelines?", "who reads this?", "is signal safe?", "how do I write a report?", "what can the embassy do for me?",
    "can I get a tourist visa?", "what is a human rights defender?", "what are my rights if I am detained?", "are the guidelines binding?",
)  # fmt: skip
#: Milliseconds: what the whole path may take at p50 over the bare parse, on an idle machine.
MOST_OVERHEAD = 10.0
WARM_UP = 20
#: Seconds between messages, so that one message's last commit is not the next one's first wait.
APART = 0.03
SENDERS = 25


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=300)
    number = parser.parse_args().messages
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder), number))


async def _measure(folder: Path, number: int) -> None:
    (folder / "out").mkdir()
    (folder / "in").mkdir()
    async with aiohttp.ClientSession() as client, running(folder / "out", client) as program:
        parse, kept, path = await _outside(program, client, number)
        memory = program.memory()
        async with house_in_here(folder / "in", program.nlu_url, program.nlu_token) as (door, moments):
            inside = [await _apart(stages(door, moments, client, *_message(place))) for place in range(WARM_UP + number)]
    _print(parse, kept, path)
    _print_stages(inside[WARM_UP:])
    print(f"\nstart to first reply {program.started_in:.1f} s (database, key and model server made or started on the way)")
    print("resident memory      " + "   ".join(f"{name} {size:.0f} MB" for name, size in memory.items()))


async def _outside(program: Running, client: aiohttp.ClientSession, number: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds: the bare parse, message to kept, message to reply; one of each in turn."""
    rows = []
    for place in range(WARM_UP + number):
        text, chat = _message(place)
        parse = await program.parse(client, text)
        posted, kept, replied = await _apart(program.door.ask(client, text, chat))
        rows.append((parse * 1000, (kept - posted) * 1000, (replied - posted) * 1000))
    parses, kepts, paths = zip(*rows[WARM_UP:], strict=True)
    return list(parses), list(kepts), list(paths)


async def _apart(step: Awaitable[Result]) -> Result:
    result = await step
    await asyncio.sleep(APART)
    return result


def _message(place: int) -> tuple[str, int]:
    return TEXTS[place % len(TEXTS)], 100 + place % SENDERS


def _print(parse: Sequence[float], kept: Sequence[float], path: Sequence[float]) -> None:
    print(f"{len(path)} messages, one after the other, by webhook to the running program; SQLite with synchronous=FULL\n")
    print(f"{'':34}{'p50 ms':>8}{'p99 ms':>8}{'ratio of p50':>14}")
    rows = (("bare parse (POST /model/parse)", parse), ("message in to kept (200 answered)", kept), ("message in to reply out", path))
    for name, values in rows:
        print(f"{name:34}{median(values):8.2f}{_p99(values):8.2f}{median(values) / median(parse):14.2f}")
    overhead = median(path) - median(parse)
    verdict = "within" if overhead <= MOST_OVERHEAD else "OVER"
    print(f"overhead over the bare parse: {overhead:.2f} ms at p50 ({verdict} {MOST_OVERHEAD:.0f} ms)")


def _print_stages(inside: Sequence[dict[str, float]]) -> None:
    print("\nby stage, in one process (the messenger's stand-in shares its loop)")
    print(f"{'':34}{'p50 ms':>8}{'p99 ms':>8}{'share of p50':>14}")
    columns = {name: [row[name] * 1000 for row in inside] for name, _, _ in STAGES}
    whole = [sum(row.values()) * 1000 for row in inside]
    for name, values in [*columns.items(), ("whole", whole)]:
        print(f"{name:34}{median(values):8.2f}{_p99(values):8.2f}{median(values) / median(whole):14.0%}")


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[98]


if __name__ == "__main__":
    main()
