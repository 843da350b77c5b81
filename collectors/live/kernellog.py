"""The kernel's ring buffer: what it said since it started, as far as there is still room for it."""

from __future__ import annotations

import errno
import os
import stat as modes
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import (
    Artifact,
    Gap,
    MissingRange,
    Reason,
    detail_of,
    gap_from,
)
from collectors.files.descriptors import what_is
from collectors.files.snapshot import LOOKED, Snapshot, Stopwatch
from collectors.live.document import Document, Row, decoded, text
from collectors.live.running import OfRunning
from collectors.live.shelf import held
from collectors.system import PLAIN, major, minor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collectors.artifact import Kind
    from collectors.files.source import Source

DEVICE = "/dev/kmsg"
NUMBER = (1, 11)  # Documentation/admin-guide/devices.txt; anything else of this name isn't opened
LIMIT = 16 << 20  # bytes: no kernel keeps so many by itself
TIME = 5.0  # seconds: who writes without an end must not keep us
_RECORD = 16 << 10  # bytes: a record longer than what is read at once is EINVAL
# syslog(2), by the lowest three bits; what stands above them is who wrote it, 0 the kernel.
_LEVELS = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")


class KernelLog(OfRunning):
    """Takes the kernel's ring buffer, one record after the other, also those before `dmesg -C`.

    Cannot show what newer records have overwritten (their number is told), nor when exactly a
    record was made: its time counts from the start and stands still while the machine sleeps.
    Programs write there, too: a record whose facility isn't 0 is no word of the kernel's.
    """

    name: ClassVar[str] = "kernel-log"
    kind: ClassVar[Kind] = "log"

    def of_running(self, source: Source) -> Iterator[Artifact | Gap]:
        """The records as they came, the JSON, and how many were overwritten."""
        watch = Stopwatch()
        try:
            stat = source.look(DEVICE)
            ring = _read(source.place(DEVICE))
        except OSError as error:
            yield _closed(error)
            return
        yield held(DEVICE, "log", Snapshot(
            b"".join(ring.records), method=LOOKED, taken=watch.stop(), stat=stat,
            missing=ring.missing,
        ))  # fmt: skip
        yield _document(ring).artifact()
        if ring.before or ring.during:
            yield _overwritten(ring)


@dataclass(slots=True)
class Ring:
    """What was read."""

    records: list[bytes] = field(default_factory=list)
    missing: list[MissingRange] = field(default_factory=list)
    before: int = 0
    """Records that were overwritten before the reading began."""
    during: int = 0
    """Those that were overwritten while it was read, or lost their text."""
    _next: int | None = None

    def add(self, record: bytes) -> None:
        """Keep a record; a hole in the numbers is one that is no more."""
        self.records.append(record)
        with suppress(ValueError, IndexError):
            number = int(record.split(b",", 2)[1])
            if self._next is None:
                self.before = number
            else:
                self.during += max(0, number - self._next)
            self._next = number + 1


def _read(place: str) -> Ring:
    """Open the device and read it to its end; nothing is cleared by that.

    Raises:
        OSError: it isn't there, isn't what its name says, or gives nothing.
    """
    _require(os.lstat(place))
    descriptor = os.open(place, PLAIN)
    try:
        _require(os.fstat(descriptor))  # nothing took its place meanwhile
        return drained(lambda: os.read(descriptor, _RECORD))
    finally:
        os.close(descriptor)


def _require(found: os.stat_result) -> None:
    if not modes.S_ISCHR(found.st_mode):
        what = "a regular file" if modes.S_ISREG(found.st_mode) else what_is(found.st_mode)
        raise OSError(errno.ENOTSUP, f"{what}; not read")
    number = (major(found.st_rdev), minor(found.st_rdev))
    if number != NUMBER:
        raise OSError(errno.ENOTSUP, "another device ({}:{}); not read".format(*number))


def drained(read: Callable[[], bytes]) -> Ring:
    """All records that a ring has, the oldest first, within our limits.

    Args:
        read: gives one record, and EAGAIN where there is no other.

    Raises:
        OSError: not one record could be read.
    """
    ring, size, end = Ring(), 0, time.monotonic() + TIME
    while record := _one(read, ring, size):
        ring.add(record)
        size += len(record)
        if size >= LIMIT:
            ring.missing.append(MissingRange(size, None, "our limit for this item"))
            break
        if time.monotonic() > end:
            ring.missing.append(MissingRange(size, None, "our limit of time for this item"))
            break
    return ring


def _one(read: Callable[[], bytes], ring: Ring, size: int) -> bytes:
    """The next record; nothing at the end, or where the rest can't be read."""
    try:
        return _past_overwritten(read)
    except BlockingIOError:
        return b""
    except OSError as error:
        if not ring.records:
            raise
        ring.missing.append(MissingRange(size, None, detail_of(error)))
        return b""


def _past_overwritten(read: Callable[[], bytes]) -> bytes:
    """EPIPE says once that the reader was overtaken; the next reading gives what is left."""
    end = time.monotonic() + TIME
    while True:
        try:
            return read()
        except BrokenPipeError:
            if time.monotonic() > end:
                raise


def _closed(error: OSError) -> Gap:
    gap = gap_from(DEVICE, "log", error)
    if error.errno != errno.EPERM:
        return gap
    why = (
        "kernel.dmesg_restrict keeps it from all without CAP_SYSLOG, a container's limits from all"
    )
    return gap._replace(detail=f"{gap.detail} ({why})")


def _overwritten(ring: Ring) -> Gap:
    detail = f"{ring.before} records were overwritten before it was read, {ring.during} meanwhile"
    origin = f"hozen:/{KernelLog.name}/overwritten"
    return Gap(origin=origin, kind="log", reason=Reason.ABSENT, detail=detail)


def _document(ring: Ring) -> Document:
    document = Document(KernelLog.name, "log")
    document.fact("overwritten", {"before": ring.before, "meanwhile": ring.during})
    document.table("records")
    for row in decoded(ring.records, _row):
        document.row("records", row)
    return document


def _row(record: bytes) -> Row:
    """A record as Documentation/ABI/testing/dev-kmsg has it; odd bytes are escaped already."""
    head, _, rest = record.partition(b";")
    priority, number, time_us, flags, *more = head.split(b",")
    line, *fields = text(rest).split("\n")
    return {
        "level": _LEVELS[int(priority) & 7], "facility": int(priority) >> 3, "number": int(number),
        "time_us": int(time_us), "flags": text(flags), "more": [text(each) for each in more],
        "text": line, "fields": [each.strip() for each in fields if each],
    }  # fmt: skip
