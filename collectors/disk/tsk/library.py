"""libtsk, asked in a process apart: what crashes or never ends there costs a gap, not the run.

libtsk is written in C and follows structures that may be damaged, or made to break it. It reads
through us, so it needs no file of its own; whatever it is at can be ended. The next question gets a
new process, in which the file system that it is about is opened again.
"""

from __future__ import annotations

import errno
import time
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

import msgspec

from collectors.apart.answering import Apart, ApartError, LateError
from collectors.disk.reader import PARSING, LibraryError, read_at
from collectors.disk.tsk import wire
from collectors.disk.tsk.told import fault

if TYPE_CHECKING:
    from collectors.disk.reader import Reader

_SILENT = 120.0  # seconds without a word: a folder of 150,000 names takes half of it
_TOTAL = 900.0  # seconds for a question, however much is read for it: an end has to come
_MOST_NEEDED = 16 << 20  # bytes at once; it asks for 64 KiB
_ENTRY = "from collectors.disk.tsk.serving import serve; serve()"
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(wire.Answer).decode
Said = TypeVar("Said", bound=wire.Answer)


def never() -> bool:
    """Whoever is waited for may take its time: nobody asked the run to end."""
    return False


class Library:
    """The process in which libtsk runs: one for all file systems, begun when it is needed."""

    def __init__(
        self, entry: str = _ENTRY, *, silent: float = _SILENT, total: float = _TOTAL
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            entry: what the process runs.
            silent: seconds in which it may say nothing.
            total: seconds for a question.
        """
        self.stopping = never
        """Whether somebody asked the run to end: asked while we wait."""
        self.alone = RLock()
        """Held by whoever asks: there is one question at a time."""
        self._total = total
        self._apart = Apart(entry, silent, stopping=lambda: self.stopping())
        self._open: set[int] = set()
        self._forgotten: list[int] = []

    def has_open(self, system: int) -> bool:
        """Whether the process that runs now has opened this file system."""
        return self._apart.runs and system in self._open

    def ask(self, reader: Reader, request: wire.Request, kind: type[Said]) -> Said:
        """What is answered, what is read for it included.

        Args:
            reader: the disk that it is about.
            request: what is asked.
            kind: of the answer.

        Raises:
            OSError: libtsk can't tell.
            ApartError: its process ended over it, or took too long.
            LibraryError: it isn't installed, or doesn't load.
        """
        with self.alone:
            self._be_ready()
            answer = self._dialog(reader, request)
            if isinstance(answer, wire.Failed):
                raise fault(answer.words)
            if isinstance(answer, wire.Missing):
                raise LibraryError("pytsk3", why=answer.words)
            if not isinstance(answer, kind):
                self.close()
                raise ApartError("an answer without a meaning")
            if isinstance(request, wire.Open):
                self._open.add(request.system)
            return answer

    def forget(self, system: int) -> None:
        """Let a file system go when something is asked next: this is said at any moment."""
        self._forgotten.append(system)

    def close(self) -> None:
        """End the process; it begins again when something is asked."""
        self._apart.close()

    def _be_ready(self) -> None:
        gone, self._forgotten = self._forgotten, []
        if not self._apart.runs:
            self._open.clear()
        elif gone:
            self._open.difference_update(gone)
            self._apart.ask(_encode(wire.Forget(gone)), _decode)

    def _dialog(self, reader: Reader, request: wire.Request) -> wire.Answer:
        until = time.monotonic() + self._total
        answer: wire.Answer = self._apart.ask(_encode(request), _decode)
        while isinstance(answer, wire.Needs):
            if self.stopping() or time.monotonic() > until:
                self.close()
                raise LateError("it was not read in time")
            try:
                needed = _needed(reader, answer.offset, min(answer.size, _MOST_NEEDED))
            except BaseException:  # Ctrl-C: what is said next must not pass for what it needs
                self.close()
                raise
            answer = self._apart.ask(_encode(needed), _decode)
        return answer


LIBRARY = Library()
"""Of this process."""


def _needed(reader: Reader, offset: int, size: int) -> wire.Needed | wire.Unread:
    """Bytes; fewer at the end of the disk, and before a sector that can't be read.

    libtsk asks for 64 KiB where it needs a few bytes: a bad sector behind these costs nothing.
    """
    try:
        with PARSING:
            return wire.Needed(read_at(reader, offset, size))
    except OSError:
        return _up_to_the_fault(reader, offset, size)


def _up_to_the_fault(reader: Reader, offset: int, size: int) -> wire.Needed | wire.Unread:
    data = bytearray()
    while len(data) < size:
        at = offset + len(data)
        step = min(size - len(data), reader.sector - at % reader.sector)
        try:
            with PARSING:
                piece = read_at(reader, at, step)
        except OSError as error:
            if not data:
                return wire.Unread(error.errno or errno.EIO, error.strerror or str(error))
            break
        data += piece
        if len(piece) < step:
            break
    return wire.Needed(bytes(data))
