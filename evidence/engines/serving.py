"""What runs in a process apart: rules first, then bytes; what matched comes back.

It writes JSON by the standard library: each process would spend half of its start on another.
"""

from __future__ import annotations

import json
import struct
from base64 import b64encode
from collections.abc import Iterator, Sequence

from collectors.apart.serving import serve_with
from evidence.engines.engine import Compiled, Part
from evidence.engines.names import EngineName

_HEAD = struct.Struct("<III")  # parts, seconds for each, places that are kept of a string
_ROW = struct.Struct("<Q??")  # bytes of a part, whether of memory, whether of many files


def order_of(engine: EngineName, saved: bytes) -> bytes:
    """What a process is told first: which engine, and rules that it compiled and saved."""
    return engine.encode() + b"\n" + saved


def request_of(parts: Sequence[Part], timeout: int, most: int) -> bytes:
    """What a process is asked before the bytes of all parts, in their order."""
    rows = (_ROW.pack(len(data), in_memory, many) for data, in_memory, many in parts)
    return b"".join((_HEAD.pack(len(parts), timeout, most), *rows))


def serve() -> None:
    """Load what comes first, and hold it against what follows."""
    compiled: Compiled | None = None

    def answer(request: bytes) -> bytes:
        nonlocal compiled
        if compiled is None:
            compiled = _loaded(request)
            return b""
        _, timeout, most = _HEAD.unpack_from(request)
        said = compiled.match_each(list(_parts(request)), timeout=timeout, most=most)
        return json.dumps(said, default=_in_base64).encode()

    serve_with(answer)


def _loaded(order: bytes) -> Compiled:
    from evidence.engines.choice import ENGINES  # only here: whoever asks needs no engine

    engine, _, saved = order.partition(b"\n")
    return ENGINES[engine.decode()]().load(saved)


def _in_base64(data: bytes) -> str:
    """Bytes in JSON, as msgspec reads them."""
    return b64encode(data).decode()


def _parts(request: bytes) -> Iterator[Part]:
    count = _HEAD.unpack_from(request)[0]
    rows = memoryview(request)[_HEAD.size :][: count * _ROW.size]
    at = _HEAD.size + len(rows)
    for size, in_memory, many_files in _ROW.iter_unpack(rows):
        yield Part(memoryview(request)[at : at + size], in_memory, many_files)
        at += size
