"""``responses/triage.toml``: what is asked while an emergency waits, in which order."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.domain.triage import Plan
from bot.responses.reading import read_toml, refused

_TABLES = {"choices", "kinds", "then"}
#: One digit: two are the menu's.
_NUMBERS = frozenset("123456789")


def load_plan(root: Path) -> Plan:
    """The plan.  Raises RefuseToStart naming what is not as it should be."""
    file = root / "triage.toml"
    content = read_toml(file, root)
    for fault in _faults(content):
        raise refused(file, root, fault)
    choices = {name: {int(number): code for number, code in numbers.items()} for name, numbers in content["choices"].items()}
    kinds = {kind: tuple(order) for kind, order in content["kinds"].items()}
    return Plan(choices=choices, kinds=kinds, consents=tuple(content["then"]["consents"]))


def _faults(content: Mapping[str, Any]) -> Iterator[str]:
    if content.keys() != _TABLES or not all(isinstance(table, dict) for table in content.values()):
        yield "needs the tables [choices], [kinds] and [then], and no others"
        return
    for name, numbers in content["choices"].items():
        if (
            not isinstance(numbers, dict)
            or not numbers
            or numbers.keys() - _NUMBERS
            or not all(isinstance(code, str) for code in numbers.values())
        ):
            yield f'choices.{name} is not numbers of one digit with codes, such as {{1 = "yes", 2 = "no"}}'
    for place, order in {**content["kinds"], "then.consents": content["then"].get("consents")}.items():
        if not isinstance(order, list) or any(name not in content["choices"] for name in order) or len(set(order)) != len(order):
            yield f"{place} is not a list of questions that stand under [choices], each once"
