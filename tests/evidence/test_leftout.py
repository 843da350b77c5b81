"""What a run was asked not to take is told in the bundle, one gap for each."""

from __future__ import annotations

from pathlib import Path

import bundles
import pytest

from collectors.artifact import Profile
from collectors.table import UnknownCollectorError, collectors_for
from evidence.checked import open_bundle
from evidence.collection import collect
from evidence.request import Request

QUICK = {each.name for each in collectors_for(Profile.QUICK, of="live")}
FEW = {"clock", "cron", "os-identity"}
SKIPPED = "left out: the run was asked to skip it"
OTHERS = "left out: the run was asked for others only"


class Until:
    """Ends a run where a collector begins."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._asked = False

    def collector(self, name: str, _index: int, _total: int) -> None:
        self._asked = name == self._name

    def item(self, *_: object) -> None: ...

    waiting = item

    def __call__(self) -> bool:
        return self._asked


def taken(tmp_path: Path, *, until: str = "", **options) -> Path:
    end = Until(until)
    done = collect(
        Request(output=tmp_path, profile="quick", **options), key=bundles.KEY,
        listener=end, stopping=end,
    )  # fmt: skip
    assert done.sealed == (not until)
    return done.path


def left_out(path: Path) -> dict[str, str]:
    """Origins of the gaps, and what is said of each."""
    records = [r for r in open_bundle(path).records() if r.meta.collector == "left-out"]
    assert {(r.content.status, r.meta.reason) for r in records} <= {("gap", "skipped")}
    return {r.meta.source.origin: r.meta.errors[0] for r in records}


def test_each_collector_of_the_profile_that_was_skipped_is_a_gap(tmp_path):
    skip = tuple(QUICK - FEW)

    assert left_out(taken(tmp_path, skip=skip)) == {f"hozen:/{name}": SKIPPED for name in skip}


def test_so_is_each_that_was_not_asked_for_and_the_rules_that_were_not_searched(tmp_path):
    path = taken(tmp_path, only=("clock", "cron"), skip=("yara", "cron"))

    named = {f"hozen:/{name}": OTHERS for name in QUICK - {"clock", "cron"}}
    assert left_out(path) == named | {"hozen:/cron": SKIPPED, "hozen:/yara": SKIPPED}


def test_what_is_in_no_profile_or_no_source_like_this_is_not_told(tmp_path):
    folder = tmp_path / "machine"
    folder.mkdir()

    path = taken(tmp_path / "out", source=str(folder), skip=("bodyfile", "windows-clock"))

    assert left_out(path) == {}


def test_who_goes_on_tells_what_is_left_out_then_but_not_what_was_taken_before(tmp_path):
    first = taken(tmp_path, only=("clock", "cron"), skip=("yara",), until="cron")
    path = taken(tmp_path, only=("cron",), resume=first)

    records = [r.meta for r in open_bundle(path).records() if r.meta.collector == "left-out"]
    told = [meta.source.origin for meta in records]
    assert told.count("hozen:/processes") == 2
    assert told.count("hozen:/yara") == 1
    assert "hozen:/clock" not in told


@pytest.mark.parametrize("skip", [("files",), ("files", "yara")])
def test_a_choice_that_leaves_nothing_is_refused_before_anything_is_written(tmp_path, skip):
    request = Request(output=tmp_path / "out", source=str(tmp_path), only=("files",), skip=skip)

    with pytest.raises(UnknownCollectorError, match="leave nothing to take"):
        collect(request)

    assert list(tmp_path.iterdir()) == []
