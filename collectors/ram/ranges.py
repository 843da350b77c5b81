"""Where memory is: what /proc/iomem calls System RAM, and what of it a door can read.

Source: Documentation/filesystems/proc.rst; LiME and AVML both lose bytes at range ends, because
iomem's last address is inclusive. Ours are half-open from here on.
"""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

_RAM = "System RAM"
HIGHEST = 1 << 52  # physical addresses of x86-64 end here


class Range(NamedTuple):
    """Physical addresses from the first one up to, not with, the last."""

    start: int
    end: int


class Segment(NamedTuple):
    """Physical addresses that a door maps, and where in the door's file they are."""

    start: int
    end: int
    offset: int


class Run(NamedTuple):
    """Memory that is to be read in one go: addresses, and where in the door's file."""

    start: int
    end: int
    offset: int


def bytes_of(runs: Sequence[Run]) -> int:
    """How much memory they are."""
    return sum(run.end - run.start for run in runs)


def system_ram(iomem: str) -> list[Range]:
    """The ranges of System RAM in a resource table, merged and ascending.

    Resources nested in others count as well (hot-plugged and virtio memory); children of RAM, such
    as the kernel's own code, are part of it and not looked at.

    Raises:
        PermissionError: all addresses are zero: the kernel hides them from us.
        OSError: no line of it names any RAM.
    """
    found, inside = [], -1
    for line in iomem.splitlines():
        depth = len(line) - len(line.lstrip(" "))
        if 0 <= inside < depth:
            continue
        inside = -1
        where, _, name = line.strip().partition(" : ")
        if name.startswith(_RAM):
            inside = depth
            found.append(_range(where))
    if found and all(each == Range(0, 1) for each in found):
        raise PermissionError(errno.EPERM, "/proc/iomem shows no addresses to us")
    if not found:
        raise OSError(errno.ENODATA, "/proc/iomem names no System RAM")
    return merged(found)


def _range(where: str) -> Range:
    first, _, last = where.partition("-")
    try:
        found = Range(int(first, 16), int(last, 16) + 1)
    except ValueError as error:
        raise OSError(errno.EIO, f"/proc/iomem: no range: {where}") from error
    if not 0 <= found.start < found.end <= HIGHEST:
        raise OSError(errno.EIO, f"/proc/iomem: an impossible range: {where}")
    return found


def merged(ranges: Sequence[Range]) -> list[Range]:
    """Ascending, overlapping and touching ones as one."""
    result: list[Range] = []
    for start, end in sorted(ranges):
        if result and start <= result[-1].end:
            result[-1] = Range(result[-1].start, max(end, result[-1].end))
        else:
            result.append(Range(start, end))
    return result


def planned(ram: Sequence[Range], segments: Sequence[Segment]) -> tuple[list[Run], list[Range]]:
    """What can be read, and what no segment maps.

    The kernel's own text is mapped twice: of several segments that hold an address, the one that
    reaches farthest is taken, so that runs are few and long.

    Args:
        ram: ascending, not overlapping.
        segments: in any order; a core can have tens of thousands.
    """
    runs: list[Run] = []
    gaps: list[Range] = []
    waiting, reaching = deque(sorted(segments)), Segment(0, 0, 0)
    for start, end in ram:
        at = start
        while at < end:
            while waiting and waiting[0].start <= at:
                reaching = max(reaching, waiting.popleft(), key=lambda segment: segment.end)
            if reaching.end > at:
                until = min(end, reaching.end)
                runs.append(Run(at, until, reaching.offset + at - reaching.start))
            else:
                until = min(end, waiting[0].start) if waiting else end
                gaps.append(Range(at, until))
            at = until
    return _joined(runs), gaps


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Runs that go on where the one before ends, in the file as well, are one."""
    result: list[Run] = []
    for run in runs:
        last = result[-1] if result else None
        if last and last.end == run.start and last.offset + last.end - last.start == run.offset:
            result[-1] = Run(last.start, run.end, last.offset)
        else:
            result.append(run)
    return result
