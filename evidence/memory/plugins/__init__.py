"""What is asked of Volatility 3, per operating system; and our own words about its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Words = tuple[str, str]
"""The same in English and Japanese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugins:
    """The plugins for one operating system."""

    run: Sequence[str]
    """In this order. The first lists processes: an image in which it finds none was not read,
    whatever others say."""
    left_out: Mapping[str, Words]
    """What would be of use but isn't run; said in every analysis, and why."""
    not_shown: Mapping[str, Words] = field(default_factory=dict)
    """What is known to be missing from a plugin's rows; said with them."""

    without_symbols: frozenset[str] = frozenset()
    """What needs no symbols of the system: asked of an image that nothing else can be asked of."""

    @property
    def processes(self) -> str:
        """The one that lists processes."""
        return self.run[0]
