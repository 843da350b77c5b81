"""Named streams of Windows' file systems: what a name with a colon in it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectors.files.source import Source
    from collectors.named.leads import Lead


def of_windows(source: Source, place: str) -> bool:
    """Whether a place is on a file system whose names mean what Windows makes of them."""
    mount = source.mount_of(place)
    return source.runs_windows or (mount is not None and mount.filesystem == "ntfs")


def parted(source: Source, lead: Lead) -> tuple[Lead, str | None]:
    """A lead to a file, and the stream in it that is meant; elsewhere a colon is of the name."""
    file, colon, stream = lead.path.rpartition(":")
    if not colon or not of_windows(source, file):
        return lead, None
    return lead._replace(path=file), stream
