"""Where evidence is taken from: this machine, or a folder that holds a copy of one.

All paths are the source's own, absolute and `/`-separated, as text with surrogate escapes for bytes
that are no UTF-8. Nothing is opened before its mount was looked up in the mount table, since even
lstat(2) of a stale network mount can sleep for ever.
"""

from __future__ import annotations

import errno
import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from collectors.artifact import Artifact, Gap, Kind, Reading, Reason, detail_of, gap_from
from collectors.guard import Guard, list_folder
from collectors.mounts import Mount, Mounts
from collectors.reading import FileReading, GuardedReading, Snapshot, Stopwatch
from collectors.stat import stat_path

SMALL = 4 << 20  # bytes: the most that is read at once into memory
References = Callable[[bytes], Iterable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a tree is taken at most; what lies beyond is a gap, never silence."""

    files: int = 1_000_000
    bytes: int = 1 << 50
    depth: int = 64


class Source:
    """A machine seen through its file system, `/proc` and `/sys` included when it is alive."""

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
        self.root = os.path.realpath(root).rstrip("/")
        self.live = live
        self.guard = guard if guard is not None else Guard()
        self.mounts = mounts if mounts is not None else Mounts.of_this_machine()
        self.exclude = frozenset(exclude)
        self._given: set[str] = set()

    # Paths.

    def place(self, path: str) -> str:
        """Where the source's path is on this machine."""
        return self.root + path if path != "/" else self.root or "/"

    def mount_of(self, path: str) -> Mount | None:
        """The mount that a path (with no links in it) lies on."""
        return self.mounts.holding(self.place(path))

    def guarded(self, path: str) -> bool:
        """Whether reading this path must be left to the child with its deadline."""
        mount = self.mount_of(path)
        return mount is not None and not mount.local

    def once(self, path: str) -> bool:
        """True the first time that a path is asked for: collectors overlap, items don't."""
        if path in self._given:
            return False
        self._given.add(path)
        return True

    def resolve(self, path: str, *, links: int = 16) -> str:
        """The path with the links in it followed inside the source, as far as it exists.

        Raises:
            OSError: a folder on the way can't be looked at, or the links form a loop.
        """
        left = [part for part in path.split("/") if part and part != "."]
        done = "/"
        while left:
            part = left.pop(0)
            if part == "..":
                done = posixpath.dirname(done)
                continue
            here = posixpath.join(done, part)
            target = self._link_target(here)
            if target is None:
                done = here
                continue
            links -= 1
            if links < 0:
                raise OSError(errno.ELOOP, "too many symbolic links")
            left = [name for name in target.split("/") if name and name != "."] + left
            if target.startswith("/"):
                done = "/"
        return done

    def _link_target(self, path: str) -> str | None:
        try:
            return self.readlink(path)
        except OSError as error:
            # EINVAL: no link. ENOENT: the rest of the path will say so when it is opened.
            if error.errno in (errno.EINVAL, errno.ENOENT, errno.ENOTDIR):
                return None
            raise

    # Small looks. Each may raise OSError.

    def readlink(self, path: str) -> str:
        """Where a symbolic link points."""
        if self.guarded(path):
            return self.guard.link(self.place(path))
        return os.readlink(self.place(path))

    def listing(self, path: str) -> list[tuple[str, str]]:
        """Names and types (`f d l o`) in a folder, sorted; its access time is left alone."""
        if self.guarded(path):
            return self.guard.listing(self.place(path))
        return list_folder(self.place(path))

    def exists(self, path: str) -> bool:
        """Whether something of this name can be seen; False also where we may not look."""
        try:
            if self.guarded(path):
                self.guard.stat(self.place(path))
            else:
                stat_path(self.place(path))
        except OSError:
            return False
        return True

    def snapshot(self, path: str, *, limit: int = SMALL, follow: bool = False) -> Snapshot:
        """Read a small file now, whole, with the time of the reading.

        What lies beyond the limit, or behind an error in the middle, is in `missing`.

        Raises:
            OSError: not one byte could be read.
        """
        watch = Stopwatch()
        reading = self._open(path, limit=limit, follow=follow)
        data, room = bytearray(), memoryview(bytearray(64 << 10))
        errors: list[str] = []
        try:
            while len(data) < limit and (count := reading.readinto(room[: limit - len(data)])):
                data += room[:count]
        except OSError as error:
            if not data:
                raise
            errors.append(detail_of(error))
        finally:
            reading.close()
        return Snapshot(
            bytes(data), method=reading.method, taken=watch.stop(), stat=reading.stat,
            missing=reading.missing, errors=[*reading.errors, *errors],
        )  # fmt: skip

    def _open(self, path: str, *, limit: int = 1 << 62, follow: bool = False) -> Reading:
        if follow or self.guarded(path):
            return GuardedReading(self.guard, self.place(path), follow=follow, limit=limit)
        return FileReading(self.place(path))

    # Artifacts.

    def file(
        self, path: str, kind: Kind, *, follow: bool = False, references: References | None = None
    ) -> Artifact:
        """One file, to be opened when its turn comes."""
        return Artifact(
            origin=path,
            kind=kind,
            open=partial(self._open, path, follow=follow),
            references=references,
        )

    def link(self, path: str, kind: Kind) -> Artifact:
        """A symbolic link; its content is the text of its target."""
        return Artifact(origin=path, kind=kind, open=partial(self._open_link, path))

    def _open_link(self, path: str) -> Snapshot:
        watch = Stopwatch()
        found = (
            self.guard.stat(self.place(path)) if self.guarded(path) else stat_path(self.place(path))
        )
        target = self.readlink(path)
        return Snapshot(os.fsencode(target), taken=watch.stop(), stat=found)

    # Trees and patterns.

    def walk(
        self,
        path: str,
        kind: Kind,
        *,
        limits: Limits | None = None,
        references: References | None = None,
        match: re.Pattern[str] | None = None,
        once: bool = True,
    ) -> Iterator[Artifact | Gap]:
        """Everything below a folder: files, links, and a gap for all that is neither or is closed.

        Order is by raw bytes of the names, so two runs over the same tree give the same sequence.
        `once=False` is for whole trees: it keeps no memory of the paths given.
        """
        limits = limits or Limits()
        budget = _Budget(limits)
        yield from self._walk(path, kind, limits.depth, budget, references, match, once)

    def _walk(
        self, path: str, kind: Kind, depth: int, budget: _Budget,
        references: References | None, match: re.Pattern[str] | None, once: bool,
    ) -> Iterator[Artifact | Gap]:  # fmt: skip
        closed = self._closed(path, depth)
        if closed:
            reason, detail = closed
            yield Gap(origin=path, kind=kind, reason=reason, detail=detail)
            return
        try:
            entries = self.listing(path)
        except OSError as error:
            yield gap_from(path, kind, error)
            return
        prefix = path if path.endswith("/") else path + "/"
        for name, entry in entries:
            below = prefix + name
            if entry == "d":
                yield from self._walk(below, kind, depth - 1, budget, references, match, once)
                continue
            if match is not None and not match.search(name):
                continue
            if once and not self.once(below):
                continue
            if not budget.take(self, below, entry):
                if budget.told:
                    continue
                budget.told = True
                yield Gap(origin=path, kind=kind, reason=Reason.SKIPPED, detail=budget.words())
                continue
            yield self._entry(below, entry, kind, references)

    def _entry(
        self, path: str, entry: str, kind: Kind, references: References | None
    ) -> Artifact | Gap:
        if entry == "f":
            return self.file(path, kind, references=references)
        if entry == "l":
            return self.link(path, kind)
        return Gap(
            origin=path,
            kind=kind,
            reason=Reason.UNSUPPORTED,
            detail="a named pipe, socket or device; not read",
        )

    def _closed(self, path: str, depth: int) -> tuple[Reason, str] | None:
        """Why a folder is not entered, or None."""
        if depth <= 0:
            return Reason.SKIPPED, "deeper than the limit"
        mount = self.mounts.at(self.place(path))
        if mount is not None and self.place(path) != (self.root or "/"):
            if mount.pseudo:
                return Reason.SKIPPED, f"{mount.filesystem}: a view of the kernel, no files"
            if not mount.local:
                return Reason.NOT_LOCAL, f"{mount.filesystem} mount of {mount.what}"
            repeats = self.mounts.repeated.get(mount.point)
            if repeats is not None:
                return Reason.SKIPPED, f"shows files of {repeats} again (bind mount)"
        return self._ours(path)

    def _ours(self, path: str) -> tuple[Reason, str] | None:
        if not self.exclude:
            return None
        try:
            found = os.lstat(self.place(path))
        except OSError:
            return None  # listing it will say why
        if (found.st_dev, found.st_ino) in self.exclude:
            return Reason.SKIPPED, "our own output"
        return None

    def take(
        self,
        patterns: Iterable[str],
        kind: Kind,
        *,
        limits: Limits | None = None,
        references: References | None = None,
    ) -> Iterator[Artifact | Gap]:
        """What a table of places names.

        A pattern is an absolute path whose parts may hold `*` and `?`; a last part `**` means
        everything below. A pattern without wildcards that leads nowhere is a gap `absent`;
        so is the folder before the first wildcard.
        """
        for pattern in patterns:
            yield from self._take(pattern, kind, limits, references)

    def _take(
        self, pattern: str, kind: Kind, limits: Limits | None, references: References | None
    ) -> Iterator[Artifact | Gap]:
        parts = pattern.strip("/").split("/")
        whole_tree = parts[-1] == "**"
        if whole_tree:
            parts = parts[:-1]
        for found in self._expand("/", parts, kind):
            if isinstance(found, Gap):
                yield found
                continue
            path, entry = found
            if entry == "d" and whole_tree:
                yield from self.walk(path, kind, limits=limits, references=references)
            elif entry != "d" and not whole_tree and self.once(path):
                yield self._entry(path, entry, kind, references)

    def _expand(self, base: str, parts: list[str], kind: Kind) -> Iterator[tuple[str, str] | Gap]:
        """Paths that match, with their type, links on the way followed, the last one not."""
        if not parts:
            yield base, "d"
            return
        part, rest = parts[0], parts[1:]
        wild = "*" in part or "?" in part
        try:
            entries = self._matching(base, part, wild)
        except OSError as error:
            yield gap_from(posixpath.join(base, *parts), kind, error)
            return
        for name, entry in entries:
            path = posixpath.join(base, name)
            if not rest:
                yield path, entry
            elif entry == "d":
                yield from self._expand(path, rest, kind)
            elif entry == "l":
                yield from self._behind_link(path, rest, kind)
            elif not wild:
                yield Gap(origin=path, kind=kind, reason=Reason.ABSENT, detail="not a folder")
        if not entries and not wild:
            origin = posixpath.join(base, *parts)
            yield Gap(origin=origin, kind=kind, reason=Reason.ABSENT, detail="no such file")

    def _behind_link(
        self, path: str, rest: list[str], kind: Kind
    ) -> Iterator[tuple[str, str] | Gap]:
        try:
            target = self.resolve(path)
        except OSError as error:
            yield gap_from(path, kind, error)
            return
        yield from self._expand(target, rest, kind)

    def _matching(self, base: str, part: str, wild: bool) -> list[tuple[str, str]]:
        listing = self.listing(base)
        if not wild:
            return [entry for entry in listing if entry[0] == part]
        pattern = re.compile(
            re.escape(part).replace(r"\*", "[^/]*").replace(r"\?", "[^/]"), re.DOTALL
        )
        return [entry for entry in listing if pattern.fullmatch(entry[0])]


class _Budget:
    """What is left of a tree's limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._files = 0
        self._bytes = 0
        self.told = False

    def take(self, source: Source, path: str, entry: str) -> bool:
        """Count one more file; False when that is one too many."""
        if self._files >= self._limits.files or self._bytes >= self._limits.bytes:
            return False
        self._files += 1
        if entry == "f" and self._limits.bytes < 1 << 50:
            try:
                self._bytes += stat_path(source.place(path)).size
            except OSError:
                return True  # opening it will say why
        return True

    def words(self) -> str:
        """The limit that was met."""
        return (
            f"limit of {self._limits.files} files or {self._limits.bytes} bytes below this place; "
            "the rest was not taken"
        )
