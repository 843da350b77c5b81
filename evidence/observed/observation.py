"""What triage has to say: something seen, with the way back to the bytes; or why nothing was.

What a rule claims, how much it weighs, which set it is of and what looked for it stands once for
all that it saw, in `claims.json` beside them (`claims`).
"""

from __future__ import annotations

from typing import Literal

from chain_of_custody.canonical import Decimal, Model, Number, Utc
from chain_of_custody.findings import escaped

Kind = Literal["content", "name", "event", "file"]
"""In an item's bytes, in its name, in events of a log, in what the file system says of files."""

GONE = "bytes no longer here"
"""The place of what only a signed record tells: the file is missing here, or another."""
_SHOWN = 200  # characters of what was seen that are kept


class Observation(Model, frozen=True):
    """One thing that was seen. What it means stands in `claims.json`, by the rule's name."""

    at: Utc | None
    """When it happened, by the clock of whoever wrote it down; None where nothing says."""
    item: Number | None
    """The item's number in its bundle; None for a file that is in none."""
    kind: Kind
    offset: Decimal | None
    """Bytes into the item; None where it has no such place."""
    origin: str
    """Where that was, in the host's own words."""
    place: str
    """Where within it, for people: `record 4711`, `line 12`; empty where the offset says it."""
    rule: str
    """As the index has it, with its table before it: `notes:note_lockbit`, `events:log_cleared`."""
    text: str
    """What was seen, shortened and escaped."""


class Unread(Model, frozen=True):
    """One thing that could not be looked at, or not to its end."""

    examiner: str
    item: Number | None
    origin: str
    why: str


def shown(text: str) -> str:
    """Text of the evidence as an observation keeps it."""
    return escaped(text[:_SHOWN])
