"""Why an import did not happen, or its records are of no use; each kind knows its exit code."""

from __future__ import annotations

from typing import ClassVar

from collectors.told import ToldError
from evidence.intake.sentences import SENTENCES


class IntakeError(ToldError):
    """The import could not be done; nothing of it was left but what the message names."""

    exit_code: ClassVar[int] = 4
    table = SENTENCES


class CaseError(IntakeError):
    """The case folder can't take this bundle: another one, already there, or no case folder."""

    exit_code = 2


class ActorError(IntakeError):
    """A name that can't stand in a signed event; nothing was begun."""

    exit_code = 2


class RoomError(IntakeError):
    """Not enough free space for the master or for the working copy; nothing was begun."""


class CopyError(IntakeError):
    """What was written is not what was read, or the medium failed."""


class ImageError(IntakeError):
    """The image of a disk that was asked for can't be made; says why. Nothing was imported."""

    exit_code = 2


class RecordsError(ToldError):
    """The records of a working copy are not those that were signed, or can't be read."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES
