"""The image of a disk for other tools: one raw file with holes, or E01."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from evidence.intake.errors import CopyError, ImageError
from evidence.intake.images.assembly import Assembly, Missing
from evidence.intake.images.ewf import Labels, e01
from evidence.intake.images.writers import Writer, raw
from evidence.machine.clock import Clock
from evidence.writing import medium

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


def export_image(
    host: Path, kind: ImageKind, case: str, bundle_id: str, clock: Clock | None = None
) -> Exported:
    """Make one image of the pieces in a working copy; they go away as they are taken over.

    Args:
        host: the working copy, everything placed.
        kind: raw or E01.
        case: the case number, for the image's header.
        bundle_id: the same.
        clock: where time comes from, for the same.

    Raises:
        ImageError: the bundle holds no disk, or one that has no such image, or none here.
        CopyError: the image is not what the collection read.
        OSError: the medium failed.
    """
    assembly = Assembly.found(host)
    if kind == "e01" and assembly.pieces.size % assembly.sector:
        raise ImageError("no_sectors", size=assembly.pieces.size)
    folder = host / FOLDER
    folder.mkdir(mode=0o700)
    labels = Labels(case, bundle_id, (clock or Clock()).wall() // 10**9)
    with _writer(kind, folder, assembly, labels) as writer:
        digests = assembly.pour(writer)
    if any(digests.get(name) != known for name, known in assembly.recorded.items()):
        raise CopyError("pieces_differ")
    done = Exported(
        file="disk.raw" if kind == "raw" else "disk.E01", size=assembly.pieces.size,
        digests=digests, recorded="sha256" in assembly.recorded, missing=assembly.missing,
    )  # fmt: skip
    (folder / "disk.json").write_bytes(_listed(done))
    return done


@contextmanager
def _writer(kind: ImageKind, folder: Path, assembly: Assembly, labels: Labels) -> Iterator[Writer]:
    """What writes an image of this kind."""
    size = assembly.pieces.size
    try:
        with (
            raw(folder, size) if kind == "raw" else e01(folder, size, assembly.sector, labels)
        ) as writer:
            yield writer
    except OSError as error:
        if not medium.takes_no_larger(error):
            raise
        raise ImageError("too_large", path=folder, size=size) from error


def _listed(done: Exported) -> bytes:
    document = {
        "schema": "hozen-exported/1", "file": done.file, "size": done.size,
        "digests": done.digests, "recorded": done.recorded, "missing": done.missing,
    }  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"
