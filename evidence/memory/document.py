"""`analysis.json`: what an analysis says of itself, of its image and of each plugin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from chain_of_custody.item import MissingRange
from evidence.memory.systems import PLUGINS, System

SCHEMA: Literal["hozen-memory-analysis/2"] = "hozen-memory-analysis/2"

Status = Literal["ran", "failed", "not run"]
Refusal = Literal["five_level_paging", "no_symbols", "unknown_format", "no_process"]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one plugin."""

    plugin: str
    status: Status
    plugin_version: str | None = None
    reason: str = ""
    rows: int = 0
    not_shown: str = ""
    """What is known to be missing from its rows, whatever the image."""
    seconds: int = 0
    command: Sequence[str] = ()
    file: str | None = None
    sha256: str | None = None
    table: str | None = None
    messages: str | None = None
    """The file with what the plugin said of its work, warnings among it."""


class SymbolFile(msgspec.Struct, frozen=True, kw_only=True):
    """Symbols that Volatility 3 was given; they lie beside the results."""

    file: str
    sha256: str
    origin: str | None = None
    """Where the analyst had them; None of those that were made here."""


class Analysis(msgspec.Struct, kw_only=True):
    """The whole document: of what, with what, and what each plugin said."""

    schema: Literal["hozen-memory-analysis/2"] = SCHEMA
    bundle: str
    folder: str
    """Below the case's folder; commands are repeated in it."""
    tool: str
    begun: str
    ended: str = ""
    system: System
    """Whose plugins were asked."""
    image: dict[str, str | int] = {}
    missing: Sequence[MissingRange] = ()
    """What its record says is not in it: no plugin saw what lay there."""
    other_images: Sequence[str] = ()
    """Of the same bundle, by their origins; they were not read."""
    unfinished: Sequence[str] = ()
    """Files of the working copy with a part of an image that has no record; they were not read."""
    symbols: list[SymbolFile] = []
    left_out: dict[str, str] = {}
    """Modules of a Linux kernel without types, or programs of a Windows without symbols; why."""
    volatility: dict[str, str] = {}
    environment: dict[str, str] = {}
    refused: Refusal | None = None
    """Why no plugin was run that needs symbols, or none but the first; None when all were."""
    why: str = ""
    """The same in words."""
    results: list[Result] = []

    @property
    def complete(self) -> bool:
        """Whether every plugin of the list ran, on an image that is whole."""
        left_out = PLUGINS[self.system].left_out
        return not (self.refused or self.missing) and all(
            each.status == "ran" for each in self.results if each.plugin not in left_out
        )
