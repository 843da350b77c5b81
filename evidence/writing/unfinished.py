"""What an interrupted session left without a record: the next one can't open it, but tells of it.

Of an encrypted volume only the signed events speak here. One that holds no record holds nothing
but parts of an item. One that holds some may end with the first part of another, which nobody can
tell here; that is said of memory alone, since all else is there to be taken again.
"""

from __future__ import annotations

from collections.abc import Sequence

from chain_of_custody.documents import Session
from collectors.artifact import Gap, Reason

_LOST = "memory"  # the phase whose items nobody can take again as they were


def left_by(sessions: Sequence[Session]) -> list[Gap]:
    """The gap of what was under way when the last session that closed anything was cut off.

    Sessions before it were told of by those that went on from them, in their first volumes.

    Args:
        sessions: those of the bundle so far, all of them interrupted.
    """
    ended = [each for each in sessions if each.volumes][-1:]
    return [_gap(each, detail) for each in ended if (detail := _under_way(each) or _perhaps(each))]


def _gap(session: Session, detail: str) -> Gap:
    """Expected, so that the run's end tells of it, where it can't be taken again."""
    return Gap(
        origin=f"hozen:/unfinished/{session.opened_by}", kind="note", reason=Reason.SKIPPED,
        detail=detail, expected=session.volumes[-1][1].phase == _LOST,
    )  # fmt: skip


def _under_way(session: Session) -> str:
    if not session.under_way:
        return ""
    (first, _), (last, closed) = session.under_way[0], session.under_way[-1]
    size = sum(entry.size for entry, _ in session.under_way)
    return (
        f"cut off within an item of the collector {closed.progress.current}: volumes "
        f"{first.number} to {last.number} ({size} bytes as stored) hold parts of it without a "
        "record; an import puts them aside"
    )


def _perhaps(session: Session) -> str:
    entry, closed = session.volumes[-1]
    if closed.phase != _LOST or not closed.within_items:
        return ""
    return (
        f"cut off in the collector {closed.progress.current}: volume {entry.number} may end with "
        "a part of an item without a record; whoever opens it can tell"
    )
