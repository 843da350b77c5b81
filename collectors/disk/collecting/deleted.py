"""What was deleted, but whose inode or record still says where its content lay."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason
from collectors.disk.collecting.ofdisk import OfDisk
from collectors.disk.things import taken
from collectors.pathtext import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collectors.disk.filesystem import FileSystem
    from collectors.disk.nodes import Entry, Node
    from collectors.disk.source import DiskSource

    Found = Iterator[Artifact | Gap]

NOTE = "deleted: read from where it lay; other files may have been written there since"


class DeletedFiles(OfDisk):
    """Takes what was deleted while the file system still knows where it lay, orphans included.

    Its origin begins with `deleted:`, and it is no proof of content: other files may have been
    written over it. A name whose inode is in use again, or whose file has
    another name now, is a gap. It cannot show what only carving would find, nor deleted names in a
    folder of ext or NTFS of more than 4 MiB, which is a gap; ext4 forgets where a file lay as soon
    as it is deleted.
    """

    name: ClassVar[str] = "deleted-files"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.FULL

    def of_disk(self, source: DiskSource) -> Iterator[Artifact | Gap]:
        """Yield deleted names where they stood, then files without any name."""
        for point, system in source.readable():
            yield from _Search(system).below(point)


class _Search:
    """Through one partition; each deleted inode once."""

    def __init__(self, system: FileSystem) -> None:
        self._system = system
        self._folders: set[int] = set()
        self._found: set[int] = set()

    def below(self, point: str) -> Found:
        waiting = [(point, self._system.root)]
        while waiting:
            path, inode = waiting.pop()
            self._folders.add(inode)
            prefix = path.rstrip("/") + "/"
            for entry in self._entries(inode):
                below = prefix + to_text(entry.name)
                if entry.deleted:
                    yield from self._deleted(below, entry)
                elif entry.type == "d" and entry.inode not in self._folders:
                    waiting.append((below, entry.inode))
            if self._system.unsearched(inode):
                detail = "deleted names were not looked for: too long a folder"
                yield Gap(origin=path, kind="disk", reason=Reason.SKIPPED, detail=detail)
        for entry in self._entries(self._system.last_inode):
            yield from self._orphan(point.rstrip("/") + "/" + to_text(entry.name), entry)

    def _entries(self, inode: int) -> Iterable[Entry]:
        try:
            return self._system.folder(inode)
        except OSError:
            return []  # the collector of all files says so

    def _deleted(self, path: str, entry: Entry) -> Found:
        node = self._node(entry)
        if node is None:
            yield _gap(path, "its inode can't be read or is in use again")
        elif not self._system.is_leftover(node, entry):
            yield _gap(path, "the file itself is still there, under its present name", node)
        elif entry.inode in self._found:
            yield _gap(path, "the same file was found under another name", node)
        else:
            self._found.add(entry.inode)
            things = list(_contents(path, node))
            yield from things or [_gap(path, "where its content lay is forgotten", node)]

    def _orphan(self, path: str, entry: Entry) -> Found:
        node = self._node(entry)
        if node is None or entry.inode in self._found:
            return
        if self._system.is_leftover(node, entry):
            self._found.add(entry.inode)
            yield from _contents(path, node)

    def _node(self, entry: Entry) -> Node | None:
        """What an inode says, unless another file has it now."""
        system = self._system
        try:
            node = system.node(entry.inode)
            known = system.is_leftover(node, entry) or system.is_still_there(node, entry)
        except OSError:
            return None
        return node if known else None


def _contents(path: str, node: Node) -> Found:
    for content in node.contents:
        if node.letter == "f" and content.size and content.is_placed():
            content.notes = (NOTE, *content.notes)
            yield taken(f"deleted:{path}", node, content)


def _gap(path: str, detail: str, node: Node | None = None) -> Gap:
    return Gap(
        origin=f"deleted:{path}", kind="disk", reason=Reason.ABSENT, detail=f"deleted; {detail}",
        stat=None if node is None else node.stat,
    )  # fmt: skip
