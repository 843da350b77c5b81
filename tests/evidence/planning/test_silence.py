"""The tool on the endpoint: it writes to its destination, and nowhere else; it speaks to nobody."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import runs
from hosts import NOBODY, as_nobody, open_to_all
from mounting import STRICTATIME, mounted
from tracing import noises, traced

from chain_of_custody.verdict import Exit
from evidence.reading.checked import open_bundle, verify_bundle

REPOSITORY = Path(__file__).parents[3]
PARTS = ("evidence", "collectors", "chain_of_custody", "rules")
RUN = "import sys; sys.path.insert(0, sys.argv.pop(1)); from evidence.cli import main; main()"


@pytest.fixture
def installed(tmp_path) -> Path:
    """The program as on a stick, in its own folder; but for its first words it's not compiled."""
    home = tmp_path / "program"
    for part in PARTS:
        shutil.copytree(
            REPOSITORY / part, home / part, ignore=shutil.ignore_patterns("__pycache__")
        )
    first = ["evidence/__init__.py", "evidence/cli/__init__.py"]
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", *first], cwd=home, check=True, timeout=60
    )
    assert compiled(home)
    return home


def watched(
    installed: Path, tmp_path: Path, *options: object,
    python: Sequence[str] = (sys.executable,), environment: dict[str, str] | None = None,
) -> tuple[int, list, Path]:  # fmt: skip
    """A whole collection under strace: exit code, calls, destination."""
    output = tmp_path / "out"
    output.mkdir()
    output.chmod(0o777)
    command = [*python, "-c", RUN, installed, "collect", "--output", output, *options]
    code, calls = traced(
        [str(each) for each in command], tmp_path / "trace", cwd="/",
        env=environment or runs.environment(),
    )  # fmt: skip
    return code, calls, output


def compiled(home: Path) -> list[Path]:
    return sorted(home.rglob("*.pyc"))


@pytest.mark.parametrize("profile", ["quick", "full"])
def test_a_live_collection_changes_nothing_and_speaks_to_nobody(installed, tmp_path, profile):
    """A limit ends the longer one in order: a suite has no hour."""
    before = compiled(installed)
    options = ("--profile", profile, "--max-time", "40s")
    code, calls, output = watched(installed, tmp_path, *options)

    assert noises(calls, output, sys.executable) == []
    assert code in (0, 3)
    assert verify_bundle(runs.bundle_in(output)).exit is Exit.VERIFIED
    assert compiled(installed) == before
    assert any(call.name == "write" for call in calls)


def test_what_an_ordinary_user_runs_changes_nothing_either(installed, tmp_path):
    open_to_all(tmp_path)
    python, environment = ordinary_python()
    as_user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    code, calls, output = watched(
        installed, tmp_path, "--profile", "quick", environment=environment,
        python=[*as_user, python, "-S"],  # as a kit starts it: what the system adds is not ours
    )  # fmt: skip
    own = next(at for at, call in enumerate(calls) if call.places[:1] == [python])

    assert noises(calls[own:], output, python) == []  # not of setpriv, which names the user
    assert code == 3
    assert verify_bundle(runs.bundle_in(output)).exit is Exit.VERIFIED


def test_the_collection_of_a_folder_changes_nothing_and_speaks_to_nobody(installed, tmp_path):
    tree = tmp_path / "tree"
    (tree / "deep").mkdir(parents=True)
    (tree / "deep" / "letter.txt").write_bytes(b"Sehr geehrte Damen und Herren\n")
    (tree / "link").symlink_to("deep/letter.txt")
    before = compiled(installed)
    code, calls, output = watched(installed, tmp_path, "--profile", "quick", "--source", tree)

    assert noises(calls, output, sys.executable) == []
    assert code == 0
    assert compiled(installed) == before


