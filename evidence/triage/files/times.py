"""Programs whose times were put back: $STANDARD_INFORMATION earlier than $FILE_NAME."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, ClassVar

from evidence.observed.observation import Observation, Unread, shown
from evidence.triage.examiner import Examined, Tables
from evidence.triage.files.kinds import endings_of, of_system
from evidence.triage.files.mft import Folders, MftError, Named, is_mft, named
from evidence.triage.means import Means
from evidence.triage.moment import moment

_PROGRAMS = frozenset({"exe", "dll", "sys", "scr", "com", "ps1", "bat", "cmd", "vbs", "js", "hta"})
_NS = 1_000_000_000
MOST = 10_000  # candidates


@dataclass(slots=True)
class _Found:
    """What a table holds that matters here."""

    candidates: list[Named] = field(default_factory=list)
    more: int = 0
    """Candidates beyond those that are kept."""

    def add(self, each: Named) -> None:
        """One record more."""
        if is_put_back(each) and len(self.candidates) < MOST:
            self.candidates.append(each)
        elif is_put_back(each):
            self.more += 1


class PutBack:
    """Looks in `$MFT` for programs outside of the system's folders whose birth is set back.

    Setting times leaves whole seconds in $STANDARD_INFORMATION and doesn't reach $FILE_NAME.
    Unpacking archives does the same, so this is weak; who sets both, or fractions of a second, is
    not seen.
    """

    name: ClassVar[str] = "times"
    rules: ClassVar[frozenset[str]] = frozenset({"time_put_back"})

    def __init__(self, means: Means) -> None:  # noqa: ARG002 - no scanner's rules are needed
        """For one host."""
        self._looked = False

    @property
    def tried(self) -> frozenset[str]:
        """It, where a table had records."""
        return self.rules if self._looked else frozenset()

    def wants(self, examined: Examined) -> bool:
        """The master file table."""
        return is_mft(examined)

    def examine(
        self, examined: Examined, file: BinaryIO, tables: Tables
    ) -> Iterator[Observation | Unread]:
        """Look at each record."""
        found, folders, why = _Found(), Folders.of(file), []
        try:
            for each in named(file):
                self._looked = True
                found.add(each)
        except MftError as error:
            why.append(str(error))
        if found.more:
            why.append(f"{found.more} more programs are not looked at")
        for each in found.candidates:
            path = folders.path(each)
            if not of_system(path):
                tables.add("times-put-back", _row(each, path))
                yield _observation(examined, each, path)
        for one in why:
            yield Unread(examiner=self.name, item=examined.item, origin=examined.origin, why=one)

    def conclude(self, tables: Tables) -> Iterator[Observation | Unread]:  # noqa: ARG002 - no table
        """Nothing more: each table speaks for itself."""
        yield from ()


def is_put_back(each: Named) -> bool:
    """Whether a program's birth is a whole second, and before its name's by more than one."""
    if each.is_folder or each.born is None or not _PROGRAMS & set(endings_of("/" + each.name)[-1:]):
        return False
    return each.born % _NS == 0 and each.born + _NS < each.named_born


def _row(each: Named, path: str) -> dict[str, str | int | None]:
    return {
        "record": each.number, "path": path, "born": moment(each.born),
        "name_born": moment(each.named_born),
    }  # fmt: skip


def _observation(examined: Examined, each: Named, path: str) -> Observation:
    return Observation(
        at=moment(each.named_born), item=examined.item, kind="file", offset=str(each.offset),
        origin=path, place=f"$MFT: {each.number}", rule="files:time_put_back",
        text=shown(f"{each.name}: {moment(each.born)} < {moment(each.named_born)}"),
    )  # fmt: skip
