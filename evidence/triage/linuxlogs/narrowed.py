"""Text in UTF-16 as the UTF-8 that logs are read in."""

from __future__ import annotations

from codecs import getincrementaldecoder

from evidence.triage.linuxlogs.rewound import Rewound

_decoder = getincrementaldecoder("utf-16")  # takes the mark at the beginning, and goes by it
_PIECE = 1 << 15  # bytes


class Narrowed(Rewound):
    """A file of text in UTF-16 with its mark; what is no UTF-16 becomes U+FFFD."""

    def _begin(self) -> None:
        self._decoder, self._rest, self._ended = _decoder("replace"), b"", False

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # any buffer
        """The next bytes; 0 at the end."""
        while not self._rest and not self._ended:
            piece = self._file.read(_PIECE)
            self._ended = not piece
            self._rest = self._decoder.decode(piece, final=self._ended).encode("utf-8", "replace")
        data, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
