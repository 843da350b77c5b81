import os
import re
import tracemalloc

import hosts
import mounting
import pytest

from collectors.artifact import Artifact, Reason
from collectors.bodyfile import MOST_ERRORS, ORIGIN, BodyFile, escaped
from collectors.files.mounts import Mounts
from collectors.files.source import Limits

LINE = re.compile(r"0\|(?P<name>[^|]*)\|\d+\|./.{10}(\|\d+){3}(\|-?\d+){4}")


@pytest.fixture
def host(tmp_path):
    return hosts.linux(tmp_path)


def listing(source):
    found = list(BodyFile().collect(source))
    (artifact,) = [one for one in found if isinstance(one, Artifact)]
    assert artifact.origin == ORIGIN
    taken = hosts.read(artifact, piece=1000)
    lines = taken.data.decode().split("\n")
    assert lines.pop() == ""
    matches = [LINE.fullmatch(line) for line in lines]
    assert None not in matches, lines
    names = [match["name"] for match in matches]
    assert len(names) == len(set(names))
    return dict(zip(names, lines, strict=True)), taken.errors, hosts.gaps(found)


def test_a_line_tells_what_the_file_system_tells(host):
    host.with_file("/bin/su", b"x" * 77, mode=0o4755, mtime=1_234_567_890_999_999_999)
    os.chown(host.path("/bin/su"), 12, 34)
    os.chmod(host.path("/bin/su"), 0o4755)
    os.utime(host.path("/bin/su"), ns=(-1, 1_234_567_890_999_999_999))
    known = os.stat(host.path("/bin/su"))

    lines, errors, _ = listing(host.source())

    fields = lines["/bin/su"].split("|")
    assert fields[2:7] == [str(known.st_ino), "r/rrwsr-xr-x", "12", "34", "77"]
    assert fields[7:10] == ["-1", "1234567890", str(known.st_ctime_ns // 10**9)]
    assert int(fields[10]) > 1_700_000_000
    assert errors == []


def test_every_inode_is_listed_once(host):
    host.with_file("/a/b/c").with_link("/a/link", "b/c").with_fifo("/a/pipe").with_folder("/e")
    os.mknod(host.path("/a/device"), 0o20644, os.makedev(1, 3))

    lines, _, _ = listing(host.source())

    assert set(lines) == {
        "/", "/etc", "/etc/passwd", "/a", "/a/b", "/a/b/c", "/a/link -> b/c", "/a/pipe",
        "/a/device", "/e",
    }  # fmt: skip
    kinds = {name: line.split("|")[3][0] for name, line in lines.items()}
    assert (kinds["/a"], kinds["/a/pipe"], kinds["/a/device"]) == ("d", "p", "c")
    assert kinds["/a/link -> b/c"] == "l"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a|b", r"a\x7cb"),
        ("a\nb", r"a\x0ab"),
        ("a\\x0ab", r"a\x5cx0ab"),
        ("\udcff", r"\xff"),
        ("a\u2028b\x85", r"a\xe2\x80\xa8b\xc2\x85"),
        ("雪 é", "雪 é"),
    ],
)
def test_a_name_cannot_break_a_line_or_a_field(host, name, shown):
    host.with_file(f"/odd/{name}").with_link("/link", name)

    lines, _, _ = listing(host.source())

    assert escaped(name) == shown
    assert f"/odd/{shown}" in lines
    assert f"/link -> {shown}" in lines


def test_a_path_longer_than_the_system_allows_is_listed(host):
    name, here = "d" * 250, os.open(host.path(""), os.O_RDONLY)
    for _ in range(20):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("deep", os.O_WRONLY | os.O_CREAT, dir_fd=here))
    os.close(here)

    lines, errors, _ = listing(host.source())

    assert f"/{name}" * 20 + "/deep" in lines
    assert errors == []


def test_remote_mounts_are_gaps_at_once_and_never_touched(host):
    host.with_folder("/mnt/remote")
    with mounting.fuse(host.path("/mnt/remote"), stopped=True):
        source = host.source(mounts=Mounts.of_this_machine())
        lines, errors, gaps = listing(source)

    assert gaps["/mnt/remote"].reason is Reason.NOT_LOCAL
    assert not any(name.startswith("/mnt/remote") for name in lines)
    assert errors == ["/mnt/remote: fuse mount of hozentest"]


def test_bind_mounts_are_listed_once_and_local_mounts_are_entered(host):
    host.with_file("/data/file").with_folder("/again")
    with (
        mounting.mounted(host.path("/again"), what=host.path("/data"), flags=mounting.BIND),
        mounting.mounted(host.path("/memory")),
    ):
        host.with_file("/memory/file")
        lines, errors, _ = listing(host.source(mounts=Mounts.of_this_machine()))

    assert "/memory/file" in lines
    assert "/data/file" in lines
    assert "/again/file" not in lines
    assert len(errors) == 1
    assert errors[0].startswith("/again: shows the files of")


def test_our_own_output_is_not_listed(host):
    host.with_file("/out/bundle")
    found = os.stat(host.path("/out"))

    lines, errors, _ = listing(host.source(exclude=[(found.st_dev, found.st_ino)]))

    assert "/out/bundle" not in lines
    assert errors == ["/out: our own output"]


def test_closed_folders_are_told_up_to_a_limit_and_counted_beyond(host, tmp_path):
    for number in range(MOST_ERRORS + 5):
        host.with_folder(f"/shut/{number}")
        os.chmod(host.path(f"/shut/{number}"), 0)
    hosts.open_to_all(tmp_path)

    with hosts.as_nobody():
        lines, errors, _ = listing(host.source())

    assert len(lines) == MOST_ERRORS + 5 + 4
    assert len(errors) == MOST_ERRORS + 1
    assert errors[0].startswith("/shut/0: EACCES")
    assert errors[-1] == "and 5 more"


def test_where_not_even_the_root_opens_there_is_no_list_instead_of_an_empty_one(host, tmp_path):
    hosts.open_to_all(tmp_path)
    os.chmod(host.path("/"), 0)
    (artifact,) = BodyFile().collect(host.source())

    with hosts.as_nobody(), pytest.raises(PermissionError):
        artifact.open()


def test_half_a_pair_in_a_name_of_windows_is_written_as_its_bytes():
    assert escaped("a\ud800b") == r"a\xed\xa0\x80b"


def test_nothing_is_listed_before_it_is_opened(host):
    found = BodyFile().collect(host.source())
    (artifact,) = found
    host.with_file("/late")

    assert b"|/late|" in hosts.read(artifact).data


def test_memory_does_not_grow_with_the_number_of_folders(host):
    for folder in range(200):
        for number in range(30):
            host.with_file(f"/many/{folder}/{'n' * 100}{number}")
    (artifact,) = BodyFile().collect(host.source())
    reading, room, size = artifact.open(), memoryview(bytearray(1 << 16)), 0

    tracemalloc.start()
    while count := reading.readinto(room):
        size += count
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    reading.close()

    assert size > 1_000_000
    assert peak < size / 2


def test_folders_that_nest_without_end_are_left_at_a_depth_that_is_told(host, monkeypatch):
    monkeypatch.setattr("collectors.bodyfile._LIMITS", Limits(depth=3))
    host.with_file("/1/2/3/4/5")

    lines, errors, _ = listing(host.source())

    assert "/1/2/3" in lines
    assert "/1/2/3/4" not in lines
    assert errors == ["/1/2/3: deeper than the limit"]
