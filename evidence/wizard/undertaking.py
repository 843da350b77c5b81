"""A collection under way in a thread of its own, so that whoever waits is answered at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.collecting.collection import collect
from evidence.telling.collected import Collected
from evidence.telling.timeleft import TimeLeft

if TYPE_CHECKING:
    from chain_of_custody.signing.keys import Signer
    from collectors.collector import Collector
    from evidence.planning.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is."""

    name: str = ""
    """Of the collector that runs."""
    index: int = 0
    total: int = 0
    stored: int = 0
    """Bytes of evidence read so far."""
    elapsed: int = 0
    """Seconds since the beginning."""
    left: int | None = None
    """Minutes that it may still take: a guess; None while there is nothing to guess from."""
    waits: bool = False
    """Whether the machine is short of memory, and waited for at times."""


class Undertaking:
    """One session; a listener to itself."""

    def __init__(
        self, request: Request, *, key: Signer | None, reference: Callable[[str], str | None],
        notes: Sequence[Collector], begun: Callable[[Path], None],
    ) -> None:  # fmt: skip
        """Prepare it; `start` begins.

        Args:
            request: what to take.
            key: the collection key; None for one of its own.
            reference: another clock's time.
            notes: what people said.
            begun: told where the bundle is.
        """
        self.collected: Collected | None = None
        self.error: Exception | None = None
        self.stopping = False
        self._request = request
        self._left = TimeLeft()
        self._given = {
            "key": key, "reference": reference, "notes": notes, "begun": begun,
            "ready": partial(self._left.expect, request),
        }  # fmt: skip
        self._thread = threading.Thread(target=self._run, name="collection", daemon=True)
        self._began = 0.0
        self._waits = False
        self._name, self._index, self._total, self._stored = "", 0, 0, 0

    def start(self) -> None:
        """Begin."""
        self._began = time.monotonic()
        self._thread.start()

    def wait(self) -> None:
        """Wait for its end."""
        self._thread.join()

    @property
    def done(self) -> bool:
        """Whether it has ended, one way or the other."""
        return self._thread.ident is not None and not self._thread.is_alive()

    def progress(self) -> Progress:
        """How far it is now."""
        elapsed = self._elapsed()
        return Progress(
            name=self._name, index=self._index, total=self._total, stored=self._stored,
            elapsed=int(elapsed), left=self._left.minutes(), waits=self._waits,
        )  # fmt: skip

    def _elapsed(self) -> float:
        return time.monotonic() - self._began if self._began else 0.0

    def collector(self, name: str, index: int, total: int) -> None:
        """A collector begins."""
        self._name, self._index, self._total = name, index + 1, total
        self._left.collector(name)

    def item(self, _origin: str, stored: int) -> None:
        """An item is taken."""
        self._stored = stored
        self._left.item(stored)

    def waiting(self) -> None:
        """It waits for memory at times."""
        self._waits = True

    def _run(self) -> None:
        try:
            self.collected = collect(
                self._request, listener=self, stopping=lambda: self.stopping,
                **self._given,  # type: ignore[arg-type]  # collect's own keywords
            )  # fmt: skip
        except Exception as error:  # noqa: BLE001 - told on the screen, and by the exit code
            self.error = error
