"""Physical memory: what is read, to the last byte; what isn't, by name; why no door opened."""

from __future__ import annotations

import ctypes
import errno
import itertools
import json
import mmap
import os
from types import SimpleNamespace

import cores
import hosts
import pytest
from cores import NOWHERE, PAGE
from hypothesis import example, given
from hypothesis import strategies as st

from collectors import memory
from collectors.artifact import Artifact, Gap, Reason
from collectors.files.mounts import Mounts, parse
from collectors.files.source import Source
from collectors.memory import Memory, MemorySymbols
from collectors.ram import image
from collectors.ram.destination import Destination
from collectors.ram.image import CHUNK, MemoryReading
from collectors.ram.opened import OwnReads
from collectors.ram.ranges import Range, Run, Segment, merged, planned, system_ram

MIB = 1 << 20
ENCRYPTED = 1 << 47  # of an address, on some of AMD's processors: what lies there is encrypted


def collected(root, collector=None):
    source = Source(str(root), live=True)
    try:
        found = list((collector or Memory()).collect(source))
        return {one.origin: hosts.read(one) if isinstance(one, Artifact) else one for one in found}
    finally:
        source.guard.close()


def image_of(root):
    """The memory by address, and the account."""
    found = collected(root)
    taken = found[memory.ORIGIN]
    return cores.limed(taken.data), json.loads(found[memory.FACTS].data), taken


@pytest.fixture
def ram():
    return os.urandom(3 * MIB)


@pytest.fixture
def host(tmp_path, ram):
    """Three MiB of memory from 1 MiB on, the middle one of no use to anybody."""
    cores.iomem(
        tmp_path / "proc/iomem", "00000000-00000fff : Reserved", "00100000-001fffff : System RAM",
        "  00100000-0017ffff : Kernel code", "00300000-003fffff : System RAM",
    )  # fmt: skip
    cores.core(
        tmp_path / "proc/kcore", ram, [(MIB, 0, 3 * MIB)],
        info="OSRELEASE=6.1.0-test\nKERNELOFFSET=1a000000\nNUMBER(pgtable_l5_enabled)=0\n"
        f"NUMBER(sme_mask)={ENCRYPTED}\n",
    )  # fmt: skip
    (tmp_path / "proc/self").mkdir()
    (tmp_path / "proc/self/status").write_text("CapEff:\t0000000000220000\n")
    (tmp_path / "sys/kernel/security").mkdir(parents=True)
    (tmp_path / "sys/kernel/security/lockdown").write_text("[none] integrity confidentiality\n")
    return tmp_path


# The image.


def test_the_image_is_what_iomem_calls_ram_to_the_last_byte(host, ram):
    image, account, taken = image_of(host)

    assert image == {MIB: ram[:MIB], 3 * MIB: ram[2 * MIB :]}
    assert (account["bytes_read"], account["bytes_unread"], account["gaps"]) == (2 * MIB, 0, [])
    assert (list(taken.missing), taken.errors, account["unread_unnamed"]) == ([], (), 0)
    assert (account["door"], account["release"]) == ("/proc/kcore", "6.1.0-test")
    assert (account["kaslr_offset"], account["five_level_paging"]) == ("1a000000", "0")
    assert (account["sme_mask"], account["direct_map"]) == (str(ENCRYPTED), None)
    assert (account["lockdown"], account["rights"]) == ("none", ["sys_rawio", "sys_admin"])


def test_ranges_may_end_on_odd_bytes(host, ram):
    cores.iomem(host / "proc/iomem", f"{MIB + 7:x}-{2 * MIB + 3:x} : System RAM")

    image, _, _ = image_of(host)

    assert image == {MIB + 7: ram[7 : MIB + 4]}


def test_what_no_segment_maps_is_a_gap_of_the_account(host, ram):
    segments = [(MIB, 0, MIB), (3 * MIB + PAGE, 2 * MIB + PAGE, MIB - PAGE)]
    cores.core(host / "proc/kcore", ram, segments)

    image, account, _ = image_of(host)

    assert set(image) == {MIB, 3 * MIB + PAGE}
    assert account["gaps"] == [[3 * MIB, 3 * MIB + PAGE]]


