"""An image whose library crashes or hangs in its process: the session goes on, or ends in order."""

from __future__ import annotations

import dataclasses
import json
import threading
from pathlib import Path

import bundles
import disks
import imagefiles
import pytest

from collectors.disk.images import library
from evidence.collecting.collection import collect
from evidence.intake import import_bundle
from evidence.planning.request import Limits, Request

SIZE = 16 * disks.MIB
PLACE = 12 * disks.MIB + 70_000  # where only the whole disk is read
ONLY = ["disk-image"]


@pytest.fixture
def source(tmp_path, monkeypatch):
    """An E01 over one place of which its library does something."""
    tree = tmp_path / "tree"
    tree.mkdir()
    raw = disks.ext(tmp_path / "raw.img", tree, size=SIZE)

    def source(act: str) -> str:
        wicked = imagefiles.WICKED.format(place=PLACE, act=act)
        monkeypatch.setattr(library, "ENTRY", wicked)
        return str(imagefiles.ewf(raw, tmp_path))

    return source


def request(source: str, output: Path, **limits: float) -> Request:
    return Request(output=output, source=source, only=ONLY, limits=Limits(**limits))


def exported(bundle: Path, case: Path) -> tuple[Path, dict]:
    """The disk as a raw image, and what is said of it."""
    done = import_bundle(bundle, case, image="raw")
    folder = done.host / "image"
    return folder / done.image.file, json.loads((folder / "disk.json").read_text())


def test_a_crash_is_a_missing_range_of_a_sealed_bundle(source, tmp_path):
    done = collect(request(source("os.abort()"), tmp_path / "out"), key=bundles.KEY)
    raw, said = exported(done.path, tmp_path / "case")

    assert done.sealed
    assert done.missing_expected
    block = PLACE & ~0xFFFF
    assert [(each["offset"], each["size"]) for each in said["missing"]] == [(block, 64 << 10)]
    data = bytearray((tmp_path / "raw.img").read_bytes())
    data[block : block + (64 << 10)] = bytes(64 << 10)
    assert raw.read_bytes() == data


def test_a_limit_of_time_ends_what_hangs_and_seals(source, tmp_path):
    done = collect(request(source("time.sleep(3600)"), tmp_path / "out", time=3), key=bundles.KEY)

    assert done.sealed
    assert done.findings.limited == "--max-time"


def test_ctrl_c_ends_what_hangs_and_the_next_session_takes_it_whole(source, tmp_path, monkeypatch):
    honest, asked = library.ENTRY, threading.Event()
    first = request(source("time.sleep(3600)"), tmp_path / "out")
    threading.Timer(3, asked.set).start()
    done = collect(first, key=bundles.KEY, stopping=asked.is_set)
    monkeypatch.setattr(library, "ENTRY", honest)
    again = collect(dataclasses.replace(first, resume=done.path), key=bundles.KEY)
    raw, said = exported(again.path, tmp_path / "case")

    assert (done.sealed, again.sealed) == (False, True)
    assert said["missing"] == []
    assert raw.read_bytes() == (tmp_path / "raw.img").read_bytes()
