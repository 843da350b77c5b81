"""A kernel's types as Volatility 3 wants them: structures with offsets, enumerations, numbers.

Form: Volatility 3, schemas/schema-6.2.0.json. Each type is kept as the piece of JSON that it will
be, so that a kernel's ten thousand structures cost ten megabytes and not hundreds.
"""

from __future__ import annotations

from typing import Any

import msgspec

from evidence.memory.errors import SymbolsError
from evidence.memory.symbols.btf import Btf, Kind, Type

MOST_TEXT = 256 << 20  # bytes of JSON; a kernel's types come to ten
_DEEPEST = 32  # pointers and arrays within each other; MAX_RESOLVE_DEPTH, kernel/bpf/btf.c
_SIZES = (1, 2, 4, 8, 16)  # bytes that a number can have
_CHARACTERS = ("char", "signed char", "unsigned char")
_BASES = {
    False: {
        1: "unsigned char", 2: "short unsigned int", 4: "unsigned int", 8: "long unsigned int",
    },
    True: {1: "signed char", 2: "short int", 4: "int", 8: "long int"},
}  # fmt: skip
_NAMED = {
    Kind.STRUCT: "struct", Kind.UNION: "union", Kind.ENUM: "enum", Kind.ENUM64: "enum",
}  # fmt: skip
_SIGNED, _BOOLEAN = 1, 4  # BTF_INT_SIGNED, BTF_INT_BOOL
_TK_CORE = ["seq", "timekeeper"]  # before 6.13 the type of `tk_core` had no name, but these members

encode = msgspec.json.Encoder().encode


class KernelTypes:
    """The types of a kernel, and of its modules."""

    def __init__(self) -> None:
        self.base: dict[str, bytes] = {
            "void": _number("void", 0, signed=False), "pointer": _number("int", 8, signed=False),
        }  # fmt: skip
        self.user: dict[str, bytes] = {}
        self.enums: dict[str, bytes] = {}
        self.variables: dict[str, bytes] = {}
        """The types of those variables that BTF names: of every processor's own."""
        self.nameless: dict[str, bytes] = {}
        """Types without a name that are known by what is in them, by the variable they are of."""
        self._room = MOST_TEXT

    def add(self, btf: Btf, module: str = "") -> None:
        """Take in what is new: a module's type of a name that the kernel has stays out.

        Raises:
            SymbolsError: types that refer to nothing or to themselves, or too much of all.
        """
        found = _Added(btf, f"{module}_" if module else "", self._room)
        self._room = found.room
        self.base = found.base | self.base
        self.user = {name: text for name, (_, text) in found.user.items()} | self.user
        self.enums = found.enums | self.enums
        self.variables = found.variables | self.variables
        self.nameless = found.nameless | self.nameless

    def has(self, kind: str, name: str) -> bool:
        """Whether a symbol can be of this type."""
        return name in (self.base if kind == "base" else self.user)


