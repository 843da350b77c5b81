"""From a path to a source."""

from __future__ import annotations

from collectors.disk.containers import open_image
from collectors.disk.partitions import open_partitions
from collectors.disk.reader import ImageError
from collectors.disk.source import DiskSource


def open_disk(path: str) -> DiskSource:
    """A disk image or a device as a source.

    Raises:
        ImageError: it can't be used; says why.
        LibraryError: a library for it is missing.
    """
    image = open_image(path)
    try:
        return DiskSource(open_partitions(image))
    except OSError as error:
        image.reader.close()
        raise ImageError(f"{path}: can't be read: {error.strerror or error}") from error
