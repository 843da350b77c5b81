"""A file system's time as the text that an observation has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(ns: int | None) -> str | None:
    """UTC to the second; None where nothing is known, or no calendar has it.

    Args:
        ns: nanoseconds since 1970; 0 stands for an unknown time.
    """
    if not ns:
        return None
    try:
        return (_EPOCH + timedelta(seconds=ns // 10**9)).strftime("%4Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return None
