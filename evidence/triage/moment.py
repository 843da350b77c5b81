"""A file system's time as the text that an observation has."""

from __future__ import annotations

from datetime import datetime, timedelta

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - in UTC, shown with its Z
_UNSET = -11_644_473_600 * 10**9  # ns; the beginning of 1601, what NTFS has where no time was set


def moment(ns: int | None) -> str | None:
    """UTC to the second; None where nothing is known, or no calendar has it.

    Args:
        ns: nanoseconds since 1970; 0 stands for an unknown time, and so does the beginning of 1601.
    """
    if not ns or ns <= _UNSET:
        return None
    try:
        return (_EPOCH + timedelta(seconds=ns // 10**9)).isoformat() + "Z"
    except OverflowError:
        return None
