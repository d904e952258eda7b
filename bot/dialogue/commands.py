"""Commands: they never depend on the model, and never swallow what follows them."""

import re

from bot.dialogue.words import bare_command

COMMANDS = ("start", "help", "menu", "more", "source", "human", "status", "language", "privacy", "about", "forget", "stop")

_SLASH = re.compile(r"\s*/([A-Za-z_]{1,32})(?:@[A-Za-z0-9_]{1,64})?\s*")
_LEADING_SLASHES = re.compile(r"[\s/]+")


def slash_command(text: str) -> str | None:
    """The command, when a known one with its slash is the whole message."""
    match = _SLASH.fullmatch(text)
    name = match[1].lower() if match else ""
    return name if name in COMMANDS else None


def asks_to_forget(text: str) -> bool:
    """Whether the whole message is the wish to be forgotten."""
    return "forget" in {slash_command(text), bare_command(text)}


def without_slash(text: str) -> str:
    """The text as the model may see it: Rasa would take "/help police" for an intent of that name."""
    return _LEADING_SLASHES.sub("", text, count=1) if text.lstrip().startswith("/") else text
