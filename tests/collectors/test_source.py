import errno
import os
import socket

import hosts
import mounting
import pytest

from collectors.artifact import Artifact, Gap, Reason
from collectors.files.guard import Guard
from collectors.files.mounts import Mounts, parse
from collectors.files.source import Limits, Source

ODD_NAMES = (
    b"new\nline", b"\n\n", b"my\\x2dshare.mount", b"trailing ", b"trailing.", b" leading", b"-rf",
    b"\xff\xfe", b"\xed\xb2\x80", b"\x83\x65\x83\x58\x83\x67", "雪".encode(), "e\u0301".encode(),
    "é".encode(), "\u202egnp.exe".encode(), b"CON", b"name", b"NAME", b"x" * 255, b"$(reboot)",
    b"a'b\"c", b"*", b"?", b"\x01\x7f", b"a|b",
)  # fmt: skip


def origins(found):
    return [one.origin for one in found]


@pytest.fixture
def host(tmp_path):
    return hosts.linux(tmp_path)


# Paths and looks.


def test_links_are_followed_inside_the_source(host):
    source = (
        host.with_file("/usr/lib/os-release", "inside")
        .with_link("/etc/os-release", "/usr/lib/os-release")
        .with_link("/lib", "usr/lib")
        .with_link("/up", "../../../../usr")
        .source()
    )

    assert source.resolve("/etc/os-release") == "/usr/lib/os-release"
    assert source.resolve("/lib/os-release") == "/usr/lib/os-release"
    assert source.resolve("/up/lib/../lib/os-release") == "/usr/lib/os-release"
    assert source.resolve("/not/there") == "/not/there"


def test_a_loop_of_links_ends(host):
    source = host.with_link("/a", "/b").with_link("/b", "a").source()

    with pytest.raises(OSError, match="too many symbolic links"):
        source.resolve("/a")


@pytest.mark.parametrize("path", ["/etc/shadow", "/out/shadow"])
def test_a_link_in_a_copy_never_leads_to_a_file_of_this_machine(host, path):
    source = host.with_link("/etc/shadow", "/etc/hostname").with_link("/out", "/etc").source()
    assert os.path.exists("/etc/hostname")

    with pytest.raises(OSError, match=r"No such file|no such|not there|symbolic"):
        source.snapshot(path, follow=True)


def test_a_file_below_a_link_is_read_inside_the_copy(host):
    source = host.with_file("/data/log/messages", "ours").with_link("/var", "/data").source()

    assert hosts.read(source.file("/var/log/messages", "log")).data == b"ours"
    assert source.snapshot("/var/log/messages").data == b"ours"


def test_a_snapshot_tells_what_lies_beyond_its_limit(host):
    source = host.with_file("/file", b"x" * 100).source()

    cut, whole = source.snapshot("/file", limit=99), source.snapshot("/file", limit=100)

    assert (cut.data, cut.missing[0].offset) == (b"x" * 99, 99)
    assert (whole.data, whole.missing) == (b"x" * 100, ())


def test_a_snapshot_of_a_sparse_file_has_its_zeros(host):
    source = host.with_file("/file", b"").source()
    with open(host.path("/file"), "wb") as file:
        file.seek(2 << 20)
        file.write(b"end")

    snapshot = source.snapshot("/file")

    assert snapshot.data == b"\0" * (2 << 20) + b"end"
    assert list(snapshot.ranges) == []


def test_a_running_machines_own_files_have_no_stated_size():
    source = Source()
    snapshot = source.snapshot("/proc/self/stat")
    artifact = hosts.read(source.file("/proc/self/stat", "process"))
    source.guard.close()

    assert snapshot.stat.size == 0
    assert len(snapshot.data) > 10
    assert len(artifact.data) > 10
    assert not artifact.errors


def test_a_path_is_given_once(host):
    source = host.source()

    assert [source.once("/a"), source.once("/a"), source.once("/b")] == [True, False, True]


@pytest.mark.parametrize(
    ("number", "there"),
    [(errno.ENOENT, False), (errno.ENOTDIR, False), (errno.EACCES, True), (errno.EIO, True)],
)
def test_only_what_is_known_to_be_absent_is_not_there(host, monkeypatch, number, there):
    def refuses(path):
        raise OSError(number, os.strerror(number))

    source = host.source()
    monkeypatch.setattr(source, "look", refuses)

    assert source.exists("/opt/x") is there


