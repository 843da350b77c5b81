"""What the kernel says of its clock: adjtimex(2), asked and never told."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass

_TimeValue = ctypes.c_long
_UNSYNCHRONISED = 0x40  # STA_UNSYNC, linux/timex.h
_NANOSECONDS = 0x2000  # STA_NANO: the offset is in ns, not in microseconds
_STATES = ("ok", "leap second to be inserted", "leap second to be deleted", "leap second",
           "leap second was", "not synchronised")  # fmt: skip
_BITS = (
    "pll", "ppsfreq", "ppstime", "fll", "ins", "del", "unsync", "freqhold", "ppssignal",
    "ppsjitter", "ppswander", "ppserror", "clockerr", "nano", "mode", "clk",
)  # fmt: skip


class _Timex(ctypes.Structure):
    _fields_ = (
        ("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long), ("esterror", ctypes.c_long), ("status", ctypes.c_int),
        ("constant", ctypes.c_long), ("precision", ctypes.c_long), ("tolerance", ctypes.c_long),
        ("seconds", _TimeValue), ("fraction", _TimeValue), ("tick", ctypes.c_long),
        ("ppsfreq", ctypes.c_long), ("jitter", ctypes.c_long), ("shift", ctypes.c_int),
        ("stabil", ctypes.c_long), ("jitcnt", ctypes.c_long), ("calcnt", ctypes.c_long),
        ("errcnt", ctypes.c_long), ("stbcnt", ctypes.c_long), ("tai", ctypes.c_int),
        ("reserved", ctypes.c_int * 11),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Discipline:
    """How the kernel's clock is kept."""

    state: str
    synchronised: bool
    """Whether a time service says that it keeps this clock; not whether the clock is right."""
    status: tuple[str, ...]
    offset_ns: int
    maximum_error_us: int
    estimated_error_us: int
    tai_offset_s: int


def discipline() -> Discipline:
    """Ask, with no mode set: nothing is changed and no privilege needed.

    Raises:
        OSError: the kernel refuses (a seccomp filter).
    """
    clock = _Timex(modes=0)
    state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(clock))
    if state < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return Discipline(
        state=_STATES[state] if state < len(_STATES) else str(state),
        synchronised=not clock.status & _UNSYNCHRONISED,
        status=tuple(name for bit, name in enumerate(_BITS) if clock.status >> bit & 1),
        offset_ns=clock.offset if clock.status & _NANOSECONDS else clock.offset * 1000,
        maximum_error_us=clock.maxerror,
        estimated_error_us=clock.esterror,
        tai_offset_s=clock.tai,
    )
