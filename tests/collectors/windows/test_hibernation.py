"""A hibernation file: what its record says, seen while it is read."""

from __future__ import annotations

from functools import partial

import disks
import hosts
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.artifact import Artifact
from collectors.definitions.windows import Dumps
from collectors.files.snapshot import Snapshot
from collectors.windows.hibernation import watched

MEMORY = bytes(range(1, 251)) * 1000
NOT_SINCE = "memory was written here, and the machine did not wake from it since"


def read(data: bytes, piece: int = 1 << 15) -> tuple[bytes, list[str]]:
    """All that comes of it, piece by piece, and what is said at its end."""
    given = Artifact("/C/hiberfil.sys", "disk", partial(Snapshot, data))
    reading, found = watched(given).open(), b""
    room = memoryview(bytearray(piece))
    while count := reading.readinto(room):
        found += room[:count]
    return found, list(reading.errors)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        (b"HIBR", f"mark HIBR: {NOT_SINCE}"),
        (b"hibr", f"mark hibr: {NOT_SINCE}"),
        (b"WAKE", "mark WAKE: the machine woke from it since"),
        (b"wake", "mark wake: the machine woke from it since"),
        (b"RSTR", "mark RSTR: the machine began to wake from it, and did not say that it had"),
        (b"HORM", "mark HORM: the machine wakes from it each time (hibernate once, resume many)"),
        (b"link", "mark link: it only names the partition on which the hibernation file lies"),
        (bytes(4), "mark 00000000: no mark: its header was overwritten with zeros, or nothing was"
                   " ever written here"),
        (b"\x1b[2J", "mark 1b5b324a: Windows is not known to write this one"),
    ],
)  # fmt: skip
def test_each_mark_is_told_by_what_it_means(mark, said):
    found, told = read(mark + MEMORY)

    assert found == mark + MEMORY
    assert told == [f"hibernation file, {said}"]


def test_an_emptied_one_is_told_with_where_the_zeros_begin():
    assert read(b"WAKE" + b"\1" * 5000 + bytes(300_000))[1][1:] == [
        "it was emptied: nothing but zeros behind its first 8192 bytes"
    ]
    assert read(bytes(300_000))[1][1:] == ["it holds nothing but zeros"]
    assert read(b"HIBR" + bytes(200_000) + b"\1" + bytes(200_000))[1][1:] == []
    assert read(b"")[1] == ["hibernation file: it is empty"]
    assert read(b"HI")[1] == ["hibernation file, mark HI: Windows is not known to write this one"]


@given(st.integers(1, 9000), st.integers(0, 9000))
def test_compressed_memory_is_told_wherever_a_read_cuts_it(piece, before):
    data = b"hibr" + bytes(before) + b"\x81\x81xpress" + MEMORY[:99]
    found, told = read(data, piece)

    assert found == data
    assert told[1:] == ["the memory in it is compressed (Xpress, as up to Windows 7)"]


def test_on_a_disk_it_stands_beside_the_bytes_and_nowhere_else(tmp_path):
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "mounted") as folder:
        (folder / "Windows/System32/config").mkdir(parents=True)
        for name in ("HiberFil.sys", "pagefile.sys"):
            (folder / name).write_bytes(b"WAKE" + bytes(100_000))
    with disks.opened(image) as source:
        found = disks.collected(Dumps(), source)
        told = {
            origin: hosts.read(found[origin, None]) for origin in ("/HiberFil.sys", "/pagefile.sys")
        }

    assert told["/pagefile.sys"].errors == ()
    assert told["/HiberFil.sys"].errors == (
        "hibernation file, mark WAKE: the machine woke from it since",
        "it was emptied: nothing but zeros behind its first 4096 bytes",
    )
    assert told["/HiberFil.sys"].data == told["/pagefile.sys"].data
