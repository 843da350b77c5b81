"""Runs of the program in processes of their own, for tests that break them, and what they leave.

Run as a program it is `hozen` with constants changed: `bundle.VOLUME_SIZE=65536 -- collect`.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import forks

READY = b"ready\n"

# A process begins with the mark of the one that forked it, so that a small one goes between.
MEASURED = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(child.pid, 0)
with open(sys.argv[1], "w") as file:
    file.write(str(usage.ru_maxrss))
os._exit(os.waitstatus_to_exitcode(status))
"""
"""A program that runs another and writes the most memory that it held, in KiB, to a file."""


@dataclass(frozen=True)
class Ended:
    """How a run ended, and what it said."""

    code: int
    out: str
    err: str


def command(*arguments: object, settings: Mapping[str, int] | None = None) -> list[str]:
    """The command line of the program, some of its constants changed."""
    return [sys.executable, __file__, *_words(arguments, settings)]


def _words(arguments: Sequence[object], settings: Mapping[str, int] | None) -> list[str]:
    changed = [f"{name}={value}" for name, value in (settings or {}).items()]
    return [*changed, "--", *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    """A plain one. Without HOME the interpreter itself would ask the name service at its start."""
    kept = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    return {**kept, "HOZEN_LANG": "en", "LC_ALL": "C.UTF-8", **more}


def hozen(
    *arguments: object,
    settings: Mapping[str, int] | None = None,
    before: Sequence[str] = (),
    **options,
) -> Ended:
    """Run the program to its end: in a fork, or by another program that is named before it."""
    if before or options:
        done = subprocess.run(
            [*before, *command(*arguments, settings=settings)], capture_output=True,
            env=environment(), check=False, timeout=250, **options,
        )  # fmt: skip
        code, out, err = done.returncode, done.stdout, done.stderr
    else:
        code, out, err = forks.run("runs", _words(arguments, settings), environment(), timeout=250)
    return Ended(code, out.decode(), err.removeprefix(READY).decode())


def begun(
    *arguments: object, settings: Mapping[str, int] | None = None, started: bool = False
) -> forks.Fork | subprocess.Popen[bytes]:
    """A run that has just come to life: everything is imported, nothing is done yet.

    It leads a session of its own; it is a fork, if it isn't to be a process that was started.
    """
    if started:
        child = subprocess.Popen(
            command(*arguments, settings=settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(), start_new_session=True,
        )  # fmt: skip
    else:
        child = forks.Fork("runs", _words(arguments, settings), environment())
    assert child.stderr.readline() == READY
    return child


def ended(child) -> Ended:
    """Wait for a run that was begun."""
    out, err = child.communicate(timeout=120)
    return Ended(child.returncode, out.decode(), err.decode())


def bundle_in(folder: Path) -> Path | None:
    """The one bundle that lies there, or None."""
    found = [path for path in folder.iterdir() if path.name.startswith("HZ_") and path.is_dir()]
    assert len(found) <= 1
    return found[0] if found else None


def digests(tree: Path) -> dict[str, str]:
    """The SHA-256 of every file below a folder, by the path that a collection gives it."""
    root = os.fsencode(tree)
    return {
        os.fsdecode(os.path.join(here, name)[len(root) :]): digest(os.path.join(here, name))
        for here, _, names in os.walk(root)
        for name in names
    }


def this_year() -> str:
    """By this machine's clock."""
    return time.strftime("%Y", time.gmtime())


def digest(path: bytes | str | Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(arguments: Sequence[str]) -> None:
    split = arguments.index("--")
    importlib.import_module("evidence.cli.collect")
    for setting in arguments[:split]:
        name, _, value = setting.partition("=")
        module, _, constant = name.rpartition(".")
        loaded = importlib.import_module(module)
        assert hasattr(loaded, constant)
        setattr(loaded, constant, int(value))
    # A suite that was begun in the background ignores Ctrl-C, and so would what it begins.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.write(2, READY)
    importlib.import_module("evidence.cli").main(list(arguments[split + 1 :]))


if __name__ == "__main__":
    main(sys.argv[1:])
