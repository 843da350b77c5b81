"""Writing a volume: members into frames, frames through zstd and age onto the medium.

The caller's thread reads evidence straight into a frame's buffer and hashes it there. Two threads
compress whole frames and write them in order. All of that work releases the interpreter's lock.
"""

from __future__ import annotations

import errno
import os
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import zstandard

from evidence import tar
from evidence.writing.age import AgeWriter
from evidence.writing.stored import Stored

FRAME = 1 << 20  # bytes of tar a frame; a member never crosses one, but for the records
LEVEL = 1  # ten times the speed of zlib -1 at a better ratio
UNCOMPRESSED = -131072  # the least that the library does: all but blocks of one byte are stored
WORKERS = 2  # threads that compress and write by turns (decision 0006)
_IN_FLIGHT = 6  # frames: what bounds our memory, whatever the size of the items


_Sink = AgeWriter | Stored
_Job = tuple[_Sink, bytearray, int, threading.Lock, threading.Lock]


class Chain:
    """The threads between buffers and medium; one for a whole run.

    Every frame has a lock that opens when it is written; whoever compressed the next one waits
    there for its turn, so the frames reach the medium in the order in which they were sent.
    """

    def __init__(self, *, compress: bool = True) -> None:
        """Begin.

        Args:
            compress: whether frames are made small, or left as they are for a fast medium.

        Raises:
            OSError: EAGAIN, this machine starts no further thread.
        """
        self._level = LEVEL if compress else UNCOMPRESSED
        self._free: queue.SimpleQueue[bytearray] = queue.SimpleQueue()
        for _ in range(_IN_FLIGHT):
            self._free.put(bytearray(FRAME))
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._written = threading.Lock()  # opens when the frame that was sent last is written
        self._error: Exception | None = None  # stays: a volume that misses a frame is never closed
        self._workers: list[threading.Thread] = []
        for _ in range(WORKERS):
            worker = threading.Thread(target=self._work, name="frames", daemon=True)
            try:
                worker.start()
            except RuntimeError as error:  # a fork bomb, or a limit: no fault of ours
                self.stop()
                raise OSError(errno.EAGAIN, "this machine starts no further thread") from error
            self._workers.append(worker)

    def buffer(self) -> bytearray:
        """An empty frame buffer; waits until one is free."""
        return self._free.get()

    def give_back(self, buffer: bytearray) -> None:
        """The buffer is free again."""
        self._free.put(buffer)

    def send(self, sink: _Sink, buffer: bytearray, fill: int) -> None:
        """Compress the buffer's first bytes and write them after all that was sent before."""
        before, self._written = self._written, threading.Lock()
        self._written.acquire()  # opened by the worker that writes this frame
        self._jobs.put((sink, buffer, fill, before, self._written))

    def _work(self) -> None:
        compressor = zstandard.ZstdCompressor(
            level=self._level, write_checksum=True, write_content_size=True
        )
        while (job := self._jobs.get()) is not None:
            self._frame(compressor, *job)

    def _frame(
        self, compressor: zstandard.ZstdCompressor, sink: _Sink, buffer: bytearray, fill: int,
        before: threading.Lock, written: threading.Lock,
    ) -> None:  # fmt: skip
        """One independent frame with content size and checksum, onto the medium."""
        try:
            try:
                with memoryview(buffer) as view:
                    frame: bytes = compressor.compress(view[:fill])
            finally:  # even then: whoever waits for this frame waits for all before it
                before.acquire()
            if self._error is None:
                sink.write(frame)
        except Exception as error:  # noqa: BLE001 - raised again by whoever waits for this
            self._error = error
        finally:
            written.release()
        # Only now: a slow stick must hold up the reading, not fill the memory with frames.
        self._free.put(buffer)

    def settle(self) -> None:
        """Wait until nothing that was sent is under way any more, written or given up."""
        with self._written:
            pass

    def drain(self) -> None:
        """Wait until everything sent is written.

        Raises:
            OSError: the medium did not take it.
        """
        self.settle()
        self.check()

    def check(self) -> None:
        """Raise what a worker met, if anything."""
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """End the threads."""
        for _ in self._workers:
            self._jobs.put(None)
        for worker in self._workers:
            worker.join()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedVolume:
    """A volume as it lies on the medium, flushed."""

    name: str
    size: int
    sha256: str


class VolumeWriter:
    """One volume being written."""

    def __init__(
        self, chain: Chain, path: Path, recipients: Sequence[bytes], *, sparing: bool = False
    ) -> None:
        """Create the file, kept out of the page cache where the machine is to be spared.

        Raises:
            OSError: the medium does not take it, or the name is taken.
        """
        self.name = path.name
        self._chain = chain
        self._stored = Stored(path, sparing=sparing)
        self._age = AgeWriter(self._stored, recipients) if recipients else None
        self._buffer = chain.buffer()
        self._view = memoryview(self._buffer)
        self._fill = 0

    @property
    def direct(self) -> bool:
        """Whether it goes past the page cache."""
        return self._stored.direct

    @property
    def stored(self) -> int:
        """Bytes on the medium so far, about (what is still in the threads is not counted)."""
        return self._stored.size

    def room(self, hint: int = 1) -> memoryview:
        """Where the next member's content goes: to be filled from its start, then committed.

        Args:
            hint: the expected size; a frame that can't hold it (but a new one could) is sent on.
        """
        if FRAME - tar.BLOCK - self._fill < min(max(hint, 1), FRAME - tar.BLOCK):
            self._send()
        return self._view[self._fill + tar.BLOCK :]

    def commit(self, name: bytes, size: int) -> None:
        """Make a member of the first `size` bytes of the room."""
        start = self._fill + tar.BLOCK
        end = start + size
        pad = -size % tar.BLOCK
        self._view[self._fill : start] = tar.header(name, size)
        self._view[end : end + pad] = tar.END[:pad]
        self._fill = end + pad

    def append(self, name: bytes, data: bytes | bytearray) -> None:
        """A member from memory, of any size (the records)."""
        with memoryview(data) as view:
            for piece in (tar.header(name, len(data)), view, bytes(tar.padding(len(data)))):
                self._raw(piece)

    def _raw(self, data: bytes | memoryview) -> None:
        done = 0
        while done < len(data):
            if self._fill == FRAME:
                self._send()
            count = min(len(data) - done, FRAME - self._fill)
            self._view[self._fill : self._fill + count] = data[done : done + count]
            self._fill += count
            done += count

    def _send(self) -> None:
        if not self._fill:
            return
        self._chain.check()
        self._view.release()
        self._chain.send(self._age or self._stored, self._buffer, self._fill)
        self._buffer = self._chain.buffer()
        self._view = memoryview(self._buffer)
        self._fill = 0

    def close(self) -> ClosedVolume:
        """End the tar, write everything, flush it to the medium.

        Raises:
            OSError: the medium did not take it; the file stays as it is.
        """
        self._raw(tar.END)
        try:
            self._send()
            self._chain.drain()
            if self._age is not None:
                self._age.close()
            self._stored.flush()
        finally:
            self.abandon()
        return ClosedVolume(
            name=self.name, size=self._stored.size, sha256=self._stored.hasher.hexdigest()
        )

    def abandon(self) -> None:
        """Let go of the file as it is, and of the buffer."""
        if self._stored.descriptor >= 0:
            self._chain.settle()  # a write under way must not meet the number of another file
            os.close(self._stored.descriptor)
            self._stored.descriptor = -1
            self._view.release()
            self._chain.give_back(self._buffer)
