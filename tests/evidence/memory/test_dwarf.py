"""Our types, made from a kernel's BTF, against what that kernel's DWARF says (decision 0014).

Both are of Debian's 6.1.0-57-cloud-amd64 (6.1.192-3): `dwarf/read.py` had gdb read the debug
package, `dwarf/reduce.py` took of the BTF what these structures are made of.
"""

import json
import lzma
import re
from pathlib import Path

import pytest

from evidence.memory.symbols.btf import Btf
from evidence.memory.symbols.kerneltypes import KernelTypes
from evidence.memory.symbols.untyped import TYPES, description

HERE = Path(__file__).with_name("dwarf")
DWARF = json.loads(lzma.decompress((HERE / "debian-6.1.dwarf.json.xz").read_bytes()))
# What the plugins read that the guest's own words are held against, and how they come there.
ASKED = {
    "task_struct", "mm_struct", "files_struct", "fdtable", "file", "dentry", "inode", "socket",
    "sock", "inet_sock", "unix_sock", "net", "mount", "vfsmount", "mnt_namespace", "super_block",
    "module", "nsproxy", "timekeeper", "printk_ringbuffer", "cred", "pid", "net_device",
    "in_ifaddr", "list_head", "qstr", "path", "vm_area_struct", "kobject",
}  # fmt: skip
FUNCTIONS = {name for name, words in TYPES.items() if words == "base void"}
# Of other releases than 6.1.
ABSENT = {
    "log_first_idx", "log_next_idx", "module_addr_max", "module_addr_min", "tcp_seq_ops",
}  # fmt: skip


@pytest.fixture(scope="module")
def types():
    made = KernelTypes()
    made.add(Btf(lzma.decompress((HERE / "debian-6.1.btf.xz").read_bytes())))
    return {
        kept: {name: json.loads(text) for name, text in getattr(made, kept).items()}
        for kept in ("base", "user", "enums", "nameless")
    }


def spelled(told, types) -> str:
    """A type in the words of `spelled` in `dwarf/read.py`."""
    match told["kind"]:
        case "pointer":
            return f"* {spelled(told['subtype'], types)}"
        case "array":
            return f"[{told['count']}] {spelled(told['subtype'], types)}"
        case "base" if told["name"] != "void":
            number = types["base"][told["name"]]
            return f"{'signed' if number['signed'] else 'unsigned'} {number['size']}"
        case "struct" | "union" | "enum":
            return f"{told['kind']} {'-' if told['name'].startswith('unnamed_') else told['name']}"
    return told.get("name", told["kind"])


def members(name, types, before="", at=0):
    """Each member that has a name, by the way to it: place and width in bits, and type."""
    found = {}
    for member, each in types["user"][name]["fields"].items():
        told, bit, width = each["type"], at + each["offset"] * 8, 0
        if told["kind"] == "bitfield":
            bit, width = bit + told["bit_position"], told["bit_length"]
            told = told["type"]
        if member.startswith("unnamed_field_"):
            found |= members(told["name"], types, f"{before}{member}.", bit)
        else:
            found[before + member] = [bit, width, spelled(told, types)]
    return found


def flat(words: str) -> str:
    """Arrays of arrays as BTF has them: one of as many (pahole multiplies the dimensions)."""
    while many := re.search(r"\[(\d+)\] \[(\d+)\]", words):
        words = words.replace(many[0], f"[{int(many[1]) * int(many[2])}]", 1)
    return words


def test_every_structure_that_is_compared_is_there():
    """Those that the source of Volatility 3 2.28 names, and those that members lead to."""
    kept = {name for name, told in DWARF["structures"].items() if told is not None}

    assert kept == set(DWARF["structures"])
    assert kept >= ASKED
    assert (len(kept), sum(len(told[1]) for _, told in DWARF["structures"].items())) == (189, 2803)


def test_each_member_lies_where_dwarf_says_and_is_what_it_says(types):
    for name, (size, told) in DWARF["structures"].items():
        expected = {way: [bit, width, flat(words)] for way, (bit, width, words) in told.items()}

        assert (name, types["user"][name]["size"]) == (name, size)
        assert (name, members(name, types)) == (name, expected)


def test_the_types_that_we_give_to_symbols_are_those_of_dwarf(types):
    told = DWARF["symbols"]
    ours = {name: spelled(description(words)[2], types) for name, words in TYPES.items()}
    nameless = {"tk_core"}  # before 6.13; what is in it is looked for by its members
    compared = set(told) - ABSENT - FUNCTIONS - nameless

    assert {name for name, words in told.items() if words is None} == ABSENT
    assert {name: ours[name] for name in compared} == {name: told[name] for name in compared}
    assert {told[name] for name in FUNCTIONS} == {"function"}
    assert told["tk_core"] == "struct -"
    assert set(told) <= set(TYPES)
