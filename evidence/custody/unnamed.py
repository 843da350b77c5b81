"""An exhibit's folder until it has its name: from its name can be told which event signs for it.

While it is made it is `OUTPUT.partial`. Right before the event is written into the log, it is
`OUTPUT.DIGEST.partial`, with the first digits of that event's SHA-256: so whoever finds one after
a power cut knows for certain whether it was signed for, by the log alone.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from chain_of_custody.documents import Documents, EventFile
from chain_of_custody.event import CustodyEvent
from evidence.custody.appending import CustodianError
from evidence.custody.custodian import Act
from evidence.writing import medium

_DIGITS = 16  # of 64: two events that share them are not to be had by chance
_SAID = (
    "actor", "counterpart", "place", "purpose", "storage", "authority", "transport", "text",
)  # fmt: skip


def left_of(target: Path) -> Path | None:
    """What a disclosure to this name left that was cut off.

    Raises:
        OSError: the folder that is to hold the exhibit can't be listed.
    """
    form = re.compile(rf"{re.escape(target.name)}(\.[0-9a-f]{{{_DIGITS}}})?\.partial")
    return next((each for each in target.parent.iterdir() if form.fullmatch(each.name)), None)


def event_of(left: Path, found: Documents) -> EventFile | None:
    """The event of a log that signs for such a folder; None where it was cut off before."""
    return next((e for e in found.events if left.name.endswith(f".{_mark(e)}.partial")), None)


def says(event: CustodyEvent, act: Act) -> bool:
    """Whether an event says what an act would, but for its time and what was checked before."""
    words = all(getattr(event, name) == getattr(act, name) for name in _SAID)
    same_time = act.at is None or event.at == act.at
    others = event.type == act.kind and tuple(event.witnesses) == act.witnesses
    return words and others and same_time and tuple(event.refs[1:]) == act.refs  # [0]: manifest


def _mark(event: EventFile) -> str:
    return event.sha256[:_DIGITS]


class Unnamed:
    """The folder that an exhibit is made in: gone where it fails, unless its event is written."""

    def __init__(self, bundle: Path, target: Path) -> None:
        """Name it after what it is to be; nothing is made yet."""
        self.path = target.with_name(f"{target.name}.partial")
        self._bundle, self._target = bundle, target
        self._event: EventFile | None = None
        self._names = [self.path]

    def __enter__(self) -> Self:
        self.path.mkdir(mode=0o700)
        return self

    def __exit__(self, kind: object, error: object, _: object) -> None:
        if kind is None or self._signed_for():
            return
        for path in self._names:
            if os.path.lexists(path):
                _take_away(path, error)

    def await_event(self, made: Sequence[EventFile]) -> None:
        """Put the event that is about to be written into the folder's name.

        Raises:
            OSError: the medium did not take it.
        """
        (self._event,) = made
        marked = self._target.with_name(f"{self._target.name}.{_mark(self._event)}.partial")
        self._names.append(marked)
        self.path = self.path.rename(marked)
        medium.sync_folder(marked.parent)

    def _signed_for(self) -> bool:
        """Whether its event stands in the log; one that can't be read is not taken for absent."""
        if self._event is None:
            return False
        try:
            return (self._bundle / self._event.name).read_bytes() == self._event.raw
        except FileNotFoundError:
            return False
        except OSError:
            return True


def _take_away(path: Path, after: object) -> None:
    """Take away what may hold evidence in the clear; where it stays, that is what has to be said.

    Raises:
        CustodianError: it stays.
    """
    try:
        shutil.rmtree(path)
    except OSError as error:
        why = after if isinstance(after, OSError) else error
        raise CustodianError("exhibit_stays", 4, path=path, why=why) from error
