"""ISO 9660, against what was planted; HFS+ has no maker here, see decision 0012."""

import disks
import hosts

from collectors.disk.collecting.files import DiskFiles

PLANTED = {"/readme.txt": b"on a disc\n", "/folder/big": b"0123456789" * 30_000, "/empty": b""}


def test_a_disc_s_files_come_out_byte_for_byte(tmp_path):
    tree = tmp_path / "tree"
    for name, data in PLANTED.items():
        (tree / name[1:]).parent.mkdir(parents=True, exist_ok=True)
        (tree / name[1:]).write_bytes(data)
    image = tmp_path / "disc.iso"
    disks.tool("genisoimage", "-quiet", "-R", "-J", "-o", image, tree)

    with disks.opened(image) as source:
        taken = disks.contents(DiskFiles(), source)
        (place,) = source.places.values()
        method = hosts.read(source.file("/readme.txt", "disk")).method

    assert (place.partition.holds, taken) == ("iso9660", PLANTED)
    assert method.door == "raw file system"
