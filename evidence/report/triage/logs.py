"""Why a log was not read, in the page's language."""

from __future__ import annotations

from evidence.observed.document import UnreadLog
from evidence.report.texts import Words
from evidence.telling.phrases.told import told


def why_unread(one: UnreadLog, words: Words) -> str:
    """Why a log was not read, or not to its end."""
    if not one.reason:
        return told(words.language, "seen", one.why)
    reason = words(f"reason_{one.reason}")
    return f"{reason}: {told(words.language, 'gap', one.why)}" if one.why else reason
