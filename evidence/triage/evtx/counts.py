"""How often who signed in from where, and failed to: a table for people, without a verdict.

Many failures are a password that was changed, a scan, or an attack; the count doesn't tell which.
"""

from __future__ import annotations

from collections.abc import Iterator

from evidence.triage.counting import Counted
from evidence.triage.evtx.event import Event
from evidence.triage.evtx.match import AUDITING, SECURITY, match
from evidence.triage.examiner import Tables

TABLE = "signin_counts"
_MATCH = match(SECURITY, AUDITING, 4624, 4625)
_NAMES = {
    "user": "TargetUserName", "domain": "TargetDomainName", "type": "LogonType",
    "address": "IpAddress",
}  # fmt: skip


class SignIns:
    """All sign-ins of a host, of every type."""

    def __init__(self) -> None:
        self._counted = Counted("computer", "event", *_NAMES)

    def add(self, event: Event) -> None:
        """Count it, if it is one."""
        if _MATCH.fits(event):
            values = [event.data.get(name) for name in _NAMES.values()]
            self._counted.add(event.at, event.computer, event.id, *values)

    def conclude(self, tables: Tables) -> Iterator[str]:
        """Write the table; what is not in it."""
        for row in self._counted.rows():
            tables.add(TABLE, row)
        if self._counted.left:
            yield f"{TABLE}: {self._counted.left} sign-ins are not counted"
