"""A whole folder: what `--source FOLDER` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile
from collectors.files.source import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source

ALL = Limits(files=99_000_000, depth=4096)  # items: docs/format.md, section 11


class Tree:
    """Takes every file and link below a folder, links as links.

    Documents and patients' data among them: the folder was named for what is in it. It cannot show
    what was deleted, nor what lies between the files: that needs an image. Access
    times are those of the copy, not of the machine that the copy came from.
    """

    name: ClassVar[str] = "files"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.QUICK

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield everything, a folder's own files before those of its subfolders."""
        return source.walk("/", "disk", limits=ALL, once=False)
