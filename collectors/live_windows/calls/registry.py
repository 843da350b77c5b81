"""Keys of the registry by their paths, as the running Windows shows them (`keys`).

What a rootkit hides from this view stands in the hives, which are taken from the raw volume.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from collectors.artifact import detail_of
from collectors.live_windows.calls.api import counted
from collectors.live_windows.calls.keys import LONGEST, Key, Value

_ROOTS = {"HKLM": r"\Registry\Machine", "HKU": r"\Registry\User"}
_TYPES = {
    0: "REG_NONE", 1: "REG_SZ", 2: "REG_EXPAND_SZ", 3: "REG_BINARY", 4: "REG_DWORD",
    5: "REG_DWORD_BIG_ENDIAN", 6: "REG_LINK", 7: "REG_MULTI_SZ", 11: "REG_QWORD",
}  # fmt: skip
_TEXT, _TEXTS, _NUMBERS = (1, 2, 6), 7, {4: 4, 11: 8}  # types; bytes of a number
EPOCH = 116_444_736_000_000_000  # 1970, in 100 ns since 1601
_MOST = 10_000  # keys below one

Values = dict[str, dict[str, Any]]


@contextmanager
def _opened(path: str) -> Iterator[Key]:
    """A key, in the view that 64-bit programs have.

    Raises:
        OSError: no such key, or refused.
    """
    root, _, rest = path.partition("\\")
    try:
        with closing(Key("\\".join([_ROOTS[root], *([rest] if rest else [])]))) as key:
            yield key
    except OSError as error:
        raise OSError(error.errno, f"{path}: {error.strerror}") from error


def values(path: str) -> Values:
    """The values of a key by name, each with its type and, in text, what it holds.

    Raises:
        OSError: no such key, or refused.
    """
    with _opened(path) as key:
        return {one.name: _told(one) for one in key.all_values()}


def _told(value: Value) -> dict[str, Any]:
    kind = _TYPES.get(value.type, str(value.type))
    if value.data is None:
        error = f"{value.size} bytes: longer than our limit of {LONGEST}, or growing"
        return {"type": kind, "data": "", "error": error}
    return {"type": kind, "data": _shown(value.type, value.data)}


def _shown(kind: int, data: bytes) -> object:
    """What a value holds: text, texts, a number, or else its bytes in hexadecimal digits."""
    if len(data) == _NUMBERS.get(kind):
        return int.from_bytes(data, "little")
    if kind not in (*_TEXT, _TEXTS) or len(data) % 2:
        return data.hex()
    text = counted(data).rstrip("\0")
    return text if kind != _TEXTS else text.split("\0") if text else []


def keys(path: str) -> list[str]:
    """The names of the keys below one.

    Raises:
        OSError: no such key, or refused.
    """
    with _opened(path) as key:
        return [below.name for below in key.all_below()]


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
    with _opened(path) as key:
        return (key.about().written - EPOCH) * 100


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
