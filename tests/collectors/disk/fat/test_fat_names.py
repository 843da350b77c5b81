"""Names of FAT and exFAT that are no Unicode: those of a code page, and letters that are half."""

from __future__ import annotations

import os

import disks
import hosts
import pytest

from collectors.disk.collecting.deleted import DeletedFiles
from collectors.disk.collecting.files import DiskFiles

BITS = {12: 4 * disks.MIB, 16: 32 * disks.MIB, 32: 64 * disks.MIB}
SHORT = {
    "AAAA": "メモ.TXT".encode("cp932"), "BBBB": "モメ.TXT".encode("cp932"),
    "CC": b"\xe5\xa0.TXT", "DD": b"\xe5A.TXT",  # kept as 05, since E5 says that it is deleted
    "EE": b"\x83a.txt",  # its second byte is half a letter, and looks like a small one
}  # fmt: skip
"""Names as cameras and DOS in Japan wrote them, by what mtools is told to write instead."""
HALVES = {f"{'長い名前 ' * (n % 9)}{chr(0xE000 + n)}": b"%d" % n * n for n in range(40)}
"""Names of all lengths; of the last letter there will be half: U+DC00, U+DC01 …"""


def formatted(path, bits):
    """A FAT; the one of 32 bits has clusters of one sector, so its folders have many pieces."""
    return disks.fat(path, bits, size=BITS[bits], options=("-s", "1") if bits == 32 else ())


def copied(image, name, data):
    given = image.with_name("given")
    given.write_bytes(data)
    disks.tool("mcopy", "-i", image, given, f"::{name}")


def respelled(image):
    """Short names of a code page in their slots, E's ending with the mark for small letters."""
    data = image.read_bytes()
    for old, new in SHORT.items():
        base, ending = new.replace(b"\xe5", b"\x05").split(b".")
        slot = base.ljust(8) + ending.upper() + b"\x20"
        slot += b"\x10" if ending.islower() else b"\0"
        data = data.replace(old.encode().ljust(8) + b"TXT\x20\0", slot)
    image.write_bytes(data)


def halved(image):
    """Half a letter in the slots of long names that had a whole one of U+E0xx."""
    data = bytearray(image.read_bytes())
    at = data.find(0xE0)
    while at >= 0:
        slot = at & ~31
        if data[slot + 11] == 0x0F or data[slot] in (0x41, 0xC1):
            data[at] = 0xDC
        at = data.find(0xE0, at + 1)
    image.write_bytes(data)


def half(name):
    """The bytes of such a name."""
    return (name[:-1] + chr(ord(name[-1]) - 0x400)).encode("utf-8", "surrogatepass")


def taken(image, collector):
    """By names as bytes; of those that aren't deleted, each asked for by its name again."""
    with disks.opened(image) as source:
        found = disks.contents(collector, source)
        for name in found if isinstance(collector, DiskFiles) else ():
            assert hosts.read(source.file(name, "disk")).data == found[name]
    return {os.fsencode(name): data for name, data in found.items() if "/$" not in name}


@pytest.mark.parametrize("bits", BITS)
def test_short_names_of_a_code_page_stay_apart_and_keep_their_bytes(tmp_path, bits):
    image = formatted(tmp_path / "disk.img", bits)
    for number, old in enumerate(SHORT):
        copied(image, f"{old}.TXT", b"%d" % number)
    respelled(image)

    assert taken(image, DiskFiles()) == {
        b"/" + name: b"%d" % number for number, name in enumerate(SHORT.values())
    }


@pytest.mark.parametrize("bits", BITS)
def test_short_names_in_a_folder_that_is_lost_lose_their_first_byte_only(tmp_path, bits):
    image = formatted(tmp_path / "disk.img", bits)
    disks.tool("mmd", "-i", image, "::lost")
    for old in ("AAAA", "BBBB"):
        copied(image, f"lost/{old}.TXT", old.encode())
    respelled(image)
    disks.tool("mdeltree", "-i", image, "::lost")
    copied(image, "over", b"")  # where the lost folder's own name stood

    assert taken(image, DeletedFiles()) == {
        b"deleted:/_\x81\x83\x82.TXT": b"AAAA", b"deleted:/_\x82\x83\x81.TXT": b"BBBB",
    }  # fmt: skip


@pytest.mark.parametrize("bits", BITS)
def test_halves_of_letters_in_long_names_stay_apart(tmp_path, bits):
    image = formatted(tmp_path / "disk.img", bits)
    disks.tool("mmd", "-i", image, "::folder")
    for name, data in HALVES.items():
        copied(image, f"folder/{name}", data)
    disks.tool("mdel", "-i", image, *(f"::folder/{name}" for name in list(HALVES)[1:4]))
    halved(image)
    known = {half(name): data for name, data in HALVES.items()}
    gone = {n: known.pop(n) for n in list(known)[1:4]}

    assert taken(image, DiskFiles()) == {b"/folder/" + n: data for n, data in known.items()}
    assert taken(image, DeletedFiles()) == {
        b"deleted:/folder/" + n: data for n, data in gone.items()
    }


def test_halves_of_letters_on_exfat_stay_apart(tmp_path):
    image = disks.exfat(tmp_path / "disk.img", options=("-c", "512"))
    with disks.mounted_exfat(image, tmp_path / "m") as root:
        (root / "folder").mkdir()
        for name, data in HALVES.items():
            (root / "folder" / name).write_bytes(data)
        os.sync()
        for name in list(HALVES)[1:4]:
            (root / "folder" / name).unlink()
    halved(image)
    known = {half(name): data for name, data in HALVES.items()}
    gone = {n: known.pop(n) for n in list(known)[1:4]}

    assert taken(image, DiskFiles()) == {b"/folder/" + n: data for n, data in known.items()}
    assert taken(image, DeletedFiles()) == {
        b"deleted:/folder/" + n: data for n, data in gone.items()
    }


@pytest.mark.parametrize("name", ["file", "folder"])
def test_a_name_that_libtsk_leaves_out_for_one_byte_is_a_gap(tmp_path, name):
    """A blank within a short name: Windows and Linux show the file."""
    image = formatted(tmp_path / "disk.img", 16)
    copied(image, "SEEN", b"seen")
    copied(image, "FILE", b"hidden")
    disks.tool("mmd", "-i", image, "::FOLDER")
    old = name.upper().encode().ljust(8)
    data = image.read_bytes()
    image.write_bytes(data.replace(old, old[:-1] + b"!", 1))

    with disks.opened(image) as source:
        found = disks.collected(DiskFiles(), source)

    hidden = f"/{old[:-1].decode()}!"
    assert {origin for origin, _ in found} >= {"/SEEN", hidden}
    assert found[hidden, None].reason == "unreadable"
