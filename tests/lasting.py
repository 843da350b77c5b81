"""What a pulled plug would take away again of what a traced run wrote."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from tracing import FLUSHING, Call

_WRITING = ("write", "pwrite64", "writev", "sendfile", "copy_file_range", "ftruncate")
_NAMING = ("mkdir", "mkdirat", "link", "linkat", "symlink", "symlinkat")
_OPENING = ("open", "openat")
_RENAMING = ("rename", "renameat", "renameat2")


class _Medium:
    """Bytes and names that wait to be written."""

    def __init__(self) -> None:
        self.bytes: set[str] = set()
        self.names: set[str] = set()

    def hear(self, call: Call) -> None:
        if (call.result or 0) < 0:
            return
        if call.name in _WRITING:
            self.bytes.add(call.opened)
        elif call.name in _NAMING or (call.name in _OPENING and "O_CREAT" in call.rest):
            self.names.add(call.paths[-1])
        elif call.name in _RENAMING:
            self._rename(*call.paths)
        elif call.name in FLUSHING:
            self._flush(call)

    def _rename(self, old: str, new: str) -> None:
        for waiting in (self.bytes, self.names):
            moved = {each for each in waiting if each == old or each.startswith(f"{old}/")}
            waiting -= moved
            waiting |= {new + each.removeprefix(old) for each in moved}
        self.names.add(new)

    def _flush(self, call: Call) -> None:
        if call.name == "syncfs":
            self.bytes.clear()
            self.names.clear()
            return
        self.bytes.discard(call.opened)
        self.names = {each for each in self.names if os.path.dirname(each) != call.opened}


def lost(calls: Sequence[Call], folder: Path, *but: str) -> list[str]:
    """The files and folders below a folder that may be empty, or gone, after the run."""
    medium = _Medium()
    for call in calls:
        medium.hear(call)
    waiting = {os.path.normpath(each) for each in (*medium.bytes, *medium.names)}
    there = (path for path in folder.rglob("*") if path.name not in but)
    return sorted(str(path.relative_to(folder)) for path in there if str(path) in waiting)
