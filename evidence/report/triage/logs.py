"""Why a log was not read, in the page's language."""

from __future__ import annotations

from evidence.report.phrases import told
from evidence.report.texts import Words
from evidence.triage.logs import UnreadLog


def why_unread(one: UnreadLog, words: Words) -> str:
    """Why a log was not read, or not to its end."""
    if not one.reason:
        return told(words, "seen", one.why)
    reason = words(f"reason_{one.reason}")
    return f"{reason}: {told(words, 'gap', one.why)}" if one.why else reason
