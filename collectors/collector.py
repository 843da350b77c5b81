"""The contract: what a collector is asked for, and how it says what it takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Protocol

from collectors.artifact import Artifact, Gap, Phase, Profile
from collectors.files.source import Source


class Collector(Protocol):
    """Yields artifacts and gaps; its class docstring is its help text.

    The docstring's first sentence says what it takes, a later one what it can't show.
    """

    name: ClassVar[str]
    phase: ClassVar[Phase]
    profile: ClassVar[Profile]

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield what is there, most fleeting first; a missing thing is a Gap."""
        ...
