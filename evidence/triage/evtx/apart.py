"""Chunks read in a process apart: what crashes or hangs there costs a chunk, not the examination.

The parser is written in Rust, and meets bytes that somebody may have made to break it.
"""

from __future__ import annotations

import msgspec

from collectors.apart import answering
from evidence.triage.evtx.beside import NOTHING, Beside
from evidence.triage.evtx.chunk import ChunkRead
from evidence.triage.evtx.event import CHUNK

DEADLINE = 30.0  # seconds for a chunk, which takes a hundredth of one
_ENTRY = "from evidence.triage.evtx.serving import serve; serve({beside!r})"
_answer = msgspec.msgpack.Decoder(ChunkRead).decode


class Apart(answering.Apart):
    """A process in which chunks are parsed."""

    def __init__(
        self, *, entry: str = "", deadline: float = DEADLINE, beside: Beside = NOTHING
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            entry: what the process runs; our parser, if nothing else is said.
            deadline: seconds for a chunk.
            beside: which events are wanted beside those of tables and fingerprints.
        """
        entry = entry or _ENTRY.format(beside=dict(beside))
        super().__init__(entry, deadline, first=bytes(CHUNK))

    def read(self, seconds: float) -> ChunkRead:
        """What the chunk gives that it was given.

        Args:
            seconds: to wait for that.

        Raises:
            ApartError: the process ended over it, took too long, or gave no answer of our form.
        """
        return self.taken(_answer, seconds)
