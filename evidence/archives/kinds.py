"""Which archives there are, by their first bytes; some are only known, not looked into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from evidence.archives import gzipped, zipped
from evidence.archives.member import ENCRYPTED, Budget, Member, Unseen

_TAR, _TAR_AT = b"ustar", 257  # POSIX.1-1988 and later, and what GNU writes
HEAD = _TAR_AT + len(_TAR)  # bytes that tell the kind
_TAIL = 22 + 0xFFFF  # bytes within which a zip's end lies, its comment included
_KNOWN = {
    b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "RAR", b"MSCF\0\0\0\0": "CAB",
    b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2",
}  # fmt: skip


class Kind(NamedTuple):
    """A kind of archive."""

    name: str
    members: Callable[[memoryview, Budget], Iterator[Member | Unseen]] | None
    """None: nothing here unpacks it."""

    def within(self, data: bytes | bytearray, budget: Budget) -> Iterator[Member | Unseen]:
        """What one holds, as far as anything here unpacks it."""
        if self.members is None:
            yield Unseen("", f"its members were not looked into ({self.name})")
        else:
            yield from self.members(memoryview(data), budget)

    @staticmethod
    def beyond(head: bytes | bytearray, limit: int) -> Iterator[Member | Unseen]:
        """What can be said of one that is larger than what is held, by its first bytes."""
        yield Unseen("", f"over {limit} bytes: its members were not looked into")
        if zipped.begins_encrypted(head):
            yield Unseen("the first one", ENCRYPTED)


_ZIP, _GZIP = Kind("zip", zipped.members), Kind("gzip", gzipped.members)


def kind_of(data: bytes | bytearray) -> Kind | None:
    """The kind of archive that some bytes are, if they are one."""
    if data.startswith(zipped.MAGIC):
        return _ZIP
    if data.startswith(gzipped.MAGIC):
        return _GZIP
    if data.startswith(zipped.PROGRAMS) and data.rfind(zipped.END, -_TAIL) >= 0:
        return _ZIP
    if data[_TAR_AT:HEAD] == _TAR:
        return Kind("tar", None)
    return next((Kind(name, None) for head, name in _KNOWN.items() if data.startswith(head)), None)
