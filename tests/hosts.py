"""Small worlds: folders that look like the root of a machine."""

from __future__ import annotations

import ast
import importlib
import os
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from collectors.artifact import Artifact, Gap
from collectors.files.mounts import Mounts
from collectors.files.source import Source

NOBODY = 65534


@dataclass(frozen=True)
class Taken:
    """What a reading gave, and what it said of itself afterwards."""

    data: bytes
    reading: object

    def __getattr__(self, name):
        return getattr(self.reading, name)


class LinuxHost:
    """A folder that looks like a Linux root; each `with_` gives the host back."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> str:
        return str(self.root) + name

    def with_file(self, name, content=b"", *, mode=0o644, mtime=None):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        os.chmod(path, mode)
        if mtime is not None:
            os.utime(path, ns=(mtime, mtime))
        return self

    def with_link(self, name, target):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        os.symlink(target, self.path(name))
        return self

    def with_fifo(self, name):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        os.mkfifo(self.path(name))
        return self

    def with_folder(self, name):
        os.makedirs(self.path(name), exist_ok=True)
        return self

    def source(self, **options) -> Source:
        options.setdefault("mounts", Mounts([]))
        return Source(str(self.root), live=False, **options)


def linux(tmp_path: Path) -> LinuxHost:
    """An empty host below this folder, with an account list that names root."""
    root = tmp_path / "root"
    root.mkdir()
    return LinuxHost(root).with_file("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n")


def read(artifact: Artifact, *, piece: int = 1 << 20) -> Taken:
    """Read an artifact to its end, as the pipeline does."""
    reading, room = artifact.open(), memoryview(bytearray(piece))
    data = bytearray()
    try:
        while count := reading.readinto(room):
            data += room[:count]
    finally:
        reading.close()
    return Taken(bytes(data), reading)


def artifacts(found) -> dict[str, Artifact]:
    """The artifacts by origin; an origin that comes twice is a fault of the collector."""
    taken = [one for one in found if isinstance(one, Artifact)]
    by_origin = {one.origin: one for one in taken}
    assert len(taken) == len(by_origin)
    return by_origin


def gaps(found) -> dict[str, Gap]:
    """The gaps by origin."""
    return {one.origin: one for one in found if isinstance(one, Gap)}


def open_to_all(folder: Path) -> None:
    """Let an ordinary user reach a temporary folder of pytest's.

    What everybody shares, such as /tmp, is left as it is: other runs are at work in it.
    """
    shared = Path(tempfile.gettempdir())
    own = [one for one in (folder, *folder.parents) if shared in one.parents]
    assert own, f"{folder}: for an ordinary user, --basetemp has to lie below {shared}"
    for one in own:
        os.chmod(one, 0o755)


@contextmanager
def as_nobody():
    """Be an ordinary user for a while."""
    load_all()
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@cache
def load_all() -> None:
    """Load what the program loads late: the interpreter may lie where only root may look."""
    named = set()
    for package in ("chain_of_custody", "collectors", "evidence"):
        for path in Path(importlib.import_module(package).__file__).parent.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.Import):
                    named |= {each.name for each in node.names}
                elif isinstance(node, ast.ImportFrom):
                    named.add(node.module)
    for name in sorted(named):
        with suppress(ImportError):  # of another system
            importlib.import_module(name)
