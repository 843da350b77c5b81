"""Every file of every partition, with all its streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason, gap_from
from collectors.disk.collecting.ofdisk import OfDisk
from collectors.disk.things import gap_of, given_as, held
from collectors.files.descriptors import what_is
from collectors.pathtext import to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from collectors.artifact import ReadApart
    from collectors.disk.filesystem import FileSystem
    from collectors.disk.nodes import Entry
    from collectors.disk.source import DiskSource

    Names = Callable[[str], ReadApart | None]
    """Says how what a file names is found, by where it lies."""


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


def _partition(source: DiskSource, point: str, system: FileSystem) -> Iterator[Artifact | Gap]:
    waiting, seen = [(point, system.root)], {system.root}
    names = _names_in(system)
    while waiting:
        path, inode = waiting.pop()
        try:
            entries = system.folder(inode)
        except OSError as error:
            yield gap_from(path, "disk", error)
            continue
        if unread := system.unread_in(inode):
            yield Gap(origin=path, kind="disk", reason=Reason.UNREADABLE, detail=unread)
        prefix, folders = path.rstrip("/") + "/", []
        for entry in entries:
            below = prefix + to_text(entry.name)
            if entry.deleted:
                continue
            if below in source.places:
                by = source.places[below].what
                yield closed(below, f"{by} is mounted here; what the folder itself holds stays")
                continue
            yield from _entry(source, below, system, entry, names)
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


def _names_in(system: FileSystem) -> Names | None:
    """Of files of Windows what they name is found; its many readers are loaded for these alone."""
    if system.kind != "ntfs":
        return None
    from collectors.windows.readers import references_for

    return references_for


def _entry(
    source: DiskSource, path: str, system: FileSystem, entry: Entry, names: Names | None
) -> Sequence[Artifact | Gap]:
    try:
        node = system.node(entry.inode)
    except OSError as error:
        return (gap_from(path, "disk", error),)
    if node.letter == "o":
        words = f"{what_is(node.stat.mode)}; not read"
        return (gap_of(path, node, Reason.UNSUPPORTED, words),)
    if node.letter == "l":
        return () if source.was_given(path) else (source.link(path, "disk"),)
    return [
        one if names is None else _leading(one, names)
        for one in held(path, system, node)
        if not source.was_given(given_as(path, one.stream))
    ]


def _leading(one: Artifact | Gap, names: Names) -> Artifact | Gap:
    """With the way in which is found what it names."""
    if isinstance(one, Gap) or one.stream is not None:
        return one
    references = names(one.origin)
    return one if references is None else one._replace(references=references)
