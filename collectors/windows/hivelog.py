"""Transaction logs of a hive: what Windows has changed and not yet written into the hive itself.

Since Windows 8.1 a running system writes changes into these logs, and into the hive up to an hour
later. An entry of a log holds whole pages; it counts where both of its hashes fit, and where its
number follows the one before, in whichever of the two logs that lies. Older Windows keep in their
logs only what they write into the hive at once: those are not replayed.

After the published description of the format (M. Suhanov, "Windows registry file format").
"""

from __future__ import annotations

import struct
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

HEAD = 4096  # bytes of a hive's own header
LARGEST = 64 << 20  # bytes of a log
SEED = 0x82EF_4D88_7A4E_55C5
_SECTOR = 512
_HIVE = struct.Struct("<4sIIQ")  # signature, both numbers, when it was written to
_ENTRY = struct.Struct("<4s5I2Q")  # signature, size, flags, number, bins' size, pages, hashes
_PAGE = struct.Struct("<II")  # offset behind the header, size
_BINS, _CHECKSUM = 40, 508  # where the header has the size of all bins; its checksum
_NEW = 6  # the type of a log with entries, at 28 of its header
_WORD = 0xFFFF_FFFF


class NoHiveError(ValueError):
    """It doesn't begin as a hive does."""


class Replay(NamedTuple):
    """A hive's header as it would be, and the sectors to be read in the place of its own."""

    head: bytes
    sectors: Mapping[int, bytes]
    """By their offset in the file."""
    entries: int
    """How many were replayed."""
    is_whole: bool
    """Whether all that isn't in the hive itself is in those, as far as the logs tell."""
    written: int
    """When the hive itself was last written to: 100 ns since 1601."""

    @property
    def size(self) -> int:
        """Bytes that the hive has then."""
        return HEAD + int.from_bytes(self.head[_BINS : _BINS + 4], "little")

    def over(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The hive's bytes with those of the logs over them; as many as its header says."""
        at = 0
        for piece in pieces:
            yield self._patched(at, piece)
            at += len(piece)
        while at < self.size:
            piece = bytes(min(self.size - at, HEAD))
            yield self._patched(at, piece)
            at += len(piece)

    def _patched(self, at: int, piece: bytes) -> bytes:
        data = bytearray(piece)
        for offset in range(0, len(data), _SECTOR):
            found = self.sectors.get(at + offset)
            if found is not None:
                data[offset : offset + _SECTOR] = found
        if at < HEAD:
            head = self.head[at : at + len(data)]
            data[: len(head)] = head
        return bytes(data)


class _Entry(NamedTuple):
    number: int
    bins: int
    pages: tuple[tuple[int, memoryview], ...]
    """By their offset behind the header; parts of the log, copied only where they count."""


def replay(head: bytes, logs: Iterable[bytes]) -> Replay:
    """What the logs of a hive change in it.

    Args:
        head: the first 4096 bytes of the hive.
        logs: their bytes, in any order; those that are no logs change nothing.

    Raises:
        NoHiveError: it is no hive.
    """
    if len(head) < HEAD or head[:4] != b"regf":
        raise NoHiveError("it doesn't begin as a hive does")
    _, first, second, written = _HIVE.unpack_from(head)
    if first == second:
        return Replay(head, {}, 0, True, written)
    read = [entry for log in logs for entry in _entries(log, second)]
    found = {entry.number: entry for entry in read if entry is not None}
    following = _run(found)
    sectors: dict[int, bytes] = {}
    for entry in following:
        for offset, page in entry.pages:
            for at in range(0, len(page), _SECTOR):
                sectors[HEAD + offset + at] = bytes(page[at : at + _SECTOR])
    is_whole = bool(following) and len(following) == len(found) and None not in read
    if following:
        head = _settled(head, following[-1])
    return Replay(head, sectors, len(following), is_whole, written)


def _run(found: Mapping[int, _Entry]) -> list[_Entry]:
    """The entries from the first on, up to where a number is missing."""
    entries: list[_Entry] = []
    for number in sorted(found):
        if entries and number != entries[-1].number + 1:
            break
        entries.append(found[number])
    return entries


def _entries(log: bytes, least: int) -> Iterator[_Entry | None]:
    """The sound entries of a log from a number on, and None where one of those is damaged.

    Behind a damaged one nothing is replayed: what looks like an entry there may be the content of
    a page. It only tells that the log goes on.
    """
    if len(log) < _SECTOR or log[:4] != b"regf" or log[28] != _NEW:
        return
    at, is_sound = _SECTOR, True
    while at + _ENTRY.size <= len(log):
        mark, size, _, number, bins, count, body, _ = _ENTRY.unpack_from(log, at)
        is_entry = _is_entry(log, at)
        data = memoryview(log)[at : at + size]
        if number >= least and mark == b"HvLE":
            is_sound = is_sound and is_entry and marvin(data[_ENTRY.size :]) == body
            yield _Entry(number, bins, tuple(_pages(data, count))) if is_sound else None
        is_sound = is_sound and is_entry
        at += size if is_entry else _SECTOR


def _is_entry(log: bytes, at: int) -> bool:
    """Whether an entry begins there, by its own header."""
    mark, size, _, _, bins, _, _, header = _ENTRY.unpack_from(log, at)
    if mark != b"HvLE" or size % _SECTOR or not 0 < size <= min(len(log) - at, _most(bins)):
        return False
    return bool(marvin(memoryview(log)[at : at + 32]) == header)


def _most(bins: int) -> int:
    """Bytes that an entry has which holds all pages of a hive, each of one sector."""
    whole = _ENTRY.size + bins // _SECTOR * _PAGE.size + bins
    return -(-whole // _SECTOR) * _SECTOR


def _pages(data: memoryview, count: int) -> Iterator[tuple[int, memoryview]]:
    at = _ENTRY.size + count * _PAGE.size
    for index in range(min(count, len(data) // _PAGE.size)):
        offset, size = _PAGE.unpack_from(data, _ENTRY.size + index * _PAGE.size)
        if size % _SECTOR or at + size > len(data):
            return
        yield offset, data[at : at + size]
        at += size


def _settled(head: bytes, last: _Entry) -> bytes:
    """The header as it is once everything up to an entry was written."""
    data = bytearray(head)
    number = (last.number + 1) & _WORD
    struct.pack_into("<II", data, 4, number, number)
    struct.pack_into("<I", data, _BINS, last.bins)
    struct.pack_into("<I", data, _CHECKSUM, checksum(data))
    return bytes(data)


def checksum(head: bytes | bytearray) -> int:
    """What a header says of its own first 508 bytes."""
    found = 0
    for (word,) in struct.iter_unpack("<I", head[:_CHECKSUM]):
        found ^= word
    return {0: 1, _WORD: _WORD - 1}.get(found, found)


def marvin(data: bytes | memoryview, seed: int = SEED) -> int:
    """Marvin32, 64 bits of it: the hash over an entry's header and its body."""
    low, high = seed & _WORD, seed >> 32
    whole = len(data) & ~3
    end = int.from_bytes(bytes(data[whole:]) + b"\x80", "little")
    words = struct.iter_unpack("<I", memoryview(data)[:whole])  # one at a time: entries are large
    for (word,) in chain(words, ((end,), (0,))):
        low = (low + word) & _WORD
        high ^= low
        low = ((low << 20 | low >> 12) + high) & _WORD
        high = (high << 9 | high >> 23) & _WORD ^ low
        low = ((low << 27 | low >> 5) + high) & _WORD
        high = (high << 19 | high >> 13) & _WORD
    return high << 32 | low
