"""Functions of Windows, called so that a refusal is an OSError and an answer is bytes.

On 64-bit Windows all of them have C's own way of being called, so that nothing here needs a
Windows to be imported; what the bytes mean is decoded elsewhere and tested anywhere. Nothing here
starts a program or opens a socket.
"""

from __future__ import annotations

import ctypes
import errno
import importlib
import itertools
import os
from collections.abc import Callable
from functools import cache
from typing import Any

_INSUFFICIENT, _NO_DATA, _LENGTH = 122, 232, 0xC0000004
_OUT_OF_MEMORY = 14  # said by Wine, too, of a table that grew at each of its own tries
_TRIES = 8  # a table grows between two questions
_MOST = 256 << 20  # bytes of one answer
_ERRORS = {
    1: errno.ENOTSUP, 2: errno.ENOENT, 3: errno.ENOENT, 5: errno.EACCES, 32: errno.EBUSY,
    33: errno.EBUSY, 50: errno.ENOTSUP, 87: errno.EINVAL, 120: errno.ENOTSUP, 1060: errno.ENOENT,
    1168: errno.ENOENT, 1314: errno.EPERM, 0xC0000002: errno.ENOTSUP, 0xC0000003: errno.ENOTSUP,
    0xC0000022: errno.EACCES, 0xC0000034: errno.ENOENT, 0xC000003A: errno.ENOENT,
    0xC0000061: errno.EPERM, 0xC00000BB: errno.ENOTSUP, 0xC000017C: errno.ENOENT,
    0x8000001A: errno.ENODATA,
}  # fmt: skip
"""Codes of Windows and of its kernel, as far as they say why (winerror.h, ntstatus.h)."""


@cache
def _library(name: str) -> ctypes.CDLL:
    return ctypes.CDLL(name, use_last_error=True)


def function(library: str, name: str, result: Any = ctypes.c_uint32) -> Any:  # noqa: ANN401 - ctypes
    """A function by its name.

    Raises:
        OSError: this Windows has no such function (ENOTSUP).
    """
    try:
        found = getattr(_library(library), name)
    except (AttributeError, OSError) as error:
        raise OSError(errno.ENOTSUP, f"{name}: this Windows has no such function") from error
    found.restype = result
    return found


def psutil() -> Any:  # noqa: ANN401 - it ships no types
    """The second door to processes and sockets.

    Raises:
        OSError: it isn't installed, or doesn't load.
    """
    try:
        return importlib.import_module("psutil")
    except ImportError as error:
        raise OSError(errno.ENOTSUP, f"psutil does not load here: {error}") from error


def last_error() -> int:
    """The code of the call before."""
    asked: Callable[[], int] = getattr(ctypes, "get_last_error")  # noqa: B009 - Windows' only
    return asked()


def refused(name: str, code: int) -> OSError:
    """What a refusal is raised as; the code stands in the text and so in the gap."""
    shown = f"0x{code:08X}" if code >= 0x8000_0000 else str(code)
    return OSError(_ERRORS.get(code, errno.EIO), f"{name}: Windows' error {shown}")


_READ, _EXISTING = 0x8000_0000, 3  # GENERIC_READ, OPEN_EXISTING


def opened(path: str, *, sharing: int, flags: int = 0) -> int:
    """A descriptor of a file that is there, to be read.

    Args:
        path: in Windows' words.
        sharing: what others may do meanwhile (FILE_SHARE_*).
        flags: of CreateFile.

    Raises:
        OSError: refused; EBUSY where another program doesn't share it.
    """
    create = function("kernel32", "CreateFileW", ctypes.c_void_p)
    handle = create(ctypes.c_wchar_p(path), _READ, sharing, None, _EXISTING, flags, None)
    if handle is None or handle == ctypes.c_void_p(-1).value:
        raise refused(path, last_error())
    import msvcrt

    taken: Callable[[int, int], int] = getattr(msvcrt, "open_osfhandle")  # noqa: B009 - Windows' only
    return taken(handle, os.O_RDONLY | getattr(os, "O_BINARY", 0))


def table(library: str, name: str, *rest: Any) -> bytes:  # noqa: ANN401 - arguments of any function
    """The answer of a function of iphlpapi's kind: (buffer, size, …), told its size when short.

    A table that changes while it is asked for is asked for again, with room to grow.

    Raises:
        OSError: refused.
    """
    ask, size = function(library, name), ctypes.c_uint32(0)
    code, buffer = ask(None, ctypes.byref(size), *rest), b""
    for _ in range(_TRIES):
        if code not in (_INSUFFICIENT, _OUT_OF_MEMORY) or size.value > _MOST:
            break
        size.value += size.value // 4
        room = ctypes.create_string_buffer(size.value)
        code = ask(room, ctypes.byref(size), *rest)
        buffer = room.raw[: size.value]
    if code not in (0, _NO_DATA):
        raise refused(name, code)
    return buffer


def kernel_information(kind: int) -> bytes:
    """What NtQuerySystemInformation answers for a class.

    Raises:
        OSError: refused.
    """
    ask, size = function("ntdll", "NtQuerySystemInformation"), ctypes.c_uint32(1 << 20)
    code, room = _LENGTH, ctypes.create_string_buffer(0)
    for _ in range(_TRIES):
        room = ctypes.create_string_buffer(min(size.value, _MOST))
        code = ask(kind, room, len(room), ctypes.byref(size))
        if code != _LENGTH:
            break
        size.value = max(size.value, 2 * len(room))
    if code != 0:
        raise refused("NtQuerySystemInformation", code)
    return room.raw[: size.value]


def wide(data: bytes) -> str:
    """Text from UTF-16 up to its end; halves of pairs, which names may hold, are kept."""
    end = next((i for i in range(0, len(data) - 1, 2) if data[i : i + 2] == b"\0\0"), len(data))
    return counted(data[:end])


def counted(data: bytes) -> str:
    """Text from UTF-16 whose length Windows told: what stands behind a zero belongs to it."""
    return data[: len(data) - len(data) % 2].decode("utf-16-le", "surrogatepass")


def wide_at(address: int | None) -> str:
    """Text that stands at an address which Windows gave; nothing at none."""
    if not address:
        return ""
    units = ctypes.cast(address, ctypes.POINTER(ctypes.c_uint16))
    length = next(at for at in itertools.count() if not units[at])
    return counted(ctypes.string_at(address, 2 * length))


def administrator() -> bool:
    """Whether this process may do what administrators may.

    Raises:
        OSError: it can't be asked.
    """
    return bool(function("shell32", "IsUserAnAdmin")())


def pointed(pointer: ctypes.c_void_p, size: int) -> bytes:
    """Bytes that stand where a pointer points; none where it points nowhere.

    What Windows allocates for an answer is left to it: a few kilobytes, in a run that ends.
    """
    return ctypes.string_at(pointer.value, size) if pointer.value else b""
