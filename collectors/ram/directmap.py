"""Where the kernel maps all of memory: for a core that tells virtual addresses only.

Before Linux 4.11 the headers of /proc/kcore had 0 for every physical address. Its segments of RAM
are the ranges that the table of resources calls so, cut to whole pages (walk_system_ram_range,
kernel/resource.c), all at one distance: the direct map (x86/x86_64/mm.rst), which begins at a whole
GiB in the kernel's half, wherever the kernel was moved to (arch/x86/mm/kaslr.c).
"""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence

from collectors.ram.ranges import Range, Segment, merged

_PAGE = 4096
_GIB = 1 << 30
_KERNEL = 1 << 63  # virtual addresses of the kernel's half begin above
# Ranges compared in all. A kernel's own answers differ at the first one nearly always; made ones
# can agree at all but the last, from tens of thousands of beginnings.
_MOST_COMPARED = 1_000_000


def direct_map(ram: Sequence[Range], virtual: Sequence[Segment]) -> int:
    """The virtual address at which physical address 0 is mapped.

    Args:
        ram: what the machine calls RAM.
        virtual: the core's segments, by virtual address.

    Raises:
        OSError: not exactly one address lets every range of RAM be a segment of its size, or too
            many nearly do.
    """
    pages = _whole_pages(ram)
    mapped = dict(merged([Range(start, end) for start, end, _ in virtual]))
    found, compared = list[int](), 0
    for base in (start - pages[0].start for start in mapped if pages):
        if base < _KERNEL or base % _GIB:
            continue
        fitting = _fitting(base, pages, mapped)
        compared += fitting
        found += [base] * (fitting == len(pages))
        if compared > _MOST_COMPARED:
            why = "its headers tell no physical addresses, and too many of its segments are alike"
            raise OSError(errno.ENODATA, why)
    if len(found) != 1:
        raise OSError(errno.ENODATA, "its headers tell no physical addresses")
    return found[0]


def _fitting(base: int, pages: Sequence[Range], mapped: Mapping[int, int]) -> int:
    """How many ranges, from the first on, are segments of their size if the map begins here."""
    places = enumerate(pages)
    missed = (at for at, (start, end) in places if mapped.get(base + start) != base + end)
    return next(missed, len(pages))


def _whole_pages(ram: Sequence[Range]) -> list[Range]:
    cut = [Range(-(-start // _PAGE) * _PAGE, end // _PAGE * _PAGE) for start, end in ram]
    return [each for each in cut if each.start < each.end]
