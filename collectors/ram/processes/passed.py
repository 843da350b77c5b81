"""Processes whose memory is not read: who they are, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from collectors.artifact import Gap, Reason

Why = Literal["closed", "vanished", "ended", "kernel thread", "left out"]
_NAMED = 100  # processes in a gap; the account has them all
_ASKED: Mapping[Why, tuple[Reason, str]] = {
    "closed": (Reason.DENIED, "asked for: the kernel does not let us read its memory: {error}"),
    "vanished": (Reason.ABSENT, "asked for: there is no such process, or no more"),
    "ended": (Reason.ABSENT, "asked for: it has ended, only its exit code is left"),
    "kernel thread": (
        Reason.UNSUPPORTED, "asked for: a thread of the kernel, which has no memory of its own",
    ),
    "left out": (
        Reason.SKIPPED, "asked for: this program itself, or what it began: not read",
    ),
}  # fmt: skip


class Passed(NamedTuple):
    """A process that has no memory of its own any more or at all, or none that we may read."""

    pid: int
    why: Why
    """Closed: refused. Ended: only its exit code is left. Left out: we, and whom we came from."""
    name: str = ""
    error: str = ""


def by_class(passed: Sequence[Passed]) -> dict[str, list[dict[str, object]]]:
    """For an account: every class, with those in it."""
    return {
        why: [
            {"pid": one.pid, "name": one.name, "error": one.error}
            for one in passed
            if one.why == why
        ]
        for why in get_args(Why)
    }


def closed(origin: str, passed: Sequence[Passed]) -> list[Gap]:
    """What stands for processes whose memory the kernel keeps from us; nothing where it doesn't."""
    pids = [one.pid for one in passed if one.why == "closed"]
    if not pids:
        return []
    named = ", ".join(map(str, pids[:_NAMED]))
    more = f" and {len(pids) - _NAMED} more" if len(pids) > _NAMED else ""
    detail = f"{len(pids)} processes: the kernel does not let us read their memory: {named}{more}"
    return [Gap(origin=origin, kind="memory", reason=Reason.DENIED, detail=detail)]


def asked_for(origin: str, one: Passed) -> Gap:
    """What stands for a process whose memory was asked for by its number, and why."""
    reason, detail = _ASKED[one.why]
    return Gap(
        origin=origin, kind="memory", reason=reason, detail=detail.format(error=one.error),
        expected=True,
    )  # fmt: skip
