from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path

import pytest

from chain_of_custody.errors import AlteredError, UnusableError
from chain_of_custody.folder import BundleFolder, numbered


@pytest.fixture
def place(tmp_path) -> Path:
    """The least that is looked at as a bundle."""
    path = tmp_path / "bundle"
    (path / "custody").mkdir(parents=True)
    (path / "bagit.txt").write_bytes(b"BagIt-Version: 1.0\n")
    (path / "custody" / "00001.json").write_bytes(b"{}")
    return path


def unsafe(place: Path) -> list[str]:
    return list(BundleFolder(place).listing.unsafe)


def test_lists_what_lies_there(place):
    listing = BundleFolder(place).listing

    assert {"bagit.txt", "custody/00001.json"} == listing.files
    assert {"custody"} == listing.folders
    assert listing.unsafe == ()


# What is no bundle


def test_refuses_a_path_where_nothing_is(tmp_path):
    with pytest.raises(UnusableError, match="no such folder") as told:
        BundleFolder(tmp_path / "absent")
    assert told.value.stage == 1


def test_refuses_a_file(tmp_path):
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(UnusableError, match="not a folder"):
        BundleFolder(tmp_path / "file")


def test_refuses_a_folder_of_something_else(tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"")

    with pytest.raises(UnusableError, match="neither"):
        BundleFolder(tmp_path)


# Unsafe things


@pytest.mark.parametrize(
    "name",
    [
        "fetch.txt",
        "a b",
        "a.",
        "a:b",
        "a\\b",
        "a?",
        "ﾃﾞ",
        "メモ",
        "-\n",
        "\x1b[2J",
        "\u202egpj",
        "%2e",
    ],
)
def test_a_name_that_is_not_plain_is_unsafe(place, name):
    (place / name).write_bytes(b"")

    assert [name] == unsafe(place)


def test_a_name_that_is_no_utf_8_is_unsafe(place):
    (place / os.fsdecode(b"\xff\xfe")).write_bytes(b"")

    assert [os.fsdecode(b"\xff\xfe")] == unsafe(place)


def test_the_japanese_instructions_have_the_one_name_that_is_allowed(place):
    (place / "検証手順.md").write_bytes(b"")

    assert unsafe(place) == []


@pytest.mark.parametrize("name", ["-rf", "_", ".hidden", "A-b_c.9"])
def test_a_plain_name_is_not_unsafe(place, name):
    (place / name).write_bytes(b"")

    assert unsafe(place) == []


def test_links_are_unsafe_and_not_followed(place, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_bytes(b"")
    (place / "data").symlink_to(tmp_path / "outside")
    (place / "verify.sh").symlink_to("/etc/passwd")
    listing = BundleFolder(place).listing

    assert listing.unsafe == ("data", "verify.sh")
    assert listing.files == {"bagit.txt", "custody/00001.json"}


def test_a_second_hard_link_is_unsafe(place, tmp_path):
    (tmp_path / "elsewhere").hardlink_to(place / "bagit.txt")

    assert unsafe(place) == ["bagit.txt"]


@pytest.mark.parametrize("kind", [stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFCHR])
def test_what_is_no_plain_file_is_unsafe(place, kind):
    os.mknod(place / "thing", kind | 0o600, os.makedev(0, 0))

    listing = BundleFolder(place).listing

    assert listing.unsafe == ("thing",)
    assert "thing" not in listing.files


def test_an_unsafe_name_inside_a_folder_is_found(place):
    (place / "custody" / "00001.json ").write_bytes(b"")

    assert unsafe(place) == ["custody/00001.json "]


# Reading


def test_reads_a_small_file_whole(place):
    assert BundleFolder(place).read("custody/00001.json", 2) == b"{}"


def test_refuses_a_file_beyond_its_limit(place):
    with pytest.raises(UnusableError, match="allows 1"):
        BundleFolder(place).read("custody/00001.json", 1)


def test_a_file_that_is_gone_is_missing(place):
    folder = BundleFolder(place)
    (place / "bagit.txt").unlink()

    with pytest.raises(AlteredError, match="missing") as told:
        folder.read("bagit.txt", 100)
    assert told.value.stage == 3


def test_a_file_that_became_a_link_is_not_followed(place):
    folder = BundleFolder(place)
    (place / "bagit.txt").unlink()
    (place / "bagit.txt").symlink_to("/etc/passwd")

    with pytest.raises(AlteredError, match="cannot be read"):
        folder.read("bagit.txt", 1 << 20)


def test_attributes_are_told_and_not_read(place):
    os.setxattr(place / "bagit.txt", "user.note", b"hidden")

    assert BundleFolder(place).listing.attributed == ("bagit.txt",)


def test_a_file_system_without_attributes_has_none(place, monkeypatch):
    def unsupported(path, *, follow_symlinks):
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(os, "listxattr", unsupported)

    assert BundleFolder(place).listing.attributed == ()


def test_an_attribute_list_that_fails_is_no_empty_list(place, monkeypatch):
    def broken(path, *, follow_symlinks):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "listxattr", broken)

    with pytest.raises(UnusableError, match="Input/output"):
        BundleFolder(place)


class Failing(io.FileIO):
    """A file on a medium that fails while it is read."""

    def read(self, size: int = -1) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


class Growing(io.FileIO):
    """A file that has grown when it is read."""

    def read(self, size: int = -1) -> bytes:
        return bytes(size)


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [(Failing, AlteredError, "Input/output"), (Growing, UnusableError, "more bytes")],
)
def test_a_file_that_changes_or_fails_while_it_is_read_is_told(
    place, monkeypatch, kind, error, words
):
    monkeypatch.setattr(BundleFolder, "open", lambda folder, name: kind(folder.path / name))

    with pytest.raises(error, match=words):
        BundleFolder(place).read("bagit.txt", limit=1000)


# What does not belong there


def test_what_is_not_wanted_is_told_once(place):
    (place / "extra").write_bytes(b"")
    (place / "custody" / "old").mkdir()
    (place / "fetch.txt").write_bytes(b"")
    folder = BundleFolder(place)

    assert folder.unwanted(frozenset({"bagit.txt", "custody/00001.json"})) == [
        "custody/old",
        "extra",
    ]


def test_an_empty_folder_does_not_belong_there_unless_wanted(place):
    (place / "data").mkdir()
    folder = BundleFolder(place)
    files = folder.listing.files

    assert folder.unwanted(files) == ["data"]
    assert folder.unwanted(files | {"data"}) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("data/volume-00001.tar.zst", True),
        ("data/volume-00001.tar.zst.age", True),
        ("custody/00001.json.p7s", True),
        ("anchors/0001.tsr", True),
        ("data/volume-1.tar.zst", False),
        ("data/x/volume-00001.tar.zst", False),
        ("custody/00001.json\n", False),
        ("anchors/0001.exe", False),
    ],
)
def test_knows_the_numbered_names(name, expected):
    assert expected == numbered(name)


def test_a_folder_of_which_nothing_can_be_told_is_unusable(tmp_path):
    with pytest.raises(UnusableError, match="File name too long"):
        BundleFolder(tmp_path / ("x" * 300))


def test_a_file_of_which_the_size_can_t_be_told_is_named(place, monkeypatch):
    folder = BundleFolder(place)

    def failing(_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    told = pytest.raises(AlteredError, match=r"bagit\.txt: cannot be read: Input/output error")
    with monkeypatch.context() as patched, told:
        patched.setattr(os, "fstat", failing)
        folder.read("bagit.txt", 1 << 20)
