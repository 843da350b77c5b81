"""The files in which NTFS keeps its own books."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, gap_from
from collectors.disk.collecting.ofdisk import OfDisk
from collectors.disk.things import given_as, taken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.disk.source import DiskSource

BOOKS = (
    ("/$MFT", None), ("/$LogFile", None), ("/$Extend/$UsnJrnl", "$J"),
    ("/$Extend/$UsnJrnl", "$Max"), ("/$Secure", "$SDS"), ("/$Boot", None), ("/$MFTMirr", None),
    ("/$Bitmap", None),
)  # fmt: skip


class NtfsMetadata(OfDisk):
    """Takes NTFS' own files: $MFT, $LogFile, $UsnJrnl:$J, $Secure:$SDS, $Boot and their like.

    They name every file and its times, and what was done to files lately. They cannot show what
    their records were used for before they were used again; the journal's beginning, which Windows
    gave back, is a hole.
    """

    name: ClassVar[str] = "ntfs-metadata"
    phase: ClassVar[Phase] = Phase.LOGS
    profile: ClassVar[Profile] = Profile.QUICK

    def of_disk(self, source: DiskSource) -> Iterator[Artifact | Gap]:
        """Yield them for each NTFS partition; one that isn't there is a gap."""
        for point, system in source.readable():
            if system.kind == "ntfs":
                for path, stream in BOOKS:
                    yield _book(source, point.rstrip("/") + path, stream)


def _book(source: DiskSource, path: str, stream: str | None) -> Artifact | Gap:
    try:
        node = source.node_at(path)[1]
    except OSError as error:
        return gap_from(path, "disk", error)._replace(stream=stream)
    content = next((each for each in node.contents if each.stream == stream), None)
    if content is None:
        missing = FileNotFoundError(errno.ENOENT, "no such stream")
        return gap_from(path, "disk", missing)._replace(stream=stream)
    source.once(given_as(path, stream))
    return taken(path, node, content)
