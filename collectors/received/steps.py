"""The log of a native script, `steps.tsv`: what it could not take becomes a gap of ours."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from collectors.artifact import Gap, Reason
from collectors.files.snapshot import MADE_HERE
from collectors.received.digestlist import text_of

LOG = "/steps.tsv"
_SCHEMA = "hozen-native/1"
_COLUMNS = 8
_LONGEST = 32 << 10  # bytes of a row: a command line of Windows has that at most
_MOST = 100_000  # rows that are looked into; our scripts write some hundreds
_REASONS = {
    "absent": Reason.ABSENT, "denied": Reason.DENIED, "timeout": Reason.TIMED_OUT,
    "skipped": Reason.SKIPPED,
}  # fmt: skip


@dataclass(slots=True)
class Steps:
    """What the log comes to."""

    system: str
    """`linux` or `windows`."""
    outcomes: Counter[str] = field(default_factory=Counter)
    gaps: list[Gap] = field(default_factory=list)

    def lose(self, what: str, detail: str) -> None:
        """Something of the log can't be read, so that a step may be untold."""
        self.outcomes["unreadable row"] += 1
        self.gaps.append(_gap(f"step:{what}", Reason.UNREADABLE, detail))


def system_of(data: bytes) -> str | None:
    """The system that a log's first line names; None where it is no log of ours."""
    schema, _, system = text_of(data.partition(b"\n")[0]).strip().partition("\t")
    return system if schema == _SCHEMA and system in ("linux", "windows") else None


def read_steps(data: bytes, *, cut: bool = False) -> Steps | None:
    """The log's rows; None where it is no log of ours.

    Args:
        data: its bytes.
        cut: whether these are only its beginning.
    """
    system = system_of(data)
    if system is None:
        return None
    steps = Steps(system)
    for number, row in _rows(data):
        if number > _MOST:
            cut = True
            break
        if row is None or len(row) != _COLUMNS:
            steps.lose(f"row {number}", f"a row of {LOG} can't be read")
            continue
        name, origin, begin, _, code, outcome, _, said = row
        steps.outcomes[outcome] += 1
        if outcome != "ok":
            where = "" if said == "-" else f"; what it said: /{said}"
            detail = f"step {name} at {begin}: {outcome}, exit code {code}{where}"
            steps.gaps.append(_gap(origin, _REASONS.get(outcome, Reason.UNREADABLE), detail))
    if cut:
        steps.lose("the rest", f"{LOG} is larger than any of ours: the rest was not looked into")
    return steps


def _rows(data: bytes) -> Iterator[tuple[int, list[str] | None]]:
    """Rows behind the two of the head; empty lines stand where the medium was full."""
    for number, raw in enumerate(islice(io.BytesIO(data), 2, None), start=3):
        if len(raw) > _LONGEST or number > _MOST:
            yield number, None
        elif raw.strip():
            yield number, text_of(raw.removesuffix(b"\n").removesuffix(b"\r")).split("\t")


def _gap(origin: str, reason: Reason, detail: str) -> Gap:
    return Gap(
        origin=origin, kind="command" if origin.startswith("command:") else "native",
        reason=reason, detail=detail, method=MADE_HERE,
    )  # fmt: skip
