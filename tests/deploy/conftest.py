"""Every overlay, built once."""

import pytest

from tests.deploy.kustomize import Object
from tests.deploy.places import BUILT


@pytest.fixture(params=sorted(BUILT))
def overlay(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def objects(overlay: str) -> list[Object]:
    """The objects of one overlay, for reading."""
    return BUILT[overlay]
