"""Which events are meant: by channel, provider and number together.

A number alone means nothing: every provider counts from one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from evidence.triage.evtx.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Events of these channels, by these providers, with these numbers."""

    channels: tuple[str, ...]
    providers: tuple[str, ...]
    ids: frozenset[int]
    text: re.Pattern[str] | None = None
    """What one of the values must hold, where that matters."""

    def fits(self, event: Event) -> bool:
        """Whether an event is meant."""
        return (
            event.id in self.ids
            and event.provider in self.providers
            and event.channel in self.channels
            and (self.text is None or any(map(self.text.search, event.data.values())))
        )


SECURITY = ("Security",)
SYSTEM = ("System",)
APPLICATION = ("Application",)

AUDITING = ("Microsoft-Windows-Security-Auditing",)
EVENTLOG = ("Microsoft-Windows-Eventlog",)
SERVICES = ("Service Control Manager",)


def match(
    channels: tuple[str, ...], providers: tuple[str, ...], *ids: int, text: str | None = None
) -> Match:
    """Events of channels, by providers, with numbers; `text` in either case."""
    pattern = None if text is None else re.compile(text, re.IGNORECASE)
    return Match(channels=channels, providers=providers, ids=frozenset(ids), text=pattern)
