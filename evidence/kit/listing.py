"""`MANIFEST-sha256.txt`: every file of a kit with its digest, as sha256sum(1) reads it.

And what really lies in a folder, to be held against it.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from chain_of_custody.digest import sha256_of
from evidence.kit.errors import KitAlteredError, KitError

NAME = "MANIFEST-sha256.txt"
SIGNATURE = "MANIFEST-sha256.txt.p7s"
UNLISTED = frozenset({NAME, SIGNATURE})
_LINE = re.compile(r"([0-9a-f]{64})  ([^\n\r\\]+)")  # sha256sum escapes a name with a backslash
_MOST = 16 << 20  # bytes of a manifest; a kit of 10,000 files has one of 1 MiB
_NO_FILE = "a link, or no file"

Kind = Literal["file", "link", "folder", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One name below a folder."""

    name: str
    """From the folder on, with `/`."""
    kind: Kind
    path: Path


def _raise(_name: str, error: OSError) -> None:
    raise error


def entries(
    folder: Path, below: str = "", *, shut: Callable[[str, OSError], None] = _raise
) -> Iterator[Entry]:
    """Everything below a folder, sorted; links are named and never followed.

    Args:
        folder: where to begin.
        below: the name of a folder in it, if only that is meant.
        shut: hears of a folder that can't be looked into; without it, that is an error.
    """
    try:
        with os.scandir(folder / below) as found:
            inside = sorted(found, key=lambda one: one.name)
    except OSError as error:
        shut(below, error)
        return
    for each in inside:
        name = f"{below}/{each.name}" if below else each.name
        try:
            entry = Entry(name=name, kind=_kind(each), path=Path(each.path))
        except FileNotFoundError:  # it took another name since, as what is written whole does
            continue
        yield entry
        if entry.kind == "folder":
            yield from entries(folder, name, shut=shut)


def _kind(found: os.DirEntry[str]) -> Kind:
    if found.is_symlink():
        return "link"
    try:
        mode = found.stat(follow_symlinks=False).st_mode
    except FileNotFoundError:
        raise
    except OSError:  # the medium fails: nothing that could be read
        return "other"
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


def content(kit: Path, name: str) -> bytes:
    """The bytes of one of a kit's own documents, as far as such a document can be long.

    Args:
        kit: its folder.
        name: from the folder on.

    Raises:
        OSError: it can't be read; ELOOP where it is no plain file of the kit: a link could lead to
            anything, and a pipe has no end.
    """
    path = kit / name
    if not stat.S_ISREG(path.lstat().st_mode) or path.resolve() != kit.resolve() / name:
        raise OSError(errno.ELOOP, _NO_FILE, str(path))
    with path.open("rb") as file:
        return file.read(_MOST)


def read(kit: Path) -> bytes:
    """The manifest's bytes.

    Raises:
        KitError: there is none: not a kit.
        KitAlteredError: a link or a pipe stands in its place.
        OSError: it can't be read.
    """
    try:
        return content(kit, NAME)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise KitError("not_a_kit", path=kit, name=NAME) from error
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise KitAlteredError("no_list", path=kit / NAME) from error
