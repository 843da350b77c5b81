"""The root as a square to be photographed or sent: a QR code in a picture, outside the bundle."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

from evidence import medium

ENDING = ".root.png"
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
    import segno

    picture = BytesIO()
    segno.make(root, error="m").save(picture, kind="png", scale=SCALE)
    medium.write_new(path, picture.getvalue())


def drawn(root: str, border: int = 4) -> list[str]:
    """The same in lines of half blocks, light on dark, with so many modules around it."""
    import segno

    lines = StringIO()
    segno.make(root, error="m").terminal(lines, border=border, compact=True)
    return lines.getvalue().splitlines()


def put_beside(bundle: Path, root: str) -> Square:
    """A picture beside a bundle's folder; a medium that does not take it fails nothing."""
    path = bundle.parent / f"{bundle.name}{ENDING}"
    try:
        write_square(path, root)
    except OSError as error:
        return Square(path=path, why_not=error.strerror or str(error))
    return Square(path=path)
