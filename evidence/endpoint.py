"""What a run needs of the operating system that it runs on, beyond evidence itself."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from collectors.live_windows import api
from collectors.system import WINDOWS, windows_folder

_BELOW_NORMAL = 0x4000  # BELOW_NORMAL_PRIORITY_CLASS (winbase.h)
_NICE = 10
_STDIN = ctypes.c_uint32(-10)  # STD_INPUT_HANDLE (winbase.h)


def step_back() -> None:
    """Run below whatever keeps the hospital running.

    Raises:
        OSError: this Windows has no such function.
    """
    if not WINDOWS:
        os.nice(_NICE)
        return
    own = api.function("kernel32", "GetCurrentProcess", ctypes.c_void_p)()
    api.function("kernel32", "SetPriorityClass")(ctypes.c_void_p(own), _BELOW_NORMAL)


def priority() -> int | None:
    """How far back it runs, as nice(1) counts; None on Windows, which has classes."""
    return None if WINDOWS else os.nice(0)


def user() -> int | None:
    """The number of the user that it runs as; None on Windows, which has none."""
    return None if WINDOWS else os.getuid()


def privileged() -> bool:
    """Whether it may read everything: as root, or as an administrator."""
    return api.administrator() if WINDOWS else os.geteuid() == 0


def somebody_types() -> bool:
    """Whether standard input is a terminal; Windows' NUL says that it is one, and is no console."""
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    if not WINDOWS:
        return True
    console, mode = api.function("kernel32", "GetStdHandle", ctypes.c_void_p), ctypes.c_uint32()
    ask = api.function("kernel32", "GetConsoleMode")
    return bool(ask(ctypes.c_void_p(console(_STDIN)), ctypes.byref(mode)))


def system_disk() -> Path:
    """A folder on the disk that the system itself is on."""
    return Path(windows_folder() if WINDOWS else "/")
