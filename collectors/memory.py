"""Physical memory: what would keep it from being imaged here, and why it wasn't."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Kind, Phase, Profile, Reason, detail_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.source import Source

DOORS = ("/proc/kcore", "/dev/crash", "/dev/mem")
LOCKDOWN = "/sys/kernel/security/lockdown"
INSIDE = ("/.dockerenv", "/run/.containerenv", "/run/systemd/container")
_RIGHTS = {"sys_rawio": 17, "sys_admin": 21}  # capabilities(7), bits of CapEff
_ORIGIN = "physical memory"
_KIND: Kind = "memory"


class Memory:
    """Tells why physical memory was not imaged: this version of hozen takes no memory image.

    Cannot show the contents of memory: keys, injected code and what was typed are lost when the
    machine is switched off. The single gap lists the doors that an image would need, whether each
    is there and open to us, the kernel's lockdown and our rights; no door is opened to find out.
    """

    name: ClassVar[str] = "memory"
    phase: ClassVar[Phase] = Phase.MEMORY
    profile: ClassVar[Profile] = Profile.STANDARD

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """One gap with the reasons."""
        if not source.live:
            yield Gap(
                origin=_ORIGIN, kind=_KIND, reason=Reason.UNSUPPORTED,
                detail="not a running machine",
            )  # fmt: skip
            return
        yield _preflight(source)


def _preflight(source: Source) -> Gap:
    doors = {path: _door(source, path) for path in DOORS}
    lockdown = _lockdown(source)
    rights = _rights(source)
    inside = [path for path in INSIDE if source.exists(path)]
    locked = lockdown in ("integrity", "confidentiality")
    readable = any(state == "readable" for state in doors.values())
    there = any(state != "absent" for state in doors.values())
    shut = there and (locked or rights == [] or not readable)
    words = [
        "this version of hozen takes no memory image",
        *(f"{path}: {state}" for path, state in doors.items()),
        f"kernel lockdown: {lockdown}",
        f"rights: {_list(rights)}",
        f"inside a container: {', '.join(inside) or 'no sign of it'}",
    ]
    return Gap(
        origin=_ORIGIN,
        kind=_KIND,
        reason=Reason.DENIED if shut else Reason.UNSUPPORTED,
        detail="; ".join(words),
    )


def _door(source: Source, path: str) -> str:
    """Whether a door is there and open to our user, told without opening it."""
    place = source.place(path)
    try:
        os.stat(place)
    except FileNotFoundError:
        return "absent"
    except OSError as error:
        return detail_of(error)
    return "readable" if os.access(place, os.R_OK, effective_ids=True) else "not readable by us"


def _lockdown(source: Source) -> str:
    """The mode in brackets, kernel_lockdown(7)."""
    try:
        text = source.snapshot(LOCKDOWN).data.decode("ascii", "replace")
    except OSError as error:
        return f"not told ({detail_of(error)})"
    return text.partition("[")[2].partition("]")[0] or f"not understood ({text.strip()})"


def _rights(source: Source) -> list[str] | None:
    """Which of the capabilities that a door asks for we have; None where that can't be read."""
    try:
        status = source.snapshot("/proc/self/status").data.decode("utf-8", "replace")
    except OSError:
        return None
    for line in status.splitlines():
        key, _, value = line.partition(":")
        if key == "CapEff":
            return [name for name, bit in _RIGHTS.items() if int(value, 16) >> bit & 1]
    return None


def _list(rights: list[str] | None) -> str:
    if rights is None:
        return "not told"
    return ", ".join(rights) or "neither sys_rawio nor sys_admin"
