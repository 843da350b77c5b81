"""Hives as text: what is written of keys and values, and of what can't be read of them."""

import errno
import io
import struct
from dataclasses import dataclass, field

import hosts
import pytest
from dissect.target.helpers.regutil import RegFlex
from hypothesis import given
from hypothesis import strategies as st
from regexports import parsed

from collectors.artifact import Artifact, Gap, Reason
from collectors.live_windows.calls import keys
from collectors.live_windows.calls.keys import LONGEST, About, Below, Value
from collectors.live_windows.hives import exports, regfile
from collectors.live_windows.hives.exports import Export, WindowsRegistry
from collectors.live_windows.machine import CalledWindows, RawWindows, this_windows
from collectors.table import Profile, collectors_for

ROOT = r"HKEY_LOCAL_MACHINE\SYSTEM"
WRITTEN = 133_000_000_012_345_678
TOLD = "2022-06-18T04:26:41.2345678Z"
REFUSED = PermissionError(errno.EACCES, "NtOpenKeyEx: Windows' error 0xC0000022")
NO_MORE = OSError(errno.ENODATA, "NtEnumerateKey: Windows' error 0x8000001A")


@dataclass
class Memory:
    """A key in memory; what is an error is raised when it is asked for."""

    values: list = field(default_factory=list)
    below_it: dict = field(default_factory=dict)
    kind: str = ""
    refused: OSError | None = None
    written: int = WRITTEN
    closed: int = 0

    def about(self):
        return About(self.written, self.kind, len(self.below_it), len(self.values))

    def below(self, index):
        return Below(WRITTEN, given_at(list(self.below_it), index))

    def value(self, index):
        return given_at(self.values, index)

    def open(self, name):
        key = self.below_it[name]
        if key.refused:
            raise key.refused
        return key

    def close(self):
        self.closed += 1


def given_at(things, index):
    if index >= len(things):
        raise NO_MORE
    if isinstance(things[index], OSError):
        raise things[index]
    return things[index]


def value(name, number, data):
    return Value(name, number, data, len(data))


def exported(root, *, piece=1 << 20):
    artifact = Artifact("hive", "registry", lambda: Export(root, ROOT, done=lambda: None))
    return hosts.read(artifact, piece=piece)


def text_of(root):
    return exported(root).data.decode("utf-16-le")


ANY = st.characters(codec=None)  # halves of pairs and zeros with the rest
NAMES = st.text(ANY, max_size=9).map(lambda name: keys.api.counted(
    name.encode("utf-16-le", "surrogatepass")
))  # fmt: skip
TEXTS = st.text(ANY, max_size=30).map(
    lambda text: (text + "\0").encode("utf-16-le", "surrogatepass")
)
VALUES = st.lists(
    st.tuples(NAMES, st.sampled_from([0, 1, 2, 3, 4, 7, 11, 0xFFFF0009]),
              TEXTS | st.binary(max_size=99) | st.binary(min_size=4, max_size=4)),
    max_size=4, unique_by=lambda each: each[0],
)  # fmt: skip
LEAF = st.builds(Memory, values=VALUES.map(lambda each: [value(*one) for one in each]), kind=NAMES)
KEY_NAMES = NAMES.filter(lambda name: name and "\\" not in name and "{" not in name)
TREES = st.recursive(
    LEAF, lambda below: st.builds(
        Memory, values=LEAF.map(lambda leaf: leaf.values), kind=NAMES,
        below_it=st.dictionaries(KEY_NAMES, below, max_size=3),
    ), max_leaves=8,
)  # fmt: skip


def told(key, path):
    found = {path: {
        "values": {one.name: (one.type, one.data) for one in key.values}, "class": key.kind,
        "written": TOLD,
    }}  # fmt: skip
    for name, below in key.below_it.items():
        found |= told(below, (*path, name))
    return found


@given(TREES)
def test_every_name_and_every_byte_comes_back_from_the_text(root):
    taken = exported(root)
    found = parsed(taken.data)

    assert {path: {**key, "shown": None} for path, key in found.items()} == {
        path: {**key, "shown": None}
        for path, key in told(root, ("HKEY_LOCAL_MACHINE", "SYSTEM")).items()
    }
    assert (list(taken.missing), taken.changed) == ([], False)


@given(st.binary(max_size=300), st.integers(1, 7))
def test_however_it_is_read_it_is_the_same(data, piece):
    root = Memory([value("a", 3, data)])

    assert exported(root, piece=piece).data == exported(root).data


