"""From what a collector gave and what was read of it to the item's record."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from chain_of_custody.item import (
    Acquired,
    Attrs,
    Content,
    Meta,
    Method,
    MissingRange,
    Origin,
    Phase,
    Program,
    Range,
    Scan,
    Times,
    Xattr,
)
from collectors import artifact as given
from collectors.artifact import Artifact, Gap, Interval, Reading, Stat
from collectors.files.snapshot import LOOKED
from collectors.pathtext import shown, to_bytes
from collectors.system import major, minor
from evidence.machine.clock import Clock
from evidence.writing.stream import Poured, missing_after

PHASES: dict[given.Phase, Phase] = {
    given.Phase.VOLATILE: "volatile", given.Phase.MEMORY: "memory", given.Phase.LOGS: "logs",
    given.Phase.DISK: "disk", given.Phase.IMAGE: "image",
}  # fmt: skip
NOT_SCANNED = Scan(hits=[], mode="none")
_LARGEST = 2**53 - 1
_ERRORS = 1 << 20  # bytes of a record's remarks as its line has them, which holds 4 MiB of all


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """Who takes: the collector's name and the phase it works in."""

    collector: str
    phase: Phase


def _facts(
    origin: str, stream: str | None, stat: Stat | None
) -> tuple[Origin, Attrs | None, Times | None]:
    """Where it was, and what the file system says of it."""
    try:
        origin.encode()
        encoded, text = None, origin
    except UnicodeEncodeError:
        encoded, text = base64.b64encode(to_bytes(origin)).decode(), shown(origin)
    if stat is None:
        nothing = Origin(
            device=None, inode=None, length=None, origin=text, origin_b64=encoded, stream=stream
        )
        return nothing, None, None
    # Taken apart at once: a field of a named tuple costs ten times what a variable does.
    size, mode, uid, gid, nlink, device, inode, m, a, c, b, xattrs = stat
    return (
        Origin(
            device=_device(device), inode=str(inode), length=str(size), origin=text,
            origin_b64=encoded, stream=stream,
        ),
        Attrs(
            gid=gid, mode=mode, nlink=min(nlink, _LARGEST), uid=uid,
            xattrs=_xattrs(xattrs) if xattrs else [],
        ),
        Times(
            a=None if a is None else str(a), b=None if b is None else str(b),
            c=None if c is None else str(c), m=None if m is None else str(m),
        ),
    )  # fmt: skip


def _told(errors: Sequence[str]) -> list[str]:
    """What is to be said of an item: a line that is longer than readers take costs the bundle."""
    said, room = list[str](), _ERRORS
    for each in map(shown, errors):
        room -= len(msgspec.json.encode(each))
        if room < 0:
            return [*said, f"and {len(errors) - len(said)} more remarks than a record has room for"]
        said.append(each)
    return said


def _decimal(value: int | None) -> str | None:
    return None if value is None else str(value)


def _xattrs(found: Sequence[tuple[str, bytes]]) -> list[Xattr]:
    return [
        Xattr(name=shown(name), value_b64=base64.b64encode(value).decode()) for name, value in found
    ]


_DEVICES: dict[int, str] = {}
_METHODS: dict[given.Method, Method] = {}


def _device(number: int) -> str:
    """`major:minor`; there are few, and records come in thousands."""
    text = _DEVICES.get(number)
    if text is None:
        text = _DEVICES[number] = f"{major(number)}:{minor(number)}"
    return text


def _method(method: given.Method) -> Method:
    known = _METHODS.get(method)
    if known is None:
        known = Method(door=method.door, noatime=method.noatime, program=_program(method.program))
        if method.program is None:  # of these there are few
            _METHODS[method] = known
    return known


def _program(program: given.Program | None) -> Program | None:
    if program is None:
        return None
    return Program(
        arguments=[shown(each) for each in program.arguments],
        path=shown(program.path),
        sha256=program.sha256,
    )


def _acquired(interval: Interval, clock: Clock) -> Acquired:
    start, end, mono_start, mono_end = interval
    return Acquired(
        end=clock.utc(end), mono_end=str(mono_end), mono_start=str(mono_start),
        start=clock.utc(start),
    )  # fmt: skip


def of_gap(
    gap: Gap,
    seq: int,
    taker: Taker,
    interval: Interval,
    clock: Clock,
    same_as: int | None = None,
    *,
    door: given.Method = LOOKED,
) -> tuple[Content, Meta]:
    """The record of something that was looked for and not obtained."""
    content = Content(
        parts=[], ranges=[], ranges_missing=[], seq=seq, sha256=None, size=0, status="gap"
    )
    source, attrs, times = _facts(gap.origin, gap.stream, gap.stat)
    meta = Meta(
        acquired=_acquired(interval, clock),
        attrs=attrs,
        changed_while_reading=None,
        collector=taker.collector,
        errors=_told([gap.detail]) if gap.detail else [],
        kind=gap.kind,
        led_by=gap.led_by,
        method=_method(gap.method or door),
        phase=taker.phase,
        reason=gap.reason.value,
        same_as=same_as,
        source=source,
        times=times,
        yara=None,
    )
    return content, meta


def of_item(
    artifact: Artifact, reading: Reading, poured: Poured, seq: int, taker: Taker,
    interval: Interval, clock: Clock, scan: Scan | None, errors: Sequence[str] = (),
) -> tuple[Content, Meta]:  # fmt: skip
    """The record of something of which bytes were obtained."""
    origin, kind, _, stream, _, led_by, *_ = artifact
    source, attrs, times = _facts(origin, stream, reading.stat)
    missing = missing_after(poured, reading)
    content = Content(
        parts=poured.parts,
        ranges=_ranges(reading, poured) if reading.ranges else [],
        ranges_missing=_missing(missing) if missing else [],
        seq=seq,
        sha256=poured.sha256,
        size=poured.size,
        status="partial" if missing else "acquired",
    )
    meta = Meta(
        acquired=_acquired(reading.taken or interval, clock),
        attrs=attrs,
        changed_while_reading=reading.changed,
        collector=taker.collector,
        errors=_told((*reading.errors, *errors)) if reading.errors or errors else [],
        kind=kind,
        led_by=led_by,
        method=_method(reading.method),
        phase=taker.phase,
        reason=None,
        same_as=None,
        source=source,
        times=times,
        yara=scan,
    )
    return content, meta


def _missing(ranges: Sequence[given.MissingRange]) -> list[MissingRange]:
    return [
        MissingRange(error=shown(each.error), offset=str(each.offset), size=_decimal(each.size))
        for each in ranges
    ]


def _ranges(reading: Reading, poured: Poured) -> list[Range]:
    """The mapped ranges, cut to what was really stored, so that sizes add up."""
    kept: list[Range] = []
    left = poured.size
    for offset, size in reading.ranges:
        if left <= 0 and kept:
            break
        kept.append(Range(offset=str(offset), size=min(size, left)))
        left -= size
    return kept
