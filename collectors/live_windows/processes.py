"""Processes of a running Windows, by two doors."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from collectors.artifact import Kind, detail_of
from collectors.live.document import Row
from collectors.live_windows.calls import api, toolhelp
from collectors.live_windows.calls.registry import EPOCH
from collectors.live_windows.question import Asking, Question

_LIMITED = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
_COMMAND_LINE = 60  # ProcessCommandLineInformation, since Windows 8.1
_PATH = 1 << 15  # characters, the longest that Windows has
_ROOM = 1 << 17  # bytes of a command line and its header


@contextmanager
def _opened(pid: int) -> Iterator[ctypes.c_void_p]:
    handle = api.function("kernel32", "OpenProcess", ctypes.c_void_p)(_LIMITED, 0, pid)
    if not handle:
        raise api.refused("OpenProcess", api.last_error())
    try:
        yield ctypes.c_void_p(handle)
    finally:
        api.function("kernel32", "CloseHandle")(ctypes.c_void_p(handle))


def _program(handle: ctypes.c_void_p) -> str:
    room, size = ctypes.create_string_buffer(2 * _PATH), ctypes.c_uint32(_PATH)
    if not api.function("kernel32", "QueryFullProcessImageNameW")(
        handle, 0, room, ctypes.byref(size)
    ):
        raise api.refused("QueryFullProcessImageNameW", api.last_error())
    return api.wide(room.raw[: 2 * size.value])


def _command_line(handle: ctypes.c_void_p) -> str:
    ask = api.function("ntdll", "NtQueryInformationProcess")
    room, size = ctypes.create_string_buffer(_ROOM), ctypes.c_uint32()
    code = ask(handle, _COMMAND_LINE, room, _ROOM, ctypes.byref(size))
    if code:
        raise api.refused("NtQueryInformationProcess", code)
    length = int.from_bytes(room.raw[:2], "little")  # UNICODE_STRING: 16 bytes, then the text
    return api.counted(room.raw[16 : 16 + length])


def _started(handle: ctypes.c_void_p) -> int:
    """When it was started: ns since 1970."""
    times = [ctypes.c_uint64() for _ in range(4)]
    if not api.function("kernel32", "GetProcessTimes")(handle, *map(ctypes.byref, times)):
        raise api.refused("GetProcessTimes", api.last_error())
    return (times[0].value - EPOCH) * 100


def _of_one(pid: int) -> Row:
    """What a process lets itself be asked; what it refuses stands in `errors`."""
    row: Row = {"errors": []}
    try:
        with _opened(pid) as handle:
            for name, ask in (
                ("program", _program), ("command_line", _command_line), ("started_ns", _started),
            ):  # fmt: skip
                _answered(row, name, ask, handle)
    except OSError as error:
        row["errors"].append(detail_of(error))
    _answered(row, "modules", toolhelp.modules, pid)
    return row


def _answered(row: Row, name: str, ask: Any, of: Any) -> None:  # noqa: ANN401 - any question
    try:
        row[name] = ask(of)
    except OSError as error:
        row[name] = None
        row["errors"].append(f"{name}: {detail_of(error)}")


def _processes() -> list[Row]:
    return [{**row, **_of_one(int(row["pid"]))} for row in toolhelp.processes()]


def _differences() -> list[Row]:
    """What only one of the doors lists: begun or ended between the two looks, or hidden."""
    first = {int(row["pid"]): row["name"] for row in toolhelp.processes()}
    second = set(api.psutil().pids())
    return [
        *(_only("Toolhelp32", pid, first[pid]) for pid in sorted(first.keys() - second)),
        *(_only("psutil", pid, None) for pid in sorted(second - first.keys())),
    ]


def _only(door: str, pid: int, name: str | None) -> Row:
    return {"pid": pid, "name": name, "only": door}


class WindowsProcesses(Asking):
    """Takes a running Windows' processes: program, command line, parent, start, loaded modules.

    Listed through Toolhelp32, and their numbers once more through psutil (EnumProcesses); what only
    one of them lists is in `differences`. Protected processes refuse their modules, and without an
    administrator's rights so do those of other users: the row says what was refused. Cannot show
    processes that ended before or that hide from both doors; memory is not read. Run under Wine;
    not run on real Windows.
    """

    name: ClassVar[str] = "windows-processes"
    kind: ClassVar[Kind] = "process"
    questions = (
        Question("processes", _processes, some=True),
        Question("differences", _differences),
    )
