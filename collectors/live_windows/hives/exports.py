"""Hives that a running Windows has loaded, each as one text of its keys and values."""

from __future__ import annotations

import errno
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol

from collectors.artifact import (
    Artifact,
    Gap,
    Kind,
    MissingRange,
    Phase,
    Profile,
    detail_of,
    gap_from,
)
from collectors.files.snapshot import LOOKED, Stream
from collectors.files.spelling import upcased
from collectors.live_windows.calls.keys import About, BackupRight, Below, Key, Value
from collectors.live_windows.hives import regfile
from collectors.live_windows.question import asks_windows, not_windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collectors.files.source import Source

_ROOTS = {
    "HKLM": (r"\Registry\Machine", "HKEY_LOCAL_MACHINE", ("SAM", "SECURITY", "SOFTWARE", "SYSTEM")),
    "HKU": (r"\Registry\User", "HKEY_USERS", (".DEFAULT",)),
}
"""As the kernel calls it, as an export does, and what every Windows has there."""
_CHUNK = 64 << 10  # bytes that are handed on at once
_DEEPEST = 512  # levels of keys: Windows' own limit
_MOST = 5_000_000  # keys of a hive: who hides some may show others without end
_LONGEST = 400  # letters of a record's word on one of them
_TOLD = 1000  # of what is missing, told one by one; the rest is counted


class OpenKey(Protocol):
    """A key as it is asked; each question may raise OSError."""

    def about(self) -> About:
        """What it says of itself."""
        ...

    def below(self, index: int, /) -> Below:
        """A key below it; ENODATA where there are no more."""
        ...

    def value(self, index: int, /) -> Value:
        """A value in it; ENODATA where there are no more."""
        ...

    def open(self, name: str, /) -> OpenKey:
        """A key below it, links not followed."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


class _Piece(NamedTuple):
    """Text, and what is missing where it stands."""

    text: str
    lost: str = ""


class _Level:
    """A key on the way from the hive's root to where the reading is."""

    __slots__ = ("about", "at", "key", "path")

    def __init__(self, path: str, key: OpenKey, about: About) -> None:
        self.path = path
        self.key = key
        self.about = about
        self.at = 0
        """Which key below it is next."""


