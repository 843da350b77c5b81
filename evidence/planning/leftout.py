"""What a run was asked not to take: gaps name it, so that no bundle is smaller than it says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import ClassVar

from collectors.artifact import Artifact, Gap, Method, Phase, Profile, Reason
from collectors.collector import Collector
from collectors.files.source import Source
from evidence.planning.asked import LEFT_OUT, How, origin, sentence
from evidence.planning.choice import YARA, of_profile
from evidence.planning.own_volume import told
from evidence.planning.request import Request

_HOW: tuple[tuple[How, bool], ...] = (("skipped", True), ("not-asked", False))


class LeftOut:
    """What of the profile this session was asked to skip, or not asked for.

    Cannot show what would have been found.
    """

    name: ClassVar[str] = LEFT_OUT
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
    left = [name for name in names if name not in had]
    gaps = [
        _gap(how, named)
        for how, skipped in _HOW
        if (named := [name for name in left if (name in request.skip) is skipped])
    ]
    gaps += told(request.kit, source.exclude)
    gaps += [_not_used(number, why) for number, why in enumerate(request.sets_not_used, 1)]
    return [LeftOut(gaps)] if gaps else []


def _gap(how: How, names: Sequence[str]) -> Gap:
    return Gap(
        origin=origin(how), kind="note", reason=Reason.SKIPPED, detail=sentence(how, names),
        method=Method("made here"),
    )  # fmt: skip


def _not_used(number: int, why: str) -> Gap:
    """A pack of rules of the kit's that should have been searched for."""
    return Gap(
        origin=f"hozen:/rules-not-used/{number}", kind="note", reason=Reason.SKIPPED,
        detail=why, expected=True, method=Method("made here"),
    )  # fmt: skip
