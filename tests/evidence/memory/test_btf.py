"""BTF: read as the format says, refused where it lies, as strangers read it."""

import contextlib
import json
import re
import struct
import subprocess
from pathlib import Path

import kernels
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from kernels import Writer

from evidence.memory.errors import SymbolsError
from evidence.memory.symbols import kerneltypes
from evidence.memory.symbols.btf import Btf, Kind
from evidence.memory.symbols.kerneltypes import KernelTypes

RUNNING = Path("/sys/kernel/btf/vmlinux")
MADE = kernels.types().data()
FILES = {"made": MADE} | ({"running": RUNNING.read_bytes()} if RUNNING.exists() else {})


def types_of(data, *modules):
    kernel, types = Btf(data), KernelTypes()
    types.add(kernel)
    for name, blob in modules:
        types.add(Btf(blob, kernel), name)
    return types


def decoded(kept):
    return {name: json.loads(text) for name, text in kept.items()}


def field(name, structure="task_struct", data=MADE):
    return decoded(types_of(data).user)[structure]["fields"][name]


# Every kind.


def test_every_kind_of_the_format_is_there():
    assert {each.kind for each in Btf(MADE).types} == set(Kind)


def test_pointers_arrays_and_names_come_out_without_qualifiers():
    chars = {"kind": "array", "count": 16, "subtype": {"kind": "base", "name": "char"}}
    link = {"kind": "struct", "name": "list_head"}

    assert field("comm") == {"offset": 24, "type": chars}
    assert field("state")["type"] == {"kind": "base", "name": "unsigned int"}
    assert field("call")["type"] == {"kind": "pointer", "subtype": {"kind": "function"}}
    assert field("where")["type"]["subtype"] == {"kind": "struct", "name": "elsewhere"}
    assert field("next", "list_head")["type"] == {"kind": "pointer", "subtype": link}


def test_bit_fields_lie_in_a_number_of_their_width():
    unsigned = {"kind": "base", "name": "unsigned int"}
    wide = {"kind": "bitfield", "bit_length": 20, "bit_position": 1, "type": unsigned}

    assert field("wide") == {"offset": 4, "type": wide}
    assert field("kind")["type"]["type"] == {"kind": "enum", "name": "pid_type"}


def test_a_packed_bit_field_over_two_numbers_begins_at_its_own_byte():
    second = field("second", "packed")

    assert (second["offset"], second["type"]["bit_position"]) == (3, 6)


def test_a_bit_field_of_the_old_form_says_its_bits_in_its_type():
    w = Writer()
    narrow = w.integer("unsigned int", 4, bits=3, offset=2)
    w.structure("old", 4, [("few", narrow, 8)])

    found = field("few", "old", w.data())

    assert found["offset"] == 0
    assert (found["type"]["bit_position"], found["type"]["bit_length"]) == (10, 3)


def test_members_without_a_name_are_marked():
    fields = decoded(types_of(MADE).user)["task_struct"]["fields"]
    (unnamed,) = (name for name, each in fields.items() if each.get("anonymous"))

    assert re.fullmatch(r"unnamed_\d+", fields[unnamed]["type"]["name"])


def test_constants_keep_their_sign_and_width():
    enums = decoded(types_of(MADE).enums)

    assert enums["pid_type"]["constants"]["PIDTYPE_MAX"] == 0xFFFFFFFF
    assert (enums["pid_type"]["base"], enums["signed_one"]["base"]) == ("unsigned int", "int")
    assert enums["signed_one"]["constants"] == {"BELOW": -1, "ABOVE": 1}
    assert enums["wide"]["constants"] == {"LARGE": 1 << 40}
    assert enums["wide_signed"] == {
        "base": "long int", "constants": {"LOW": -(1 << 40)}, "size": 8,
    }  # fmt: skip


def test_of_one_name_the_structure_that_says_more():
    assert set(decoded(types_of(MADE).user)["twice"]["fields"]) == {"one", "two"}


def test_numbers_know_their_sign_and_kind():
    base = decoded(types_of(MADE).base)

    assert {name: (each["kind"], each["signed"], each["size"]) for name, each in base.items()} == {
        "void": ("void", False, 0), "pointer": ("int", False, 8), "int": ("int", True, 4),
        "char": ("char", True, 1), "unsigned int": ("int", False, 4),
        "long unsigned int": ("int", False, 8), "_Bool": ("bool", False, 1),
        "double": ("float", True, 8), "long int": ("int", True, 8),
    }  # fmt: skip


# Modules.


def test_a_module_s_types_refer_to_the_kernel_s():
    types = types_of(MADE, ("af_packet", kernels.module(kernels.types())))
    user = decoded(types.user)

    assert user["packet_sock"]["fields"]["list"]["type"] == {"kind": "struct", "name": "list_head"}
    assert user["packet_sock"]["fields"]["id"]["type"]["name"] == "unsigned int"
    assert [name for name in user if name.startswith("unnamed_af_packet_")]


