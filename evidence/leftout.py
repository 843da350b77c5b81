"""What a run was asked not to take: a gap for each, so that no bundle is smaller than it says."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import ClassVar

from collectors.artifact import Artifact, Collector, Gap, Method, Phase, Profile, Reason
from collectors.source import Source
from evidence.choice import YARA, of_profile
from evidence.request import Request


class LeftOut:
    """What of the profile this session was asked to skip, or not asked for.

    Cannot show what would have been found.
    """

    name: ClassVar[str] = "left-out"
    phase: ClassVar[Phase] = Phase.VOLATILE
    profile: ClassVar[Profile] = Profile.QUICK

    def __init__(self, gaps: Collection[Gap]) -> None:
        """Tell these."""
        self._gaps = gaps

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:  # noqa: ARG002 - nothing of it
        """Yield gaps only."""
        yield from self._gaps


def left_out(
    request: Request, source: Source, runs: Collection[Collector], completed: Collection[str] = ()
) -> list[LeftOut]:
    """The collector that says what is left out, where anything is.

    Args:
        request: what the run was asked to be.
        source: what it takes from.
        runs: the collectors of this session.
        completed: names of those that earlier sessions have brought to an end.
    """
    table = [] if request.collectors else of_profile(request, source)
    names = [each.name for each in table] + [YARA] * (YARA in request.skip)
    had = {*completed, *(each.name for each in runs)}
    gaps = [_gap(name, skipped=name in request.skip) for name in names if name not in had]
    gaps += [_not_used(number, why) for number, why in enumerate(request.sets_not_used, 1)]
    return [LeftOut(gaps)] if gaps else []


def _gap(name: str, *, skipped: bool) -> Gap:
    asked = "to skip it" if skipped else "for others only"
    return Gap(
        origin=f"hozen:/{name}", kind="note", reason=Reason.SKIPPED,
        detail=f"left out: the run was asked {asked}", method=Method("made here"),
    )  # fmt: skip


def _not_used(number: int, why: str) -> Gap:
    """A pack of rules of the kit's that should have been searched for."""
    return Gap(
        origin=f"hozen:/rules-not-used/{number}", kind="note", reason=Reason.SKIPPED,
        detail=why, expected=True, method=Method("made here"),
    )  # fmt: skip
