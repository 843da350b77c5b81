"""The facts that are looked at before anything is taken; None where they can't be told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Medium = Literal["own", "system", "inside", "same", "unknown"]
"""Of the destination: one of its own; on a disk of the system that runs; inside what is collected,
or beside it."""
Memory = Literal[
    "open", "imager", "rights", "lockdown", "refused", "no_door", "no_imager", "left_out"
]
Rights = Literal["all", "few", "reduced", "closed", "unknown"]
"""All; those of an ordinary user, on Linux and on Windows; all, but the system's volume is shut."""
Writes = Literal["kept", "in_ram", "perhaps", "unknown"]
"""Of the machine: to its disk; to memory only; there is a filter that may be at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a bundle is to go."""

    there: Path
    """The folder, or the nearest above it that is there."""
    medium: Medium
    backup: str | None
    """The name by which it shows that backups are kept there."""
    filesystem: str
    """As the system calls it; empty where it doesn't tell."""
    read_only: bool
    local: bool
    in_memory: bool
    unlisted: str = ""
    """Folders on the way there whose names can't be read, so that backups may be in them."""

    @property
    def forbidden(self) -> bool:
        """Whether not a byte is to be written there."""
        return self.backup is not None or self.medium in ("system", "inside")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """This machine, where it is the source."""

    ciphers: tuple[str, ...] | None
    """Names of its encrypted volumes."""
    writes: Writes
    overlay: str
    """What keeps its writes in memory: a file system, or a filter's name."""
    agents: tuple[str, ...] | None
    """Programs that watch it."""
    links: tuple[str, ...] | None
    """Ports of the network that are connected."""
    memory: Memory
    ram: int
    """Bytes that an image of memory takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The facts that the checks judge."""

    place: Place
    free: int
    """Bytes at the destination."""
    readers: bool
    """Whether anybody is named who can open the bundle; else it is not encrypted."""
    rights: Rights
    machine: Machine | None
    """None where something else is collected from."""