def test_a_segment_without_an_address_and_a_second_mapping_of_the_kernel_change_nothing(host, ram):
    segments = [(NOWHERE, 0, MIB), (MIB + PAGE, PAGE, 4 * PAGE), (MIB, 0, 3 * MIB)]
    cores.core(host / "proc/kcore", ram, segments)

    image, account, _ = image_of(host)

    assert image == {MIB: ram[:MIB], 3 * MIB: ram[2 * MIB :]}
    assert len(account["program_headers"]) == 4


# Before 4.11 a kernel gave 0 for every physical address: its vmalloc area, its text, its memory.
DIRECT_MAP = 0xFFFF_8880_0000_0000
VMALLOC = (0, 0, 3 * MIB, 0xFFFF_C900_0000_0000)
TEXT = (0, MIB, PAGE, 0xFFFF_FFFF_8100_0000)


def mapped(start, end, at=None):
    """A segment of the memory from 1 MiB on that tells its virtual address only."""
    return (0, start - MIB, end - start, DIRECT_MAP + (start if at is None else at))


def whole(shift=0):
    """All memory of the host, at an address that many bytes above the direct map."""
    ranges = (MIB, 2 * MIB), (3 * MIB, 4 * MIB)
    return [mapped(start, end, at=start + shift) for start, end in ranges]


def test_a_core_that_tells_no_addresses_is_placed_by_where_the_kernel_maps_its_memory(host, ram):
    cores.core(host / "proc/kcore", ram, [VMALLOC, TEXT, *whole()])

    image, account, _ = image_of(host)

    assert image == {MIB: ram[:MIB], 3 * MIB: ram[2 * MIB :]}
    assert (account["direct_map"], account["gaps"]) == (f"{DIRECT_MAP:x}", [])


def test_memory_that_begins_and_ends_within_pages_is_placed_by_its_whole_pages(host, ram):
    cores.iomem(
        host / "proc/iomem", f"{MIB + 7:x}-{2 * MIB + 6:x} : System RAM",
        f"{3 * MIB:x}-{4 * MIB - 1:x} : System RAM",
    )  # fmt: skip
    segments = [VMALLOC, mapped(MIB + PAGE, 2 * MIB), mapped(3 * MIB, 4 * MIB)]
    cores.core(host / "proc/kcore", ram, segments)

    image, account, _ = image_of(host)

    assert image == {MIB + PAGE: ram[PAGE:MIB], 3 * MIB: ram[2 * MIB :]}
    assert account["gaps"] == [[MIB + 7, MIB + PAGE], [2 * MIB, 2 * MIB + 7]]


@pytest.mark.parametrize(
    "segments",
    [
        [VMALLOC, mapped(MIB, 2 * MIB)],
        [VMALLOC, mapped(MIB, 2 * MIB), mapped(3 * MIB, 4 * MIB - PAGE)],
        [VMALLOC, mapped(MIB, 2 * MIB), mapped(3 * MIB, 4 * MIB, at=5 * MIB)],
        [VMALLOC, *whole(PAGE)],
        [*whole(), *whole(1 << 40)],
        [(0, 0, MIB), (0, 2 * MIB, MIB)],
    ],
    ids=["a range less", "another size", "another distance", "an odd base", "two bases", "nothing"],
)  # fmt: skip
def test_a_core_that_tells_no_addresses_for_certain_is_no_door_and_the_next_is_tried(
    host, ram, segments
):
    cores.core(host / "proc/kcore", ram, segments)
    (host / "dev").mkdir()
    (host / "dev/crash").write_bytes(bytes(MIB) + ram)

    image, account, _ = image_of(host)

    assert account["answers"]["/proc/kcore"] == "ENODATA: its headers tell no physical addresses"
    assert account["door"] == "/dev/crash"
    assert image == {MIB: ram[:MIB], 3 * MIB: ram[2 * MIB :]}


def test_without_a_table_of_resources_no_address_is_worked_out(host, ram):
    cores.iomem(host / "proc/iomem", "00000000-00000000 : System RAM")
    cores.core(host / "proc/kcore", ram, [VMALLOC, *whole()])

    assert "/proc/kcore: ENODATA: its headers tell no physical addresses" in gap(host).detail


