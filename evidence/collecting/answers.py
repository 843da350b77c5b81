"""What was answered, and when: an item of the bundle, and a file beside it until that is sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import msgspec

from collectors.artifact import Artifact, Gap, Phase, Profile
from collectors.files.snapshot import Snapshot
from collectors.files.source import Source

ORIGIN = "hozen:/wizard.json"


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer; a corrected one stays, and is followed by `back`."""

    screen: str
    answer: str
    at: str
    """By the host's clock: UTC, RFC 3339."""
    mono: str
    """Nanoseconds that only go forward, since the host started."""
    offset_minutes: int | None = None
    """Of the screen `clock`: how far the other clock is ahead, as a person matched both."""


class Answers:
    """What the person at the machine answered to the wizard, with times; cannot show who it was."""

    name: ClassVar[str] = "wizard-answers"
    phase: ClassVar[Phase] = Phase.VOLATILE
    profile: ClassVar[Profile] = Profile.QUICK

    def __init__(self, document: Callable[[], dict[str, Any]]) -> None:
        """Take the document at the moment when it is asked for."""
        self._document = document

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:  # noqa: ARG002 - nothing of it
        """Yield them as one JSON item."""
        yield Artifact(origin=ORIGIN, kind="note", open=self._open)

    def _open(self) -> Snapshot:
        return Snapshot(msgspec.json.encode(self._document(), order="sorted"))
