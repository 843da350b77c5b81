"""/proc/kcore: an ELF core of the running kernel (elf(5); fs/proc/kcore.c)."""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Sequence
from typing import NamedTuple

from collectors.ram.ranges import HIGHEST, Segment

_LOAD, _NOTE = 1, 4
_EHDR, _PHDR = 64, struct.Struct("<IIQQQQQQ")
_NO_ADDRESS = (0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF)
_MOST_HEADERS = 65_535  # what e_phnum can say (elf(5))
_FARTHEST = (1 << 63) - 1  # pread(2) takes no larger offset
_NOTES = 4 << 20  # bytes of notes that are looked at; a kernel has one segment of a few KiB


class Core(NamedTuple):
    """What its headers say."""

    segments: list[Segment]
    """Those with a physical address, ascending."""
    virtual: list[Segment]
    """All of them, by virtual address."""
    vmcoreinfo: str
    """The kernel's own account of its layout; empty where it gives none."""
    headers: list[tuple[int, int, int, int]]
    """Type, offset, physical address and size of every program header, as they stand."""


def read_core(descriptor: int) -> Core:
    """The headers of an open core.

    Raises:
        OSError: it can't be read, or is no 64-bit little-endian core.
    """
    ehdr = os.pread(descriptor, _EHDR, 0)
    if len(ehdr) < _EHDR or ehdr[:6] != b"\x7fELF\x02\x01":
        raise OSError(errno.ENOEXEC, "no 64-bit little-endian ELF core")
    (table,) = struct.unpack_from("<Q", ehdr, 32)
    size, count = struct.unpack_from("<HH", ehdr, 54)
    if size != _PHDR.size or count > _MOST_HEADERS:
        raise OSError(errno.ENOEXEC, "program headers of an impossible size")
    raw = _read(descriptor, size * count, table)
    if len(raw) < size * count:
        raise OSError(errno.EIO, "its program headers are cut off")
    loads: list[tuple[int, Segment]] = []
    headers, info, notes = [], "", _NOTES
    for number in range(count):
        row = _PHDR.unpack_from(raw, number * size)
        kind, _, offset, virtual, physical, in_file, in_memory, _ = row
        headers.append((kind, offset, physical, in_memory))
        if kind == _NOTE:
            read = b"" if info else _read(descriptor, min(in_file, notes), offset)
            notes -= len(read)
            info = info or _vmcoreinfo(read)
        elif kind == _LOAD and (readable := min(in_memory, _FARTHEST - offset)) > 0:
            loads.append((physical, Segment(virtual, virtual + readable, offset)))
    return Core(_physical(loads), [each for _, each in loads], info, headers)


def _physical(loads: Sequence[tuple[int, Segment]]) -> list[Segment]:
    """Those that tell where in memory they are; 0, if several have it, is what an old kernel says.

    The kernel's text is mapped twice, but lies at no such address.
    """
    zeros = sum(physical == 0 for physical, _ in loads)
    untold = (*_NO_ADDRESS, 0) if zeros > 1 else _NO_ADDRESS
    return sorted(
        Segment(physical, min(physical + end - start, HIGHEST), offset)
        for physical, (start, end, offset) in loads
        if physical not in untold and physical < HIGHEST
    )


def _read(descriptor: int, size: int, offset: int) -> bytes:
    if offset > _FARTHEST:
        raise OSError(errno.ENOEXEC, "an offset that no file has")
    return os.pread(descriptor, size, offset)


def _vmcoreinfo(notes: bytes) -> str:
    """The text of the note of that name, elf(5), Notes."""
    at = 0
    while at + 12 <= len(notes):
        name_size, size, _ = struct.unpack_from("<III", notes, at)
        at += 12
        name = notes[at : at + name_size].rstrip(b"\0")
        at += name_size + 3 & ~3
        if name == b"VMCOREINFO":
            return notes[at : at + size].decode("latin-1")
        at += size + 3 & ~3
    return ""
