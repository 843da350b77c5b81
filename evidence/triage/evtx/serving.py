"""What runs in the process apart (`evidence.triage.evtx.apart`): chunks in, events out."""

from __future__ import annotations

import gc
import resource
import struct
import sys

import msgspec

from evidence.triage.evtx.parsing import parse_chunk

SIZE = struct.Struct("<I")
_MEMORY = 768 << 20  # bytes of address space; libraries and Python take a third of it


def serve() -> None:
    """Answer requests on standard input until it closes."""
    for limit, most in (
        (resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0),
    ):  # fmt: skip
        hard = resource.getrlimit(limit)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (least, least))
    gc.disable()  # nothing here has cycles, and looking for them takes a tenth of the time
    source, target = sys.stdin.buffer, sys.stdout.buffer
    encode = msgspec.msgpack.Encoder().encode
    while size := source.read(SIZE.size):
        answer = encode(parse_chunk(source.read(*SIZE.unpack(size))))
        target.write(SIZE.pack(len(answer)) + answer)
        target.flush()
