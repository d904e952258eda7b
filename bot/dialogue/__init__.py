"""Deciding what to say: pure functions, no storage, no network."""