def test_a_module_can_t_replace_a_type_of_the_kernel():
    types = types_of(MADE, ("evil", kernels.module(kernels.types())))

    assert types.user["task_struct"] == types_of(MADE).user["task_struct"]


def test_bpftool_reads_the_module_as_we_do(tmp_path):
    (tmp_path / "base").write_bytes(MADE)
    (tmp_path / "module").write_bytes(kernels.module(kernels.types()))

    shown = raw(tmp_path / "module", "-B", tmp_path / "base")

    assert shown["packet_sock"] == [(24, {"list": (0, 0), "id": (128, 0)})]


# What strangers say of the same file.


def raw(path, *options):
    """Structures by name as bpftool sees them: sizes, and members' bit offsets and widths."""
    text = subprocess.run(
        ["bpftool", *options, "btf", "dump", "file", path, "format", "raw"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    found, members = {}, None
    for line in text.splitlines():
        head = re.fullmatch(r"\[\d+\] (\w+) '(.*)' size=(\d+) vlen=\d+.*", line)
        entry = re.match(r"\t'(.*)' type_id=\d+ bits_offset=(\d+)(?: bitfield_size=(\d+))?", line)
        if head and head[1] in ("STRUCT", "UNION"):
            members = {}
            found.setdefault(head[2], []).append((int(head[3]), members))
        elif entry and members is not None:
            name = entry[1] if entry[1] != "(anon)" else f"unnamed_field_{len(members)}"
            members[name] = (int(entry[2]), int(entry[3] or 0))
        elif line.startswith("["):
            members = None
    return found


def places(structure):
    """The same of ours."""
    members = {}
    for name, each in structure["fields"].items():
        bits = each["type"] if each["type"]["kind"] == "bitfield" else {}
        at = each["offset"] * 8 + bits.get("bit_position", 0)
        members[name] = (at, bits.get("bit_length", 0))
    return structure["size"], members


@pytest.mark.parametrize("name", FILES)
def test_bpftool_agrees_on_every_member_of_every_structure(name, tmp_path):
    (tmp_path / "btf").write_bytes(FILES[name])
    shown = raw(tmp_path / "btf")
    ours = decoded(types_of(FILES[name]).user)

    named = {each for each in ours if not each.startswith("unnamed_")}
    assert named == set(shown) - {"(anon)"}
    for each in named:
        most = max(len(members) for _, members in shown[each])
        richest = next(one for one in shown[each] if len(one[1]) == most)
        assert places(ours[each]) == richest, each


def size_of(told, types):
    match told["kind"]:
        case "pointer":
            return 8
        case "array":
            return told["count"] * size_of(told["subtype"], types)
        case "base":
            return types["base"][told["name"]]["size"]
        case "enum":
            return types["enums"][told["name"]]["size"]
        case "bitfield":
            return size_of(told["type"], types)
    return types["user"][told["name"]]["size"]


MEMBER = re.compile(
    r"\t[^\t}].*?(?:\(\*(\w+)\)\(.*\)|\b(\w+)(?:\[\d+\])*);\s+/\*\s+(\d+)\s+(\d+) \*/"
)
LOOKED_AT = {
    "made": ["task_struct", "list_head"],
    "running": ["task_struct", "cred", "file", "dentry", "inode", "module", "sock", "net"],
}
COMPARED = {"made": 9, "running": 250}  # members at least


@pytest.mark.parametrize("name", FILES)
def test_pahole_agrees_on_offsets_and_sizes(name, tmp_path):
    (tmp_path / "btf").write_bytes(FILES[name])
    made = types_of(FILES[name])
    types = {kept: decoded(getattr(made, kept)) for kept in ("base", "user", "enums")}
    compared = 0
    for structure in LOOKED_AT[name]:
        shown = subprocess.run(
            ["pahole", "-F", "btf", "-C", structure, tmp_path / "btf"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        members = [match.groups() for match in map(MEMBER.match, shown.splitlines()) if match]
        fields = types["user"][structure]["fields"]
        compared += len(members)
        for call, plain, offset, size in members:
            each = fields[call or plain]
            found = each["offset"], size_of(each["type"], types)
            assert found == (int(offset), int(size)), f"{structure}.{call or plain}"
    assert compared >= COMPARED[name]


# Lies.


def blob(make):
    w = Writer()
    w.integer("int", 4, 1)
    make(w)
    return w.data()


def ring(w):
    w.pointer(w.count + 1)


def long_row(w):
    for _ in range(100_000):
        w.pointer(w.count)


def row_of_names(w):
    for _ in range(100_000):
        w.add(Kind.TYPEDEF, "t", w.count)
    w.structure("s", 4, [("m", w.count, 0)])


def far_name(w):
    w.add(Kind.FWD, "near")
    w.types[-12:-8] = struct.pack("<I", 9999)


def same_end(w):
    w.strings += b"n" * 900 + b"\0"
    for number in range(80_000):
        w.add(Kind.FWD)
        w.types[-12:-8] = struct.pack("<I", w.end - 900 + number % 64)


def holder(inner):
    def make(w):
        inner(w)
        w.structure("s", 8, [("m", w.count, 0)])

    return make


LIES = {
    "nothing": (b"", "too short"),
    "text": (b"Linux version 6.1, and so on, for more than a header", "little-endian"),
    "version 2": (MADE[:2] + b"\2" + MADE[3:], "version 2"),
    "cut off": (MADE[:-1], "beyond its end"),
    "header into itself": (MADE[:4] + struct.pack("<I", 3) + MADE[8:], "beyond its end"),
    "strings far away": (MADE[:16] + struct.pack("<I", 0xFFFFFFFF) + MADE[20:], "beyond its end"),
    "no strings": (MADE[:20] + struct.pack("<I", 0) + MADE[24:], "no end"),
    "pointer to itself": (blob(holder(ring)), "deeper"),
    "pointers in a long row": (blob(holder(long_row)), "deeper"),
    "typedef of itself": (
        blob(holder(lambda w: w.add(Kind.TYPEDEF, "t", w.count + 1))), "never ends",
    ),
    "names in a long row": (blob(row_of_names), "never ends"),
    "a name without end": (blob(lambda w: w.add(Kind.FWD, "n" * 2000)), "no end"),
    "names that are one string": (blob(same_end), "come to more than"),
    "unknown kind": (blob(lambda w: w.add(20)), "kind 20"),
    "kind 0": (blob(lambda w: w.add(0)), "kind 0"),
    "type beyond the end": (blob(lambda w: w.structure("s", 8, [("m", 999, 0)])), "type 999 of"),
    "name beyond the strings": (blob(far_name), "name at 9999"),
    "members cut off": (blob(lambda w: w.add(Kind.STRUCT, "s", 8, count=9)), "cut off"),
    "number of 3 bytes": (blob(lambda w: w.integer("odd", 3)), "number of 3 bytes"),
    "enumeration of 3 bytes": (
        blob(lambda w: w.enum("odd", {"A": 1}, size=3)), "enumeration of 3 bytes",
    ),
    "bit field of a function": (
        blob(lambda w: w.structure("s", 8, [("m", w.add(Kind.FUNC, "f", 77), 0, 3)], bits=True)),
        "bit field of a type of 77 bytes",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
@pytest.mark.timeout(20)
def test_what_lies_is_refused_by_name(name):
    data, words = LIES[name]

    with pytest.raises(SymbolsError, match=words):
        types_of(data)


def test_few_bytes_don_t_come_to_gigabytes():
    w = Writer()
    w.integer("int", 4, 1)
    deep = 1
    for _ in range(20):
        deep = w.array(deep, 1 << 31)
    members = [("m" * 12 + str(number), deep, 0) for number in range(65_000)]
    w.structure("s0", 8, members)
    tail = bytes(w.types[-65_000 * 12 :])
    for number in range(1, 8):
        w.add(Kind.STRUCT, f"s{number}", 8, tail=tail, count=65_000)

    with pytest.raises(SymbolsError, match="come to more than"):
        types_of(w.data())


@settings(deadline=None, max_examples=300)
@given(st.data())
@example(None)
def test_a_damaged_file_is_read_or_refused(data):
    damaged = bytearray(MADE)
    if data is not None:
        for _ in range(data.draw(st.integers(1, 6))):
            at = data.draw(st.integers(0, len(damaged) - 1))
            damaged[at] = data.draw(st.integers(0, 255))
        del damaged[data.draw(st.integers(0, len(damaged))) :]
    with contextlib.suppress(SymbolsError):
        types = types_of(bytes(damaged))
        assert all(json.loads(text)["size"] >= 0 for text in types.user.values())


def test_too_large_a_file_isn_t_even_looked_at(monkeypatch):
    monkeypatch.setattr("evidence.memory.symbols.btf.LARGEST", len(MADE) - 1)

    with pytest.raises(SymbolsError, match="more than any kernel has"):
        Btf(MADE)


def test_too_many_types_are_refused(monkeypatch):
    monkeypatch.setattr("evidence.memory.symbols.btf.MOST_TYPES", 10)

    with pytest.raises(SymbolsError, match="more than 10 types"):
        Btf(MADE)


def test_descriptions_that_stand_in_no_structure_count_as_well(monkeypatch):
    """Of one name the structure that says more is kept: behind it others would cost nothing."""
    monkeypatch.setattr(kerneltypes, "MOST_TEXT", 1 << 20)
    w = Writer()
    long = w.structure("x" * 1000, 4, [])
    number = w.integer("int", 4)
    w.structure("kept", 8, [(f"m{n}", number, 0) for n in range(1001)])
    for _ in range(10):
        w.structure("kept", 8, [(f"m{n}", w.pointer(long), 0) for n in range(1000)])

    with pytest.raises(SymbolsError, match="1048576"):
        types_of(w.data())
