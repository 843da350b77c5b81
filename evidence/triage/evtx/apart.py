"""Chunks read in a process apart: what crashes or hangs there costs a chunk, not the examination.

The parser is written in Rust, and meets bytes that somebody may have made to break it.
"""

from __future__ import annotations

import json
import os
import select
import struct
import subprocess
import sys
import time
from types import TracebackType
from typing import IO, Self

import msgspec

from evidence.triage.evtx.event import ChunkRead

DEADLINE = 30.0  # seconds for a chunk, which takes a hundredth of one
_SIZE = struct.Struct("<I")
_LARGEST = 256 << 20  # bytes of an answer
_PIECE = 1 << 20
_ENTRY = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from evidence.triage.evtx.serving import serve; serve()"
)
_decode = msgspec.msgpack.Decoder(ChunkRead).decode


class ChunkError(Exception):
    """A chunk that the process apart did not bring to its end; says why."""


class Apart:
    """The process apart: begun when it is first needed, and anew after each one that ended."""

    def __init__(self, *, entry: str = _ENTRY, deadline: float = DEADLINE) -> None:
        """Prepare; nothing is started yet.

        Args:
            entry: what the process runs.
            deadline: seconds for a chunk.
        """
        self._entry = entry
        self._deadline = deadline
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def read(self, chunk: bytes) -> ChunkRead:
        """What a chunk gives.

        Raises:
            ChunkError: the process ended over it, took too long, or gave no answer of our form.
        """
        try:
            child = self._child or self._begin()
            view = memoryview(_SIZE.pack(len(chunk)) + chunk)
            while view:
                view = view[os.write(_number(child.stdin), view) :]
            return _decode(self._answer(_number(child.stdout)))
        except (OSError, msgspec.DecodeError) as error:
            raise ChunkError(f"{error}{self.close()}") from error

    def close(self) -> str:
        """End the process, if there is one; how it ended before that, in words."""
        child, self._child = self._child, None
        if child is None:
            return ""
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        try:
            code = child.wait(0.5)  # without input it ends by itself
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
        return f" (exit code {code})"

    def _begin(self) -> subprocess.Popen[bytes]:
        places = json.dumps([place for place in sys.path if place])
        self._child = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            [sys.executable, "-I", "-B", "-S", "-c", self._entry, places],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            bufsize=0, cwd="/", env={}, process_group=0,
        )  # fmt: skip
        return self._child

    def _answer(self, descriptor: int) -> bytes:
        until = time.monotonic() + self._deadline
        (size,) = _SIZE.unpack(_taken(descriptor, _SIZE.size, until))
        if size > _LARGEST:
            raise OSError(f"an answer of {size} bytes")
        return _taken(descriptor, size, until)


def _taken(descriptor: int, size: int, until: float) -> bytes:
    """So many bytes of a pipe.

    Raises:
        OSError: it ended before, or it took too long.
    """
    data = bytearray()
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while len(data) < size:
        if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
            raise TimeoutError("it was not read in time")
        piece = os.read(descriptor, min(size - len(data), _PIECE))
        if not piece:
            raise BrokenPipeError("the process that read it ended")
        data += piece
    return bytes(data)


def _number(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise BrokenPipeError("the process apart has no pipes")
    return pipe.fileno()
