"""What comes out of an archive: its members, and what of it was not looked into."""

from __future__ import annotations

import time
from typing import NamedTuple

MEMBER = 32 << 20  # bytes of one member that are unpacked
UNPACKED = 256 << 20  # of all members of an archive
RATIO = 200  # times its own size that an archive may come to: text is a tenth of that, a bomb 1,000
ALWAYS = 16 << 20  # bytes that the smallest archive may come to
MEMBERS = 10_000  # of one archive
SECONDS = 60  # for one archive
ENCRYPTED = "encrypted"  # why a member was not looked into


class Member(NamedTuple):
    """The bytes of a member, as far as they were unpacked."""

    name: str
    data: bytearray


class Unseen(NamedTuple):
    """What was not looked into, or not to its end."""

    name: str
    """Of the member; empty for the archive itself."""
    why: str


class Budget:
    """What may still be unpacked of an archive."""

    def __init__(self, size: int) -> None:
        """Begin.

        Args:
            size: of the archive, in bytes.
        """
        self.left = min(UNPACKED, max(ALWAYS, RATIO * size))
        self._end = time.monotonic() + SECONDS

    @property
    def seconds(self) -> float:
        """That are left."""
        return self._end - time.monotonic()

    @property
    def over(self) -> str | None:
        """Why no more is unpacked."""
        if self.seconds <= 0:
            return f"given up after {SECONDS} s"
        return None if self.left > 0 else "it unpacks to more than the limit"
