"""The folder of a new bundle, with those files that are the same in every one."""

from __future__ import annotations

from pathlib import Path

from chain_of_custody.folder import INSTRUCTIONS
from evidence.writing import medium

_BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_TEMPLATES = Path(__file__).resolve().parents[1] / "instructions"


def make_folder(path: Path) -> None:
    """Make it, where nothing is yet.

    Raises:
        OSError: the destination does not take it.
    """
    path.mkdir()
    for name in ("data", "custody"):
        (path / name).mkdir()
    medium.write_whole(path / "bagit.txt", _BAGIT)
    for name in INSTRUCTIONS:
        medium.write_whole(path / name, (_TEMPLATES / name).read_bytes())
    medium.sync_folder(path.parent)
