"""How a folder looks: which tool may have filled it. A suggestion, never more."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Literal

from collectors.received.steps import LOG, system_of

if TYPE_CHECKING:
    from collectors.files.source import Source

Shape = Literal["native-linux", "native-windows", "cdir", "kape", "evtx"]
# CDIR-Collector: the folder's name (its manual), and the folders in it (its source, CDIR.cpp).
_CDIR_NAME = re.compile(r".+_[0-9]{14}")
_CDIR_FOLDERS = {"NTFS", "Evtx", "Prefetch", "Registry", "WMI", "SRUM", "Web"}
_KAPE_LOG = re.compile(r".*_(CopyLog\.csv|ConsoleLog\.txt|SkipLog\.csv)", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]")
_HEAD = 64  # bytes of the log that name its system


def shape_of(source: Source) -> Shape | None:
    """Which tool a folder looks like; None where it looks like none that is known.

    Raises:
        OSError: the folder can't be listed, or the beginning of its log not read.
    """
    entries = source.listing("/")
    files = {name for name, type_ in entries if type_ == "f"}
    folders = {name for name, type_ in entries if type_ == "d"}
    if LOG[1:] in files:
        system = system_of(source.snapshot(LOG, limit=_HEAD).data)
        if system is not None:
            return "native-linux" if system == "linux" else "native-windows"
    if _CDIR_NAME.fullmatch(posixpath.basename(source.root)) and folders & _CDIR_FOLDERS:
        return "cdir"
    if any(map(_KAPE_LOG.fullmatch, files)) and any(map(_DRIVE.fullmatch, folders)):
        return "kape"
    if files and not folders and all(name.lower().endswith(".evtx") for name in files):
        return "evtx"
    return None
