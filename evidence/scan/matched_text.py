"""The bytes of a match as people read them: shortened, and harmless to any screen."""

from __future__ import annotations

from collections.abc import Iterator

from chain_of_custody.findings import escaped
from evidence.engines.engine import Match

SHOWN = 64  # characters that go into a record


def places(match: Match) -> Iterator[tuple[int | None, str]]:
    """Where a rule matched, and what stands there."""
    if not match.places:  # a rule that only joins others has no place of its own
        yield None, ""
    for offset, data in match.places:
        yield offset, matched_text(data)


def matched_text(data: bytes) -> str:
    """A byte a character; where every second byte is zero, two, as Windows holds its texts."""
    wide = len(data) > 1 and len(data) % 2 == 0 and not any(data[1::2]) and all(data[::2])
    text = data[: SHOWN * 2].decode("utf-16-le") if wide else data[:SHOWN].decode("latin-1")
    return escaped(text)
