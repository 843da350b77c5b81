"""What stands at stated places of a registry, to be held against what another door shows there.

The places are those that programs start from (`hive`), and names that say who there is: services
and accounts. A hive is looked at in a process apart (`collectors.windows.looking`), which answers
in lines.
"""

from __future__ import annotations

import errno
import json
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Protocol

from collectors.files.spelling import upcased
from collectors.windows.hive import (
    LONGEST,
    MOST_KEYS,
    OF_A_USER,
    OF_SOFTWARE,
    OF_SYSTEM,
    Hive,
    Row,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PLACES: dict[str, tuple[Row, ...]] = {
    "view of SYSTEM": (*OF_SYSTEM, Row(r"*\Services\*", ("Start", "Type", "ObjectName"))),
    "view of SOFTWARE": OF_SOFTWARE,
    "view of SAM": (Row(r"SAM\Domains\*\Users\Names\*"),),
    "view of a user": OF_A_USER,
}
"""By the names of their readers."""
_SHOWN = 512  # bytes of a value that are told; a longer one by its digest


class Held(NamedTuple):
    """One value."""

    name: str
    type: int
    size: int
    data: str
    """In hexadecimal digits, or a digest; nothing of one that is too long."""


class Seen(NamedTuple):
    """A key at one of the places, or on the way to one."""

    path: str
    written: int
    """When it was last written to: 100 ns since 1601."""
    values: tuple[Held, ...] = ()
    refused: str = ""
    """Why nothing of it or below it could be seen."""


class Branch(Protocol):
    """A key, and the way down from it; each question may raise OSError."""

    def written(self) -> int:
        """When it was last written to."""
        ...

    def below(self) -> Iterator[tuple[str, Branch | OSError]]:
        """The keys below it by their names, or why one can't be opened."""
        ...

    def named(self, name: str, /) -> Branch | None:
        """The key of this name, whatever its case; None where there is none."""
        ...

    def values(self) -> Iterator[Held]:
        """Its values."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


def until_zero(name: str) -> str:
    """A name as far as libregf knows it, which ends it at a zero."""
    return name.partition("\0")[0]


def held(name: str, kind: int, size: int, data: bytes | None) -> Held:
    """A value as both doors tell it."""
    if data is None or size > LONGEST:
        return Held(name, kind, size, "")
    shown = data.hex() if size <= _SHOWN else f"sha256:{sha256(data).hexdigest()}"
    return Held(name, kind, size, shown)


def seen(root: Branch, rows: Iterable[Row]) -> dict[str, Seen]:
    """What stands at the places below a root, and on the way there, by path in upper case.

    Raises:
        OSError: a key that is there can't be asked.
        OverflowError: more keys than are looked at.
    """
    found: dict[str, Seen] = {}
    for row in rows:
        for one in _along(root, "", row.key.split("\\"), row.values):
            known = found.get(upcased(one.path), one)
            values = {upcased(value.name): value for value in (*known.values, *one.values)}
            found[upcased(one.path)] = one._replace(values=tuple(values.values()))
            if len(found) > MOST_KEYS:
                raise OverflowError(f"more than {MOST_KEYS} keys at the places that are compared")
    return found


def _along(key: Branch, path: str, parts: Sequence[str], values: Sequence[str]) -> Iterator[Seen]:
    if not parts:
        wanted = None if "*" in values else {upcased(name) for name in values}
        held_ = (one for one in key.values() if wanted is None or upcased(one.name) in wanted)
        yield Seen(path, key.written(), tuple(held_))
        return
    yield Seen(path, key.written())
    for name, below in _next(key, parts[0]):
        where = f"{path}\\{name}" if path else name
        if isinstance(below, OSError):
            yield Seen(where, 0, refused=below.strerror or str(below))
            continue
        with closing(below):
            yield from _along(below, where, parts[1:], values)


def _next(key: Branch, part: str) -> Iterator[tuple[str, Branch | OSError]]:
    if part == "*":
        yield from key.below()
        return
    try:
        below = key.named(part)
    except OSError as error:
        yield part, error
        return
    if below is not None:
        yield part, below


class _InHive:
    """A key of a hive, as libregf reads it."""

    def __init__(self, hive: Hive, key: Any) -> None:
        self._hive = hive
        self._key = key
        hive.tried(hive.look_for_lost, key)

    def written(self) -> int:
        """When it was last written to."""
        return self._hive.tried(lambda: int(self._key.get_last_written_time_as_integer())) or 0

    def below(self) -> Iterator[tuple[str, _InHive | OSError]]:
        """The keys below it."""
        for index in range(self._hive.tried(lambda: int(self._key.number_of_sub_keys)) or 0):
            key = self._hive.tried(self._key.get_sub_key, index)
            name = self._hive.tried(lambda of: str(of.name), key) if key is not None else None
            if name is not None:
                yield name, _InHive(self._hive, key)

    def named(self, name: str) -> _InHive | None:
        """The key of this name."""
        key = self._hive.tried(self._key.get_sub_key_by_name, name)
        return None if key is None else _InHive(self._hive, key)

    def values(self) -> Iterator[Held]:
        """Its values."""
        for index in range(self._hive.tried(lambda: int(self._key.number_of_values)) or 0):
            value = self._hive.tried(self._key.get_value, index)
            found = self._hive.tried(_held, value) if value is not None else None
            if found is not None:
                yield found

    def close(self) -> None:
        """Nothing is held."""


def _held(value: Any) -> Held:
    size = int(value.data_size)
    data = (value.data or b"") if size <= LONGEST else None
    return held(str(value.name or ""), int(value.type), size, data)


def lines(rows: Iterable[Row], file: BinaryIO) -> Iterator[str]:
    """What stands at the places in a hive, a key a line; names end at a zero that is in them.

    Raises:
        OSError: it is no hive, or was damaged in places.
        OverflowError: more keys than are looked at.
        ImportError: libregf is missing.
    """
    hive = Hive(file)
    for one in seen(_InHive(hive, hive.root), rows).values():
        yield json.dumps(one)
    hive.require_whole()


def from_lines(told: Iterable[str]) -> dict[str, Seen]:
    """The same, from those lines.

    Raises:
        OSError: they have no meaning: the process apart may be in strange hands.
    """
    try:
        found = [json.loads(line) for line in told]
        each = [
            Seen(str(path), int(written), tuple(Held(*value) for value in values), str(refused))
            for path, written, values, refused in found
        ]
    except (ValueError, TypeError) as error:
        raise OSError(errno.EIO, f"an answer without a meaning: {error}") from error
    return {upcased(one.path): one for one in each}
