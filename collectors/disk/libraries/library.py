"""A library asked in a process apart: what it crashes over or never ends costs a gap, not the run.

It is written in C and follows structures that may be damaged, or made to break it. It reads
through us, so it needs no file of its own; whatever it is at can be ended. The next question gets a
new process, in which what it is about is opened again.
"""

from __future__ import annotations

import errno
import time
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

import msgspec

from collectors.apart.answering import Apart, ApartError, LateError
from collectors.disk.libraries import wire
from collectors.disk.reader import PARSING, read_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from collectors.disk.reader import Reader

_SILENT = 120.0  # seconds without a word: a folder of 150,000 names takes half of it
_TOTAL = 900.0  # seconds for a question, however much is read for it: an end has to come
_MOST_NEEDED = 16 << 20  # bytes at once; they ask for 64 KiB
_encode = msgspec.msgpack.Encoder().encode
Answer = TypeVar("Answer", bound=wire.Said)


def never() -> bool:
    """Whoever is waited for may take its time: nobody asked the run to end."""
    return False


class Ending:
    """Whether somebody asked the run to end: asked while any of them is waited for."""

    asked: Callable[[], bool] = staticmethod(never)


ENDING = Ending()


class Library:
    """The process in which one runs: for all that it opens, begun when it is needed."""

    def __init__(
        self,
        name: str,
        entry: str,
        answers: object,
        missing: Callable[[str], Exception],
        *,
        silent: float = _SILENT,
        total: float = _TOTAL,
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            name: of the library.
            entry: what the process runs.
            answers: the union of all that it may say.
            missing: what is raised where it does not load, by its words.
            silent: seconds in which it may say nothing.
            total: seconds for a question.
        """
        self.name = name
        self._missing = missing
        self._decode = msgspec.msgpack.Decoder(answers).decode
        self.alone = RLock()
        """Held by whoever asks: there is one question at a time."""
        self._total = total
        self._apart = Apart(entry, silent, stopping=lambda: ENDING.asked())
        self._open: set[int] = set()
        self._forgotten: list[int] = []

    def has_open(self, number: int) -> bool:
        """Whether the process that runs now has opened what has this number."""
        return self._apart.runs and number in self._open

    def ask(self, reader: Reader, request: wire.Said, kind: type[Answer]) -> Answer:
        """What is answered, what is read for it included.

        Args:
            reader: the disk that it is about.
            request: what is asked.
            kind: of the answer.

        Raises:
            OSError: it can't tell.
            ApartError: its process ended over it, or took too long.
            Exception: as `missing` has it: it isn't installed, or doesn't load.
        """
        with self.alone:
            if not self._apart.runs and ENDING.asked():
                raise LateError("it was not read in time")  # none is begun for a run that ends
            self._be_ready()
            answer = self._dialog(reader, request)
            if isinstance(answer, wire.Failed):
                raise self.fault(answer.words)
            if isinstance(answer, wire.Unread):
                raise OSError(answer.errno, answer.words)
            if isinstance(answer, wire.Missing):
                raise self._missing(answer.words)
            if not isinstance(answer, kind):
                self.close()
                raise ApartError("an answer without a meaning")
            if isinstance(request, wire.Open):
                self._open.add(request.number)
            return answer

    def fault(self, words: str) -> OSError:
        """What it did not tell, and why."""
        return OSError(errno.EIO, f"{self.name}: {words}")

    def forget(self, number: int) -> None:
        """Let something go when next it is asked: this is said at any moment."""
        self._forgotten.append(number)

    def close(self) -> None:
        """End the process; it begins again when something is asked."""
        self._apart.close()

    def _be_ready(self) -> None:
        gone, self._forgotten = self._forgotten, []
        if not self._apart.runs:
            self._open.clear()
        elif gone:
            self._open.difference_update(gone)
            self._apart.ask(_encode(wire.Forget(gone)), self._decode)

    def _dialog(self, reader: Reader, request: wire.Said) -> wire.Said:
        until = time.monotonic() + self._total
        answer: wire.Said = self._apart.ask(_encode(request), self._decode)
        while isinstance(answer, wire.Needs):
            if ENDING.asked() or time.monotonic() > until:
                self.close()
                raise LateError("it was not read in time")
            try:
                needed = _needed(reader, answer.offset, min(answer.size, _MOST_NEEDED))
            except BaseException:  # Ctrl-C: what is said next must not pass for what it needs
                self.close()
                raise
            answer = self._apart.ask(_encode(needed), self._decode)
        return answer


def _needed(reader: Reader, offset: int, size: int) -> wire.Needed | wire.Unread:
    """Bytes; fewer at the end of the disk, and before a sector that can't be read.

    They ask for 64 KiB where they need a few bytes: a bad sector behind these costs nothing.
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
