"""Under a locale of other letters than UTF-8, names are the same as everywhere."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import bundles
import pytest
from command_line import PROGRAM

from chain_of_custody.verdict import Exit
from evidence.reading.checked import open_bundle, verify_bundle

NAME = "患者一覧"
# What an interpreter makes of any locale that isn't UTF-8: names are read in its letters.
OTHER = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def run(*arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, check=False,
        env={"PATH": os.environ["PATH"], **OTHER, **settings},
    )  # fmt: skip


def test_a_genuine_bundle_is_not_called_altered(tmp_path):
    bundle = bundles.sealed(tmp_path / "HZ_x")
    done = run("verify", bundle)

    assert done.returncode == 0, done.stdout + done.stderr


def test_evidence_is_taken_with_its_names(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / NAME).write_bytes(b"1")
    done = run("collect", "--source", source, "--output", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    (path,) = (tmp_path / "out").glob("HZ_*Z")
    origins = {each.meta.source.origin for each in open_bundle(path).records()}

    assert verify_bundle(path).exit == Exit.VERIFIED
    assert f"/{NAME}" in origins


@pytest.mark.parametrize(("typed", "code"), [("田中".encode("euc_jp"), 0), (b"\x8f", 2)])
def test_what_is_typed_in_the_letters_of_the_terminal_is_read(tmp_path, locales, typed, code):
    (tmp_path / "source").mkdir()
    more = ("--output", tmp_path / "out", "--operator", os.fsdecode(typed))
    done = run("collect", "--source", tmp_path / "source", *more, **locales)

    assert done.returncode == code, done.stderr
    assert ("封印しました".encode("euc_jp") in done.stdout) == (code == 0)
    for path in (tmp_path / "out").glob("HZ_*Z"):
        assert open_bundle(path).documents.events[0].event.actor.name == "田中"


@pytest.fixture(scope="module")
def locales(tmp_path_factory) -> dict[str, str]:
    """Japanese as old servers have it."""
    place = tmp_path_factory.mktemp("locales")
    target = place / "ja_JP.eucJP"
    subprocess.run(["localedef", "-c", "-i", "ja_JP", "-f", "EUC-JP", target], check=False)
    assert target.is_dir()
    return {"LOCPATH": str(place), "LC_ALL": target.name}
