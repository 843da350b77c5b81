"""How to start our own interpreter once more: by its name, or by the loader that it came with.

A kit brings its own C library, so that it runs where none fits; then the host's loader, which the
interpreter's file names, is not there, or too old (docs/decisions/0017-kit.md).
"""

from __future__ import annotations

import sys
from pathlib import Path

_IN_A_KIT = ("linux", "python", "bin", "python3")


def interpreter() -> list[str]:
    """The command line up to the interpreter's own options."""
    executable = Path(sys.executable)
    if executable.parts[-len(_IN_A_KIT) :] != _IN_A_KIT:
        return [sys.executable]
    libraries = executable.parents[2] / "glibc"
    loader = next(libraries.glob("ld-linux*"))
    return [str(loader), "--inhibit-cache", "--library-path", str(libraries), sys.executable]
