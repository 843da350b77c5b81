"""An image of memory in which Volatility 3 finds a Windows, with two processes; and its symbols.

Made of the few things that it looks for: page tables that name themselves, the page that kernel and
programs share, a kernel's first bytes with the name of its symbols, and a list of processes.
"""

from __future__ import annotations

import json
import lzma
import struct
import uuid
from pathlib import Path

GUID = uuid.UUID("0d3a1f6e-5b7c-4e21-9a80-c0ffee123456")
PDB, AGE = "ntkrnlmp.pdb", 1
SYMBOLS = f"windows/{PDB}/{GUID.hex.upper()}-{AGE}.json.xz"
PROCESSES = ((4, 0, b"System"), (612, 4, b"winlogon.exe"))  # number, parent's number, name

_PAGE = 4096
_PRESENT = 0x63  # present, writable, accessed, dirty
_TABLES, _SHARED, _KERNEL = 0x1AA000, 0x1000, 0x200000  # where they lie in memory
_SHARED_AT, _KERNEL_AT = 0xFFFFF780_00000000, 0xFFFFF803_12400000  # where programs see them
_ITSELF = 0x1ED
_HEAD, _FIRST, _EACH = 0x2000, 0x3000, 0x200  # in the kernel: the list, and its members
_FIELDS = {  # of a process, as the symbols say: offset and type
    "ActiveProcessLinks": (0x10, {"kind": "struct", "name": "_LIST_ENTRY"}),
    "UniqueProcessId": (0x20, {"kind": "base", "name": "unsigned long long"}),
    "InheritedFromUniqueProcessId": (0x28, {"kind": "base", "name": "unsigned long long"}),
    "ActiveThreads": (0x30, {"kind": "base", "name": "unsigned long"}),
    "CreateTime": (0x38, {"kind": "union", "name": "_LARGE_INTEGER"}),
    "ExitTime": (0x40, {"kind": "union", "name": "_LARGE_INTEGER"}),
    "ImageFileName": (0x48, {"kind": "array", "count": 15,
                             "subtype": {"kind": "base", "name": "unsigned char"}}),
}  # fmt: skip
# What Volatility 3 gives methods to when it loads a kernel's symbols, whether they are used or not.
_NAMED = (
    "_ETHREAD", "_KTHREAD", "_ERESOURCE", "_UNICODE_STRING", "_EX_FAST_REF", "_TOKEN",
    "_OBJECT_HEADER", "_FILE_OBJECT", "_DEVICE_OBJECT", "_CM_KEY_BODY", "_CMHIVE", "_CM_KEY_NODE",
    "_CM_KEY_VALUE", "_HMAP_ENTRY", "_MMVAD_SHORT", "_MMVAD", "_KSYSTEM_TIME", "_KMUTANT",
    "_DRIVER_OBJECT", "_OBJECT_SYMBOLIC_LINK", "_CONTROL_AREA", "_SHARED_CACHE_MAP", "_VACB",
    "_POOL_TRACKER_BIG_PAGES", "_IMAGE_DOS_HEADER", "_KTIMER", "_LDR_DATA_TABLE_ENTRY",
)  # fmt: skip


def image() -> bytes:
    """Four mebibytes, as an imager without a format of its own writes them."""
    memory = bytearray(4 << 20)
    _put(memory, _TABLES + 8 * _ITSELF, struct.pack("<Q", _TABLES | _PRESENT))
    free = iter(range(_TABLES + _PAGE, _KERNEL, _PAGE))
    _map(memory, _SHARED_AT, _SHARED, free)
    for at in range(0, 16 * _PAGE, _PAGE):
        _map(memory, _KERNEL_AT + at, _KERNEL + at, free)
    _put(memory, _SHARED + 0x26C, struct.pack("<I", 10))  # Windows 10 and later
    _put(memory, _KERNEL, b"MZ")
    _put(memory, _KERNEL + 0x1000, named())
    _put(memory, _KERNEL + 0x1800, b"KDBG\0\0\0\0" + struct.pack("<Q", _KERNEL_AT))
    _processes(memory)
    return bytes(memory)


def named(name: str = PDB, guid: uuid.UUID = GUID) -> bytes:
    """How a program names the symbols that were made with it."""
    return b"RSDS" + guid.bytes_le + struct.pack("<I", AGE) + name.encode() + b"\0"


def symbols(guid: uuid.UUID = GUID) -> bytes:
    """What `pdbconv` would write of them, compressed."""
    whole = {
        "metadata": {
            "format": "6.2.0",
            "producer": {"name": "test", "version": "1", "datetime": "2026-01-01T00:00:00"},
            "windows": {"pdb": {"GUID": guid.hex.upper(), "age": AGE, "database": PDB,
                                "machine_type": 0x8664}},
        },
        "base_types": {
            name: {"kind": kind, "size": size, "signed": signed, "endian": "little"}
            for name, kind, size, signed in (
                ("pointer", "int", 8, False), ("unsigned char", "char", 1, False),
                ("unsigned short", "int", 2, False), ("unsigned long", "int", 4, False),
                ("unsigned long long", "int", 8, False), ("long long", "int", 8, True),
            )
        },
        "user_types": {name: _type(8) for name in _NAMED} | {
            "_LARGE_INTEGER": _type(8, QuadPart=(0, {"kind": "base", "name": "long long"})),
            "_LIST_ENTRY": _type(16, Flink=(0, _entry()), Blink=(8, _entry())),
            "_EPROCESS": _type(_EACH, **_FIELDS),
        },
        "enums": {},
        "symbols": {"PsActiveProcessHead": {"address": _HEAD}},
    }  # fmt: skip
    return lzma.compress(json.dumps(whole).encode())


def shelf(folder: Path) -> Path:
    """A folder of symbols as Volatility 3 orders them."""
    path = folder / SYMBOLS
    path.parent.mkdir(parents=True)
    path.write_bytes(symbols())
    return folder


def _entry() -> dict[str, object]:
    return {"kind": "pointer", "subtype": {"kind": "struct", "name": "_LIST_ENTRY"}}


def _type(size: int, **fields: tuple[int, dict[str, object]]) -> dict[str, object]:
    told = {name: {"offset": at, "type": kind} for name, (at, kind) in fields.items()}
    return {"kind": "union" if "QuadPart" in fields else "struct", "size": size, "fields": told}


def _put(memory: bytearray, at: int, data: bytes) -> None:
    memory[at : at + len(data)] = data


def _map(memory: bytearray, virtual: int, physical: int, free) -> None:
    """One page, through four tables; those that are missing are made."""
    table = _TABLES
    for shift in (39, 30, 21):
        at = table + 8 * (virtual >> shift & 0x1FF)
        (entry,) = struct.unpack_from("<Q", memory, at)
        table = entry & ~0xFFF or next(free)
        _put(memory, at, struct.pack("<Q", table | _PRESENT))
    _put(memory, table + 8 * (virtual >> 12 & 0x1FF), struct.pack("<Q", physical | _PRESENT))


def _processes(memory: bytearray) -> None:
    links = [_HEAD, *(_FIRST + _EACH * at + 0x10 for at in range(len(PROCESSES)))]
    for here, after, before in zip(links, links[1:] + links[:1], links[-1:] + links[:-1]):  # noqa: B905
        _put(memory, _KERNEL + here, struct.pack("<2Q", _KERNEL_AT + after, _KERNEL_AT + before))
    for link, (number, parent, name) in zip(links[1:], PROCESSES, strict=True):
        told = struct.pack("<2QIxxxxqq15s", number, parent, 3, 133_000_000_000_000_000, 0, name)
        _put(memory, _KERNEL + link + 0x10, told)
