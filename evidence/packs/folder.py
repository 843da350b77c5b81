"""A folder of rules as a set: read once, links refused, its licence named."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from chain_of_custody.findings import escaped
from evidence.packs.errors import SetError
from evidence.packs.rule_files import BYTES, FILES, ends_in
from evidence.packs.rule_set import RuleSet
from evidence.rulebook import examples, index, names
from evidence.rulebook.index import Index
from evidence.rulebook.tables import decoded

_TABLES = (index.NAME, names.NAME, examples.NAME)


def set_in(folder: Path, *, licence: str | None = None, name: str | None = None) -> RuleSet:
    """The rules of a folder and of all folders below it.

    Args:
        folder: with files ending in .yar or .yara; maybe with our tables beside them.
        licence: under which they stand; where there is an index, that says it.
        name: of the set; the folder's where not given.

    Raises:
        SetError: no rules, too many, or nobody says under which licence.
        RulesError: its index can't be read.
    """
    files = files_in(folder, RuleSet.endings, _TABLES)
    found = licence or _licence(files.get(index.NAME))
    if not found:
        raise _refused(folder, "no_licence", table=index.NAME)
    return RuleSet(name=name or own_name(folder), licence=found, files=files)


def own_name(path: Path) -> str:
    """What a set is called by the folder or file that it is."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", path.resolve().name).strip("-._") or "rules"


def files_in(
    folder: Path, endings: tuple[str, ...], beside: Collection[str] = ()
) -> dict[str, bytes]:
    """The files of rules of a folder and of all folders below it, read once, by their path there.

    Args:
        folder: that one.
        endings: of the names of files that hold rules.
        beside: names of other files that are wanted, of the folder itself.

    Raises:
        SetError: it can't be read, or is too large.
    """
    try:
        return _files(folder, _paths(folder, endings, beside))
    except OSError as error:
        raise SetError("at", path=error.filename or folder, why=error.strerror) from error


def _licence(table: bytes | None) -> str:
    if table is None:
        return ""
    return decoded(table, index.NAME, Index).licence


def _files(folder: Path, paths: Iterator[Path]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = BYTES
    for path in paths:
        with path.open("rb") as file:
            data = file.read(left + 1)
        left -= len(data)
        found[path.relative_to(folder).as_posix()] = data
        if left < 0 or len(found) > FILES:
            raise _refused(folder, "too_large", files=FILES, size=BYTES)
    return found


def _paths(folder: Path, endings: tuple[str, ...], beside: Collection[str]) -> Iterator[Path]:
    if not folder.is_dir():
        raise _refused(folder, "no_set")
    for parent, below, files in os.walk(folder, onerror=_stop):
        below.sort()
        for name in below:
            _hold_plain(folder, Path(parent, name))
        for name in sorted(files):
            if ends_in(name, endings) or (Path(parent) == folder and name in beside):
                _hold_plain(folder, Path(parent, name))
                yield Path(parent, name)


def _hold_plain(folder: Path, path: Path) -> None:
    """Rules may stand behind a link, and a pipe may never end: a set without them is another one.

    Raises:
        SetError: it is either.
    """
    if path.is_symlink() or not (path.is_file() or path.is_dir()):
        raise _refused(folder, "no_plain_file", name=escaped(path.relative_to(folder).as_posix()))


def _stop(error: OSError) -> None:
    """What can't be listed may hold rules: a set without them would be another one."""
    raise error


def _refused(folder: Path, key: str, **facts: object) -> SetError:
    return SetError("at", path=folder, why=SetError(key, **facts))
