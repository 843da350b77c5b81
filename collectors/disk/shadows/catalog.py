"""Shadow copies as their volume lists them: the catalog, and what each one's store begins with.

Structures: "Volume Shadow Snapshot (VSS)" by J. Metz, in the documentation of libvshadow. The
library opens all shadow copies of a volume or none, and doesn't tell their attributes.
"""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from collectors.disk.ntfs.mft import ns_of
from collectors.disk.reader import read_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.disk.reader import Reader

MARK = UUID("3808876b-c176-4e48-b7ae-04046e6cc752")
"""What every structure begins with; also in the names of the files that hold them."""
BLOCK = 16 << 10  # bytes: what is kept is kept in blocks of this size
HEAD = 128  # bytes before the content of each block of structures
CATALOG, DESCRIPTORS, STORE, BITMAP = 2, 3, 4, 6
_HEADER = 0x1E00  # bytes from the volume's beginning
_ENTRY = 128  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Where the structures of a shadow copy lie, in bytes from the volume's beginning; 0: none."""

    header: int
    descriptors: int
    bitmap: int
    previous_bitmap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowCopy:
    """One shadow copy, as the catalog lists it."""

    number: int
    """From 1, the oldest first: as vshadowinfo and Windows' own lists count."""
    identifier: str
    created_ns: int
    volume_size: int
    flags: int
    store: Store | None
    """None where its blocks lie on another volume (redirected storage)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a store's own header says of its shadow copy."""

    copy: str
    copy_set: str
    attributes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """What a volume says of its shadow copies."""

    enabled: bool
    """Whether the volume's header speaks of shadow copies at all."""
    copies: tuple[ShadowCopy, ...] = ()
    fault: str = ""
    """Why it can't be read to its end."""


def read_catalog(volume: Reader) -> Catalog:
    """Every shadow copy that a volume lists, as far as the list can be read.

    Raises:
        OSError: the place where the volume would speak of it can't be read.
    """
    header = read_at(volume, _HEADER, HEAD)
    if header[:16] != MARK.bytes_le:
        return Catalog(enabled=False)
    first = int.from_bytes(header[48:56], "little")
    entries: list[bytes] = []
    fault = ""
    try:
        for block in chain(volume, first, CATALOG):
            entries += [block[at : at + _ENTRY] for at in range(0, len(block), _ENTRY)]
    except OSError as error:
        fault = f"the list of shadow copies: {error.strerror or error}"
    return Catalog(enabled=True, copies=tuple(_copies(entries)), fault=fault)


def _copies(entries: list[bytes]) -> Iterator[ShadowCopy]:
    """From entries in any order; what a copy is and where it lies are told by two of them."""
    stores = {entry[16:32]: _store(entry) for entry in entries if entry[0] == 3}
    told = [struct.unpack_from("<QQ16sQQQ", entry) for entry in entries if entry[0] == 2]
    for number, one in enumerate(sorted(told, key=lambda each: each[5]), start=1):
        _, size, identifier, _, flags, created = one
        yield ShadowCopy(
            number=number, identifier=str(UUID(bytes_le=identifier)), created_ns=ns_of(created),
            volume_size=size, flags=flags, store=stores.get(identifier),
        )  # fmt: skip


def _store(entry: bytes) -> Store:
    descriptors, header, _, bitmap, _, _, previous = struct.unpack_from("<Q16xQQQQQQ", entry, 8)
    return Store(header=header, descriptors=descriptors, bitmap=bitmap, previous_bitmap=previous)


def chain(volume: Reader, offset: int, kind: int) -> Iterator[bytes]:
    """The contents of blocks of structures that follow one another, their heads left out.

    Args:
        volume: that holds them.
        offset: of the first; 0 means that there is none.
        kind: the record type that each must have.

    Raises:
        OSError: one can't be read, is none, or leads back to one before it.
    """
    seen: set[int] = set()
    while offset:
        if offset in seen:
            raise OSError(errno.EIO, f"structures of type {kind} that lead back to byte {offset}")
        seen.add(offset)
        block = read_at(volume, offset, BLOCK)
        if len(block) < BLOCK or block[:16] != MARK.bytes_le:
            raise OSError(errno.EIO, f"no structure of shadow copies at byte {offset}")
        found = int.from_bytes(block[20:24], "little")
        if found != kind:
            raise OSError(errno.EIO, f"a structure of type {found}, not {kind}, at byte {offset}")
        yield block[HEAD:]
        offset = int.from_bytes(block[40:48], "little")


def read_details(volume: Reader, store: Store) -> Details:
    """What a store says of its shadow copy.

    Raises:
        OSError: its header can't be read.
    """
    information = next(chain(volume, store.header, STORE), b"")
    if not information:
        raise OSError(errno.EIO, "the catalog doesn't say where its store begins")
    copy, copy_set, attributes = struct.unpack_from("<16s16s8xI", information, 16)
    return Details(
        copy=str(UUID(bytes_le=copy)), copy_set=str(UUID(bytes_le=copy_set)), attributes=attributes
    )
