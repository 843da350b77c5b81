"""The image of a disk for other tools: one raw file with holes, or E01."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from evidence.intake.assembly import Assembly, Missing
from evidence.intake.errors import CopyError, ImageError
from evidence.intake.writers import e01, raw, require_program

ImageKind = Literal["raw", "e01"]
FOLDER = "image"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """The image that was made."""

    file: str
    """The name of its first file, in `image/` of the working copy."""
    size: int
    digests: dict[str, str]
    """Over the whole disk, ranges that are missing as zeros: SHA-256, and what was asked for."""
    recorded: bool
    """Whether the collection computed them, too; then they agree."""
    missing: list[Missing]


def check_kind(kind: ImageKind | None) -> None:
    """Refuse, before anything is begun, what can't be written here.

    Raises:
        WriterError: saying what is missing.
    """
    if kind == "e01":
        require_program()


def export_image(host: Path, kind: ImageKind, case: str, bundle_id: str) -> Exported:
    """Make one image of the pieces in a working copy; they go away as they are taken over.

    Args:
        host: the working copy, everything placed.
        kind: raw or E01.
        case: the case number, for the image's header.
        bundle_id: the same.

    Raises:
        ImageError: the bundle holds no disk, or one that has no such image.
        WriterError: the program that writes E01 did not do its work.
        CopyError: the image is not what the collection read.
        OSError: the medium failed.
    """
    assembly = Assembly.found(host)
    if kind == "e01" and assembly.pieces.size % assembly.sector:
        raise ImageError("no_sectors", size=assembly.pieces.size)
    folder = host / FOLDER
    folder.mkdir(mode=0o700)
    digests = _write(assembly, kind, folder, (case, bundle_id))
    if any(digests.get(name) != known for name, known in assembly.recorded.items()):
        raise CopyError("pieces_differ")
    done = Exported(
        file="disk.raw" if kind == "raw" else "disk.E01", size=assembly.pieces.size,
        digests=digests, recorded="sha256" in assembly.recorded, missing=assembly.missing,
    )  # fmt: skip
    (folder / "disk.json").write_bytes(_listed(done))
    return done


def _write(
    assembly: Assembly, kind: ImageKind, folder: Path, labels: tuple[str, str]
) -> dict[str, str]:
    size = assembly.pieces.size
    if kind == "raw":
        with raw(folder, size) as writer:
            return assembly.pour(writer)
    said: list[str] = []
    with e01(folder, size, assembly.sector, labels, said) as pipe:
        digests = assembly.pour(pipe)
    if digests["sha256"] not in said[0]:
        raise CopyError("e01_differs")
    return digests


def _listed(done: Exported) -> bytes:
    document = {
        "schema": "hozen-exported/1", "file": done.file, "size": done.size,
        "digests": done.digests, "recorded": done.recorded, "missing": done.missing,
    }  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"
