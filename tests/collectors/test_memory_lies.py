"""Kernels that lie about their memory: nothing is invented, nothing ends the program or the day."""

from __future__ import annotations

import os
import resource
import struct

import cores
import hosts
import pytest
from cores import PAGE

from collectors import memory
from collectors.artifact import Artifact, Gap, Reason
from collectors.files.pages import Unread
from collectors.files.source import Source
from collectors.memory import Memory
from collectors.ram.image import HEADER, MemoryReading
from collectors.ram.ranges import Range, Run, Segment, planned

MIB = 1 << 20
OFFSET, PHYSICAL, SIZE = 8, 24, 40  # of fields in a program header, elf(5)
RAM = "00100000-003fffff : System RAM"
HIDDEN = "00000000-00000000 : System RAM"


def collected(root):
    """What comes of the image: an artifact that was read, or a gap."""
    source = Source(str(root), live=True)
    try:
        found = {one.origin: one for one in Memory(str(root)).collect(source)}[memory.ORIGIN]
        return hosts.read(found) if isinstance(found, Artifact) else found
    finally:
        source.guard.close()


@pytest.fixture
def ram():
    return os.urandom(3 * MIB)


def machine(root, ram, *segments, iomem=RAM):
    cores.iomem(root / "proc/iomem", iomem)
    return cores.core(root / "proc/kcore", ram, segments or [(MIB, 0, 3 * MIB)])


def lying(path, **fields):
    """Change fields of the second program header, that of the memory."""
    data = bytearray(path.read_bytes())
    for name, value in fields.items():
        struct.pack_into("<Q", data, 64 + 56 + globals()[name], value)
    path.write_bytes(data)


@pytest.mark.parametrize("iomem", [RAM, HIDDEN])
@pytest.mark.parametrize("field", ["OFFSET", "PHYSICAL"])
@pytest.mark.parametrize("value", [1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - PAGE])
def test_a_segment_that_lies_nowhere_is_a_gap_of_the_door(tmp_path, ram, iomem, field, value):
    lying(machine(tmp_path, ram, iomem=iomem), **{field: value})
    found = collected(tmp_path)

    assert isinstance(found, Gap)
    assert found.reason is Reason.DENIED
    assert "/proc/kcore: E" in found.detail


@pytest.mark.parametrize("size", [1 << 62, 1 << 63, (1 << 64) - 1])
def test_of_a_segment_without_end_what_is_memory_is_taken(tmp_path, ram, size):
    lying(machine(tmp_path, ram), SIZE=size)

    assert cores.limed(collected(tmp_path).data) == {MIB: ram}


@pytest.mark.parametrize("size", [1 << 62, (1 << 64) - 1])
def test_where_nothing_says_what_is_memory_it_is_more_than_there_is_room_for(tmp_path, ram, size):
    lying(machine(tmp_path, ram, iomem=HIDDEN), SIZE=size)
    found = collected(tmp_path)

    assert (found.reason, found.expected) == (Reason.SKIPPED, True)


def test_memory_that_a_core_maps_twice_is_once_in_the_image_where_nothing_else_tells_it(
    tmp_path, ram
):
    twice = (MIB, 0, 3 * MIB), (MIB + PAGE, PAGE, 2 * PAGE), (MIB, 0, 3 * MIB)
    machine(tmp_path, ram, *twice, iomem=HIDDEN)

    assert cores.limed(collected(tmp_path).data) == {MIB: ram}


def test_headers_of_another_size_are_not_read(tmp_path, ram):
    """Four gibibytes of them would be."""
    path = machine(tmp_path, ram)
    with path.open("r+b") as file:
        file.seek(54)
        file.write(struct.pack("<HH", 65_535, 65_535))
        file.truncate(5 << 30)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = collected(tmp_path)

    assert "program headers of an impossible size" in found.detail
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 << 10


class Counted(int):
    """An address that counts how often addresses are compared."""

    seen = 0

    def __le__(self, other):
        Counted.seen += 1
        return int(self) <= int(other)

    def __lt__(self, other):
        Counted.seen += 1
        return int(self) < int(other)

    def __gt__(self, other):
        Counted.seen += 1
        return int(self) > int(other)


def test_tens_of_thousands_of_segments_are_not_each_held_against_each():
    many = 20_000
    segments = [Segment(Counted(2 * n), Counted(2 * n + 1), n) for n in range(many)]
    runs, gaps = planned([Range(0, 2 * many)], segments)

    assert (len(runs), len(gaps)) == (many, many)
    assert Counted.seen < 50 * many