def test_the_text_is_that_of_the_registry_s_editor_with_times_and_classes_as_comments():
    below = Memory([value("", 1, "x\0".encode("utf-16-le"))], kind="5f6d")
    root = Memory([
        value('p"\\', 1, 'C:\\a "b"\0'.encode("utf-16-le")), value("n", 4, b"\x2a\0\0\0"),
        value("b", 3, bytes(range(30))), value("e", 2, b"%\0\0\0"), value("z", 1, b""),
        value("lines", 1, "a\r\n[b]\0".encode("utf-16-le")), value("odd", 4, b"\1"),
    ], {"Lsa": below})  # fmt: skip

    assert text_of(root) == "\r\n".join([
        "\ufeffWindows Registry Editor Version 5.00", "", rf"[{ROOT}]", f"; written {TOLD}",
        r'"p\"\\"="C:\\a \"b\""', '"n"=dword:0000002a',
        '"b"=hex:' + bytes(range(25)).hex(",") + ",\\", "  19,1a,1b,1c,1d",
        '"e"=hex(2):25,00,00,00', '"z"=hex(1):',
        '"lines"=hex(1):61,00,0d,00,0a,00,5b,00,62,00,5d,00,00,00', '"odd"=hex(4):01',
        "", rf"[{ROOT}\Lsa]", f"; written {TOLD}", '; class "5f6d"', '@="x"', "",
    ])  # fmt: skip


def test_a_key_whose_name_has_a_zero_or_a_line_end_is_shown_in_one_line_and_whole():
    text = text_of(Memory(below_it={"Run\0": Memory(), "a]\r\n[b": Memory()}))

    assert f"[{ROOT}\\Run{{U+0000}}]\r\n; name 52,00,75,00,6e,00,00,00\r\n; written" in text
    assert f"[{ROOT}\\a]{{U+000D}}{{U+000A}}[b]\r\n; name 61,00" in text


def test_a_stranger_s_reader_reads_the_same_keys_and_values():
    words = ["一", "二"]
    root = Memory([value("start", 4, b"\2\0\0\0")], {"花子": Memory([
        value("text", 1, "C:\\Users\\花子\0".encode("utf-16-le")),
        value("bytes", 3, bytes(range(256)) * 40),
        value("path", 2, "%windir%\0".encode("utf-16-le")),
        value("many", 7, "".join(f"{each}\0" for each in [*words, ""]).encode("utf-16-le")),
    ])})  # fmt: skip
    flex = RegFlex()
    flex.map_definition(io.StringIO(exported(root).data.decode("utf-16").replace("\r\n", "\n")))
    hive = flex.hives["HKEY_LOCAL_MACHINE"]
    found = {each.name: each.value for each in hive.key("SYSTEM\\花子").values()}

    assert hive.key("SYSTEM").value("start").value == 2
    assert found == {
        "text": "C:\\\\Users\\\\花子",  # that reader leaves the escapes as they are
        "bytes": bytes(range(256)) * 40, "path": "%windir%", "many": words,
    }  # fmt: skip


def test_what_is_refused_is_said_at_its_place_and_the_record_names_that_place():
    root = Memory(
        [OSError(errno.EIO, "broken"), value("after", 3, b"\1"), Value("big", 3, None, LONGEST)],
        {"Closed": Memory(refused=REFUSED), "Gone": Memory(refused=FileNotFoundError(2, "gone")),
         "Open": Memory([value("a", 3, b"\2")])},
    )  # fmt: skip
    taken = exported(root)
    said = [taken.data[each.offset : each.offset + each.size] for each in taken.missing]

    assert [each.error for each in taken.missing] == [
        rf"{ROOT}: value 1: EIO: broken",
        rf"{ROOT}: value 3, big: {LONGEST} bytes: longer than our limit for a value, or growing",
        rf"{ROOT}\Closed: EACCES: NtOpenKeyEx: Windows' error 0xC0000022",
        rf"{ROOT}\Gone: ENOENT: gone",
    ]
    assert [each.decode("utf-16-le") for each in said] == [
        f"; NOT READ: {each.error}\r\n" for each in taken.missing
    ]
    assert parsed(taken.data)["HKEY_LOCAL_MACHINE", "SYSTEM", "Open"]["values"] == {"a": (3, b"\2")}
    assert "after" in parsed(taken.data)["HKEY_LOCAL_MACHINE", "SYSTEM"]["values"]


def test_of_thousands_that_are_refused_a_record_names_a_thousand_and_covers_the_rest():
    closed = {f"{number:05}": Memory(refused=REFUSED) for number in range(3000)}
    taken = exported(Memory(below_it=closed))
    last = taken.missing[-1]

    assert len(taken.missing) == 1000
    assert last.offset + last.size == len(taken.data)
    assert taken.data.decode("utf-16").count("; NOT READ: ") == 3000


class Changing(Memory):
    """A key to which somebody writes while it is read; what was listed isn't there any more."""

    def about(self):
        self.written += 1
        return About(self.written, "", 3, 3)


def test_a_key_that_is_changed_meanwhile_is_said_to_be_so():
    key = Changing([value("a", 3, b"\1")], {"Below": Memory()})
    taken = exported(Memory(below_it={"Changing": key}))

    assert taken.changed
    assert rf"; {ROOT}\Changing was changed while it was read" in taken.data.decode("utf-16")
    assert ("HKEY_LOCAL_MACHINE", "SYSTEM", "Changing", "Below") in parsed(taken.data)


