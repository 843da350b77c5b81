"""What an event says, by the names that rules of Sigma have for it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from evidence.triage.evtx.event import Event
from evidence.triage.sigma.rule import Feed

TEXT = "all values"
"""The column in which keywords are looked for."""
_DATA = "Data"
_ZERO = "\N{SYMBOL FOR NULL}"


def column(number: int) -> str:
    """What a field is called in SQLite, whose own names and case are none of a rule's business."""
    return f"c{number}"


def values_of(event: Event) -> dict[str, str]:
    """Name to value, whole; what has no name is `0`, `1`, … and, together, `Data`.

    What an event says goes before what Windows says of it: `Channel`, where one was emptied.

    What is there and empty is an empty text, and what is not there is missing: Sigma tells one
    from the other.
    """
    try:
        found = msgspec.json.decode(event.said)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = {}
    said = dict(_texts(found)) if isinstance(found, dict) else {}
    text = "\n".join(said.values())
    if "0" in said:
        said.setdefault(_DATA, text)
    return _system(event) | said | {TEXT: text}


def _system(event: Event) -> dict[str, str]:
    """What Windows says of every event."""
    return {
        "EventID": str(event.id), "Channel": event.channel, "Provider_Name": event.provider,
        "Computer": event.computer, "EventRecordID": str(event.record),
    }  # fmt: skip


def _texts(found: dict[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in found.items():
        if name == "#attributes":
            continue
        yield name, _text(value.get("#text") if isinstance(value, dict) else value)


def _text(value: object) -> str:
    """A value as rules write it; for SQLite a text would end at a zero, for a rule it doesn't."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "\n".join(map(_text, value))
    return "" if value is None else str(value).rstrip("\0").replace("\0", _ZERO)


def admits(feed: Feed, event: Event, values: dict[str, str]) -> bool:
    """Whether an event is one of those that a log source means."""
    return (
        event.channel in feed.channels
        and (not feed.ids or event.id in feed.ids)
        and feed.provider in ("", event.provider)
        and (feed.only is None or values.get(feed.only[0], "").startswith(feed.only[1]))
    )


def renamed(feed: Feed, values: dict[str, str]) -> dict[str, str]:
    """The values by the names of the rules, in small letters: a rule may write either."""
    names = dict(feed.names)
    found = {name.lower(): value for name, value in values.items() if name not in names}
    return found | {new.lower(): values[old] for old, new in feed.names if old in values}
