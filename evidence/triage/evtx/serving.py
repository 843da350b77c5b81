"""What runs in the process apart (`evidence.triage.evtx.apart`): chunks in, events out."""

from __future__ import annotations

import gc

import msgspec

from collectors.apart.serving import serve_with
from evidence.triage.evtx.beside import Beside
from evidence.triage.evtx.parsing import parse_chunk

_encode = msgspec.msgpack.Encoder().encode


def serve(beside: Beside) -> None:
    """Answer chunks with what they give, until there are no more."""
    gc.disable()  # nothing here has cycles, and looking for them takes a tenth of the time
    serve_with(lambda chunk: _encode(parse_chunk(chunk, beside)))
