"""A collector that is a list of definitions: what they name, wherever Windows is on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Kind, Phase, Profile, Reason
from collectors.definitions.databases import Beheld
from collectors.definitions.library import Definition, definitions
from collectors.definitions.mandatory import missed
from collectors.definitions.patterns import patterns
from collectors.files.snapshot import document
from collectors.files.source import Limits
from collectors.files.spelling import upcased
from collectors.windows.hibernation import watched
from collectors.windows.readers import references_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from collectors.files.source import Source

SCHEMA = "hozen-definitions/1"
_LIMITS = Limits(files=100_000, bytes=20 << 30)  # a pattern


class Topic:
    """Takes what its definitions name, with every named stream; its docstring is the help text."""

    name: ClassVar[str]
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.STANDARD
    kind: ClassVar[Kind] = "disk"
    definitions: ClassVar[tuple[str, ...]]
    mandatory: ClassVar[tuple[str, ...]] = ()
    """Paths below Windows' drive that every Windows has: the absence of one is said loudly."""
    begins: ClassVar[bytes] = b""
    """How they begin, each of them: what begins otherwise is as good as absent."""
    limits: ClassVar[Limits] = _LIMITS

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield what is there, definition by definition, and how much each of them found."""
        points = source.windows()
        if not points:
            yield self._nothing(Reason.UNSUPPORTED, "no Windows was found here")
            return
        told = [Count(definitions()[name]) for name in self.definitions]
        # Users may have a drive of their own; where no system is anywhere, it is missed everywhere.
        systems = [each for each in points if source.exists(f"{each.rstrip('/')}/Windows")]
        for point in points:
            missing = list(self._missing(source, point)) if point in systems or not systems else []
            yield from missing
            yield from self._but(missing, source, point, told)
        if not any(count.items or count.gaps for count in told):
            yield self._nothing(Reason.ABSENT, "none of the places that it knows is on this disk")
        account = {"schema": SCHEMA, "definitions": [each.told() for each in told]}
        yield document(f"hozen:/{self.name}.json", "note", account)

    def _but(
        self, missing: Sequence[Gap], source: Source, point: str, told: Sequence[Count]
    ) -> Iterator[Artifact | Gap]:
        """What the definitions name on one drive, without the gaps that were told already."""
        said = {upcased(gap.origin) for gap in missing}
        for count in told:
            for one in count.counted(self._defined(source, point, count.definition)):
                if isinstance(one, Artifact) or upcased(one.origin) not in said:
                    yield one

    def _missing(self, source: Source, point: str) -> Iterator[Gap]:
        """What every Windows has and isn't here as Windows writes it."""
        for path in self.mandatory:
            gap = missed(source, f"{point.rstrip('/')}/{path}", self.kind, self.begins)
            if gap is not None:
                yield gap

    def _nothing(self, reason: Reason, detail: str) -> Gap:
        return Gap(origin=f"hozen:/{self.name}", kind=self.kind, reason=reason, detail=detail)

    def _defined(
        self, source: Source, point: str, definition: Definition
    ) -> Iterator[Artifact | Gap]:
        found = source.take(
            patterns(definition.paths), self.kind, below=point, optional=True, limits=self.limits
        )
        for one in found:
            if isinstance(one, Gap):
                yield one
            else:
                beheld = Beheld(watched(one._replace(references=references_for(one.origin))))
                yield beheld.artifact
                yield from source.streams(one.origin, self.kind)
                yield from beheld.beside(source, self.limits)


class Count:
    """How much one definition found that no earlier one had found."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.items = self.gaps = 0

    def counted(self, found: Iterator[Artifact | Gap]) -> Iterator[Artifact | Gap]:
        """The same things, counted as they pass."""
        for one in found:
            if isinstance(one, Gap):
                self.gaps += 1
            else:
                self.items += 1
            yield one

    def told(self) -> dict[str, object]:
        """As it is written into the item of its topic."""
        definition = self.definition
        return {
            "name": definition.name, "origin": definition.origin, "paths": list(definition.paths),
            "items": self.items, "gaps": self.gaps,
        }  # fmt: skip