def test_a_core_that_ends_early_gives_zeros_that_are_named(host, ram):
    cores.core(host / "proc/kcore", ram, [(MIB, 0, 3 * MIB)], cut=PAGE + 5)

    image, account, taken = image_of(host)

    assert image[3 * MIB] == ram[2 * MIB : 3 * MIB - 2 * PAGE] + bytes(2 * PAGE)
    (first, second) = account["unread"]
    assert first[:2] == [4 * MIB - 2 * PAGE, 4 * MIB - PAGE]
    assert first[2] == f"only {PAGE - 5} of {PAGE} bytes came"
    assert second == [4 * MIB - PAGE, 4 * MIB, f"only 0 of {PAGE} bytes came"]
    assert account["bytes_unread"] == 2 * PAGE
    assert [(each.offset, each.size) for each in taken.missing] == [
        (32 + MIB + 32 + MIB - 2 * PAGE, PAGE), (32 + MIB + 32 + MIB - PAGE, PAGE),
    ]  # fmt: skip
    assert taken.errors == (f"{2 * PAGE} bytes of memory could not be read: zeros stand for them",)


@pytest.mark.parametrize("within", [0, 0x400], ids=["a page", "within a page"])
def test_pages_that_the_kernel_refuses_cost_themselves_only(within):
    """Our own address space, with two pages taken away: reads of them fail as bad memory does."""
    room = mmap.mmap(-1, 2 * CHUNK + 3 * PAGE)
    room[:] = data = os.urandom(len(room))
    at = ctypes.addressof(ctypes.c_char.from_buffer(room))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mprotect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    libc.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
    for bad in (PAGE * 3, CHUNK + PAGE * 7):
        assert libc.munmap(at + bad, PAGE) == 0
    descriptor = os.open("/proc/self/mem", os.O_RDONLY)
    run = Run(0x1000 + within, 0x1000 + len(data), at + within)
    reading = MemoryReading(OwnReads(descriptor), [run])

    image = cores.limed(hosts.read(Artifact("m", "memory", lambda: reading)).data)

    expected = bytearray(data)
    for bad in (PAGE * 3, CHUNK + PAGE * 7):
        expected[bad : bad + PAGE] = bytes(PAGE)
    assert image == {0x1000 + within: bytes(expected[within:])}
    found = reading.refused.ranges
    assert [each.start for each in found] == [0x1000 + PAGE * 3, 0x1000 + CHUNK + PAGE * 7]
    assert all(each.error.startswith("EIO") for each in found)


def spoilt(pages, monkeypatch, refused=lambda page: page % 2, errors=(errno.EIO,)):
    """Memory of zeros of which the kernel refuses some pages, each with the next of the errors."""
    monkeypatch.setattr(image, "_LISTED", 4)

    def refuse(_, buffers, offset):
        size, page = len(buffers[0]), offset // PAGE
        if size == PAGE and not refused(page):
            return PAGE
        raise OSError(errors[page % len(errors)], "refused")

    monkeypatch.setattr(os, "preadv", refuse)
    null = os.open("/dev/null", os.O_RDONLY)
    reading = MemoryReading(OwnReads(null), [Run(MIB, MIB + pages * PAGE, 0)])
    hosts.read(Artifact("m", "memory", lambda: reading))
    return reading


def test_more_unreadable_ranges_than_are_named_are_one_range_that_says_how_many(monkeypatch):
    reading = spoilt(20, monkeypatch)
    found = reading.refused.ranges

    assert [each.start for each in found] == [MIB + n * PAGE for n in (1, 3, 5, 7, 9)]
    assert [each.end - each.start for each in found] == [PAGE] * 4 + [11 * PAGE]
    assert found[-1].error == (
        f"in here {6 * PAGE} bytes in 6 ranges could not be read, too many to name one by one"
    )
    assert (reading.refused.bytes, reading.refused.unnamed) == (10 * PAGE, 6)
    last = reading.missing[-1]
    assert (last.offset, last.size) == (32 + 9 * PAGE, 11 * PAGE)
    assert last.error == found[-1].error


