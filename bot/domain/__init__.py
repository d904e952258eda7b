"""Frozen values and rules; standard library only."""
