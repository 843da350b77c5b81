"""Logical volumes: what lvm2 made is read as its own tools and Dissect have it, and no byte twice.

The volume groups are lvm2's own, on loop devices that nothing else looks at. Damage is done to
the text, whose checksums are made anew after lvm2's layout.
"""

from __future__ import annotations

import random
import struct
import zlib

import disks
import pytest
import volumes
from disks import MIB
from dissect.target import filesystem
from dissect.volume import lvm as strangers

from collectors.artifact import Reason
from collectors.disk.collecting.files import DiskFiles
from collectors.disk.collecting.swap import SwapPartitions
from collectors.disk.reader import Files
from collectors.disk.volumes.label import label_of, texts
from collectors.disk.volumes.lvm import physical_volume

LVM = "E6D6D379-F507-44C2-A23C-238F2A3DF928"
NOISE = random.Random(7).randbytes(5 * MIB)
ROOT = {
    "etc/os-release": b"ID=ubuntu\n", "etc/passwd": b"root:x:0:0::/root:/bin/sh\n",
    "var/log/auth.log": b"Dec  1 sshd: Accepted\n" * 3000, "srv/large": NOISE,
    "患者/記録": "日本語".encode(),
}  # fmt: skip


def tree(place, files):
    for name, data in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)
    return place


def system(tmp_path, size=24, files=ROOT, fstab=b""):
    """An ext4 with a system on it."""
    folder = tree(tmp_path / "root", {**files, "etc/fstab": fstab})
    return disks.ext(tmp_path / "root.img", folder, size=size * MIB).read_bytes()


def swap(tmp_path, size=4):
    path = disks.blank(tmp_path / "swap.img", size * MIB)
    disks.tool("mkswap", "-q", path)
    return path.read_bytes()


def server(tmp_path, fstab=b"", name="ubuntu-vg"):
    """A physical volume with a root in two segments, and swap between them."""
    image = disks.blank(tmp_path / "pv", 64 * MIB)
    volumes.group(tmp_path / "lvm", {"ubuntu-lv": 12, "swap_1": 4}, image, name=name)
    with volumes.lvm(tmp_path / "lvm", image) as run:
        run("lvextend", "-L", "24M", f"{name}/ubuntu-lv")
    volumes.fill(tmp_path / "lvm", f"{name}/ubuntu-lv", system(tmp_path, fstab=fstab), image)
    volumes.fill(tmp_path / "lvm", f"{name}/swap_1", swap(tmp_path), image)
    return image


def installed(tmp_path):
    """As an installer of Ubuntu's leaves it: a boot partition, and all else in LVM2."""
    folder = tree(tmp_path / "boot", {"grub/grub.cfg": b"menuentry"})
    boot = disks.ext(
        tmp_path / "boot.img", folder, options=("-U", "1b4e28ba-2fa1-11d2-883f-0016d3cca427")
    )
    fstab = (
        b"/dev/disk/by-uuid/1b4e28ba-2fa1-11d2-883f-0016d3cca427 /boot ext4 defaults 0 1\n"
        b"/dev/mapper/ubuntu--vg-ubuntu--lv / ext4 defaults 0 1\n"
    )
    return disks.divided(tmp_path / "disk", (boot, disks.LINUX), (server(tmp_path, fstab), LVM))


def expected(files, at="/"):
    return {at + name: data for name, data in files.items()}


def test_the_disk_of_an_ubuntu_server_is_read_as_it_was_mounted(tmp_path):
    disk = installed(tmp_path)

    with disks.opened(disk) as source:
        document, gaps = volumes.told(source)
        source.withholds = False
        found = disks.contents(DiskFiles(), source)
        swapped = disks.contents(SwapPartitions(), source)

    assert [(p["holds"], p["at"], p["read"]) for p in document["partitions"]] == [
        ("ext4", "/", True), ("ext4", "/boot", True),
        ("LVM2 physical volume", "/partition-2", False), ("Linux swap", "/partition-4", False),
    ]  # fmt: skip
    assert expected(ROOT).items() <= found.items()
    assert found["/boot/grub/grub.cfg"] == b"menuentry"
    assert swapped == {"disk:/partition-4": swap_of(tmp_path)}
    assert [gap.origin for gap in gaps] == ["disk:/partition-4"]  # in the profile full alone


def swap_of(tmp_path):
    return (tmp_path / "swap.img").read_bytes()


def test_each_file_is_what_dissect_reads_through_its_own_lvm(tmp_path):
    image = server(tmp_path)
    with image.open("rb") as file:
        (group,) = [strangers.LVM2([strangers.LVM2Device(file)]).volume_group]
        root = next(each for each in group.logical_volumes.values() if each.name == "ubuntu-lv")
        top = filesystem.open(root.open()).path("/")
        theirs = {str(path): path.read_bytes() for path in top.rglob("*") if path.is_file()}

    with disks.opened(image) as source:
        source.withholds = False
        ours = disks.contents(DiskFiles(), source)

    assert ours == theirs


