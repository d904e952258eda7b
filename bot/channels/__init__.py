"""Telegram, Signal, console: translate, nothing else."""


class Malformed(ValueError):
    """A payload that cannot be understood; carries nothing of it."""
