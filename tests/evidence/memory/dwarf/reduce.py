"""Run once, by hand: of a kernel's BTF, what some structures are made of, as BTF again.

    python reduce.py BTF NAMES TO          (with the clone and its tests/machines on PYTHONPATH)

NAMES is a list (JSON). A structure that is only pointed to and not among them becomes a declaration
without members; what functions take is left out. Everything else stays as it was.
"""

import json
import struct
import sys
from pathlib import Path

from kernels import Writer

from evidence.memory.symbols.btf import Btf, Kind

_STRUCTURES = (Kind.STRUCT, Kind.UNION)
_NAMED = {**dict.fromkeys(_STRUCTURES, "<III"), Kind.ENUM: "<Ii", Kind.ENUM64: "<III"}
"""What has entries that begin with a name."""
_LEAVES = (Kind.INT, Kind.FLOAT, Kind.FWD, Kind.ENUM, Kind.ENUM64, Kind.FUNC_PROTO)


class Reduced:
    """The types that are kept, under new numbers."""

    def __init__(self, btf: Btf, names: set[str]) -> None:
        self._btf, self._names, self._seen = btf, names, set()
        self._whole, declared = set(), set()
        for number, each in btf.own:
            if each.kind in _STRUCTURES and each.name in names:
                self._keep(number, declared)
        kept = sorted(self._whole | declared)
        self._numbers = {0: 0} | {old: new for new, old in enumerate(kept, 1)}
        self._writer = Writer()
        for number in kept:
            self._write(number)
        self.data = self._writer.data()

    def _keep(self, number: int, declared: set[int], *, pointed: bool = False) -> None:
        if not number or (number, pointed) in self._seen:
            return
        self._seen.add((number, pointed))
        each = self._btf.types[number]
        structure = each.kind in _STRUCTURES
        if structure and pointed and each.name and each.name not in self._names:
            declared.add(number)
            return
        self._whole.add(number)
        for other in self._below(number):
            self._keep(
                other, declared, pointed=not structure and (pointed or each.kind == Kind.PTR)
            )

    def _below(self, number: int) -> list[int]:
        each = self._btf.types[number]
        if each.kind in _STRUCTURES:
            return [of for _, of, _ in each.entries]
        if each.kind == Kind.ARRAY:
            return list(each.entries[0][:2])
        return [] if each.kind in _LEAVES else [each.size]

    def _write(self, number: int) -> None:
        each = self._btf.types[number]
        if number not in self._whole:
            self._writer.add(Kind.FWD, each.name, flag=each.kind == Kind.UNION)
        elif each.kind in _NAMED:
            tail = [self._entry(each.kind, entry) for entry in each.entries]
            self._writer.add(
                each.kind, each.name, each.size, flag=each.flag, tail=b"".join(tail),
                count=len(tail),
            )  # fmt: skip
        elif each.kind == Kind.ARRAY:
            of, index, count = each.entries[0]
            self._writer.array(self._numbers[of], count, self._numbers[index])
        elif each.kind == Kind.FUNC_PROTO:
            self._writer.add(Kind.FUNC_PROTO)
        elif each.kind in _LEAVES:
            self._writer.add(each.kind, each.name, each.size, flag=each.flag, tail=each.tail)
        else:
            self._writer.add(each.kind, each.name, self._numbers[each.size])

    def _entry(self, kind: Kind, entry: tuple[int, ...]) -> bytes:
        name, *rest = entry
        if kind in _STRUCTURES:
            rest[0] = self._numbers[rest[0]]
        return struct.pack(_NAMED[kind], self._writer.text(self._btf.text(name)), *rest)


if __name__ == "__main__":
    source, names, to = map(Path, sys.argv[1:])
    to.write_bytes(Reduced(Btf(source.read_bytes()), set(json.loads(names.read_text()))).data)
