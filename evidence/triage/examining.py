"""What was found in an examination, as the custody log pins it: a digest, and never a name.

The log lies open beside encrypted volumes, and a file of results may be called after a patient.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import msgspec

from chain_of_custody.digest import sha256_of
from chain_of_custody.documents import Documents
from chain_of_custody.event import Check, EventType
from collectors.system import READ
from evidence.custody.appending import CustodianError
from evidence.observed.document import DOCUMENT, Triage, read_triage

_READ = READ | getattr(os, "O_NONBLOCK", 0)
EXAMINATION, TRIAGE = "an examination", "the results of a triage"


def examined(found: Documents, result: Path | None, tool: str | None) -> tuple[EventType, Check]:
    """The type of the event, and what stands in its `check`.

    Args:
        found: the bundle's signed documents.
        result: a file of results, or the folder of a triage; None where nothing was written.
        tool: by what means, where somebody says so; a triage says it itself.

    Raises:
        CustodianError: no such file, or a triage of another bundle, or one that was changed.
    """
    if result is None:
        return "examined", Check(what=EXAMINATION, result=None, version=tool)
    if result.is_dir():
        done = _triage(found, result)
        check = Check(what=TRIAGE, result=_digest(result / DOCUMENT), version=tool or done.tool)
        return "triage", check
    return "examined", Check(what=EXAMINATION, result=_digest(result), version=tool)


def _digest(path: Path) -> str:
    """Of a plain file; of a pipe or a device there is no end."""
    try:
        with os.fdopen(os.open(path, _READ), "rb", buffering=0) as file:
            plain = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            digest = sha256_of(file)[0] if plain else None
    except OSError as error:
        raise CustodianError("result_unreadable", 2, path=path, why=error.strerror) from error
    if digest is None:
        raise CustodianError("result_no_file", 2, path=path)
    return f"sha256 {digest}"


def _inside(folder: Path, name: str) -> Path:
    """A file that a triage names: it may be somebody else's, and leads nowhere but into it."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise CustodianError("result_outside", 2, path=path)
    return path


def _triage(found: Documents, folder: Path) -> Triage:
    """A finished triage of this bundle; its document names the digest of every other file."""
    try:
        done = read_triage(folder)
    except FileNotFoundError as error:
        raise CustodianError("result_no_triage", 2, path=folder, file=DOCUMENT) from error
    except (msgspec.MsgspecError, ValueError, OSError) as error:
        raise CustodianError("result_unreadable", 2, path=folder / DOCUMENT, why=error) from error
    if done.bundle_id != found.events[0].event.bundle:
        raise CustodianError("result_of_another", 2, path=folder)
    for name, digest in done.files.items():
        if _digest(_inside(folder, name)) != f"sha256 {digest}":
            raise CustodianError("result_changed", 1, path=folder / name, file=DOCUMENT)
    return done
