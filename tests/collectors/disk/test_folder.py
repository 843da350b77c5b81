"""The names in a folder: a long list, which is packed, gives what a short one gives."""

from __future__ import annotations

import pytest

from collectors.disk import folder
from collectors.disk.folder import Folder, Packed, listing
from collectors.disk.nodes import Entry

NAMES = [b"b", b"", b"B", "患者".encode(), b"\xff\xfe", b"long" * 60, b"a", b"C", b"z"]
ENTRIES = [
    Entry(name, (1 << 48) - 1 - at, at * 9000, "fdlo"[at % 4], at % 3 == 0)
    for at, name in enumerate(NAMES)
]


@pytest.fixture(params=[2, 3, len(NAMES)])
def packed(request, monkeypatch):
    """In runs of so many."""
    monkeypatch.setattr(folder, "RUN", request.param)
    return Packed(ENTRIES)


def test_what_was_packed_comes_out_by_its_names(packed):
    assert (len(packed), list(packed), list(packed)) == (9, sorted(ENTRIES), sorted(ENTRIES))


def test_what_stands_twice_is_given_once_and_one_name_of_two_files_twice(packed):
    second = ENTRIES[0]._replace(inode=4)

    found = list(Packed([*packed, ENTRIES[1], second]))

    assert found == sorted([*ENTRIES, second], key=lambda entry: entry.name)


@pytest.mark.parametrize("ignoring_case", [True, False])
@pytest.mark.parametrize("name", [*NAMES, b"A", b"c", b"zz", b"none"])
def test_a_name_means_the_same_in_a_packed_folder(monkeypatch, name, ignoring_case):
    short = Folder(ENTRIES).meant(name, ignoring_case=ignoring_case)
    monkeypatch.setattr(folder, "RUN", 4)
    long = Folder(iter(ENTRIES))

    assert long.meant(name, ignoring_case=ignoring_case) == short
    assert list(long.in_order()) == sorted(ENTRIES)


def test_packed_ones_are_lighter(monkeypatch):
    assert Folder(ENTRIES).weight == 9
    monkeypatch.setattr(folder, "RUN", 4)
    assert Folder(ENTRIES).weight == 2


def test_a_packed_folder_knows_its_entries(packed):
    assert ENTRIES[3] in packed
    assert ENTRIES[3]._replace(inode=3) not in packed
    assert ENTRIES[3]._replace(name=b"other") not in packed


@pytest.mark.parametrize("entries", [ENTRIES, Packed(ENTRIES)], ids=["short", "packed"])
def test_a_listing_has_each_name_once_places_first_and_no_deleted_ones(entries):
    twice = ENTRIES[1]._replace(name=b"z", inode=1, type="d")
    entries = [*sorted([*entries, twice])] if isinstance(entries, list) else entries

    found = listing(entries, [b"z", b"mounted"])

    assert list(found) == list(found) == [
        ("", "d"), ("B", "l"), ("C", "o"), ("long" * 60, "d"), ("mounted", "d"), ("z", "d"),
        ("\udcff\udcfe", "f"),
    ]  # fmt: skip
