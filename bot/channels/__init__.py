"""Telegram, Signal, console: translate, nothing else."""

from bot.domain.files import LARGEST


class Malformed(ValueError):
    """A payload that cannot be understood; carries nothing of it."""


#: No file larger than this (bytes) is fetched.
LARGEST_FILE = LARGEST
