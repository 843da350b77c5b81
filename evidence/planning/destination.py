"""The folder that a bundle is to be made in: looked at before anything is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from collectors.ram.destination import Destination
from collectors.told import ToldError
from evidence.sentences import SENTENCES
from evidence.surroundings.backups import backup_at
from evidence.writing import medium

if TYPE_CHECKING:
    from collectors.files.source import Source

LEAST_ROOM = 64 << 20  # bytes that must be free for a run to begin
FOR_LOGS = 4 << 30  # bytes that an image of memory has to leave for logs, programs and places


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
        _check_folder(output, there)
        if medium.is_read_only(there):
            raise DestinationError("destination.locked", path=output)
        kept = backup_at(there).mark
        if kept is not None:
            raise DestinationError("destination.backup", path=output, name=kept)
        free = medium.free_space(there)
        if free < LEAST_ROOM:
            raise DestinationError(
                "destination.room", path=output, free=free >> 20, least=LEAST_ROOM >> 20
            )
        medium.make_folders(output)
    except OSError as error:
        raise DestinationError("destination.unusable", path=output, why=error.strerror) from error
    if not os.access(output, os.W_OK | os.X_OK):
        raise DestinationError("destination.closed", path=output)


def _check_folder(output: Path, there: Path) -> None:
    """Refuse what is no folder, and devices' own: `/dev/sdb1` that isn't there would become one."""
    real = os.path.realpath(there)
    in_memory = real == "/dev/shm" or real.startswith("/dev/shm/")  # noqa: S108 - looked at only
    if not in_memory and (real == "/dev" or real.startswith("/dev/")):
        raise DestinationError("destination.device", path=output)
    if not there.is_dir():
        raise DestinationError("destination.file", path=output, there=there)


def check_image(output: Path, source: Source, size: int, kept: int, whole: int = 0) -> None:
    """Refuse a folder that an image of this machine's memory can't go to; nothing is made.

    Args:
        output: the folder; it need not be there.
        source: this machine.
        size: bytes of the image.
        kept: bytes that are needed there for what comes after it.
        whole: bytes of the one file that it lies in for a time, if it does.

    Raises:
        DestinationError: in one line.
    """
    there = _outside(output, source)
    if Destination(str(there)).no_file(source, whole):
        raise DestinationError("destination.fat", path=output, size=whole >> 20)
    if Destination(str(there), kept).short(size):
        raise DestinationError(
            "destination.image", path=output, free=medium.free_space(there) >> 20,
            size=size >> 20, kept=kept >> 20,
        )  # fmt: skip


def _outside(folder: Path, source: Source) -> Path:
    """The folder, or the nearest above it that is there, outside the machine's own memory."""
    try:
        there = medium.existing(folder).absolute()
    except OSError as error:
        raise DestinationError("destination.unusable", path=folder, why=error.strerror) from error
    kind = Destination(str(there)).memory_of(source)
    if kind:
        raise DestinationError("destination.in_memory", path=folder, kind=kind)
    return there


def check_second(output: Path, second: Path | None, source: Source) -> None:
    """The same as `check_destination` for a second copy: another folder, and none in memory.

    On a running machine it would overwrite the memory that is still to be read.

    Raises:
        DestinationError: in one line.
    """
    if second is None:
        return
    if second.resolve() == output.resolve():
        raise DestinationError("destination.same", path=second)
    if source.live:
        _outside(second, source)
    check_destination(second)
