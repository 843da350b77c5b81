"""A list of every inode of the local file systems, as a body file of The Sleuth Kit 3.x."""

from __future__ import annotations

import re
import stat as modes
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason, detail_of
from collectors.files.names import Waiting, folders
from collectors.files.snapshot import Stream
from collectors.files.source import Limits
from collectors.files.walk import Walk
from collectors.pathtext import to_bytes

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from collectors.artifact import OpenFolder, Stat
    from collectors.files.source import Source

ORIGIN = "hozen:/bodyfile.txt"
MOST_ERRORS = 1000  # told one by one; the rest are counted
_LIMITS = Limits(files=1 << 62, depth=4096)  # a disk may be made whose folders nest for ever
_NS = 1_000_000_000
_CHUNK = 64 << 10  # bytes that are handed on at once
_TYPES = {
    modes.S_IFREG: "r", modes.S_IFDIR: "d", modes.S_IFLNK: "l", modes.S_IFCHR: "c",
    modes.S_IFBLK: "b", modes.S_IFIFO: "p", modes.S_IFSOCK: "s",
}  # fmt: skip
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f|\\\u2028\u2029\ud800-\udfff]")


def escaped(name: str) -> str:
    r"""A name in one line and one field, each odd character as its bytes, `\xNN`."""
    return _ODD.sub(_bytes_of, name) if _ODD.search(name) else name


def _bytes_of(found: re.Match[str]) -> str:
    """A byte that was no UTF-8, or half a pair of UTF-16, which only Windows has in names."""
    return "".join(f"\\x{byte:02x}" for byte in to_bytes(found[0]))


class BodyFile:
    r"""Takes names, times, owners and sizes of every file on the local disks, without content.

    The line is The Sleuth Kit's: `MD5|name|inode|mode_as_string|UID|GID|size|atime|mtime|ctime|`
    `crtime`. MD5 is 0, since nothing is read; times are whole seconds, 0 where unknown; a link's
    target stands behind ` -> `. In names, control characters, `|`, the backslash and bytes that are
    no UTF-8 are written `\xNN`, so that a line stays a line. It cannot show deleted files, nor
    what lies on network and FUSE mounts or below a folder that is closed to us.
    """

    name: ClassVar[str] = "bodyfile"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.STANDARD

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield a gap for each mount that is left out, then the list."""
        for mount in source.mounts.all:
            if mount.local or mount.pseudo or not mount.point.startswith(source.root + "/"):
                continue
            detail = f"{mount.filesystem} mount of {mount.what}"
            origin = mount.point[len(source.root) :]
            yield Gap(origin=origin, kind="disk", reason=Reason.NOT_LOCAL, detail=detail)
        yield Artifact(origin=ORIGIN, kind="disk", open=partial(_open, source))


def _open(source: Source) -> Stream:
    """Begin the list.

    Raises:
        OSError: not even the root can be looked at: an empty list would say that nothing is there.
    """
    source.open_folder("/").close()
    errors = _Errors([])
    return Stream(_chunks(source, errors), errors=errors.told)


class _Errors:
    """What could not be listed: bounded in memory, counted to the end."""

    def __init__(self, told: list[str]) -> None:
        self.told = told
        self._more = 0

    def add(self, path: str, detail: str) -> None:
        if len(self.told) < MOST_ERRORS:
            self.told.append(f"{escaped(path)}: {detail}")
            return
        if self._more:
            self.told.pop()
        self._more += 1
        self.told.append(f"and {self._more} more")


def _chunks(source: Source, errors: _Errors) -> Iterator[bytes]:
    lines: list[str] = []
    size = 0
    for line in _lines(source, errors):
        lines.append(line)
        size += len(line)
        if size >= _CHUNK:
            yield "".join(lines).encode()
            size, lines = 0, []
    yield "".join(lines).encode()


def _lines(source: Source, errors: _Errors) -> Iterator[str]:
    walk = Walk(source=source, kind="disk", limits=_LIMITS)
    waiting = Waiting("/", _LIMITS.depth)
    for folder, depth in waiting:
        closed = walk.closed(folder, "/", depth)
        if closed is not None:
            errors.add(folder, closed.detail)
            waiting.add(reversed(walk.islands(folder, "/")), depth)
            continue
        try:
            below = yield from _folder(source, folder, errors)
        except OSError as error:
            errors.add(folder, detail_of(error))
        else:
            waiting.add(below, depth - 1)


def _folder(source: Source, folder: str, errors: _Errors) -> Generator[str, None, Iterator[str]]:
    """The lines of one folder's entries; in the end its subfolders."""
    opened = source.open_folder(folder)
    prefix = folder.rstrip("/") + "/"
    shown = escaped(prefix)
    try:
        if folder == "/":
            yield _line("/", opened.itself())
        entries = opened.entries()
        for name, type_ in entries:
            if type_ == "d" and _is_foreign(source, prefix + name):
                continue  # even a look at a mount that doesn't answer can sleep for ever
            try:
                yield _entry(opened, shown, name, type_)
            except OSError as error:
                errors.add(prefix + name, detail_of(error))
        return folders(prefix, entries)
    finally:
        opened.close()


def _is_foreign(source: Source, path: str) -> bool:
    mount = source.mounts.at(source.place(path))
    return mount is not None and not mount.local


def _entry(opened: OpenFolder, prefix: str, name: str, type_: str) -> str:
    stat = opened.look(name)
    shown = prefix + escaped(name)
    if type_ == "l":
        shown += f" -> {escaped(opened.target(name))}"
    return _line(shown, stat)


def _line(shown: str, stat: Stat) -> str:
    letter = _TYPES.get(modes.S_IFMT(stat.mode), "-")
    times = [
        (time or 0) // _NS
        for time in (stat.accessed_ns, stat.modified_ns, stat.changed_ns, stat.born_ns)
    ]
    return (
        f"0|{shown}|{stat.inode}|{letter}/{letter}{modes.filemode(stat.mode)[1:]}|{stat.uid}|"
        f"{stat.gid}|{stat.size}|{times[0]}|{times[1]}|{times[2]}|{times[3]}\n"
    )
