"""The files of a split raw image: image.001 and so on, or image.aa, as split(1) calls them."""

from __future__ import annotations

import os
import re
from itertools import count, product, takewhile
from string import ascii_lowercase
from typing import TYPE_CHECKING

from collectors.disk.marks.signatures import BLANK, UNKNOWN, WIPED, bears, marks_of
from collectors.disk.reader import Files, ImageError
from collectors.disk.tables.mbr import read_mbr

if TYPE_CHECKING:
    from collections.abc import Iterable

_PART = re.compile(r"(?P<stem>.*\.)(?P<number>\d+)$", re.DOTALL)
_LETTERS_APART = 26  # a name further behind the last part than that counts none
_LETTERS = re.compile(r"(?P<stem>.*\.|(?:.*/)?x)(?P<letters>[a-z]{2,3})$", re.DOTALL)


def parts_from(path: str) -> list[str]:
    """The file and those that go on with it.

    Raises:
        ImageError: it isn't the first of them, or one between them is missing.
    """
    found = _PART.match(path)
    if not found:
        return _lettered(path)
    stem, width, number = found["stem"], len(found["number"]), int(found["number"])
    there = _numbers(stem, width)
    first = min(there & {0, 1}, default=None)
    if first is None and not found["number"].startswith("0"):
        return [path]  # an ending that is a year, say
    others = {f"{stem}{each}" for each in there - {first}}
    if str(number) == found["number"] and others and _are_disks({path, *others}):
        return [path]  # numbers of disks, and none of pieces
    if first is None or first != number:
        begins = 1 if first is None else first
        raise ImageError("first_segment", path=path, first=f"{stem}{begins:0{width}d}")
    missing = next(each for each in count(first) if each not in there)
    if after := [each for each in there if each > missing]:
        raise ImageError(
            "segment", path=f"{stem}{missing:0{width}d}", after=f"{stem}{min(after):0{width}d}"
        )
    return [f"{stem}{each:0{width}d}" for each in range(first, missing)]


def _lettered(path: str) -> list[str]:
    """The same where letters count them; an ending that counts none is a part of the name."""
    found = _LETTERS.match(path)
    if not found:
        return [path]
    stem, width = found["stem"], len(found["letters"])
    if not os.path.isfile(stem + "a" * width):
        return [path]
    there = _endings(stem)
    names = ["".join(letters) for letters in product(ascii_lowercase, repeat=width)]
    parts = list(takewhile(there.__contains__, names))
    later = [name for name in names[len(parts) :][:_LETTERS_APART] if name in there]
    if not parts or (path == stem + parts[0] and not parts[1:] + later):
        return [path]
    if _are_disks(stem + each for each in {found["letters"], *(parts + later)[:2]}):
        return [path]
    if path != stem + parts[0]:
        raise ImageError("first_segment", path=path, first=stem + parts[0])
    if later:
        raise ImageError("segment", path=stem + names[len(parts)], after=stem + later[0])
    return [stem + each for each in parts]


def _are_disks(paths: Iterable[str]) -> bool:
    """Whether each of these files begins as a disk or a file system does, and in no middle."""
    return all(map(_is_a_disk, paths))


def _is_a_disk(path: str) -> bool:
    reader = Files([path])
    try:
        named = [m for m in marks_of(reader) if m not in (UNKNOWN, BLANK, WIPED)]
        return read_mbr(reader) is not None or any(bears(reader, mark) for mark in named)
    finally:
        reader.close()


def _numbers(stem: str, width: int) -> set[int]:
    """Which segments of this name lie in its folder."""
    widths = (width, width + (width > 2))  # .999 goes on with .1000
    found = {int(e) for e in _endings(stem) if e.isascii() and e.isdigit() and len(e) in widths}
    return {each for each in found if os.path.isfile(f"{stem}{each:0{width}d}")}


def _endings(stem: str) -> set[str]:
    """How the files of a folder end whose names begin like this."""
    folder, begins = os.path.split(stem)
    names = [each for each in os.listdir(folder or os.curdir) if each.startswith(begins)]
    return {name[len(begins) :] for name in names if os.path.isfile(os.path.join(folder, name))}
