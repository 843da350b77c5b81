"""`MANIFEST-sha256.txt`: every file of a kit with its digest, as sha256sum(1) reads it.

And what really lies in a folder, to be held against it.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from chain_of_custody.digest import sha256_of
from evidence.kit.errors import KitError

NAME = "MANIFEST-sha256.txt"
SIGNATURE = "MANIFEST-sha256.txt.p7s"
UNLISTED = frozenset({NAME, SIGNATURE})
_LINE = re.compile(r"([0-9a-f]{64})  ([^\n\r\\]+)")  # sha256sum escapes a name with a backslash
_MOST = 16 << 20  # bytes of a manifest; a kit of 10,000 files has one of 1 MiB

Kind = Literal["file", "link", "folder", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One name below a folder."""

    name: str
    """From the folder on, with `/`."""
    kind: Kind
    path: Path


def entries(folder: Path, below: str = "") -> Iterator[Entry]:
    """Everything below a folder, sorted; links are named and never followed."""
    with os.scandir(folder / below) as found:
        for each in sorted(found, key=lambda one: one.name):
            name = f"{below}/{each.name}" if below else each.name
            entry = Entry(name=name, kind=_kind(each), path=Path(each.path))
            yield entry
            if entry.kind == "folder":
                yield from entries(folder, name)


def _kind(found: os.DirEntry[str]) -> Kind:
    if found.is_symlink():
        return "link"
    mode = found.stat(follow_symlinks=False).st_mode
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) else "other"


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb", buffering=0) as file:
        return sha256_of(file)[0]


def listing(folder: Path) -> bytes:
    """The manifest of a finished folder."""
    names = {each.name: digest(each.path) for each in entries(folder) if each.kind == "file"}
    return encoded(names)


def encoded(digests: Mapping[str, str]) -> bytes:
    """Digests by name as the manifest's text."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def listed(data: bytes, path: Path) -> dict[str, str]:
    """The digests that a manifest names.

    Args:
        data: its bytes.
        path: where they lay, for the error.

    Raises:
        KitError: a line that is none; nothing is skipped.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise KitError("manifest_line", path=path, line=number)
        found[match[2]] = match[1]
    return found


def read(folder: Path) -> bytes:
    """The manifest's bytes.

    Raises:
        KitError: there is none: not a kit.
    """
    try:
        with (folder / NAME).open("rb") as file:
            return file.read(_MOST)
    except OSError as error:
        raise KitError("not_a_kit", path=folder, name=NAME) from error
