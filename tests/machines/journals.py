"""Journals for tests: written by systemd itself, then packed in another way, damaged or forged.

`systemd-journal-remote` writes them from lines in the export format; `journalctl` says what it
reads of them.
"""

from __future__ import annotations

import ctypes
import json
import lzma
import os
import struct
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import zstandard

WRITER = "/lib/systemd/systemd-journal-remote"
NOON = 1_716_120_000_000_000  # 2024-05-19 12:00 UTC in µs
BOOT = "b0" * 16
DATA, FIELD, ENTRY, ENTRY_ARRAY, TAG = 1, 2, 3, 6, 7
XZ, LZ4, ZSTD = 1, 2, 4
_FLAGS, _STATE, _SIZE, _ARENA, _TAIL, _ENTRIES, _LIST = 12, 16, 88, 96, 136, 152, 176
_OBJECT = struct.Struct("<BB6xQ")

Fields = Mapping[str, str | bytes | tuple[str, ...]]
"""By name; several of a name as a tuple."""


def entry(text: str | bytes = "a word", at: int = 0, *, boot: str = BOOT, **fields: str) -> Fields:
    """Fields of an entry, so many seconds after noon."""
    return {
        "__REALTIME_TIMESTAMP": str(NOON + at * 10**6), "__MONOTONIC_TIMESTAMP": str(at * 10**6),
        "_BOOT_ID": boot, "MESSAGE": text, "_HOSTNAME": "srv1", **fields,
    }  # fmt: skip


def sshd(text: str, at: int = 0, **fields: str) -> Fields:
    """What sshd says."""
    told = {"SYSLOG_IDENTIFIER": "sshd", "_COMM": "sshd", "_EXE": "/usr/sbin/sshd", "_UID": "0",
            "_SYSTEMD_UNIT": "ssh.service"}  # fmt: skip
    return entry(text, at, **(told | fields))


def journal(
    folder: Path, entries: Iterable[Fields], *, compact: bool = True, keyed: bool = True,
    packed: bool = True, name: str = "made.journal",
) -> Path:  # fmt: skip
    """A journal as systemd writes it."""
    path = folder / name
    environment = os.environ | {
        "SYSTEMD_JOURNAL_COMPACT": str(int(compact)), "SYSTEMD_JOURNAL_KEYED_HASH": str(int(keyed)),
    }  # fmt: skip
    subprocess.run(
        [WRITER, f"--compress={'yes' if packed else 'no'}", f"--output={path}", "-"],
        input=b"".join(map(_exported, entries)), env=environment, check=True, capture_output=True,
    )  # fmt: skip
    return path


def _exported(fields: Fields) -> bytes:
    lines = b""
    for name, told in fields.items():
        for value in told if isinstance(told, tuple) else (told,):
            lines += _line(name.encode(), value.encode() if isinstance(value, str) else value)
    return lines + b"\n"


def _line(name: bytes, value: bytes) -> bytes:
    if b"\n" in value or not value.isascii():
        return name + b"\n" + struct.pack("<Q", len(value)) + value + b"\n"
    return name + b"=" + value + b"\n"


def by_journalctl(path: Path) -> list[dict[str, bytes]]:
    """What journalctl reads: each entry's fields; the first where there are several of a name."""
    run = ["journalctl", "--file", path, "--all", "--output=json"]
    lines = subprocess.run(run, check=True, capture_output=True).stdout.splitlines()
    return [{name: _as_bytes(value) for name, value in json.loads(line).items()} for line in lines]


def _as_bytes(value: str | list[int] | list[str]) -> bytes:
    if isinstance(value, str):
        return value.encode()
    return value[0].encode() if isinstance(value[0], str) else bytes(value)


