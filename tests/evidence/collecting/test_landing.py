"""Where an imager puts its file: it goes when what was read of it is signed, and else stays."""

from __future__ import annotations

from types import SimpleNamespace

import bundles
import pytest
from hostile import put

from chain_of_custody.documents import load
from chain_of_custody.folder import BundleFolder
from evidence.collecting.landing import Landing


@pytest.fixture
def writer(tmp_path):
    """A session with an open volume, and an imager's file beside its bundle."""
    made = bundles.writer_at(tmp_path / "HZ_x", recipients=())
    put(made, bundles.artifact("/memory", b"read of it"))
    (tmp_path / "HZ_x.imager").write_bytes(b"image")
    yield made
    made.abandon()


def ends(*, cause=None, limited=False):
    return SimpleNamespace(cause=cause, limit=lambda: limited)


def closings(writer) -> list[str]:
    events = load(BundleFolder(writer.path)).events
    return [each.detail.cause for each in events if each.event.type == "volume_closed"]


def test_the_volume_is_closed_before_the_file_goes(writer):
    landing = Landing.of_session(writer, ends())
    landing.clear()

    assert not landing.taken
    assert closings(writer) == ["limit"]


def test_where_the_medium_lost_the_volume_the_file_stays(writer):
    writer.lost = True
    landing = Landing.of_session(writer, ends())
    landing.clear()

    assert landing.taken


@pytest.mark.parametrize(
    ("whole", "how", "stays"),
    [
        (False, {}, False), (False, {"cause": "signal"}, True), (False, {"limited": True}, True),
        (True, {"cause": "signal"}, False), (True, {"limited": True}, False),
    ],
)  # fmt: skip
def test_what_was_cut_off_from_outside_is_the_only_image_and_stays(writer, whole, how, stays):
    landing = Landing.of_session(writer, ends(**how))
    landing.clear(whole=whole)

    assert landing.taken is stays
    assert closings(writer) == ([] if stays else ["limit"])


def test_where_no_file_is_no_volume_is_closed_for_it(writer, tmp_path):
    (tmp_path / "HZ_x.imager").unlink()
    Landing.of_session(writer, ends()).clear()

    assert closings(writer) == []


def test_what_a_program_made_of_the_name_is_told_in_order_and_its_own_file_is_not(tmp_path):
    names = [f"HZ_x.imager.{number}" for number in range(9, -1, -1)]
    for name in (*names, "HZ_x.imager", "HZ_y.imager.raw"):
        (tmp_path / name).write_bytes(b"")

    assert Landing(tmp_path / "HZ_x").others() == sorted(names)


def test_a_folder_of_the_name_is_told_and_left_alone(tmp_path):
    (tmp_path / "HZ_x.imager").mkdir()
    landing = Landing(tmp_path / "HZ_x")
    landing.clear()

    assert landing.others() == ["HZ_x.imager"]
    assert landing.taken
