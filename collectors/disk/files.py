"""Every file of every partition, with all its streams."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason, gap_from
from collectors.descriptors import what_is
from collectors.disk.facts import not_a_disk
from collectors.disk.source import DiskSource, open_content
from collectors.windows.readers import references_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.disk.filesystem import FileSystem
    from collectors.disk.nodes import Content, Entry, Node
    from collectors.source import Source

    Found = Iterator[Artifact | Gap]


class DiskFiles:
    """Takes every file, link and named stream of every partition that can be read.

    Content that isn't where it seems to be (compressed by the system, in the cloud, deduplicated,
    encrypted) is a gap, never a file of zeros. It cannot show what was deleted (see deleted-files),
    nor what a folder holds that another partition is mounted on.
    """

    name: ClassVar[str] = "disk-files"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.FULL

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield partition by partition, a folder's entries before those of its subfolders."""
        if not isinstance(source, DiskSource):
            yield not_a_disk(self.name)
            return
        for point, place in source.places.items():
            if place.partition.system is not None:
                yield from _partition(source, point, place.partition.system)


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
                yield _closed(below, f"{by} is mounted here; what the folder itself holds stays")
                continue
            yield from _entry(source, below, system, entry)
            if entry.type == "d":
                folders.append((below, entry.inode))
        for below, inode in reversed(folders):
            if inode in seen:
                yield _closed(below, "the same folder has another name")
                continue
            seen.add(inode)
            waiting.append((below, inode))


def _closed(path: str, detail: str) -> Gap:
    return Gap(origin=path, kind="disk", reason=Reason.SKIPPED, detail=detail)


def _entry(source: DiskSource, path: str, system: FileSystem, entry: Entry) -> Found:
    try:
        node = system.node(entry.inode)
    except OSError as error:
        yield gap_from(path, "disk", error)
        return
    if node.letter == "o":
        yield _gap(path, node, Reason.UNSUPPORTED, f"{what_is(node.stat.mode)}; not read")
    elif node.letter == "l" and not source.was_given(path):
        yield source.link(path, "disk")
    elif node.letter == "d" and node.obstacle is not None:
        yield _gap(path, node, *node.obstacle)
    elif node.letter == "f" and not node.contents:
        yield _gap(path, node, *system.without_content)
    for content in node.contents if node.letter in "fd" else ():
        if source.was_given(given_as(path, content.stream)):
            continue
        one = taken(path, node, content)
        if isinstance(one, Artifact) and content.stream is None and system.kind == "ntfs":
            one = one._replace(references=references_for(path))
        yield one


def taken(path: str, node: Node, content: Content) -> Artifact | Gap:
    """One content as an artifact, or as the gap of what it is instead."""
    obstacle = node.barrier(content)
    if obstacle is not None:
        return _gap(path, node, *obstacle)._replace(stream=content.stream)
    return Artifact(
        origin=path, kind="disk", open=partial(open_content, node, content),
        stream=content.stream,
    )  # fmt: skip


def given_as(path: str, stream: str | None) -> str:
    """What a file or one of its streams is remembered by, once it was given."""
    return path if stream is None else f"{path}\0{stream}"


def _gap(path: str, node: Node, reason: Reason, detail: str) -> Gap:
    return Gap(origin=path, kind="disk", reason=reason, detail=detail, stat=node.stat)
