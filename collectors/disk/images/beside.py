"""Whether the files of an image lie where it lies: who handed it over may have put links there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from collectors.disk.reader import ImageError

if TYPE_CHECKING:
    from collections.abc import Iterable


def require_beside(path: str, others: Iterable[str]) -> None:
    """Refuse parts that are links to somewhere else: any file of this machine may be meant.

    Args:
        path: what was named.
        others: the files that were found by it.

    Raises:
        ImageError: one of them leads out of the folders of this file and of what it leads to.
    """
    folders = {_folder(os.path.dirname(path)), os.path.dirname(os.path.realpath(path))}
    for other in others:
        leads = os.path.realpath(other)
        if other != path and os.path.dirname(leads) not in folders:
            raise ImageError("leads_away", path=other, leads=leads)


def _folder(path: str) -> str:
    return os.path.realpath(path or os.curdir)
