"""The folder that a bundle is to be made in: looked at before anything is read."""

from __future__ import annotations

import os
from pathlib import Path

from evidence import medium

LEAST_ROOM = 64 << 20  # bytes that must be free for a run to begin


class DestinationError(Exception):
    """The output folder can't take a bundle; says why and what to do."""

    exit_code = 4


def check_destination(output: Path) -> None:
    """Refuse a folder that can't take a bundle, before anything is read.

    Raises:
        DestinationError: in one line, with what to do next.
    """
    try:
        free = medium.free_space(_existing(output))
        if free < LEAST_ROOM:
            raise DestinationError(
                f"{output}: only {free >> 20} MiB free, at least {LEAST_ROOM >> 20} MiB are "
                "needed; use another medium"
            )
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DestinationError(
            f"{output}: can't be used as destination: {error.strerror}"
        ) from error
    if not os.access(output, os.W_OK | os.X_OK):
        raise DestinationError(f"{output}: is not writable; choose another folder or medium")


def _existing(path: Path) -> Path:
    """The path, or the nearest folder above it that is there: nothing is made to look at it."""
    return next(one for one in (path, *path.absolute().parents) if os.path.lexists(one))
