"""Every file of every partition, with all its streams."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason, gap_from
from collectors.disk.ofdisk import OfDisk
from collectors.disk.things import gap_of, given_as, held
from collectors.files.descriptors import what_is
from collectors.windows.readers import references_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.disk.filesystem import FileSystem
    from collectors.disk.nodes import Entry
    from collectors.disk.source import DiskSource

    Found = Iterator[Artifact | Gap]


class DiskFiles(OfDisk):
    """Takes every file, link and named stream of every partition that can be read.

    Content that isn't where it seems to be (compressed by the system, in the cloud, deduplicated,
    encrypted) is a gap, never a file of zeros. Of documents, pictures, medical images, databases
    and what seems encrypted it takes size, times and digest only, unless --documents is given. It
    cannot show what was deleted (see deleted-files), nor what a folder holds that another partition
    is mounted on.
    """

    name: ClassVar[str] = "disk-files"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.FULL

    def of_disk(self, source: DiskSource) -> Iterator[Artifact | Gap]:
        """Yield partition by partition, a folder's entries before those of its subfolders."""
        for point, system in source.readable():
            yield from _partition(source, point, system)


def _partition(source: DiskSource, point: str, system: FileSystem) -> Found:
    waiting, seen = [(point, system.root)], {system.root}
    while waiting:
        path, inode = waiting.pop()
        try:
            entries = sorted(e for e in system.folder(inode) if not e.deleted)
        except OSError as error:
            yield gap_from(path, "disk", error)
            continue
        prefix, folders = path.rstrip("/") + "/", []
        for entry in entries:
            if (below := prefix + os.fsdecode(entry.name)) in source.places:
                by = source.places[below].what
                yield closed(below, f"{by} is mounted here; what the folder itself holds stays")
                continue
            yield from _entry(source, below, system, entry)
            if entry.type == "d":
                folders.append((below, entry.inode))
        for below, inode in reversed(folders):
            if inode in seen:
                yield closed(below, "the same folder has another name")
                continue
            seen.add(inode)
            waiting.append((below, inode))


def closed(path: str, detail: str) -> Gap:
    """What is passed over on purpose."""
    return Gap(origin=path, kind="disk", reason=Reason.SKIPPED, detail=detail)


def _entry(source: DiskSource, path: str, system: FileSystem, entry: Entry) -> Found:
    try:
        node = system.node(entry.inode)
    except OSError as error:
        yield gap_from(path, "disk", error)
        return
    if node.letter == "o":
        yield gap_of(path, node, Reason.UNSUPPORTED, f"{what_is(node.stat.mode)}; not read")
    elif node.letter == "l" and not source.was_given(path):
        yield source.link(path, "disk")
    elif node.letter in "fd":
        for one in held(path, system, node):
            if not source.was_given(given_as(path, one.stream)):
                yield _leading(one, system)


def _leading(one: Artifact | Gap, system: FileSystem) -> Artifact | Gap:
    """With the way in which is found what it names, where it is a file of Windows."""
    if isinstance(one, Gap) or one.stream is not None or system.kind != "ntfs":
        return one
    references = references_for(one.origin)
    return one if references is None else one._replace(references=references)
