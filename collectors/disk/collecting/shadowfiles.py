"""Files as they were: what shadow copies hold that the state after them doesn't."""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypeAlias

from collectors.artifact import Artifact, Gap, Phase, Profile, gap_from
from collectors.disk.collecting.facts import shadow_origin
from collectors.disk.collecting.files import closed
from collectors.disk.collecting.ofdisk import OfDisk
from collectors.disk.shadows.catalog import MARK
from collectors.disk.things import given_as, held
from collectors.files.snapshot import document
from collectors.files.spelling import upcased
from collectors.pathtext import to_text

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from collectors.disk.nodes import Entry
    from collectors.disk.ntfs.filesystem import Ntfs
    from collectors.disk.partitions.mounting import Place
    from collectors.disk.shadows.shadow import Shadow, Shadows
    from collectors.disk.source import DiskSource

    Found = Iterator[Artifact | Gap]

Pattern: TypeAlias = tuple[str, ...]
"""A path's parts in lower case, with `*`; a last part `**` is everything below."""

_HIVES = tuple(
    f"{folder}/{name}{log}"
    for folder, names in (
        ("Windows/System32/config", ("SAM", "SECURITY", "SOFTWARE", "SYSTEM", "DEFAULT")),
        ("Users/*", ("NTUSER.DAT",)),
        ("Users/*/AppData/Local/Microsoft/Windows", ("UsrClass.dat",)),
        ("Windows/ServiceProfiles/*", ("NTUSER.DAT",)),
    )
    for name in names
    for log in ("", ".LOG1", ".LOG2")
)
PLACES = (
    "$MFT", "$Extend/$UsnJrnl", *_HIVES,
    "Windows/System32/winevt/Logs/*.evtx", "Windows/AppCompat/Programs/**",
    "Windows/Prefetch/*.pf", "Windows/System32/Tasks/**", "Windows/System32/sru/*",
)  # fmt: skip
_STORES = f"{{{MARK}}}".upper()  # in the names of the files that hold the shadow copies' own blocks


class ShadowArtifacts(OfDisk):
    """Takes registry hives, event logs and their like from shadow copies, where they differ.

    A file that is the same as in the next newer shadow copy, or on the volume as it is, isn't given
    again; `hozen:/shadow-copies.json` counts those. It is the same if its MFT record says so and
    Windows kept no block of it from being overwritten: event logs and hives change without their
    times. The origin begins with `shadow:N:`, N being 1 for the oldest. It cannot show shadow
    copies that were deleted, what was deleted already in one of them, blocks that Windows hadn't
    written to the disk when it stopped, nor what lies on another volume. What a shadow copy didn't
    keep because it was free is missing in the newest one; in older ones it is what lies there now,
    as the library gives it.
    """

    name: ClassVar[str] = "shadow-copies"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.STANDARD
    places: ClassVar[tuple[str, ...]] = PLACES

    def of_disk(self, source: DiskSource) -> Iterator[Artifact | Gap]:
        """Yield shadow copy by shadow copy, the newest first, then what was compared."""
        yield from _collected(self.name, self.places, source)


class ShadowFiles(OfDisk):
    """Takes every file of every shadow copy that differs from the next newer state of its volume.

    It is compared and named as in shadow-copies, and so is what it cannot show. A file that was
    only renamed or moved since is not given again: its old name is in the $MFT of that time. Of
    documents and the like it tells as disk-files does.
    `hozen:/shadow-files.json` counts what was the same.
    """

    name: ClassVar[str] = "shadow-files"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.FULL
    places: ClassVar[tuple[str, ...]] = ("**",)

    def of_disk(self, source: DiskSource) -> Iterator[Artifact | Gap]:
        """Yield what shadow-copies hasn't given, in the same order."""
        yield from _collected(self.name, self.places, source)


def _collected(name: str, places: Sequence[str], source: DiskSource) -> Found:
    patterns = [tuple(upcased(place).split("/")) for place in places]
    partitions = []
    for place in source.places.values():
        if (shadows := place.partition.shadows) is not None:
            compared = yield from _partition(source, place, shadows, patterns)
            partitions.append({"number": place.partition.number, "shadow_copies": compared})
    told = {"schema": f"hozen-{name}/1", "places": places, "partitions": partitions}
    yield document(f"hozen:/{name}.json", "image", told)