def test_the_disk_tells_of_groups_volumes_and_segments_what_lvm2_tells(tmp_path):
    image = server(tmp_path)
    with volumes.lvm(tmp_path / "lvm", image) as run:
        group, seqno = run("vgs", "--noheadings", "-o", "vg_uuid,vg_seqno").split()
        uuid = run("lvs", "--noheadings", "-o", "lv_uuid", "ubuntu-vg/ubuntu-lv").strip()
        physical = run("pvs", "--noheadings", "-o", "pv_uuid").strip()

    with disks.opened(image) as source:
        document, _ = disks.facts(source)

    root, disk, _ = document["partitions"]
    assert disk["volume_group"] == {
        "name": "ubuntu-vg", "uuid": group, "state": int(seqno), "extent": MIB,
        "physical_volumes": [physical],
    }  # fmt: skip
    assert root["offset"] == MIB
    assert root["logical_volume"]["uuid"] == uuid
    assert [
        (each["offset"], each["size"], each["stripes"][0]["offset"])
        for each in root["logical_volume"]["segments"]
    ] == [(0, 12 * MIB, MIB), (12 * MIB, 12 * MIB, 17 * MIB)]  # fmt: skip


def test_stripes_over_two_partitions_of_one_disk_are_read_in_turn(tmp_path):
    one, other = (disks.blank(tmp_path / name, 32 * MIB) for name in ("one", "other"))
    data = system(tmp_path)
    with volumes.lvm(tmp_path / "lvm", one, other) as run:
        run("pvcreate", "-y", "$0", "$1")
        run("vgcreate", "-s", "1M", "vg", "$0", "$1")
        volumes.made(run, "vg", "root", "-i", "2", "-I", "64k", "-L", "24M")
    for number, path in enumerate((one, other)):
        with path.open("r+b") as file:
            file.seek(MIB)
            file.write(
                b"".join(data[at : at + 65536] for at in range(number << 16, len(data), 1 << 17))
            )
    disk = disks.divided(tmp_path / "disk", (one, LVM), (other, LVM))

    with disks.opened(disk) as source:
        source.withholds = False
        assert expected(ROOT).items() <= disks.contents(DiskFiles(), source).items()

    with disks.opened(one) as source:
        document, gaps = volumes.told(source)
    assert [each["holds"] for each in document["partitions"]][1:] == ["ext4"]
    assert f"{12 * MIB} bytes of it lie on physical volumes that are not here" in gaps[0].detail


def test_what_lies_on_a_disk_that_is_not_here_is_missing_and_the_rest_is_read(tmp_path):
    one, other = (disks.blank(tmp_path / name, 16 * MIB) for name in ("one", "other"))
    volumes.group(tmp_path / "lvm", {"root": 24, "away": 4}, one, other)
    volumes.fill(tmp_path / "lvm", "ubuntu-vg/root", system(tmp_path), one, other)

    with disks.opened(one) as source:
        document, gaps = volumes.told(source)
        source.withholds = False
        assert source.snapshot("/etc/passwd").data == ROOT["etc/passwd"]

    assert [(gap.origin, gap.detail) for gap in gaps] == [
        ("disk:/partition-2", f"{9 * MIB} bytes of it lie on physical volumes that are not here"),
        ("disk:/partition-3",
         "ubuntu-vg/away: all of it lies on physical volumes that are not here"),
    ]  # fmt: skip
    assert document["partitions"][0]["read"]


def test_what_is_put_together_in_another_way_is_a_gap_by_its_name(tmp_path):
    image = small(tmp_path, root=24, pool_1=1, pool_2=4, raid_1=2, raid_2=1)
    volumes.fill(tmp_path / "lvm", "ubuntu-vg/root", system(tmp_path), image)
    more = logical("pool", 'type = "thin-pool" metadata = "pool_1" pool = "pool_2"')
    more += logical("thin", 'type = "thin" thin_pool = "pool" device_id = 1')
    more += logical("again", 'type = "thin" thin_pool = "pool" device_id = 2 origin = "thin"')
    more += logical("raid", 'type = "raid1" raids = ["raid_2", "raid_1"]')
    more += logical("safe", 'type = "vdo" vdo_pool = "none"')
    rewritten(image, lambda text: text.replace("root {", more + "root {", 1))

    found, gaps = looked(image)

    assert [each["holds"] for each in found if each["read"]] == ["ext4"]
    assert [gap.detail for gap in gaps] == [
        "ubuntu-vg/thin: thin of pool: this version can't put it together",
        "ubuntu-vg/again: thin of pool: this version can't put it together",
        "ubuntu-vg/raid: raid1 of raid_1, raid_2: this version can't put it together",
        "ubuntu-vg/safe: vdo: this version can't put it together",
    ]


