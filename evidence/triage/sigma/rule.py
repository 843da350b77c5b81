"""A rule of Sigma once it was translated, or why it can't be run; and the events that it is for."""

from __future__ import annotations

import msgspec


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """Events that a log source of Sigma means, and how their values are called there."""

    channels: tuple[str, ...]
    ids: tuple[int, ...] = ()
    """All of the channels, where none is named."""
    provider: str = ""
    """Any, where none is named."""
    only: tuple[str, str] | None = None
    """A value that they must have: its name, and how it begins."""
    names: tuple[tuple[str, str], ...] = ()
    """Name of a value in the event to the name that rules have for it."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What its writer says of it, and what SQLite is asked."""

    name: str = ""
    """As observations have it: `set/folder/file.yml:title`; given by whoever knows the file."""
    title: str = ""
    id: str = ""
    level: str = ""
    author: str = ""
    licence: str = ""
    source: str = ""
    """Its log source, in its writer's words: `windows/process_creation/-`."""
    feeds: tuple[Feed, ...] = ()
    query: str = ""
    """A condition on a row, in SQLite's language; a field is the column of its number."""
    fields: tuple[str, ...] = ()
    """What the condition asks for, in the order of their numbers."""
    called: tuple[str, ...] = ()
    """How other rules may refer to it."""
    parts: tuple[str, ...] = ()
    """The rules that it puts together, as a correlation does."""
    why_not: str = ""
    """Why it can't be run; empty where it can."""
