"""Telegram, Signal, console: translate, nothing else."""