# Hostile or damaged text.


def summed(data):
    return zlib.crc32(data, 0xF597A6CF ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def rewritten(image, change):
    """The same physical volume with another text, its checksums right."""
    data = bytearray(image.read_bytes())
    start, size = struct.unpack_from("<QQ", data, 4096 + 24)
    at, length = struct.unpack_from("<QQ", data, 4096 + 40)
    room = data[start + 512 : start + size]
    text = (room[at - 512 :] + room)[:length].rstrip(b"\0").decode()
    text = change(text).encode() + b"\0"
    data[start + 512 : start + 512 + len(text)] = text
    struct.pack_into("<QQII", data, 4096 + 40, 512, len(text), summed(text), 0)
    struct.pack_into("<I", data, 4096, summed(data[4100:4608]))
    image.write_bytes(data)
    return image


def logical(name, told):
    """One more logical volume in a text."""
    where = "segment1 {\nstart_extent = 0\nextent_count = 4\n"
    return f'{name} {{\nid = "ShhLSk-ptOt"\nsegment_count = 1\n{where}{told}\n}}\n}}\n'


def small(tmp_path, **sizes):
    image = disks.blank(tmp_path / "pv", 64 * MIB)
    volumes.group(tmp_path / "lvm", sizes or {"root": 24}, image)
    return image


def looked(image):
    with disks.opened(image) as source:
        document, gaps = volumes.told(source)
        return document["partitions"], gaps


def test_a_text_that_is_named_again_and_again_is_read_once(tmp_path):
    """A label has room for 25 places, each of which may be megabytes of text."""
    reader = Files([str(small(tmp_path))])
    label = label_of(reader)
    ((place, size),) = label.areas
    once, _ = texts(reader, label)

    assert texts(reader, label._replace(areas=((place, size),) * 25)) == (once, "")
    others = tuple((place + (at << 20), size) for at in range(25))
    found, fault = texts(reader, label._replace(areas=others))
    reader.close()
    assert (found, fault) == (once, "it names 25 places of its text: 2 are read")


def test_extents_of_two_volumes_are_read_in_one_alone(tmp_path):
    image = small(tmp_path, root=24, second=24)
    volumes.fill(tmp_path / "lvm", "ubuntu-vg/root", system(tmp_path), image)
    rewritten(image, lambda text: text.replace('"pv0", 24', '"pv0", 23'))

    found, gaps = looked(image)

    assert max(each["holds"] for each in found) == "ext4"
    assert [(gap.reason, gap.detail) for gap in gaps] == [
        (Reason.SKIPPED, "ubuntu-vg/second: its extents are those of root, too: not read again")
    ]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"pv0", 0', '"pv0", 9999999', "its extents lie beyond its physical volume"),
        ('"pv0", 0', '"pv9", 0', "a segment lies nowhere"),
        ("start_extent = 0", "start_extent = 5", "its segments don't follow one another"),
        ("extent_count = 24", "extent_count = 0", "its segments don't follow one another"),
        ("extent_count = 24", "extent_count = -24", "extent_count is no number"),
        ("stripe_count = 1", "type2 = {", ""),
    ],
)  # fmt: skip
def test_nonsense_about_a_volume_is_its_gap(tmp_path, old, new, why):
    image = rewritten(small(tmp_path), lambda text: text.replace(old, new))

    _, gaps = looked(image)

    told = [gap.detail for gap in gaps]
    if why:
        assert told == [f"ubuntu-vg/root: damaged structure: {why}"]
    else:
        assert told[0].startswith("LVM2 physical volume: damaged structure: ")


def test_volumes_made_of_one_another_in_a_circle_are_gaps_and_end(tmp_path):
    def circle(text):
        start = text.index("type = ")
        first = text[:start] + 'type = "mirror"\nmirrors = ["second", 0]\n' + text[start + 17 :]
        at = first.index("second {")
        start = first.index("type = ", at)
        return first[:start] + 'type = "mirror"\nmirrors = ["root", 0]\n' + first[start + 17 :]

    image = rewritten(small(tmp_path, root=8, second=8), circle)

    _, gaps = looked(image)

    assert [gap.detail for gap in gaps] == [
        "ubuntu-vg/root: mirror of second: this version can't put it together",
        "ubuntu-vg/second: mirror of root: this version can't put it together",
    ]


