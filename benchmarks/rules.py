"""``python -m benchmarks.rules``: the emergency rules of all languages together, next to one alternation of all phrases without guards."""

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import quantiles
from time import thread_time

import yaml

from bot.domain.folding import FOLDS
from bot.domain.rules import RuleBook
from bot.domain.sentences import lines_ended
from bot.domain.text import normalise
from bot.nlu import load_rules
from tests.nlu.rules_reference import Reference

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("en", "cnr", "sq", "ru")
#: Characters, and how many texts of that length.
LENGTHS = {500: 60, 65_536: 2}
USUAL = 200
#: Every text is read so often in turn, and the quickest counts; processor time, since others use the same cores.
READ = 3
Match = Callable[[str], object]


def main() -> None:
    """Measure and print: milliseconds of processor time, and the ratio of the medians."""
    before, began = _peak(), thread_time()
    book = load_rules(ROOT / "nlu")
    book.match("hello")
    print(f"load {thread_time() - began:.2f} s of processor time, peak memory {_peak() - before:.0f} MB\n", flush=True)
    alternation = _alternation()
    print("| texts | rules p50 ms | p99 | alternation p50 ms | p99 | ratio |\n| --- | --- | --- | --- | --- | --- |")
    for name, texts in _texts(book):
        ours, theirs = _times(texts, book.match), _times(texts, alternation)
        print(f"| {name} | {ours[0]:.3f} | {ours[1]:.3f} | {theirs[0]:.3f} | {theirs[1]:.3f} | {ours[0] / theirs[0]:.2f}x |", flush=True)


def _alternation() -> Match:
    """Whether any phrase of any language is somewhere, by one compiled pattern a language; no sentences, no guards."""
    files = {name: yaml.safe_load((ROOT / "nlu" / "rules" / f"{name}.yml").read_text("utf-8")) for name in LANGUAGES}
    patterns = list(zip(Reference(files).any_phrase, [FOLDS.get(data.get("fold", ""), str) for data in files.values()], strict=True))

    def search(text: str) -> object:
        plain = normalise(lines_ended(text))
        return [pattern.search(f" {fold(plain)} ") for pattern, fold in patterns]

    return search


def _texts(book: RuleBook) -> Iterator[tuple[str, Sequence[str]]]:
    """Usual messages, then harmless ones one behind the other: many of them hold alarming words that a guard or their neighbours excuse."""
    chance = random.Random(1)
    for language in LANGUAGES:
        messages = _messages(language)
        yield f"{language}, usual", chance.sample(messages, USUAL)
        harmless = [text for text in messages if not book.match(text)]
        for length, number in LENGTHS.items():
            yield f"{language}, {length} characters", [_long(harmless, length, chance) for _ in range(number)]


def _long(harmless: Sequence[str], length: int, chance: random.Random) -> str:
    text = ""
    while len(text) < length:
        text += chance.choice(harmless) + ". "
    return text[:length]


def _messages(language: str) -> list[str]:
    lines = [line for file in sorted((ROOT / "nlu" / "dev" / language).glob("*.tsv")) for line in file.read_text("utf-8").splitlines()]
    return [line.split("\t")[0] for line in lines if "\t" in line and not line.startswith(("#", "text\t"))]


def _times(texts: Sequence[str], match: Match) -> tuple[float, float]:
    """Milliseconds at the median and at 99 of 100."""
    cuts = quantiles([1000 * min(_once(text, match) for _ in range(READ)) for text in texts], n=100, method="inclusive")
    return cuts[49], cuts[98]


def _once(text: str, match: Match) -> float:
    began = thread_time()
    match(text)
    return thread_time() - began


def _peak() -> float:
    """The process's largest resident size so far, megabytes."""
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
