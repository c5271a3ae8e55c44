"""The use cases on both databases."""

import pytest

from tests.conftest import BOTH


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """See tests/conftest.py."""
    where: str = request.param
    return where
