"""Files that are one thing, but are read one after the other while their system runs.

A database and what is still in its log, a hive and its logs: nothing holds a running system still,
so each says when the other was read, and whether either was changed between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.artifact import Artifact, Interval, Reading, Stat
    from collectors.files.source import Source

_ENDS = ("-wal", "-shm", "-journal", ".LOG1", ".LOG2")  # of SQLite, of hives
_UNTOLD = "-shm"  # written through memory: its times don't tell (sqlite.org/walformat.html, 2.3)
_KEPT = 10_000  # files remembered; they lie in one folder, a few names apart
_COARSE = 20_000_000  # ns by which a file system's times may lag behind the clock


class _Read(NamedTuple):
    seq: int
    origin: str
    stat: Stat
    interval: Interval


class Together:
    """What a session has read, as far as something may belong to it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._read: dict[str, _Read] = {}

    def remarks(
        self, artifact: Artifact, reading: Reading, seq: int, interval: Interval
    ) -> list[str]:
        """What is to be said of an item that was just read, and of what it belongs to."""
        stat, origin = reading.stat, artifact.origin
        if not self._source.live or stat is None or artifact.stream or not origin.startswith("/"):
            return []
        key = self._key(origin)
        here = self._read[key] = _Read(seq, origin, stat, reading.taken or interval)
        if len(self._read) > _KEPT:
            del self._read[next(iter(self._read))]
        return list(self._about(key, here))

    def _key(self, origin: str) -> str:
        return origin.lower() if self._source.runs_windows else origin

    def _about(self, key: str, here: _Read) -> Iterator[str]:
        for end in map(self._key, _ENDS):
            base, with_end = key.removesuffix(end), key + end
            if base != key and base in self._read:
                yield self._of_two(self._read[base], here, timed=end != _UNTOLD)
            elif with_end in self._read:
                yield self._of_two(self._read[with_end], here, timed=end != _UNTOLD)

    def _of_two(self, before: _Read, here: _Read, *, timed: bool) -> str:
        apart = (here.interval.mono_start_ns - before.interval.mono_end_ns) // 1_000_000
        said = f"goes with item {before.seq}, which was read {apart} ms before"
        changed = self._changed(before, here)
        if changed:
            return f"{said}; one of them was changed meanwhile: they may not fit together"
        if changed is None or not timed:
            return f"{said}; whether one was changed meanwhile is not known"
        return f"{said}; by size and time, neither was changed meanwhile"

    def _changed(self, before: _Read, here: _Read) -> bool | None:
        """Whether either was, since the first was opened; None where that can't be told."""
        if here.stat.modified_ns is None:
            return None
        try:
            again = [(self._source.look(each.origin), each.stat) for each in (before, here)]
        except OSError:  # it may be gone by now
            return None
        since = before.interval.start_ns - _COARSE
        return here.stat.modified_ns >= since or any(_mark(now) != _mark(was) for now, was in again)


def _mark(stat: Stat) -> tuple[int, int, int | None]:
    return stat.inode, stat.size, stat.modified_ns
