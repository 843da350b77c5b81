"""Random bytes for records: what keeps a closed part from being guessed."""

from __future__ import annotations

import os
from collections.abc import Iterator

_AT_ONCE = 64  # records for which they are fetched


def salts() -> Iterator[bytes]:
    """64 random bytes for each record, never given twice."""
    while True:
        fetched = os.urandom(64 * _AT_ONCE)
        for start in range(0, len(fetched), 64):
            yield fetched[start : start + 64]
