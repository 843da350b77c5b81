"""One look at one thing through both doors, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from collectors.artifact import Artifact, Gap, Kind, Reason

if TYPE_CHECKING:
    from collectors.disk.source import DiskSource
    from collectors.files.source import Source
    from collectors.live.document import Row
    from collectors.windows.looking import Apart

RAW, CALLED = "raw:", "called:"


class Doors(NamedTuple):
    """Both ways to the same things, and since when one of them may not know."""

    called: Source
    """The files, by Windows' own calls."""
    raw: DiskSource
    """The files on its volume."""
    apart: Apart
    """Where hives are read."""
    since: int
    """What was written later may not be on the disk yet: 100 ns since 1601."""


@dataclass(slots=True)
class Look:
    """What was seen of one thing."""

    facts: Row
    """What was compared, and how."""
    rows: list[Row] = field(default_factory=list)
    """Every difference, those that came lately with the rest."""
    found: list[Artifact | Gap] = field(default_factory=list)
    """What is said loudly of them, the bytes, and what was refused."""

    @property
    def is_doubtful(self) -> bool:
        """Whether another look may see it otherwise: what is denied or absent stays so."""
        reasons = {one.reason for one in self.found if isinstance(one, Gap)}
        return bool(reasons & {Reason.UNREADABLE, Reason.UNSUPPORTED})

    def refused(self, gap: Gap) -> Look:
        """Say that it was not compared, and why."""
        self.found.append(gap)
        self.facts["compared"] = False
        return self


def differs(origin: str, kind: Kind, detail: str) -> Gap:
    """What is said loudly of a difference."""
    return Gap(origin=origin, kind=kind, reason=Reason.UNREADABLE, expected=True, detail=detail)