def test_beyond_the_named_ranges_one_with_another_error_is_not_told_as_the_one_before(monkeypatch):
    reading = spoilt(6, monkeypatch, refused=lambda _: True, errors=(errno.EIO, errno.EFAULT))

    assert [each.end - each.start for each in reading.refused.ranges] == [PAGE] * 4 + [2 * PAGE]
    assert reading.refused.ranges[3].error == "EFAULT: refused"
    assert reading.refused.unnamed == 2


def test_a_last_named_range_still_grows_by_pages_with_the_same_error(monkeypatch):
    reading = spoilt(12, monkeypatch, refused=lambda page: page % 2 or page > 7)

    assert [each.end - each.start for each in reading.refused.ranges] == [PAGE] * 3 + [5 * PAGE]
    assert reading.refused.unnamed == 0


def test_where_iomem_hides_its_addresses_all_that_the_core_maps_is_taken(host, ram):
    cores.iomem(host / "proc/iomem", "00000000-00000000 : System RAM")

    image, account, _ = image_of(host)

    assert image == {MIB: ram}
    assert account["ram_error"].startswith("EPERM")


@pytest.mark.parametrize("piece", [1, 31, 32, 33, PAGE, 32 << 10, CHUNK, 3 * CHUNK])
def test_any_size_of_reads_gives_the_same_image(tmp_path, piece):
    data = os.urandom(200_000)
    (tmp_path / "m").write_bytes(data)
    runs = [Run(0, 100_000, 0), Run(500_000, 600_000, 100_000)]
    descriptor = os.open(tmp_path / "m", os.O_RDONLY)
    reading = MemoryReading(OwnReads(descriptor), runs)

    taken = hosts.read(Artifact("m", "memory", lambda: reading), piece=max(piece, 500)).data

    assert cores.limed(taken) == {0: data[:100_000], 500_000: data[100_000:]}
    assert len(taken) == reading.size


# Ranges.


def test_nested_and_unsorted_resources_count_and_children_of_memory_do_not():
    table = """\
100000000-13fffffff : System RAM
00000000-00000fff : Reserved
00001000-0009fbff : System RAM
00100000-7fffffff : System RAM
  01000000-01ffffff : Kernel code
    01000000-010fffff : System RAM of nobody
c0000000-ffffffff : PCI Bus 0000:00
  d0000000-dfffffff : 0000:00:02.0
    d0000000-d7ffffff : System RAM (virtio_mem)
240000000-33fffffff : dax0.0
  240000000-33fffffff : System RAM (kmem)
"""
    assert system_ram(table) == [
        Range(0x1000, 0x9FC00), Range(0x100000, 0x80000000), Range(0xD0000000, 0xD8000000),
        Range(0x1_00000000, 0x1_40000000), Range(0x2_40000000, 0x3_40000000),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "error"),
    [
        ("00000000-00000000 : System RAM\n00000000-00000000 : System RAM\n", PermissionError),
        ("", OSError),
        ("00000000-ffff : Reserved\n", OSError),
        ("5000-4000 : System RAM\n", OSError),
        ("zzzz-ffff : System RAM\n", OSError),
        ("0-ffffffffffffffffff : System RAM\n", OSError),
    ],
)
def test_a_table_that_tells_nothing_is_an_error(table, error):
    with pytest.raises(error):
        system_ram(table)


NUMBERS = st.integers(0, 60)
PAIRS = st.lists(st.tuples(NUMBERS, NUMBERS), max_size=6).map(
    lambda pairs: [(min(pair), max(pair) + 1) for pair in pairs]
)


@given(PAIRS, PAIRS)
def test_runs_and_gaps_together_are_the_memory_and_each_byte_is_read_where_it_lies(ram, mapped):
    whole = merged([Range(*each) for each in ram])
    segments = [Segment(start, end, 1000 * n) for n, (start, end) in enumerate(mapped)]

    runs, gaps = planned(whole, segments)

    addresses = [a for start, end in whole for a in range(start, end)]
    found = sorted(a for start, end, *_ in [*runs, *gaps] for a in range(start, end))
    assert found == addresses
    for start, end, offset in runs:
        for address in range(start, end):
            place = offset + address - start
            assert any(
                s.start <= address < s.end and s.offset + address - s.start == place
                for s in segments
            )
    for start, end in gaps:
        assert not any(s.start <= a < s.end for s in segments for a in range(start, end))
    assert all(one.end <= two.start for one, two in itertools.pairwise(runs))


