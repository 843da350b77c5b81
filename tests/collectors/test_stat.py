import os

import pytest

import collectors.files.stat
from collectors.artifact import Stat
from collectors.files.stat import from_os, stat_descriptor, stat_path


def test_says_what_the_system_says(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"content")
    os.chown(path, 12, 34)
    os.chmod(path, 0o4751)
    os.link(path, tmp_path / "other")

    found, known = stat_path(str(path)), os.stat(path)

    assert found.born_ns is not None
    assert found == Stat(
        size=7, mode=0o104751, uid=12, gid=34, nlink=2, device=known.st_dev, inode=known.st_ino,
        modified_ns=known.st_mtime_ns, accessed_ns=known.st_atime_ns,
        changed_ns=known.st_ctime_ns, born_ns=found.born_ns,
    )  # fmt: skip


@pytest.mark.parametrize(
    "time",
    [-1, -62_135_596_800 * 10**9 // 60, 0, 123_456_789_987_654_321, 4_300_000_000_123_456_789],
)
def test_times_before_1970_and_after_2038_are_kept_to_the_nanosecond(tmp_path, time):
    path = tmp_path / "file"
    path.write_bytes(b"")
    os.utime(path, ns=(time, time - 7))

    assert (stat_path(str(path)).accessed_ns, stat_path(str(path)).modified_ns) == (time, time - 7)


def test_a_link_is_looked_at_itself(tmp_path):
    (tmp_path / "link").symlink_to("/a/place/that/is/not/there")

    found = stat_path(str(tmp_path / "link"))

    assert found.mode & 0o170000 == 0o120000
    assert found.size == len("/a/place/that/is/not/there")


def test_a_path_can_be_relative_to_an_open_folder(tmp_path):
    (tmp_path / "file").write_bytes(b"12345")
    folder = os.open(tmp_path, os.O_PATH)

    try:
        assert stat_path("file", folder) == stat_path(str(tmp_path / "file"))
    finally:
        os.close(folder)


def test_an_open_file_tells_its_blocks(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * 10_000)
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        found, blocks = stat_descriptor(file.fileno())

    assert found.size == 10_000
    assert blocks * 512 >= 10_000


def test_what_is_not_there_raises(tmp_path):
    with pytest.raises(FileNotFoundError):
        stat_path(str(tmp_path / "nothing"))


@pytest.mark.parametrize("statx", [None, lambda *_: -1], ids=["library", "kernel"])
def test_an_old_system_gives_all_but_the_birth_time(tmp_path, monkeypatch, statx):
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    monkeypatch.setattr(collectors.files.stat, "_libc_statx", statx)
    folder = os.open(tmp_path, os.O_PATH)

    try:
        by_path, by_folder = stat_path(str(path)), stat_path("file", folder)
    finally:
        os.close(folder)

    assert by_path == by_folder == from_os(os.stat(path))
    assert by_path.born_ns is None
