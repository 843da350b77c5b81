"""What is found at the machine and at the destination before anything is taken; only looked at."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from collectors.mounts import Mount, Mounts
from collectors.ram.doors import tried
from collectors.source import Source
from evidence import medium
from evidence.imaging import below, holds
from evidence.wizard.agents import agents

if TYPE_CHECKING:
    from evidence.request import Request

Medium = Literal["own", "system", "inside", "same"]
"""Of the destination: one of its own; the machine's; inside what is collected, or on its disk."""
Memory = Literal["open", "rights", "lockdown", "refused", "no_door", "left_out"]

SYSTEM = ("/", "/boot", "/usr", "/etc", "/var", "/home", "/opt", "/srv")
IN_MEMORY = frozenset({"tmpfs", "ramfs", "rootfs"})
OVERLAID = frozenset({*IN_MEMORY, "overlay", "squashfs", "erofs"})
# What programs leave at the top of a volume that they write backups to.
BACKUPS = (
    "WindowsImageBackup", "Backups.backupdb", "timeshift", "VeeamBackup", "Backup Exec",
    "BackupExec", "Arcserve", ".snapshots", "rsnapshot", "bacula", "borg", "restic",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The facts that the checks judge."""

    medium: Medium
    backup: str | None
    """The name by which the destination shows that backups are kept there."""
    filesystem: str
    """Of the destination, as the kernel calls it."""
    read_only: bool
    local: bool
    free: int
    """Bytes at the destination."""
    readers: bool
    """Whether anybody is named who can open the bundle; else it is not encrypted."""
    live: bool
    """Whether this machine is the source; what follows is only looked at then."""
    administrator: bool
    ciphers: tuple[str, ...] = ()
    """Names of encrypted volumes that are open now."""
    root: str = ""
    """File system of the machine's own files."""
    agents: tuple[str, ...] = ()
    memory: Memory = "left_out"
    ram: int = 0
    """Bytes that an image of memory takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a bundle is to go."""

    there: Path
    """The folder, or the nearest above it that is there."""
    mounts: Mounts
    mount: Mount | None
    medium: Medium
    backup: str | None

    @classmethod
    def of(cls, request: Request) -> Place:
        """Of a request, looked at now.

        Raises:
            OSError: it can't be looked at.
        """
        there, mounts = medium.existing(request.output), Mounts.of_this_machine()
        mount = mounts.holding(os.path.realpath(there))
        return cls(
            there=there, mounts=mounts, mount=mount, backup=_backup(there, mount),
            medium=_medium(there, mount, request.source, mounts),
        )  # fmt: skip

    @property
    def forbidden(self) -> bool:
        """Whether not a byte is to be written there."""
        return self.backup is not None or self.medium in ("system", "inside")


def look(request: Request) -> Surroundings:
    """Look at the destination of a request, and at the machine where that is its source.

    Raises:
        OSError: the destination can't even be looked at.
    """
    place = Place.of(request)
    there, mount = place.there, place.mount
    live = request.source == "live"
    here = _machine(request, place.mounts) if live else {}
    return Surroundings(
        medium=place.medium, backup=place.backup,
        filesystem=mount.filesystem if mount is not None else "",
        read_only=bool(os.statvfs(there).f_flag & os.ST_RDONLY),
        local=mount is None or mount.local, free=medium.free_space(there),
        readers=bool(request.recipients), live=live, administrator=os.geteuid() == 0,
        **here,  # type: ignore[arg-type]  # the fields of a machine
    )  # fmt: skip


def _machine(request: Request, mounts: Mounts) -> dict[str, object]:
    root = mounts.holding("/")
    memory, ram = ("left_out", 0) if request.profile == "quick" else _memory()
    return {
        "ciphers": tuple(ciphers()), "root": root.filesystem if root is not None else "",
        "agents": tuple(agents()), "memory": memory, "ram": ram,
    }  # fmt: skip


def _medium(there: Path, mount: Mount | None, source: str, mounts: Mounts) -> Medium:
    if source == "live":
        if _with_system(there, mount, mounts):
            return "system"
        return "same" if _beside_system(there) else "own"
    path = Path(source).resolve()
    if path.is_block_device():
        return "inside" if holds(str(path), there) else "own"
    if there.resolve().is_relative_to(path):
        return "inside"
    return "same" if path.stat().st_dev == there.stat().st_dev else "own"


def _with_system(there: Path, mount: Mount | None, mounts: Mounts) -> bool:
    """Whether a folder shares its volume with the machine's own files.

    Subvolumes (btrfs) have numbers of their own: what they are mounted from tells them apart.
    """
    device = there.stat().st_dev
    if device in {found.st_dev for path in SYSTEM if (found := _stat(path)) is not None}:
        return True
    own = {held.what for path in SYSTEM if (held := mounts.holding(path)) is not None}
    return mount is not None and mount.what.startswith("/dev/") and mount.what in own


def _beside_system(there: Path) -> bool:
    """Whether a folder lies on a disk that holds one of the machine's own volumes, too."""
    own = {found.st_dev for path in SYSTEM if (found := _stat(path)) is not None}
    disks = below(there.stat().st_dev, loops=False)
    return any(disks & below(each, loops=False) for each in own)


def _stat(path: str) -> os.stat_result | None:
    with suppress(OSError):
        return os.stat(path)  # noqa: PTH116 - one call
    return None


def _backup(there: Path, mount: Mount | None) -> str | None:
    """A mark of backups in the destination, or at the top of its volume."""
    places = [there] if mount is None else [there, Path(mount.point)]
    for place in places:
        with suppress(OSError):
            names = set(os.listdir(place))  # noqa: PTH208 - names alone
            found = [name for name in BACKUPS if name in names]
            if found:
                return found[0]
    return None


def ciphers(block: Path = Path("/sys/class/block")) -> list[str]:
    """Names of the volumes that dm-crypt has open: LUKS and plain ones."""
    found = []
    for path in sorted(block.glob("*/dm/uuid")):
        with suppress(OSError):
            if path.read_text("ascii", "replace").startswith("CRYPT-"):
                found.append((path.parent / "name").read_text("ascii", "replace").strip())
    return found


def _memory() -> tuple[Memory, int]:
    """Whether the kernel gives its memory to us, and how much there is."""
    source = Source("/", live=True)
    try:
        doors = tried(source)
    finally:
        source.close()
    if doors.open is not None:
        return "open", sum(run.end - run.start for run in doors.open.runs)
    if os.geteuid() != 0:
        return "rights", 0
    if doors.lockdown in ("integrity", "confidentiality"):
        return "lockdown", 0
    return ("refused" if doors.denied else "no_door"), 0
