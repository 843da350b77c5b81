"""Files whose head isn't what their ending says: samples, withheld ones by their first bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

import msgspec

from collectors.privacy.withheld import EDGE
from collectors.privacy.withheld import PREFIX as WITHHELD
from evidence.observed.observation import Observation, Unread
from evidence.triage.examiner import Examined, Tables
from evidence.triage.files.kinds import endings_of, of_system
from evidence.triage.files.marks import LEAST, MARKS, is_of_no_kind, looks_random
from evidence.triage.means import Means
from evidence.triage.moment import moment

MANY, OF_ENDINGS = 10, 2
"""So many such files of so many endings are no accident of one program."""
_HEAD = 64 << 10  # bytes that are looked at
_DOCUMENT = 1 << 20  # bytes that the description of a withheld file may have


class _Told(msgspec.Struct):
    """What of a withheld file is needed here."""

    first: str = ""


class Heads:
    """Holds the first bytes of documents, pictures and archives against what their ending says.

    Only of files that were taken, or withheld with their first bytes told. It cannot see files
    that were encrypted behind their head, and takes a file that was always wrong for one.
    """

    name: ClassVar[str] = "heads"
    rules: ClassVar[frozenset[str]] = frozenset({"head_differs", "many_heads_differ"})

    def __init__(self, means: Means) -> None:  # noqa: ARG002 - no scanner's rules are needed
        self._found: list[Observation] = []
        self._endings: set[str] = set()
        self._count = 0
        self._looked = False

    @property
    def tried(self) -> frozenset[str]:
        """Both, where there was a head to look at."""
        return self.rules if self._looked else frozenset()

    def wants(self, examined: Examined) -> bool:
        """Files with an ending of which the beginning is known, be it before another one."""
        path = examined.origin.removeprefix(WITHHELD)
        return path.startswith("/") and not of_system(path) and _ending(path) is not None

    def examine(
        self, examined: Examined, file: BinaryIO, tables: Tables
    ) -> Iterator[Observation | Unread]:
        """Look at the head of one file."""
        ending = _ending(examined.origin) or ""
        withheld = examined.origin.startswith(WITHHELD)
        if withheld:
            head, at = _first(file.read(_DOCUMENT))
        else:
            head, at = file.read(_HEAD), 0
        if len(head) < (EDGE if withheld else LEAST):
            return
        self._looked = True
        if is_of_no_kind(ending, head) and looks_random(head):
            yield self._seen(examined, ending, head, at, tables)

    def _seen(
        self, examined: Examined, ending: str, head: bytes, at: int, tables: Tables
    ) -> Observation:
        tables.add(
            "heads", {"item": examined.item, "origin": examined.origin, "head": head[:16].hex()}
        )
        found = Observation(
            at=moment(examined.modified_ns), item=examined.item, kind="content", offset=str(at),
            origin=examined.origin, place="", rule="files:head_differs",
            text=head[:16].hex(),
        )  # fmt: skip
        self._count += 1
        self._endings.add(ending)
        if len(self._found) < 2:
            self._found.append(found)
        return found

    def conclude(self, tables: Tables) -> Iterator[Observation | Unread]:  # noqa: ARG002 - no table
        """Say whether there are many."""
        if self._count < MANY or len(self._endings) < OF_ENDINGS:
            return
        for each in self._found:
            yield msgspec.structs.replace(
                each, rule="files:many_heads_differ", place=f"(× {self._count})"
            )


def _ending(path: str) -> str | None:
    """The last ending of which the beginning is known, where none comes after it that is too."""
    return next((each for each in reversed(endings_of(path)) if each in MARKS), None)


def _first(document: bytes) -> tuple[bytes, int]:
    """The first bytes of a withheld file, and where its description tells them."""
    try:
        told = msgspec.json.decode(document, type=_Told).first
        return bytes.fromhex(told), max(0, document.find(told.encode()))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return b"", 0  # not of our making: nothing is told
