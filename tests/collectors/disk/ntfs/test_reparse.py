"""Reparse points: which content isn't what a program would read, and where a link leads."""

from __future__ import annotations

import struct

import pytest

from collectors.artifact import Reason
from collectors.disk.ntfs.reparse import obstacle, target

JUNCTION, SYMLINK, WOF, CLOUD = 0xA000_0003, 0xA000_000C, 0x8000_0017, 0x9000_001A
OFFLINE, RECALL_ON_OPEN, RECALL_ON_ACCESS = 0x1000, 0x4_0000, 0x40_0000
OTHERS = 0xFFFF_FFFF & ~(OFFLINE | RECALL_ON_OPEN | RECALL_ON_ACCESS)
KEPT_ELSEWHERE = pytest.mark.parametrize("attribute", [OFFLINE, RECALL_ON_OPEN, RECALL_ON_ACCESS])


def point(tag: int, data: bytes = bytes(16)) -> bytes:
    return struct.pack("<IHH", tag, len(data), 0) + data


def link(tag: int, substitute: str, shown: str) -> bytes:
    """Both names of a link, the one that is shown first; a symbolic link has flags before them."""
    name, other = substitute.encode("utf-16-le"), shown.encode("utf-16-le")
    words = struct.pack("<HHHH", len(other), len(name), 0, len(other))
    return point(tag, words + (b"\1\0\0\0" if tag == SYMLINK else b"") + other + name + b"behind")


@pytest.mark.parametrize(("tag", "words"), [(JUNCTION, "a junction"), (SYMLINK, "a symbolic link")])
def test_a_link_is_told_with_the_name_that_is_followed(tag, words):
    found = obstacle(link(tag, "\\??\\D:\\共有", "D:\\share"), 0, [])

    assert found == (Reason.UNSUPPORTED, f"{words} to \\??\\D:\\共有 (reparse tag 0x{tag:08X})")


@pytest.mark.parametrize(("tag", "size"), [(JUNCTION, 15), (SYMLINK, 19)])
def test_a_link_that_is_cut_off_leads_nowhere_that_is_told(tag, size):
    whole = link(tag, "D:\\", "D:\\")

    assert target(whole[:size]) == "?"
    assert target(whole[: size + 1]) == ""


@pytest.mark.parametrize("provider", range(16))
def test_a_placeholder_of_any_cloud_is_elsewhere_until_its_content_is_fetched(provider):
    value, tag = point(CLOUD | provider << 12), CLOUD | provider << 12

    assert obstacle(value, OTHERS, []) is None
    assert obstacle(value, OFFLINE, []) == (
        Reason.NOT_LOCAL, f"a placeholder of a cloud service (reparse tag 0x{tag:08X})",
    )  # fmt: skip


@KEPT_ELSEWHERE
@pytest.mark.parametrize("value", [point(CLOUD), None, b"", b"\x1a\0\0"])
def test_each_attribute_of_what_is_kept_elsewhere_is_enough(attribute, value):
    found = obstacle(value, attribute | 0x20, [])

    assert found is not None
    assert found.reason is Reason.NOT_LOCAL


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        (0xC000_0004, "hierarchical storage"), (0x8000_0006, "hierarchical storage"),
        (0x9000_001C, "projected file system"),
    ],
)  # fmt: skip
def test_what_is_in_other_storage_is_elsewhere_whatever_its_attributes_say(tag, words):
    found = obstacle(point(tag), 0, [])

    assert found is not None
    assert found.reason is Reason.NOT_LOCAL
    assert words in found.detail


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        (WOF, "WofCompressedData"), (0x8000_0013, "deduplicated"), (0x8000_0018, "container"),
        (0x8000_001B, "installed app"), (0x8000_0023, "UNIX socket"),
        (0xA000_001D, "a symbolic link of the Linux"), (0x8000_0024, "pipe"),
        (0x8000_0014, "NFS"), (0x9000_002A, "not known here"), (1, "not known here"),
    ],
)  # fmt: skip
def test_what_lies_there_in_another_form_is_not_taken_for_the_content(tag, words):
    found = obstacle(point(tag), OFFLINE, ["WofCompressedData"])

    assert found is not None
    assert found.reason is Reason.UNSUPPORTED
    assert words in found.detail
    assert f"0x{tag:08X}" in found.detail


def test_what_wof_compressed_is_known_by_its_stream_where_no_tag_is_left():
    found = obstacle(None, OFFLINE, ["WofCompressedData"])

    assert found is not None
    assert found.reason is Reason.UNSUPPORTED
    assert found.detail.endswith("(no tag)")


@pytest.mark.parametrize("value", [None, b"\x17\0\0"])
def test_an_ordinary_file_has_no_obstacle(value):
    assert obstacle(value, OTHERS, ["Zone.Identifier"]) is None
