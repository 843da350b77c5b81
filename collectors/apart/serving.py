"""What runs in a process apart (`collectors.apart.answering`): requests in, answers out."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable

from collectors.apart.confinement import confine

SIZE = struct.Struct("<I")


def serve_with(answer: Callable[[bytes], bytes]) -> None:
    """Answer requests on standard input until it closes."""
    confine()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while size := source.read(SIZE.size):
        made = answer(source.read(*SIZE.unpack(size)))
        target.write(SIZE.pack(len(made)) + made)
        target.flush()
