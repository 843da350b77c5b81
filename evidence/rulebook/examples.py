"""What each rule must match and must not, as text, and the forms in which a machine holds it."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from evidence.rulebook.index import Where
from evidence.rulebook.tables import table

NAME = "examples.toml"
REGION = 1 << 20  # bytes of a memory region, or of a file that is not small
_AROUND = b"\x00\x7f\xfe ordinary bytes\r\n"


class Examples(Struct, frozen=True, forbid_unknown_fields=True):
    """Of one rule."""

    positive: list[str]
    negative: list[str]


def load_examples(folder: Path) -> dict[str, Examples]:
    """The examples of a folder of rules.

    Raises:
        RulesError: the table can't be read.
    """
    return table(folder / NAME, dict[str, Examples])


def forms(text: str, where: Where) -> dict[str, bytes]:
    """A text as files and memory hold it, in the forms in which a rule must see it."""
    small = {"text": text.encode(), "UTF-16": text.encode("utf-16-le")}
    region = {"region": in_region(text.encode())}
    wide = {"region, UTF-16": in_region(text.encode("utf-16-le"))}
    held = {"any": small | region | wide, "small": small, "memory": region}
    return held.get(where, {})


def in_region(text: bytes) -> bytes:
    """A text in the midst of other bytes."""
    half = _AROUND * (REGION // 2 // len(_AROUND))
    return half + text + half
