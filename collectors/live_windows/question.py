"""A question to a running Windows, and a collector that is a list of them."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from collectors.artifact import Artifact, Gap, Kind, Phase, Profile, Reason, gap_from
from collectors.live.document import Document, Row

if TYPE_CHECKING:
    from typing import TypeGuard

    from collectors.files.source import Source
    from collectors.live_windows.machine import (  # what reads disks, only there
        CalledWindows,
        RawWindows,
    )

Answer = list[Row] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask, and the name under which the answer stands in the document."""

    name: str
    ask: Callable[[], Answer]
    """A table, or facts. Raises OSError where it is refused or this Windows knows no answer."""
    some: bool = False
    """Whether every Windows has at least one: that there is none is no answer then."""

    def answer(self) -> Answer:
        """Ask.

        Raises:
            OSError: refused, or the answer is empty where it can't be.
        """
        found = self.ask()
        if self.some and not found:
            text = f"{self.name}: an empty answer, where every Windows has at least one"
            raise OSError(errno.ENODATA, text)
        return found


class Asking:
    """Asks its questions in order; what is refused is a gap, and null in the document."""

    name: ClassVar[str]
    kind: ClassVar[Kind] = "system"
    phase: ClassVar[Phase] = Phase.VOLATILE
    profile: ClassVar[Profile] = Profile.QUICK
    questions: ClassVar[tuple[Question, ...]]

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """The gaps, then the document with what was answered."""
        if not asks_windows(source):
            yield not_windows(self.name, self.kind)
            return
        document = Document(self.name, self.kind)
        for question in self.questions:
            try:
                answer = question.answer()
            except OSError as error:
                document.fact(question.name, None)
                yield gap_from(f"hozen:/{self.name}/{question.name}", self.kind, error)
                continue
            _put(document, question.name, answer)
        yield document.artifact()


def asks_windows(source: Source) -> TypeGuard[RawWindows | CalledWindows]:
    """Whether a source is a running Windows."""
    return source.runs_windows


def not_windows(name: str, kind: Kind) -> Gap:
    """The one gap of a collector of a running Windows on any other source."""
    return Gap(
        origin=f"hozen:/{name}.json", kind=kind, reason=Reason.UNSUPPORTED,
        detail="not a running Windows",
    )  # fmt: skip


def _put(document: Document, name: str, answer: Answer) -> None:
    if isinstance(answer, dict):
        document.fact(name, shown(answer))
        return
    document.table(name)
    for row in answer:
        document.row(name, shown(row))


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same with every half of a pair (a name of Windows may hold some) as an escape."""
    return {key: _escaped(value) for key, value in row.items()}


def _escaped(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {str(_escaped(key)): _escaped(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    return value
