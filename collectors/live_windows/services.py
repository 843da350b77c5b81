"""Services of a running Windows, as its manager tells them and as the registry has them."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from collectors.files.spelling import upcased
from collectors.live.document import Row
from collectors.live_windows.calls import api, registry
from collectors.live_windows.question import Asking, Question

KEY = r"HKLM\SYSTEM\CurrentControlSet\Services"
_CONNECT_AND_LIST, _EVERY_TYPE, _EVERY_STATE = 0x5, 0x3F, 3
_MORE = 234  # ERROR_MORE_DATA
_ROOM = 256 << 10  # bytes, the most that the call takes
_ENTRY = struct.Struct("<QQ9I4x")  # ENUM_SERVICE_STATUS_PROCESSW (winsvc.h)
_STATES = (
    "", "stopped", "start pending", "stop pending", "running", "continue pending",
    "pause pending", "paused",
)  # fmt: skip
_KEPT = ("ImagePath", "Start", "Type", "ObjectName", "DisplayName", "FailureCommand")


@contextmanager
def _manager() -> Iterator[ctypes.c_void_p]:
    opened = api.function("advapi32", "OpenSCManagerW", ctypes.c_void_p)
    handle = opened(None, None, _CONNECT_AND_LIST)
    if not handle:
        raise api.refused("OpenSCManagerW", api.last_error())
    try:
        yield ctypes.c_void_p(handle)
    finally:
        api.function("advapi32", "CloseServiceHandle")(ctypes.c_void_p(handle))


def _services() -> list[Row]:
    """What the manager lists, drivers included."""
    rows: list[Row] = []
    with _manager() as manager:
        room, more = ctypes.create_string_buffer(_ROOM), True
        needed, count, place = (ctypes.c_uint32() for _ in range(3))
        while more:
            done = api.function("advapi32", "EnumServicesStatusExW")(
                manager, 0, _EVERY_TYPE, _EVERY_STATE, room, _ROOM, ctypes.byref(needed),
                ctypes.byref(count), ctypes.byref(place), None,
            )  # fmt: skip
            code = 0 if done else api.last_error()
            if code not in (0, _MORE):
                raise api.refused("EnumServicesStatusExW", code)
            rows += [_row(entry) for entry in _entries(room.raw, count.value)]
            more = code == _MORE
            if more and not count.value:
                raise api.refused("EnumServicesStatusExW", code)  # it would be asked for ever
    return rows


def _entries(data: bytes, count: int) -> Iterator[tuple[Any, ...]]:
    return _ENTRY.iter_unpack(data[: count * _ENTRY.size])


def _row(entry: tuple[Any, ...]) -> Row:
    name, display, kind, state, *_, pid, flags = entry
    return {
        "name": api.wide_at(name), "display": api.wide_at(display), "type": kind,
        "state": _STATES[state] if state < len(_STATES) else str(state), "pid": pid, "flags": flags,
    }  # fmt: skip


def _registered() -> list[Row]:
    """What the registry has: what is run, as whom, when."""
    return [_key(name) for name in registry.keys(KEY)]


def _key(name: str) -> Row:
    row: Row = {"name": name}
    try:
        found = registry.values(rf"{KEY}\{name}")
        row |= {value: found[value]["data"] for value in _KEPT if value in found}
        row["written_ns"] = registry.written(rf"{KEY}\{name}")
        row["library"] = registry.text(rf"{KEY}\{name}\Parameters", "ServiceDll")
    except OSError as error:
        row["error"] = str(error)
    return row


def _differences() -> list[Row]:
    """Services that only one of the two knows: deleted while they run, or hidden."""
    listed = {upcased(str(row["name"])): row["name"] for row in _services()}
    kept = {
        upcased(str(row["name"])): row["name"]
        for row in _registered()
        if row.get("Type") is not None
    }
    return [
        *({"name": listed[key], "only": "manager"} for key in sorted(listed.keys() - kept)),
        *({"name": kept[key], "only": "registry"} for key in sorted(kept.keys() - listed)),
    ]


class WindowsServices(Asking):
    """Takes a running Windows' services and drivers: state and process, program, account, start.

    Asked of the service manager, and read from the registry; what only one of them knows is in
    `differences` (services of a user's session, and those that start with the next boot, may
    stand there lawfully). Cannot show a service that was deleted from both. Run under Wine; not run
    on real Windows.
    """

    name: ClassVar[str] = "windows-services"
    questions = (
        Question("services", _services, some=True),
        Question("registered", _registered, some=True),
        Question("differences", _differences),
    )  # fmt: skip
