"""A set of rules in Sigma's language: a folder of them, or one file."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from collectors.system import PLAIN
from evidence.packs.errors import SetError
from evidence.packs.folder import files_in, own_name
from evidence.packs.rule_files import BYTES, RuleFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class SigmaSet(RuleFiles):
    """Rules over the events of logs."""

    endings: ClassVar[tuple[str, ...]] = (".yml", ".yaml")


def sigma_set(path: Path, licence: str | None = None) -> SigmaSet:
    """The rules of a folder and of all folders below it, or of a file.

    Args:
        path: of either.
        licence: under which they stand.

    Raises:
        SetError: no rules, too many, or nobody says under which licence.
    """
    files = files_in(path, SigmaSet.endings) if path.is_dir() else {path.name: _bytes_of(path)}
    name = own_name(path if path.is_dir() else path.with_suffix(""))
    return SigmaSet(name=name, licence=licence or "", files=files)


def _bytes_of(path: Path) -> bytes:
    """Of a regular file, since a pipe may never end."""
    try:
        with os.fdopen(os.open(path.resolve(), PLAIN), "rb") as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return file.read(BYTES + 1)
    except OSError as error:
        raise SetError("at", path=path, why=error.strerror) from error
    raise SetError("at", path=path, why=SetError("no_sigma"))
