r"""The list of a shortcut that leads from the desktop to its target, folder by folder.

Windows follows this list first, and the path beside it only where the list leads nowhere. Of its
items those of drives, of shares, and of files and folders are read.

After the description of the format by J. Metz ("Windows Shell Item format specification").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.windows.bounds import UntoldError

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAMAGED = "the list of folders that leads to its target is damaged"
_LETTER = re.compile("[A-Za-z]:")
_KIND, _NAMED, _WIDE = 0x70, 0x01, 0x04  # of a type: what it is; a drive's letter; UTF-16
_DRIVE, _FILE, _SHARE = 0x20, 0x30, 0x40
_AT = {_DRIVE: 3, _FILE: 14, _SHARE: 5}  # where an item's name begins
_MORE = b"\x04\x00\xef\xbe"  # marks what Windows adds to a file's item: its long name among it
_LONG = {3: 20, 7: 38, 8: 42, 9: 46}  # where that stands, from these versions on


def path_in(data: bytes) -> str | None:
    r"""The path to which a list leads, `C:\a\b.exe`; None where it leads to no file.

    Raises:
        UntoldError: it is damaged, or leads to a file of which is not known where it is.
    """
    path: str | None = None
    names: list[str] = []
    for item in _items(data):
        kind = item[2] & _KIND
        if (kind == _DRIVE and item[2] & _NAMED) or kind == _SHARE:
            path, names = _text(item[_AT[kind] :], wide=False).rstrip("\\"), []
            if kind == _DRIVE and not _LETTER.fullmatch(path):
                raise UntoldError(_DAMAGED)
        elif kind == _FILE:
            names.append(_name(item))
    if names and path is None:
        raise UntoldError("it leads to a file in a folder that it doesn't name")
    return "\\".join([path, *names]) if path and names else None


def _items(data: bytes) -> Iterator[bytes]:
    """Each with its size before it; two zeros end them."""
    at = 0
    while any(data[at : at + 2]):
        size = int.from_bytes(data[at : at + 2], "little")
        if not 2 < size <= len(data) - at:
            raise UntoldError(_DAMAGED)
        yield data[at : at + size]
        at += size
    if any(data[at:]):
        raise UntoldError(_DAMAGED)


def _name(item: bytes) -> str:
    """A file's or a folder's: the long one, or what there is."""
    begin = item.find(_MORE, _AT[_FILE]) - 4
    if begin >= 0:
        version = int.from_bytes(item[begin + 2 : begin + 4], "little")
        at = max((at for least, at in _LONG.items() if least <= version), default=0)
        if at and (name := _text(item[begin + at :], wide=True)):
            return name
    return _text(item[_AT[_FILE] :], wide=bool(item[2] & _WIDE))


def _text(data: bytes, *, wide: bool) -> str:
    """Up to its zero."""
    text = data.decode("utf-16-le" if wide else "cp932", "replace")
    return text.partition("\0")[0]
