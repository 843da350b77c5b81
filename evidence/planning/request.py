"""What a collection is asked to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from collectors.collector import Collector
from collectors.ram.imager.program import Imager
from evidence.engines.names import EngineName
from evidence.packs.rule_set import RuleSet
from evidence.writing.history import NOBODY, Presence

ProfileName = Literal["quick", "standard", "full"]


@dataclass(slots=True, kw_only=True)
class Limits:
    """What the user allowed; None for no limit."""

    size: int | None = None
    """Bytes on the medium."""
    time: int | None = None
    """Nanoseconds."""
    rate: int | None = None
    """Bytes a second that are read of items; memory is read as fast as can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a collection is asked to be."""

    output: Path
    case_id: str = "UNNAMED"
    profile: ProfileName = "standard"
    source: str = "live"
    recipients: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    compress: bool = True
    """Whether volumes are to be small, or quick to write."""
    limits: Limits = field(default_factory=Limits)
    resume: Path | None = None
    presence: Presence = NOBODY
    challenge: str | None = None
    """What the provider gave to be bound in (format, section 8)."""
    processes: tuple[int, ...] = ()
    """Numbers of processes whose memory is taken, whatever the profile."""
    documents: bool = False
    """Whether documents and the like are taken, too."""
    algorithms: tuple[str, ...] = ("sha256",)
    """Digests over a whole disk that is imaged, by the names of hashlib."""
    engine: EngineName = "yara"
    """What runs the rules."""
    sets: tuple[RuleSet, ...] = ()
    """Rules that are searched for beside our own."""
    sets_not_used: tuple[str, ...] = ()
    """Why rules that should have been are not."""
    second: Path | None = None
    """Folder on another medium that receives a second copy."""
    kit: Path | None = None
    """The folder of the kit that it was started from."""
    imager: Imager | None = None
    """A program that the operator brought, to take memory instead of the kernel's doors."""
    collectors: tuple[Collector, ...] = ()
    """What runs instead of the table's: for a folder that was received."""