@given(st.binary(max_size=200), st.integers(0, 200))
@example(data=b"\xff" * 8 + bytes(14) + b"\x38\0\1\0" + bytes(6), cut=32)  # headers beyond any file
def test_no_core_however_broken_is_more_than_a_door_that_stays_shut(tmp_path_factory, data, cut):
    root = tmp_path_factory.mktemp("core")
    cores.iomem(root / "proc/iomem", "00100000-001fffff : System RAM")
    whole = cores.core(root / "proc/kcore", bytes(PAGE), [(MIB, 0, PAGE)]).read_bytes()
    (root / "proc/kcore").write_bytes(whole[:cut] + data)

    found = collected(root)

    assert memory.ORIGIN in found


# Doors.


def gap(root):
    found = collected(root)
    assert isinstance(found[memory.ORIGIN], Gap)
    return found[memory.ORIGIN]


def test_a_kernel_without_any_door_says_so(host):
    os.unlink(host / "proc/kcore")
    (host / "proc/sys/kernel").mkdir(parents=True)
    (host / "proc/sys/kernel/osrelease").write_text("6.1.0-test\n")
    (host / "boot").mkdir()
    (host / "boot/config-6.1.0-test").write_text("CONFIG_DEVMEM=y\n")
    found = gap(host)

    assert found.reason is Reason.UNSUPPORTED
    assert "/proc/kcore: ENOENT: No such file or directory" in found.detail
    assert "(this kernel was built without CONFIG_PROC_KCORE)" in found.detail
    assert "built without CONFIG_DEVMEM" not in found.detail
    assert "rights: sys_rawio, sys_admin; inside a container: no sign of it" in found.detail


def test_the_settings_inside_the_kernel_are_read_where_no_file_has_them(host):
    import gzip

    os.unlink(host / "proc/kcore")
    (host / "proc/config.gz").write_bytes(gzip.compress(b"# CONFIG_DEVMEM is not set\n"))

    assert "built without CONFIG_DEVMEM" in gap(host).detail


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (b"CONFIG_MODULES=y\n", "(it comes with a module of some distributions);"),
        (
            b"# CONFIG_MODULES is not set\n",
            "(it comes with a module of some distributions, and this kernel takes no modules);",
        ),
        (None, "(it comes with a module of some distributions);"),
    ],
)
def test_of_the_door_that_a_module_makes_it_is_said(settings, says, host):
    import gzip

    os.unlink(host / "proc/kcore")
    if settings is not None:
        (host / "proc/config.gz").write_bytes(gzip.compress(settings))

    assert f"/dev/crash: ENOENT: No such file or directory {says}" in gap(host).detail


def test_a_door_that_is_refused_is_a_denial_with_its_error(host):
    os.unlink(host / "proc/kcore")
    os.mkdir(host / "proc/kcore")  # can be opened by nobody, whatever their rights
    (host / "sys/kernel/security/lockdown").write_text("none integrity [confidentiality]\n")
    found = gap(host)

    assert found.reason is Reason.DENIED
    assert "/proc/kcore: EISDIR" in found.detail
    assert "kernel lockdown: confidentiality" in found.detail


def test_the_next_door_is_tried_and_every_answer_is_kept(host, ram):
    os.unlink(host / "proc/kcore")
    (host / "dev").mkdir()
    with (host / "dev/mem").open("wb") as file:
        file.seek(MIB)
        file.write(ram)

    image, account, _ = image_of(host)

    assert image == {MIB: ram[:MIB], 3 * MIB: ram[2 * MIB :]}
    assert account["door"] == "/dev/mem"
    assert account["answers"]["/proc/kcore"].startswith("ENOENT")


def test_a_strict_device_that_gives_the_first_mebibyte_only_is_no_door(host):
    os.unlink(host / "proc/kcore")
    (host / "dev").mkdir()
    (host / "dev/mem").write_bytes(bytes(MIB))

    assert "/dev/mem: EIO: it gives nothing" in gap(host).detail


