"""How properties are tried here: as many examples as say something, never against the clock."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "hozen", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("hozen")
