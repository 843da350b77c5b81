"""The interpreter of a Linux kit: the one that runs this, with its library, its loader and its C.

So that the kit starts where no Python is, or where the C library is older than the one that the
interpreter was built with.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import sysconfig
from fnmatch import fnmatch
from pathlib import Path

from evidence.kit.carried.licences import copy_terms
from evidence.kit.carried.wheels import put
from evidence.kit.description import Runtime
from evidence.kit.errors import KitError, KitProgramError
from evidence.kit.listing import entries
from evidence.kit.places import LIBRARIES, PYTHON

_LEFT_OUT = (
    "*-packages", "__pycache__", "config-*", "ensurepip", "idlelib", "lib2to3", "pydoc_data",
    "sitecustomize.py", "test", "tests", "tkinter", "turtle*", "venv",
    "_sysconfigdata*",  # paths of the machine that the interpreter was built on
    # Extension modules whose libraries are under the GPL, or that speak with desktops and tests.
    "readline.*", "_gdbm.*", "_dbm.*", "_curses*", "_tkinter*", "_test*", "_xxtest*", "xx*",
    "nis.*", "ossaudiodev.*", "_ctypes_test*",
)  # fmt: skip
_LOADER = re.compile(r"^\s*(/\S*/(ld-linux\S*)) \(0x[0-9a-f]+\)$", re.MULTILINE)
_NEEDED = re.compile(r"^\s*(\S+) => (.+?)(?: \(0x[0-9a-f]+\))?$", re.MULTILINE)


def copy_interpreter(linux: Path) -> Runtime:
    """Bring the interpreter that runs this; its libraries come later, when all is there.

    Args:
        linux: the kit's folder for Linux.

    Raises:
        KitError: this is no CPython on Linux with glibc.
    """
    here = (sys.implementation.name, platform.libc_ver()[0], platform.machine())
    if here != ("cpython", "glibc", "x86_64"):
        raise KitError("not_here", found=", ".join(here))
    executable = Path(getattr(sys, "_base_executable", sys.executable)).resolve()  # no venv's
    put(linux / PYTHON, executable.read_bytes(), 0o755)
    home = Path(PYTHON).parents[1] / sys.platlibdir / f"python{python_version()}"
    _copy_tree(Path(sysconfig.get_path("stdlib")), linux / home)
    return Runtime(python=platform.python_version(), source=f"glibc {platform.libc_ver()[1]}")


def python_version() -> str:
    """Of the interpreter that runs this, as wheels name it: `3.11`."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _copy_tree(source: Path, target: Path) -> None:
    """Copy what a collection can need of a standard library; links become what they lead to."""
    for each in sorted(source.iterdir()):
        if any(fnmatch(each.name, pattern) for pattern in _LEFT_OUT):
            continue
        if each.is_dir():
            _copy_tree(each, target / each.name)
        else:
            put(target / each.name, each.read_bytes())


def copy_libraries(linux: Path) -> None:
    """Bring the loader and every shared library that anything in a kit needs.

    Raises:
        KitError: one of them is not on this machine.
        KitProgramError: ldd(1) can't be run.
    """
    linux = linux.resolve()  # as ldd names what lies in it
    objects = [linux / PYTHON, *(e.path for e in entries(linux) if _shared(e.name, e.kind))]
    told = _ldd(objects)
    needed = {Path(found[1]).name: Path(found[1]) for found in _LOADER.finditer(told)}
    for name, place in _NEEDED.findall(told):
        if place == "not found":
            raise KitError("library", path=linux, name=name)
        if not Path(place).is_relative_to(linux):  # wheels bring some of their own beside them
            needed[Path(name).name] = Path(place)
    for name, path in needed.items():
        put(linux / LIBRARIES / name, path.read_bytes(), 0o755)
    copy_terms(needed.values(), linux)


def _shared(name: str, kind: str) -> bool:
    return kind == "file" and re.search(r"\.so(\.|$)", name) is not None


def _ldd(objects: list[Path]) -> str:
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - our own files
            ["ldd", *map(str, objects)], capture_output=True, text=True, check=False,  # noqa: S607 - the builder's PATH
            env=environment,
        )  # fmt: skip
    except OSError as error:
        raise KitProgramError("program", name="ldd", why=error) from error
    if done.returncode != 0:
        raise KitProgramError("program", name="ldd", why=done.stderr.strip())
    return done.stdout