def test_a_link_is_told_with_its_target_and_not_followed():
    target = r"\Registry\Machine\SYSTEM\ControlSet001".encode("utf-16-le")
    text = text_of(Memory(below_it={"CurrentControlSet": Memory(
        [value("SymbolicLinkValue", 6, target)]
    )}))  # fmt: skip

    assert r'; a link to "\\Registry\\Machine\\SYSTEM\\ControlSet001", not followed' in text
    assert '"SymbolicLinkValue"=hex(6):5c,00' in text


def endless():
    again = Memory()
    again.below_it["again"] = again
    return again


def test_keys_that_hold_themselves_come_to_an_end_and_are_let_go():
    root = endless()
    taken = exported(root)

    (beyond,) = taken.missing
    assert beyond.error.endswith(r"\again: deeper than 512 levels: our limit")
    assert len(parsed(taken.data)) == 1 + 512
    assert root.closed == 512


def test_keys_without_number_come_to_an_end(monkeypatch):
    monkeypatch.setattr(exports, "_MOST", 5)
    taken = exported(Memory(below_it={str(each): endless() for each in range(9)}))

    assert taken.data.decode("utf-16").count("[HKEY") == 1 + 6
    (beyond,) = taken.missing
    assert beyond.error.endswith("more than 5 keys: our limit; nothing behind it was read")


def test_a_run_that_ends_meanwhile_lets_every_key_and_the_right_go():
    root, gone = endless(), []
    reading = Export(root, ROOT, done=lambda: gone.append(True))
    reading.readinto(memoryview(bytearray(8)))
    reading.close()

    assert root.closed > 1
    assert gone == [True]


def test_a_value_of_many_mebibytes_is_given_piece_by_piece():
    pieces = list(regfile.value(value("big", 3, bytes(8 << 20)), bytes(8 << 20)))

    assert max(map(len, pieces)) < 1 << 18


@pytest.mark.parametrize(
    ("ticks", "shown"),
    [(0, "1601-01-01T00:00:00.0000000Z"), (WRITTEN, TOLD), (2**64 - 1, "0xffffffffffffffff")],
)
def test_a_time_is_told_to_100_ns_from_1601_on_and_one_that_is_none_as_its_number(ticks, shown):
    assert regfile.time(ticks) == shown


# What the kernel's answers mean, laid out as wdm.h has them.


@given(NAMES, st.integers(0, 2**64 - 1), st.integers(0, 99), st.integers(0, 99))
def test_a_key_says_when_it_was_written_its_class_and_how_much_is_in_it(kind, time, below, many):
    data = kind.encode("utf-16-le", "surrogatepass")
    at = 44 if data else 0xFFFF_FFFF
    answer = struct.pack("<Q9I", time, 0, at, len(data), below, 9, 9, many, 9, 9) + data

    assert keys.about(answer) == About(time, kind, below, many)


@given(NAMES, st.integers(0, 2**64 - 1))
def test_a_key_is_listed_with_its_time_and_a_name_of_any_letters(name, time):
    data = name.encode("utf-16-le", "surrogatepass")

    assert keys.listed(struct.pack("<QII", time, 0, len(data)) + data) == Below(time, name)


@given(NAMES, st.integers(0, 2**32 - 1), st.binary(max_size=50))
def test_a_value_s_data_lies_where_the_answer_says(name, number, data):
    letters = name.encode("utf-16-le", "surrogatepass")
    at = 20 + len(letters) + 6
    answer = struct.pack("<5I", 0, number, at, len(data), len(letters)) + letters + bytes(6) + data

    assert keys.value(answer) == Value(name, number, data, len(data))
    assert keys.value(answer[:at], whole=False) == Value(name, number, None, len(data))


# When it runs.


def names(source_class, **options):
    systems = source_class.systems(source_class.__new__(source_class))
    chosen = collectors_for(Profile.QUICK, of="live windows", systems=systems, **options)
    return [each.name for each in chosen]


def test_it_runs_where_the_volume_is_closed_or_when_it_is_named():
    assert "windows-registry" in names(CalledWindows)
    assert "windows-registry" not in names(RawWindows)
    assert names(RawWindows, only=["windows-registry"]) == ["windows-registry"]


def test_a_hive_that_is_refused_whole_is_a_gap_and_none_is_passed_over():
    machine = this_windows()  # none of its functions is there
    *found, = WindowsRegistry().collect(machine)  # fmt: skip
    machine.close()

    assert {one.reason for one in found if isinstance(one, Gap)} == {Reason.UNSUPPORTED}
    artifacts = [one for one in found if isinstance(one, Artifact)]
    assert [one.origin.rpartition("/")[2] for one in artifacts] == [
        "SAM.reg", "SECURITY.reg", "SOFTWARE.reg", "SYSTEM.reg", ".DEFAULT.reg",
    ]  # fmt: skip
    assert {one.references for one in artifacts} == {None}
    for one in artifacts:
        with pytest.raises(OSError, match="no such function"):
            one.open()
