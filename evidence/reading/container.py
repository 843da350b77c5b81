"""Reading a volume with suspicion: age, then zstd frame by frame, then canonical tar members.

Every length is checked against the limits before memory is given to it. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import FileIO
from typing import ClassVar

import pyrage
import zstandard

from chain_of_custody.errors import unread
from chain_of_custody.items import MAX_MEMBER, MAX_RECORDS, RECORDS, Member
from chain_of_custody.manifest import VolumeEntry
from collectors.told import ToldError
from evidence import tar
from evidence.reading.decryption import PIECE, Decryption, altered, count_stanzas, unfit
from evidence.sentences import SENTENCES

MAX_CONTENT = 16 << 20  # bytes a frame may unfold to
MAX_WINDOW = 8 << 20  # bytes that a frame may look back
_WINDOW_LOG = 23  # of MAX_WINDOW; the library refuses to name far larger ones
_MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = range(0x184D2A50, 0x184D2A60)  # RFC 8878, section 3.1.2
_END_BLOCK = bytes(tar.BLOCK)


class IdentityError(ToldError):
    """A file that holds no age identity."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


def load_identities(text: str) -> list[pyrage.x25519.Identity]:
    """The X25519 identities of an age identity file; lines with `#` are comments.

    Raises:
        IdentityError: no identity in it, or a malformed one.
    """
    lines = [line.strip() for line in text.splitlines()]
    if any(line.startswith("age1") for line in lines):
        raise IdentityError("identity.public")
    if not any(line.upper().startswith("AGE-") for line in lines):
        raise IdentityError("identity.none")
    try:
        found = [
            pyrage.x25519.Identity.from_str(line)
            for line in lines
            if line and not line.startswith("#")
        ]
    except pyrage.IdentityError as error:
        raise IdentityError("identity.malformed") from error
    return found


class VolumeOpener:
    """Opens volumes for the verifier, with the identities that its user has."""

    def __init__(self, identities: Sequence[pyrage.x25519.Identity] = ()) -> None:
        self._identities = list(identities)

    def can_open(self, entry: VolumeEntry) -> bool:
        """Whether what was given may be enough to open it."""
        return not entry.encrypted or bool(self._identities)

    def is_recipient(self, recipients: Sequence[str]) -> bool:
        """Whether one of the identities belongs to one of these recipients."""
        return any(str(identity.to_public()) in recipients for identity in self._identities)

    def stanzas(self, entry: VolumeEntry, file: FileIO) -> int:
        """How many recipients the header of an encrypted volume names."""
        return count_stanzas(entry.name, file)

    def members(self, entry: VolumeEntry, file: FileIO) -> Iterator[Member]:
        """The members of a volume, in order, each header canonical.

        Raises:
            CustodyError: not a volume of this format, or damaged, at stage 4.
        """
        if not entry.encrypted:
            yield from _members(entry.name, _frames(entry.name, partial(_read, entry.name, file)))
            return
        decryption = Decryption(entry.name, file, self._identities)
        try:
            yield from _members(entry.name, _frames(entry.name, decryption.read))
        finally:
            decryption.abandon()


def _read(name: str, file: FileIO) -> bytes:
    try:
        return file.read(PIECE)
    except OSError as error:
        raise unread(4, f"data/{name}", error) from error


# zstd

_Pieces = Callable[[], bytes | bytearray | None]
"""Gives the next bytes of a stream, of any length; nothing at its end."""


