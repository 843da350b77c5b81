"""`verify.sh` on one item of many parts in many volumes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from unittest import mock

import bundles
import pytest
from bundles import artifact

import evidence.writing.bundle

SCRIPT = Path(bundles.__file__).parents[1] / "evidence" / "instructions" / "verify.sh"
FEW = 4
"""Arguments that a program takes on the system that a test makes."""


@pytest.fixture(scope="module")
def identity(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("brought") / "identity.txt"
    path.write_text(f"{bundles.IDENTITY}\n")
    return path


def spanning(path: Path, parts: int) -> Path:
    """A bundle of one item, each part of which closes its volume."""
    with mock.patch.object(evidence.writing.bundle, "VOLUME_SIZE", 1):
        bundles.sealed(path, volumes=[[artifact("/big", bytes((parts << 20) - (parts << 10)))]])
    return path


def run(identity: Path, bundle: Path, tools: Path, **scripts: str):
    """Run it where some programs are scripts that end in calling what they stand for."""
    tools.mkdir()
    for name, lines in scripts.items():
        (tools / name).write_text(f"#!/bin/sh\n{lines}\n")
        (tools / name).chmod(0o755)
    return subprocess.run(
        ["dash", str(SCRIPT), "--identity", str(identity), str(bundle)],
        capture_output=True, text=True, check=False, env={"PATH": f"{tools}:/usr/bin:/bin"},
    )  # fmt: skip


def test_what_goes_from_volume_to_volume_does_not_grow_with_the_item(identity, tmp_path):
    told = tmp_path / "told"
    awk = f'[ ! -e carry ] || wc -l < carry >> {told}; exec {shutil.which("awk")} "$@"'
    done = run(identity, spanning(tmp_path / "bundle", 7), tmp_path / "tools", awk=awk)

    assert (done.returncode, done.stderr) == (0, "")
    assert {int(line) for line in told.read_text().split()} == {0, 1}


def test_an_item_may_have_more_parts_than_a_command_takes_arguments(identity, tmp_path):
    done = run(
        identity, spanning(tmp_path / "bundle", 2 * FEW), tmp_path / "tools",
        xargs=f'exec {shutil.which("xargs")} -n {FEW} "$@"',
        cat=f'[ $# -le {FEW} ] || exit 126; exec {shutil.which("cat")} "$@"',
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert "1 items, every one as it was recorded" in done.stdout


def said_by(script: Path, identity: Path, bundle: Path) -> tuple[int, str]:
    done = subprocess.run(
        ["dash", str(script), "--identity", str(identity), str(bundle)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(("spare", "expected"), [(0, 0), (-1, 2)])
def test_counts_the_files_and_folders_of_a_bundle(identity, tmp_path, spare, expected):
    bundle = bundles.sealed(tmp_path / "bundle")
    there = sum(1 for _ in bundle.rglob("*"))
    text = SCRIPT.read_text()
    script = tmp_path / "verify.sh"
    script.write_text(
        text.replace("-le 300000 ]", f"-le {there + spare} ]").replace("300001", str(there + 1))
    )
    code, said = said_by(script, identity, bundle)

    assert ("-le 300000 ]" in text, code) == (True, expected)
    assert ("more than 300,000 files" in said) == bool(expected)


@pytest.mark.parametrize(("spare", "expected"), [(0, 0), (-1, 1)])
def test_counts_the_items_that_begin_in_a_volume(identity, tmp_path, spare, expected):
    things = [artifact(f"/{number}", b"%d" % number) for number in range(5)]
    bundle = bundles.sealed(tmp_path / "bundle", volumes=[things])
    text = SCRIPT.read_text()
    script = tmp_path / "verify.sh"
    script.write_text(text.replace("items > 131073", f"items > {len(things) + 1 + spare}"))
    code, said = said_by(script, identity, bundle)

    assert ("items > 131073" in text, code) == (True, expected)
    assert ("more items than records can tell of" in said) == bool(expected)
