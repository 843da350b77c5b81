"""The pieces of a disk as they lie in a working copy, and the disk that they come to."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

import msgspec

from chain_of_custody.errors import NO_FILE
from chain_of_custody.item import ItemRecord, MissingRange, parse_line
from collectors.disk.whole.pieces import MOST_PIECES, Pieces
from evidence.intake.errors import ImageError
from evidence.intake.images.writers import Writer
from evidence.intake.placing import DISK
from evidence.intake.staging import RECORDS
from evidence.writing.medium import speaking_of

T = TypeVar("T")
_PLAN = re.compile(r"hozen:/disk-image/[0-9a-f]{16}\.json")
_ACCOUNT = "hozen:/disk-image.json"
_PIECE = "disk:/image."
_RANKS = {"gap": 0, "partial": 1, "acquired": 2}  # as they are placed: complete ones first
_LARGEST = 1 << 60  # bytes: no disk is larger
_MOST_TEXT = 64 << 20  # bytes of a document: an account with a million bad ranges
_SLICE = 1 << 20  # bytes at once
_ZEROS = bytes(_SLICE)
_Algorithm = Literal["sha256", "md5", "sha1"]


class _Plan(msgspec.Struct):
    """The first item of an image, as far as it is needed here."""

    piece: int
    schema: Literal["hozen-image-plan/1"]
    sector: Literal[512, 1024, 2048, 4096]
    size: int


class _Account(msgspec.Struct):
    """The last item of an image, as far as it is needed here."""

    digests: dict[_Algorithm, str] | None
    schema: Literal["hozen-image/1"]
    algorithms: tuple[_Algorithm, ...] = ("sha256",)
    """Those that were asked for, whether or not they could be computed then."""


class Missing(msgspec.Struct, frozen=True):
    """A range of the disk that stands as zeros, since it could not be had; bytes."""

    offset: int
    size: int
    why: str


class _Known(NamedTuple):
    """What is kept of a record: not its ranges, of which there may be thousands."""

    rank: int
    missing: list[MissingRange]
    why: str
    """Of a gap."""


@dataclass(slots=True)
class Assembly:
    """A disk that is in pieces."""

    host: Path
    pieces: Pieces
    sector: int
    recorded: Mapping[_Algorithm, str]
    """Digests over the disk as the collection computed them, where it did."""
    algorithms: Sequence[str]
    """Those that were asked for."""
    known: dict[str, _Known]
    missing: list[Missing] = field(default_factory=list)
    """Filled while the disk is put together."""

    @classmethod
    def found(cls, host: Path) -> Assembly:
        """Look for the pieces in a working copy.

        Raises:
            ImageError: there are none, or nobody can tell how they belong together.
        """
        known = _known(host)
        plans = [name for name in known if _PLAN.fullmatch(name)]
        if len(plans) != 1:
            raise ImageError("no_image")
        plan = _document(host, plans[0], _Plan)
        if not 0 < plan.size <= min(_LARGEST, plan.piece * MOST_PIECES):
            raise ImageError("no_size")
        account = _document(host, _ACCOUNT, _Account) if _ACCOUNT in known else None
        recorded = (account.digests if account is not None else None) or {}
        algorithms = account.algorithms if account is not None else ("sha256",)
        pieces = Pieces(size=plan.size, piece=plan.piece)
        return cls(host, pieces, plan.sector, recorded, algorithms, known)

    def pour(self, writer: Writer) -> dict[str, str]:
        """Give the disk to a writer; pieces go away as they are taken over.

        Returns:
            the digests over the disk that were asked for, SHA-256 always.

        Raises:
            OSError: a medium failed.
        """
        hashed = _Hashed(writer, {"sha256", *self.algorithms, *self.recorded})
        for _, name, offset, size in self.pieces:
            self._note(name, offset, size)
            path = self.host / DISK / name
            done = _pass_on(path, size, hashed) if os.path.lexists(path) else 0
            path.unlink(missing_ok=True)
            hashed.zeros(size - done)
        with suppress(OSError):  # what else lies there stays
            (self.host / DISK).rmdir()
        return {name: hasher.hexdigest() for name, hasher in hashed.hashers.items()}

    def _note(self, name: str, offset: int, size: int) -> None:
        """Enter what is missing of a piece."""
        known = self.known.get(f"disk:/{name}")
        if known is None:
            self._miss(offset, size, "this piece was not taken")
        elif known.rank == _RANKS["gap"]:
            self._miss(offset, size, known.why)
        else:
            for each in known.missing:
                start = min(int(each.offset), size)
                length = size - start if each.size is None else min(int(each.size), size - start)
                self._miss(offset + start, length, each.error)

    def _miss(self, offset: int, size: int, why: str) -> None:
        *_, last = self.missing or (None,)
        if last is not None and last.why == why and last.offset + last.size == offset:
            self.missing[-1] = Missing(last.offset, last.size + size, why)
        else:
            self.missing.append(Missing(offset, size, why))


class _Hashed:
    """A writer that hashes what passes."""

    def __init__(self, writer: Writer, algorithms: Iterable[str]) -> None:
        self._writer = writer
        self.hashers = {
            name: hashlib.new(name, usedforsecurity=False) for name in sorted(algorithms)
        }

    def data(self, piece: memoryview) -> None:
        self._see(piece)
        self._writer.data(piece)

    def zeros(self, count: int) -> None:
        for at in range(0, count, _SLICE):
            self._see(_ZEROS[: min(_SLICE, count - at)])
        self._writer.zeros(count)

    def _see(self, data: bytes | memoryview) -> None:
        for hasher in self.hashers.values():
            hasher.update(data)


def _known(host: Path) -> dict[str, _Known]:
    """Of each name that belongs to an image, what was recorded of what was placed under it."""
    found: dict[str, _Known] = {}
    for record in _lines(host / RECORDS):
        name, rank = record.meta.source.origin, _RANKS[record.content.status]
        if not name.startswith((_PIECE, "hozen:/disk-image")):
            continue
        if name not in found or found[name].rank <= rank:
            why = "; ".join(record.meta.errors)
            found[name] = _Known(rank, record.content.ranges_missing, why)
    return found


def _lines(path: Path) -> Iterator[ItemRecord]:
    with path.open("rb") as file:
        for line in file:
            yield parse_line(line.rstrip(b"\n"))


def _document(host: Path, name: str, form: type[T]) -> T:
    path = host / name.replace("hozen:/", "hozen/", 1)
    try:
        with speaking_of(path), open(path, "rb", opener=_no_link) as file:
            return msgspec.json.decode(file.read(_MOST_TEXT), type=form)
    except msgspec.DecodeError as error:
        raise ImageError("not_understood", name=name, why=error) from error
    except OSError as error:
        if error.errno not in (*NO_FILE, errno.ENOENT):  # of the medium, not of the document
            raise
        raise ImageError("not_understood", name=name, why=error) from error


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC)


def _pass_on(path: Path, size: int, writer: Writer) -> int:
    """Give a piece's bytes, holes as zeros; how many that were."""
    with open(path, "rb", buffering=0, opener=_no_link) as file:
        room, at = memoryview(bytearray(_SLICE)), 0
        size = min(size, os.fstat(file.fileno()).st_size)
        while at < size:
            start = _next_data(file.fileno(), at, size)
            writer.zeros(start - at)
            at = start
            end = min(size, os.lseek(file.fileno(), at, os.SEEK_HOLE)) if at < size else at
            while at < end:
                count = os.preadv(file.fileno(), [room[: min(_SLICE, end - at)]], at)
                if not count:
                    raise OSError(errno.EIO, "a piece became shorter", str(path))
                writer.data(room[:count])
                at += count
    return size


def _next_data(descriptor: int, offset: int, end: int) -> int:
    """Where data begins from here on, or the end."""
    try:
        return min(end, os.lseek(descriptor, offset, os.SEEK_DATA))
    except OSError as error:
        if error.errno != errno.ENXIO:  # ENXIO: nothing but a hole
            raise
        return end
