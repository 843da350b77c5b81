"""What a collector gives, and what it says when it can't give it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum, StrEnum
from typing import Literal, NamedTuple, Protocol

Kind = Literal[
    "memory", "process", "network", "system", "log", "registry",
    "disk", "image", "command", "photo", "note", "native",
]  # fmt: skip
Door = Literal["system call", "guarded system call", "raw file system", "program", "made here"]


class Phase(IntEnum):
    """Order of volatility, most fleeting first (RFC 3227, section 2.1)."""

    VOLATILE = 1
    MEMORY = 2
    LOGS = 3
    DISK = 4
    IMAGE = 5


class Profile(IntEnum):
    """How much to take; each includes the ones before it."""

    QUICK = 1
    STANDARD = 2
    FULL = 3
    ASKED = 4
    """In none of them: only when it is named."""


class Reason(StrEnum):
    """Why a thing that was looked for was not obtained."""

    ABSENT = "absent"
    DENIED = "denied"
    UNREADABLE = "unreadable"
    TIMED_OUT = "timed_out"
    NOT_LOCAL = "not_local"
    SKIPPED = "skipped"
    UNSUPPORTED = "unsupported"


# Named tuples: there are several for each file, and a frozen dataclass takes ten times as long.


class Program(NamedTuple):
    """A program of the suspect host that had to be run: never without its digest."""

    path: str
    sha256: str
    arguments: tuple[str, ...] = ()


class Method(NamedTuple):
    """Which door was used to reach the bytes."""

    door: Door
    noatime: bool = False
    program: Program | None = None


class Interval(NamedTuple):
    """When bytes were read: wall clock and monotonic clock, both in nanoseconds."""

    start_ns: int
    end_ns: int
    mono_start_ns: int
    mono_end_ns: int


class Stat(NamedTuple):
    """What the file system says of a file; times in ns since 1970, None where it can't say."""

    size: int
    mode: int
    uid: int
    gid: int
    nlink: int
    device: int
    inode: int
    modified_ns: int | None
    accessed_ns: int | None
    changed_ns: int | None
    born_ns: int | None
    xattrs: tuple[tuple[str, bytes], ...] = ()


FileIdentity = tuple[int, int, str | None]
"""Device, inode and stream: the same content, whatever its names."""


class MissingRange(NamedTuple):
    """A range that could not be read; size None means to the end."""

    offset: int
    size: int | None
    error: str


class Reading(Protocol):
    """One artifact while it is read: once, forward. Sizes are measured, never promised.

    After `readinto` returned 0, the attributes below tell what was found on the way.
    """

    ended: bool
    """True once there is nothing more: saves the call that would return 0."""

    stat: Stat | None
    method: Method
    taken: Interval | None
    """When the bytes were read, if that was before this reading (a snapshot)."""
    ranges: Sequence[tuple[int, int]]
    """Data ranges (offset, size) of a file with holes; empty for an ordinary file."""
    missing: Sequence[MissingRange]
    errors: Sequence[str]

    @property
    def changed(self) -> bool | None:
        """Whether it was changed while it was read; None where that can't be told."""
        ...

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end.

        Raises:
            OSError: nothing more can be had; what was given before stays valid.
        """
        ...

    def close(self) -> None:
        """Let the source go."""
        ...


class OpenFolder(Protocol):
    """A folder, opened once to look at everything in it. Each look may raise OSError."""

    def entries(self) -> Iterable[tuple[str, str]]:
        """Names and types (`f d l o`), sorted by raw bytes."""
        ...

    def itself(self) -> Stat:
        """What the file system says of the folder."""
        ...

    def look(self, name: str, /) -> Stat:
        """The same of an entry, links not followed."""
        ...

    def target(self, name: str, /) -> str:
        """Where a link in it points."""
        ...

    def close(self) -> None:
        """Let the folder go."""
        ...


class ReadApart(NamedTuple):
    """What an item names is looked for in a process of its own, since its reader may crash."""

    reader: str
    """Its name in `collectors.windows.readers`."""
    origin: str
    """Where the item lies: that decides what the paths in it mean."""
    largest: int
    """Bytes; in a larger item nothing is looked for."""


References = Callable[[bytes], Iterable[str]] | ReadApart
"""How the paths are found that an item names: by a function over its beginning, or apart."""


class Artifact(NamedTuple):
    """One thing to preserve, named and located but not yet read."""

    origin: str
    """Where it was, in the source's own words; undecodable bytes as surrogate escapes."""
    kind: Kind
    open: Callable[[], Reading]
    """May raise OSError, which becomes a gap."""
    stream: str | None = None
    references: References | None = None
    """Finds in the content the paths of programs and scripts that it refers to."""
    led_by: int | None = None
    """The number of the item whose content named this one."""
    is_run: bool = False
    """Whether evidence has it where a command runs something: a script, whatever its name."""
    expected: bool = False
    """Whether the run was for this very thing: that it could not be taken is said loudly."""


class Gap(NamedTuple):
    """One thing looked for and not obtained."""

    origin: str
    kind: Kind
    reason: Reason
    detail: str = ""
    stat: Stat | None = None
    led_by: int | None = None
    same_as: FileIdentity | None = None
    """A file that was taken under another name."""
    method: Method | None = None
    """None: the door that the source is looked at through."""
    stream: str | None = None
    expected: bool = False
    """Whether it is something that every machine of this kind has: its absence is said loudly."""
    remark: str = ""
    """Which sentence the end of the run has for it, though nothing that was to be had is lost."""


_REASONS = {
    errno.EACCES: Reason.DENIED,
    errno.EPERM: Reason.DENIED,
    errno.ENOENT: Reason.ABSENT,
    errno.ESRCH: Reason.ABSENT,
    errno.ENOTDIR: Reason.ABSENT,
    errno.ETIMEDOUT: Reason.TIMED_OUT,
    errno.ENOTSUP: Reason.UNSUPPORTED,
    errno.ELOOP: Reason.SKIPPED,
    errno.EREMOTE: Reason.NOT_LOCAL,
}


class OwnVolumeError(OSError):
    """A file of the volume that we were started from ourselves: no evidence of the host."""


def reason_of(error: OSError) -> Reason:
    """The gap's reason for a system error; unreadable where none fits better."""
    if isinstance(error, OwnVolumeError):
        return Reason.SKIPPED
    if isinstance(error, TimeoutError):
        return Reason.TIMED_OUT
    return _REASONS.get(error.errno or 0, Reason.UNREADABLE)


def detail_of(error: OSError) -> str:
    """The error in words, without the path (which is the gap's origin).

    Windows tells its errors in its own language: of them, only the number is taken.
    """
    number = error.errno or 0
    name = errno.errorcode.get(number, "")
    text = error.strerror or str(error)
    if (windows := getattr(error, "winerror", None)) is not None:
        text = f"{os.strerror(number)} (error {windows} of Windows)"
    return f"{name}: {text}" if name else text


def gap_from(origin: str, kind: Kind, error: OSError, *, stat: Stat | None = None) -> Gap:
    """The gap that stands for a thing that this error kept from us."""
    return Gap(
        origin=origin, kind=kind, reason=reason_of(error), detail=detail_of(error), stat=stat
    )
