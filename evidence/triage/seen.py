"""What is known of a file or an item without its bytes; who wants to hear that of each."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from chain_of_custody.item import ItemRecord, Origin, Times
from evidence.observed.observation import Observation, Unread

_NO_TIMES = Times(a=None, b=None, c=None, m=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An item, a gap among them, or a file of a folder; times in ns since 1970."""

    origin: str
    size: int
    modified_ns: int | None = None
    changed_ns: int | None = None
    born_ns: int | None = None
    record: ItemRecord | None = None

    @property
    def item(self) -> int | None:
        """Its number, where it is an item."""
        return self.record.content.seq if self.record is not None else None

    @property
    def is_gap(self) -> bool:
        """Whether nothing of it was obtained."""
        return self.record is not None and self.record.content.status == "gap"

    @property
    def is_absent(self) -> bool:
        """Whether it was looked for and not there: its name is the collector's, not the host's."""
        return self.record is not None and self.record.meta.reason == "absent"

    @classmethod
    def of(cls, record: ItemRecord) -> Seen:
        """What a record says."""
        times = record.meta.times or _NO_TIMES
        return cls(
            origin=origin_of(record.meta.source), size=record.content.size, record=record,
            modified_ns=_number(times.m), changed_ns=_number(times.c), born_ns=_number(times.b),
        )  # fmt: skip


def origin_of(source: Origin) -> str:
    r"""Where an item was; bytes that are no UTF-8 are spelt as in lists of names, `\xNN`."""
    if source.origin_b64 is None:
        return source.origin
    return base64.b64decode(source.origin_b64).decode("utf-8", "backslashreplace")


def _number(digits: str | None) -> int | None:
    return None if digits is None else int(digits)


@runtime_checkable
class Hearer(Protocol):
    """An examiner that wants to hear of everything, before it looks into anything of a case."""

    def hear(self, seen: Seen) -> Iterator[Observation | Unread]:
        """One more item, gap or file."""


@runtime_checkable
class Recaller(Protocol):
    """An examiner that knows from its signed record what was seen in an item as it was taken."""

    def recall(self, seen: Seen) -> Iterator[Observation]:
        """An item whose bytes aren't here any more, or aren't those that were taken."""


def cut_off(record: ItemRecord, by: str) -> Unread | None:
    """Of an item, that only a part of it was obtained, where that is so."""
    if record.content.status != "partial":
        return None
    missing = record.content.ranges_missing
    why = missing[0].error if missing else " ".join(record.meta.errors)
    return Unread(
        examiner=by, item=record.content.seq, origin=origin_of(record.meta.source),
        why=f"obtained in part: {why}",
    )  # fmt: skip
