"""Why a partition can't be read, and what else it may hold: its marks say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collectors.artifact import Reason, reason_of
from collectors.disk.partitions.signatures import (
    BLANK,
    UNKNOWN,
    WIPED,
    Mark,
    Readable,
    looks_random,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from collectors.disk.partitions.members import Member
    from collectors.disk.reader import Reader

_REASONS = {
    Readable.LOCKED: Reason.DENIED,
    Readable.NO: Reason.UNSUPPORTED,
    Readable.NO_FILES: Reason.SKIPPED,
    Readable.WIPED: Reason.UNREADABLE,
    Readable.SPREAD: Reason.UNSUPPORTED,
}
_NOTHING = (UNKNOWN, BLANK, WIPED)
_RANDOM = (
    "no known file system; its bytes look random, as encrypted ones do (VeraCrypt, or LUKS whose "
    "header is kept elsewhere)"
)


class Verdict(NamedTuple):
    """What a partition is, and why its files can't be read."""

    holds: str
    reason: Reason
    detail: str
    doubt: str = ""


def closed_by(
    reader: Reader, marks: Sequence[Mark], member: Member | None, fault: tuple[Mark, OSError] | None
) -> Verdict:
    """Why nothing can be read: its marks say so, unless one spoke of files that aren't readable.

    Args:
        reader: the partition.
        marks: all that it bears.
        member: what it is a part of.
        fault: of the first mark whose files were looked for, why that was in vain.
    """
    known = [mark.name for mark in marks if mark not in _NOTHING]
    if member is not None and (member.spread or not known):
        is_mirror = member.spread is False
        return _of_mark(_named(member)) if is_mirror else spread_over(member, too(known))
    closed = [each for each in marks if each.readable is not Readable.YES and each is not UNKNOWN]
    if fault is not None:
        closed = [each for each in closed if each.readable is not Readable.NO_FILES]
    if closed or fault is None:
        mark = closed[0]
        besides = [each.name for each in closed if each.readable is not Readable.NO_FILES]
        return _of_mark(mark, too(each for each in besides if each != mark.name))
    mark, error = fault
    if mark is UNKNOWN:
        told = _RANDOM if looks_random(reader) else "no known file system"
        return Verdict(mark.name, Reason.UNSUPPORTED, told)
    reason, why = reason_of(error), error.strerror or str(error)
    detail = why if reason is Reason.UNSUPPORTED else f"damaged: {why}"
    return Verdict(mark.name, reason, f"{mark.name}: {detail}")


def spread_over(member: Member, doubt: str = "") -> Verdict:
    """That what seems to begin here is only to be read with the other disks of an array."""
    return _of_mark(_named(member)._replace(readable=Readable.SPREAD), doubt)


def too(names: Iterable[str]) -> str:
    """What else a partition may hold, in words; nothing of nothing."""
    told = ", ".join(dict.fromkeys(names))
    return f"it bears marks of {told}, too: not read as such" if told else ""


def _named(member: Member) -> Mark:
    return Mark(member.name, member.place, b"")


def _of_mark(mark: Mark, doubt: str = "") -> Verdict:
    return Verdict(mark.name, _REASONS[mark.readable], f"{mark.name}: {mark.readable.value}", doubt)
