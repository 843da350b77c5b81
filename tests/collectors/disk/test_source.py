"""A disk as a source: the collectors of folders find on it what they would find in a folder."""

import errno
import os

import disks
import hosts
import pytest

from collectors.artifact import Artifact, Gap, Reason
from collectors.bodyfile import BodyFile
from collectors.disk.collecting.deleted import DeletedFiles
from collectors.disk.collecting.facts import DiskFacts
from collectors.disk.collecting.files import DiskFiles
from collectors.disk.collecting.metadata import NtfsMetadata
from collectors.disk.images.containers import Image
from collectors.disk.partitions.division import open_partitions
from collectors.disk.source import DiskSource
from collectors.files.mounts import Mounts
from collectors.files.source import Source
from collectors.live import LIVE
from collectors.logs import LOGS
from collectors.places import PLACES
from collectors.table import DISK

LINUX = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
ROOT_UUID, VAR_UUID = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"


def plant(root):
    """A small Linux machine with logs, accounts, links and a home."""
    files = {
        "etc/passwd": b"root:x:0:0::/root:/bin/sh\nyamada:x:1000:1000::/home/yamada:/bin/sh\n",
        "etc/shadow": b"root:*:::::::\n", "etc/hostname": b"ward-3\n", "etc/machine-id": b"abc\n",
        "etc/crontab": b"* * * * * root /opt/tool/run.sh\n", "opt/tool/run.sh": b"#!/bin/sh\n",
        "usr/lib/os-release": b"ID=debian\n", "var/log/auth.log": b"sshd\n",
        "var/log/audit/audit.log": b"type=LOGIN\n", "home/yamada/.bash_history": b"ls\n",
        "var/log/wtmp": b"\0" * 384,
    }  # fmt: skip
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    (root / "etc/os-release").symlink_to("../usr/lib/os-release")
    (root / "var/run").symlink_to("/run")
    (root / "run").mkdir()


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    place = tmp_path_factory.mktemp("machine")
    plant(place / "root")
    return place / "root", disks.ext(place / "disk.img", place / "root", options=("-U", ROOT_UUID))


def everything(collectors, source):
    """Origin and reason or bytes of all that they give."""
    found = []
    for collector in collectors:
        for one in collector.collect(source):
            if isinstance(one, Gap):
                found.append((one.origin, one.reason, one.detail))
            else:
                found.append((one.origin, "taken", hosts.read(one).data))
    return found


@pytest.mark.parametrize("table", [LOGS, PLACES], ids=["logs", "places"])
def test_an_image_gives_what_the_folder_gives(machine, table):
    folder, image = machine
    copied = Source(str(folder), live=False, mounts=Mounts([]))
    with disks.opened(image) as source:
        ours = everything(table, source)

    theirs = everything(table, copied)
    assert ours == theirs
    assert sum(each[1] == "taken" for each in ours) >= 4


def test_the_body_file_lists_what_fls_lists(machine):
    _, image = machine
    with disks.opened(image) as source:
        (artifact,) = BodyFile().collect(source)
        ours = hosts.read(artifact).data.decode().splitlines()

    theirs = disks.tool("fls", "-m", "/", "-r", "-z", "UTC", image).decode().splitlines()
    skipped = ("/$OrphanFiles", "/.", "/lost+found/.")
    wanted = {
        (row[1].removesuffix(" (deleted)"), row[2], row[6], *row[7:10])
        for row in (line.split("|") for line in theirs)
        if not row[1].startswith(skipped[0]) and "(deleted)" not in row[1]
    }
    got = {(row[1], row[2], row[6], *row[7:10]) for row in (line.split("|") for line in ours)}
    assert wanted <= got
    assert {row[0] for row in got - wanted} <= {"/"}


def test_links_are_followed_inside_the_disk_and_never_to_this_machine(tmp_path):
    tree = tmp_path / "tree"
    (tree / "etc").mkdir(parents=True)
    (tree / "etc/hosts").write_bytes(b"the image's own")
    (tree / "absolute").symlink_to("/etc/hosts")
    (tree / "upwards").symlink_to("../../../../etc/hosts")
    (tree / "folder").symlink_to("etc")
    (tree / "loop").symlink_to("loop")
    with disks.opened(disks.ext(tmp_path / "disk.img", tree)) as source:
        for path in ("/absolute", "/upwards"):
            assert hosts.read(source.file(path, "disk", follow=True)).data == b"the image's own"
        assert hosts.read(source.file("/folder/hosts", "disk")).data == b"the image's own"
        assert hosts.read(source.link("/absolute", "disk")).data == b"/etc/hosts"
        with pytest.raises(OSError, match="too many"):
            source.look("/loop/x")
        with pytest.raises(OSError, match="no regular file"):
            source.file("/absolute", "disk").open()


