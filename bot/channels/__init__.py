"""Telegram, Signal, console: translate, nothing else."""


class Malformed(ValueError):
    """A payload that cannot be understood; carries nothing of it."""


#: No file larger than this (bytes) is fetched for an officer.
LARGEST_FILE = 25_000_000
