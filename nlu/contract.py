"""The intents and their classes, as ``intents.yml`` says."""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent


def classes(folder: Path = ROOT) -> dict[str, str]:
    """Every intent with its class: E1, E2 or N."""
    intents = yaml.safe_load(folder.joinpath("intents.yml").read_text("utf-8"))["intents"]
    return {name: entry["class"] for name, entry in intents.items()}