class _Added:
    """What one file of BTF comes to."""

    def __init__(self, btf: Btf, prefix: str, room: int) -> None:
        self.room = room
        """Bytes of JSON that may still be made."""
        self._btf = btf
        self._prefix = prefix
        self._told: dict[int, bytes] = {}
        self.base: dict[str, bytes] = {}
        self.user: dict[str, tuple[int, bytes]] = {}
        self.enums: dict[str, bytes] = {}
        self.variables: dict[str, bytes] = {}
        self.nameless: dict[str, bytes] = {}
        self._needed: set[tuple[int, bool]] = set()
        for number, each in btf.own:
            self._define(number, each)
        for size, signed in sorted(self._needed):  # a kernel may have no such number otherwise
            self.base.setdefault(_BASES[signed][size], _number("int", size, signed=signed))

    def _define(self, number: int, each: Type) -> None:
        match each.kind:
            case Kind.INT:
                self.base.setdefault(each.name, _integer(each))
            case Kind.FLOAT:
                self.base.setdefault(each.name, _number("float", each.size, signed=True))
            case Kind.STRUCT | Kind.UNION:
                self._structure(number, each)
            case Kind.ENUM | Kind.ENUM64:
                told = self._enumeration(each)
                self.enums.setdefault(self._name(number, each), self._counted(told))
            case Kind.VAR:
                self.variables.setdefault(each.name, self._counted(self.told(each.size)))

    def _name(self, number: int, each: Type) -> str:
        return each.name or f"unnamed_{self._prefix}{number}"

    # What a member or a variable is.

    def told(self, number: int) -> bytes:
        """The description of a type where it is used."""
        found = self._told.get(number)
        if found is None:
            found = self._told[number] = self._counted(self._described(number))
        return found

    def _described(self, number: int) -> bytes:
        around: list[bytes] = []
        for _ in range(_DEEPEST):
            number = self._btf.bare(number)
            each = self._btf.types[number]
            if each.kind is Kind.PTR:
                around.append(b'{"kind":"pointer","subtype":')
                number = each.size
            elif each.kind is Kind.ARRAY:
                ((number, _, count),) = each.entries
                around.append(b'{"count":%d,"kind":"array","subtype":' % count)
            else:
                return b"".join((*around, encode(self._leaf(number, each)), b"}" * len(around)))
        raise SymbolsError("btf_deep", limit=_DEEPEST)

    def _leaf(self, number: int, each: Type) -> dict[str, str]:
        if each.kind in _NAMED:
            return {"kind": _NAMED[each.kind], "name": self._name(number, each)}
        if each.kind is Kind.FWD:
            return {"kind": "union" if each.flag else "struct", "name": self._name(number, each)}
        if each.kind in (Kind.FUNC, Kind.FUNC_PROTO):
            return {"kind": "function"}
        named = each.kind in (Kind.INT, Kind.FLOAT)
        return {"kind": "base", "name": each.name if named else "void"}

    # Structures.

    def _structure(self, number: int, each: Type) -> None:
        members = [(self._btf.text(name), kind, place) for name, kind, place in each.entries]
        fields = {
            member or f"unnamed_field_{index}": self._field(member, kind, place, each.flag)
            for index, (member, kind, place) in enumerate(members)
        }
        name = self._name(number, each)
        if not each.name and [member for member, _, _ in members[:2]] == _TK_CORE:
            self.nameless["tk_core"] = encode({"kind": "struct", "name": name})
        known = self.user.get(name)
        if known is None or known[0] < len(fields):  # of one name: the one that says more
            told = {"fields": fields, "kind": _NAMED[each.kind], "size": each.size}
            self.user[name] = len(fields), self._counted(encode(told))

    def _counted(self, text: bytes) -> bytes:
        """A piece that is to be written, unless it is one too many."""
        self.room -= len(text)
        if self.room < 0:
            raise SymbolsError("btf_room", limit=MOST_TEXT)
        return text

    def _field(self, name: str, number: int, place: int, with_bits: bool) -> dict[str, Any]:
        bits, at = (place >> 24, place & 0xFF_FFFF) if with_bits else (0, place)
        target = self._btf.types[self._btf.bare(number)]
        if not bits and target.kind is Kind.INT:
            ((word,),) = target.entries
            bits = word & 0xFF if word & 0xFF != target.size * 8 else 0
            at += word >> 16 & 0xFF if bits else 0
        told: dict[str, Any] = {"anonymous": True} if not name else {}
        described = msgspec.Raw(self.told(number))
        if not bits:
            return told | {"offset": at // 8, "type": described}
        byte, bit = _unit(at, bits, target)
        field = {"bit_length": bits, "bit_position": bit, "kind": "bitfield", "type": described}
        return told | {"offset": byte, "type": field}

    # Enumerations.

    def _enumeration(self, each: Type) -> bytes:
        base = _BASES[each.flag].get(each.size)
        if base is None:
            raise SymbolsError("btf_enumeration", size=each.size)
        self._needed.add((each.size, each.flag))
        mask = -1 if each.flag else (1 << 8 * each.size) - 1
        constants = {
            self._btf.text(name): _value(words, signed=each.flag) & mask
            for name, *words in each.entries
        }
        return encode({"base": base, "constants": constants, "size": each.size})


def _value(words: list[int], *, signed: bool) -> int:
    """A constant of one signed word, or of two that are a 64-bit number."""
    if len(words) == 1:
        return words[0]
    value = words[0] | words[1] << 32
    return value - (1 << 64) if signed and value >> 63 else value


def _unit(at: int, bits: int, target: Type) -> tuple[int, int]:
    """The byte at which the number begins that a bit field lies in, and the field's first bit.

    A number of the member's own width where the compiler put it, as debuggers say it; in packed
    structures a field may lie over two of those: then the nearest byte.
    """
    if target.size not in _SIZES:
        raise SymbolsError("btf_bits", size=target.size)
    width = target.size * 8
    byte = at // width * target.size
    if at - byte * 8 + bits > width:
        byte = at // 8
    return byte, at - byte * 8


def _integer(each: Type) -> bytes:
    if each.size not in _SIZES:
        raise SymbolsError("btf_integer", size=each.size)
    ((word,),) = each.entries
    encoding = word >> 24 & 0xF
    kind = "char" if each.name in _CHARACTERS else "bool" if encoding & _BOOLEAN else "int"
    signed = bool(encoding & _SIGNED) or each.name == "char"  # x86-64: gcc's char is signed
    return _number(kind, each.size, signed=signed)


def _number(kind: str, size: int, *, signed: bool) -> bytes:
    return encode({"endian": "little", "kind": kind, "signed": signed, "size": size})
