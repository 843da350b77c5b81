"""Hard links: one file under several names is taken once; its other names are told of."""

from __future__ import annotations

import stat as modes

from collectors.artifact import Artifact, FileIdentity, Gap, Reading, Reason

_MAX_LINKED = 200_000  # files remembered; some 30 MB


class Links:
    """The files with several names that a session has taken, by the number of their item."""

    def __init__(self) -> None:
        self._items: dict[FileIdentity, int] = {}

    def item(self, identity: FileIdentity | None) -> int | None:
        """The item that holds a file; None where it isn't known."""
        return self._items.get(identity) if identity is not None else None

    def known(self, artifact: Artifact, reading: Reading, seq: int) -> bool:
        """Whether an earlier item holds the same file under another name; else remembers `seq`."""
        found = reading.stat
        if found is None or found.nlink < 2 or not modes.S_ISREG(found.mode):
            return False
        if reading.method.door == "made here":  # what is told of a file is not the file
            return False
        identity = (found.device, found.inode, artifact.stream)
        known = identity in self._items
        if not known and len(self._items) < _MAX_LINKED:
            self._items[identity] = seq
        return known


def as_link(artifact: Artifact, reading: Reading) -> Gap:
    """What stands for a file that was taken under another name."""
    found = reading.stat
    return Gap(
        origin=artifact.origin,
        kind=artifact.kind,
        reason=Reason.SKIPPED,
        detail="the same file was taken under another name (hard link)",
        stat=found,
        led_by=artifact.led_by,
        same_as=None if found is None else (found.device, found.inode, artifact.stream),
        stream=artifact.stream,
    )
