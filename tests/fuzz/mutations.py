"""Changes of a seed: to its bytes, or to what they say, encoded rightly again.

A change is a small tuple, so that hypothesis can draw and shrink it, a loop can make it at random,
and a guided fuzzer can cut it from its bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import rfc8785
from byhand import Member, archive, frames, header, members_of, unframed
from forgeries.signatures import element, join, split

from evidence import tar


class Change(NamedTuple):
    """What to do, where, and with what; each taken modulo what there is."""

    kind: int
    at: int
    with_: int
    payload: bytes


def changed(form: str, seeds: Sequence[bytes], seed: int, changes: Sequence[Change]) -> bytes:
    """A seed with changes of its form, or of its bytes where it has lost that form."""
    data = seeds[seed % len(seeds)]
    for change in changes:
        deep, plain = FORMS[form], BYTES
        chosen = (*deep, *plain)[change.kind % (len(deep) + len(plain))]
        try:
            data = chosen(data, change, seeds)
        except Exception:  # noqa: BLE001 - it has lost that form by the changes before
            data = plain[change.kind % len(plain)](data, change, seeds)
    return data


# Bytes


def _flip(data: bytes, change: Change, _: Sequence[bytes]) -> bytes:
    if not data:
        return change.payload
    at = change.at % len(data)
    return data[:at] + bytes([data[at] ^ 1 << change.with_ % 8]) + data[at + 1 :]


def _put(data: bytes, change: Change, _: Sequence[bytes]) -> bytes:
    at = change.at % (len(data) + 1)
    return data[:at] + change.payload + data[at + change.with_ % 3 * len(change.payload) :]


def _drop(data: bytes, change: Change, _: Sequence[bytes]) -> bytes:
    at = change.at % (len(data) + 1)
    return data[:at] + data[at + 1 + change.with_ % 64 :]


def _end(data: bytes, change: Change, _: Sequence[bytes]) -> bytes:
    return data[: change.at % (len(data) + 1)]


def _repeat(data: bytes, change: Change, _: Sequence[bytes]) -> bytes:
    at = change.at % (len(data) + 1)
    piece = data[at : at + 1 + change.with_ % 80]
    return data[:at] + piece * (2 + change.with_ % 7) + data[at:]


def _splice(data: bytes, change: Change, seeds: Sequence[bytes]) -> bytes:
    other = seeds[change.with_ % len(seeds)]
    at = change.at % (len(data) + 1)
    return data[:at] + other[at:]


def _number(data: bytes, change: Change, _: Sequence[bytes]) -> bytes:
    """Some bytes as an extreme integer of one, two, four or eight bytes."""
    size = (1, 2, 4, 8)[change.with_ % 4]
    value = (0, 1, 1 << 8 * size - 1, (1 << 8 * size) - 1)[change.with_ // 4 % 4]
    at = change.at % (len(data) + 1)
    return data[:at] + value.to_bytes(size, "little") + data[at + size :]


Changer = Callable[[bytes, Change, Sequence[bytes]], bytes]
BYTES: tuple[Changer, ...] = (_flip, _put, _drop, _end, _repeat, _splice, _number)

# JSON

VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**53 - 1, -(2**53), 10**20, 1.5, "", "0", "-1", "9" * 40, "null",
    "../../etc/passwd", "volume-00001.tar.zst", "volume-00000.tar.zst.age", "\x1b[2J", "\u202e",
    "\x00",
    "2026-02-29T00:00:00Z", "9999-12-31T23:59:59.999999Z", "item:99999999", "event:1", "item:0",
    "a" * 64, "0" * 64, "é" * 300, "\U0001f600", "=", "////", [], {}, [[]], [None], [""] * 70,
    ["item:1"] * 40, "sealed", "resumed", "gap", "partial", "acquired", "skipped", "system call",
)  # fmt: skip


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in a document, with each of its keys."""
    found: list[tuple[Any, Any]] = []
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for key in keys:
        found.append((value, key))
        found += _places(value[key])
    return found


def _json(edit: Callable[[Any, Any, Change], None]) -> Changer:
    def change(data: bytes, change: Change, _: Sequence[bytes]) -> bytes:
        line, newline, rest = data.partition(b"\n")
        document = json.loads(line)
        places = _places(document)
        edit(*places[change.at % len(places)], change)
        return rfc8785.dumps(document) + newline + rest

    return change


def _other_value(holder: Any, key: Any, change: Change) -> None:
    holder[key] = VALUES[change.with_ % len(VALUES)]


def _neighbours_value(holder: Any, key: Any, change: Change) -> None:
    keys = list(holder) if isinstance(holder, dict) else range(len(holder))
    holder[key] = holder[keys[change.with_ % len(keys)]]


def _without(holder: Any, key: Any, _: Change) -> None:
    del holder[key]


def _more(holder: Any, key: Any, change: Change) -> None:
    if isinstance(holder, dict):
        holder[f"x{change.with_ % 9}"] = holder[key]
    else:
        holder.extend([holder[key]] * (1 + change.with_ % 100))


def _nested(holder: Any, key: Any, change: Change) -> None:
    for _ in range(change.with_ % 40):
        holder[key] = [holder[key]] if change.at % 2 else {"a": holder[key]}


def _text(holder: Any, key: Any, change: Change) -> None:
    holder[key] = str(holder[key]) + change.payload.decode("latin-1")


