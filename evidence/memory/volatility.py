"""Volatility 3, run as a program of its own: found, asked for its versions, and kept in bounds.

It reads what an intruder wrote: each run has a limit of time, memory and output, no network, no
settings of whoever runs it, and nothing of ours in its process.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from evidence.memory.errors import ProgramError

MOST_OUTPUT = 2 << 30  # bytes of one plugin
MOST_MEMORY = 16 << 30  # bytes of address space; usual are 0.3 GiB
_ANSWERS = 120  # seconds to say the versions
_SAID = 2000  # bytes of its last words
# The first lines of a script as pip writes it, the second form where the path is long.
_PYTHON = re.compile(rb"#!(?:/bin/sh\n'''exec' )?\"?(/[^\"\n]*python[0-9.]*)")
_NO_PYTHON = {errno.ENOENT, errno.EACCES, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENOEXEC}
"""What the system answers for an interpreter that is none; all else is no fault of the script."""
_ASKED = """
import json, sys
sys.modules["jsonschema"] = None
import volatility3.plugins
from volatility3 import framework
from volatility3.framework import constants
framework.import_files(volatility3.plugins, True)
print(json.dumps({"version": constants.PACKAGE_VERSION, "plugins": {
    name: ".".join(map(str, each.version)) for name, each in framework.list_plugins().items()}}))
"""
# Beside Volatility, jsonschema holds ten megabytes of symbols against a schema: 105 seconds for 10.
_NO_SCHEMA = 'raise ImportError("left out: symbols are not held against a schema at each start")\n'


class Versions(msgspec.Struct, frozen=True):
    """What it says of itself."""

    version: str
    plugins: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of one plugin."""

    command: Sequence[str]
    seconds: int
    error: str
    """Empty when it ended well."""
    messages: str
    """The file beside its output that holds what it said of its work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volatility:
    """The program, and what it says of itself."""

    program: Path
    versions: Versions

    def run(self, plugin: str, image: str, folder: Path, output: Path, *, limit: int) -> Run:
        """Run a plugin in a folder that `prepare` made.

        Args:
            plugin: its full name.
            image: the image's path, as seen from the folder.
            folder: where `symbols` and `cache` are.
            output: the file to write its rows to, as JSON lines.
            limit: seconds that it may take.
        """
        command = [
            str(self.program), "-q", "--offline", "--cache-path", "cache", "-s", "symbols",
            "-f", image, "-r", "jsonl", plugin,
        ]  # fmt: skip
        begun = time.monotonic()
        said = output.with_suffix(".stderr")
        with output.open("xb") as out, said.open("xb") as err:
            process = subprocess.Popen(  # noqa: S603 - what the analyst installed or named
                command, cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL, stdout=out,
                stderr=err, start_new_session=True,
            )  # fmt: skip
            error = _awaited(process, limit)
        seconds = round(time.monotonic() - begun)
        words = _last_words(said)
        return Run(
            command=command, seconds=seconds, error=f"{error}: {words}" if error else "",
            messages=said.name,
        )  # fmt: skip


def find_volatility(program: str | None = None) -> Volatility:
    """The program: the one that is named, else beside our interpreter, else on the PATH.

    Raises:
        ProgramError: there is none, or it is not Volatility 3.
    """
    beside = Path(sys.executable).with_name("vol")
    found = shutil.which(program or (str(beside) if beside.exists() else "vol"))
    if found is None:
        raise ProgramError("no_program", program=program or "vol")
    return Volatility(program=Path(found).absolute(), versions=_versions(Path(found)))


def _versions(program: Path) -> Versions:
    """What the program's own interpreter says: its command line tells no plugin's version."""
    with program.open("rb") as file:
        python = _PYTHON.match(file.read(1024))
    if python is None:
        raise ProgramError("no_script", program=program)
    with tempfile.TemporaryDirectory() as home:
        try:
            told = subprocess.run(  # noqa: S603 - what the analyst installed or named
                [os.fsdecode(python[1]), "-c", _ASKED], env=_plain(home), check=True,
                capture_output=True, timeout=_ANSWERS, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            return msgspec.json.decode(told.stdout, type=Versions)
        except msgspec.DecodeError as error:
            raise ProgramError("no_version", program=program, why=error) from error
        except subprocess.TimeoutExpired as error:
            why = f"stopped after {_ANSWERS} seconds"
            raise ProgramError("no_version", program=program, why=why) from error
        except subprocess.CalledProcessError as error:
            why = _last_line(error.stderr)
            raise ProgramError("no_version", program=program, why=why) from error
        except OSError as error:
            if error.errno not in _NO_PYTHON:
                raise
            raise ProgramError("no_version", program=program, why=error) from error


def prepare(folder: Path) -> None:
    """Make what a run needs beside the symbols: a cache of its own, and no jsonschema."""
    (folder / "cache").mkdir()
    (folder / "cache" / "jsonschema.py").write_text(_NO_SCHEMA)


def environment(folder: Path) -> dict[str, str]:
    """The variables that it sees."""
    cache = str(folder.absolute() / "cache")
    return _plain(cache) | {"PYTHONPATH": cache}


def _plain(home: str) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": home,
        "XDG_CACHE_HOME": home, "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip


def _awaited(process: subprocess.Popen[bytes], limit: int) -> str:
    """Wait for its end within the limits; why it failed, if it did."""
    try:
        with contextlib.suppress(ProcessLookupError):  # it may have ended already
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (MOST_OUTPUT, MOST_OUTPUT))
            resource.prlimit(process.pid, resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        code = process.wait(limit)
    except subprocess.TimeoutExpired:
        return f"stopped after {limit} seconds"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return f"exit status {code}" if code else ""


def _last_words(said: Path) -> str:
    """The last line that it wrote to standard error."""
    with said.open("rb") as file:
        file.seek(max(0, said.stat().st_size - _SAID))
        return _last_line(file.read())


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "nothing said")
