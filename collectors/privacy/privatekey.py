"""Private keys: known by their first line, recorded by name and metadata, never taken.

A provider who holds a hospital's host keys could pretend to be its server; the case doesn't need
them. Passphrases don't change that, so an encrypted key is left as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.artifact import Artifact, Gap, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collectors.files.source import Source

_HEAD = 4096  # bytes that are looked at
_LARGEST = 1 << 20  # bytes: no key is larger
_MARK = re.compile(
    rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----|PuTTY-User-Key-File-|SSH PRIVATE KEY FILE"
)
DETAIL = "a private key; only its presence and metadata are recorded"


def without_keys(source: Source, found: Iterable[Artifact | Gap]) -> Iterator[Artifact | Gap]:
    """The same artifacts and gaps, with a gap in the place of each private key."""
    for one in found:
        yield (private_key(source, one) or one) if isinstance(one, Artifact) else one


def private_key(source: Source, artifact: Artifact) -> Gap | None:
    """The gap for an artifact that holds a private key in its first lines."""
    try:
        stat = source.look(artifact.origin)
        if not 0 < stat.size <= _LARGEST:
            return None
        head = source.snapshot(artifact.origin, limit=_HEAD).data
    except OSError:
        return None  # a link, or closed to us: opening it will say so
    if not _MARK.search(head):
        return None
    return Gap(
        origin=artifact.origin, kind=artifact.kind, reason=Reason.SKIPPED, detail=DETAIL,
        stat=stat, led_by=artifact.led_by,
    )  # fmt: skip