def _key_twice(data: bytes, change: Change, _: Sequence[bytes]) -> bytes:
    marks = [at for at in range(len(data)) if data[at : at + 2] == b',"']
    at = marks[change.at % len(marks)]
    end = data.index(b":", at)
    return data[: end + 1] + b"null" + data[at : end + 1] + data[end + 1 :]


JSON: tuple[Changer, ...] = (
    _json(_other_value), _json(_other_value), _json(_neighbours_value), _json(_without),
    _json(_more), _json(_nested), _json(_text), _key_twice,
)  # fmt: skip

# DER


def _elements(data: bytes, at: int = 0) -> list[list[int]]:
    """The path to every element, by place in each level."""
    found = []
    for index, (tag, content) in enumerate(split(data)):
        found.append([index])
        if tag & 0x20:
            found += [[index, *path] for path in _elements(content)]
    return found


def _within(data: bytes, path: list[int], edit: Callable[[list, int], None]) -> bytes:
    level = split(data)
    if len(path) == 1:
        edit(level, path[0])
    else:
        tag, content = level[path[0]]
        level[path[0]] = (tag, _within(content, path[1:], edit))
    return join(level)


def _der(edit: Callable[[list, int, Change], None]) -> Changer:
    def change(data: bytes, change: Change, _: Sequence[bytes]) -> bytes:
        paths = _elements(data)
        chosen = paths[change.at % len(paths)]
        return _within(data, chosen, lambda level, index: edit(level, index, change))

    return change


def _other_tag(level: list, index: int, change: Change) -> None:
    tags = (0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x17, 0x30, 0x31, 0xA0, 0xA1, 0x80, 0x24, 0x00)
    level[index] = (tags[change.with_ % len(tags)], level[index][1])


def _other_content(level: list, index: int, change: Change) -> None:
    level[index] = (level[index][0], change.payload)


def _wrapped(level: list, index: int, change: Change) -> None:
    for _ in range(1 + change.with_ % 60):
        level[index] = ((0x30, 0x31, 0xA0)[change.with_ % 3], element(*level[index]))


def _element_gone(level: list, index: int, _: Change) -> None:
    del level[index]


def _element_again(level: list, index: int, change: Change) -> None:
    level.insert(change.with_ % (len(level) + 1), level[index])


def _elements_swapped(level: list, index: int, change: Change) -> None:
    other = change.with_ % len(level)
    level[index], level[other] = level[other], level[index]


DER: tuple[Changer, ...] = tuple(
    _der(edit)
    for edit in (
        _other_tag, _other_content, _wrapped, _element_gone, _element_again, _elements_swapped,
    )
)  # fmt: skip

# Volumes: zstd over tar


def _tar(edit: Callable[[list[Member], int, Change], None]) -> Changer:
    def change(data: bytes, change: Change, _: Sequence[bytes]) -> bytes:
        members = members_of(unframed(data))
        edit(members, change.at % len(members), change)
        return frames(archive(members), 1 + change.with_ % 3000)

    return change


def _member_gone(members: list[Member], at: int, _: Change) -> None:
    del members[at]


def _member_again(members: list[Member], at: int, change: Change) -> None:
    members.insert(change.with_ % (len(members) + 1), members[at])


def _member_renamed(members: list[Member], at: int, change: Change) -> None:
    names = (
        "items/00000001", "items/00000002.0000001", "items/99999999", "records.jsonl", "x" * 100,
        "items/00000003.9999999", "../x", "items/00000000",
    )  # fmt: skip
    members[at] = members[at]._replace(name=names[change.with_ % len(names)])


def _member_longer(members: list[Member], at: int, change: Change) -> None:
    members[at] = members[at]._replace(data=members[at].data * (change.with_ % 5))


def _record_changed(members: list[Member], _: int, change: Change) -> None:
    changes = JSON[change.with_ % len(JSON)]
    lines = members[-1].data.splitlines(keepends=True)
    chosen = change.at % len(lines)
    lines[chosen] = changes(lines[chosen].rstrip(b"\n"), change, ()) + b"\n"
    members[-1] = members[-1]._replace(data=b"".join(lines))


def _header_changed(data: bytes, change: Change, _: Sequence[bytes]) -> bytes:
    """A field of the first header, its checksum fitted."""
    members = members_of(unframed(data))
    first = members[0]
    fields = (0, 100, 108, 116, 124, 136, 156, 157, 257, 263, 265, 297, 329, 337, 345)
    at = fields[change.at % len(fields)]
    block = header(first.name.encode(), len(first.data), field=(at, change.payload[: 500 - at]))
    rest = first.data + bytes(tar.padding(len(first.data)))
    return frames(block + rest + archive(members[1:]))


def _other_frames(data: bytes, change: Change, _: Sequence[bytes]) -> bytes:
    options = (
        {"write_checksum": False}, {"write_content_size": False}, {"level": 19}, {"level": -5},
    )  # fmt: skip
    return frames(unframed(data), 1 + change.at % 5000, **options[change.with_ % len(options)])


VOLUME: tuple[Changer, ...] = (
    _tar(_member_gone), _tar(_member_again), _tar(_member_renamed), _tar(_member_longer),
    _tar(_record_changed), _tar(_record_changed), _header_changed, _other_frames,
)  # fmt: skip

FORMS: dict[str, tuple[Changer, ...]] = {"json": JSON, "der": DER, "volume": VOLUME, "bytes": ()}

__all__ = ["FORMS", "Change", "changed"]
