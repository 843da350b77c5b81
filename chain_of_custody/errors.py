"""One tree of errors; each says at which stage of the format page it refuses, and how."""

from __future__ import annotations

import errno
import re

from chain_of_custody.findings import FindingError


class CustodyError(FindingError):
    """Something in a bundle that keeps it from being accepted."""

    def __init__(self, stage: int, key: str, **facts: object) -> None:
        """State a finding.

        Args:
            stage: the stage of the format page, section 10, that met it.
            key: a key of the table in `findings`.
            facts: what the sentence needs.
        """
        self.stage = stage
        super().__init__(key, **facts)


class AlteredError(CustodyError):
    """The evidence is not what was signed."""

    exit_code = 1


class UntrustedError(AlteredError):
    """Signed by nobody whom the user trusts; whether it was made anew can't be told."""


class UnreadError(AlteredError):
    """A file that is there can't be read; whether it was altered can't be told."""


class UnusableError(CustodyError):
    """The input keeps to no format that this version reads; nothing was taken out of it."""

    exit_code = 2


class IncompleteError(CustodyError):
    """Something that was asked for could not be checked."""

    exit_code = 3


NO_FILE = {errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO}
"""What a link, a folder or a pipe answers that took the place of a file."""


OF_MACHINE = {errno.EMFILE, errno.ENFILE, errno.ENOMEM}
"""What a machine answers that has no room for one more open file: of the file it says nothing."""


def unread(stage: int, name: str, error: OSError) -> AlteredError:
    """What to raise for a file that can't be read, by what the system says.

    Raises:
        OSError: the error itself, where it is none of the file.
    """
    if error.errno in OF_MACHINE:
        raise error
    kind = AlteredError if error.errno in NO_FILE else UnreadError
    return kind(stage, "unreadable", name=name, why=error.strerror)


_OF_SYSTEMS = re.compile(r"(.*/)?(\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)")


def extra(name: str) -> AlteredError:
    """What to raise for a file or folder that no list names; some are made by systems unasked."""
    known = _OF_SYSTEMS.fullmatch(name) is not None
    return AlteredError(3, "extra_file_of_system" if known else "extra_file", name=name)
