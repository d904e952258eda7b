"""The trained model and a server of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nlu.modelhash import model_path
from tests.nlu.model import ROOT, Server, serving, small_project, train


@pytest.fixture(scope="session")
def archive() -> Path:
    """This tree's model, trained if need be."""
    done = train(ROOT, "--if-needed")
    assert done.returncode == 0, done.stderr
    return model_path(ROOT)


@pytest.fixture(scope="module")
def server(archive: Path) -> Iterator[Server]:
    """A server that is ready."""
    with serving() as running:
        assert running.health().status == 200
        yield running


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained project of three intents; not to be changed."""
    root = small_project(tmp_path_factory.mktemp("small"))
    done = train(root)
    assert done.returncode == 0, done.stderr
    return root
