"""A volume's file on the medium: hashed as it is written, past the page cache where that goes.

On the machine that evidence is taken from, whatever goes through the page cache takes the place of
free memory, in which ended processes still lie: with it 46 of 100 pages of a small guest changed
while its memory was imaged, without it 4. So the file is written with O_DIRECT (open(2)); where a
file system refuses that, what was written is flushed and dropped from the cache in small steps.
"""

from __future__ import annotations

import errno
import mmap
import os
from hashlib import sha256
from pathlib import Path

from chain_of_custody import system

STAGE = 1 << 20  # bytes a write: a multiple of every block size
_REFUSED = (errno.EINVAL, errno.EOPNOTSUPP)
_DIRECT = getattr(os, "O_DIRECT", 0)
_sync = getattr(os, "fdatasync", os.fsync)


class Stored:
    """The file on the medium."""

    def __init__(self, path: Path, *, sparing: bool = False) -> None:
        """Create it.

        Args:
            path: of the file; nothing may have this name.
            sparing: whether to keep out of the page cache.

        Raises:
            OSError: the medium does not take it, or the name is taken.
        """
        self.descriptor = os.open(path, system.NEW, 0o644)
        self.size = 0
        """Bytes given so far; with a stage, up to one of them is not on the medium yet."""
        self.hasher = sha256()
        self.direct = sparing and self._set_direct(on=True)
        self._sparing = sparing
        self._stage = memoryview(mmap.mmap(-1, STAGE)) if sparing else None
        self._staged = 0

    def _set_direct(self, *, on: bool) -> bool:
        """Whether the file system agrees to write past the cache (fcntl(2), F_SETFL)."""
        if not _DIRECT:
            return False
        import fcntl  # systems without the flag don't have this either

        try:
            flags = fcntl.fcntl(self.descriptor, fcntl.F_GETFL)
            changed = flags | _DIRECT if on else flags & ~_DIRECT
            fcntl.fcntl(self.descriptor, fcntl.F_SETFL, changed)
        except OSError:
            return False
        return True

    def write(self, data: bytes | bytearray | memoryview, /) -> None:
        """Take all of the bytes."""
        with memoryview(data) as view:
            self.hasher.update(view)
            self.size += len(view)
            if self._stage is None:
                self._out(view)
                return
            done = 0
            while done < len(view):
                count = min(len(view) - done, STAGE - self._staged)
                self._stage[self._staged : self._staged + count] = view[done : done + count]
                self._staged += count
                done += count
                if self._staged == STAGE:
                    self._write_stage(self._stage)

    def _write_stage(self, stage: memoryview) -> None:
        self._staged = 0
        self._out(stage)
        if not self.direct:
            self._drop()

    def _give_up_direct(self) -> None:
        self._set_direct(on=False)
        self.direct = False

    def _out(self, view: memoryview) -> None:
        done = 0
        while done < len(view):
            try:
                done += os.write(self.descriptor, view[done:])
            except OSError as error:
                if not self.direct or error.errno not in _REFUSED:
                    raise
                # It agreed, but takes no write of this kind; what it took before stays written.
                self._give_up_direct()

    def _drop(self) -> None:
        """Have the medium take what was written, and the cache forget it."""
        _sync(self.descriptor)
        system.forget(self.descriptor)

    def flush(self) -> None:
        """Write what is staged, and wait until the medium has it all.

        Raises:
            OSError: it did not take it.
        """
        if self._stage is not None and self._staged:
            rest, self._staged = self._stage[: self._staged], 0
            self._set_direct(on=False)  # the rest is no whole block
            self._out(rest)
        os.fsync(self.descriptor)
        if self._sparing:
            system.forget(self.descriptor)
