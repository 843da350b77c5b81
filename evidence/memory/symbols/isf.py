"""An ISF file: what Volatility 3 reads as symbols of a kernel.

The same input gives the same bytes, with the same release of liblzma: nothing in it says when.
"""

from __future__ import annotations

import base64
import lzma
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec

from evidence import __version__
from evidence.memory.symbols.kallsyms import Addresses
from evidence.memory.symbols.kerneltypes import KernelTypes, encode
from evidence.memory.symbols.untyped import TYPES, description

FORMAT = "6.2.0"
_PRESET = 1  # of xz: 1.3 MiB in half a second; 9 takes ten times as long for a tenth less
_PIECE = 1 << 20  # bytes of JSON given to xz at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A file that symbols were made from."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Isf:
    """Types and symbols, ready to be written."""

    types: KernelTypes
    addresses: Addresses
    banner: bytes
    """What the kernel calls itself, as it stands in its memory: the file is found by it."""
    of_types: list[Origin]
    of_symbols: list[Origin]

    def symbols(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each with its address, and its type where one is known."""
        known = _typed(self.types) | self.types.variables
        for name, address in self.addresses.linked.items():
            told: dict[str, Any] = {"address": address}
            if name in known:
                told["type"] = msgspec.Raw(known[name])
            if name == "linux_banner":
                told["constant_data"] = base64.b64encode(self.banner).decode()
                told["type"] = description(f"[{len(self.banner)}] base char")[2]
            yield name, told

    def write(self, file: BinaryIO) -> None:
        """Write it as .json.xz, a megabyte at a time."""
        packer = lzma.LZMACompressor(lzma.FORMAT_XZ, preset=_PRESET)
        ready = bytearray()
        for piece in self._pieces():
            ready += piece
            if len(ready) >= _PIECE:
                file.write(packer.compress(bytes(ready)))
                ready.clear()
        file.write(packer.compress(bytes(ready)))
        file.write(packer.flush())

    def _pieces(self) -> Iterator[bytes]:
        yield b'{"metadata":' + encode(self._metadata())
        for name, kept in (
            ("base_types", self.types.base), ("user_types", self.types.user),
            ("enums", self.types.enums),
        ):  # fmt: skip
            yield b',"%s":' % name.encode()
            yield from _mapping(kept.items())
        yield b',"symbols":'
        yield from _mapping((name, encode(told)) for name, told in self.symbols())
        yield b"}\n"

    def _metadata(self) -> Mapping[str, Any]:
        # The schema of 6.2.0 knows no kind "btf"; the name of the file says what it is.
        types = [_provenance("dwarf", each) for each in self.of_types]
        symbols = [_provenance("system-map", each) for each in self.of_symbols]
        return {
            "format": FORMAT, "linux": {"symbols": symbols, "types": types},
            "producer": {"name": "hozen", "version": __version__},
        }  # fmt: skip


def _typed(types: KernelTypes) -> dict[str, bytes]:
    """The symbols of the table whose type this kernel has."""
    known = {name: text for name, text in types.nameless.items() if name in TYPES}
    for symbol, words in TYPES.items():
        kind, name, told = description(words)
        if types.has(kind, name):
            known[symbol] = encode(told)
    return known


def _provenance(kind: str, origin: Origin) -> dict[str, str]:
    return {
        "kind": kind, "name": origin.name, "hash_type": "sha256", "hash_value": origin.sha256,
    }  # fmt: skip


def _mapping(entries: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    before = b"{"
    for name, text in entries:
        yield before + encode(name) + b":" + text
        before = b","
    yield b"}" if before == b"," else b"{}"
