"""What a camera noted, read in a process apart: a photo can be made to take minutes and gigabytes.

Each photo has a process of its own, which ends with it; what that one says on its standard error
leads nowhere.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import time
from dataclasses import asdict
from importlib.util import find_spec

from collectors.confinement import confine
from collectors.interpreter import begin_beside, end
from collectors.pipes import pipes_to
from collectors.received.picture import Noted, noted_in

_SECONDS = 10.0  # for a photo, which takes a tenth of one
_MOST_LATE = 30  # photos over which it takes longer or ends; then no more are tried
_SIZE = struct.Struct("<Q")
_ENTRY = "from collectors.received.noting import serve; serve()"


class Noting:
    """Reads what a camera noted, photo by photo."""

    def __init__(self) -> None:
        """Nothing took too long yet."""
        self._late = 0

    def read(self, data: bytes) -> Noted:
        """What a camera noted; a photo that can't be read is told, never an error."""
        if find_spec("exifread") is None:  # only who takes photos needs it
            return Noted(why_not="exifread is not installed (hozen[paper])")
        if self._late >= _MOST_LATE:
            return Noted(why_not=f"not tried: {self._late} photos could not be read in time")
        try:
            return _told(data)
        except (OSError, ValueError, TypeError) as error:
            self._late += 1
            return Noted(why_not=f"it could not be read apart: {error}")


def _told(data: bytes) -> Noted:
    """What the process says.

    Raises:
        TimeoutError: it took too long.
        OSError: it ended over the photo, or can't be started.
        ValueError, TypeError: its answer has no meaning.
    """
    child = begin_beside(_ENTRY)
    try:
        answer = _answer(child, data)
        if not answer:
            raise OSError(f"its process ended (exit code {child.wait(_SECONDS)})")
        return Noted(**json.loads(answer))
    finally:
        end(child)


def _answer(child: subprocess.Popen[bytes], data: bytes) -> bytes:
    until = time.monotonic() + _SECONDS
    pipes = pipes_to(child)
    for part in (_SIZE.pack(len(data)), data):
        left = memoryview(part)
        while left:
            left = left[pipes.write(left, until - time.monotonic(), _never) :]
    found = bytearray()
    while piece := pipes.read(until - time.monotonic(), _never):
        found += piece
    return bytes(found)


def _never() -> bool:
    """Nobody ends the wait before its time: it is short."""
    return False


def serve() -> None:
    """Answer one photo on standard input: what the process apart runs."""
    confine()
    source = sys.stdin.buffer
    (size,) = _SIZE.unpack(source.read(_SIZE.size))
    answer = json.dumps(asdict(noted_in(source.read(size))))
    sys.stdout.buffer.write(answer.encode())
    sys.stdout.buffer.flush()