def test_a_link_artifact_is_the_text_of_its_target(host):
    source = host.with_link("/link", "some\nwhere").source()

    taken = hosts.read(source.link("/link", "disk"))

    assert taken.data == b"some\nwhere"
    assert taken.stat.mode & 0o170000 == 0o120000


# Trees.


def test_a_tree_gives_a_folders_own_entries_first_by_raw_bytes(host):
    source = (
        host.with_file("/t/b").with_file("/t/a/z").with_file("/t/a/b/c").with_file("/t/B")
        .with_file("/t/é").with_link("/t/c", "b").source()
    )  # fmt: skip

    found = origins(source.walk("/t", "disk"))

    assert found == ["/t/B", "/t/b", "/t/c", "/t/é", "/t/a/z", "/t/a/b/c"]


def test_every_odd_name_comes_out_as_it_went_in(host):
    folder = os.fsencode(host.path("/odd"))
    os.mkdir(folder)
    for name in ODD_NAMES:
        os.mkdir(os.path.join(folder, b"d" + name[:200]))
        for where in (folder, os.path.join(folder, b"d" + name[:200])):
            with open(os.path.join(where, name), "wb") as file:
                file.write(name)

    found = hosts.artifacts(host.source().walk("/odd", "disk"))

    assert len(found) == 2 * len(ODD_NAMES)
    for origin, artifact in found.items():
        assert hosts.read(artifact).data == os.fsencode(origin.rpartition("/")[2])


def test_a_path_longer_than_the_system_allows_is_read(host):
    name = "d" * 250
    here = os.open(host.path(""), os.O_RDONLY)
    for _ in range(20):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    file = os.open("deep", os.O_WRONLY | os.O_CREAT, dir_fd=here)
    os.write(file, b"down here")
    os.symlink("deep", "link", dir_fd=here)
    os.mkfifo("pipe", dir_fd=here)
    os.close(file)
    os.close(here)
    source = host.source()

    found = list(source.walk(f"/{name}", "disk"))

    path = f"/{name}" * 20
    assert len(path) > 4096
    taken = {origin: hosts.read(one).data for origin, one in hosts.artifacts(found).items()}
    assert taken == {path + "/deep": b"down here", path + "/link": b"deep"}
    assert list(hosts.gaps(found)) == [path + "/pipe"]
    assert hosts.read(source.file(path + "/deep", "disk")).data == b"down here"


def test_pipes_sockets_and_devices_are_gaps_with_their_metadata(host, monkeypatch):
    host.with_fifo("/t/pipe").with_file("/t/file")
    with socket.socket(socket.AF_UNIX) as one:
        monkeypatch.chdir(host.path("/t"))
        one.bind("socket")
    os.mknod(host.path("/t/device"), 0o20644, os.makedev(1, 5))

    found = list(host.source().walk("/t", "disk"))

    assert list(hosts.artifacts(found)) == ["/t/file"]
    gaps = hosts.gaps(found)
    assert sorted(gaps) == ["/t/device", "/t/pipe", "/t/socket"]
    assert {gap.reason for gap in gaps.values()} == {Reason.UNSUPPORTED}
    assert gaps["/t/device"].stat.mode == 0o20644


def test_links_that_form_a_loop_are_links_only(host):
    source = host.with_link("/t/self", "self").with_link("/t/up", "..").source()

    found = hosts.artifacts(source.walk("/t", "disk"))

    assert {name: hosts.read(one).data for name, one in found.items()} == {
        "/t/self": b"self", "/t/up": b"..",
    }  # fmt: skip


def test_a_folder_that_is_closed_to_an_ordinary_user_is_a_gap(host, tmp_path):
    source = host.with_file("/t/open/a").with_file("/t/shut/b").source()
    os.chmod(host.path("/t/shut"), 0o700)
    hosts.open_to_all(tmp_path)

    with hosts.as_nobody():
        found = list(source.walk("/t", "disk"))

    assert list(hosts.artifacts(found)) == ["/t/open/a"]
    assert hosts.gaps(found)["/t/shut"].reason is Reason.DENIED


def test_a_missing_tree_is_absent(host):
    found = list(host.source().walk("/nothing", "disk"))

    assert [(one.origin, one.reason) for one in found] == [("/nothing", Reason.ABSENT)]


