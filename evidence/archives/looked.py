"""What came of looking into archives: of one, and of all that a run met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from evidence.archives.member import ENCRYPTED, Unseen

Depth = Literal["whole", "in part", "closed"]
OF_ARCHIVE = "archive: "  # how a record's remark on what was not looked into begins
MOST = 20  # archives that are named; all are counted


@dataclass(slots=True)
class Looked:
    """How far one archive was looked into, one level deep."""

    kind: str
    members: int = 0
    """That were looked into, maybe not to their end."""
    unseen: int = 0
    encrypted: int = 0

    def miss(self, one: Unseen) -> None:
        """Something in it was not looked into, or not to its end."""
        self.unseen += 1
        self.encrypted += one.why == ENCRYPTED

    @property
    def depth(self) -> Depth:
        """All of it, some of it, or nothing."""
        if not self.unseen:
            return "whole"
        return "in part" if self.members else "closed"


@dataclass(slots=True)
class Archives:
    """The archives that a run took: each is an item as it is, whatever was seen within."""

    counts: dict[Depth, int] = field(
        default_factory=lambda: {"whole": 0, "in part": 0, "closed": 0}
    )
    encrypted: int = 0
    """Those with a member of which it was seen that it is encrypted."""
    named: list[tuple[str, Looked]] = field(default_factory=list)
    """Origins of the first ones that were not looked into whole."""

    def add(self, origin: str, looked: Looked) -> None:
        """One more was met."""
        self.counts[looked.depth] += 1
        self.encrypted += looked.encrypted > 0
        if looked.depth != "whole" and len(self.named) < MOST:
            self.named.append((origin, looked))
