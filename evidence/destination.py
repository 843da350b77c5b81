"""The folder that a bundle is to be made in: looked at before anything is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

from collectors.told import ToldError
from evidence import medium
from evidence.backups import backup_at
from evidence.sentences import SENTENCES

LEAST_ROOM = 64 << 20  # bytes that must be free for a run to begin


class DestinationError(ToldError):
    """The output folder can't take a bundle; says why and what to do."""

    exit_code: ClassVar[int] = 4
    table = SENTENCES


def check_destination(output: Path) -> None:
    """Refuse a folder that can't take a bundle, before anything is read.

    Raises:
        DestinationError: in one line, with what to do next.
    """
    try:
        there = medium.existing(output)
        kept = backup_at(there)
        if kept is not None:
            raise DestinationError("destination.backup", path=output, name=kept)
        free = medium.free_space(there)
        if free < LEAST_ROOM:
            raise DestinationError(
                "destination.room", path=output, free=free >> 20, least=LEAST_ROOM >> 20
            )
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DestinationError("destination.unusable", path=output, why=error.strerror) from error
    if not os.access(output, os.W_OK | os.X_OK):
        raise DestinationError("destination.closed", path=output)


def check_second(output: Path, second: Path | None) -> None:
    """The same for the folder of a second copy, which has to be another one.

    Raises:
        DestinationError: in one line.
    """
    if second is None:
        return
    if second.resolve() == output.resolve():
        raise DestinationError("destination.same", path=second)
    check_destination(second)