class Export(Stream):
    """A hive as text while its keys are read, one after another, down each branch first."""

    method = LOOKED

    def __init__(self, root: OpenKey, path: str, *, done: Callable[[], None]) -> None:
        """Of an open root.

        Args:
            root: closed with this.
            path: of the root, as exports write it.
            done: called when this is closed.

        Raises:
            OSError: not even the root says anything of itself.
        """
        super().__init__(self._chunks())
        self._done = done
        self._count = 0
        self._missing: list[MissingRange] = []
        self.missing = self._missing
        self.changed = False
        self._way = [_Level(path, root, root.about())]

    def close(self) -> None:
        """Let every key go."""
        super().close()
        while self._way:
            self._way.pop().key.close()
        self._done()

    def _chunks(self) -> Iterator[bytes]:
        made, before = bytearray(), 0
        for text, lost in self._lines():
            data = text.encode("utf-16-le")
            if lost:
                self._lose(before + len(made), len(data), lost)
            made += data
            if len(made) >= _CHUNK:
                yield bytes(made)
                before += len(made)
                made.clear()
        yield bytes(made)

    def _lose(self, offset: int, size: int, error: str) -> None:
        """Something is missing where a comment says so; beyond our limit, ranges grow together."""
        if len(error) > _LONGEST:  # whole, it stands in the comment
            error = f"…{error[-_LONGEST:]}"
        if len(self._missing) < _TOLD:
            self._missing.append(MissingRange(offset, size, error))
            return
        last = self._missing[-1]
        error = "several keys or values; a comment tells each at its place"
        self._missing[-1] = MissingRange(last.offset, offset + size - last.offset, error)

    def _lines(self) -> Iterator[_Piece]:
        root = self._way[0]
        yield _Piece(regfile.HEADER + regfile.key(root.path, "", root.about.written))
        yield from self._inside(root)
        while self._way:
            here = self._way[-1]
            if here.at < here.about.below:
                here.at += 1
                yield from self._next(here)
            else:
                yield from self._left(here)
                self._way.pop().key.close()

    def _next(self, here: _Level) -> Iterator[_Piece]:
        """The next key below one, with its values; those below it follow."""
        try:
            written, name = here.key.below(here.at - 1)
        except OSError as error:
            if error.errno == errno.ENODATA:  # fewer than before: it has changed
                here.at = here.about.below
            else:
                yield _lost(f"{here.path}: key {here.at}", detail_of(error))
            return
        path = rf"{here.path}\{regfile.shown(name)}"
        yield _Piece(regfile.key(path, name, written))
        self._count += 1
        if self._count > _MOST:
            yield _lost(path, f"more than {_MOST} keys: our limit; nothing behind it was read")
            for level in self._way:
                level.at = level.about.below
        elif len(self._way) >= _DEEPEST:
            yield _lost(path, f"deeper than {_DEEPEST} levels: our limit")
        else:
            yield from self._entered(here, path, name)

    def _entered(self, here: _Level, path: str, name: str) -> Iterator[_Piece]:
        try:
            key = here.key.open(name)
        except OSError as error:
            yield _lost(path, detail_of(error))
            return
        try:
            level = _Level(path, key, key.about())
        except OSError as error:
            key.close()
            yield _lost(path, detail_of(error))
            return
        self._way.append(level)
        yield from self._inside(level)

    def _inside(self, here: _Level) -> Iterator[_Piece]:
        """The class and the values of a key."""
        yield _Piece(regfile.kind(here.about))
        for index in range(here.about.values):
            try:
                value = here.key.value(index)
            except OSError as error:
                if error.errno == errno.ENODATA:
                    return
                yield _lost(f"{here.path}: value {index + 1}", detail_of(error))
                continue
            if value.data is None:
                what = f"{here.path}: value {index + 1}, {regfile.shown(value.name)}"
                yield _lost(
                    what, f"{value.size} bytes: longer than our limit for a value, or growing"
                )
            else:
                yield from map(_Piece, regfile.value(value, value.data))

    def _left(self, here: _Level) -> Iterator[_Piece]:
        """What there is to say when all of a key was read: whether it is as it was."""
        try:
            same = here.key.about() == here.about
        except OSError:  # gone
            same = False
        if not same:
            self.changed = True
            what = "was changed while it was read: keys or values may be missing"
            yield _Piece(f"\r\n; {here.path} {what}\r\n")


def _lost(what: str, why: str) -> _Piece:
    return _Piece(f"; NOT READ: {what}: {why}\r\n", f"{what}: {why}")


class WindowsRegistry:
    """Takes the hives that a running Windows has loaded, as text, where their files stay closed.

    Only where the system volume can't be read raw, or when it is named. Each hive is an item in the
    form of a registry export (`.reg`), read key by key through the kernel's calls; nothing is
    written. Comments tell when each key was last written to, classes, links (not followed) and what
    was refused. Cannot show deleted keys, transaction logs, who may do what with a key, hives that
    nobody has loaded, nor what a rootkit hides from calls; and it is no state of one moment. Run
    under Wine; not run on real Windows.
    """

    name: ClassVar[str] = "windows-registry"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.QUICK
    kind: ClassVar[Kind] = "registry"

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """An artifact for each hive that is loaded or has to be."""
        if not asks_windows(source):
            yield not_windows(self.name, self.kind)
            return
        for short, (place, root, always) in _ROOTS.items():
            names = {upcased(name): name for name in always}
            try:
                for name in _below(place):
                    names[upcased(name)] = name
            except OSError as error:  # those before it are exported
                yield gap_from(f"hozen:/{self.name}/{short}", self.kind, error)
            for _, name in sorted(names.items()):
                shown = regfile.shown(name)
                yield Artifact(
                    origin=f"hozen:/{self.name}/{short}/{shown}.reg", kind=self.kind,
                    open=partial(_export, rf"{place}\{name}", rf"{root}\{shown}"),
                )  # fmt: skip


def _below(place: str) -> Iterator[str]:
    with closing(Key(place)) as key:
        for below in key.all_below():
            yield below.name


def _export(place: str, path: str) -> Export:
    """Begin with a hive.

    Raises:
        OSError: its root is refused, or it isn't loaded.
    """
    right = BackupRight()
    try:
        root = Key(place, backup=right.granted)
    except OSError:
        right.close()
        raise
    try:
        return Export(root, path, done=right.close)
    except OSError:
        root.close()
        right.close()
        raise
