"""What a photo says of itself: its type by signature, and what the camera noted (EXIF)."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Literal

PictureType = Literal["JPEG", "PNG", "HEIC", "AVIF", "WebP", "TIFF", "CR3", "RAF", "ORF", "RW2"]
_HEADS: tuple[tuple[bytes, PictureType], ...] = (
    (b"\xff\xd8\xff", "JPEG"),  # ITU-T T.81
    (b"\x89PNG\r\n\x1a\n", "PNG"),  # ISO 15948
    # Raw formats of cameras. DNG, NEF, ARW, CR2 and PEF begin as the TIFF that they are.
    (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"),  # TIFF 6.0
    (b"FUJIFILMCCD-RAW", "RAF"), (b"IIRO", "ORF"), (b"IIRS", "ORF"), (b"MMOR", "ORF"),
    (b"IIU\0", "RW2"),
)  # fmt: skip
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_BRANDS: dict[bytes, PictureType] = {
    **dict.fromkeys(_HEIC, "HEIC"), b"avif": "AVIF", b"crx ": "CR3",
}  # fmt: skip
HEAD = 16  # bytes that tell the type
_TOLD = {
    "time": ("EXIF DateTimeOriginal", "Image DateTime"),
    "offset": ("EXIF OffsetTimeOriginal", "EXIF OffsetTime"),
    "make": ("Image Make",), "model": ("Image Model",), "orientation": ("Image Orientation",),
}  # fmt: skip
_PARTS = {"Image ExifOffset": "EXIF ", "Image GPSInfo": "GPS "}
"""Where a photo says that it has more, and how the names of that begin."""
_LONGEST = 200  # characters of a field that are told; the photo has them all


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What a camera noted, as text; GPS is only said to be there, since it may be a home."""

    fields: dict[str, str] = field(default_factory=dict)
    gps: bool = False
    why_not: str | None = None
    """Why nothing, or not all of it, could be read."""


def type_of(head: bytes) -> PictureType | None:
    """The type by a file's first bytes, never by its name; None where it is none of these."""
    if head[4:8] == b"ftyp":  # ISO 14496-12: a brand says what it is
        return _BRANDS.get(head[8:12])
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    return next((found for begin, found in _HEADS if head.startswith(begin)), None)


def noted_in(data: bytes) -> Noted:
    """Read what the camera noted, as it is done in a process apart alone: see `noting`."""
    import exifread  # not where a photo's type is told

    try:
        tags = exifread.process_file(io.BytesIO(data), details=False, extract_thumbnail=False)
    except Exception as error:  # noqa: BLE001 - made by anybody; the photo itself is taken all the same
        return Noted(why_not=f"{type(error).__name__}: {error}"[:_LONGEST])
    fields = {
        key: str(tags[name]).strip()[:_LONGEST]
        for key, names in _TOLD.items()
        for name in names[::-1]
        if name in tags
    }
    if not tags:
        return Noted(why_not="nothing that the camera noted was found in it")
    there = {part for part in _PARTS.values() if any(name.startswith(part) for name in tags)}
    lost = [part for pointer, part in _PARTS.items() if pointer in tags and part not in there]
    why = f"damaged, its part {' and '.join(map(str.strip, lost))} can't be read" if lost else None
    return Noted(fields=fields, gps="GPS " in {*there, *lost}, why_not=why)
