"""Parts of an image that are links: whoever handed it over may mean any file of this machine."""

from __future__ import annotations

import os

import disks
import pytest

from collectors.disk.images.containers import open_image
from collectors.disk.reader import ImageError, read_at

MIB = 1 << 20


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "elsewhere" / "secret"
    path.parent.mkdir()
    path.write_bytes(b"not part of any evidence" * 50_000)
    return path


def split(folder):
    folder.mkdir()
    first = disks.ext(folder / "disk.001", size=4 * MIB)
    return first, folder / "disk.002"


def flat(folder):
    folder.mkdir()
    disks.tool(
        "qemu-img", "create", "-q", "-f", "vmdk", "-o", "subformat=monolithicFlat",
        folder / "disk.vmdk", "1M",
    )  # fmt: skip
    (folder / "disk-flat.vmdk").unlink()
    return folder / "disk.vmdk", folder / "disk-flat.vmdk"


@pytest.mark.parametrize("make", [split, flat])
def test_a_part_that_is_a_link_to_somewhere_else_is_refused(tmp_path, secret, make):
    path, other = make(tmp_path / "case")
    other.symlink_to(secret)

    with pytest.raises(ImageError, match=rf"{other.name}: a link to .*secret, outside"):
        open_image(str(path))


@pytest.mark.parametrize("make", [split, flat])
@pytest.mark.parametrize("named", ["there", "by a link", "from its folder"])
def test_links_within_its_folder_are_followed_and_the_image_itself_may_be_one(
    tmp_path, monkeypatch, make, named
):
    path, other = make(tmp_path / "case")
    (path.parent / "other-name").write_bytes(b"\x07" * MIB)
    other.symlink_to("other-name")
    if named == "by a link":
        (tmp_path / "folder").symlink_to(path.parent)
        path = tmp_path / "folder" / path.name
    if named == "from its folder":
        monkeypatch.chdir(path.parent)
        path = type(path)(path.name)

    image = open_image(os.fspath(path))

    assert read_at(image.reader, image.reader.size - 512, 512) == b"\x07" * 512
    image.reader.close()


def test_parts_beside_the_file_that_a_named_link_leads_to_are_its_own(tmp_path):
    path, other = split(tmp_path / "case")
    other.write_bytes(bytes(MIB))
    farm = tmp_path / "farm"
    farm.mkdir()
    (farm / path.name).symlink_to(path)
    (farm / other.name).symlink_to(other)

    image = open_image(str(farm / path.name))

    assert image.reader.size == 5 * MIB
    image.reader.close()
