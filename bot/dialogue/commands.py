"""Commands: they never depend on the model, and never swallow what follows them."""

import re

from bot.dialogue.words import bare, is_stop

COMMANDS = ("start", "help", "human", "status", "language", "privacy", "about", "forget", "stop")

_SLASH = re.compile(r"\s*/([A-Za-z_]{1,32})(?:@[A-Za-z0-9_]{1,64})?\s*")
_LEADING_SLASHES = re.compile(r"[\s/]+")

#: A command without its slash counts only as the whole message.  ``help`` is missing on purpose: it leads to the danger question.
_BARE = {
    "start": "start",
    "menu": "help",
    "human": "human",
    "officer": "human",
    "a human": "human",
    "a person": "human",
    "person": "human",
    "status": "status",
    "language": "language",
    "languages": "language",
    "privacy": "privacy",
    "about": "about",
    "forget": "forget",
    "forget me": "forget",
}


def slash_command(text: str) -> str | None:
    """The command, when a known one with its slash is the whole message."""
    match = _SLASH.fullmatch(text)
    name = match[1].lower() if match else ""
    return name if name in COMMANDS else None


def bare_command(text: str) -> str | None:
    """The command, when its bare word is the whole message."""
    return "stop" if is_stop(text) else _BARE.get(bare(text))


def asks_to_forget(text: str) -> bool:
    """Whether the whole message is the wish to be forgotten."""
    return "forget" in {slash_command(text), bare_command(text)}


def without_slash(text: str) -> str:
    """The text as the model may see it: Rasa would take "/help police" for an intent of that name."""
    return _LEADING_SLASHES.sub("", text, count=1) if text.lstrip().startswith("/") else text
