"""Keys of the registry through the kernel's own calls, which know names of any letters.

No call here can make or change a key. A link of the registry is opened itself and never followed;
names are counted, so that a zero in one, which hides a key from most programs, hides nothing here.
"""

from __future__ import annotations

import ctypes
import errno
import struct
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from collectors.live_windows.calls import api

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OVERFLOW, _TOO_SMALL = 0x8000_0005, 0xC000_0023  # STATUS_BUFFER_OVERFLOW, _TOO_SMALL (ntstatus.h)
_REFUSED = 0x8000_0000  # and all codes above
_PREDEFINED = 0x4000_0016  # STATUS_PREDEFINED_HANDLE: no call of a key takes it
_BASIC, _FULL, _KEY_FLAGS, _VALUE_FULL = 0, 2, 5, 1
"""KeyBasicInformation, KeyFullInformation, KeyFlagsInformation, KeyValueFullInformation (wdm.h)."""
_FLAGS, _VOLATILE = struct.Struct("<3I"), 1  # KEY_FLAGS_INFORMATION, of which the second
_KEY, _BELOW, _VALUE = struct.Struct("<Q9I"), struct.Struct("<QII"), struct.Struct("<5I")
_LOOKING = 0x0109  # KEY_QUERY_VALUE, KEY_ENUMERATE_SUB_KEYS, KEY_WOW64_64KEY: no more is asked for
_ITSELF = 0x0140  # OBJ_CASE_INSENSITIVE, OBJ_OPENLINK
_LINK, _BACKUP = 0x8, 0x4  # REG_OPTION_OPEN_LINK, REG_OPTION_BACKUP_RESTORE
_BACKUP_RIGHT = 17  # SeBackupPrivilege
_ROOM = 64 << 10  # bytes: a header and the longest name (16,383 letters) fit
_TRIES = 8  # a value grows between two questions
LONGEST = 64 << 20  # bytes of a value
_T = TypeVar("_T")


class About(NamedTuple):
    """What a key says of itself."""

    written: int
    """When it was last written to: 100 ns since 1601."""
    kind: str
    """Its class, which programs may give it: parts of the system's own key lie in some."""
    below: int
    values: int


class Below(NamedTuple):
    """A key as the one above it lists it."""

    written: int
    name: str


class Value(NamedTuple):
    """One value; its data is None where it is longer than our limit."""

    name: str
    type: int
    data: bytes | None
    size: int


def about(data: bytes) -> About:
    """What KEY_FULL_INFORMATION says."""
    written, _, at, length, below, _, _, values, _, _ = _KEY.unpack_from(data)
    return About(written, api.counted(data[at : at + length] if length else b""), below, values)


def listed(data: bytes) -> Below:
    """What KEY_BASIC_INFORMATION says."""
    written, _, length = _BELOW.unpack_from(data)
    return Below(written, api.counted(data[_BELOW.size : _BELOW.size + length]))


def value(data: bytes, *, whole: bool = True) -> Value:
    """What KEY_VALUE_FULL_INFORMATION says; its beginning alone where it isn't whole."""
    _, number, at, size, length = _VALUE.unpack_from(data)
    name = api.counted(data[_VALUE.size : _VALUE.size + length])
    return Value(name, number, data[at : at + size] if whole else None, size)


class _Name(ctypes.Structure):
    """UNICODE_STRING."""

    _fields_ = (
        ("length", ctypes.c_uint16), ("room", ctypes.c_uint16), ("letters", ctypes.c_char_p),
    )  # fmt: skip


class _Place(ctypes.Structure):
    """OBJECT_ATTRIBUTES."""

    _fields_ = (
        ("length", ctypes.c_uint32), ("above", ctypes.c_void_p), ("name", ctypes.POINTER(_Name)),
        ("attributes", ctypes.c_uint32), ("security", ctypes.c_void_p),
        ("quality", ctypes.c_void_p),
    )  # fmt: skip


