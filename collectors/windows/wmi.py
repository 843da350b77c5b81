"""WMI's repository: what its consumers run when an event happens.

No parser: the strings near the names of the two classes of consumers that run something are looked
at. A consumer whose strings lie in another page of the repository is not found, and what was
deleted may be.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from collectors.windows.bounds import up_to
from collectors.windows.commands import named_in

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 2000  # places that are looked at
_PIECE = 1 << 20  # bytes
_BEFORE, _AFTER = 1 << 10, 8 << 10  # bytes around a class's name
_NAMES = ("CommandLineEventConsumer", "ActiveScriptEventConsumer")
_CLASS = re.compile(
    b"|".join(re.escape(name.encode(code)) for name in _NAMES for code in ("ascii", "utf-16-le"))
)


def consumers(file: BinaryIO) -> Iterator[str]:
    """The paths in the strings near the classes' names.

    Raises:
        OverflowError: after many places: there are more.
    """
    for window in up_to(
        MOST, _windows(file), f"it has more than {MOST} places that name consumers"
    ):
        yield from named_in(window.decode("cp932", "replace"))
        for shift in (0, 1):  # strings begin anywhere
            yield from named_in(window[shift:].decode("utf-16-le", "replace"))


def _windows(file: BinaryIO) -> Iterator[bytes]:
    """What stands around each of the names."""
    tail = b""
    while piece := file.read(_PIECE):
        data = tail + piece
        for found in _CLASS.finditer(data, 0, max(0, len(data) - _AFTER)):
            yield _around(data, found.start())
        tail = data[-_AFTER - _BEFORE :]
    for found in _CLASS.finditer(tail):
        yield _around(tail, found.start())


def _around(data: bytes, at: int) -> bytes:
    return data[max(0, at - _BEFORE) : at + _AFTER]
