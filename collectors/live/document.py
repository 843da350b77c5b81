"""The normalised JSON that stands beside the raw texts."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from collectors.artifact import Artifact
from collectors.files.snapshot import Stream
from collectors.pathtext import to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from collectors.artifact import Kind

Row = dict[str, Any]
_NO_CHARACTER = re.compile("[\ud800-\udfff]")
Line = TypeVar("Line", str, bytes)


def text(data: bytes | str) -> str:
    """Readable text; bytes that are no UTF-8 become backslash escapes."""
    raw = to_bytes(data) if isinstance(data, str) else data
    return raw.decode("utf-8", "backslashreplace")


def entry(key: str, data: bytes | str) -> dict[str, str]:
    """A JSON entry for a text and, where text can't hold its bytes, a sibling in base64."""
    raw = to_bytes(data) if isinstance(data, str) else data
    try:
        return {key: raw.decode("utf-8")}
    except UnicodeDecodeError:
        return {key: text(raw), f"{key}_b64": base64.b64encode(raw).decode("ascii")}


def utc(when: datetime, to: str = "auto") -> str:
    """A time in UTC as documents tell it.

    Args:
        when: with its zone, which is UTC.
        to: how exact, as `datetime.isoformat` calls it.
    """
    return when.isoformat(timespec=to).replace("+00:00", "Z")


def encode(value: object) -> str:
    """Compact JSON with sorted keys; what is no character stands there as `text` would show it.

    So one odd name from the host, wherever it got in, never costs the rest of a document.
    """
    found = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _NO_CHARACTER.sub(lambda one: _shown(one[0]), found)


def _shown(character: str) -> str:
    byte = ord(character) - 0xDC00  # as os.fsdecode puts one that is no UTF-8
    return f"\\\\x{byte:02x}" if 0x80 <= byte <= 0xFF else f"\\\\u{ord(character):04x}"


def decoded(lines: Iterable[Line], decode: Callable[[Line], Row]) -> Iterator[Row]:
    """A row for each line; one that can't be decoded is shown as it is, and the next goes on."""
    for line in lines:
        try:
            yield decode(line)
        except (ValueError, IndexError):
            yield {"not_understood": text(line)}


class Document:
    """One JSON object of facts and tables; rows are kept encoded, which is small."""

    def __init__(self, name: str, kind: Kind) -> None:
        """An empty document `hozen:/<name>.json` of the schema `hozen-<name>/1`."""
        self.name = name
        self.kind: Kind = kind
        self._facts: dict[str, object] = {"schema": f"hozen-{name}/1"}
        self._tables: dict[str, list[str]] = {}

    def table(self, name: str) -> None:
        """Let a table be there even when no row comes: searched, and nothing found."""
        self._tables.setdefault(name, [])

    def row(self, table: str, row: Mapping[str, object]) -> None:
        """Add a row to a table."""
        self._tables.setdefault(table, []).append(encode(row))

    def fact(self, key: str, value: object) -> None:
        """Set a single value."""
        self._facts[key] = value

    def pieces(self) -> Iterator[bytes]:
        """The document as UTF-8, a row a line."""
        separator = "{"
        for key in sorted([*self._facts, *self._tables]):
            yield f"{separator}{encode(key)}:".encode()
            if key in self._tables:
                yield from _array(self._tables[key])
            else:
                yield encode(self._facts[key]).encode()
            separator = ",\n"
        yield b"}\n"

    def artifact(self) -> Artifact:
        """The document as it will be when it is opened."""
        return Artifact(
            origin=f"hozen:/{self.name}.json", kind=self.kind, open=partial(_opened, self)
        )


def _array(rows: list[str]) -> Iterator[bytes]:
    separator = "["
    for row in rows:
        yield f"{separator}\n{row}".encode()
        separator = ","
    yield b"]" if rows else b"[]"


def _opened(document: Document) -> Stream:
    return Stream(document.pieces())
