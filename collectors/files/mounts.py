"""The mount table: what is local, what may hang, what is a second view of the same files."""

from __future__ import annotations

import os
import re
import select
import time
from dataclasses import dataclass
from functools import cached_property

from collectors.pathtext import to_text
from collectors.system import READ, WINDOWS

MOUNT_TABLE = "/proc/self/mountinfo"
LOCAL = frozenset(
    (
        "bcachefs", "btrfs", "cramfs", "devtmpfs", "ecryptfs", "erofs", "exfat", "ext2", "ext3",
        "ext4", "f2fs", "hfs", "hfsplus", "iso9660", "jffs2", "jfs", "minix", "msdos", "nilfs2",
        "ntfs", "ntfs3", "overlay", "ramfs", "reiserfs", "rootfs", "squashfs", "tmpfs", "ubifs",
        "udf", "ufs", "vfat", "xfs", "zfs",
    )
)  # fmt: skip
"""File systems whose data is on this machine and whose driver is in the kernel."""

PSEUDO = frozenset(
    (
        "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "efivarfs",
        "fusectl", "hugetlbfs", "mqueue", "nsfs", "proc", "pstore", "resctrl", "rpc_pipefs",
        "securityfs", "selinuxfs", "sysfs", "tracefs",
    )
)  # fmt: skip
"""File systems that hold no files, only views of the kernel."""

_LATELY = 1_000_000  # nanoseconds: asking the kernel costs a small file a fiftieth of all else
_OCTAL = re.compile(r"\\([0-7]{3})")


def _unescape(field: str) -> str:
    """A mountinfo field with its octal escapes (space, tab, newline, backslash) undone."""
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """One line of /proc/self/mountinfo (proc_pid_mountinfo(5))."""

    point: str
    filesystem: str
    device: str
    root: str
    options: str
    what: str

    @property
    def local(self) -> bool:
        """Whether reading here touches only this machine's disks or memory."""
        return self.filesystem in LOCAL

    @property
    def pseudo(self) -> bool:
        """Whether this is a view of the kernel, not a place of files."""
        return self.filesystem in PSEUDO


def parse(text: str) -> list[Mount]:
    """The mounts in the order in which they were made; malformed lines are left out."""
    mounts = []
    for line in text.split("\n"):  # not splitlines(): only the newline is escaped in names
        before, separator, after = line.partition(" - ")
        fields, kind = before.split(" "), after.split(" ")
        if not separator or len(fields) < 6 or len(kind) < 2:
            continue
        mounts.append(
            Mount(
                point=_unescape(fields[4]),
                filesystem=kind[0],
                device=fields[2],
                root=_unescape(fields[3]),
                options=fields[5],
                what=_unescape(kind[1]),
            )
        )
    return mounts


class Mounts:
    """Questions about the mount table; never touches a file system."""

    def __init__(self, mounts: list[Mount]) -> None:
        self._all = mounts
        self.read = 1
        """How often the table was read."""

    @classmethod
    def of_this_machine(cls) -> Mounts:
        """The mount table of this process, as it is whenever something is asked; Windows has none.

        Raises:
            OSError: there is no /proc.
        """
        return cls([]) if WINDOWS else _Changing()

    def follow(self) -> int:
        """Read the table again where it changed; says how often it was read by now."""
        return self.read

    def followed(self) -> int:
        """The same, of a millisecond ago at most: for files that are opened by the thousand."""
        return self.read

    def close(self) -> None:
        """Let go of the table."""

    @property
    def all(self) -> list[Mount]:
        """The mounts, in the order in which they were made."""
        self.follow()
        return self._all

    @cached_property
    def _by_point(self) -> dict[str, Mount]:
        return {mount.point: mount for mount in self._all}  # the last one covers the others

    @cached_property
    def _longest(self) -> int:
        """Of the mount points' names: whatever is longer is none."""
        return max(map(len, self._by_point), default=0)

    def at(self, path: str) -> Mount | None:
        """The mount whose point is exactly this path."""
        self.follow()
        return self._by_point.get(path)

    def holding(self, path: str) -> Mount | None:
        """The mount that a path without symbolic links lies on."""
        self.follow()
        if len(path) > self._longest:  # a tree may be thousands of folders deep
            path = path[: self._longest + 1].rpartition("/")[0] or "/"
        while True:
            mount = self._by_point.get(path)
            if mount is not None or path in ("/", ""):
                return mount
            path = path.rpartition("/")[0] or "/"

    @cached_property
    def repeated(self) -> dict[str, str]:
        """Mount points that show files of another mount again, and where these are seen first.

        Bind mounts, in other words. Equal device numbers mean the same file system.
        """
        first: dict[tuple[str, str], Mount] = {}
        repeats: dict[str, str] = {}
        for mount in sorted(self._by_point.values(), key=lambda m: (len(m.root), len(m.point))):
            if not mount.local:
                continue
            shown = self._shown_at(mount, first)
            if shown is not None:
                repeats[mount.point] = shown
            first.setdefault((mount.device, mount.root), mount)
        return repeats

    def _shown_at(self, mount: Mount, first: dict[tuple[str, str], Mount]) -> str | None:
        """Where an earlier mount of the same device shows this one's root, if that can be seen."""
        root = mount.root
        while True:
            found = first.get((mount.device, root))
            if found is not None:
                shown = found.point.rstrip("/") + mount.root[len(root.rstrip("/")) :]
                shown = shown.rstrip("/") or "/"
                return shown if self.holding(shown) is found else None
            if root in ("/", ""):
                return None
            root = root.rpartition("/")[0] or "/"

    def islands(self, point: str) -> list[str]:
        """Local file systems mounted below a view of the kernel, such as /sys/fs/x below /sys."""
        prefix = point.rstrip("/") + "/"
        return sorted(
            mount.point
            for mount in self._by_point.values()
            if mount.local
            and mount.point.startswith(prefix)
            and (above := self.holding(mount.point.rpartition("/")[0])) is not None
            and above.point == point
        )


class _Changing(Mounts):
    """The mount table of this process: a mount may appear while a collection runs.

    The kernel tells that it changed where its file is polled (proc_pid_mounts(5)): a microsecond.
    """

    def __init__(self) -> None:
        self._descriptor = -1
        self._due = 0  # by the monotonic clock
        self._descriptor = os.open(MOUNT_TABLE, READ)
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLPRI)
        super().__init__(_table())

    def follow(self) -> int:
        """As `Mounts.follow`."""
        if self._descriptor >= 0 and self._poll.poll(0):
            self._all = _table()
            self.read += 1
            for kept in ("_by_point", "_longest", "repeated"):
                self.__dict__.pop(kept, None)
        return self.read

    def followed(self) -> int:
        """As `Mounts.followed`."""
        now = time.monotonic_ns()
        if now < self._due:
            return self.read
        self._due = now + _LATELY
        return self.follow()

    def close(self) -> None:
        """As `Mounts.close`."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __del__(self) -> None:
        """Whoever only asked a question or two closes nothing."""
        self.close()


def _table() -> list[Mount]:
    with open(MOUNT_TABLE, "rb") as file:
        return parse(to_text(file.read()))
