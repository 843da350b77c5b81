"""What a record says must hold together: of the bytes, and of where they came from (section 5)."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

from chain_of_custody.canonical import CanonicalError

if TYPE_CHECKING:
    from chain_of_custody.item import Content, Meta

_UNREADABLE = re.compile("\ufffd+")


def agree(content: Content, meta: Meta | None) -> None:
    """Hold the two parts of a record against each other; one of them may be closed.

    Raises:
        CanonicalError: they contradict each other, or themselves.
    """
    _check_status(content)
    _check_sizes(content)
    if meta is not None:
        _check_gap(content, meta)
        _check_source(meta)


def _check_status(content: Content) -> None:
    is_gap = content.status == "gap"
    if is_gap != (content.sha256 is None) or is_gap != (not content.parts):
        raise CanonicalError("a gap has neither digest nor parts, everything else has both")
    if is_gap and content.ranges:
        raise CanonicalError("nothing is stored of a gap")
    if (content.status == "partial") != bool(content.ranges_missing):
        raise CanonicalError("what was taken in part, and only that, lacks ranges")


def _check_sizes(content: Content) -> None:
    if sum(part.size for part in content.parts) != content.size:
        raise CanonicalError("the parts' sizes don't add up")
    if not content.ranges:
        return
    if sum(each.size for each in content.ranges) != content.size:
        raise CanonicalError("the ranges' sizes don't add up")
    end = 0
    for each in content.ranges:
        if int(each.offset) < end:
            raise CanonicalError("the ranges overlap, or are out of order")
        end = int(each.offset) + each.size


def _check_gap(content: Content, meta: Meta) -> None:
    is_gap = content.status == "gap"
    if is_gap != (meta.reason is not None):
        raise CanonicalError("a gap, and only a gap, has a reason")
    if is_gap and (meta.yara is not None or meta.changed_while_reading is not None):
        raise CanonicalError("nothing was read of a gap")
    if meta.same_as is not None and meta.reason != "skipped":
        raise CanonicalError("only a thing that was skipped is the same as another")
    if max(meta.same_as or 0, meta.led_by or 0) >= content.seq:
        raise CanonicalError("it speaks of an item that came later")


def _check_source(meta: Meta) -> None:
    taken, method, source = meta.acquired, meta.method, meta.source
    if int(taken.mono_end) < int(taken.mono_start):
        raise CanonicalError("its reading ended before it began")
    if (method.door == "program") != (method.program is not None):
        raise CanonicalError("a program, and only a program, is named")
    if source.origin_b64 is not None and not _spells(source.origin, source.origin_b64):
        raise CanonicalError("its path is another than its bytes")


def _spells(origin: str, encoded: str) -> bool:
    """Whether a path is what its bytes are as UTF-8, whatever stands for those that are not."""
    try:
        raw = binascii.a2b_base64(encoded, strict_mode=True)
    except binascii.Error:
        return False
    shown = _UNREADABLE.sub("\ufffd", raw.decode("utf-8", "replace"))
    return shown == _UNREADABLE.sub("\ufffd", origin)


__all__ = ["agree"]
