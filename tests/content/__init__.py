"""The prepared texts, and what ``check`` holds them to."""
