"""From a path to a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.disk.images.containers import open_image
from collectors.disk.images.standing import Watch
from collectors.disk.marks.signatures import BLANK, UNKNOWN, WIPED
from collectors.disk.partitions.division import open_partitions
from collectors.disk.reader import SECTOR, ImageError, LibraryError
from collectors.disk.source import DiskSource

if TYPE_CHECKING:
    from collectors.disk.partitions.division import Disk


def open_disk(path: str) -> DiskSource:
    """A disk image or a device as a source.

    Raises:
        ImageError: it can't be used, or is none; says why.
        LibraryError: a library for it is missing.
    """
    image = open_image(path)
    try:
        watch = Watch(image)
        return DiskSource(_require_a_disk(open_partitions(image)), watch=watch)
    except OSError as error:
        image.reader.close()
        raise ImageError("unreadable", path=path, why=error.strerror or error) from error
    except (ImageError, LibraryError):
        image.reader.close()
        raise


def _require_a_disk(disk: Disk) -> Disk:
    """Refuse a text or a picture that was named by mistake; an encrypted disk has whole sectors."""
    size = disk.image.reader.size
    unknown = all(each.holds in (UNKNOWN.name, BLANK.name, WIPED.name) for each in disk.partitions)
    if disk.image.container == "raw" and unknown and (size % SECTOR or not size):
        raise ImageError("nothing_known", path=disk.image.path)
    return disk