NOISY = {
    "writes elsewhere": "open({other!r}, 'w')",
    "makes a folder": "import os; os.mkdir({other!r})",
    "renames out of it": "import os; open({own!r}, 'w').close(); os.rename({own!r}, {other!r})",
    "changes a mode": "import os; os.chmod({there!r}, 0o600)",
    "changes a time": "import os; os.utime({there!r})",
    "changes a mode by a descriptor": "import os; os.chmod(os.open({there!r}, os.O_RDONLY), 0o600)",
    "writes by a descriptor": "import os; os.truncate(os.open({there!r}, os.O_RDWR), 0)",
    "asks the network": "import socket; socket.socket()",
    "makes a pair of sockets": "import socket; socket.socketpair()",
    "runs a program": "import subprocess; subprocess.run(['true'])",
    "signals a stranger": "import os; os.kill(os.getppid(), 0)",
}


@pytest.mark.parametrize("name", NOISY)
def test_the_watch_hears_a_program_that(name, tmp_path):
    own, other, there = tmp_path / "out" / "x", tmp_path / "other", tmp_path / "there"
    own.parent.mkdir()
    there.write_bytes(b"evidence")
    code = NOISY[name].format(own=str(own), other=str(other), there=str(there))
    command = [sys.executable, "-B", "-c", code]
    _, calls = traced(command, tmp_path / "trace", env=runs.environment())

    assert noises(calls, own.parent, sys.executable) != []


def test_the_watch_hears_nothing_of_a_program_that_keeps_to_its_folder(tmp_path):
    code = f"open({str(tmp_path / 'out' / 'x')!r}, 'w').write('kept'); print('said')"
    (tmp_path / "out").mkdir()
    _, calls = traced([sys.executable, "-B", "-c", code], tmp_path / "trace")

    assert noises(calls, tmp_path / "out", sys.executable) == []


# What reading leaves behind.


LONG_AGO = 10**18


def access_times(paths: list[Path]) -> list[int]:
    return [path.stat().st_atime_ns for path in paths]


def test_access_times_of_files_and_folders_stay_as_they_are(tmp_path):
    with mounted(tmp_path / "medium", flags=STRICTATIME) as where:
        tree = Path(where)
        folders = [tree / f"ward {number}" for number in range(3)]
        files = [folder / f"{number}.txt" for folder in folders for number in range(7)]
        for file in files:
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(file.name.encode() * 5000)
        for path in (*files, *folders):
            os.utime(path, ns=(LONG_AGO, LONG_AGO))
        (tmp_path / "out").mkdir()
        done = runs.hozen("collect", "--output", tmp_path / "out", "--source", tree)

        assert done.code == 0, done.err
        assert set(access_times([*files, *folders])) == {LONG_AGO}
        files[0].read_bytes()
        os.listdir(folders[0])
        assert access_times([files[0], folders[0]]) > [LONG_AGO, LONG_AGO]


# Who is no administrator.


def ordinary_python() -> tuple[str, dict[str, str]]:
    """An interpreter that an ordinary user can start, and the environment that it needs."""
    candidates = (sys.executable, "/usr/bin/python3")
    with as_nobody():
        found = [p for p in candidates if os.access(p, os.X_OK, effective_ids=True)]
    folders = [str(REPOSITORY), *(p for p in sys.path if p.endswith("-packages"))]
    return found[0], runs.environment(PYTHONPATH=":".join(folders))


def test_an_ordinary_user_gets_a_sealed_bundle_that_says_what_was_refused(tmp_path):
    output = tmp_path / "out"
    output.mkdir()
    os.chown(output, NOBODY, NOBODY)
    open_to_all(tmp_path)
    python, environment = ordinary_python()
    arguments = ["collect", "--output", str(output), "--profile", "quick"]
    code = "from evidence.cli import main; main()"
    done = subprocess.run(
        ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
         python, "-B", "-c", code, *arguments],
        capture_output=True, text=True, env=environment, cwd="/", check=False, timeout=250,
    )  # fmt: skip
    path = runs.bundle_in(output)

    assert done.returncode == 3, done.stderr
    assert "not run as root" in done.stderr
    assert f"Sealed: {path}" in done.stdout
    opened = open_bundle(path)
    assert opened.verdict.exit is Exit.VERIFIED
    reasons = {r.meta.source.origin: r.meta.reason for r in opened.records()}
    assert reasons["/etc/shadow"] == "denied"
    assert reasons["/etc/passwd"] is None
    assert path.stat().st_uid == NOBODY