class Key:
    """A key that is open for reading; those below it are opened through it, one level at a time."""

    def __init__(self, path: str, *, above: Key | None = None, backup: bool = False) -> None:
        r"""Open it.

        Args:
            path: from `\Registry` on, or from the key above.
            above: that key.
            backup: whether to ask for it as a backup does where it is refused otherwise.

        Raises:
            OSError: no such key, or refused.
        """
        self._backup = backup
        room = above.room if above else ctypes.create_string_buffer(_ROOM)
        self.room: ctypes.Array[ctypes.c_char] = room
        self.handle: int = _opened(path, above.handle if above else None, backup=backup)

    def about(self) -> About:
        """What it says of itself.

        Raises:
            OSError: refused, or it is gone.
        """
        return about(self._asked("NtQueryKey", _FULL)[0])

    def below(self, index: int) -> Below:
        """A key below it.

        Raises:
            OSError: refused; ENODATA: there are no more.
        """
        return listed(self._asked("NtEnumerateKey", index, _BASIC)[0])

    def value(self, index: int) -> Value:
        """A value in it.

        Raises:
            OSError: refused; ENODATA: there are no more.
        """
        data, whole = self._asked("NtEnumerateValueKey", index, _VALUE_FULL)
        return value(data, whole=whole)

    def is_volatile(self) -> bool:
        """Whether it is in memory alone, and in no hive's file.

        Raises:
            OSError: refused, or this Windows doesn't say.
        """
        _, flags, _ = _FLAGS.unpack_from(self._asked("NtQueryKey", _KEY_FLAGS)[0])
        return bool(flags & _VOLATILE)

    def all_below(self) -> Iterator[Below]:
        """Every key below it; fewer than it says where some go meanwhile.

        Raises:
            OSError: refused.
        """
        return _each(self.below, self.about().below)

    def all_values(self) -> Iterator[Value]:
        """Every value in it, likewise.

        Raises:
            OSError: refused.
        """
        return _each(self.value, self.about().values)

    def open(self, name: str) -> Key:
        """A key below it.

        Raises:
            OSError: refused, or it is gone.
        """
        return Key(name, above=self, backup=self._backup)

    def close(self) -> None:
        """Let it go."""
        api.function("ntdll", "NtClose")(ctypes.c_void_p(self.handle))

    def _asked(self, name: str, *asked: int) -> tuple[bytes, bool]:
        """An answer, and whether it is whole: one beyond our limit is its beginning."""
        ask, size, room = api.function("ntdll", name), ctypes.c_uint32(0), self.room
        code = _TOO_SMALL
        for _ in range(_TRIES):
            code = ask(ctypes.c_void_p(self.handle), *asked, room, len(room), ctypes.byref(size))
            if code not in (_OVERFLOW, _TOO_SMALL) or size.value > LONGEST + _ROOM:
                break
            room = ctypes.create_string_buffer(max(size.value, len(room)))
        whole = code < _REFUSED
        if not whole and code != _OVERFLOW:
            raise api.refused(name, code)
        return ctypes.string_at(room, min(size.value, len(room))), whole


def _each(ask: Callable[[int], _T], count: int) -> Iterator[_T]:
    for index in range(count):
        try:
            yield ask(index)
        except OSError as error:
            if error.errno != errno.ENODATA:
                raise
            return


def _opened(path: str, above: int | None, *, backup: bool) -> int:
    """A handle; asked for as a backup does only where it is refused otherwise."""
    try:
        return _handle_of(path, above, _LINK)
    except PermissionError:
        if not backup:
            raise
        return _handle_of(path, above, _LINK | _BACKUP)


def _handle_of(path: str, above: int | None, options: int) -> int:
    letters = path.encode("utf-16-le", "surrogatepass")
    name = _Name(len(letters), len(letters), letters)
    place = _Place(ctypes.sizeof(_Place), above, ctypes.pointer(name), _ITSELF, None, None)
    handle = ctypes.c_void_p(None)
    code = api.function("ntdll", "NtOpenKeyEx")(
        ctypes.byref(handle), _LOOKING, ctypes.byref(place), options
    )
    if code >= _REFUSED or handle.value is None:
        raise api.refused("NtOpenKeyEx", code)
    if code == _PREDEFINED:
        api.function("ntdll", "NtClose")(handle)
        raise OSError(errno.ENOTSUP, "it stands for what Windows makes up, and is in no hive")
    return handle.value


class BackupRight:
    """The right to read for a backup, on this program's own token; given back when it is let go."""

    def __init__(self) -> None:
        """Ask for it; `granted` says whether Windows gave it.

        Raises:
            OSError: this Windows has no such function.
        """
        self._change = api.function("ntdll", "RtlAdjustPrivilege")
        self._had = ctypes.c_uint8(0)
        self.granted = self._change(_BACKUP_RIGHT, 1, 0, ctypes.byref(self._had)) == 0

    def close(self) -> None:
        """Have it no more, unless it was there before."""
        if self.granted and not self._had.value:
            self._change(_BACKUP_RIGHT, 0, 0, ctypes.byref(ctypes.c_uint8(0)))
