"""What Linux tells of this machine and of the destination."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from collectors.files.mounts import Mount, Mounts
from collectors.files.source import Source
from collectors.ram.destination import IN_MEMORY
from collectors.ram.doors import tried
from collectors.ram.imager.imaged import memory_of
from evidence.surroundings.agents import agents
from evidence.surroundings.backups import backup_at
from evidence.surroundings.devices import below, holds
from evidence.surroundings.facts import Machine, Medium, Memory, Place, Rights
from evidence.surroundings.kernel import told
from evidence.writing import medium

if TYPE_CHECKING:
    from collectors.ram.imager.program import Imager

SYSTEM = ("/", "/boot", "/usr", "/etc", "/var", "/home", "/opt", "/srv")
OVERLAID = frozenset({*IN_MEMORY, "overlay", "squashfs", "erofs"})


def place(output: Path, source: str) -> Place:
    """Where the bundle is to go.

    Raises:
        OSError: it can't be looked at.
    """
    there, mounts = medium.existing(output), Mounts.of_this_machine()
    mount = mounts.holding(os.path.realpath(there))
    filesystem, seen = mount.filesystem if mount is not None else "", backup_at(there)
    return Place(
        there=there, medium=_medium(there, mount, source, mounts),
        backup=seen.mark, unlisted=", ".join(map(str, seen.unlisted)),
        filesystem=filesystem,
        read_only=medium.is_read_only(there),
        local=mount is None or mount.local, in_memory=filesystem in IN_MEMORY,
    )  # fmt: skip


def rights() -> Rights:
    """As whom this runs."""
    return "all" if os.geteuid() == 0 else "few"


def machine(imager: Imager | None, *, image: bool) -> Machine:
    """This machine."""
    root = Mounts.of_this_machine().holding("/")
    overlay = root.filesystem if root is not None and root.filesystem in OVERLAID else ""
    left_out: tuple[Memory, int] = ("left_out", 0)
    memory, ram = _memory(imager) if image else left_out
    return Machine(
        ciphers=ciphers(), writes="in_ram" if overlay else "kept", overlay=overlay,
        agents=agents(), links=links(), memory=memory, ram=ram,
    )  # fmt: skip


def _medium(there: Path, mount: Mount | None, source: str, mounts: Mounts) -> Medium:
    try:
        return _shared(there, mount, source, mounts)
    except OSError:  # sysfs doesn't tell what lies on what
        return "unknown"


def _shared(there: Path, mount: Mount | None, source: str, mounts: Mounts) -> Medium:
    if source == "live":
        shared = _with_system(there, mount, mounts) or _beside_system(there)
        return "system" if shared else "own"
    path = Path(source).resolve()
    if holds(str(path), there) or there.resolve().is_relative_to(path):
        return "inside"
    if path.is_block_device():
        return "own"
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


def ciphers(block: Path = Path("/sys/class/block")) -> tuple[str, ...] | None:
    """Names of the volumes that dm-crypt has open: LUKS and plain ones; None: it isn't told."""
    found, complete = told(block, "dm/uuid")
    shown = told(block, "dm/name").values
    named = sorted(name for name, uuid in found.items() if uuid.startswith("CRYPT-"))
    return tuple(shown.get(name, name) for name in named) if named or complete else None


def links(net: Path = Path("/sys/class/net")) -> tuple[str, ...] | None:
    """Names of the network's devices that are connected; what has no device is made by software."""
    found, complete = told(net, "operstate")
    up = sorted(name for name, state in found.items() if state == "up")
    named = tuple(name for name in up if (net / name / "device").exists())
    return named if named or complete else None


def _memory(imager: Imager | None) -> tuple[Memory, int]:
    """Whether memory can be had here, and how many bytes it takes at the destination."""
    source = Source("/", live=True)
    try:
        doors = tried(source)
        size = memory_of(source, doors)
    finally:
        source.close()
    if imager is not None and os.geteuid() == 0:
        return "imager", size * imager.copies
    if doors.open is not None:
        return "open", sum(run.end - run.start for run in doors.open.runs)
    if os.geteuid() != 0:
        return "rights", 0
    if doors.lockdown in ("integrity", "confidentiality"):
        return "lockdown", 0
    return ("refused" if doors.denied else "no_door"), 0
