"""Keys of the registry as the running Windows shows them; opened for reading only.

What a rootkit hides from this view stands in the hives, which are taken from the raw volume.
"""

from __future__ import annotations

import errno
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from collectors.artifact import detail_of
from collectors.live_windows import api

_ROOTS = {"HKLM": "HKEY_LOCAL_MACHINE", "HKU": "HKEY_USERS"}
_TYPES = {
    0: "REG_NONE", 1: "REG_SZ", 2: "REG_EXPAND_SZ", 3: "REG_BINARY", 4: "REG_DWORD",
    5: "REG_DWORD_BIG_ENDIAN", 6: "REG_LINK", 7: "REG_MULTI_SZ", 11: "REG_QWORD",
}  # fmt: skip

_MOST = 10_000  # keys below one: where a link of the registry leads back, they never end

Values = dict[str, dict[str, Any]]


@contextmanager
def _opened(path: str) -> Iterator[tuple[Any, Any]]:
    """The module and a handle of a key, in the view that 64-bit programs have.

    Raises:
        OSError: no such key, or refused.
    """
    try:
        winreg: Any = importlib.import_module("winreg")
    except ImportError as error:
        raise OSError(errno.ENOTSUP, f"{path}: no registry here") from error
    root, _, rest = path.partition("\\")
    access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
    try:
        with winreg.OpenKey(getattr(winreg, _ROOTS[root]), rest, 0, access) as key:
            yield winreg, key
    except OSError as error:  # its text would be in the host's language, and name no key
        raise api.refused(path, getattr(error, "winerror", None) or 0) from error


def values(path: str) -> Values:
    """The values of a key by name, each with its type and, in text, what it holds.

    Raises:
        OSError: no such key, or refused.
    """
    with _opened(path) as (winreg, key):
        count = winreg.QueryInfoKey(key)[1]
        found = (winreg.EnumValue(key, index) for index in range(count))
        return {name: _told(data, kind) for name, data, kind in found}


def _told(data: object, kind: int) -> dict[str, Any]:
    shown: object = data.hex() if isinstance(data, bytes) else data
    return {"type": _TYPES.get(kind, str(kind)), "data": shown}


def keys(path: str) -> list[str]:
    """The names of the keys below one.

    Raises:
        OSError: no such key, or refused.
    """
    with _opened(path) as (winreg, key):
        return [winreg.EnumKey(key, index) for index in range(winreg.QueryInfoKey(key)[0])]


def tree(path: str) -> dict[str, Any]:
    """The values of a key and of every key below it, by their paths.

    What is refused of a key has `error` and why beside what was read; so has the first one where
    there are more keys than any Windows has.

    Raises:
        OSError: no such key, or refused.
    """
    found: dict[str, dict[str, Any]] = {path: values(path)}
    waiting = [path]
    while waiting:
        below = _below(waiting.pop(), found)[: _MOST - len(found)]
        waiting += below
        for each in below:
            found[each] = _values(each)
        if len(found) >= _MOST:
            found[path]["error"] = f"more than {_MOST} keys below it"
            break
    return found


def _below(path: str, found: dict[str, dict[str, Any]]) -> list[str]:
    """The keys below one; that they can't be listed is noted beside its values."""
    try:
        return [rf"{path}\{name}" for name in keys(path)]
    except OSError as error:  # one may have gone while they were counted
        found[path]["error"] = detail_of(error)
        return []


def _values(path: str) -> dict[str, Any]:
    try:
        return values(path)
    except OSError as error:
        return {"error": detail_of(error)}


def written(path: str) -> int:
    """When a key was last written to: ns since 1970.

    Raises:
        OSError: no such key, or refused.
    """
    with _opened(path) as (winreg, key):
        return (int(winreg.QueryInfoKey(key)[2]) - 116_444_736_000_000_000) * 100


def text(path: str, name: str) -> str:
    """One value as text; empty where there is none.

    Raises:
        OSError: refused.
    """
    try:
        found = values(path).get(name)
    except FileNotFoundError:
        return ""
    return str(found["data"]) if found is not None else ""


def machine_number() -> str:
    """The number that Windows gave itself when it was installed; empty where it is refused."""
    try:
        return text(r"HKLM\SOFTWARE\Microsoft\Cryptography", "MachineGuid")
    except OSError:
        return ""
