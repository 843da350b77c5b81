"""Which events are wanted beside those of our tables and fingerprints, for rules of others."""

from __future__ import annotations

from collections.abc import Collection, Mapping

Beside = Mapping[str, Collection[int]]
"""Channel to the numbers of its events; all of them, where none is named."""
NOTHING: Beside = {}


def wants(beside: Beside, channel: str, number: int) -> bool:
    """Whether an event is wanted."""
    numbers = beside.get(channel)
    return numbers is not None and (not numbers or number in numbers)
