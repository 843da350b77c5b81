"""Event logs of Windows, written for tests: chunks with their checksums, templates, binary XML.

After the published descriptions of the format (libevtx: "Windows XML Event Log (EVTX)"; Microsoft:
MS-EVEN6, 2.2.12). Written by hand, since nothing else writes them outside Windows.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

CHUNK, HEADER, RECORDS = 0x10000, 0x1000, 512
NOON = datetime(2024, 5, 19, 12, tzinfo=UTC)
_TEXT, _WORD, _LONG, _TIME = 0x01, 0x06, 0x0A, 0x11  # types of values
_NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"
_1601 = datetime(1601, 1, 1, tzinfo=UTC)

Data = Mapping[str, str] | Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event; its data by name, or one after the other where they have none."""

    channel: str = "System"
    provider: str = "Service Control Manager"
    id: int
    at: datetime = NOON
    data: Data = ()
    wrapped: str = ""
    """The element below UserData that holds the data; EventData where empty."""
    record: int | None = None
    computer: str = "WS-01"


@dataclass
class _Chunk:
    first: int
    data: bytearray = field(default_factory=lambda: bytearray(RECORDS))
    names: dict[str, int] = field(default_factory=dict)
    templates: dict[object, int] = field(default_factory=dict)
    begun: int = 0  # where its last record begins
    count: int = 0
    last: int = 0

    def name(self, text: str) -> None:
        """A name, or where it stands already."""
        known = self.names.get(text)
        if known is not None:
            self.data += struct.pack("<I", known)
            return
        at = self.names[text] = len(self.data) + 4
        digest = 0
        for char in text:
            digest = (digest * 65599 + ord(char)) & 0xFFFFFFFF
        self.data += struct.pack("<IIHH", at, 0, digest & 0xFFFF, len(text))
        self.data += text.encode("utf-16-le") + b"\0\0"

    def text(self, text: str) -> None:
        self.data += struct.pack("<BBH", 0x05, _TEXT, len(text)) + text.encode("utf-16-le")

    def slot(self, number: int, kind: int) -> None:
        self.data += struct.pack("<BHB", 0x0D, number, kind)

    def element(self, name, attributes=(), content=None) -> None:
        """An element; attributes and content are texts, slots, or what writes itself."""
        self.data += struct.pack("<BHI", 0x41 if attributes else 0x01, 0xFFFF, 0)
        size_at = len(self.data) - 4
        self.name(name)
        if attributes:
            self._attributes(attributes)
        if content is None:
            self.data += b"\x03"
        else:
            self.data += b"\x02"
            self._value(content)
            self.data += b"\x04"
        struct.pack_into("<I", self.data, size_at, len(self.data) - size_at - 4)

    def _attributes(self, attributes) -> None:
        self.data += bytes(4)
        size_at = len(self.data) - 4
        for number, (key, value) in enumerate(attributes):
            self.data += b"\x06" if number == len(attributes) - 1 else b"\x46"
            self.name(key)
            self._value(value)
        struct.pack_into("<I", self.data, size_at, len(self.data) - size_at - 4)

    def _value(self, value) -> None:
        if isinstance(value, str):
            self.text(value)
        elif isinstance(value, tuple):
            self.slot(*value)
        else:
            value()

    def add(self, event: Event, record: int) -> None:
        """One record more; the caller looks whether the chunk still holds it."""
        self.begun = len(self.data)
        moment = (event.at - _1601) // timedelta(microseconds=1) * 10
        self.data += struct.pack("<IIQQ", 0x2A2A, 0, record, moment)
        self.data += b"\x0f\x01\x01\x00"
        self._instance(event, moment, record)
        self.data += b"\x00"
        self.data += bytes(-len(self.data) % 8 + 4)
        size = len(self.data) - self.begun
        struct.pack_into("<I", self.data, self.begun + 4, size)
        struct.pack_into("<I", self.data, len(self.data) - 4, size)
        self.count, self.last = self.count + 1, record

    def _instance(self, event: Event, moment: int, record: int) -> None:
        """A template, defined where it is used first, and the values for its slots."""
        named = isinstance(event.data, Mapping)
        keys = tuple(event.data) if named else (None,) * len(event.data)
        shape = (event.provider, event.wrapped, keys)
        known = self.templates.get(shape)
        at = known or len(self.data) + 10
        self.data += struct.pack("<BBII", 0x0C, 0x01, 0x1000 + len(self.templates), at)
        if known is None:
            self.templates[shape] = at
            self._definition(event.provider, event.wrapped, keys)
        texts = [event.channel, event.computer, *(event.data.values() if named else event.data)]
        values = [
            (_WORD, struct.pack("<H", event.id)), (_TIME, struct.pack("<Q", moment)),
            (_LONG, struct.pack("<Q", record)),
            *((_TEXT, text.encode("utf-16-le")) for text in texts),
        ]  # fmt: skip
        self.data += struct.pack("<I", len(values))
        for kind, value in values:
            self.data += struct.pack("<HBB", len(value), kind, 0)
        for _, value in values:
            self.data += value

    def _definition(self, provider: str, wrapped: str, keys: Sequence[str | None]) -> None:
        self.data += struct.pack("<I16sI", 0, zlib.crc32(provider.encode()).to_bytes(16), 0)
        begun = len(self.data)
        self.data += b"\x0f\x01\x01\x00"
        self.element("Event", [("xmlns", _NAMESPACE)], lambda: self._event(provider, wrapped, keys))
        self.data += b"\x00"
        struct.pack_into("<I", self.data, begun - 4, len(self.data) - begun)

    def _event(self, provider: str, wrapped: str, keys: Sequence[str | None]) -> None:
        self.element("System", (), lambda: self._system(provider))
        if wrapped:
            within = lambda: self.element(wrapped, (), lambda: self._elements(keys))  # noqa: E731
            self.element("UserData", (), within)
        elif keys:
            self.element("EventData", (), lambda: self._data(keys))

    def _system(self, provider: str) -> None:
        self.element("Provider", [("Name", provider)])
        self.element("EventID", [("Qualifiers", "16384")], (0, _WORD))
        self.element("TimeCreated", [("SystemTime", (1, _TIME))])
        self.element("EventRecordID", (), (2, _LONG))
        self.element("Channel", (), (3, _TEXT))
        self.element("Computer", (), (4, _TEXT))

    def _data(self, keys: Sequence[str | None]) -> None:
        for number, key in enumerate(keys, 5):
            self.element("Data", [("Name", key)] if key else (), (number, _TEXT))

    def _elements(self, keys: Sequence[str | None]) -> None:
        for number, key in enumerate(keys, 5):
            self.element(key or "Data", (), (number, _TEXT))

    def whole(self) -> bytes:
        """With its header and checksums."""
        data = self.data + bytes(CHUNK - len(self.data))
        struct.pack_into(
            "<8sQQQQIII", data, 0, b"ElfChnk", self.first, self.last, self.first, self.last, 128,
            self.begun, len(self.data),
        )  # fmt: skip
        struct.pack_into("<I", data, 52, zlib.crc32(data[RECORDS : len(self.data)]))
        struct.pack_into("<I", data, 124, zlib.crc32(data[128:RECORDS], zlib.crc32(data[:120])))
        return bytes(data)


