"""What a run needs of the operating system that it runs on, beyond evidence itself."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from collectors.live_windows.calls import api, registry
from collectors.live_windows.memory import physical
from collectors.system import WINDOWS, windows_folder

UNGUESSABLE = 32  # hexadecimal digits of a machine's number: 128 random bits, machine-id(5)
_NUMBER = Path("/etc/machine-id")
_BELOW_NORMAL = 0x4000  # BELOW_NORMAL_PRIORITY_CLASS (winbase.h)
_NICE = 10


def step_back() -> None:
    """Run below whatever keeps the hospital running; whether that was granted, the footprint tells.

    Raises:
        OSError: this Windows has no such function.
    """
    if not WINDOWS:
        os.nice(_NICE)
        return
    api.function("kernel32", "SetPriorityClass")(_itself(), _BELOW_NORMAL)


def priority() -> int | None:
    """How far back it runs, as nice(1) counts; None on Windows, which has classes."""
    return None if WINDOWS else os.nice(0)


def priority_class() -> int | None:
    """The class that Windows runs it in, as winbase.h counts; None elsewhere."""
    return api.function("kernel32", "GetPriorityClass")(_itself()) if WINDOWS else None


def _itself() -> ctypes.c_void_p:
    return ctypes.c_void_p(api.function("kernel32", "GetCurrentProcess", ctypes.c_void_p)())


def memory() -> tuple[int, int] | None:
    """Bytes of memory that programs can still get, and of all; None where that isn't told."""
    try:
        return physical() if WINDOWS else _meminfo()
    except OSError:
        return None


def _meminfo() -> tuple[int, int] | None:
    """The same of proc_meminfo(5), whose MemAvailable is there since Linux 3.14."""
    lines = Path("/proc/meminfo").read_text(encoding="ascii", errors="replace").splitlines()
    told = {name: rest.split() for name, _, rest in (line.partition(":") for line in lines)}
    try:
        free, total = (int(told[name][0]) << 10 for name in ("MemAvailable", "MemTotal"))
    except (KeyError, IndexError, ValueError):
        return None
    return free, total


def user() -> int | None:
    """The number of the user that it runs as; None on Windows, which has none."""
    return None if WINDOWS else os.getuid()


def privileged() -> bool:
    """Whether it may read everything: as root, or as an administrator."""
    return api.administrator() if WINDOWS else os.geteuid() == 0


def machine_number() -> bytes:
    """The number that the system gave itself when it was installed; empty where it has none."""
    if WINDOWS:
        return registry.machine_number().encode()
    try:
        return _NUMBER.read_bytes().strip()
    except OSError:
        return b""


def system_disk() -> Path:
    """A folder on the disk that the system itself is on."""
    return Path(windows_folder() if WINDOWS else "/")
