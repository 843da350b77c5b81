"""What runs in a process apart: rules first, then bytes; what matched comes back."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from collectors.apart.serving import serve_with
from evidence.engines.engine import Compiled, Part, RuleFile
from evidence.engines.names import EngineName

_HEAD = struct.Struct("<III")  # parts, seconds for each, places that are kept of a string
_ROW = struct.Struct("<Q??")  # bytes of a part, whether of memory, whether of many files


class Order(NamedTuple):
    """Which engine, and the rules."""

    engine: EngineName
    files: list[RuleFile]


def request_of(parts: Sequence[Part], timeout: int, most: int) -> bytes:
    """What a process is asked: rows, then bytes."""
    rows = (_ROW.pack(len(data), in_memory, many) for data, in_memory, many in parts)
    datas = (data for data, _, _ in parts)
    return b"".join((_HEAD.pack(len(parts), timeout, most), *rows, *datas))


def serve() -> None:
    """Compile what comes first, and hold it against what follows."""
    compiled: Compiled | None = None
    encode = msgspec.msgpack.Encoder().encode

    def answer(request: bytes) -> bytes:
        nonlocal compiled
        if compiled is None:
            compiled = _compiled(request)
            return b""
        _, timeout, most = _HEAD.unpack_from(request)
        return encode(compiled.match_each(list(_parts(request)), timeout=timeout, most=most))

    serve_with(answer)


def _compiled(request: bytes) -> Compiled:
    from evidence.engines.choice import ENGINES  # only here: whoever asks needs no engine

    order = msgspec.msgpack.decode(request, type=Order)
    return ENGINES[order.engine]().compile(order.files)


def _parts(request: bytes) -> Iterator[Part]:
    count = _HEAD.unpack_from(request)[0]
    rows = memoryview(request)[_HEAD.size :][: count * _ROW.size]
    at = _HEAD.size + len(rows)
    for size, in_memory, many_files in _ROW.iter_unpack(rows):
        yield Part(memoryview(request)[at : at + size], in_memory, many_files)
        at += size