def test_of_a_snapshot_the_origin_is_read_and_the_rest_is_told(tmp_path):
    image = small(tmp_path, root=24, snap=4)
    volumes.fill(tmp_path / "lvm", "ubuntu-vg/root", system(tmp_path), image)
    more = logical(
        "snapshot0", 'type = "snapshot" chunk_size = 8 origin = "root" cow_store = "snap"'
    )
    rewritten(image, lambda text: text.replace("root {", more + "root {", 1))

    found, gaps = looked(image)

    assert [each["holds"] for each in found if each["read"]] == ["ext4"]
    assert [gap.detail for gap in gaps] == [
        "ubuntu-vg/snapshot0: snapshot of snap: this version can't put it together"
    ]


def test_of_more_volumes_than_are_read_it_is_said_how_many_there_are(tmp_path):
    def many(text):
        at = text.index("root {")
        end = text.index("# Generated")
        one = (
            '{} {{ id = "ShhLSk" s {{ start_extent = 0 extent_count = 1 type = "striped" '
            'stripe_count = 1 stripes = ["pv0", {}] }} }}\n'
        )
        text = text.replace("extent_size = 2048", "extent_size = 1")
        text = text.replace("pe_count = 63", "pe_count = 120000")
        return (
            text[:at] + "".join(one.format(f"v{n}", n) for n in range(3000)) + "}\n}\n" + text[end:]
        )

    image = rewritten(small(tmp_path), many)

    found, gaps = looked(image)

    assert len(found) == 1025
    assert "it has 3000 logical volumes: 1024 are read" in [gap.detail for gap in gaps]


def test_a_wrong_checksum_sends_to_the_other_copy_and_else_is_a_gap(tmp_path):
    image = disks.blank(tmp_path / "pv", 64 * MIB)
    with volumes.lvm(tmp_path / "lvm", image) as run:
        run("pvcreate", "-y", "--metadatacopies", "2", "$0")
        run("vgcreate", "-s", "1M", "vg", "$0")
        volumes.made(run, "vg", "root", "-L", "24M")
    volumes.fill(tmp_path / "lvm", "vg/root", system(tmp_path), image)
    disks_end = image.stat().st_size
    with image.open("r+b") as file:
        file.seek(4096 + 200)
        file.write(b"\xff")
    found, gaps = looked(image)
    assert ([each["read"] for each in found], gaps) == ([True, False], [])
    assert "the checksum of its text about the volume group is wrong" in found[1]["note"]

    data = image.read_bytes()
    other = data.rindex(b" LVM2 x[5A%r0N*>")
    assert 4096 < other < disks_end
    with image.open("r+b") as file:
        file.seek(other + 100)
        file.write(b"\xff")
    (found,), (gap,) = looked(image)
    assert (gap.origin, gap.reason) == ("disk:/partition-1", Reason.UNREADABLE)
    assert "the checksum of its text about the volume group is wrong" in gap.detail


def test_the_newer_of_two_texts_is_used_and_the_older_is_told(tmp_path):
    one, other = (disks.blank(tmp_path / name, 32 * MIB) for name in ("one", "other"))
    volumes.group(tmp_path / "lvm", {"root": 24}, one, other)
    before = other.read_bytes()
    with volumes.lvm(tmp_path / "lvm", one, other) as run:
        volumes.made(run, "ubuntu-vg", "later", "-L", "4M")
    other.write_bytes(before)
    disk = disks.divided(tmp_path / "disk", (one, LVM), (other, LVM))

    found, gaps = looked(disk)

    assert [each["logical_volume"]["name"] for each in found if "logical_volume" in each] == [
        "root", "later",
    ]  # fmt: skip
    assert "its text is of state 2 of its group; the newest is 3" in [gap.detail for gap in gaps]


def test_the_same_physical_volume_twice_is_read_once(tmp_path):
    image = server(tmp_path)
    disk = disks.divided(tmp_path / "disk", (image, LVM), (image, LVM))

    found, gaps = looked(disk)

    assert [each["holds"] for each in found].count("ext4") == 1
    assert gaps[0].detail.startswith("the same physical volume as partition 1, by its UUID")


def test_any_flipped_byte_of_label_or_text_is_no_crash(tmp_path):
    image = small(tmp_path)
    data = image.read_bytes()
    _, length = struct.unpack_from("<QQ", data, 4096 + 40)
    rng = random.Random(3)
    for _ in range(60):
        at = rng.choice([rng.randrange(512, 700), rng.randrange(4096, 4700 + length)])
        broken = bytearray(data)
        broken[at] ^= 1 << rng.randrange(8)
        image.write_bytes(broken)
        reader = Files([str(image)])
        physical_volume(reader)  # raises nothing, whatever stands there
        reader.close()
