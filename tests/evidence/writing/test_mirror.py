"""A second copy from one read: it is the first one, or it is said loudly that it isn't."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
from pathlib import Path

import bundles
import pytest
import runs
from leftovers import SMALL, PulledPlug, five_files, left_in, world, write_small
from mounting import mounted

from chain_of_custody.verdict import Exit, Verdict
from evidence.collecting.collection import collect
from evidence.planning.destination import DestinationError
from evidence.planning.request import Request
from evidence.reading.checked import open_bundle, verify_bundle
from evidence.telling.collected import Collected
from evidence.writing.mirror import MirrorError, SecondCopy, mirror


@pytest.fixture(autouse=True)
def small_volumes(monkeypatch):
    write_small(monkeypatch)


def doubled(tmp_path: Path, tree: Path, **more) -> Collected:
    request = Request(
        output=tmp_path / "first", source=str(tree), skip=("yara",), second=tmp_path / "second",
        **more,
    )  # fmt: skip
    return collect(request, key=bundles.KEY)


def held_open(folder: Path) -> list[Path]:
    """Files in a folder that this process still has open."""
    held = [Path("/proc/self/fd", each).resolve() for each in os.listdir("/proc/self/fd")]
    return [each for each in held if each.is_relative_to(folder)]


@pytest.mark.parametrize("recipients", [(), (bundles.RECIPIENT,)])
def test_both_are_the_same_files_and_each_verifies(tmp_path, recipients):
    done = doubled(tmp_path, world(tmp_path / "tree"), recipients=recipients)

    assert done.sealed
    assert done.second.complete
    assert not done.missing_expected
    assert done.second.path == tmp_path / "second" / done.path.name
    assert left_in(done.second.path) == left_in(done.path)
    assert len(list((done.path / "data").iterdir())) > 3
    assert held_open(tmp_path) == []
    opened = open_bundle(done.second.path, identities=[bundles.IDENTITY])
    assert opened.verdict.exit is Exit.VERIFIED


def test_a_copy_is_complete_where_both_are_whole_and_the_same_alone(tmp_path):
    one, other = bundles.sealed(tmp_path / "one"), bundles.sealed(tmp_path / "other")
    damaged = Path(shutil.copytree(one, tmp_path / "damaged"))
    with next((damaged / "data").iterdir()).open("ab") as volume:
        volume.write(b"\0")
    whole, another, broken = (verify_bundle(path) for path in (one, other, damaged))

    def complete(first: Verdict, second: Verdict, why_not: str | None = None) -> bool:
        return SecondCopy(path=one, why_not=why_not, first=first, second=second).complete

    assert (whole.head, whole.root) == (broken.head, broken.root)
    assert complete(whole, whole)
    assert not complete(whole, another)
    assert not complete(whole, broken)
    assert not complete(broken, whole)
    assert not complete(whole, whole, "the medium: No space left on device")


def test_a_medium_that_failed_once_is_not_asked_again(tmp_path, monkeypatch):
    asked: list[Path] = []

    def failing(bundle: Path, *given: object, **options: object) -> int:
        asked.append(bundle)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("evidence.writing.mirror.mirror", failing)
    done = doubled(tmp_path, world(tmp_path / "tree"))

    assert done.sealed
    assert asked == [done.path]
    assert done.second.why_not == "the medium: Input/output error"


def test_each_byte_of_the_source_is_read_once_for_both(tmp_path, monkeypatch):
    tree = world(tmp_path / "tree", files=20, large=1)
    given, preadv = [], os.preadv

    def counted(descriptor, buffers, offset, *flags):
        count = preadv(descriptor, buffers, offset, *flags)
        given.append(count)
        return count

    monkeypatch.setattr(os, "preadv", counted)
    done = doubled(tmp_path, tree)

    assert done.second.complete
    assert sum(given) == sum(path.stat().st_size for path in tree.rglob("*") if path.is_file())


def test_to_bring_it_up_to_date_again_changes_nothing(tmp_path):
    done = doubled(tmp_path, five_files(tmp_path / "tree"))
    before = {p: p.stat().st_mtime_ns for p in done.second.path.rglob("*")}

    mirror(done.path, done.second.path)

    assert {p: p.stat().st_mtime_ns for p in done.second.path.rglob("*")} == before


def test_cut_off_at_any_step_the_copy_verifies_and_is_completed(tmp_path, monkeypatch):
    source = five_files(tmp_path / "tree")
    request = Request(output=tmp_path / "first", source=str(source), skip=("yara",))
    bundle = collect(request, key=bundles.KEY).path
    rename, step, seen = Path.rename, 0, []

    while "whole" not in seen:
        step, copy = step + 1, tmp_path / f"copy-{step}"
        left = [step]

        def counted(path, target, left=left):
            left[0] -= 1
            if left[0] == 0:
                raise PulledPlug
            return rename(path, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", counted)
            try:
                mirror(bundle, copy)
                seen.append("whole")
            except PulledPlug:
                verdict = verify_bundle(copy)
                begun = (copy / "custody/00001.json").exists()
                assert not begun or not verdict.failed, (step, verdict)
                seen.append("sealed" if verdict.sealed else "partial" if begun else "nothing")
        mirror(bundle, copy)
        assert left_in(copy) == left_in(bundle)

    assert seen.count("partial") > 8
    assert set(seen) == {"nothing", "partial", "whole"}


def test_while_the_first_is_being_sealed_the_copy_waits_for_the_manifest(tmp_path):
    source = five_files(tmp_path / "tree")
    request = Request(output=tmp_path / "first", source=str(source), skip=("yara",))
    bundle = collect(request, key=bundles.KEY).path
    (bundle / "manifest.json").rename(bundle / "manifest.json.tmp")

    before = mirror(bundle, tmp_path / "copy")
    partial = verify_bundle(tmp_path / "copy")
    (bundle / "manifest.json.tmp").rename(bundle / "manifest.json")
    after = mirror(bundle, tmp_path / "copy", before)

    assert after == before + 1
    assert (partial.sealed, partial.failed) == (False, [])
    assert left_in(tmp_path / "copy") == left_in(bundle)


@pytest.mark.parametrize("spoilt", ["data/volume-00001.tar.zst", "custody/00002.json"])
def test_a_first_medium_that_gives_other_bytes_back_is_found_out(tmp_path, spoilt):
    source = five_files(tmp_path / "tree")
    request = Request(output=tmp_path / "first", source=str(source), skip=("yara",))
    bundle = collect(request, key=bundles.KEY).path
    data = bytearray((bundle / spoilt).read_bytes())
    data[0] ^= 1
    (bundle / spoilt).write_bytes(data)

    with pytest.raises(MirrorError, match="does not give back what was written"):
        mirror(bundle, tmp_path / "copy")
    assert not (tmp_path / "copy" / spoilt).exists()
    assert not (tmp_path / "copy/manifest.json").exists()


def test_a_first_medium_that_loses_a_volume_makes_the_run_incomplete_and_is_said(tmp_path):
    """The volume is spoilt as soon as it is closed, before the second copy reads it back."""
    tree = world(tmp_path / "tree")
    spoil = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import runs;"
        "import evidence.writing.bundle as b;"
        "from evidence.cli import main; close = b.BundleWriter.close_volume\n"
        "def spoilt(self, cause):\n"
        "    self.closed, real = (lambda: None), self.closed\n"
        "    close(self, cause); self.closed = real\n"
        "    if len(self.volumes) != 1: return real()\n"
        "    path = self.path / 'data' / self.volumes[0].name\n"
        "    data = bytearray(path.read_bytes()); data[100] ^= 1; path.write_bytes(data); real()\n"
        "b.BundleWriter.close_volume = spoilt; main()"
    )
    arguments = ("collect", "--source", tree, "--output", tmp_path / "first", "--quiet")
    command = [runs.sys.executable, "-c", spoil, str(Path(runs.__file__).parent)]
    done = subprocess.run(
        [*command, *map(str, arguments), "--second-copy", tmp_path / "second"],
        env=runs.environment(), capture_output=True, text=True, cwd=Path(runs.__file__).parents[1],
    )  # fmt: skip

    assert done.returncode == 3, done.stderr
    assert "THE FIRST COPY DOES NOT PASS ITS VERIFICATION" in done.stdout
    assert "NO COMPLETE SECOND COPY" in done.stdout


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "NO COMPLETE SECOND COPY"), ("ja", "2つ目の写しは不完全です")],
)
def test_a_second_medium_that_is_full_does_not_end_the_run_and_is_said_loudly(
    tmp_path, language, words
):
    tree = world(tmp_path / "tree", large=4)
    with mounted(tmp_path / "medium", options="size=2m") as where:
        done = subprocess.run(
            runs.command(
                "collect", "--source", tree, "--output", tmp_path / "first", "--profile", "quick",
                "--second-copy", where, "--quiet", settings=SMALL,
            ),
            env=runs.environment(HOZEN_LANG=language), capture_output=True, text=True,
        )  # fmt: skip
        bundle = runs.bundle_in(tmp_path / "first")
        copy = Path(where) / bundle.name

        assert done.returncode == 3
        assert words in done.stdout
        assert "No space left on device" in done.stdout
        assert verify_bundle(bundle).exit is Exit.VERIFIED
        assert not verify_bundle(copy).failed


def test_the_json_says_what_became_of_both(tmp_path):
    tree = five_files(tmp_path / "tree")
    done = runs.hozen(
        "collect", "--source", tree, "--output", tmp_path / "first", "--second-copy",
        tmp_path / "second", "--json", settings=SMALL,
    )  # fmt: skip
    said = json.loads(done.out)["second_copy"]

    name = runs.bundle_in(tmp_path / "first").name
    assert done.code == 0
    assert "the same file system as the first" in done.err
    assert said == {
        "path": str(tmp_path / "second" / name), "complete": True, "why_not": None,
        "first_exit": 0, "second_exit": 0,
    }  # fmt: skip


def test_a_second_copy_inside_the_source_is_never_collected(tmp_path):
    tree = five_files(tmp_path / "tree")
    request = Request(
        output=tmp_path / "out", source=str(tree), skip=("yara",), second=tree / "second"
    )
    done = collect(request, key=bundles.KEY)
    origins = {r.meta.source.origin: r.meta.errors for r in open_bundle(done.path).records()}

    assert done.second.complete
    assert origins[f"/second/{done.path.name}"] == ["our own output"]
    assert not [name for name in origins if name.startswith(f"/second/{done.path.name}/")]


def test_the_first_copy_s_own_folder_is_refused(tmp_path):
    tree = five_files(tmp_path / "tree")
    request = Request(output=tmp_path, source=str(tree), second=tmp_path / "tree/..")

    with pytest.raises(DestinationError, match="holds the first copy already"):
        collect(request, key=bundles.KEY)
    assert [path.name for path in tmp_path.iterdir()] == ["tree"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "lies on tmpfs, in this machine's memory"), ("ja", "メモリ上です(tmpfs)")],
)
def test_of_a_running_machine_no_second_copy_goes_into_its_memory(tmp_path, language, words):
    with mounted(tmp_path / "ram", options="size=80m") as where:
        done = runs.hozen(
            "collect", "--only", "clock", "--output", tmp_path / "out", "--second-copy",
            f"{where}/deep", "--language", language,
        )  # fmt: skip
        left = os.listdir(where)

    assert (done.code, left, os.listdir(tmp_path / "out")) == (4, [], [])
    assert words in done.err


def test_going_on_with_a_bundle_whose_sealing_was_cut_off_completes_both(tmp_path):
    done = doubled(tmp_path, five_files(tmp_path / "tree"))
    (done.path / "manifest.json").rename(done.path / "manifest.json.tmp")
    shutil.rmtree(done.second.path)
    request = Request(
        output=done.path.parent, source=str(tmp_path / "tree"), skip=("yara",), resume=done.path,
        second=tmp_path / "second",
    )  # fmt: skip

    again = collect(request, key=bundles.STRANGER)

    assert again.sealed
    assert again.second.complete
    assert left_in(again.second.path) == left_in(again.path)