def chunks(events: Sequence[Event]) -> list[bytes]:
    """The chunks that hold these events, numbered on from 1 where they have no number."""
    made: list[bytes] = []
    chunk, number = None, 0
    for event in events:
        number = event.record or number + 1
        chunk = chunk or _Chunk(number)
        before = len(chunk.data), dict(chunk.names), dict(chunk.templates)
        state = chunk.begun, chunk.count, chunk.last
        chunk.add(event, number)
        if len(chunk.data) > CHUNK:
            del chunk.data[before[0] :]
            chunk.names, chunk.templates = before[1], before[2]
            chunk.begun, chunk.count, chunk.last = state
            made.append(chunk.whole())
            chunk = _Chunk(number)
            chunk.add(event, number)
    return [*made, *([chunk.whole()] if chunk else [])]


def file_of(parts: Sequence[bytes]) -> bytes:
    """A file of chunks."""
    header = bytearray(HEADER)
    struct.pack_into(
        "<8sQQQIHHHH", header, 0, b"ElfFile", 0, max(len(parts) - 1, 0), 1 << 20, 128, 1, 3, HEADER,
        len(parts),
    )  # fmt: skip
    struct.pack_into("<I", header, 124, zlib.crc32(header[:120]))
    return bytes(header) + b"".join(parts)


def log(*events: Event) -> bytes:
    """A whole log."""
    return file_of(chunks(events))
