"""Paths as long as a made disk can have them: what is remembered of them is bounded."""

from __future__ import annotations

import os

import disks

from collectors.disk import source as source_module

DEPTH = 60


def test_of_long_paths_no_more_is_remembered_than_of_short_ones(tmp_path, monkeypatch):
    tree, here = tmp_path / "tree", os.getcwd()
    tree.mkdir()
    os.chdir(tree)
    try:
        for _ in range(DEPTH):  # by steps, since the whole path is too long for one call
            os.mkdir("x" * 250)
            os.chdir("x" * 250)
        with open("end", "wb") as file:
            file.write(b"the end")
    finally:
        os.chdir(here)
    image = disks.ext(tmp_path / "disk.img", tree)
    way = ["/".join(["", *["x" * 250] * depth]) for depth in range(1, DEPTH + 1)]
    monkeypatch.setattr(source_module, "_LETTERS", 2 * len(way[-1]))

    with disks.opened(image) as source:
        for path in (*way, *way):
            assert [name for name, _ in source.listing(path)] == [
                "end" if path == way[-1] else "x" * 250
            ]
        assert source.snapshot(f"{way[-1]}/end").data == b"the end"
        kept = list(source._folders)
    assert way[-1] in kept
    assert sum(map(len, kept)) <= 2 * len(way[-1])
