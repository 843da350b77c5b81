"""Which events are wanted at all, and by whom: of all others, the head is enough."""

from __future__ import annotations

from dataclasses import dataclass, field

from evidence.triage.evtx.fingerprints import FINGERPRINTS
from evidence.triage.evtx.kind import Kind
from evidence.triage.evtx.kinds import KINDS
from evidence.triage.evtx.match import Match

Key = tuple[str, int]


@dataclass(slots=True)
class Use:
    """Who wants the events of a provider and a number."""

    kinds: list[tuple[int, Kind]] = field(default_factory=list)
    """With their places in the list of kinds."""
    signins: bool = False
    """Whether a kind asks for the type of sign-in."""
    fingerprints: list[int] = field(default_factory=list)
    """Places in the list of fingerprints."""


def _uses() -> dict[Key, Use]:
    found: dict[Key, Use] = {}
    for place, kind in enumerate(KINDS):
        for key in _keys(kind.match):
            use = found.setdefault(key, Use())
            use.kinds.append((place, kind))
            use.signins = use.signins or bool(kind.types)
    for place, fingerprint in enumerate(FINGERPRINTS):
        for key in {key for match in fingerprint.matches for key in _keys(match)}:
            found.setdefault(key, Use()).fingerprints.append(place)
    return found


def _keys(match: Match) -> set[Key]:
    return {(provider, number) for provider in match.providers for number in match.ids}


WANTED = _uses()
"""Provider and number to who wants it."""