def _partition(
    source: DiskSource, place: Place, shadows: Shadows, patterns: Sequence[Pattern]
) -> Generator[Artifact | Gap, None, list[dict[str, object]]]:
    """The newest first: each is compared with a state that was gone through before; what came."""
    newer: Ntfs | None = shadows.current
    state, compared = "the volume as it is", []
    for copy in reversed(shadows.catalog.copies):
        origin = shadow_origin(place, copy)
        counted: dict[str, object] = {"number": copy.number, "compared_with": state}
        try:
            shadow = shadows.shadow(copy)
        except OSError as error:
            if source.once(origin):
                yield gap_from(origin, "image", error)
            compared.append({**counted, "read": False})
            newer, state = None, "nothing"
            continue
        comparison = _Comparison(source, shadow, newer)
        yield from comparison.below(origin, patterns)
        compared.append({**counted, "read": True, **comparison.counted})
        newer, state = shadow.system, f"shadow copy {copy.number}"
    return compared


class _Comparison:
    """One shadow copy and the next newer state of its volume."""

    def __init__(self, source: DiskSource, shadow: Shadow, newer: Ntfs | None) -> None:
        self._source = source
        self._shadow, self._system, self._newer = shadow, shadow.system, newer
        self.counted = Counter(same=0, different=0, unreadable=0, given=0, given_before=0)

    def below(self, root: str, patterns: Sequence[Pattern]) -> Found:
        """What differs in the places that patterns name, in one walk."""
        waiting, seen = [_Folder(root, self._system.root, patterns)], {self._system.root}
        while waiting:
            folders = yield from self._folder(waiting.pop())
            for one in reversed(folders):
                if one.inode in seen:
                    yield closed(one.path, "the same folder has another name")
                    continue
                seen.add(one.inode)
                waiting.append(one)

    def _folder(self, folder: _Folder) -> Generator[Artifact | Gap, None, list[_Folder]]:
        """What differs right in a folder; the folders in it that are to be gone into."""
        try:
            entries = self._system.folder(folder.inode)
        except OSError as error:
            yield self._unreadable(folder.path, error)
            return []
        folders = []
        for entry in entries:
            if entry.deleted:
                continue
            path = f"{folder.path.rstrip('/')}/{to_text(entry.name)}"
            taken, further = _step(folder.wanted, upcased(to_text(entry.name)))
            if taken:
                yield from self._entry(path, entry)
            if entry.type == "d" and further:
                folders.append(_Folder(path, entry.inode, further))
        return folders

    def _unreadable(self, path: str, error: OSError) -> Gap:
        self.counted["unreadable"] += 1
        return gap_from(path, "disk", error)

    def _entry(self, path: str, entry: Entry) -> Found:
        try:
            if self._is_same(entry.inode):
                self.counted["same"] += 1
                return
            node = self._system.node(entry.inode)
        except OSError as error:
            yield self._unreadable(path, error)
            return
        self.counted["different"] += 1
        for one in held(path, self._system, node):
            if not self._source.once(given_as(path, one.stream)):
                self.counted["given_before"] += 1
                continue
            self.counted["given"] += 1
            yield _of_the_store(one) if _STORES in upcased(path) else one

    def _is_same(self, number: int) -> bool:
        mine = self._system.state(number)
        try:
            theirs = self._newer.state(number) if self._newer is not None else None
        except OSError:
            return False
        touched = self._shadow.blocks.touched
        return mine == theirs and not any(touched(*one) for one in self._system.places(mine))


class _Folder(NamedTuple):
    path: str
    inode: int
    wanted: Sequence[Pattern]
    """What of it is wanted."""


def _step(patterns: Sequence[Pattern], name: str) -> tuple[bool, list[Pattern]]:
    """Whether a name is wanted itself, and what is wanted below it."""
    deeper = [each for each in patterns if each[0] == "**"]
    matching = [each for each in patterns if each[0] != "**" and fnmatchcase(name, each[0])]
    taken = bool(deeper) or any(len(each) == 1 for each in matching)
    return taken, deeper + [each[1:] for each in matching if len(each) > 1]


def _of_the_store(one: Artifact | Gap) -> Gap:
    detail = "holds the blocks of shadow copies: no state of it is kept but the one on the disk"
    return closed(one.origin, detail)._replace(stream=one.stream)
