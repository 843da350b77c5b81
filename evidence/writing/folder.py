"""The folder of a new bundle, with those files that are the same in every one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chain_of_custody.folder import INSTRUCTIONS
from evidence.writing import medium

_BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_TEMPLATES = Path(__file__).resolve().parents[1] / "instructions"
FIRST = "custody/00001.json"
"""Signed before anything is read; no two bundles have the same."""


def make_folder(path: Path) -> None:
    """Make it, where nothing is yet.

    Raises:
        OSError: the destination does not take it; nothing is left of it.
    """
    path.mkdir()
    with unless_begun(path):
        for name in ("data", "custody"):
            (path / name).mkdir()
        medium.write_whole(path / "bagit.txt", _BAGIT)
        for name in INSTRUCTIONS:
            medium.write_whole(path / name, (_TEMPLATES / name).read_bytes())
        medium.sync_folder(path.parent)


@contextmanager
def unless_begun(path: Path) -> Iterator[None]:
    """Take a folder of ours away again where what is done here fails before its first event.

    Nobody could go on with it, and nothing in it is evidence.
    """
    try:
        yield
    except BaseException:
        with suppress(OSError):  # the error that ended it is the one to tell
            medium.refuse_taken(path / FIRST)
            shutil.rmtree(path)
        raise