def test_a_destination_in_memory_is_refused(host):
    source = Source(str(host), live=True)
    mount = next(m for m in source.mounts.all if m.filesystem == "tmpfs")
    found = list(Memory(mount.point).collect(source))
    source.guard.close()

    assert [(one.origin, one.reason) for one in found] == [(memory.ORIGIN, Reason.SKIPPED)]
    assert found[0].expected  # so that the run ends with 3
    assert "in the memory that would be read" in found[0].detail


@pytest.mark.parametrize("filesystem", ["tmpfs", "devtmpfs", "ramfs", "rootfs"])
def test_every_file_system_that_lies_in_memory_is_known(filesystem, tmp_path):
    mounts = Mounts(parse(f"1 0 0:1 / / rw - {filesystem} none rw\n"))
    source = Source(str(tmp_path), mounts=mounts)

    assert f"lies on {filesystem}, in the memory" in Destination(str(tmp_path)).in_memory(source)
    source.close()


@pytest.mark.parametrize(("free", "takes"), [(4 << 30, False), ((4 << 30) + 2 * MIB, True)])
def test_an_image_that_would_fill_the_destination_is_not_begun(host, monkeypatch, free, takes):
    """The logs come after memory: a stick that is full by then has none of them."""
    room = SimpleNamespace(f_frsize=1, f_bavail=free, f_bfree=free, f_blocks=free)
    monkeypatch.setattr(memory.os, "statvfs", lambda _: room)
    source = Source(str(host), live=True)
    found = list(Memory(str(host), 4 << 30).collect(source))
    source.close()

    assert isinstance(found[0], Artifact) is takes
    if not takes:
        assert (found[0].reason, found[0].expected) == (Reason.SKIPPED, True)
        assert "before the logs were taken" in found[0].detail


def test_a_door_that_shuts_between_trying_and_reading_is_a_gap_of_its_own(host):
    source = Source(str(host), live=True)
    image, account = Memory().collect(source)
    os.unlink(host / "proc/kcore")
    source.guard.close()

    with pytest.raises(FileNotFoundError):
        image.open()
    assert json.loads(hosts.read(account).data)["bytes_read"] == 0


def test_says_when_it_is_inside_a_container(host):
    os.unlink(host / "proc/kcore")
    (host / ".dockerenv").write_bytes(b"")

    assert "inside a container: /.dockerenv" in gap(host).detail


def test_where_signs_of_a_container_are_closed_to_us_that_is_no_sign_of_one_nor_of_none(host):
    os.unlink(host / "proc/kcore")
    (host / "run").mkdir(mode=0o700)
    hosts.open_to_all(host)

    with hosts.as_nobody():
        assert "inside a container: not told" in gap(host).detail


@pytest.mark.parametrize("collector", [Memory, MemorySymbols])
def test_a_source_that_is_not_running_is_one_gap(tmp_path, collector):
    (found,) = collector().collect(Source(str(tmp_path), live=False))

    assert (found.reason, found.detail) == (Reason.UNSUPPORTED, "not a running machine")


def test_symbols_travel_along_before_the_image(host):
    for path, data in {
        "sys/kernel/btf/vmlinux": b"\x9f\xeb", "sys/kernel/btf/ext4": b"\x9f\xeb",
        "proc/kallsyms": b"ffffffff81000000 T _text\n", "proc/version": b"Linux version 6.1\n",
        "boot/System.map-6.1": b"x",
    }.items():  # fmt: skip
        (host / path).parent.mkdir(parents=True, exist_ok=True)
        (host / path).write_bytes(data)
    found = collected(host, MemorySymbols())

    assert {"/sys/kernel/btf/vmlinux", "/sys/kernel/btf/ext4", "/proc/kallsyms", "/proc/version",
            "/boot/System.map-6.1"} == set(found)  # fmt: skip
    assert MemorySymbols.phase == Memory.phase


def test_a_kernel_without_types_is_a_gap(host):
    found = collected(host, MemorySymbols())

    assert found["/sys/kernel/btf/*"].reason is Reason.ABSENT
    assert found["/proc/kallsyms"].reason is Reason.ABSENT
