"""Going on before anything of the source is signed: what it was begun on is known all the same."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import bundles
import disks
import pytest
import runs
from leftovers import PulledPlug, left_in

from evidence.collecting.begun import begun_in
from evidence.collecting.collection import collect
from evidence.collecting.resume import Interruption, ResumeError
from evidence.planning.request import Request
from evidence.writing.history import Presence

REFUSED = {
    "folder": "was begun with --source FOLDER",
    "disk": "was begun with the image of a disk",
    "live": "was begun on a running machine",
}
ONLY = {"folder": (), "disk": ("cron",), "live": ("cron",)}
OTHERS = list(itertools.permutations(REFUSED, 2))


class Killed:
    """Hears the progress until the plug is pulled, when so many collectors have begun."""

    def __init__(self, at: int) -> None:
        self._left = at

    def collector(self, name: str, index: int, total: int) -> None:
        self._left -= 1
        if self._left < 0:
            raise PulledPlug

    def item(self, origin: str, stored: int) -> None:
        pass

    def waiting(self) -> None:
        pass


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> dict[str, str]:
    tree = tmp_path_factory.mktemp("tree")
    (tree / "etc").mkdir()
    (tree / "etc" / "crontab").write_bytes(b"1 2 3 4 5 root true\n")
    image = disks.ext(tmp_path_factory.mktemp("disk") / "disk.img", tree, size=8 * disks.MIB)
    return {"folder": str(tree), "disk": str(image), "live": "live"}


def begun(output: Path, source: str, only: tuple[str, ...], *, at: int, **more) -> Path:
    """A run of which nothing is signed but whom it ran on; with `at` 0, not even that."""
    wanted = Request(output=output, source=source, only=only, skip=("yara",), **more)
    output.mkdir()
    with pytest.raises(PulledPlug):
        collect(wanted, listener=Killed(at), key=bundles.KEY)
    (path,) = output.iterdir()
    return path


def go_on(path: Path, source: str, only: tuple[str, ...]):
    wanted = Request(output=path.parent, source=source, only=only, skip=("yara",), resume=path)
    return collect(wanted, key=bundles.STRANGER)


@pytest.mark.parametrize("recipients", [(), (bundles.RECIPIENT,)], ids=["plain", "encrypted"])
@pytest.mark.parametrize(("first", "then"), OTHERS)
def test_goes_on_with_what_it_was_begun_on_and_nothing_else(
    first, then, recipients, sources, tmp_path
):
    path = begun(tmp_path / "out", sources[first], ONLY[first], at=2, recipients=recipients)
    signed = Interruption(path).documents.events[-1].detail.progress
    assert (signed.completed, signed.current) == (["host-identity", "left-out"], None)
    before = left_in(path)

    with pytest.raises(ResumeError, match=REFUSED[first]):
        go_on(path, sources[then], ONLY[then])
    assert left_in(path) == before
    assert go_on(path, sources[first], ONLY[first]).sealed


@pytest.mark.parametrize(("first", "then"), OTHERS)
def test_knows_it_where_no_volume_was_closed(first, then, sources, tmp_path):
    path = begun(tmp_path / "out", sources[first], ONLY[first], at=0)

    with pytest.raises(ResumeError, match=REFUSED[first]):
        go_on(path, sources[then], ONLY[then])
    assert go_on(path, sources[first], ONLY[first]).sealed


def test_of_a_bundle_that_says_nothing_of_it_this_machine_is_not_taken_unasked(sources, tmp_path):
    said_otherwise = Presence(text="as bundles were begun before")
    path = begun(tmp_path / "out", sources["folder"], (), at=2, presence=said_otherwise)
    before = left_in(path)

    with pytest.raises(ResumeError, match="nothing in it shows what it was begun on"):
        go_on(path, "live", ("clock",))
    assert left_in(path) == before
    assert go_on(path, sources["folder"], ()).sealed


@pytest.fixture
def numbered(tmp_path, monkeypatch) -> Path:
    """A machine that has a number of its own, as containers may not."""
    number = tmp_path / "machine-id"
    number.write_text("0123456789abcdef" * 2 + "\n")
    monkeypatch.setattr("evidence.machine.endpoint._NUMBER", number)
    return number


@pytest.mark.usefixtures("numbered")
@pytest.mark.parametrize("at", [0, 2])
def test_refuses_another_folder_where_nothing_of_the_first_is_taken(at, sources, tmp_path):
    path = begun(tmp_path / "out", sources["folder"], (), at=at)
    other = tmp_path / "other"
    shutil.copytree(sources["folder"], other)
    link = tmp_path / "link"
    link.symlink_to(sources["folder"])
    before = left_in(path)

    with pytest.raises(ResumeError, match="was begun with a folder of another path"):
        go_on(path, str(other), ())
    assert left_in(path) == before
    assert sources["folder"].encode() not in (path / "custody/00001.json").read_bytes()
    assert go_on(path, str(link), ()).sealed


@pytest.mark.parametrize("number", ["", "uninitialized"])
def test_a_machine_without_a_number_marks_no_folder(number, numbered, sources, tmp_path):
    numbered.write_text(number)
    path = begun(tmp_path / "out", sources["folder"], (), at=0)

    assert Interruption(path).documents.events[0].event.text == "source: folder"
    assert go_on(path, sources["folder"], ()).sealed


@pytest.mark.usefixtures("numbered")
def test_two_bundles_of_one_folder_mark_it_differently(sources, tmp_path):
    places = [begun(tmp_path / each, sources["folder"], (), at=0) for each in ("one", "two")]
    marks = [begun_in(Interruption(path).documents.events[0].event) for path in places]

    assert None not in marks
    assert len(set(marks)) == 2


def test_goes_on_by_the_command_alone_only_where_that_takes_the_same(sources, tmp_path):
    path = begun(tmp_path / "out", sources["folder"], (), at=2)

    wrong = runs.hozen("collect", "--resume", path, "--only", "clock", "--quiet")
    right = runs.hozen("collect", "--resume", path, "--source", sources["folder"], "--quiet")
    shown = runs.hozen("custody", "show", path)

    assert (wrong.code, right.code) == (2, 0), wrong.err
    assert REFUSED["folder"] in wrong.err
    assert "source: folder" in shown.out