class Bytes(bytearray):
    """A journal's bytes; knows where its objects lie."""

    @classmethod
    def of(cls, path: Path) -> Bytes:
        """What is used of a file, as systemd cuts one that it archives."""
        data = cls(path.read_bytes())
        *_, (offset, _, size) = data.objects()
        del data[-(-(offset + size) // 8) * 8 :]
        data.set(_ARENA, len(data) - data.number(_SIZE))
        return data

    def objects(self, *kinds: int) -> Iterator[tuple[int, int, int]]:
        """Offset, kind and size of each."""
        offset = self.number(_SIZE)
        while offset <= len(self) - _OBJECT.size:
            kind, _, size = _OBJECT.unpack_from(self, offset)
            if not kind:
                return
            if not kinds or kind in kinds:
                yield offset, kind, size
            offset = -(-(offset + size) // 8) * 8

    def number(self, offset: int) -> int:
        """Eight bytes."""
        return struct.unpack_from("<Q", self, offset)[0]

    def set(self, offset: int, number: int) -> None:
        """Eight bytes."""
        struct.pack_into("<Q", self, offset, number)

    def set_state(self, state: int) -> None:
        """0 offline, 1 online, 2 archived."""
        self[_STATE] = state

    def say(self, entries: int) -> None:
        """How many entries the header counts."""
        self.set(_ENTRIES, entries)

    @property
    def list(self) -> int:
        """Where the list of entries begins."""
        return self.number(_LIST)

    def unlist(self) -> None:
        """Take the list of entries away."""
        self.set(_LIST, 0)

    def need(self, features: int) -> None:
        """Features without which nobody should read it."""
        self[_FLAGS] |= features

    @property
    def head(self) -> int:
        """Bytes of a field's object before its payload."""
        return 72 if self[_FLAGS] & 0x10 else 64

    def field(self, text: bytes) -> int:
        """Where the object of an unpacked field with such a beginning lies."""
        (offset,) = (at for at, _, _ in self.objects(DATA) if self.startswith(text, at + self.head))
        return offset

    def append(self, kind: int, payload: bytes, *, size: int | None = None) -> int:
        """One more object at the end; where it lies."""
        offset = len(self)
        count = _OBJECT.size + len(payload) if size is None else size
        self.extend(_OBJECT.pack(kind, 0, count) + payload)
        self.extend(bytes(-len(self) % 8))
        self.set(_TAIL, offset)
        self.set(_ARENA, len(self) - self.number(_SIZE))
        return offset

    def pack(self, how: int, longer: int = 512) -> int:
        """Pack each longer field, as a writer of another version would; how many there are."""
        count = 0
        for offset, _, size in list(self.objects(DATA)):
            if size > self.head + longer:
                self.put(offset, how, PACKERS[how](bytes(self[offset + self.head : offset + size])))
                count += 1
        return count

    def put(self, offset: int, how: int, payload: bytes) -> None:
        """Another payload into a field's object; the name of a field fills what is left of it."""
        room = -(-self.number(offset + 8) // 8) * 8
        size = self.head + len(payload)
        end = -(-size // 8) * 8
        left = room - end
        assert left == 0 or left >= 40, "no room"
        self[offset + 1] = how
        self.set(offset + 8, size)
        self[offset + self.head : offset + end] = payload.ljust(end - self.head, b"\0")
        if left:
            self[offset + end : offset + room] = _OBJECT.pack(FIELD, 0, left).ljust(left, b"\0")
        self.need({XZ: 1, LZ4: 2, ZSTD: 8}[how])


def lz4(plain: bytes) -> bytes:
    """By the library that systemd itself uses."""
    library = ctypes.CDLL("liblz4.so.1")
    room = ctypes.create_string_buffer(library.LZ4_compressBound(len(plain)))
    size = library.LZ4_compress_default(plain, room, len(plain), len(room))
    return struct.pack("<Q", len(plain)) + room.raw[:size]


def xz(plain: bytes) -> bytes:
    return lzma.compress(plain, check=lzma.CHECK_NONE)


PACKERS = {XZ: xz, LZ4: lz4, ZSTD: zstandard.compress}
