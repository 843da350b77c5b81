"""How many gaps are of what was to be had, as closed volumes say it (format, section 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chain_of_custody.documents import Documents, EventFile
from chain_of_custody.event import Closed, CustodyEvent

_TEXT = re.compile(r"missing so far: (0|[1-9][0-9]{0,7})")


def saying(count: int) -> str:
    """What stands in the `text` of the event that closes a volume."""
    return f"missing so far: {count}"


def missing_by(event: CustodyEvent) -> int | None:
    """What such an event says; None: another remark, or an old bundle."""
    found = _TEXT.fullmatch(event.text or "") if event.type == "volume_closed" else None
    return int(found[1]) if found else None


def contradictions(documents: Documents) -> Iterator[tuple[EventFile, str]]:
    """What is missing is one of the gaps, and does not come back: else the event and the rule."""
    before = 0
    for file in documents.events:
        said = missing_by(file.event)
        if said is None or not isinstance(file.detail, Closed):
            continue
        if said < before:
            yield file, "rule_missing_less"
        if said > file.detail.tree.gap:
            yield file, "rule_missing_more"
        before = said


__all__ = ["contradictions", "missing_by", "saying"]
