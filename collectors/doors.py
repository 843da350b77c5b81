"""The same files through two doors: what the system shows, and what lies on the disk.

A program that sits in the kernel can hide a file from every system call, or show another content.
The disk below still has it. So folders and files that matter are read from the device, too, beside
the mounted file system, and what differs is evidence by itself.
"""

from __future__ import annotations

import errno
import json
import os
import stat as modes
import time
from contextlib import closing
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason, gap_from
from collectors.disk.reader import ImageError, LibraryError
from collectors.live.shelf import not_running
from collectors.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from collectors.artifact import Reading, Stat
    from collectors.disk.filesystem import FileSystem
    from collectors.disk.source import DiskSource
    from collectors.mounts import Mount
    from collectors.source import Source

PREFIX = "raw:"
SCHEMA = "hozen-two-doors/1"
FOLDERS = (
    "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local", "/lib/systemd", "/usr/lib/systemd",
    "/lib/security", "/etc", "/root", "/var/spool/cron", "/var/lib/systemd", "/var/www", "/boot",
    "/opt", "/home", "/tmp", "/var/tmp",  # noqa: S108 - places of the source, looked at only
)  # fmt: skip
LATELY_NS = 120 * 10**9
"""Written this lately, a file may not lie on the disk yet: ext4 writes back within 35 seconds."""
MOST_NAMES = 200_000
LARGEST = 4 << 20  # bytes of a file whose content is compared
MOST_BYTES = 1 << 30  # of all of them


