"""Which system a partition holds: by any of several marks, as an intruder may have removed some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.artifact import Reason, reason_of

if TYPE_CHECKING:
    from collectors.files.source import Source

_OF_WINDOWS = ("Windows/System32", "Windows/explorer.exe")
_HOMES = ("Users", "Documents and Settings")
_OF_USERS = ("NTUSER.DAT", "NTUSER.MAN")


def holds_windows(source: Source, point: str) -> bool:
    """Whether a Windows stands at a point, or what is left of one; True where we may not look."""
    base = point.rstrip("/")
    return any(source.exists(f"{base}/{mark}") for mark in _OF_WINDOWS) or any(
        _holds_users(source, f"{base}/{homes}") for homes in _HOMES
    )


def _holds_users(source: Source, homes: str) -> bool:
    try:
        entries = source.listing(homes)
    except OSError as error:
        return reason_of(error) is not Reason.ABSENT
    return any(
        source.exists(f"{homes}/{name}/{hive}")
        for name, type_ in entries
        if type_ == "d"
        for hive in _OF_USERS
    )
