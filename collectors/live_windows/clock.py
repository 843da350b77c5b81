"""What a running Windows' clocks say, and what keeps them."""

from __future__ import annotations

import ctypes
import time
from datetime import UTC, datetime
from typing import Any, ClassVar

from collectors.live.document import utc
from collectors.live_windows.calls import api, registry
from collectors.live_windows.question import Asking, Question

_CONTROL = r"HKLM\SYSTEM\CurrentControlSet"
_W32TIME = rf"{_CONTROL}\Services\W32Time"


def _clocks() -> dict[str, Any]:
    wall = time.time_ns()
    local = time.localtime(wall // 1_000_000_000)
    ticks = api.function("kernel32", "GetTickCount64", ctypes.c_uint64)
    return {
        "realtime_ns": wall, "monotonic_ns": time.monotonic_ns(), "since_start_ms": int(ticks()),
        "utc": utc(datetime.fromtimestamp(wall / 1e9, UTC)),
        "zone": {"name": local.tm_zone, "offset_s": local.tm_gmtoff},
    }  # fmt: skip


def _zone() -> dict[str, Any]:
    return registry.values(rf"{_CONTROL}\Control\TimeZoneInformation")


def _adjustment() -> dict[str, Any]:
    """By how much the clock is moved at each of its steps, in units of 100 ns."""
    adjustment, step, off = (ctypes.c_uint32() for _ in range(3))
    if not api.function("kernel32", "GetSystemTimeAdjustment")(
        ctypes.byref(adjustment), ctypes.byref(step), ctypes.byref(off)
    ):
        raise api.refused("GetSystemTimeAdjustment", api.last_error())
    return {"adjustment": adjustment.value, "step": step.value, "switched_off": bool(off.value)}


def _service() -> dict[str, Any]:
    """The configuration of the time service."""
    return {
        name: registry.values(rf"{_W32TIME}\{name}")
        for name in ("Config", "Parameters", r"TimeProviders\NtpClient")
    }


class WindowsClock(Asking):
    """Takes a running Windows' clocks at one moment, its time zone and how its clock is kept.

    Cannot show by how much the clock is wrong: that takes a reference from outside, which hozen
    asks a person for. What W32Time did last is in the event logs. Run under Wine, which has no time
    service; not run on real Windows.
    """

    name: ClassVar[str] = "windows-clock"
    questions = (
        Question("clocks", _clocks), Question("adjustment", _adjustment), Question("zone", _zone),
        Question("time_service", _service),
    )  # fmt: skip
