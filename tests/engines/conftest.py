"""Tests against real servers, which `make test-engines` installs; elsewhere they are left out."""

import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    wanted = os.environ.get("TALENT_TEST_ENGINES") == "1"
    skipped = pytest.mark.skip(reason="needs servers: make test-engines")
    for item in items:
        if HERE in Path(item.fspath).parents:
            item.add_marker(pytest.mark.engines)
            if not wanted:
                item.add_marker(skipped)
