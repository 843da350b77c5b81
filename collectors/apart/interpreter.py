"""Our own interpreter, started once more for what must not happen in this process.

A kit brings its own C library, so that it runs where none fits; the loader that the interpreter's
file names is then not there, or too old, and it is started by the one that came along
(docs/decisions/0017-kit.md).
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

from collectors.apart.pipes import close_pipes
from collectors.system import ENVIRONMENT

_OWN_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # where `process_group` is nothing
_IN_A_KIT = ("linux", "python", "bin", "python3")
# glibc gives a heap of more than 128 KiB back after each request, and asks for it again for the
# next: half of the time, where requests are many and small. Told so, it no longer learns by itself
# which sizes come again, and would ask for the room of each large request anew, page by page.
# Nobody else looks at these.
_HEAP = {"MALLOC_TRIM_THRESHOLD_": str(16 << 20), "MALLOC_MMAP_THRESHOLD_": str(8 << 20)}
OPTIONS = ("-I", "-B", "-S", "-c")
"""Of our interpreter, before the code that it runs."""
_PLACES = "import json, sys; sys.path[:] = json.loads(sys.argv[1])\n"


def command(executable: Path | None = None) -> list[str]:
    """The command line up to the interpreter's own options.

    Args:
        executable: the interpreter; that which runs this, where none is given.
    """
    executable = executable or Path(sys.executable)
    if executable.parts[-len(_IN_A_KIT) :] != _IN_A_KIT:
        return [str(executable)]
    libraries = executable.parents[2] / "glibc"
    loaders = [str(each) for each in libraries.glob("ld-linux*")]
    return [*loaders, "--inhibit-cache", "--library-path", str(libraries), str(executable)]


def begin(code: str, argument: str) -> subprocess.Popen[bytes]:
    """A process of ours with pipes to it, isolated from the host's environment.

    It is in a group of its own: Ctrl-C must end us in order, not the read. Its standard error leads
    nowhere, by a pipe: a host may have no /dev/null.

    Args:
        code: what it runs.
        argument: what the code finds in `sys.argv[1]`.

    Raises:
        OSError: EIO, whatever is missing: it must not pass for evidence that isn't there.
    """
    nobody, silent = os.pipe()
    os.close(nobody)
    try:
        return subprocess.Popen(  # noqa: S603 - fixed arguments, no shell, empty environment
            [*command(), *OPTIONS, code, argument],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=silent, bufsize=0, cwd="/",
            env={**ENVIRONMENT, **_HEAP}, process_group=0, creationflags=_OWN_GROUP,
        )  # fmt: skip
    except OSError as error:
        raise OSError(errno.EIO, f"a process of ours can't be started: {error}") from error
    finally:
        os.close(silent)


def begin_beside(code: str) -> subprocess.Popen[bytes]:
    """The same, for code that finds the modules that this process finds.

    Args:
        code: what it runs.

    Raises:
        OSError: as above.
    """
    return begin(_PLACES + code, json.dumps([place for place in sys.path if place]))


def end(child: subprocess.Popen[bytes]) -> None:
    """End a process of ours, whatever it is at."""
    child.kill()  # first: a thread may still be writing to it
    close_pipes(child)
    child.wait()