def test_our_own_output_is_left_out_and_nothing_else(host):
    source = (
        host.with_file("/t/out/bundle").with_file("/t/out2/other").with_file("/t/x/out/other")
    ).source()
    found = os.stat(host.path("/t/out"))
    source = host.source(exclude=[(found.st_dev, found.st_ino)])

    taken = list(source.walk("/t", "disk"))

    assert list(hosts.artifacts(taken)) == ["/t/out2/other", "/t/x/out/other"]
    assert hosts.gaps(taken)["/t/out"].detail == "our own output"


def test_what_is_deeper_than_the_limit_is_a_gap(host):
    source = host.with_file("/t/a/b/c/file").with_file("/t/a/file").source()

    found = list(source.walk("/t", "disk", limits=Limits(depth=2)))

    assert list(hosts.artifacts(found)) == ["/t/a/file"]
    assert hosts.gaps(found)["/t/a/b"].reason is Reason.SKIPPED


def test_a_tree_deeper_than_python_recurses_is_walked(host, monkeypatch):
    here = os.open(host.path(""), os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=here))
    os.close(here)

    found = list(host.source().walk("/d", "disk", limits=Limits(depth=2000)))

    assert origins(found) == ["/d" * 1200 + "/file"]
    monkeypatch.chdir(host.path(""))  # no tool that goes by paths could clear this away
    for _ in range(1200):
        os.chdir("d")
    os.unlink("file")
    for _ in range(1200):
        os.chdir("..")
        os.rmdir("d")


def test_more_files_than_the_limit_are_told_once(host):
    for number in range(10):
        host.with_file(f"/t/{number}").with_file(f"/t/below/{number}")

    found = list(host.source().walk("/t", "disk", limits=Limits(files=4)))

    assert len(hosts.artifacts(found)) == 4
    assert [(gap.origin, gap.reason) for gap in hosts.gaps(found).values()] == [
        ("/t", Reason.SKIPPED)
    ]


def test_exactly_as_many_files_as_the_limit_lack_nothing(host):
    source = host.with_file("/t/a").with_file("/t/b/c").with_folder("/t/empty").source()

    found = list(source.walk("/t", "disk", limits=Limits(files=2)))

    assert origins(found) == ["/t/a", "/t/b/c"]
    assert hosts.gaps(found) == {}


def test_a_file_too_large_for_the_limit_is_a_gap_and_smaller_ones_go_on(host):
    source = host.with_file("/t/a", b"x" * 1000).with_file("/t/b", b"x" * 10).source()

    found = list(source.walk("/t", "disk", limits=Limits(bytes=100)))

    assert list(hosts.artifacts(found)) == ["/t/b"]
    assert hosts.gaps(found)["/t/a"].stat.size == 1000


def test_a_whole_tree_keeps_no_memory_of_its_paths(host):
    source = host.with_file("/t/a").source()

    assert len(list(source.walk("/t", "disk", once=False))) == 1
    assert len(list(source.walk("/t", "disk", once=False))) == 1
    assert len(list(source.walk("/t", "disk"))) == 1
    assert len(list(source.walk("/t", "disk"))) == 0


# Mounts, real ones.


def test_separate_mounts_below_are_collected(host):
    with mounting.mounted(host.path("/var")), mounting.mounted(host.path("/var/log")):
        host.with_file("/var/log/audit/audit.log", "a").with_file("/var/lib/x", "b")
        source = host.source(mounts=Mounts.of_this_machine())

        found = list(source.walk("/", "disk"))
        taken = {name: hosts.read(one).data for name, one in hosts.artifacts(found).items()}

    assert taken["/var/log/audit/audit.log"] == b"a"
    assert taken["/var/lib/x"] == b"b"
    assert hosts.gaps(found) == {}


def test_a_bind_mount_is_walked_once_and_told(host):
    host.with_file("/data/file").with_folder("/again").with_folder("/data/loop")
    with (
        mounting.mounted(host.path("/again"), what=host.path("/data"), flags=mounting.BIND),
        mounting.mounted(host.path("/data/loop"), what=host.path("/"), flags=mounting.BIND),
    ):
        source = host.source(mounts=Mounts.of_this_machine())
        found = list(source.walk("/", "disk"))

    assert sorted(hosts.artifacts(found)) == ["/data/file", "/etc/passwd"]
    assert {name: gap.reason for name, gap in hosts.gaps(found).items()} == {
        "/again": Reason.SKIPPED, "/data/loop": Reason.SKIPPED,
    }  # fmt: skip


