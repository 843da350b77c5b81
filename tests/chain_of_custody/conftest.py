"""The bundle that is broken."""

import pytest
from forge import copied


@pytest.fixture
def good(world, tmp_path):
    """A copy of a sealed bundle, to be changed."""
    return copied(world.path("sealed"), tmp_path / "copy")
