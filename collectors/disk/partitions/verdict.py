"""Why a partition can't be read, and what else it may hold: its marks say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collectors.artifact import Reason, reason_of
from collectors.disk.marks.signatures import (
    BLANK,
    UNKNOWN,
    WIPED,
    Mark,
    Readable,
    looks_random,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from collectors.disk.reader import Reader
    from collectors.disk.volumes.members import Member

_REASONS = {
    Readable.LOCKED: Reason.DENIED,
    Readable.NO: Reason.UNSUPPORTED,
    Readable.NO_FILES: Reason.SKIPPED,
    Readable.WIPED: Reason.UNREADABLE,
    Readable.SPREAD: Reason.UNSUPPORTED,
}
NOTHING = (UNKNOWN.name, BLANK.name, WIPED.name)
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
    known = [mark.name for mark in marks if mark.name not in NOTHING]
    if member is not None and (member.spread or member.why or not known):
        others = too(name for name in known if name != member.name)
        return _of_mark(_named(member)) if member.is_whole else shut_by(member, others)
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


def shut_by(member: Member, doubt: str = "") -> Verdict:
    """Why what seems to begin here isn't to be read without the other disks of an array."""
    if member.why:
        return Verdict(member.name, Reason.UNREADABLE, f"{member.name}: {member.why}", doubt)
    found = _of_mark(_named(member)._replace(readable=Readable.SPREAD), doubt)
    return found._replace(holds=member.name)


def too(names: Iterable[str]) -> str:
    """What else a partition may hold, in words; nothing of nothing."""
    told = ", ".join(dict.fromkeys(names))
    return f"it bears marks of {told}, too: not read as such" if told else ""


def _named(member: Member) -> Mark:
    kind = f" ({member.told.kind})" if member.told is not None and member.spread else ""
    return Mark(f"{member.name}{kind}", member.place, b"")


def _of_mark(mark: Mark, doubt: str = "") -> Verdict:
    return Verdict(mark.name, _REASONS[mark.readable], f"{mark.name}: {mark.readable.value}", doubt)
