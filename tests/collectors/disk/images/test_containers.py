"""The same disk out of every container, whatever its file is called; and what is refused."""

import hashlib

import disks
import pytest
from imagefiles import CONTENT, converted, ewf, split

from collectors.disk.collecting.files import DiskFiles
from collectors.disk.images import library
from collectors.disk.images.containers import open_image
from collectors.disk.reader import ImageError, LibraryError, read_at

MAKERS = {
    "raw": lambda raw, _: raw,
    "split raw": split,
    "E01": ewf,
    "E01 ": lambda raw, folder: ewf(raw, folder, "-c", "none"),
    "qcow2": converted("qcow2"),
    "qcow2 ": converted("qcow2", "-c"),
    "qcow2  ": converted("qcow2", "-c", "-o", "compression_type=zstd"),
    "qcow2   ": converted("qcow2", "-c", "-o", "compat=0.10,cluster_size=4096"),
    "VMDK": converted("vmdk"),
    "VMDK ": converted("vmdk", "-o", "subformat=streamOptimized"),
    "VMDK  ": converted("vmdk", "-o", "subformat=monolithicFlat"),
    "VMDK   ": converted("vmdk", "-o", "subformat=twoGbMaxExtentSparse"),
    "VHD": converted("vpc"),
    "VHD ": converted("vpc", "-o", "subformat=fixed"),
    "VHDX": converted("vhdx"),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_every_container_gives_the_same_bytes_and_files(kind, raw, tmp_path):
    path = MAKERS[kind](raw, tmp_path)
    original = raw.read_bytes()

    image = open_image(str(path))
    data = read_at(image.reader, 0, len(original))
    for offset in (-1, image.reader.size - 1):
        with pytest.raises(OSError, match="behind the end"):
            image.reader.readinto(offset, memoryview(bytearray(2)))
    image.reader.close()

    assert image.container == kind.strip()
    assert hashlib.sha256(data).digest() == hashlib.sha256(original).digest()
    with disks.opened(path) as source:
        assert disks.contents(DiskFiles(), source) == CONTENT


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"QFI\xfb" + b"\xff" * 600, "qcow version"),
        (b"EVF\x09\x0d\x0a\xff\x00" + bytes(600), "doesn't tell how its other segments"),
        (b"vhdxfile" + bytes(600), "can't be opened as a disk image: behind the end"),
    ],
)
def test_what_can_t_be_opened_is_refused_in_one_line(tmp_path, head, words):
    path = tmp_path / "image"
    path.write_bytes(head.ljust(1024, b"\0"))

    with pytest.raises(ImageError, match=words) as told:
        open_image(str(path))
    assert "\n" not in str(told.value)
    assert told.value.exit_code == 2


def test_a_library_that_isn_t_there_is_one_clear_line(raw, tmp_path, monkeypatch):
    without = f"import sys; sys.modules['pyvmdk'] = None\n{library.ENTRY}"
    monkeypatch.setattr(library, "ENTRY", without)

    with pytest.raises(
        LibraryError, match=r"needs libvmdk-python.*pip install 'hozen\[disk\]'"
    ) as told:
        open_image(str(MAKERS["VMDK"](raw, tmp_path)))
    assert told.value.exit_code == 4
