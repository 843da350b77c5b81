"""Where evidence is taken from: this machine, or a folder that holds a copy of one.

Nothing is opened before its mount was looked up in the mount table, since even lstat(2) of a stale
network mount can sleep for ever.
"""

from __future__ import annotations

import errno
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from collectors.artifact import (
    Artifact,
    Gap,
    Kind,
    OpenFolder,
    Reading,
    Reason,
    References,
    Stat,
    reason_of,
)
from collectors.files.descriptors import FolderDescriptor, link_target, list_folder, look
from collectors.files.guard import Guard
from collectors.files.mounts import Mount, Mounts
from collectors.files.names import Entry
from collectors.files.paths import Paths
from collectors.files.patterns import Patterns
from collectors.files.reading import FileReading, GuardedReading
from collectors.files.snapshot import LOOKED, Snapshot, Stopwatch, read_now
from collectors.files.walk import Walk
from collectors.pathtext import to_bytes

if TYPE_CHECKING:
    import re

OUR_OUTPUT = "our own output"
SMALL = 4 << 20  # bytes: the most that is read at once into memory
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a tree is taken at most; what lies beyond is a gap, never silence."""

    files: int = 1_000_000
    bytes: int = 1 << 50
    depth: int = 256


class Source(Paths):
    """A machine seen through its file system, `/proc` and `/sys` included when it is alive."""

    method = LOOKED
    """The door through which things are looked for that are not there to be read."""
    withholds = True
    """Whether documents and the like are told of, not taken; see `collectors.privacy.withheld`."""
    opens_places = True
    """Whether a file is opened by its place on this machine alone, and quickly so."""
    runs_windows = False
    """Whether it is a running Windows, which is asked through its functions."""

    def __init__(
        self,
        root: str = "/",
        *,
        live: bool = True,
        guard: Guard | None = None,
        mounts: Mounts | None = None,
        exclude: Iterable[tuple[int, int]] = (),
    ) -> None:
        """A source below `root`.

        Args:
            root: where the source's `/` is on this machine.
            live: whether `/proc` and `/sys` below the root speak of a running machine.
            guard: the child for reads that may hang.
            mounts: the mount table; this machine's when not given.
            exclude: (device, inode) of folders that are never entered: our own output.
        """
        super().__init__(root, mounts if mounts is not None else Mounts.of_this_machine())
        self.live = live
        self.guard = guard if guard is not None else Guard()
        self.exclude: Mapping[tuple[int, int | None], str] = dict.fromkeys(exclude, OUR_OUTPUT)
        """Why what is ours is left out: a folder, or without an inode all of a volume."""
        self.shown_again: Callable[[str], str | None] = lambda _: None
        """Why a folder is left out that is ours, though an overlay or a drive numbers it anew."""
        self.stopping: Callable[[], bool] = lambda: False
        """Whether the run is to end: asked while something is waited for."""
        self._silent: set[str] = set()
        self.silent_devices: set[str] = set()
        """Devices of mounts from which a mapped file did not answer."""

    def end_when(self, stopping: Callable[[], bool]) -> None:
        """Know how to ask whether the run is to end."""
        self.stopping = stopping

    def close(self) -> None:
        """Let go of what was opened for looking."""
        self.guard.close()
        self.mounts.close()

    # Small looks. Each may raise OSError.

    def readlink(self, path: str) -> str:
        """Where a symbolic link points."""
        return self._ask(path, self.guard.link, link_target)

    def listing(self, path: str) -> Iterable[Entry]:
        """Names and types (`f d l o`) in a folder, sorted; its access time is left alone."""
        return self._ask(path, self.guard.listing, list_folder)

    def look(self, path: str) -> Stat:
        """What the file system says of a path, links not followed."""
        return self._ask(path, self.guard.stat, look)

    def open_folder(self, path: str) -> OpenFolder:
        """A folder, opened to look at all that is in it."""
        return FolderDescriptor(self.place(path))

    def windows(self) -> Sequence[str]:
        """The folders at which a drive of Windows is seen: none on this machine."""
        return ()

    def stays_closed(self) -> Iterable[Gap]:
        """What no collector gets at, whichever of them run: told in every session."""
        return ()

    def meanwhile(self) -> Iterable[Gap]:
        """What befell the source as a whole, asked at the end of every session."""
        return ()

    def machine_id(self) -> str:
        """The number that the system gave itself (machine-id(5)); empty where it has none."""
        try:
            return self.snapshot("/etc/machine-id").data.decode("ascii", "replace").strip()
        except OSError:
            return ""

    def systems(self) -> set[str] | None:
        """The systems whose files can be looked for; None where that isn't known."""
        return None

    def streams(self, path: str, kind: Kind) -> Iterable[Artifact | Gap]:  # noqa: ARG002 - Windows' files have some
        """The named streams of a file that was given, where a file can have some."""
        return ()

    def excluded(self, found: Stat) -> str | None:
        """Why a folder is not entered; None for one that isn't ours."""
        of_volume = self.exclude.get((found.device, None))
        return of_volume or self.exclude.get((found.device, found.inode))

    def there(self, path: str) -> bool | None:
        """Whether something of this name is there; None where we may not look."""
        try:
            self.look(path)
        except OSError as error:
            return False if reason_of(error) is Reason.ABSENT else None
        return True

    def exists(self, path: str) -> bool:
        """Whether something of this name is there; True also where we may not look."""
        return self.there(path) is not False

    def _ask(self, path: str, child: Callable[[str], _T], here: Callable[[str], _T]) -> _T:
        mount = self.mount_of(path)
        if mount is None or mount.local:
            return here(self.place(path))
        return self._in_time(mount, child, self.place(path))

    def _in_time(self, mount: Mount, call: Callable[[str], _T], place: str) -> _T:
        """Ask the child, but not a second time where a whole mount didn't answer."""
        if mount.point in self._silent:
            raise TimeoutError(errno.ETIMEDOUT, f"{mount.filesystem} mount did not answer before")
        try:
            return call(place)
        except TimeoutError:
            if not mount.pseudo:
                self._silent.add(mount.point)
            raise

    def snapshot(self, path: str, *, limit: int = SMALL, follow: bool = False) -> Snapshot:
        """Read a small file now, whole, with the time of the reading.

        What lies beyond the limit, or behind an error in the middle, is in `missing`.

        Raises:
            OSError: not one byte could be read.
        """
        watch = Stopwatch()
        with closing(self._open(path, limit=limit, follow=follow, sparse=False)) as reading:
            return read_now(reading, limit, watch)

    def _open(
        self, path: str, *, limit: int = 1 << 62, follow: bool = False, sparse: bool = True
    ) -> Reading:
        if self.root:  # a copy: its links must not lead to files of this machine
            folder = self.resolve(posixpath.dirname(path))
            path = posixpath.join(folder, posixpath.basename(path))
            path, follow = (self.resolve(path) if follow else path), False
        if follow or self.guarded(path):
            return self._open_guarded(path, limit=limit, follow=follow)
        return FileReading(self.place(path), sparse=sparse)

    def _open_guarded(self, path: str, *, limit: int = 1 << 62, follow: bool = False) -> Reading:
        read = partial(GuardedReading, self.guard, follow=follow, limit=limit)
        mount = self.mount_of(path)
        if mount is None or mount.local:
            return read(self.place(path))
        return self._in_time(mount, read, self.place(path))

    # Artifacts.

    def file(
        self, path: str, kind: Kind, *, follow: bool = False, references: References | None = None
    ) -> Artifact:
        """One file, to be opened when its turn comes."""
        reading = partial(self._open, path, follow=follow)
        return Artifact(origin=path, kind=kind, open=reading, references=references)

    def listed_file(
        self, place: str, path: str, kind: Kind, references: References | None
    ) -> Artifact:
        """A file that a listing of an ordinary folder has just shown; the quick way."""
        reading = partial(self._open_listed, place, path, self.mounts.read)
        return Artifact(path, kind, reading, None, references)

    def _open_listed(self, place: str, path: str, read: int) -> Reading:
        """The quick way is closed where a mount came since the listing: it may cover the folder."""
        if self.mounts.followed() == read:
            return FileReading(place, listed=True)
        return self._open(path)

    def link(self, path: str, kind: Kind) -> Artifact:
        """A symbolic link; its content is the text of its target."""
        return Artifact(origin=path, kind=kind, open=partial(self._open_link, path))

    def _open_link(self, path: str) -> Snapshot:
        watch = Stopwatch()
        found = self.look(path)
        target = self.readlink(path)
        return Snapshot(to_bytes(target), taken=watch.stop(), stat=found, method=LOOKED)

    # Trees and patterns.

    def walk(
        self, path: str, kind: Kind, *, limits: Limits | None = None, once: bool = True
    ) -> Iterator[Artifact | Gap]:
        """Everything below a folder: files, links, and a gap for all that is neither or is closed.

        A folder's own entries come before those of its subfolders, by raw bytes of the names, so
        two runs over the same tree give the same sequence.
        `once=False` is for whole trees: it keeps no memory of the paths given.
        """
        return Walk(source=self, kind=kind, limits=limits or Limits(), once=once).below(path)

    def take(
        self,
        patterns: Iterable[str],
        kind: Kind,
        *,
        below: str = "/",
        optional: bool = False,
        limits: Limits | None = None,
        references: References | None = None,
        match: re.Pattern[str] | None = None,
    ) -> Iterator[Artifact | Gap]:
        """What a table of places names.

        A pattern is a path whose parts may hold `*` and `?`; a last part `**` means everything
        below, a part `**2` before others a folder and those up to two below it (`**`: three).
        A pattern without wildcards that leads nowhere is a gap `absent`; so is the folder before
        the first wildcard; what is missing behind a wildcard is none. Where a pattern ends at a
        link, the link is taken and so is the file (or tree) that it leads to.

        Args:
            patterns: relative to `below`.
            kind: of the artifacts.
            below: a folder; wildcards in its name mean themselves.
            optional: whether a missing thing is no gap.
            limits: for each pattern.
            references: finds paths in the content.
            match: names that are wanted in whole trees.
        """
        walk = Walk(
            source=self, kind=kind, limits=limits or Limits(), references=references,
            match=match, once=True,
        )  # fmt: skip
        for pattern in patterns:
            yield from Patterns(walk).matching(pattern, below=below, optional=optional)
