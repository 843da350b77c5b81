"""How properties are tried here, and the bundle that is broken.

Of a property as many examples are tried as say something, never against the clock.
"""

import pytest
from forge import copied
from hypothesis import HealthCheck, settings

settings.register_profile(
    "hozen", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("hozen")


@pytest.fixture
def good(world, tmp_path):
    """A copy of a sealed bundle, to be changed."""
    return copied(world.path("sealed"), tmp_path / "copy")
