"""What an earlier session could not get still counts when another goes on (format, section 7)."""

from __future__ import annotations

from pathlib import Path

import bundles
import pytest

from chain_of_custody.missing import missing_by
from collectors.artifact import Gap, Phase, Reason
from evidence.cli.texts import Texts
from evidence.collecting.collection import collect
from evidence.planning.request import Limits, Request
from evidence.reading.checked import open_bundle
from evidence.telling.collected import Collected
from evidence.telling.ended import balance

REFUSED = Gap("/etc/shadow", "disk", Reason.DENIED, "EACCES: Permission denied")
EXPECTED = Gap("/proc/stat", "system", Reason.ABSENT, "ENOENT: no", expected=True)
ABSENT = Gap("/etc/crontab", "disk", Reason.ABSENT, "ENOENT: No such file or directory")


@pytest.fixture
def tree(tmp_path) -> Path:
    folder = tmp_path / "machine"
    folder.mkdir()
    for number in range(90):
        (folder / f"{number:03d}").write_bytes(b"%d\n" % number)
    return folder


def interrupted(tmp_path: Path, tree: Path, *gaps: Gap, limits: Limits | None = None) -> Path:
    """A session that signs these gaps, encrypted, and is told to end among the files."""
    left = [20]

    def stopping() -> bool:
        left[0] -= 1
        return left[0] < 0

    wanted = Request(
        output=tmp_path / "out", source=str(tree), skip=("yara",), limits=limits or Limits(),
        recipients=(bundles.RECIPIENT,),
    )  # fmt: skip
    notes = [bundles.Given(gaps, "given", Phase.VOLATILE)]
    done = collect(wanted, stopping=stopping, key=bundles.KEY, notes=notes)
    assert (done.sealed, done.findings.earlier) == (False, 0)
    return done.path


def go_on(path: Path, tree: Path) -> Collected:
    wanted = Request(output=path.parent, source=str(tree), skip=("yara",), resume=path)
    done = collect(wanted, key=bundles.STRANGER)
    assert done.sealed
    return done


@pytest.mark.parametrize("gap", [REFUSED, EXPECTED])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_ends_as_one_uninterrupted_run_would(gap, language, tmp_path, tree):
    done = go_on(interrupted(tmp_path, tree, gap, ABSENT), tree)

    assert done.missing_expected
    assert Texts(language)("end.missing_earlier", count=1) in balance(
        Texts(language), done, named=True
    )


def test_what_simply_is_not_there_does_not_count(tmp_path, tree):
    done = go_on(interrupted(tmp_path, tree, ABSENT), tree)

    assert not done.missing_expected
    assert done.findings.earlier == 0


def test_the_rest_behind_a_limit_counts_for_who_goes_on(tmp_path, tree):
    """The collector that the limit ended is complete, and nobody takes its rest any more."""
    path = interrupted(tmp_path, tree, REFUSED)
    wanted = Request(
        output=path.parent, source=str(tree), skip=("yara",), resume=path, limits=Limits(time=0)
    )
    done = collect(wanted, key=bundles.STRANGER)

    opened = open_bundle(path, identities=[bundles.IDENTITY])
    closed = [f.event for f in opened.documents.events if f.event.type == "volume_closed"]
    cut = [r for r in opened.records() if "--max-time was met" in "".join(r.meta.errors)]
    assert done.findings.limited == "--max-time"
    assert cut
    assert (missing_by(closed[0]), missing_by(closed[-1])) == (1, 1 + len(cut))


def test_counts_through_a_third_session_and_a_sealing_that_was_cut_off(tmp_path, tree):
    path = interrupted(tmp_path, tree, REFUSED)
    done = go_on(path, tree)
    (path / "manifest.json").rename(path / "manifest.json.tmp")
    again = go_on(path, tree)

    assert (done.findings.earlier, again.findings.earlier) == (1, 1)
    assert again.missing_expected
