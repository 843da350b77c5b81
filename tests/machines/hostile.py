"""Items as an infected host, or a forger with its key, would name them; and bundles cut off."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bundles import artifact, writer_at

from chain_of_custody.event import Progress
from collectors.artifact import Artifact, MissingRange, Stat
from collectors.files.snapshot import LOOKED, Snapshot, Stopwatch
from evidence.machine.clock import Clock
from evidence.writing import records
from evidence.writing.bundle import BundleWriter
from evidence.writing.records import Taker
from evidence.writing.stream import pour

REGULAR = 0o100000
LINK = 0o120000
WHEN = 1_700_000_000_123_456_789  # ns


def stat_of(
    size: int,
    mode: int = REGULAR | 0o640,
    *,
    nlink: int = 1,
    inode: int = 7,
    modified: int = WHEN,
    accessed: int = WHEN + 1,
) -> Stat:
    return Stat(
        size=size, mode=mode, uid=0, gid=0, nlink=nlink, device=0x803, inode=inode,
        modified_ns=modified, accessed_ns=accessed, changed_ns=WHEN, born_ns=None,
    )  # fmt: skip


def regular(origin: str, data: bytes, *, ranges=(), missing=(), size=None, **about) -> Artifact:
    """A file with what the file system said of it."""
    found = stat_of(len(data) if size is None else size, **about)
    reading = partial(Snapshot, data, method=LOOKED, stat=found, ranges=ranges, missing=missing)
    return Artifact(origin=origin, kind="disk", open=reading)


def link(origin: str, target: bytes) -> Artifact:
    """A symbolic link."""
    found = stat_of(len(target), LINK | 0o777)
    return Artifact(origin=origin, kind="disk", open=partial(Snapshot, target, stat=found))


def cut(origin: str, data: bytes) -> Artifact:
    """A file of which only the beginning was read."""
    missing = [MissingRange(offset=len(data), size=None, error="EIO")]
    return regular(origin, data, missing=missing)


def put(writer: BundleWriter, thing: Artifact) -> None:
    """Take one item without a pipeline."""
    writer.phase = "disk"
    writer.progress = lambda: Progress(chain=None, completed=[], count=0, current="given")
    seq = writer.next_item
    reading = thing.open()
    poured = pour(reading, writer, seq)
    taker = Taker(collector="given", phase="disk")
    taken = Stopwatch().stop()
    writer.add(*records.of_item(thing, reading, poured, seq, taker, taken, Clock(), None))
    writer.after_part()


def cut_off(path: Path) -> Path:
    """A bundle that was never sealed: two items closed, a third one begun when the plug went."""
    writer = writer_at(path)
    put(writer, artifact("/srv/1", b"one\n"))
    put(writer, artifact("/srv/2", b"two\n"))
    writer.volume.room()[:3] = b"cut"
    writer.volume.commit(b"items/00000003.0000001", 3)
    writer.close_volume("size")
    writer.abandon()
    return path
