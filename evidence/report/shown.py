"""Text from a host, made harmless to read: nothing that moves, turns or hides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chain_of_custody.findings import escaped

LONGEST = 400  # characters of one cell; the rest is in the file that the table names
_ENDPOINT = {"address", "port"}
_CHUNK = 200  # what `escaped` shows of a text
_DEEPEST = 4
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def shown(text: str) -> str:
    """All of a text, its control and direction characters as escapes."""
    return "".join(escaped(text[at : at + _CHUNK]) for at in range(0, len(text), _CHUNK))


def cut(text: str) -> str:
    """A text that fits into a cell."""
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def value(found: object, depth: int = _DEEPEST) -> str:
    """Any JSON value as a line of text, shortened."""
    if found is None:
        return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, str | int | float):
        return cut(str(found))
    if depth == 0:
        return "…"
    if isinstance(found, Mapping):
        if found.keys() == _ENDPOINT:
            return cut(_endpoint(str(found["address"]), value(found["port"])))
        return cut(", ".join(f"{k}={value(v, depth - 1)}" for k, v in list(found.items())[:32]))
    if isinstance(found, Sequence):
        return cut(" ".join(value(each, depth - 1) for each in found[:64]))
    return cut(str(found))


def _endpoint(address: str, port: str) -> str:
    """An address with its port as people write it; RFC 5952, section 6."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def at(row: Mapping[str, Any], path: str) -> object:
    """The value behind a dotted path; None where there is none."""
    found: object = row
    for key in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


def utc(nanoseconds: str | None) -> str:
    """A time as the host's file system gave it; as a number where it is no time."""
    if nanoseconds is None:
        return ""
    try:
        when = _EPOCH + timedelta(seconds=int(nanoseconds) // 1_000_000_000)
    except OverflowError:
        return f"{nanoseconds} ns"
    return when.strftime("%Y-%m-%d %H:%M:%S")
