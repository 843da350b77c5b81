"""What a run was asked not to take is told in the bundle: a gap for each way of asking."""

from __future__ import annotations

from pathlib import Path

import bundles
import pytest
from leftovers import Until

from collectors.artifact import Profile
from collectors.table import UnknownCollectorError, collectors_for
from evidence.collecting.collection import collect
from evidence.intake import import_bundle
from evidence.planning.asked import read
from evidence.planning.request import Request
from evidence.reading.checked import open_bundle
from evidence.report import make_report
from evidence.report.verification import examine, write_report
from evidence.report.verification.writing import facts_of
from evidence.telling.titles import titled

QUICK = {each.name for each in collectors_for(Profile.QUICK, of="live")}
FEW = {"clock", "cron", "os-identity"}
SKIPPED = "left out, since the run was asked to skip it: "
OTHERS = "left out, since the run was asked for others only: "


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


def of_quick(names) -> str:
    """As the profile lists them."""
    return ", ".join(e.name for e in collectors_for(Profile.QUICK, of="live") if e.name in names)


def test_the_collectors_of_the_profile_that_were_skipped_are_one_gap(tmp_path):
    skip = QUICK - FEW

    assert left_out(taken(tmp_path, skip=tuple(skip))) == {
        "hozen:/left-out/skipped": SKIPPED + of_quick(skip)
    }


def test_so_are_those_that_were_not_asked_for_and_the_rules_that_were_not_searched(tmp_path):
    path = taken(tmp_path, only=("clock", "cron"), skip=("yara", "cron"))

    assert left_out(path) == {
        "hozen:/left-out/skipped": f"{SKIPPED}cron, yara",
        "hozen:/left-out/not-asked": OTHERS + of_quick(QUICK - {"clock", "cron"}),
    }


def test_what_is_in_no_profile_or_no_source_like_this_is_not_told(tmp_path):
    folder = tmp_path / "machine"
    folder.mkdir()

    path = taken(tmp_path / "out", source=str(folder), skip=("bodyfile", "windows-clock"))

    assert left_out(path) == {}


def test_who_goes_on_tells_what_is_left_out_then_but_not_what_was_taken_before(tmp_path):
    first = taken(tmp_path, only=("clock", "cron"), skip=("yara",), until="cron")
    path = taken(tmp_path, only=("cron",), resume=first)

    records = [r.meta for r in open_bundle(path).records() if r.meta.collector == "left-out"]
    told = [(meta.source.origin.rpartition("/")[2], meta.errors[0]) for meta in records]
    others = OTHERS + of_quick(QUICK - {"clock", "cron"})
    assert told == [
        ("skipped", f"{SKIPPED}yara"), ("not-asked", others), ("not-asked", others)
    ]  # fmt: skip


LINES = {
    "ja": "取得時に、ほかのものだけが指定されたため対象外となったもの({count} 件): {names}",
    "en": "Left out, since the collection was asked for other things only ({count}): {names}",
}


@pytest.mark.parametrize("language", LINES)
def test_both_reports_name_all_that_was_left_out(language, tmp_path):
    path = taken(tmp_path, only=("clock",))
    import_bundle(path, tmp_path / "case")
    page = make_report(tmp_path / "case", language=language).read_text()
    examined = examine(path)
    write_report(examined, verified := tmp_path / "verified.txt", language)

    names = of_quick(QUICK - {"clock"}).split(", ")
    said = ", ".join(titled(each, language) for each in names)
    line = LINES[language].format(count=len(names), names=said)
    assert line in page
    assert line in verified.read_text()
    assert facts_of(examined)["left_out"] == {"not-asked": names}


@pytest.mark.parametrize("text", [
    "", SKIPPED, f"{SKIPPED}yara, <b>", f"{SKIPPED}../x", "skipped: yara", SKIPPED + "x, " * 9,
])  # fmt: skip
def test_what_only_looks_like_such_a_gap_names_nothing(text):
    assert read(text) is None


def test_a_forged_list_without_end_is_none():
    assert read(SKIPPED + ", ".join(f"n{number}" for number in range(500))) is None


@pytest.mark.parametrize("skip", [("files",), ("files", "yara")])
def test_a_choice_that_leaves_nothing_is_refused_before_anything_is_written(tmp_path, skip):
    request = Request(output=tmp_path / "out", source=str(tmp_path), only=("files",), skip=skip)

    with pytest.raises(UnknownCollectorError, match="leave nothing to take"):
        collect(request)

    assert list(tmp_path.iterdir()) == []
