"""Run once, by hand, inside gdb: what a kernel's DWARF says of structures and of untyped symbols.

    gdb -nx -batch -ex "py NAMES, SYMBOLS, TO = 'names.json', 'symbols.json', 'dwarf.json'" \
        -x read.py vmlinux

gdb reads the debug information that the compiler wrote; BTF was made of the same by another program
(pahole) when the kernel was built, and is what a machine that runs it carries. NAMES and SYMBOLS
are lists; the output has, for each structure, its size and each member's place in bits, width and
type, what has no name looked into; for each symbol, its type.
"""

import json
from pathlib import Path

import gdb

_WORDS = {gdb.TYPE_CODE_STRUCT: "struct", gdb.TYPE_CODE_UNION: "union", gdb.TYPE_CODE_ENUM: "enum"}


def spelled(kind):
    """A type in the words of `spelled` in `test_dwarf.py`."""
    kind = kind.strip_typedefs().unqualified()
    if kind.code == gdb.TYPE_CODE_PTR:
        return f"* {spelled(kind.target())}"
    if kind.code == gdb.TYPE_CODE_ARRAY:
        (first, last), size = kind.range(), kind.target().sizeof
        count = kind.sizeof // size if size else last - first + 1  # none where it ends a structure
        return f"[{count}] {spelled(kind.target())}"
    if kind.code in _WORDS:
        return f"{_WORDS[kind.code]} {kind.tag or '-'}"
    if kind.code == gdb.TYPE_CODE_FUNC:
        return "function"
    if kind.code == gdb.TYPE_CODE_VOID:
        return "void"
    return f"{'signed' if kind.is_signed else 'unsigned'} {kind.sizeof}"


def members(kind, before="", at=0):
    """Each member that has a name, by the way to it."""
    found = {}
    for number, each in enumerate(kind.fields()):
        way = before + (each.name or f"unnamed_field_{number}")
        inner = each.type.strip_typedefs().unqualified()
        if not each.name:
            found |= members(inner, f"{way}.", at + each.bitpos)
        else:
            found[way] = [at + each.bitpos, each.bitsize, spelled(inner)]
    return found


def structure(name):
    """Size and members of a structure or union; None where the kernel has none of that name."""
    for word in ("struct", "union"):
        try:
            kind = gdb.lookup_type(f"{word} {name}")
        except gdb.error:
            continue
        return [kind.sizeof, members(kind)]
    return None


def symbol(name):
    """A variable's or function's type; None where there is none."""
    found = gdb.lookup_global_symbol(name) or gdb.lookup_static_symbol(name)
    return spelled(found.type) if found is not None else None


def listed(path):
    return json.loads(Path(path).read_text())


told = {
    "structures": {name: structure(name) for name in listed(NAMES)},  # noqa: F821 - given by -ex
    "symbols": {name: symbol(name) for name in listed(SYMBOLS)},  # noqa: F821
}
Path(TO).write_text(json.dumps(told, sort_keys=True, separators=(",", ":")))  # noqa: F821
