"""Our own output, where the source shows it through another door than the one we write by."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from collectors.files.source import OUR_OUTPUT
from evidence.writing.folder import FIRST

if TYPE_CHECKING:
    from collectors.files.source import Source

_LARGEST = 1 << 20  # bytes


def shown_by(source: Source, bundle: Path) -> Callable[[str], str | None]:
    """What tells of a folder of the source why it is left out: it is the bundle being written.

    An overlay and a network drive give a folder another device and inode than the folder that is
    written to has. Taken as evidence, the bundle would grow by what it holds already.

    Args:
        source: where evidence is taken from.
        bundle: the folder that is written to.
    """

    def shows(folder: str) -> str | None:
        if posixpath.basename(folder) != bundle.name:
            return None
        try:
            seen = source.snapshot(f"{folder}/{FIRST}", limit=_LARGEST).data
            return OUR_OUTPUT if seen == (bundle / FIRST).read_bytes() else None
        except OSError:
            return None  # a folder that only bears its name: walked as any other

    return shows