def test_a_bind_mount_whose_original_lies_elsewhere_is_collected(host):
    host.with_file("/data/log/messages").with_folder("/var/log")
    log = host.path("/var/log")
    with mounting.mounted(log, what=host.path("/data/log"), flags=mounting.BIND):
        source = host.source(mounts=Mounts.of_this_machine())
        found = list(source.take(["/var/log/**"], "log"))
        below = list(source.walk("/var", "log", once=False))

    assert origins(found) == ["/var/log/messages"]
    assert origins(below) == ["/var/log/messages"]


def test_a_fuse_mount_is_a_gap_that_nobody_waits_for(host):
    with mounting.fuse(host.path("/mnt/remote"), stopped=True):
        source = host.source(mounts=Mounts.of_this_machine(), guard=Guard(quiet=0.5))
        found = list(source.walk("/", "disk"))
        assert source.guard._child is None  # it was not even asked

    assert list(hosts.artifacts(found)) == ["/etc/passwd"]
    assert hosts.gaps(found)["/mnt/remote"].reason is Reason.NOT_LOCAL


def test_a_mount_that_appears_while_a_tree_is_walked_is_not_entered(host):
    host.with_file("/a/file").with_folder("/z")
    source = host.source(mounts=Mounts.of_this_machine(), guard=Guard(quiet=0.5))
    walk = source.walk("/", "disk")
    found = [next(walk)]
    with mounting.fuse(host.path("/z"), stopped=True):
        found += walk
        assert source.guard._child is None
    found += source.walk("/z", "disk")  # and it is gone again
    source.close()

    gap = hosts.gaps(found)["/z"]
    assert (gap.reason, gap.detail) == (Reason.NOT_LOCAL, "fuse mount of hozentest")


def test_a_file_under_a_mount_that_came_after_its_folder_was_listed_is_left_to_the_child(host):
    host.with_file("/a/good", "before")
    source = host.source(mounts=Mounts.of_this_machine(), guard=Guard(quiet=0.5))
    found = hosts.artifacts(source.walk("/a", "disk"))
    with mounting.fuse(host.path("/a")):
        taken = hosts.read(found["/a/good"])
        source.close()

    assert taken.data == b"x" * 3 * mounting.BLOCK
    assert taken.method.door == "guarded system call"


def test_a_named_place_on_a_mount_that_stands_still_times_out_once(host):
    with mounting.fuse(host.path("/mnt/remote"), stopped=True):
        guard = Guard(quiet=0.5)
        source = host.source(mounts=Mounts.of_this_machine(), guard=guard)
        names = [f"/mnt/remote/{number}" for number in range(30)]
        found = list(source.take(names, "log"))
        opened = [source.file(name, "log") for name in names]
        for one in opened:
            with pytest.raises(TimeoutError):
                one.open()
        assert len(guard.given_up) <= 1
    guard.close()

    assert {gap.reason for gap in hosts.gaps(found).values()} == {Reason.TIMED_OUT}
    assert len(found) == 30


def test_one_silent_file_of_the_kernel_does_not_silence_the_others(host):
    place = host.path("/proc")
    with mounting.fuse(place, stopped=True):
        guard = Guard(quiet=0.2)
        mounts = Mounts(parse(f"2 1 0:9 / {place} rw - proc proc rw"))
        source = host.source(mounts=mounts, guard=guard)
        for name in ("/proc/1", "/proc/2"):
            with pytest.raises(TimeoutError, match="no answer within"):
                source.look(name)
    guard.close()


def test_a_named_place_on_a_fuse_mount_is_read_by_the_child(host):
    with mounting.fuse(host.path("/mnt/remote")):
        source = host.source(mounts=Mounts.of_this_machine())
        found = hosts.artifacts(source.take(["/mnt/remote/goo?"], "log"))
        taken = hosts.read(found["/mnt/remote/good"])
        source.guard.close()

    assert taken.data == b"x" * 3 * mounting.BLOCK
    assert taken.method.door == "guarded system call"


def test_a_view_of_the_kernel_is_not_walked_but_an_island_in_it_is(host):
    host.with_file("/sys/kernel/x").with_file("/sys/fs/island/file").with_file("/dev/file")
    root = host.path("")
    table = f"""1 0 8:1 / / rw - ext4 /dev/sda1 rw
2 1 0:9 / {root}/sys rw - sysfs sysfs rw
3 2 0:8 / {root}/sys/fs/island rw - tmpfs none rw
4 1 0:7 / {root}/dev rw - devtmpfs udev rw
"""
    source = host.source(mounts=Mounts(parse(table)))

    found = list(source.walk("/", "disk"))

    assert sorted(hosts.artifacts(found)) == ["/dev/file", "/etc/passwd", "/sys/fs/island/file"]
    assert hosts.gaps(found)["/sys"].detail.startswith("sysfs")


