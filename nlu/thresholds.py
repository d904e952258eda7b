"""Where confidences become decisions: ``nlu/.venv/bin/python nlu/thresholds.py [--write]`` prints the price of each choice.

Every message is judged by a model that never saw its writer (leave writers out), so the figures hold for strangers.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nlu import choosing  # noqa: E402  the project's root must be on the path first
from nlu.contract import classes  # noqa: E402
from nlu.folds import Judged, judge  # noqa: E402
from nlu.tsv import read_folder  # noqa: E402

TARGET = Path(__file__).with_name("thresholds.yml")
STEPS = (0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def main() -> int:
    """Print the tables; with ``--write`` also write ``thresholds.yml``."""
    parser = argparse.ArgumentParser(description="Choose the thresholds on out-of-fold predictions.")
    parser.add_argument("--write", action="store_true", help="write nlu/thresholds.yml")
    options = parser.parse_args()
    contract = classes()
    judged = judge(read_folder(ROOT / "nlu" / "data", frozenset(contract)), contract)
    chosen = choosing.choose(judged)
    lines = [*_table(judged), "", *_by_hand(judged, chosen), "", *_result(judged, chosen)]
    sys.stdout.write("\n".join(lines) + "\n")
    if options.write:
        TARGET.write_text(_file(chosen), "utf-8")
    return 0


def _table(judged: Sequence[Judged]) -> list[str]:
    head = "threshold  emergencies below  N at or above  E2 at or above  all harmless at or above"
    rows = []
    for step in STEPS:
        missed, n, e2, harmless = (
            choosing.share(judged, kinds, lambda each, at=step, under=under: (each.danger < at) == under)
            for kinds, under in ((("E1",), True), (("N",), False), (("E2",), False), (("N", "E2"), False))
        )
        rows.append(f"{step:9.2f}  {missed:17.1%}  {n:13.1%}  {e2:14.1%}  {harmless:24.1%}")
    return [head, *rows]


def _by_hand(judged: Sequence[Judged], chosen: choosing.Thresholds) -> list[str]:
    rows = ["hand           messages  intent right  silent misses  false alarms  asked in vain (N)"]
    for hand in sorted({each.hand for each in judged}):
        price = choosing.price([each for each in judged if each.hand == hand], chosen)
        rows.append(
            f"{hand:13s}  {price.messages:8d}  {price.right:12.1%}  {price.silent:13.1%}  {price.false_alarms:12.1%}"
            f"  {price.asked_n:17.1%}"
        )
    return rows


def _result(judged: Sequence[Judged], chosen: choosing.Thresholds) -> list[str]:
    price = choosing.price(judged, chosen)
    values = "  ".join(f"{name} {value}" for name, value in chosen.as_dict().items())
    return [
        values,
        f"{price.messages} messages; intent right {price.right:.1%}, or one of its alternatives {price.right_or_alt:.1%}",
        f"emergencies: alerted {price.alerted:.1%}, asked {price.asked_e1:.1%}, silent misses {price.silent:.1%}",
        f"false alarms {price.false_alarms:.1%} (N {price.false_n:.1%}, E2 {price.false_e2:.1%})",
        f"danger question to N {price.asked_n:.1%}, to E2 {price.asked_e2:.1%}; rings if silent: N {price.rings_n:.1%},"
        f" E2 {price.rings_e2:.1%}, emergencies {price.rings_e1:.1%}",
        f"of the rest: topic named {price.answered:.1%}, of these right {price.answered_right:.1%}; asked which topic"
        f" {1 - price.answered:.1%}",
    ]


def _file(chosen: choosing.Thresholds) -> str:
    """The values with what they mean, for readers who never see this script."""
    says = choosing.MEANINGS
    head = "# Written by nlu/thresholds.py from out-of-fold predictions (leave writers out).  Danger is the summed confidence of\n"
    head += "# the emergency intents.\n"
    return head + "".join(f"{name}: {value}  # {says[name]}\n" for name, value in chosen.as_dict().items())


if __name__ == "__main__":
    sys.exit(main())
