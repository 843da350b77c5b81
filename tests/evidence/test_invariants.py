"""What holds whatever happens, where no other test holds it; docs/invariants.md has them all."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import runs
from command_line import run

from evidence.reading.checked import open_bundle

HERE = Path(__file__).resolve().parents[2]

# Nothing of the host is changed or ended.

CHANGES = {
    "os": {
        "remove", "unlink", "rmdir", "rename", "renames", "replace", "removedirs", "truncate",
        "ftruncate", "chmod", "chown", "utime", "mkdir", "makedirs", "link", "symlink", "mknod",
        "mkfifo", "setxattr", "removexattr", "write", "pwrite", "kill", "killpg", "system", "popen",
        "execv", "execve", "posix_spawn", "fork",
    },
    "shutil": {"rmtree", "move", "copy", "copy2", "copyfile", "copytree", "chown"},
    "subprocess": {"Popen", "run", "call", "check_call", "check_output"},
}  # fmt: skip
METHODS = {
    "kill", "terminate", "send_signal", "unlink", "rmdir", "write_bytes", "write_text", "mkdir",
    "touch", "symlink_to", "hardlink_to",
}  # fmt: skip
OURS = {
    # What reads in a process apart is our own interpreter, and is ended when it hangs.
    "apart/interpreter.py subprocess.Popen": 1, "apart/interpreter.py .kill": 1,
    "files/guard.py .kill": 1, "apart/pipes.py os.write": 2,
    # An imager that the operator brought, and what it began.
    "ram/imager/execution.py subprocess.Popen": 1, "ram/imager/execution.py os.kill": 1,
    "ram/imager/execution.py os.killpg": 1, "ram/imager/windows.py subprocess.Popen": 1,
    "ram/imager/windows.py .kill": 1,
}  # fmt: skip
"""All that collectors begin, end or write to."""


def changes(path: Path) -> Iterator[str]:
    """The calls in a module that could change or end something."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        of, name = node.func.value, node.func.attr
        module = of.id if isinstance(of, ast.Name) else ""
        if name in CHANGES.get(module, ()):
            yield f"{module}.{name}"
        elif name in METHODS and module not in CHANGES:
            yield f".{name}"


def test_collectors_end_nothing_but_what_they_began_and_change_nothing():
    home = HERE / "collectors"
    found = Counter(
        f"{path.relative_to(home).as_posix()} {call}"
        for path in home.rglob("*.py")
        for call in changes(path)
    )

    assert found == OURS


VERBS = (
    "Adjust|Change|Clear|Control|Copy|Create|Delete|Exit|Export|Initiate|Install|Load|Move|Open|"
    "Remove|Replace|Reset|Restore|Resume|Save|Set|Shutdown|Start|Stop|Suspend|Terminate|Unload|"
    "Write"
)  # fmt: skip
ACTS = re.compile(rf"(?:Nt|Zw|Reg|Evt|Wts|Lsa|Net)?(?:{VERBS})[A-Z][A-Za-z0-9]*(?<!Error)")
ALLOWED = {
    "CreateFileW",  # of what is there, to be read
    "CreateToolhelp32Snapshot", "NtOpenKeyEx", "OpenProcess", "OpenSCManagerW",  # to be asked
    "SetPriorityClass", "SetConsoleMode", "WriteConsoleW",  # of our own process and window
    "CreateJobObjectW", "SetInformationJobObject", "NtResumeProcess",  # around an imager
    "TerminateJobObject",
    "StartType", "OpenBSD",  # a value's name, and a kind of partition
}  # fmt: skip


def test_no_function_of_windows_that_changes_the_host_is_named():
    named = {
        node.value
        for package in ("collectors", "evidence", "chain_of_custody")
        for path in (HERE / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert {name for name in named if ACTS.fullmatch(name)} == ALLOWED


# The same input gives the same records.

LATER = 4_000_000_000  # seconds since 1970: beyond the time of any test


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A folder with a little of each kind."""
    folder = tmp_path_factory.mktemp("tree")
    (folder / "病棟").mkdir()
    (folder / "病棟" / "記録.txt").write_text("患者\n" * 400)
    (folder / "empty").touch()
    (folder / "link").symlink_to("病棟/記録.txt")
    # No flag keeps a file system from noting that a link was read, unless that was noted later.
    os.utime(folder / "link", (LATER, 0), follow_symlinks=False)
    (folder / "large").write_bytes(bytes(range(256)) * 6000)
    return folder


def collected(output: Path, tree: Path, before: tuple[str, ...] = ()) -> Path:
    output.mkdir()
    done = runs.hozen(
        "collect", "--source", tree, "--output", output, "--case", "H-1", "--skip", "yara",
        before=before,
    )  # fmt: skip
    assert done.code == 0, done.err
    return runs.bundle_in(output)


def lasting(bundle: Path) -> list[tuple[object, ...]]:
    """Of each record what is no salt, no time of reading and no number of ours."""
    return [
        (
            record.meta.source, record.meta.kind, record.meta.phase, record.meta.attrs,
            record.meta.times, record.content.status, record.content.size, record.content.sha256,
            record.content.ranges, record.content.parts,
        )
        for record in open_bundle(bundle).records()
        if not record.meta.source.origin.startswith("hozen:")
    ]  # fmt: skip


def test_the_same_folder_gives_the_same_records_but_for_salts_and_times(tree, tmp_path):
    first, second = (lasting(collected(tmp_path / name, tree)) for name in ("first", "second"))

    assert len(first) == 4
    assert first == second


# The hospital's work goes first.


AS_OTHERS = """
import os, sys
os.setpriority(os.PRIO_PROCESS, 0, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Begins a program at the priority of all others, however far back this one runs."""


def test_runs_below_what_keeps_the_hospital_running(tree, tmp_path):
    bundle = collected(tmp_path / "out", tree, before=(sys.executable, "-c", AS_OTHERS))
    assert run("import", bundle, "--into", tmp_path / "case").code == 0
    (told,) = tmp_path.glob("case/hosts/*/hozen/footprint.json")

    assert json.loads(told.read_text())["nice"] == 10


# Clocks.


@pytest.mark.parametrize("shift", ["-10y", "+10y"])
def test_a_clock_that_is_ten_years_wrong_ends_no_run_and_the_bundle_verifies(shift, tree, tmp_path):
    bundle = collected(tmp_path / "out", tree, before=("faketime", "-f", shift))
    clock = json.loads((bundle / "manifest.json").read_text())["clock"]
    year = int(clock["start"]["utc"][:4])

    assert abs(year - int(runs.this_year())) in (9, 10)
    assert int(clock["end"]["mono"]) > int(clock["start"]["mono"])
    assert open_bundle(bundle).verdict.counts["acquired"] >= 4
