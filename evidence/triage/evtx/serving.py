"""What runs in the process apart (`evidence.triage.evtx.apart`): chunks in, events out."""

from __future__ import annotations

import gc
import struct
import sys

import msgspec

from collectors.confinement import confine
from evidence.triage.evtx.parsing import parse_chunk

SIZE = struct.Struct("<I")


def serve() -> None:
    """Answer requests on standard input until it closes."""
    confine()
    gc.disable()  # nothing here has cycles, and looking for them takes a tenth of the time
    source, target = sys.stdin.buffer, sys.stdout.buffer
    encode = msgspec.msgpack.Encoder().encode
    while size := source.read(SIZE.size):
        answer = encode(parse_chunk(source.read(*SIZE.unpack(size))))
        target.write(SIZE.pack(len(answer)) + answer)
        target.flush()
