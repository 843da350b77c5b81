"""What a command says it made is there after a pulled plug, and nothing in it is an empty file."""

from __future__ import annotations

import sys

import bundles
import lasting
import memory_cases
import pytest
import runs
import tracing
from command_line import PROGRAM

from evidence.intake import import_bundle

FEW = """
import dataclasses
from evidence.cli import main
from evidence.memory import analysis
from evidence.memory.plugins.linux import LINUX
analysis.PLUGINS = {"linux": dataclasses.replace(LINUX, run=(LINUX.processes,))}
main()
"""
KIT = """
import sys
from pathlib import Path
sys.path[:] = sys.argv[3:]
import kits
kits.small(kits.provider(Path(sys.argv[1])), Path(sys.argv[2]))
"""


@pytest.fixture
def ran(tmp_path):
    """Runs a command under strace; what a pulled plug would take of what it made."""

    def run(command, *but):
        trace = tmp_path.parent / f"{tmp_path.name}.trace"
        env = runs.environment()
        code, calls = tracing.traced([*map(str, command)], trace, env=env, cwd=tmp_path)
        assert code == 0
        return lasting.lost(calls, tmp_path, *but)

    return run


def test_a_key_in_a_new_folder_lasts(ran, tmp_path):
    out = tmp_path / "a" / "b"
    command = ["keys", "root", "--name", "R", "--no-passphrase", "--output", out]

    assert ran([*PROGRAM, *command]) == []
    assert (out / "root.key").exists()


def test_a_working_copy_lasts_before_the_case_tells_of_it(ran, tmp_path):
    bundle = bundles.sealed(tmp_path / "b", recipients=())

    assert ran([*PROGRAM, "import", bundle, "--into", tmp_path / "case"], ".lock") == []
    assert any((tmp_path / "case" / "hosts" / "b").iterdir())


def test_what_triage_found_lasts_before_it_is_called_done(ran, tmp_path):
    bundle = bundles.sealed(tmp_path / "b", recipients=())
    import_bundle(bundle, tmp_path / "case")

    assert ran([*PROGRAM, "triage", tmp_path / "case"]) == []
    assert any((tmp_path / "case").glob("triage/b/*/triage.json"))


def test_what_volatility_said_lasts_before_it_is_called_done(ran, tmp_path):
    case = memory_cases.case(tmp_path)
    program = memory_cases.volatility(tmp_path)
    command = ["memory", "analyse", case, "--volatility", program]

    assert ran([sys.executable, "-c", FEW, *command]) == []
    assert any(case.glob("memory/bundle/*/analysis.json"))


def test_a_kit_lasts_before_it_has_its_name(ran, tmp_path):
    home, kit = tmp_path / "home", tmp_path / "new" / "kit"
    command = [sys.executable, "-c", KIT, home, kit, *sys.path]

    assert [each for each in ran(command) if each.startswith("new")] == []
    assert (kit / "kit.json").exists()


def test_a_second_copy_lasts(ran, tmp_path):
    source, one, two = (tmp_path / name for name in ("source", "one", "two"))
    for folder in (source, one):
        folder.mkdir()
    (source / "note").write_text("hello")
    command = ["collect", "--source", source, "--output", one, "--second-copy", two]

    assert ran([*PROGRAM, *command]) == []
    assert any(two.glob("HZ_*/manifest.json"))
