"""With what rights a running Windows is looked at, and what they keep from us."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Kind, Phase, Profile, Reason, detail_of, gap_from
from collectors.live.document import Document
from collectors.live_windows.calls import api
from collectors.live_windows.question import asks_windows, not_windows
from collectors.live_windows.volumes import letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source


class WindowsRights:
    """Takes whether this runs as an administrator, and whether the system volume can be read raw.

    Without these rights, or where a program of protection keeps the raw volume closed, files are
    asked of Windows itself: what it holds open is missing then, and hives come as text. That is
    said loudly, whatever else is taken. Other volumes are named as gaps: each can be collected from
    by its own name. Cannot show what a product of protection keeps even from administrators. Run
    under Wine, where one always is an administrator; not run on real Windows.
    """

    name: ClassVar[str] = "windows-rights"
    phase: ClassVar[Phase] = Phase.VOLATILE
    profile: ClassVar[Profile] = Profile.QUICK
    kind: ClassVar[Kind] = "system"

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """The document, then the volumes that are not read."""
        if not asks_windows(source):
            yield not_windows(self.name, self.kind)
            return
        document = Document(self.name, self.kind)
        document.fact("administrator", _administrator())
        document.fact("volume", source.volume)
        document.fact("volume_refused", source.refusal)
        yield document.artifact()
        yield from _others(source.drive)


def _administrator() -> bool | str:
    try:
        return api.administrator()
    except OSError as error:
        return detail_of(error)


def _others(system: str) -> Iterator[Gap]:
    """Every other volume: it isn't read, and how it could be is said."""
    try:
        drives = [drive for drive in letters() if drive != system]
    except OSError as error:
        yield gap_from("hozen:/windows-rights/volumes", "disk", error)
        return
    for drive in drives:
        yield Gap(
            origin=f"\\\\.\\{drive}", kind="disk", reason=Reason.SKIPPED,
            detail="not the system's volume: to collect from it, name it: --source "
            f"\\\\.\\{drive}",
        )  # fmt: skip
