"""A small kernel's account of itself: BTF written after the format's description, and symbols."""

from __future__ import annotations

import struct

from evidence.memory.symbols.btf import Kind

TEXT = 0xFFFFFFFF81000000
BANNER = b"Linux version 6.1.0-test (builder@here) (gcc 12) #1 SMP Debian 6.1.0-1 (2026-01-01)\n"
SHIFT = 0x1A000000


class Writer:
    """Writes BTF; each `add` gives the type's number."""

    def __init__(self, base: Writer | None = None):
        self.strings = b"\0" if base is None else b""
        self.before = base.end if base else 0
        self.count = base.count if base else 0
        self.types = bytearray()

    @property
    def end(self):
        return self.before + len(self.strings)

    def text(self, name: str) -> int:
        if not name:
            return 0
        at = self.end
        self.strings += name.encode() + b"\0"
        return at

    def add(self, kind, name="", size=0, *, flag=False, tail=b"", count=0) -> int:
        info = count | kind << 24 | flag << 31
        self.types += struct.pack("<III", self.text(name), info, size) + tail
        self.count += 1
        return self.count

    def integer(self, name, size, encoding=0, *, bits=None, offset=0):
        word = encoding << 24 | offset << 16 | (size * 8 if bits is None else bits)
        return self.add(Kind.INT, name, size, tail=struct.pack("<I", word))

    def pointer(self, to):
        return self.add(Kind.PTR, size=to)

    def array(self, of, count, index=1):
        return self.add(Kind.ARRAY, tail=struct.pack("<III", of, index, count))

    def structure(self, name, size, members, *, kind=Kind.STRUCT, bits=False):
        """Members are (name, type, bit offset) or, with bits, (name, type, bit offset, bits)."""
        words = [
            struct.pack("<III", self.text(n), number, at | (rest[0] if rest else 0) << 24)
            for n, number, at, *rest in members
        ]
        return self.add(kind, name, size, flag=bits, tail=b"".join(words), count=len(words))

    def enum(self, name, values, *, size=4, signed=False):
        form = "<Ii" if signed else "<II"
        tail = b"".join(struct.pack(form, self.text(n), value) for n, value in values.items())
        return self.add(Kind.ENUM, name, size, flag=signed, tail=tail, count=len(values))

    def enum64(self, name, values, *, signed=False):
        tail = b"".join(
            struct.pack("<III", self.text(n), value & 0xFFFFFFFF, value >> 32 & 0xFFFFFFFF)
            for n, value in values.items()
        )
        return self.add(Kind.ENUM64, name, 8, flag=signed, tail=tail, count=len(values))

    def data(self) -> bytes:
        sizes = (0, len(self.types), len(self.types), len(self.strings))
        return struct.pack("<HBBIIIII", 0xEB9F, 1, 0, 24, *sizes) + self.types + self.strings


def types() -> Writer:
    """Every kind of the format, among them what an analysis of any Linux needs."""
    w = Writer()
    number = w.integer("int", 4, 1)
    char = w.integer("char", 1)
    unsigned = w.integer("unsigned int", 4)
    long = w.integer("long unsigned int", 8)
    boolean = w.integer("_Bool", 1, 4)
    w.add(Kind.FLOAT, "double", 8)
    link = w.count + 1
    w.structure("list_head", 16, [("next", link + 1, 0), ("prev", link + 1, 64)])
    w.pointer(link)
    enum = w.enum("pid_type", {"PIDTYPE_PID": 0, "PIDTYPE_MAX": 0xFFFFFFFF})
    w.enum("signed_one", {"BELOW": -1, "ABOVE": 1}, signed=True)
    w.enum64("wide", {"LARGE": 1 << 40})
    w.enum64("wide_signed", {"LOW": -(1 << 40)}, signed=True)
    inner = w.structure("", 8, [("low", unsigned, 0), ("high", unsigned, 32)])
    either = w.structure("", 8, [("", inner, 0), ("both", long, 0)], kind=Kind.UNION)
    comm = w.array(w.add(Kind.CONST, size=char), 16, number)
    alias = w.add(Kind.TYPEDEF, "u_word", w.add(Kind.VOLATILE, size=unsigned))
    opaque = w.add(Kind.FWD, "elsewhere")
    prototype = w.add(
        Kind.FUNC_PROTO, size=number, tail=struct.pack("<II", w.text("arg"), long), count=1
    )
    w.add(Kind.FUNC, "do_it", prototype)
    tagged = w.add(Kind.TYPE_TAG, "user", w.add(Kind.RESTRICT, size=w.pointer(char)))
    task = w.structure(
        "task_struct", 80,
        [("state", alias, 0, 0), ("flag", unsigned, 32, 1), ("wide", unsigned, 33, 20),
         ("kind", enum, 64, 4), ("on", boolean, 72, 0), ("", either, 128, 0),
         ("comm", comm, 192, 0), ("tasks", link, 320, 0), ("call", w.pointer(prototype), 448, 0),
         ("where", w.pointer(opaque), 512, 0), ("name", w.pointer(tagged), 576, 0)],
        bits=True,
    )  # fmt: skip
    w.structure("packed", 5, [("first", unsigned, 0, 30), ("second", unsigned, 30, 10)], bits=True)
    w.structure("twice", 4, [("one", number, 0)])
    w.structure("twice", 8, [("one", number, 0), ("two", number, 32)])
    w.structure("", 24, [("seq", unsigned, 0), ("timekeeper", long, 64)])
    w.structure("file_operations", 8, [("owner", w.pointer(0), 0)])
    variable = w.add(Kind.VAR, "current_task", w.pointer(task), tail=struct.pack("<I", 1))
    w.add(Kind.DATASEC, ".data..percpu", 8, tail=struct.pack("<III", variable, 0, 8), count=1)
    w.add(Kind.DECL_TAG, "bpf_kfunc", task, tail=struct.pack("<i", -1))
    return w


def module(base: Writer) -> bytes:
    """Types of a module, which refer to those of the kernel."""
    w = Writer(base)
    link = 7  # list_head
    w.structure("packet_sock", 24, [("list", link, 0), ("id", 3, 128)])
    w.structure("", 8, [("own", 4, 0)])
    w.structure("task_struct", 4, [("false", 1, 0)])
    return w.data()


SYMBOLS = {
    "_stext": TEXT, "_text": TEXT, "_etext": TEXT + 0xE00000, "init_task": TEXT + 0x1000000,
    "linux_banner": TEXT + 0xF00000, "modules": TEXT + 0x1000100, "tk_core": TEXT + 0x1000200,
    "do_it": TEXT + 0x40, "sock_def_destruct": TEXT + 0x80,
}  # fmt: skip


def kallsyms(symbols=SYMBOLS, shift=SHIFT) -> bytes:
    lines = [f"{at + shift:016x} T {name}" for name, at in symbols.items()]
    lines += [f"{TEXT + shift:016x} T _text", "0000000000021bc0 A current_task"]
    lines += ["ffffffffc0a3b000 t helper\t[nf_tables]", "ffffffffc0a3c000 t init_task\t[evil]"]
    return "\n".join(lines).encode() + b"\n"


VMCOREINFO = (
    f"OSRELEASE=6.1.0-test\nKERNELOFFSET={SHIFT:x}\nNUMBER(pgtable_l5_enabled)=0\n"
    f"SYMBOL(kallsyms_num_syms)={TEXT + SHIFT + 0xA0000:x}\n"
)
