"""Addresses of a kernel's symbols, as it was linked: without the shift of KASLR."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from evidence.memory.errors import SymbolsError

MOST_SYMBOLS = 1_000_000  # distributions' kernels have 80,000 to 250,000
TEXT = 0xFFFF_FFFF_8100_0000  # _text as linked on x86-64, arch/x86/kernel/vmlinux.lds.S
_KERNEL = 0xFFFF_FFFF_8000_0000  # below are per-CPU and absolute symbols, which no shift moves
_FARTHEST = 1 << 30  # bytes that KASLR moves a kernel at most, arch/x86/boot/compressed/kaslr.c
_NEEDED = ("linux_banner", "init_task")
# Kernel and module in brackets, e.g. `ffffffffc0a3b000 t helper  [nf_tables]`; proc(5).
_LINE = re.compile(rb"([0-9a-f]{8,16}) [A-Za-z?] ([^\s\[]+)(?:[ \t]+(\[[^\]\s]*\]))?")
_LEFT_OUT = re.compile(r"^SYMBOL\((kallsyms_\w+)\)=([0-9a-f]{1,16})$", re.MULTILINE)
_OFFSET = re.compile(r"^KERNELOFFSET=([0-9a-f]{1,16})$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Symbols of the kernel itself, modules left out."""

    linked: dict[str, int]
    shift: int


def addresses(kallsyms: bytes, vmcoreinfo: str = "") -> Addresses:
    """The symbols of /proc/kallsyms.

    Of several of one name the first counts. kallsyms leaves its own tables out; VMCOREINFO has
    them.

    Raises:
        SymbolsError: it is no such file, hides all addresses, or lacks those of variables.
    """
    found = _symbols(kallsyms, "kallsyms")
    if not any(found.values()):
        raise SymbolsError("hidden")
    for name, address in _LEFT_OUT.findall(vmcoreinfo):
        found.setdefault(name, int(address, 16))
    _check(found, "kallsyms_lacks")
    shift = _shift(found["_text"], vmcoreinfo)
    linked = {name: at - shift if at >= _KERNEL else at for name, at in found.items()}
    return Addresses(linked=linked, shift=shift)


def linked_addresses(system_map: bytes) -> Addresses:
    """The symbols of a System.map, which are as linked.

    Raises:
        SymbolsError: it is no such file, or one of those that distributions put in its place.
    """
    found = _symbols(system_map, "System.map")
    _check(found, "map_lacks")
    return Addresses(linked=found, shift=0)


def _symbols(data: bytes, name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, line in enumerate(io.BytesIO(data), 1):
        match = _LINE.fullmatch(line.rstrip(b"\n"))
        if match is None:
            raise SymbolsError("no_symbol", file=name, line=number)
        if match[3] is None:
            found.setdefault(match[2].decode("utf-8", "replace"), int(match[1], 16))
        if len(found) > MOST_SYMBOLS:
            raise SymbolsError("many_symbols", file=name, count=MOST_SYMBOLS)
    return found


def _check(found: dict[str, int], key: str) -> None:
    missing = [name for name in ("_text", *_NEEDED) if name not in found]
    if missing:
        raise SymbolsError(key, names=", ".join(missing))


def _shift(text: int, vmcoreinfo: str) -> int:
    """How far KASLR moved the kernel; VMCOREINFO says it, else `_text` shows it."""
    told = _OFFSET.search(vmcoreinfo)
    shift = int(told[1], 16) if told else text - TEXT
    if not 0 <= shift < _FARTHEST:
        raise SymbolsError("moved", shift=f"{shift:#x}")
    return shift
