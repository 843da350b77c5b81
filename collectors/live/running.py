"""What the collectors share that look at a running Linux machine and at nothing else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile
from collectors.live.shelf import not_running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.artifact import Kind
    from collectors.files.source import Source


class OfRunning(ABC):
    """Looks at a running machine; of any other source it says that it can't."""

    name: ClassVar[str]
    kind: ClassVar[Kind] = "system"
    phase: ClassVar[Phase] = Phase.VOLATILE
    profile: ClassVar[Profile] = Profile.QUICK

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield what `of_running` finds, or the one gap."""
        if source.live:
            yield from self.of_running(source)
        else:
            yield not_running(self.name, self.kind)

    @abstractmethod
    def of_running(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield what there is."""
