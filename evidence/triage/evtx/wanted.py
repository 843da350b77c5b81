"""Which events are wanted at all, and by whom: of all others, the head is enough."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.triage.evtx.fingerprints import FINGERPRINTS
from evidence.triage.evtx.kinds import KINDS
from evidence.triage.evtx.match import Match

Key = tuple[str, int]


@dataclass(slots=True)
class Use:
    """Who wants the events of a provider and a number."""

    kinds: tuple[int, ...] = ()
    """Places in the list of kinds."""
    fingerprints: tuple[int, ...] = ()
    """Places in the list of fingerprints."""


def _uses() -> dict[Key, Use]:
    found: dict[Key, Use] = {}
    for place, kind in enumerate(KINDS):
        for key in _keys(kind.match):
            found.setdefault(key, Use()).kinds += (place,)
    for place, fingerprint in enumerate(FINGERPRINTS):
        for key in {key for match in fingerprint.matches for key in _keys(match)}:
            found.setdefault(key, Use()).fingerprints += (place,)
    return found


def _keys(match: Match) -> set[Key]:
    return {(provider, number) for provider in match.providers for number in match.ids}


WANTED = _uses()
"""Provider and number to who wants it."""
NUMBERS = frozenset(number for _, number in WANTED)
"""Of any provider: most events have none of them, and are asked nothing more."""
