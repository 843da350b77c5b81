"""The face for consoles that can't more: lines out, numbers in; a pipe and a file will do."""

from __future__ import annotations

import select
import threading
import time
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, Queue
from typing import TYPE_CHECKING

from collectors.system import WINDOWS
from evidence.console import forget_typed, somebody_types, unseen

if TYPE_CHECKING:
    from evidence.wizard.guide import Guide
    from evidence.wizard.pages import Page

_PIECE = 4096  # bytes
_EVERY = 0.2  # seconds between two looks at the work
_TOLD = 150  # looks, half a minute: how often progress is said where it can't be drawn over


class Lines:
    """What is typed, line by line; read in a thread, since Windows can't wait for a console.

    Nothing is read before it is wanted: Windows' console shows what is typed, or not, as it was
    told when a read began.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._pieces: Queue[bytes] = Queue()
        self._wanted = threading.Semaphore(0)
        self._waiting = False
        self._rest = b""
        self.ended = False
        threading.Thread(target=self._listen, name="keys", daemon=True).start()

    def next(self, seconds: float) -> str | None:
        """The next line without its end; None when none came in time, or none will."""
        end = time.monotonic() + seconds
        while b"\n" not in self._rest and not self.ended and (left := end - time.monotonic()) > 0:
            with suppress(Empty):
                self._add(self._piece(left))
        if b"\n" not in self._rest:
            return None
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode("utf-8", "replace").removesuffix("\r")

    def forget(self) -> None:
        """What was typed ahead at a terminal answers nothing that is asked from now on."""
        if somebody_types():
            forget_typed()
            self._rest = b""
            while not self._pieces.empty():
                self._add(self._pieces.get())
                self._waiting, self._rest = False, b""

    def _piece(self, seconds: float) -> bytes:
        """What comes next, wanted once however often it is waited for."""
        if not self._waiting:
            self._waiting = True
            self._wanted.release()
        piece = self._pieces.get(timeout=seconds)
        self._waiting = False
        return piece

    def _add(self, piece: bytes) -> None:
        """Of a line that is longer than a piece, and so no answer, the beginning is enough."""
        line, end, more = piece.partition(b"\n")
        self._rest += line[: max(0, _PIECE - len(self._rest))] + end + more
        self.ended = not piece

    def _listen(self) -> None:
        """A piece whenever one is wanted, and nothing where no more will come."""
        with (
            suppress(OSError),  # the terminal is gone
            open(self._descriptor, "rb", buffering=0, closefd=False) as stream,
        ):
            while self._wanted.acquire():
                if not WINDOWS:  # who reads in the background is stopped; who only waits is not
                    select.select([stream], [], [])
                data = stream.read(_PIECE)
                while not data and WINDOWS and somebody_types():  # Ctrl-C, which ends no console
                    time.sleep(_EVERY)
                    data = stream.read(_PIECE)
                if not data:
                    break
                self._pieces.put(data)
        self._pieces.put(b"")


class Talk:
    """One page after the other, as lines."""

    def __init__(self, guide: Guide, lines: Lines, write: Callable[[str], None]) -> None:
        """Draw for a guide.

        Args:
            guide: whom it draws for.
            lines: what is typed.
            write: takes a line to be shown; raises nothing where nobody looks any more.
        """
        self._guide = guide
        self._lines = lines
        self._write = write
        self._said: object = None
        self._looks = 0

    def run(self) -> None:
        """Lead somebody through."""
        while not self._guide.closed:
            page = self._guide.page()
            if page.secret and page != self._said:
                self._lines.forget()
            self._draw(page)
            self._guide.tick()
            if page.working:
                self._work()
            elif self._guide.page() == page:  # else what is typed would answer what nobody saw
                self._ask(page)
        self._draw(self._guide.page())  # that it was stopped is said to who pressed Ctrl-D, too

    def _draw(self, page: Page) -> None:
        """A page once; of work under way, a line when the step changes or half a minute passed."""
        self._looks = (self._looks + 1) % _TOLD
        work = self._guide.work
        shown: object = page
        if page.working and work is not None and self._looks:
            now = work.progress()
            shown = (now.name, now.waits, work.stopping)
        if shown == self._said:
            return
        self._said = shown
        self._write("\n".join(drawn(page)))

    def _work(self) -> None:
        if not self._guide.page().working:  # what is typed ahead is for the next page
            return
        # Before it collects, too. Nobody will say anything more: what was begun goes on to its end.
        if self._lines.ended or self._guide.state.screen != "collecting":
            time.sleep(_EVERY)
        elif (typed := self._lines.next(_EVERY)) is not None:
            self._take(typed)

    def _ask(self, page: Page) -> None:
        if page.secret:
            take: Callable[[str], None] = self._guide.unlock
            typed = self._unseen()
        else:  # a minute may pass meanwhile, and Ctrl-C be pressed
            take, typed = self._take, self._lines.next(_EVERY)
        if typed is not None:
            take(typed)
            if not self._guide.closed and self._guide.page() == page:  # no answer: asked once more
                self._said = None
        elif self._lines.ended:
            self._guide.stop_now()

    def _unseen(self) -> str | None:
        """A line that nobody sees being typed; None where Ctrl-C or the end came instead."""
        typed = None
        with unseen():
            while typed is None and not self._lines.ended and self._guide.heard is None:
                typed = self._lines.next(_EVERY)
        return typed

    def _take(self, line: str) -> None:
        # With an input method on, digits come in full width.
        typed = unicodedata.normalize("NFKC", line).strip()
        if typed in ("9", "q"):
            self._guide.ask_stop()
        elif typed == "0":
            self._guide.back()
        elif typed.isdecimal() and len(typed) == 1:
            self._guide.press(int(typed))
        elif not typed and len(self._guide.page().choices) <= 1:
            self._guide.press(1)


def drawn(page: Page) -> list[str]:
    """A page as lines."""
    head = ["", f"== {page.title} ==", *([f"!! {page.banner}"] if page.banner else []), ""]
    choices = [
        f"  {number}  {choice}".replace("\n", "\n     ")
        for number, choice in enumerate(page.choices, start=1)
    ]
    return [*head, *page.lines, *page.square, "", *choices, page.foot]
