"""What is told of a file whose content stays where it is: patients' data, documents, databases.

Of each such file there is an item `withheld:PATH`: not its bytes, but their number, their SHA-256
and the first and last 64, with the file's times and owner in its record. That shows later whether
it was encrypted or altered, and lets one document be proved without all being carried away.
"""

from __future__ import annotations

import re
import stat as modes
from hashlib import sha256
from typing import TYPE_CHECKING

from collectors.artifact import Artifact, OwnVolumeError, Reading, detail_of
from collectors.files.begun import Begun
from collectors.files.snapshot import Snapshot, in_json
from collectors.privacy.allowed import allowed
from collectors.privacy.private import ENCRYPTED, HEAD, by_name, is_script, of_system, private

if TYPE_CHECKING:
    from collections.abc import Callable

    from collectors.artifact import Stat
    from collectors.collector import Collector
    from collectors.files.source import Source

PREFIX = "withheld:"
SCHEMA = "hozen-withheld/1"
EDGE = 64  # bytes shown of each end
LARGEST = 4 << 30  # bytes that are read for a digest: nobody can end a run in the middle of one
_FILE = re.compile(r"(?:raw:|called:|deleted:|shadow:[^/]*)?/")
"""How the origin of a file begins; others are of memory, of a disk, or made here."""


def nobody_knows(path: str) -> bool:  # noqa: ARG001 - what knows names asks for this one
    """Know no file by its name."""
    return False


class Withholding:
    """Decides of each file of one source, as it is opened, whether it is taken or told of."""

    def __init__(self, source: Source, *, encrypted: Callable[[str], bool] = nobody_knows) -> None:
        """Withhold, unless the user asked for all content.

        Args:
            source: says what the user asked for.
            encrypted: whether rules know a file's name as that of one that was encrypted.
        """
        self._source = source
        self._active = source.withholds
        self._encrypted = encrypted
        self._may: frozenset[str] | None = None
        self._volumes: dict[int, str] = {}

    def of(self, collector: Collector) -> None:
        """What comes next is what this collector gives."""
        self._may = allowed(collector) if self._active else None
        excluded = self._source.exclude.items()
        self._volumes = {device: why for (device, inode), why in excluded if inode is None}

    def opened(self, one: Artifact) -> tuple[Artifact, Reading]:
        """Open what a collector gave: as it is, or what is told of it in its place.

        Raises:
            OwnVolumeError: it lies on the volume that we were started from.
            OSError: it can't be opened, or what is to be told of can't be read.
        """
        reading = one.open()
        if self._volumes and reading.stat is not None:
            self._refuse_ours(reading, reading.stat)
        if self._may is None or not _may_be_private(one) or _is_link(reading):
            return one, reading
        begun = Begun(reading, HEAD)
        kind = self._kind(one, begun.head)
        if kind is None or kind in self._may:
            return one, begun
        told = _told(begun, kind)
        return one._replace(origin=PREFIX + one.origin, references=None), told

    def _refuse_ours(self, reading: Reading, found: Stat) -> None:
        """However a collector got there: by a process of ours, or by what the host noted of it."""
        why = self._volumes.get(found.device)
        if why is not None:
            reading.close()
            raise OwnVolumeError(0, why)

    def _kind(self, one: Artifact, head: bytes) -> str | None:
        if one.is_run and is_script(head):
            return None
        kind = private(one.origin, head)
        return ENCRYPTED if kind is None and self._encrypted(one.origin) else kind


def _may_be_private(one: Artifact) -> bool:
    """Whether its head has to be looked at: of most that a system has, the name is enough."""
    if one.stream is not None or _FILE.match(one.origin) is None:
        return False
    return not of_system(one.origin) or by_name(one.origin) is not None


def _is_link(reading: Reading) -> bool:
    """Whether all that there is to read is where a link leads."""
    return reading.stat is not None and modes.S_ISLNK(reading.stat.mode)


def _told(reading: Reading, kind: str) -> Snapshot:
    """Read a file to its end and keep nothing of it but what is told.

    Raises:
        OSError: not one byte of it can be had.
    """
    try:
        told = {"schema": SCHEMA, "is": kind, "door": reading.method.door}
        document = {**told, **_measured(reading)}
        told_of = Snapshot(
            in_json(document), stat=reading.stat,
            errors=list(reading.errors),
        )  # fmt: skip
        told_of.changed = reading.changed
        return told_of
    finally:
        reading.close()


def _measured(reading: Reading) -> dict[str, object]:
    size, first, last, digest = 0, b"", b"", sha256()
    room, error = memoryview(bytearray(1 << 20)), "" if _is_read(reading) else "larger than is read"
    limit = EDGE if error else LARGEST
    try:
        while size < limit and (count := reading.readinto(room[: limit - size])):
            data = room[:count]
            digest.update(data)
            first += bytes(data[: EDGE - len(first)])
            last = (last + bytes(data[-EDGE:]))[-EDGE:]
            size += count
    except OSError as problem:
        if not size:
            raise
        error = detail_of(problem)
    if not error and reading.missing:
        error = "; ".join(each.error for each in reading.missing)
    whole = not error
    return {
        "read": size, "sha256": digest.hexdigest() if whole else None, "first": first.hex(),
        "last": last.hex() if whole else None, "why_not_whole": error or None,
        "ranges": [list(each) for each in reading.ranges],
    }  # fmt: skip


def _is_read(reading: Reading) -> bool:
    return reading.stat is None or reading.stat.size <= LARGEST