def test_a_path_of_a_thousand_folders_is_reached(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    here = os.open(tree, os.O_RDONLY)
    for _ in range(1000):
        os.mkdir("d" * 10, dir_fd=here)
        below = os.open("d" * 10, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    file = os.open("end", os.O_CREAT | os.O_WRONLY, dir_fd=here)
    os.write(file, b"reached")
    os.close(file)
    os.close(here)
    try:
        image = disks.ext(tmp_path / "disk.img", tree, options=("-N", "2000"))
    finally:
        disks.tool("rm", "-rf", tree)  # Python's own removal is recursive

    with disks.opened(image) as source:
        path = "/" + "/".join(["d" * 10] * 1000) + "/end"
        assert hosts.read(source.file(path, "disk")).data == b"reached"
        assert disks.contents(DiskFiles(), source) == {path: b"reached"}


def test_folders_that_hold_themselves_come_to_an_end(tmp_path):
    tree = tmp_path / "tree"
    (tree / "a/b").mkdir(parents=True)
    (tree / "a/b/f").write_bytes(b"once")
    image = disks.ext(tmp_path / "disk.img", tree)
    disks.debugfs(image, "link /a /a/b/again", "link / /a/root")

    with disks.opened(image) as source:
        walked = list(source.walk("/", "disk", once=False))
        listed = hosts.read(next(BodyFile().collect(source)))
        found = disks.collected(DiskFiles(), source)

    told = {(one.origin, one.reason) for one in walked if isinstance(one, Gap)}
    assert told == {("/a/b/again", "skipped"), ("/a/root", "skipped")}
    assert [one.origin for one in walked if isinstance(one, Artifact)] == ["/a/b/f"]
    assert listed.data.count(b"/a/b/f|") == 1
    assert any("/a/root" in each for each in listed.errors)
    assert {each for each in found if each[0].endswith("/f")} == {("/a/b/f", None)}
    assert found["/a/b/again", None].detail == "the same folder has another name"


class Scratched:
    """A disk with bad sectors."""

    sector = 512

    def __init__(self, path, bad):
        self.data, self.bad, self.size = path.read_bytes(), bad, path.stat().st_size

    def readinto(self, offset, buffer):
        if self.bad & set(range(offset // 512, (offset + len(buffer) - 1) // 512 + 1)):
            raise OSError(errno.EIO, "Input/output error")
        buffer[:] = self.data[offset : offset + len(buffer)]

    def close(self):
        self.bad = set()


def test_a_bad_sector_beside_a_folder_or_an_inode_costs_no_other_file(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in ("a", "victim", "z"):
        (tree / name).write_bytes(name.encode() * 100)
    image = disks.ext(tmp_path / "disk.img", tree, options=("-b", "1024"))
    block = int(disks.debugfs(image, "blocks /victim").split()[0])
    reader = Scratched(image, {2 * block, 2 * block + 1})
    disk = open_partitions(Image(path="x", container="raw", reader=reader, files=()))

    found = disks.collected(DiskFiles(), DiskSource(disk))

    assert {origin for origin, _ in found} == {"/a", "/victim", "/z"}
    assert hosts.read(found["/z", None]).data == b"z" * 100
    with pytest.raises(OSError, match="not one byte could be read"):
        hosts.read(found["/victim", None])


# Several partitions.


def several(tmp_path, fstab):
    """A disk of three: the system, one for /var with a log, one of data; and an XFS."""
    trees = {name: tmp_path / name for name in ("root", "var", "data")}
    plant(trees["root"])
    (trees["root"] / "etc/fstab").write_text(fstab)
    (trees["var"] / "log").mkdir(parents=True)
    (trees["var"] / "log/messages").write_bytes(b"on the other partition")
    trees["data"].mkdir()
    (trees["data"] / "f").write_bytes(b"data")
    xfs = disks.blank(tmp_path / "xfs.img", 320 * disks.MIB)
    disks.tool("mkfs.xfs", "-q", "-L", "SRV", xfs)
    return disks.divided(
        tmp_path / "disk.img",
        (disks.ext(tmp_path / "var.img", trees["var"], options=("-U", VAR_UUID)), LINUX),
        (disks.ext(tmp_path / "root.img", trees["root"]), LINUX),
        (disks.ext(tmp_path / "data.img", trees["data"], options=("-L", "DATA")), LINUX),
        (xfs, LINUX),
    )


def test_partitions_stand_where_the_system_s_fstab_has_them(tmp_path):
    fstab = f'UUID={VAR_UUID} /var ext4 defaults 0 2\n# c\nLABEL="DATA" /srv/my\\040data auto\n'
    with disks.opened(several(tmp_path, fstab)) as source:
        assert list(source.places) == ["/", "/var", "/srv/my data", "/partition-4"]
        taken = disks.contents(DiskFiles(), source)
        logs = [one.origin for one in LOGS[-1].collect(source) if isinstance(one, Artifact)]
        devices = {source.look(path).device for path in ("/etc", "/var/log", "/srv/my data")}

    assert taken["/var/log/messages"] == b"on the other partition"
    assert taken["/srv/my data/f"] == b"data"
    assert "/var/log/auth.log" not in taken  # hidden below the mounted one, as on the machine
    assert logs == ["/var/log/messages"]
    assert {os.minor(each) for each in devices} == {1, 2, 3}


@pytest.mark.parametrize("written", ["//data", "///data", "//data//"])
def test_a_mount_point_has_one_slash_before_it_however_it_is_written(written, tmp_path):
    with disks.opened(several(tmp_path, f"LABEL=DATA {written} ext4 defaults 0 2\n")) as source:
        assert "/data" in source.places
        assert "/data/f" in disks.contents(DiskFiles(), source)


def test_what_a_mounted_partition_covers_is_a_gap(tmp_path):
    with disks.opened(several(tmp_path, f"UUID={VAR_UUID} /var ext4 defaults 0 2\n")) as source:
        found = disks.collected(DiskFiles(), source)

    gap = found["/var", None]
    assert (gap.reason, gap.detail.split(";")[0]) == ("skipped", "partition 1 is mounted here")


def test_logs_on_a_partition_that_can_t_be_read_are_gaps_that_say_so(tmp_path):
    tree = tmp_path / "root"
    plant(tree)
    (tree / "etc/fstab").write_text("PARTLABEL=logs /var xfs defaults 0 2\n")
    xfs = disks.blank(tmp_path / "xfs.img", 320 * disks.MIB)
    disks.tool("mkfs.xfs", "-q", xfs)
    disk = disks.divided(
        tmp_path / "disk.img", (disks.ext(tmp_path / "root.img", tree), LINUX),
        (xfs, f"{LINUX}, name=logs"),
    )  # fmt: skip

    with disks.opened(disk) as source:
        found = everything([LOGS[0], LOGS[-1]], source)

    about_logs = {each[1:] for each in found if each[0].startswith("/var/log")}
    assert about_logs == {(Reason.UNSUPPORTED, "ENOTSUP: XFS: this version can't read it")}


def test_without_a_system_each_partition_has_its_number(tmp_path):
    trees = [tmp_path / name for name in ("a", "b")]
    for tree in trees:
        tree.mkdir()
        (tree / "f").write_text(tree.name)
    disk = disks.divided(
        tmp_path / "disk.img", *((disks.ext(tmp_path / f"{t.name}.img", t), LINUX) for t in trees)
    )

    with disks.opened(disk) as source:
        assert source.listing("/") == [("partition-1", "d"), ("partition-2", "d")]
        taken = disks.contents(DiskFiles(), source)
        assert not source.exists("/etc")
        assert list(source.walk("/", "disk"))

    assert taken == {"/partition-1/f": b"a", "/partition-2/f": b"b"}


def test_a_folder_of_the_system_is_never_hidden_by_a_place_of_ours(tmp_path):
    tree = tmp_path / "root"
    plant(tree)
    (tree / "partition-2").mkdir()
    (tree / "partition-2/mine").write_bytes(b"mine")
    disk = disks.divided(
        tmp_path / "disk.img", (disks.ext(tmp_path / "root.img", tree), LINUX),
        (disks.ext(tmp_path / "other.img"), LINUX),
    )  # fmt: skip

    with disks.opened(disk) as source:
        assert list(source.places) == ["/", "/partition-2_"]
        assert hosts.read(source.file("/partition-2/mine", "disk")).data == b"mine"


# Collectors.


@pytest.mark.parametrize("collector", LIVE, ids=lambda one: one.name)
def test_live_collectors_say_that_a_disk_is_no_running_machine(machine, collector):
    _, image = machine
    with disks.opened(image) as source:
        (gap,) = collector().collect(source)

    assert (gap.reason, gap.detail) == ("unsupported", "not a running machine")


@pytest.mark.parametrize("collector", [DiskFacts, DiskFiles, DeletedFiles, NtfsMetadata])
def test_collectors_of_disks_say_that_a_folder_is_none(tmp_path, collector):
    source = Source(str(tmp_path), live=False, mounts=Mounts([]))

    (gap,) = collector().collect(source)

    assert (gap.origin, gap.reason, gap.detail) == (
        f"hozen:/{collector.name}", "unsupported",
        "files alone can be read here, not the disk below them",
    )  # fmt: skip


def test_the_facts_come_first_and_names_are_given_once():
    assert isinstance(DISK[0], DiskFacts)
    assert len({one.name for one in DISK}) == len(DISK)


def test_no_file_is_taken_twice_over_all_collectors(machine):
    _, image = machine
    with disks.opened(image) as source:
        taken = [
            (one.origin, one.stream)
            for collector in DISK
            for one in collector.collect(source)
            if isinstance(one, Artifact)
        ]

    assert len(taken) == len(set(taken))
    assert ("/opt/tool/run.sh", None) in taken


def test_what_this_machine_calls_its_own_root_moves_no_partition(tmp_path, monkeypatch):
    disk = disks.divided(tmp_path / "disk.img", *[(disks.ext(tmp_path / "one"), LINUX)] * 2)
    monkeypatch.setattr(os.path, "realpath", lambda _path: "C:\\")
    with disks.opened(disk) as source:
        points = [source.mount_of(f"/partition-{number}/a/b").point for number in (1, 2)]

    assert points == ["/partition-1", "/partition-2"]


@pytest.mark.parametrize("path", ["etc/passwd", "etc", "", "//", "//etc/passwd", "."])
def test_a_path_that_does_not_begin_at_the_root_leads_nowhere_and_comes_to_an_end(machine, path):
    with disks.opened(machine[1]) as source:
        with pytest.raises(FileNotFoundError):
            source.folder_at(path)
        with pytest.raises(FileNotFoundError):
            source.look(path)
        assert not source.exists(path)


@pytest.mark.parametrize("written", [True, False])
def test_an_image_that_is_written_to_meanwhile_is_told_of_once(tmp_path, written):
    image = disks.ext(tmp_path / "disk.img", size=4 * disks.MIB)
    before = image.stat()
    with disks.opened(image) as source:
        if written:
            with image.open("r+b") as file:
                file.seek(3 * disks.MIB)
                file.write(b"x")
            os.utime(image, ns=(before.st_atime_ns, before.st_mtime_ns))  # as if nothing were
        told = [*source.meanwhile(), *source.meanwhile()]

    assert [(one.origin, one.kind, one.reason) for one in told] == (
        [("disk:/", "image", Reason.UNREADABLE)] if written else []
    )


def test_what_is_written_while_an_image_is_opened_is_told_of_too(tmp_path, monkeypatch):
    image = disks.ext(tmp_path / "disk.img", size=4 * disks.MIB)

    def written(opened):
        os.utime(image)
        return open_partitions(opened)

    monkeypatch.setattr("collectors.disk.opening.open_partitions", written)
    with disks.opened(image) as source:
        assert len(list(source.meanwhile())) == 1


def test_of_a_device_that_is_in_use_its_times_tell_nothing(tmp_path):
    image = disks.ext(tmp_path / "disk.img", size=4 * disks.MIB)
    with disks.looped(image) as device, disks.opened(device) as source:
        os.utime(device)
        assert not list(source.meanwhile())
