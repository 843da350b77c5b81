"""Who is logged on to a running Windows."""

from __future__ import annotations

import ctypes
import struct
from typing import ClassVar

from collectors.live.document import Row
from collectors.live_windows.calls import api
from collectors.live_windows.calls.registry import EPOCH
from collectors.live_windows.question import Asking, Question

_SESSION = struct.Struct("<I4xQI4x")  # WTS_SESSION_INFOW (wtsapi32.h)
_STATES = (
    "active", "connected", "connect query", "shadow", "disconnected", "idle", "listen", "reset",
    "down", "init",
)  # fmt: skip
_ASKED = {"user": 5, "domain": 7, "client": 10}  # WTS_INFO_CLASS
# SECURITY_LOGON_SESSION_DATA (ntsecapi.h) as far as the time; a UNICODE_STRING has length, room and
# a pointer.
_LOGON = struct.Struct("<I4xQ" + "HH4xQ" * 3 + "IIQq")


def _sessions() -> list[Row]:
    pointer, count = ctypes.c_void_p(), ctypes.c_uint32()
    if not api.function("wtsapi32", "WTSEnumerateSessionsW")(
        None, 0, 1, ctypes.byref(pointer), ctypes.byref(count)
    ):
        raise api.refused("WTSEnumerateSessionsW", api.last_error())
    rows = sessions(api.pointed(pointer, count.value * _SESSION.size))
    for row in rows:
        row |= {key: _told(row["session"], asked) for key, asked in _ASKED.items()}
    return rows


def sessions(table: bytes) -> list[Row]:
    """WTS_SESSION_INFOW (wtsapi32.h), one after another."""
    return [
        {"session": number, "station": api.wide_at(name), "state": _state(state)}
        for number, name, state in _SESSION.iter_unpack(table)
    ]


def _state(number: int) -> str:
    return _STATES[number] if number < len(_STATES) else str(number)


def _told(session: int, what: int) -> str | None:
    """One fact of a session; None where Windows doesn't tell it."""
    pointer, size = ctypes.c_void_p(), ctypes.c_uint32()
    done = api.function("wtsapi32", "WTSQuerySessionInformationW")(
        None, session, what, ctypes.byref(pointer), ctypes.byref(size)
    )
    return api.wide(api.pointed(pointer, size.value)) if done else None


def _logons() -> list[Row]:
    count, pointer = ctypes.c_uint32(), ctypes.c_void_p()
    code = api.function("secur32", "LsaEnumerateLogonSessions")(
        ctypes.byref(count), ctypes.byref(pointer)
    )
    if code:
        raise api.refused("LsaEnumerateLogonSessions", code)
    data = api.pointed(pointer, 8 * count.value)
    return [_logon(data[start : start + 8]) for start in range(0, len(data), 8)]


def _logon(number: bytes) -> Row:
    pointer = ctypes.c_void_p()
    code = api.function("secur32", "LsaGetLogonSessionData")(number, ctypes.byref(pointer))
    if code or not pointer.value:
        error = str(api.refused("LsaGetLogonSessionData", code))
        return {"logon": number[::-1].hex(), "error": error}
    return {"logon": number[::-1].hex(), **logon(api.pointed(pointer, _LOGON.size))}


def logon(data: bytes) -> Row:
    """SECURITY_LOGON_SESSION_DATA (ntsecapi.h) as far as the time."""
    fields = _LOGON.unpack(data)
    user, domain, package = (
        ctypes.string_at(at, length) if at else b""
        for length, at in zip(fields[2:11:3], fields[4:11:3], strict=True)
    )
    return {
        "user": api.counted(user), "domain": api.counted(domain),
        "package": api.counted(package), "type": fields[11], "session": fields[12],
        "since_ns": (fields[14] - EPOCH) * 100,
    }  # fmt: skip


class WindowsSessions(Asking):
    """Takes who is logged on to a running Windows: sessions of its desktop, logons of all kinds.

    Asked through wtsapi32 and the security authority (LSA). Other users' logons are for
    administrators only. Cannot show sessions that ended (the event logs have them), nor those of
    remote maintenance programs that bring their own. Run under Wine, which knows of no logons; not
    run on real Windows.
    """

    name: ClassVar[str] = "windows-sessions"
    questions = (
        Question("sessions", _sessions, some=True), Question("logons", _logons, some=True),
    )  # fmt: skip
