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
    """The process in which chunks are parsed."""

    def __init__(
        self, *, entry: str = "", deadline: float = DEADLINE, beside: Beside = NOTHING
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            entry: what the process runs; our parser, if nothing else is said.
            deadline: seconds for a chunk.
            beside: which events are wanted beside those of tables and fingerprints.
        """
        super().__init__(entry or _ENTRY.format(beside=dict(beside)), deadline)

    def begin(self) -> None:
        """Have it ready, so that its start takes no time of a chunk's.

        Raises:
            ApartError: it doesn't start.
        """
        if self._pipes is None:
            self.ask(bytes(CHUNK), _answer)

    def read(self, chunk: bytes, seconds: float = DEADLINE) -> ChunkRead:
        """What a chunk gives.

        Args:
            chunk: its bytes.
            seconds: for this one, where there are fewer left.

        Raises:
            ApartError: the process ended over it, took too long, or gave no answer of our form.
        """
        return self.ask(chunk, _answer, seconds)
