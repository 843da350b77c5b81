"""Starts of systemd's units, as journals tell them: by a number that each kind of message has.

A program may write what it likes; of whom an entry really is, only `uid` tells.
"""

from __future__ import annotations

from evidence.triage.counting import Counted
from evidence.triage.journal.account import utc
from evidence.triage.journal.reader import Entry
from evidence.triage.linuxlogs.messages import as_text

TABLE = "unit_starts"
# Of systemd's own catalogue of messages.
_MESSAGES = {
    b"39f53479d3a045ac8e11786248231fbf": "started",
    b"be02cf6855d2428ba40df7e9d022f03d": "failed",
}
_KINDS = (b".service", b".timer", b".socket", b".path", b".mount")  # that somebody sets up


class UnitStarts:
    """Which units were started, or could not be: from when on, until when, how often."""

    def __init__(self) -> None:
        self.counted = Counted("unit", "what", "uid")

    def see(self, entry: Entry) -> None:
        """One entry."""
        what = _MESSAGES.get(entry.value("MESSAGE_ID") or b"")
        unit = entry.value("UNIT", "USER_UNIT")
        if what is not None and unit is not None and unit.endswith(_KINDS):
            uid = as_text(entry.value("_UID"))
            self.counted.add(utc(entry.realtime), as_text(unit), what, uid)