def test_a_first_run_that_is_broken_does_not_shut_the_door(tmp_path, ram):
    path = machine(tmp_path, ram, (MIB, 5 * MIB, MIB), (2 * MIB, 0, 2 * MIB))
    found = collected(tmp_path)

    assert path.stat().st_size < 4 * MIB
    assert cores.limed(found.data) == {MIB: bytes(MIB), 2 * MIB: ram[: 2 * MIB]}
    assert [(each.offset, each.size) for each in found.missing] == [(HEADER.size, MIB)]


def test_ranges_that_agree_but_for_their_last_are_not_held_against_each_beginning(tmp_path, ram):
    """Ninety million comparisons would be; of a kernel of old without addresses."""
    ram_, mapped = 3_000, 30_000
    rows = [f"{n << 30:x}-{(n << 30) + PAGE - 1:x} : System RAM" for n in range(ram_)]
    last = f"{ram_ << 30:x}-{(ram_ << 30) + 2 * PAGE - 1:x} : System RAM"
    cores.iomem(tmp_path / "proc/iomem", *rows, last)
    segments = [(0, 0, PAGE, (1 << 63) + (n << 30)) for n in range(mapped)]
    cores.core(tmp_path / "proc/kcore", ram, segments)

    assert "and too many of its segments are alike" in collected(tmp_path).detail


def test_notes_are_looked_at_up_to_a_size_however_many_segments_of_them_there_are(tmp_path, ram):
    """Each of 65,535 could be of 4 MiB, and none tell anything."""
    path = machine(tmp_path, ram)
    data = bytearray(path.read_bytes())
    notes = 40
    struct.pack_into("<H", data, 56, notes + 1)
    at = 4096
    row = struct.pack("<IIQQQQQQ", 4, 4, at, 0, 0, 4 * MIB, 4 * MIB, 4)
    struct.pack_into("<Q", data, 32, at + 5 * MIB)
    load = struct.pack("<IIQQQQQQ", 1, 4, at + 6 * MIB, 0, MIB, 3 * MIB, 3 * MIB, PAGE)
    path.write_bytes(bytes(data[:64]).ljust(at + 5 * MIB, b"\0") + row * notes + load)
    with path.open("r+b") as file:
        file.truncate(at + 6 * MIB)
        file.seek(at + 6 * MIB)
        file.write(ram)
    before = read_so_far()

    assert cores.limed(collected(tmp_path).data) == {MIB: ram}
    assert read_so_far() - before < 16 * MIB


def read_so_far():
    """Bytes that this process read by system calls, proc_pid_io(5)."""
    with open("/proc/self/io", encoding="ascii") as file:
        return int(dict(line.split(": ") for line in file)["rchar"])


class Broken:
    """Memory of which every first byte of a run can't be read."""

    told = ()

    def fill(self, room, offset):
        room[:] = b"\1" * len(room)
        yield Unread(0, 1, "EIO")

    def close(self): ...


def test_of_thousands_of_runs_each_unread_byte_and_each_address_has_its_place():
    runs = [Run(n * PAGE, n * PAGE + 16, 0) for n in range(5000)]
    reading = MemoryReading(Broken(), runs)
    image = hosts.read(Artifact("m", "memory", lambda: reading))

    assert [each.offset for each in image.missing] == [n * 48 + 32 for n in range(5000)]
    for place in (0, 31, 32, 47, 48, 48 * 4999 + 47):
        number, inside = divmod(place, 48)
        assert reading.address(place) == number * PAGE + max(0, inside - 32)
    with pytest.raises(ValueError, match="beyond"):
        reading.address(48 * 5000)


def test_settings_that_are_no_gzip_are_none(tmp_path, ram):
    machine(tmp_path, ram).unlink()
    (tmp_path / "proc/config.gz").write_bytes(b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 99)

    assert "/proc/kcore: ENOENT" in collected(tmp_path).detail


@pytest.mark.parametrize("text", ["CapEff:\tzz\n", "CapEff:\n", "CapEff:\t" + "f" * 9999 + "\n"])
def test_rights_that_are_no_number_are_not_told(tmp_path, ram, text):
    machine(tmp_path, ram).unlink()
    (tmp_path / "proc/self").mkdir()
    (tmp_path / "proc/self/status").write_text(text)

    assert "; rights: not told; " in collected(tmp_path).detail
