"""The log of a native script, `steps.tsv`: what it could not take becomes a gap of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from collectors.artifact import Gap, Reason
from collectors.received.digestlist import text_of
from collectors.snapshot import MADE_HERE

LOG = "/steps.tsv"
_SCHEMA = "hozen-native/1"
_COLUMNS = 8
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


def system_of(data: bytes) -> str | None:
    """The system that a log's first line names; None where it is no log of ours."""
    schema, _, system = text_of(data).partition("\n")[0].strip().partition("\t")
    return system if schema == _SCHEMA and system in ("linux", "windows") else None


def read_steps(data: bytes) -> Steps | None:
    """The log's rows; None where it is no log of ours."""
    system = system_of(data)
    if system is None:
        return None
    steps = Steps(system)
    for number, row in _rows(data):
        if len(row) != _COLUMNS:
            steps.outcomes["unreadable row"] += 1
            steps.gaps.append(
                _gap(f"step:row {number}", Reason.UNREADABLE, f"a row of {LOG} can't be read")
            )
            continue
        name, origin, begin, _, code, outcome, _, said = row
        steps.outcomes[outcome] += 1
        if outcome != "ok":
            where = "" if said == "-" else f"; what it said: /{said}"
            detail = f"step {name} at {begin}: {outcome}, exit code {code}{where}"
            steps.gaps.append(_gap(origin, _REASONS.get(outcome, Reason.UNREADABLE), detail))
    return steps


def _rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Rows behind the two of the head; empty lines stand where the medium was full."""
    for number, line in enumerate(text_of(data).split("\n")[2:], start=3):
        if line.strip():
            yield number, line.removesuffix("\r").split("\t")


def _gap(origin: str, reason: Reason, detail: str) -> Gap:
    return Gap(
        origin=origin, kind="command" if origin.startswith("command:") else "native",
        reason=reason, detail=detail, method=MADE_HERE,
    )  # fmt: skip
