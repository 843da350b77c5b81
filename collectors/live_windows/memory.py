"""Physical memory of a running Windows: what is not taken is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Gap, Phase, Profile, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.source import Source


class WindowsMemory:
    """Takes nothing: Windows gives physical memory to drivers alone, and hozen loads none.

    It says so as a gap, so that somebody takes an image with a program that has a signed driver
    before the machine is switched off. It cannot show anything of memory itself.
    """

    name: ClassVar[str] = "windows-memory"
    phase: ClassVar[Phase] = Phase.MEMORY
    profile: ClassVar[Profile] = Profile.STANDARD

    def collect(self, source: Source) -> Iterator[Gap]:  # noqa: ARG002 - the same of any
        """The one gap."""
        yield Gap(
            origin="memory:/physical", kind="memory", reason=Reason.UNSUPPORTED,
            detail="physical memory of a running Windows is not taken: that takes a driver, and "
            "none is loaded; take an image with another program before it is switched off",
        )  # fmt: skip
