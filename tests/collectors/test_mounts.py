import pytest

from collectors.files.mounts import LOCAL, PSEUDO, Mount, Mounts, parse

TABLE = r"""22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:21 / /proc rw - proc proc rw
24 22 0:22 / /sys rw - sysfs sysfs rw
25 24 0:30 / /sys/fs/cgroup ro - tmpfs tmpfs rw
26 25 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
30 22 254:1 / /var rw - ext4 /dev/vdb rw
31 22 254:1 /lib/data /srv/again rw - ext4 /dev/vdb rw
32 22 0:40 / /mnt/nas\040one rw - nfs4 nas:/export\134share rw
33 22 0:41 / /mnt/nas\040one/below rw - tmpfs none rw
34 22 254:0 /etc /mnt/etc rw - ext4 /dev/vda rw
"""


def mount(point, filesystem="ext4", device="8:1", root="/", what="/dev/sda1"):
    return Mount(
        point=point, filesystem=filesystem, device=device, root=root, options="rw", what=what
    )


@pytest.fixture
def mounts():
    return Mounts(parse(TABLE))


def test_escapes_in_the_table_are_undone(mounts):
    found = mounts.at("/mnt/nas one")

    assert (found.filesystem, found.what) == ("nfs4", "nas:/export\\share")


@pytest.mark.parametrize("odd", ["\x0b", "\x0c", "\r", "\x85", "\u2028", "\x1c"])
def test_a_name_with_an_odd_line_end_does_not_hide_its_mount(odd):
    found = parse(f"32 22 0:40 / /mnt/a{odd}b rw - nfs4 nas:/x rw\n")

    assert [one.point for one in found] == [f"/mnt/a{odd}b"]


@pytest.mark.parametrize("line", ["", "-", "1 2 3", "1 2 3:4 / /x rw -", "a b c d e f - x"])
def test_malformed_lines_are_left_out(line):
    assert parse(line + "\n" + TABLE) == parse(TABLE)


@pytest.mark.parametrize(
    ("path", "point"),
    [
        ("/", "/"),
        ("/etc/passwd", "/"),
        ("/var/log/syslog", "/var"),
        ("/variable", "/"),
        ("/mnt/nas one/x/y", "/mnt/nas one"),
        ("/mnt/nas", "/"),
        ("/proc/1/mem", "/proc"),
    ],
)
def test_a_path_lies_on_the_nearest_mount_above(mounts, path, point):
    assert mounts.holding(path).point == point


@pytest.mark.parametrize(
    ("path", "point"),
    [
        ("/sys/fs/cgroup/unified", "/sys/fs/cgroup/unified"),
        ("/sys/fs/cgroup/unifiedly/x", "/sys/fs/cgroup"),
        ("/sys/fs/cgroup/unified/x", "/sys/fs/cgroup/unified"),
        ("/var/" + "d/" * 2000 + "f", "/var"),
    ],
)
def test_however_deep_a_path_is_no_more_is_looked_up_than_mount_points_are_deep(
    mounts, path, point
):
    """For each file of a tree 2,000 folders deep it was 2,000 looks at names of kilobytes."""
    asked = []

    class Asked(dict[str, Mount]):
        def get(self, name):
            asked.append(name)
            return super().get(name)

    mounts.__dict__["_by_point"] = Asked(mounts._by_point)

    assert mounts.holding(path).point == point
    assert len(asked) <= 12  # one letter and a slash of each 23


def test_the_last_mount_on_a_point_covers_the_others():
    mounts = Mounts([mount("/data"), mount("/data", "nfs4", "0:50")])

    assert mounts.at("/data").filesystem == "nfs4"


def test_bind_mounts_tell_where_their_files_are_seen_first(mounts):
    assert mounts.repeated == {"/srv/again": "/var/lib/data", "/mnt/etc": "/etc"}


def test_a_bind_mount_whose_original_is_covered_is_no_repetition():
    mounts = Mounts(
        [mount("/"), mount("/data", "xfs", "8:2"), mount("/shown", root="/data", device="8:1")]
    )

    assert mounts.repeated == {}


def test_two_file_systems_of_memory_do_not_repeat_each_other():
    mounts = Mounts([mount("/a", "tmpfs", "0:60"), mount("/b", "tmpfs", "0:61")])

    assert mounts.repeated == {}


def test_subvolumes_side_by_side_do_not_repeat_each_other():
    mounts = Mounts([mount("/", "btrfs", "0:33", "/@"), mount("/home", "btrfs", "0:33", "/@home")])

    assert mounts.repeated == {}


def test_local_file_systems_below_a_view_of_the_kernel_are_islands(mounts):
    assert mounts.islands("/sys") == ["/sys/fs/cgroup"]
    assert mounts.islands("/mnt/nas one") == ["/mnt/nas one/below"]
    assert mounts.islands("/proc") == []


def test_no_file_system_is_both_local_and_a_view():
    assert not LOCAL & PSEUDO
    assert not {"nfs", "nfs4", "cifs", "fuse", "fuse.sshfs", "autofs", "9p", "ceph"} & (
        LOCAL | PSEUDO
    )


def test_this_machines_table_has_a_root():
    assert Mounts.of_this_machine().at("/") is not None
