"""One file as names and times tell it, with the place where that stands."""

from __future__ import annotations

from typing import NamedTuple

from collectors.bodyfile import ORIGIN as BODY_FILE
from collectors.privacy.withheld import PREFIX as WITHHELD
from evidence.observed.observation import Observation, shown
from evidence.triage.bodyfile import Line
from evidence.triage.files.mft import Named
from evidence.triage.moment import moment
from evidence.triage.seen import Seen

_NS = 1_000_000_000


class File(NamedTuple):
    """A file that was listed, or an item; times in seconds since 1970, 0 where unknown."""

    path: str
    size: int
    modified: int
    changed: int
    item: int | None
    offset: int | None
    """Of its line in a list; None where it is an item itself, or a file of a folder."""
    place: str = ""
    """Which list that is, and its record there; empty where there is no offset."""

    @classmethod
    def of_line(cls, line: Line, item: int | None) -> File:
        """From a body file."""
        return cls(line.path, line.size, line.modified, line.changed, item, line.offset, BODY_FILE)

    @classmethod
    def of_record(cls, each: Named, path: str, item: int | None) -> File:
        """From a master file table, which knows where its volume's files are."""
        modified, changed = max(0, each.modified // _NS), max(0, each.changed // _NS)
        place = f"$MFT: {each.number}"
        return cls(path, each.size, modified, changed, item, each.offset, place)

    @classmethod
    def of_seen(cls, seen: Seen) -> File | None:
        """From a record, or of a folder; None for what is no file of the host as it is now."""
        path = seen.origin.removeprefix(WITHHELD)
        if seen.is_absent or not path.startswith("/"):
            return None
        modified, changed = (seen.modified_ns or 0) // _NS, (seen.changed_ns or 0) // _NS
        return cls(path, seen.size, modified, changed, seen.item, None)

    def observed(self, rule: str, how_many: str) -> Observation:
        """It, as an example of what a rule says.

        Args:
            rule: as the index has it.
            how_many: of what the rule counted, in signs that need no language.
        """
        return Observation(
            at=moment(self.modified * _NS), item=self.item, kind="file",
            offset=None if self.offset is None else str(self.offset), origin=self.path,
            place=f"{self.place} ({how_many})".lstrip(),
            rule=f"files:{rule}", text=shown(self.path),
        )  # fmt: skip
