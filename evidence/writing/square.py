"""The root as a square to be photographed or sent: a QR code in a picture, outside the bundle."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from evidence.writing import medium

if TYPE_CHECKING:
    from segno import QRCode

ENDING = ".root.png"
_OF_SVG = "xml.sax.saxutils"
SCALE = 8  # dots a module: sharp on paper, about three centimetres at 300 dpi


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """A picture of a root, or why there is none."""

    path: Path
    why_not: str | None = None


def write_square(path: Path, root: str) -> None:
    """Write a root as a PNG of a QR code, with the same content as the one on the terminal.

    Raises:
        FileExistsError: the name is taken; nothing is overwritten.
        OSError: the medium did not take it.
    """
    medium.write_whole(path, picture_of(root))


def picture_of(root: str) -> bytes:
    """The picture itself."""
    picture = BytesIO()
    _made(root).save(picture, kind="png", scale=SCALE)
    return picture.getvalue()


def drawn(root: str, border: int = 4) -> list[str]:
    """The same in lines of half blocks, light on dark, with so many modules around it."""
    lines = StringIO()
    _made(root).terminal(lines, border=border, compact=True)
    return lines.getvalue().splitlines()


def _made(root: str) -> QRCode:
    """The code, by segno without what only its SVG wants.

    That loads clients of HTTP and TLS: megabytes of the very memory that is evidence.
    """
    known, nothing = sys.modules.get(_OF_SVG), ModuleType(_OF_SVG)
    vars(nothing).update(escape=None, quoteattr=None)
    sys.modules[_OF_SVG] = known or nothing
    try:
        import segno
    finally:
        if known is None:
            del sys.modules[_OF_SVG]
    return segno.make(root, error="m")


def put_beside(bundle: Path, root: str) -> Square:
    """A picture beside a bundle's folder; a medium that does not take it fails nothing."""
    path = bundle.parent / f"{bundle.name}{ENDING}"
    try:
        write_square(path, root)
    except OSError as error:
        return Square(path=path, why_not=error.strerror or str(error))
    return Square(path=path)
