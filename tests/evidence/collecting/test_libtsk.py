"""A run over a disk for whose folder libtsk never comes back: it is ended, and gone on with."""

from __future__ import annotations

import dataclasses
import threading

import bundles
import disks
import pytest

from collectors.apart.answering import Apart
from collectors.disk.libraries.library import ENDING
from collectors.disk.tsk.system import LIBTSK
from evidence.collecting.collection import collect
from evidence.planning.request import Request
from evidence.reading.checked import open_bundle

NEVER = """
import time
from collectors.disk.tsk import serving, wire
honest = serving.FileSystems.answer
def answer(desk, request):
    if isinstance(request, wire.Names) and request.inode == {inode}:
        time.sleep(3600)
    return honest(desk, request)
serving.FileSystems.answer = answer
serving.serve()
"""
FILES = {f"/{name}/file": name.encode() for name in "abc"}


@pytest.fixture
def image(tmp_path):
    for origin, data in FILES.items():
        place = tmp_path / "tree" / origin[1:]
        place.parent.mkdir(parents=True)
        place.write_bytes(data)
    return disks.ext(tmp_path / "disk.img", tmp_path / "tree")


class Ending:
    """Asked whether the run is to end: a second after the file in folder `a` was taken."""

    def __init__(self):
        self.asked = threading.Event()

    def __call__(self):
        return self.asked.is_set()

    def item(self, origin, _bytes):
        if origin == "/a/file":
            threading.Timer(1, self.asked.set).start()

    def collector(self, name, index, total): ...

    def waiting(self): ...


def taken(path):
    bundle = open_bundle(path, allow_partial=True)
    records = list(bundle.records())
    gaps = {one.meta.source.origin for one in records if one.content.status == "gap"}
    return {one.meta.source.origin for one in records} - gaps, gaps


def test_whoever_ends_it_is_heard_and_the_next_session_takes_what_was_left(
    image, tmp_path, monkeypatch
):
    with disks.opened(image) as source:
        _, inode = source.folder_at("/b")
    apart = Apart(NEVER.format(inode=inode), 600, stopping=lambda: ENDING.asked())
    ending, out = Ending(), tmp_path / "out"
    out.mkdir()
    request = Request(output=out, source=str(image), only=("disk-files",), skip=("yara",))

    with monkeypatch.context() as patched:
        patched.setattr(LIBTSK, "_apart", apart)
        first = collect(request, listener=ending, stopping=ending, key=bundles.STRANGER)
    found, gaps = taken(first.path)
    assert (first.sealed, first.cause) == (False, "signal")
    assert "/a/file" in found
    assert not gaps & {"/b", "/b/file"}

    again = dataclasses.replace(request, resume=first.path)
    assert collect(again, key=bundles.STRANGER).sealed
    found, gaps = taken(first.path)
    assert set(FILES) <= found
    assert "/b" not in gaps
