"""The registry as text, as its editor exports it: one key after another, each with its values.

"Windows Registry Editor Version 5.00" in UTF-16LE. Beside what an editor writes, comments say when
a key was last written to, its class, and what was not read; text that would not come back byte for
byte (no zero at its end, line ends in it) stands in hexadecimal digits. Of a name that no line can
hold each such letter is shown as `{U+0000}`, and a comment has all of it in hexadecimal digits.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.live_windows.calls.keys import About, Value

HEADER = "\ufeffWindows Registry Editor Version 5.00\r\n"
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
"""What a line can't hold, or not so that every program reads the same: halves of pairs with it."""
_SZ, _BINARY, _DWORD, _LINK = 1, 3, 4, 6
_BEGAN = datetime(1601, 1, 1, tzinfo=UTC)
_TICKS = 10_000_000  # a second, as Windows counts
_ROW, _ROWS = 25, 2048  # bytes a line; lines that are made at once


def shown(name: str) -> str:
    """A name in one line."""
    return _ODD.sub(lambda found: f"{{U+{ord(found[0]):04X}}}", name)


def key(path: str, name: str, written: int) -> str:
    """The line that a key begins with, and when it was last written to."""
    return f"\r\n[{path}]\r\n{_whole('name', name)}; written {time(written)}\r\n"


def kind(about: About) -> str:
    """The class of a key that has one."""
    if not about.kind:
        return ""
    return f'; class "{_quoted(about.kind)}"\r\n{_whole("class", about.kind)}'


def time(ticks: int) -> str:
    """When, from Windows' count of 100 ns since 1601; the count itself beyond the year 9999."""
    seconds, rest = divmod(ticks, _TICKS)
    try:
        told = (_BEGAN + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat()
    except OverflowError:
        return f"0x{ticks:016x}"
    return f"{told}.{rest:07d}Z"


def value(one: Value, data: bytes) -> Iterator[str]:
    """The lines of a value, a long one piece by piece."""
    yield _whole("name", one.name)
    if one.type == _LINK:
        target = data.decode("utf-16-le", "replace")
        yield f'; a link to "{_quoted(target)}", not followed\r\n'
    name = f'"{_quoted(one.name)}"' if one.name else "@"
    text = _text(data) if one.type == _SZ else None
    if text is not None:
        yield f'{name}="{_quoted(text)}"\r\n'
    elif one.type == _DWORD and len(data) == 4:
        yield f"{name}=dword:{int.from_bytes(data, 'little'):08x}\r\n"
    else:
        yield f"{name}=hex:" if one.type == _BINARY else f"{name}=hex({one.type:x}):"
        yield from _digits(data)


def _text(data: bytes) -> str | None:
    """Text that comes back from quotes as it was; None where something of it would be lost."""
    try:
        text = data.decode("utf-16-le")
    except UnicodeDecodeError:
        return None
    return text[:-1] if text[-1:] == "\0" and not _ODD.search(text, 0, len(text) - 1) else None


def _quoted(text: str) -> str:
    return shown(text).replace("\\", "\\\\").replace('"', '\\"')


def _whole(what: str, name: str) -> str:
    """A comment with each byte of a name that `shown` shows otherwise."""
    if not _ODD.search(name):
        return ""
    return f"; {what} {name.encode('utf-16-le', 'surrogatepass').hex(',')}\r\n"


def _digits(data: bytes) -> Iterator[str]:
    for start in range(0, len(data), _ROW * _ROWS):
        end = min(start + _ROW * _ROWS, len(data))
        rows = (data[at : min(at + _ROW, end)].hex(",") for at in range(start, end, _ROW))
        yield (",\\\r\n  " if start else "") + ",\\\r\n  ".join(rows)
    yield "\r\n"
