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

_HEAD = struct.Struct("<IIII")  # sets, parts, seconds for each, places that are kept of a string
_NUMBER = struct.Struct("<I")  # of a set that is asked, or bytes of one that is saved
_ROW = struct.Struct("<Q??")  # bytes of a part, whether of memory, whether of many files


def order_of(engine: EngineName) -> bytes:
    """What a process is told first: which engine. Sets of rules follow, as `with_set` adds them."""
    return engine.encode() + b"\n"


def with_set(order: bytes, saved: bytes) -> bytes:
    """The order with one more set of rules, which the engine compiled and saved."""
    return b"".join((order, _NUMBER.pack(len(saved)), saved))


def request_of(sets: Sequence[int], parts: Sequence[Part], timeout: int, most: int) -> bytes:
    """What a process is asked before the bytes of all parts, in their order."""
    head = _HEAD.pack(len(sets), len(parts), timeout, most)
    rows = (_ROW.pack(len(data), in_memory, many) for data, in_memory, many in parts)
    return b"".join((head, *map(_NUMBER.pack, sets), *rows))


def serve() -> None:
    """Load what comes first, and hold it against what follows: what each set says of each part."""
    loaded: list[Compiled] = []

    def answer(request: bytes) -> bytes:
        if not loaded:
            loaded.extend(_loaded(request))
            return b""
        count, _, timeout, most = _HEAD.unpack_from(request)
        sets = memoryview(request)[_HEAD.size :][: count * _NUMBER.size]
        parts = list(_parts(request, _HEAD.size + len(sets)))
        said = [
            loaded[number].match_each(parts, timeout=timeout, most=most)
            for (number,) in _NUMBER.iter_unpack(sets)
        ]
        return json.dumps(said, default=_in_base64).encode()

    serve_with(answer)


def _loaded(order: bytes) -> Iterator[Compiled]:
    from evidence.engines.choice import ENGINES  # only here: whoever asks needs no engine

    engine, _, sets = order.partition(b"\n")
    maker, left = ENGINES[engine.decode()](), memoryview(sets)
    while left:
        end = _NUMBER.size + _NUMBER.unpack_from(left)[0]
        yield maker.load(bytes(left[_NUMBER.size : end]))
        left = left[end:]


def _in_base64(data: bytes) -> str:
    """Bytes in JSON, as msgspec reads them."""
    return b64encode(data).decode()


def _parts(request: bytes, start: int) -> Iterator[Part]:
    count = _HEAD.unpack_from(request)[1]
    rows = memoryview(request)[start:][: count * _ROW.size]
    at = start + len(rows)
    for size, in_memory, many_files in _ROW.iter_unpack(rows):
        yield Part(memoryview(request)[at : at + size], in_memory, many_files)
        at += size
