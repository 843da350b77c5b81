"""How many gaps are of what was to be had, as closed volumes say it (format, section 7)."""

from __future__ import annotations

import re

from chain_of_custody.event import CustodyEvent

_TEXT = re.compile(r"missing so far: (0|[1-9][0-9]{0,7})")


def saying(count: int) -> str:
    """What stands in the `text` of the event that closes a volume."""
    return f"missing so far: {count}"


def missing_by(event: CustodyEvent) -> int | None:
    """What such an event says; None: another remark, or an old bundle."""
    found = _TEXT.fullmatch(event.text or "") if event.type == "volume_closed" else None
    return int(found[1]) if found else None


__all__ = ["missing_by", "saying"]
