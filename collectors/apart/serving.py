"""What runs in a process apart (`collectors.apart.answering`): requests in, answers out."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable

from collectors.apart.confinement import confine

SIZE = struct.Struct("<I")


class Channel:
    """To whoever asks."""

    def __init__(self) -> None:
        """Over standard input and output."""
        self._source, self._target = sys.stdin.buffer, sys.stdout.buffer

    def take(self) -> bytes | None:
        """What is said next; None when nobody asks any more."""
        size = self._source.read(SIZE.size)
        return self._source.read(*SIZE.unpack(size)) if size else None

    def give(self, answer: bytes) -> None:
        """Say something, as the answer to what was taken last."""
        self._target.write(SIZE.pack(len(answer)) + answer)
        self._target.flush()


def serve_with(answer: Callable[[bytes], bytes]) -> None:
    """Answer requests on standard input until it closes."""
    confine()
    channel = Channel()
    while (request := channel.take()) is not None:
        channel.give(answer(request))
