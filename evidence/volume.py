"""Writing a volume: members into frames, frames through zstd and age onto the medium.

The caller's thread reads evidence straight into a frame's buffer and hashes it there. Two threads
compress whole frames; one writes them in order. All of that work releases the interpreter's lock.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import zstandard

from evidence import tar
from evidence.age import AgeWriter

FRAME = 1 << 20  # bytes of tar a frame; a member never crosses one, but for the records
LEVEL = 1  # ten times the speed of zlib -1 at a better ratio
WORKERS = 2
_IN_FLIGHT = 6  # frames: what bounds our memory, whatever the size of the items


class _Stored:
    """The file on the medium, hashed as it is written."""

    def __init__(self, path: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self.descriptor = os.open(path, flags, 0o644)
        self.size = 0
        self.hasher = sha256()

    def write(self, data: bytes | bytearray | memoryview, /) -> None:
        with memoryview(data) as view:
            self.hasher.update(view)
            done = 0
            while done < len(view):
                done += os.write(self.descriptor, view[done:])
            self.size += len(view)


class Chain:
    """The threads between buffers and medium; one for a whole run."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="zstd")
        self._local = threading.local()
        self._free: queue.SimpleQueue[bytearray] = queue.SimpleQueue()
        for _ in range(_IN_FLIGHT):
            self._free.put(bytearray(FRAME))
        self._jobs: queue.SimpleQueue[tuple[AgeWriter | _Stored, Future[bytes], bytearray] | None]
        self._jobs = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._waiting = 0
        self._error: Exception | None = None  # stays: a volume that misses a frame is never closed
        self._writer = threading.Thread(target=self._write, name="volume-writer", daemon=True)
        self._writer.start()

    def buffer(self) -> bytearray:
        """An empty frame buffer; waits until one is free."""
        return self._free.get()

    def compress(self, data: bytes | bytearray | memoryview) -> bytes:
        """One independent frame with content size and checksum."""
        compressor = getattr(self._local, "compressor", None)
        if compressor is None:
            compressor = zstandard.ZstdCompressor(
                level=LEVEL, write_checksum=True, write_content_size=True
            )
            self._local.compressor = compressor
        frame: bytes = compressor.compress(data)
        return frame

    def send(self, sink: AgeWriter | _Stored, buffer: bytearray, fill: int) -> None:
        """Compress the buffer's first bytes and write them after all that was sent before."""
        self._waiting += 1
        self._jobs.put((sink, self._pool.submit(self._frame, buffer, fill), buffer))

    def _frame(self, buffer: bytearray, fill: int) -> bytes:
        with memoryview(buffer) as view:
            return self.compress(view[:fill])

    def _write(self) -> None:
        while (job := self._jobs.get()) is not None:
            sink, frame, buffer = job
            try:
                data = frame.result()
                if self._error is None:
                    sink.write(data)
            except Exception as error:  # noqa: BLE001 - raised again by whoever waits for this
                self._error = error
            # Only now: a slow stick must hold up the reading, not fill the memory with frames.
            self._free.put(buffer)
            self._idle.release()

    def settle(self) -> None:
        """Wait until nothing that was sent is under way any more, written or given up."""
        while self._waiting:
            self._idle.acquire()
            self._waiting -= 1

    def drain(self) -> None:
        """Wait until everything sent is written.

        Raises:
            OSError: the medium did not take it.
        """
        self.settle()
        self.check()

    def check(self) -> None:
        """Raise what the writing thread met, if anything."""
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """End the threads."""
        self._jobs.put(None)
        self._writer.join()
        self._pool.shutdown()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedVolume:
    """A volume as it lies on the medium, flushed."""

    name: str
    size: int
    sha256: str


class VolumeWriter:
    """One volume being written."""

    def __init__(self, chain: Chain, path: Path, recipients: Sequence[bytes]) -> None:
        """Create the file.

        Raises:
            OSError: the medium does not take it, or the name is taken.
        """
        self.name = path.name
        self._chain = chain
        self._stored = _Stored(path)
        self._age = AgeWriter(self._stored, recipients) if recipients else None
        self._buffer = chain.buffer()
        self._view = memoryview(self._buffer)
        self._fill = 0

    @property
    def stored(self) -> int:
        """Bytes on the medium so far, about (what is still in the threads is not counted)."""
        return self._stored.size

    @property
    def left(self) -> int:
        """How much content a member may still have in this frame."""
        return FRAME - self._fill - tar.BLOCK

    def room(self, hint: int = 1) -> memoryview:
        """Where the next member's content goes: to be filled from its start, then committed.

        Args:
            hint: the expected size; a frame that can't hold it (but a new one could) is sent on.
        """
        wanted = min(max(hint, 1), FRAME - tar.BLOCK)
        if self.left < wanted:
            self._send()
        return self._view[self._fill + tar.BLOCK :]

    def commit(self, name: bytes, size: int) -> None:
        """Make a member of the first `size` bytes of the room."""
        start = self._fill
        self._view[start : start + tar.BLOCK] = tar.header(name, size)
        end = start + tar.BLOCK + size
        pad = tar.padding(size)
        if pad:
            self._view[end : end + pad] = bytes(pad)
        self._fill = end + pad

    def append(self, name: bytes, data: bytes) -> None:
        """A member from memory, of any size (the records)."""
        for piece in (tar.header(name, len(data)), data, bytes(tar.padding(len(data)))):
            self._raw(piece)

    def _raw(self, data: bytes) -> None:
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
            os.fsync(self._stored.descriptor)
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
            self._chain._free.put(self._buffer)
