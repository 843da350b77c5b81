"""A chunk of a log, parsed: runs in the process apart, where the parser may break.

The parser gives JSON; of most records only the head is decoded, in one pass with its types. What
an event says is decoded where a table or a fingerprint asked for its provider and number.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, cast

import msgspec
from evtx import PyEvtxParser

from evidence.triage.evtx.beside import NOTHING, Beside, wants
from evidence.triage.evtx.chunk import ChunkRead, Stretch
from evidence.triage.evtx.event import CHUNK, Event, Head
from evidence.triage.evtx.forms import RawRow
from evidence.triage.evtx.rows import ROWS, Rows
from evidence.triage.evtx.wanted import NUMBERS, WANTED, Use

_FILE = 4096  # bytes of a file's header
_HEAD = 512  # bytes of a chunk's header, tables of names and templates included
_RECORD = struct.Struct("<IIQ")
_MAGIC = 0x2A2A
_NOBODY = Use()
_FAULTS = 10  # of a chunk that are told one by one
_SHOWN = 300  # characters of a fault
_SPEAKER = "shift_jis"  # of texts without Unicode, on machines in Japan


class _Attributes(msgspec.Struct, gc=False):
    name: str = msgspec.field(name="Name", default="")
    time: datetime | None = msgspec.field(name="SystemTime", default=None)


class _Element(msgspec.Struct, gc=False):
    attributes: _Attributes = msgspec.field(name="#attributes", default_factory=_Attributes)


class _Number(msgspec.Struct, gc=False):
    """A number that has attributes beside it."""

    value: int = msgspec.field(name="#text")


class _System(msgspec.Struct, gc=False):
    id: int | _Number = msgspec.field(name="EventID")
    provider: _Element | None = msgspec.field(name="Provider", default=None)
    created: _Element | None = msgspec.field(name="TimeCreated", default=None)
    channel: str | None = msgspec.field(name="Channel", default=None)
    computer: str | None = msgspec.field(name="Computer", default=None)


_NULL = b"null"
_NOTHING = msgspec.Raw(_NULL)
_UNNAMED = b'"Data":'  # in no text: there, quotes have a backslash before them


class _Body(msgspec.Struct, gc=False):
    system: _System = msgspec.field(name="System")
    data: msgspec.Raw = msgspec.field(name="EventData", default=_NOTHING)
    user: msgspec.Raw = msgspec.field(name="UserData", default=_NOTHING)


class _Record(msgspec.Struct, gc=False):
    body: _Body = msgspec.field(name="Event")


_decode = msgspec.json.Decoder(_Record).decode


def _file_header() -> bytes:
    """The header of a file of one chunk: the parser takes files, and each chunk is one to it."""
    fixed = struct.pack("<8sQQQIHHHH", b"ElfFile", 0, 0, 1, 128, 1, 3, _FILE, 1).ljust(120, b"\0")
    return (fixed + struct.pack("<II", 0, zlib.crc32(fixed))).ljust(_FILE, b"\0")


_BEFORE = _file_header()


def parse_chunk(chunk: bytes, beside: Beside = NOTHING) -> ChunkRead:
    """All that triage wants of a chunk; what can't be read is among its faults."""
    taken = _Taken(chunk, beside)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            parser = PyEvtxParser(
                io.BytesIO(_BEFORE + chunk), number_of_threads=1, ansi_codec=_SPEAKER,
                skip_errors=True,
            )  # fmt: skip
            taken.take(cast("Iterable[dict[str, Any]]", parser.records_json()))
        except (RuntimeError, OSError, msgspec.DecodeError) as error:
            taken.faults.append(str(error))
    taken.faults += [str(each.message) for each in said]
    return taken.finish()


