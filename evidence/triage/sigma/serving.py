"""What runs in the processes apart: files of rules in, conditions out; events in, matches out."""

from __future__ import annotations

import msgspec

from collectors.apart.serving import serve_with

_encode = msgspec.msgpack.Encoder().encode


def serve_translations() -> None:
    """Answer files of rules."""
    from evidence.triage.sigma.translating import translate

    serve_with(lambda request: _encode(translate(request)))


def serve_matches() -> None:
    """Answer requests of conditions and events."""
    from evidence.triage.sigma.matching import Matching
    from evidence.triage.sigma.messages import Request

    matching = Matching()
    decode = msgspec.msgpack.Decoder(Request).decode
    serve_with(lambda request: _encode(matching.answer(decode(request))))
