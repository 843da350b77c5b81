"""What is looked into: anything that has files, each known without its bytes and then with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from collectors.privacy.withheld import PREFIX as WITHHELD
from evidence.packs.used import UsedSet
from evidence.triage.examiner import Examined
from evidence.triage.seen import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A thing whose bytes aren't there to be looked into."""

    origin: str
    reason: str
    why: str = ""
    """Where it should have been there: what went wrong."""
    log: str | None = None
    """Of a log that was refused when it was collected: what was said of it."""


class Place(Protocol):
    """Where files come from."""

    @property
    def name(self) -> str:
        """For people."""

    @property
    def bundle_id(self) -> str | None:
        """Of a bundle."""

    @property
    def rules_sha256(self) -> str | None:
        """Digest of the rules that the collection scanned with; None where there was none."""

    @property
    def sets(self) -> Sequence[UsedSet]:
        """Rules beside ours that the collection searched for."""

    @property
    def successor(self) -> UsedSet | None:
        """Newer rules of ours that the collection searched for in the place of its program's."""

    def heard(self) -> Iterator[Seen]:
        """Everything there is, known without its bytes; nothing where only looking tells."""

    def found(self) -> Iterator[tuple[Seen, Examined | Missing]]:
        """Everything once more, with its bytes or why there are none."""


def is_withheld(origin: str) -> bool:
    """Whether an item only tells of a file whose content stayed where it was."""
    return origin.startswith(WITHHELD)