class _Taken:
    """What is taken of a chunk."""

    def __init__(self, chunk: bytes, beside: Beside) -> None:
        self._beside = beside
        self._places, end = _places(chunk)
        self._events: list[Event] = []
        self._rows: list[RawRow] = []
        self._numbers: list[int] = []
        self._times: dict[tuple[str, str], list[datetime | None]] = defaultdict(list)
        self.faults = [*_checksums(chunk), *_end(chunk, end)]

    def take(self, records: Iterable[dict[str, Any]]) -> None:
        """Every record that the parser gives; one loop, since a call for each costs a quarter."""
        numbers, of_log, beside = self._numbers, self._times, self._beside
        for record in records:
            number = record["event_record_id"]
            numbers.append(number)
            try:
                body = _decode(record["data"]).body
            except (msgspec.DecodeError, RecursionError) as error:
                self.faults.append(f"record {number}: {error}")
                continue
            system = body.system
            created, id_ = system.created, system.id
            time = created.attributes.time if created is not None else None
            if time is not None and time.tzinfo is not UTC:  # nothing that Windows writes
                time = None
            of_log[system.channel or "", system.computer or ""].append(time)
            told = id_ if isinstance(id_, int) else id_.value
            if told in NUMBERS or beside:
                self._keep(number, told, time, body)

    def _keep(self, number: int, told: int, time: datetime | None, body: _Body) -> None:
        """What is wanted of an event: rows, itself, both, or nothing."""
        system = body.system
        provider = system.provider.attributes.name if system.provider is not None else ""
        channel = system.channel or ""
        use = WANTED.get((provider, told), _NOBODY)
        asked = bool(self._beside) and wants(self._beside, channel, told)
        if use is _NOBODY and not asked:
            return
        computer = system.computer or ""
        if use.kinds:
            self._rows += _rows((time, computer, channel, told, number), ROWS[use.kinds], body)
        if asked or use.fingerprints:
            event = Event(
                record=number, offset=self._places.get(number), time=time, channel=channel,
                provider=provider, id=told, computer=computer, said=_said(body),
            )  # fmt: skip
            self._events.append(event)

    def finish(self) -> ChunkRead:
        """All of it; what the parser did not say a word of, too."""
        read = len(self._numbers)
        if (lost := len(self._places) - read) > 0:
            self.faults.append(f"{lost} of {len(self._places)} records could not be parsed")
        return ChunkRead(
            events=self._events, rows=self._rows,
            stretches=[Stretch.of(*whose, times) for whose, times in self._times.items()],
            runs=list(_runs(self._numbers)), faults=_few(self.faults),
        )  # fmt: skip


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Numbers that follow each other, first and last."""
    if numbers and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        yield numbers[0], numbers[-1]  # nearly every chunk is one run, and told so at once
        return
    begun = 0
    for place, number in enumerate(numbers, 1):
        if place == len(numbers) or numbers[place] != number + 1:
            yield numbers[begun], number
            begun = place


def _few(faults: list[str]) -> list[str]:
    told = [fault[:_SHOWN] for fault in faults[:_FAULTS]]
    more = len(faults) - len(told)
    return [*told, f"and {more} more of this chunk"] if more else told


def _checksums(chunk: bytes) -> Iterator[str]:
    """What the chunk's own checksums say of it; torn or altered, it's read all the same."""
    (free,), (records,), (header,) = (
        struct.unpack_from("<I", chunk, place) for place in (48, 52, 124)
    )
    if header != zlib.crc32(chunk[128:_HEAD], zlib.crc32(chunk[:120])):
        yield "the checksum of its header differs"
    if records != zlib.crc32(chunk[_HEAD : min(free, CHUNK)]):
        yield "the checksum of its records differs; what can be read is used"


def _end(chunk: bytes, end: int) -> Iterator[str]:
    """What lies behind the last record that hangs together with those before it."""
    (free,) = struct.unpack_from("<I", chunk, 48)
    if end < free or free < _HEAD:
        yield f"no record begins at byte {end}, where its header says that they end at {free}"


def _places(chunk: bytes) -> tuple[dict[int, int], int]:
    """Numbers of records to where they begin, as far as they hang together; where they end."""
    found: dict[int, int] = {}
    place, end, unpack = _HEAD, CHUNK - _RECORD.size, _RECORD.unpack_from
    while place <= end:
        magic, size, number = unpack(chunk, place)
        if magic != _MAGIC or size < _RECORD.size:
            break
        found[number] = place
        place += size
    return found, place


def _rows(head: Head, rows: Rows, body: _Body) -> list[RawRow]:
    """Most events are flat as they are; to ask that of the rest takes longer than to try."""
    found = rows.of_raw(head, body.data)
    return rows.of_flat(head, _said(body)) if found is None else found


def _said(body: _Body) -> bytes:
    """What an event says, as a flat object: its data, or what the one element below has."""
    raw = bytes(body.data)
    if raw == _NULL:
        found = _inner(bytes(body.user))
    elif _UNNAMED in raw:
        found = dict(_unnamed(msgspec.json.decode(raw)))
    else:
        return raw
    return msgspec.json.encode(found)


def _inner(raw: bytes) -> object:
    found = msgspec.json.decode(raw)
    each = found.values() if isinstance(found, dict) else ()
    return next((one for one in each if isinstance(one, dict)), {})


def _unnamed(found: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Values that have no names, by their places; and what lies beside them."""
    for name, value in found.items():
        inner = value.get("#text") if isinstance(value, dict) else value
        if name == "Data":
            yield from ((str(place), one) for place, one in enumerate(_listed(inner)))
        elif name != "#attributes":
            yield name, inner


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
