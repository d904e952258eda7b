"""Fixtures for every test."""

import pytest

pytest_plugins = ["tests.databases"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first: at the end no process waits for another's."""
    items.sort(key=lambda item: (item.path.name != "test_killed.py", item.path.parent.name != "promises"))
