"""Event logs: from a file to rows of tables, beside the parser alone and beside Dissect."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from measure import Comparison, Group, Place, Run, VoidError, run

READING = Path(__file__).with_name("eventreading.py")
MANY, FEWER = 100_000, 5_000
_WHAT: tuple[tuple[Literal["wall", "cpu"], str], ...] = (
    ("wall", "speed"), ("cpu", "speed for its processor time"),
)  # fmt: skip
_NOTES = f"""`benchmarks/eventreading.py`: logs written for this, {MANY:,} records of a security log. Which records become rows differs (sign-ins, processes); all are counted for the table of channels.
*Parser alone*: the Rust parser's Python binding on one thread, each record as JSON that nobody looks at. *Ours*: the examiner of event logs, processes apart included, each row handed to a table that counts it. It uses all processors, the parser one thread: *wall* is what whoever waits has of that, *cpu* what it costs on all of them together, held to the same limit.
*Dissect*: `dissect.eventlog` (in `.[test]`), each record as a dictionary, over {FEWER:,} records, as it takes minutes for more. Speeds are 1 : cost; start-ups are taken off by runs over a log of ten records, for which one process apart is begun; those of further ones count."""


class _Logs:
    """Logs, and their readers; the counts of records are compared."""

    def __init__(self, place: Place) -> None:
        self._folder = place.fast

    def log(self, kind: str, count: int) -> Path:
        """A log, made when it is first asked for."""
        path = self._folder / f"{kind}-{count}.evtx"
        if not path.exists():
            run([sys.executable, READING, "make", kind, count, path])
        return path

    def read(self, reader: str, kind: str, count: int) -> Callable[[], Run]:
        """A run that reads a log, without what its start takes."""
        whole, little = self.log(kind, count), self.log(kind, 10)

        def again() -> Run:
            done = run([sys.executable, READING, reader, whole])
            if int(done.out) != count:
                raise VoidError(f"{int(done.out)} records")
            return done.less(run([sys.executable, READING, reader, little]))

        return again


def events(place: Place, pairs: int) -> Group:
    """Event logs of Windows."""
    logs = _Logs(place)
    lines = [
        Comparison(
            name=f"10⁵ records, {kind} of ten become rows, the Rust parser alone: {told}", limit=0.25, least=True,
            what=what, ours=logs.read("ours", kind, MANY), peer=logs.read("parser", kind, MANY),
        ).line(pairs)
        for kind in ("none", "two", "four")
        for what, told in _WHAT
    ]  # fmt: skip
    lines.append(
        Comparison(
            name="5·10³ records, four of ten, dissect.eventlog: speed", limit=10, least=True,
            ours=logs.read("ours", "four", FEWER), peer=logs.read("dissect", "four", FEWER),
        ).line(max(3, pairs // 2))
    )  # fmt: skip
    return Group(title="Event logs, from file to table", lines=lines, notes=_NOTES)
