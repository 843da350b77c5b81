"""Trees of HFS+, whole and looped."""

from __future__ import annotations

import disks
import pytest
from hfsvolumes import CATALOG, LEAF, extents_of, first, index, names, node, volume

from collectors.disk.collecting.files import DiskFiles

FAR = [103, 105, 107, 109, 111, 113, 115, 117, 119, 121]
"""Blocks of a catalog in ten pieces, of which the header has eight."""
FURTHER = [
    first(root=1, key=10, flags=0),
    node(LEAF, extents_of(CATALOG, 8, (119, 1), (121, 1))),
]
EMPTY = [node(LEAF)] * 7


@pytest.mark.parametrize(
    "made",
    [
        {"catalog": [first(root=1), names()]},
        {"catalog": [first(root=1, depth=2, nodes=3), index(2, 2), names()]},
        {"catalog": [first(root=9, nodes=10), *EMPTY, names(), names()], "places": FAR,
         "extents": FURTHER},
        {"catalog": [first(root=1), names()], "attributes": [first(root=1), node(LEAF)]},
        {"catalog": [first(root=1), names(following=77)]},
    ],
)  # fmt: skip
def test_trees_that_end_are_read(tmp_path, made):
    with disks.opened(volume(tmp_path / "disk.img", **made)) as source:
        assert disks.contents(DiskFiles(), source)["/empty"] == b""


@pytest.mark.parametrize(
    ("made", "which"),
    [
        ({"catalog": [first(root=1, depth=3), index(2), index(1), names()]}, "catalog"),
        ({"catalog": [first(root=1, depth=3), index(3, 2), index(3, 1), names()]}, "catalog"),
        ({"catalog": [first(root=1), names(following=1)]}, "catalog"),
        ({"catalog": [first(root=1), names(following=2), names(following=1)]}, "catalog"),
        ({"catalog": [first(root=9), *EMPTY, names(), names(following=9)], "places": FAR,
          "extents": FURTHER}, "catalog"),
        ({"catalog": [first(root=1), names()],
          "extents": [first(root=1, key=10, flags=0), node(LEAF, following=1)]},
         "file of extents"),
        ({"catalog": [first(root=1), names()],
          "attributes": [first(root=1), node(LEAF, following=1)]}, "file of attributes"),
    ],
)  # fmt: skip
def test_a_tree_that_leads_in_a_circle_is_a_gap_and_never_given_to_libtsk(tmp_path, made, which):
    with disks.opened(volume(tmp_path / "disk.img", **made)) as source:
        (partition,) = source.disk.partitions

    assert partition.system is None
    assert partition.detail == f"HFS+: damaged: its {which} leads in a circle"