class TwoDoors:
    """Takes what the disk holds and the system doesn't show, and files that differ between the two.

    Folders where programs, settings and start-up files lie are read from the device as well, as
    far as libtsk reads the file system (ext, FAT, exFAT, NTFS); files up to 4 MiB are compared by
    digest. What was changed in the last two minutes is left out: it may not be on the disk yet. It
    cannot show a lie that the device itself tells, nor one on XFS, Btrfs, ZFS, in memory or behind
    a network.
    """

    name: ClassVar[str] = "two-doors"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.STANDARD

    def __init__(self, folders: Sequence[str] = FOLDERS) -> None:
        """Compare these folders."""
        self._folders = folders

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield differences mount by mount, then how much was compared."""
        if not source.live:
            yield not_running(self.name, "note")
            return
        told: list[dict[str, object]] = []
        for mount, folders in self._mounts(source).items():
            try:
                disk = _opened(mount)
            except (OSError, ImageError, LibraryError) as error:
                yield _closed(mount, error)
                continue
            with closing(disk):
                comparison = Comparison(source, mount, disk)
                for folder in folders:
                    yield from comparison.below(folder)
            told.append(comparison.told())
        if not told:
            yield Gap(
                origin=f"hozen:/{self.name}", kind="note", reason=Reason.UNSUPPORTED,
                detail="no file system here lies on a device that can be read beside the system",
            )  # fmt: skip
            return
        data = json.dumps({"schema": SCHEMA, "mounts": told}, sort_keys=True).encode()
        yield Artifact(f"hozen:/{self.name}.json", "note", partial(Snapshot, data))

    def _mounts(self, source: Source) -> dict[Mount, list[str]]:
        """Local mounts on devices, and the folders to compare that lie on each."""
        found: dict[Mount, list[str]] = {}
        for folder in self._folders:
            try:
                place = source.resolve(folder)
                source.look(place)
            except OSError:
                continue  # this system doesn't have that folder
            mount = source.mount_of(place)
            if mount is not None and mount.local and mount.what.startswith("/"):
                folders = found.setdefault(mount, [])
                if not any(f"{place}/".startswith(f"{one}/") for one in folders):
                    folders.append(place)
        return found


def _opened(mount: Mount) -> DiskSource:
    """The device of a mount as a source of its own.

    Raises:
        OSError, ImageError, LibraryError: it can't be read beside the system.
    """
    from collectors.disk.opening import open_disk  # libtsk only for those who need it

    number = os.stat(mount.what).st_rdev
    _forget(mount.what)
    if f"{os.major(number)}:{os.minor(number)}" != mount.device:
        raise ImageError("other_device", path=mount.what)
    disk = open_disk(mount.what)
    if disk.disk.partitions[0].system is None or len(disk.disk.partitions) != 1:
        detail = disk.disk.partitions[0].detail
        disk.close()
        raise ImageError("no_system_why" if detail else "no_system", why=detail)
    return disk


def _forget(device: str) -> None:
    """Drop what the system remembers of the device's blocks: it isn't told when files change."""
    descriptor = os.open(device, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def _closed(mount: Mount, error: Exception) -> Gap:
    origin = f"{PREFIX}{mount.point}"
    in_container = isinstance(error, PermissionError) and os.geteuid() == 0
    if isinstance(error, OSError) and not in_container:
        return gap_from(origin, "note", error)
    return Gap(origin=origin, kind="note", reason=Reason.UNSUPPORTED, detail=str(error))


class Comparison:
    """One mounted file system, seen from both sides."""

    def __init__(self, source: Source, mount: Mount, disk: DiskSource) -> None:
        self._source = source
        self._mount = mount
        self._disk = disk
        self._system: FileSystem = next(iter(disk.places.values())).partition.system  # type: ignore[assignment]  # `_opened` has looked
        self._now = time.time_ns()
        self._left = MOST_BYTES
        self._counts = dict.fromkeys(
            ("folders", "names", "compared", "lately", "too_large", "hidden", "differing"), 0
        )

    def told(self) -> dict[str, object]:
        """How much was compared, and what came out."""
        return {"at": self._mount.point, "device": self._mount.what, **self._counts}

    def below(self, folder: str) -> Iterator[Artifact | Gap]:
        """What differs in a folder and all below it on the same file system."""
        waiting = [folder]
        while waiting and self._counts["names"] < MOST_NAMES:
            path = waiting.pop()
            try:
                shown = dict(self._source.listing(path))  # before the disk: what is new is recent
                entries = [e for e in self._disk.listing(self._raw(path)) if e[1] in "fdl"]
            except OSError as error:
                yield gap_from(PREFIX + path, "disk", error)
                continue
            self._counts["folders"] += 1
            for name, type_ in entries:
                self._counts["names"] += 1
                place = f"{path.rstrip('/')}/{name}"
                if name not in shown:
                    yield from self._hidden(place, type_)
                elif self._source.mounts.at(self._source.place(place)) is not None:
                    continue  # something is mounted here: the system rightly shows that
                elif type_ == "d":
                    waiting.append(place)
                elif type_ == "f" and shown[name] == "f":
                    yield from self._compared(place)
        if waiting:
            detail = f"limit of {MOST_NAMES} names for this file system; the rest was not compared"
            yield Gap(origin=PREFIX + folder, kind="disk", reason=Reason.SKIPPED, detail=detail)

    def _raw(self, path: str) -> str:
        """Where a path of the machine is on the device."""
        inside = path[len(self._mount.point.rstrip("/")) :]
        return f"{self._mount.root.rstrip('/')}{inside}" or "/"

    def _is_recent(self, stat: Stat) -> bool:
        return (stat.changed_ns or 0) > self._now - LATELY_NS

    def _hidden(self, path: str, type_: str) -> Iterator[Artifact | Gap]:
        try:
            stat = self._disk.look(self._raw(path))
        except OSError:
            return  # the name went away between the two looks
        if self._is_recent(stat):
            self._counts["lately"] += 1
            return
        self._counts["hidden"] += 1
        yield _difference(path, "on the disk, but not shown by the system", stat)
        if type_ == "f":
            yield self._artifact(path)

    def _compared(self, path: str) -> Iterator[Artifact | Gap]:
        try:
            shown, lies = self._source.look(path), self._disk.look(self._raw(path))
        except OSError:
            return  # it went away between the two looks
        if self._is_recent(shown) or self._is_recent(lies):
            self._counts["lately"] += 1
        elif max(shown.size, lies.size) > min(LARGEST, self._left):
            self._counts["too_large"] += 1
        else:
            self._left -= shown.size
            yield from self._read_both(path, lies)

    def _read_both(self, path: str, stat: Stat) -> Iterator[Artifact | Gap]:
        try:
            shown = _digest(self._source.file(path, "disk").open())
            lies = _digest(self._artifact(path).open())
        except OSError as error:
            yield gap_from(PREFIX + path, "disk", error)
            return
        self._counts["compared"] += 1
        if shown != lies:
            self._counts["differing"] += 1
            yield _difference(path, f"the system shows SHA-256 {shown}, the disk has {lies}", stat)
            yield self._artifact(path)

    def _artifact(self, path: str) -> Artifact:
        inner = self._disk.file(self._raw(path), "disk")
        return inner._replace(origin=PREFIX + path)


def _difference(path: str, detail: str, stat: Stat) -> Gap:
    what = {modes.S_IFDIR: "a folder", modes.S_IFLNK: "a link"}.get(modes.S_IFMT(stat.mode))
    return Gap(
        origin=path, kind="disk", reason=Reason.UNREADABLE, stat=stat, expected=True,
        detail=f"{what}: {detail}" if what else f"{detail}; taken as {PREFIX}{path}",
    )  # fmt: skip


def _digest(reading: Reading) -> str:
    """SHA-256 of a small file, its holes as zeros: the two doors don't agree on what is a hole.

    Raises:
        OSError: not all of it can be read.
    """
    with closing(reading):
        room, data = memoryview(bytearray(64 << 10)), bytearray()
        while count := reading.readinto(room):
            data += room[:count]
        if reading.missing:
            raise OSError(errno.EIO, reading.missing[0].error)
        if not reading.ranges or reading.stat is None:
            return sha256(data).hexdigest()
        whole, at = bytearray(reading.stat.size), 0
        for offset, size in reading.ranges:
            whole[offset : offset + size] = data[at : at + size]
            at += size
        return sha256(whole).hexdigest()
