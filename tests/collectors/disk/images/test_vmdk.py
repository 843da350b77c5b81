"""VMDK images: which files they are read from, and which they are not."""

import os

import disks
import pytest
from imagefiles import converted, everything

from collectors.disk.images.containers import open_image
from collectors.disk.reader import ImageError


@pytest.mark.parametrize("kind", ["monolithicSparse", "streamOptimized"])
def test_a_vmdk_that_was_renamed_is_itself_and_not_what_has_its_old_name(raw, tmp_path, kind):
    other = disks.blank(tmp_path / "other", raw.stat().st_size)
    made = converted("vmdk", "-o", f"subformat={kind}")
    renamed = made(raw, tmp_path).rename(tmp_path / "evidence.vmdk")
    alone = open_image(os.fspath(renamed))
    made(other, tmp_path)

    image = open_image(os.fspath(renamed))

    assert image.files == alone.files == (os.fspath(renamed),)
    assert everything(image) == everything(alone) == raw.read_bytes()


@pytest.mark.parametrize("name", ["{folder}/secret", "../secret", "C:\\secret"])
def test_a_vmdk_reads_no_file_but_those_beside_it(raw, tmp_path, name):
    (tmp_path / "case").mkdir()
    made = converted("vmdk", "-o", "subformat=monolithicFlat")(raw, tmp_path / "case")
    (tmp_path / "secret").write_bytes(raw.read_bytes())
    planted = name.format(folder=tmp_path).encode()
    made.write_bytes(made.read_bytes().replace(b"disk-flat.x", planted))

    with pytest.raises(ImageError, match=r"case/secret: missing, though .*case/disk\.x is there"):
        open_image(os.fspath(made))


def test_a_vmdk_with_a_part_that_begins_within_a_file_is_refused(raw, tmp_path):
    """libvmdk takes its first sector for a number of bytes, and gives other content."""
    made = converted("vmdk", "-o", "subformat=monolithicFlat")(raw, tmp_path)
    sectors = raw.stat().st_size // 512
    whole = b'RW %d FLAT "disk-flat.x" 0' % sectors
    parts = b'RW 8 FLAT "disk-flat.x" 0\nRW %d FLAT "disk-flat.x" 8' % (sectors - 8)
    made.write_bytes(made.read_bytes().replace(whole, parts))

    with pytest.raises(ImageError, match="begins in the middle of a file"):
        open_image(os.fspath(made))


def test_a_vmdk_with_two_parts_of_one_name_is_refused(raw, tmp_path):
    """Beside the description there is one file for both, and the other's bytes are not there."""
    made = converted("vmdk", "-o", "subformat=monolithicFlat")(raw, tmp_path)
    sectors = raw.stat().st_size // 512
    whole = b'RW %d FLAT "disk-flat.x" 0' % sectors
    half = b'RW %d FLAT "%s/disk-flat.x" 0'
    parts = half % (sectors // 2, b"a") + b"\n" + half % (sectors // 2, b"b")
    made.write_bytes(made.read_bytes().replace(whole, parts))

    with pytest.raises(ImageError, match=r"two of its parts are called disk-flat\.x"):
        open_image(os.fspath(made))


def test_a_vmdk_of_changes_to_a_disk_without_a_name_is_refused(raw, tmp_path):
    made = converted("vmdk", "-o", "subformat=monolithicFlat")(raw, tmp_path)
    made.write_bytes(made.read_bytes().replace(b"parentCID=ffffffff", b"parentCID=12345678"))

    with pytest.raises(ImageError, match="only the changes to a disk that it doesn't name"):
        open_image(os.fspath(made))


def test_a_vmdk_that_says_nothing_of_another_disk_is_read(raw, tmp_path):
    made = converted("vmdk", "-o", "subformat=monolithicFlat")(raw, tmp_path)
    made.write_bytes(made.read_bytes().replace(b"parentCID=ffffffff\n", b""))

    assert everything(open_image(os.fspath(made))) == raw.read_bytes()