def _frames(name: str, pieces: _Pieces) -> Iterator[bytes]:
    """The content of each frame; only what section 4 allows is unfolded."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
    source = _Source(name, pieces)
    first = True
    while head := source.peek(18):
        size = _content_size(name, head, first=first)
        frame = source.frame(_header_length(head))
        try:
            content: bytes = decompressor.decompress(frame, max_output_size=size)
        except zstandard.ZstdError as error:
            raise altered(name, f"a zstd frame is damaged: {error}") from error
        if len(content) != size:
            raise altered(name, "a zstd frame holds another length than it says")
        yield content
        first = False


def _content_size(name: str, head: bytes, *, first: bool) -> int:
    if head[:4] != _MAGIC:
        if int.from_bytes(head[:4], "little") in _SKIPPABLE:
            raise unfit(name, "a skippable zstd frame")
        raise unfit(name, "not zstd") if first else altered(name, "garbage after a zstd frame")
    if len(head) > 5 and not head[4] & 0x20 and head[5] >> 3 > _WINDOW_LOG - 10:
        raise unfit(name, "a zstd frame with a larger window than allowed")
    try:
        parameters = zstandard.get_frame_parameters(head)
    except zstandard.ZstdError as error:
        raise altered(name, f"a zstd header is damaged: {error}") from error
    size: int = parameters.content_size
    if size > MAX_CONTENT or parameters.window_size > MAX_WINDOW:
        raise unfit(name, "a zstd frame without stated size, or beyond the format's limits")
    if not size:  # the library would look at nothing: anything could hide in its blocks
        raise unfit(name, "a zstd frame without content")
    if head[4] & 3:  # the length of a dictionary number (RFC 8878, section 3.1.1.1.1)
        raise unfit(name, "a zstd frame that needs a dictionary")
    if not parameters.has_checksum:
        raise unfit(name, "a zstd frame without checksum")
    return size


def _header_length(head: bytes) -> int:
    """The length of a zstd frame's header (RFC 8878, section 3.1.1.1), without dictionary."""
    descriptor = head[4]
    single, size_flag = descriptor >> 5 & 1, descriptor >> 6
    size_bytes = (single, 2, 4, 8)[size_flag]
    return 5 + (0 if single else 1) + size_bytes


class _Source:
    """A byte stream from which whole frames are cut by their block headers."""

    def __init__(self, name: str, pieces: _Pieces) -> None:
        self._name = name
        self._pieces = pieces
        self._held = bytearray()

    def peek(self, count: int) -> bytes:
        self._want(count)
        return bytes(self._held[:count])

    def _want(self, count: int) -> None:
        while len(self._held) < count:
            piece = self._pieces()
            if not piece:
                return
            self._held += piece

    def _need(self, count: int) -> None:
        self._want(count)
        if len(self._held) < count:
            raise altered(self._name, "ends within a zstd frame")

    def frame(self, header: int) -> bytes:
        """One frame, from its magic number to its checksum (RFC 8878, section 3.1.1)."""
        end = header
        last = False
        while not last:
            self._need(end + 3)
            block = int.from_bytes(self._held[end : end + 3], "little")
            last, kind, size = bool(block & 1), block >> 1 & 3, block >> 3
            end += 3 + (1 if kind == 1 else size)
            if end > 2 * MAX_CONTENT:
                raise unfit(self._name, "a zstd frame of more bytes than it may unfold to")
        end += 4
        self._need(end)
        with memoryview(self._held) as held:
            frame = bytes(held[:end])
        del self._held[:end]
        return frame


# tar


def _members(name: str, frames: Iterator[bytes]) -> Iterator[Member]:
    held = _Held(name, frames)
    while (block := held.take(tar.BLOCK, "ends without its end blocks")) != _END_BLOCK:
        found = tar.parse(block)
        if found is None:
            raise unfit(name, "a tar header that is not the canonical one")
        member, size = found
        limit = MAX_RECORDS if member == RECORDS else MAX_MEMBER
        if size > limit:
            raise unfit(name, f"{member}: {size} bytes; a member may have {limit}")
        content = held.take(size, "fewer bytes than its header says", member)
        padding = held.take(tar.padding(size), "cut in its padding", member)
        if padding != _END_BLOCK[: len(padding)]:
            raise unfit(name, f"{member}: padding that is not zero")
        yield Member(member, content)
    held.ended()


class _Held:
    """The tar stream across frames."""

    def __init__(self, name: str, frames: Iterator[bytes]) -> None:
        self._name = name
        self._frames = frames
        self._frame = b""
        self._at = 0

    def take(self, count: int, or_else: str, member: str = "") -> bytes:
        """The next bytes, or a refusal in these words."""
        start, end = self._at, self._at + count
        if end > len(self._frame):
            return self._across(count, f"{member}: {or_else}" if member else or_else)
        self._at = end
        return self._frame[start:end]

    def _across(self, count: int, or_else: str) -> bytes:
        pieces = []
        while count:
            if self._at == len(self._frame):
                following = next(self._frames, None)
                if following is None:
                    raise altered(self._name, or_else)
                self._frame, self._at = following, 0
            piece = self._frame[self._at : self._at + count]
            pieces.append(piece)
            self._at += len(piece)
            count -= len(piece)
        return b"".join(pieces)

    def ended(self) -> None:
        """A second zero block, and nothing behind it."""
        if self.take(tar.BLOCK, "ends without its second end block") != _END_BLOCK:
            raise altered(self._name, "one end block only")
        if self._at < len(self._frame) or any(self._frames):
            raise altered(self._name, "bytes behind the end of the archive")