# Patterns.


def test_a_pattern_names_files_through_folders_and_links(host):
    source = (
        host.with_file("/data/a/one.log").with_file("/data/b/two.log").with_file("/data/b/three")
        .with_link("/logs", "/data").source()
    )  # fmt: skip

    found = source.take(["/logs/*/*.log"], "log")

    assert origins(found) == ["/data/a/one.log", "/data/b/two.log"]


@pytest.mark.parametrize(
    ("pattern", "gaps"),
    [
        ("/etc/nothing", ["/etc/nothing"]),
        ("/nothing/below/this", ["/nothing/below/this"]),
        ("/nothing/*.log", ["/nothing/*.log"]),
        ("/nothing/**", ["/nothing"]),
        ("/etc/nothing*", []),
        ("/*/nothing", []),
        ("/etc/passwd/below", ["/etc/passwd"]),
    ],
)
def test_what_leads_nowhere_is_a_gap_unless_a_wildcard_came_before(host, pattern, gaps):
    found = list(host.source().take([pattern], "disk"))

    assert [(one.origin, one.reason) for one in found] == [(g, Reason.ABSENT) for g in gaps]
    assert list(host.source().take([pattern], "disk", optional=True)) == []


def test_a_link_at_the_end_of_a_pattern_is_taken_with_what_it_leads_to(host):
    source = (
        host.with_file("/run/resolve/stub", "nameserver")
        .with_link("/etc/resolv.conf", "../run/resolve/stub")
        .with_file("/data/log/messages", "m").with_link("/var/log", "/data/log")
        .with_link("/etc/dangling", "/nowhere").with_link("/etc/device", "/dev/null").source()
    )  # fmt: skip

    found = list(
        source.take(["/etc/resolv.conf", "/var/log/**", "/etc/dangling", "/etc/device"], "disk")
    )

    assert {one.origin: hosts.read(one).data for one in found} == {
        "/etc/resolv.conf": b"../run/resolve/stub", "/run/resolve/stub": b"nameserver",
        "/var/log": b"/data/log", "/data/log/messages": b"m",
        "/etc/dangling": b"/nowhere", "/etc/device": b"/dev/null",
    }  # fmt: skip


def test_overlapping_patterns_give_each_file_once(host):
    source = host.with_file("/var/log/audit/a").with_file("/var/log/b").source()

    found = list(source.take(["/var/log/audit/*", "/var/log/**", "/var/log/b"], "log"))

    assert origins(found) == ["/var/log/audit/a", "/var/log/b"]


def test_a_wildcard_in_the_name_of_the_base_means_itself(host):
    source = host.with_file("/home/*/.profile", "odd").with_file("/home/a/.profile").source()

    found = source.take([".profile"], "disk", below="/home/*")

    assert origins(found) == ["/home/*/.profile"]


def test_wildcards_are_no_regular_expressions(host):
    for name in ("a+b", "aab", "[ab]", "a", "x\ny"):
        host.with_file(f"/t/{name}")

    assert origins(host.source().take(["/t/a+?"], "disk")) == ["/t/a+b"]
    assert origins(host.source().take(["/t/[ab]"], "disk")) == ["/t/[ab]"]
    assert origins(host.source().take(["/t/x*"], "disk")) == ["/t/x\ny"]


def test_a_file_that_vanishes_after_it_was_listed_raises_when_it_is_opened(host):
    (artifact,) = host.with_file("/t/file").source().walk("/t", "disk")
    os.unlink(host.path("/t/file"))

    assert isinstance(artifact, Artifact)
    with pytest.raises(FileNotFoundError):
        artifact.open()


def test_nothing_is_opened_before_its_turn(host, monkeypatch):
    source = host.with_file("/t/a").with_file("/t/b").source()
    opened = []
    monkeypatch.setattr("collectors.files.reading.open_evidence", opened.append)

    found = list(source.walk("/t", "disk"))

    assert (len(found), opened) == (2, [])
    assert not any(isinstance(one, Gap) for one in found)
