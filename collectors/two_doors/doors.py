"""The same files through two doors: what the system shows, and what lies on the disk.

A program that sits in the kernel can hide a file from every system call, or show another content.
The disk below still has it. So folders and files that matter are read from the device, too, beside
the mounted file system, and what differs is evidence by itself.
"""

from __future__ import annotations

import os
import time
from contextlib import closing
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason, gap_from
from collectors.disk.reader import ImageError, LibraryError
from collectors.files.snapshot import document
from collectors.live.shelf import not_running
from collectors.two_doors.comparison import PREFIX, Comparison

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from collectors.disk.source import DiskSource
    from collectors.files.mounts import Mount
    from collectors.files.source import Source

SCHEMA = "hozen-two-doors/1"
FOLDERS = (
    "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local", "/lib/systemd", "/usr/lib/systemd",
    "/lib/security", "/etc", "/root", "/var/spool/cron", "/var/lib/systemd", "/var/www", "/boot",
    "/opt", "/home", "/tmp", "/var/tmp",  # noqa: S108 - places of the source, looked at only
)  # fmt: skip
LOGS = "/var/log"
SETTLES_NS = 45 * 10**9
"""After this long, what a log was cut off or moved to is on the disk, too."""


class TwoDoors:
    """Takes what the disk holds and the system doesn't show, and files that differ between the two.

    Folders where programs, settings, start-up files and logs lie are read from the device as well,
    as far as libtsk reads the file system (ext, FAT, exFAT, NTFS); files up to 4 MiB, logs up to
    256 MiB, are compared. What was changed in the last two minutes is left out, as it may not be on
    the disk yet; of a log that grows, what the disk has must be the beginning of what the system
    shows. What differs there is looked at once more after 45 seconds. It cannot show a lie that the
    device itself tells, nor one on XFS, Btrfs, ZFS, in memory or behind a network, nor one about
    journals and databases while programs change them in their middle.
    """

    name: ClassVar[str] = "two-doors"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.STANDARD

    def __init__(self, folders: Sequence[str] = FOLDERS, logs: str = LOGS) -> None:
        """Compare these folders, then this one, in which files grow."""
        self._folders = (*folders, logs)
        self._logs = logs

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield differences mount by mount, then how much was compared."""
        if not source.live:
            yield not_running(self.name, "note")
            return
        told: list[dict[str, object]] = []
        for mount, folders in self._mounts(source).items():
            try:
                disk = _opened(mount, source)
            except (OSError, ImageError, LibraryError) as error:
                yield _closed(mount, error)
                continue
            comparison = Comparison(source, mount, disk, self._logs_of(source))
            with closing(disk):
                for folder in folders:
                    yield from comparison.below(folder)
            yield from _once_more(comparison, mount, source)
            told.append(comparison.told())
        if not told:
            yield Gap(
                origin=f"hozen:/{self.name}", kind="note", reason=Reason.UNSUPPORTED,
                detail="no file system here lies on a device that can be read beside the system",
            )  # fmt: skip
            return
        yield document(f"hozen:/{self.name}.json", "note", {"schema": SCHEMA, "mounts": told})

    def _logs_of(self, source: Source) -> str:
        """Where the folder of logs is, links on the way followed."""
        try:
            return source.resolve(self._logs)
        except OSError:
            return self._logs  # then nothing below it is compared either

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


def _once_more(comparison: Comparison, mount: Mount, source: Source) -> Iterator[Artifact | Gap]:
    """The second look, where there is anything in doubt; the disk has had its time then."""
    if not comparison.doubted:
        return
    time.sleep(SETTLES_NS / 1e9)
    try:
        disk = _opened(mount, source)
    except (OSError, ImageError, LibraryError) as error:
        yield _closed(mount, error)
        return
    with closing(disk):
        yield from comparison.again(disk)


def _opened(mount: Mount, source: Source) -> DiskSource:
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
    disk.end_when(source.stopping)
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
