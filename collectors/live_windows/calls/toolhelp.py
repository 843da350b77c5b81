"""Toolhelp: the list of processes and of a process' modules, decoded (tlhelp32.h)."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator

from collectors.live.document import Row
from collectors.live_windows.calls import api

_PROCESSES, _MODULES = 0x2, 0x8 | 0x10  # TH32CS_SNAPPROCESS, …MODULE and …MODULE32
_BUSY, _PARTLY, _NO_MORE = 24, 299, 18
_TRIES = 8  # of a list that changes while it is made
_INVALID = ctypes.c_void_p(-1).value
# dwSize, cntUsage, th32ProcessID, th32DefaultHeapID, th32ModuleID, cntThreads,
# th32ParentProcessID, pcPriClassBase, dwFlags, szExeFile
_PROCESS = struct.Struct("<III4xQIIIiI520s4x")
# dwSize, th32ModuleID, th32ProcessID, GlblcntUsage, ProccntUsage, modBaseAddr, modBaseSize,
# hModule, szModule, szExePath
_MODULE = struct.Struct("<IIIII4xQI4xQ512s520s")


def processes() -> list[Row]:
    """Every process that Toolhelp lists.

    Raises:
        OSError: refused.
    """
    return [process_row(entry) for entry in _entries("Process32", _PROCESSES, 0, _PROCESS)]


def modules(pid: int) -> list[Row]:
    """The modules of one process.

    Raises:
        OSError: refused, as for protected processes and those of the system.
    """
    return [module_row(entry) for entry in _entries("Module32", _MODULES, pid, _MODULE)]


def process_row(entry: bytes) -> Row:
    """PROCESSENTRY32W."""
    fields = _PROCESS.unpack(entry)
    return {
        "pid": fields[2], "parent": fields[6], "threads": fields[5], "priority": fields[7],
        "name": api.wide(fields[9]),
    }  # fmt: skip


def module_row(entry: bytes) -> Row:
    """MODULEENTRY32W."""
    fields = _MODULE.unpack(entry)
    return {
        "base": f"0x{fields[5]:x}", "size": fields[6], "name": api.wide(fields[8]),
        "path": api.wide(fields[9]),
    }  # fmt: skip


def _snapshot(kind: int, pid: int) -> int:
    take = api.function("kernel32", "CreateToolhelp32Snapshot", ctypes.c_void_p)
    code = 0
    for _ in range(_TRIES):
        handle = take(kind, pid)
        if handle != _INVALID:
            return int(handle)
        code = api.last_error()
        if code != _BUSY:
            break
    raise api.refused("CreateToolhelp32Snapshot", code)


def _entries(name: str, kind: int, pid: int, form: struct.Struct) -> Iterator[bytes]:
    handle = ctypes.c_void_p(_snapshot(kind, pid))
    try:
        room = ctypes.create_string_buffer(struct.pack("<I", form.size), form.size)
        more = api.function("kernel32", f"{name}FirstW")(handle, room)
        while more:
            yield room.raw
            more = api.function("kernel32", f"{name}NextW")(handle, room)
        code = api.last_error()
        if code not in (0, _NO_MORE):
            raise api.refused(f"{name}NextW", code)
    finally:
        api.function("kernel32", "CloseHandle")(handle)
