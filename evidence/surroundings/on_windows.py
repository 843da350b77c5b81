"""What a running Windows tells of this machine and of the destination."""

from __future__ import annotations

import ntpath
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from collectors.disk.windowsdevice import names_device
from collectors.live.document import Row
from collectors.live_windows import volumes
from collectors.live_windows.autoruns import place as place_of
from collectors.live_windows.calls import api, ip, toolhelp
from collectors.live_windows.calls.extents import extents
from collectors.live_windows.machine import this_windows
from collectors.live_windows.memory import physical
from collectors.system import windows_folder
from evidence.surroundings.agents import WINDOWS_AGENTS, products
from evidence.surroundings.backups import backup_at
from evidence.surroundings.devices import holds
from evidence.surroundings.facts import Machine, Medium, Memory, Place, Rights, Writes
from evidence.writing import medium

if TYPE_CHECKING:
    from collectors.ram.imager.program import Imager

T = TypeVar("T")

_READ_ONLY = 0x80000  # FILE_READ_ONLY_VOLUME (winnt.h)
_NEVER = "4"  # SERVICE_DISABLED, of how a driver starts


def _told(ask: Callable[[], T]) -> T | None:
    """What Windows answers; None where it doesn't: nothing is made up in its place."""
    try:
        return ask()
    except OSError:
        return None


def place(output: Path, source: str) -> Place:
    """Where the bundle is to go.

    Raises:
        OSError: it can't be looked at.
    """
    there = medium.existing(output)
    drive = ntpath.splitdrive(there.resolve())[0]  # behind links and drives that SUBST made
    kind = _told(partial(volumes.kind_of, drive))
    about = _told(partial(volumes.volume, drive)) or {}
    seen = backup_at(there)
    return Place(
        there=there, medium=_medium(there, drive, source),
        backup=seen.mark, unlisted=", ".join(map(str, seen.unlisted)),
        filesystem=str(about.get("filesystem", "")),
        read_only=bool(int(str(about.get("flags", "0")), 16) & _READ_ONLY),
        local=kind != "network", in_memory=kind == "RAM disk",
    )  # fmt: skip


def _medium(there: Path, drive: str, source: str) -> Medium:
    if source == "live":
        return _of_system(drive)
    if names_device(source):
        return "inside" if holds(source, there) else "own"
    return "same" if Path(source).stat().st_dev == there.stat().st_dev else "own"


def _of_system(drive: str) -> Medium:
    """Whether a drive is one of this machine's own, or on a disk of theirs."""
    asked = [_told(windows_folder), *(_told(partial(place_of, name)) for name in _FOLDERS)]
    own = {ntpath.splitdrive(folder)[0].casefold() for folder in asked if folder}
    if drive.casefold() in own:
        return "system"
    ours = _disks(drive)
    if None in asked or ours is None:
        return "unknown"
    theirs = [_disks(each) for each in own]
    if any(disks is not None and disks & ours for disks in theirs):
        return "system"
    return "unknown" if None in theirs else "own"


_FOLDERS = ("ProgramData", "ProfilesDirectory")  # the registry's names: they may be moved


def _disks(drive: str) -> set[int] | None:
    """The disks that a drive lies on; one of the network lies on none of ours."""
    if _told(partial(volumes.kind_of, drive)) == "network":
        return set()
    found = _told(partial(extents, drive))
    return {each.disk for each in found} if found else None


def rights() -> Rights:
    """As whom this runs, and whether the system's volume lets itself be read."""
    administrator = _told(api.administrator)
    if administrator is None:
        return "unknown"
    if not administrator:
        return "reduced"
    here = this_windows()
    here.close()
    return "all" if here.refusal is None else "closed"


def machine(imager: Imager | None, *, image: bool) -> Machine:
    """This machine."""
    writes, overlay = _writes()
    running = _told(toolhelp.processes)
    ports = _told(ip.links)
    memory, ram = _memory(imager) if image else ("left_out", 0)
    return Machine(
        ciphers=ciphers(), writes=writes, overlay=overlay,
        agents=None if running is None else watching(running),
        links=None if ports is None else connected(ports),
        memory=memory, ram=ram,
    )  # fmt: skip


def _memory(imager: Imager | None) -> tuple[Memory, int]:
    """Whether memory can be had here, and how many bytes it takes at the destination."""
    if imager is None:
        return "no_imager", 0
    if not _told(api.administrator):
        return "rights", 0
    _, ram = _told(physical) or (0, 0)
    return "imager", ram * imager.copies


def watching(running: list[Row]) -> tuple[str, ...]:
    """The products that processes belong to."""
    return products((str(row["name"]) for row in running), WINDOWS_AGENTS)


def ciphers() -> tuple[str, ...] | None:
    """Names of the encrypted volumes; None where none is seen, and not all could be looked at."""
    rows = _told(volumes.encryption)
    return None if rows is None else encrypted(rows)


def encrypted(rows: list[Row]) -> tuple[str, ...] | None:
    """The same, by what volumes and the disks below them hold."""
    found = [_cipher(row) for row in rows]
    named = tuple(f"{row['drive']} {name}" for row, name in zip(rows, found, strict=True) if name)
    return named or (None if None in found else ())


def _cipher(row: Row) -> str | None:
    """What encrypts a volume; empty where nothing does, None where it can't be told."""
    if volumes.BITLOCKER in (row["holds"], row["below"]):
        return "BitLocker"
    if row["holds"] is None or row["below"] is None:
        return None
    # What reads plainly and lies on the disk as something else is encrypted by another program.
    return "" if row["holds"] == row["below"] else "?"


def _writes() -> tuple[Writes, str]:
    """Whether a write filter is set up. Whether it is at work, only its own program tells."""
    found = _told(volumes.filters)
    if found is None:
        return "unknown", ""
    names = [
        name
        for name, drivers in found.items()
        if any(start not in (None, _NEVER) for start in drivers.values())
    ]
    return ("perhaps", ", ".join(names)) if names else ("kept", "")


def connected(rows: list[Row]) -> tuple[str, ...]:
    """Names of the ports that are up and made of metal, not of software."""
    return tuple(
        str(row["alias"]) for row in rows if row["hardware"] and not row["filter"] and row["up"]
    )
