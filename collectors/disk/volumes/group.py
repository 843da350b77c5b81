"""A volume group of LVM2, as its text tells of it: physical and logical volumes and segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.reader import SECTOR
from collectors.disk.volumes.text import number, parsed, plain, section, sections, string

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.disk.volumes.text import Section

STRIPED = "striped"  # in one stripe, it is linear
_BESIDE = ("snapshot", "thin")


class Physical(NamedTuple):
    """A physical volume, wherever it is."""

    uuid: str
    first: int
    """Where its first extent is, in bytes."""
    extents: int


class Area(NamedTuple):
    """Extents that follow one another on one physical volume."""

    physical: Physical
    first: int
    extents: int


class Segment(NamedTuple):
    """A part of a logical volume, in extents."""

    start: int
    extents: int
    kind: str
    areas: tuple[Area, ...]
    """Where it lies, a stripe in each; none where it is put together in another way."""
    stripe: int
    """Bytes from one stripe before the next one's begin."""
    of: frozenset[str]
    """The logical volumes that it is made of."""


class Logical(NamedTuple):
    """A logical volume."""

    name: str
    uuid: str
    segments: tuple[Segment, ...]


class Group(NamedTuple):
    """A volume group in one of its states."""

    name: str
    uuid: str
    seqno: int
    extent: int
    """Bytes."""
    physicals: dict[str, Physical]
    logicals: tuple[Logical, ...]
    faults: dict[str, str]
    """Logical volumes whose description is nonsense, and why."""


def group_of(text: str) -> Group:
    """What a text says.

    Raises:
        ValueError: it isn't one of lvm2's, or says what can't be.
    """
    ((name, told), *_) = (*sections(parsed(text)), ("", {}))
    physicals = {
        each: Physical(string(one, "id"), number(one, "pe_start") * SECTOR, number(one, "pe_count"))
        for each, one in sections(section(told, "physical_volumes"))
    }
    extent = number(told, "extent_size") * SECTOR
    if not extent or not physicals:
        raise ValueError("no extents")
    logicals, faults = [], {}
    listed = dict(sections(section(told, "logical_volumes")))
    names = frozenset(listed)
    for each, one in listed.items():
        try:
            logicals.append(_logical(each, one, physicals, names))
        except ValueError as error:
            faults[each] = str(error)
    return Group(
        name, string(told, "id"), number(told, "seqno"), extent, physicals, tuple(logicals), faults
    )


def _logical(
    name: str, told: Section, physicals: dict[str, Physical], names: frozenset[str]
) -> Logical:
    found = [_segment(one, physicals, names) for _, one in sections(told)]
    found.sort(key=lambda segment: segment.start)
    end = 0
    for segment in found:
        if segment.start != end or not segment.extents:
            raise ValueError("its segments don't follow one another")
        end += segment.extents
    return Logical(name, string(told, "id"), tuple(found))


def _segment(told: Section, physicals: dict[str, Physical], names: frozenset[str]) -> Segment:
    start, extents = number(told, "start_extent"), number(told, "extent_count")
    kind = string(told, "type")
    stripes = plain(told, "stripes")
    areas = tuple(_areas(stripes, extents, physicals)) if kind == STRIPED else ()
    if kind == STRIPED and not areas:
        raise ValueError("a segment lies nowhere")
    stripe = number(told, "stripe_size") * SECTOR if len(areas) > 1 else 0
    if len(areas) > 1 and not stripe:
        raise ValueError("stripe_size is no number")
    parts = frozenset() if areas else names.intersection(_parts(kind, told))
    return Segment(start, extents, kind, areas, stripe, parts)


def _parts(kind: str, told: Section) -> Iterator[str]:
    """All names in a segment; what a snapshot was made of stays a volume of its own."""
    for key, value in told.items():
        if key == "type" or (key == "origin" and kind in _BESIDE) or key == "external_origin":
            continue
        if not isinstance(value, dict):
            yield from map(str, value if isinstance(value, list) else [value])


def _areas(
    stripes: list[int | str], extents: int, physicals: dict[str, Physical]
) -> Iterator[Area]:
    names, firsts = stripes[::2], stripes[1::2]
    each, left = divmod(extents, max(1, len(names)))
    if left or len(names) != len(firsts):
        raise ValueError("its stripes are not alike")
    for name, first in zip(names, firsts, strict=True):
        physical = physicals.get(str(name))
        if physical is None or not isinstance(first, int):
            raise ValueError("a segment lies nowhere")
        if not 0 <= first <= physical.extents - each:
            raise ValueError("its extents lie beyond its physical volume")
        yield Area(physical, first, each)
