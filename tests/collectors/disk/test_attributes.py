"""Lists of attributes as nobody but an attacker writes them: read in time, or told."""

import struct
from types import SimpleNamespace

import pytest

from collectors.disk import mft
from collectors.disk.attributes import gather

BASE = 5


def listed(record, name=b"", *, letters=None, length=32):
    count = len(name) // 2 if letters is None else letters
    head = struct.pack("<IHBBQQH", mft.DATA, length, count, 26, 0, record, 0)
    return (head + name).ljust(32, b"\0")


def gathered(content, base):
    own = SimpleNamespace(number=BASE, whole=True, attributes=[SimpleNamespace(type=mft.LIST)])
    further = SimpleNamespace(base=base, whole=True, attributes=[])
    return gather(own, lambda _: content, lambda _: further)


@pytest.mark.timeout(30)  # it took minutes
def test_a_list_that_names_tens_of_thousands_of_others_ends():
    found = gathered(b"".join(listed(100 + at) for at in range(60_000)), 999)

    assert len(found.lost) == 60_000
    assert found.note.startswith("attributes in records 100, 101, ")
    assert found.note.endswith(" 119 and 59980 more are missing: another file's")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (listed(100, "ab".encode("utf-16-le"), letters=3)[:31], "ab"),
        (listed(100, b"\0\xd8")[:28], "\ud800"),
        (listed(100, letters=3)[:27], ""),
    ],
    ids=["half a letter", "a lone surrogate", "half of the first"],
)
def test_of_a_name_that_is_cut_off_the_whole_letters_are_read(content, name):
    (found,) = mft.listed_in(content)

    assert (found.name, found.record) == (name, 100)
