"""Sets of rules from what a user named: a folder, or a pack."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from chain_of_custody.signing.trust import TrustStore
from collectors.system import PLAIN
from evidence.packs.errors import AlteredPackError, SetError
from evidence.packs.folder import set_in
from evidence.packs.pack import LARGEST, opened
from evidence.packs.rule_set import RuleSet


def load_set(path: Path, trust: TrustStore, licence: str | None = None) -> RuleSet:
    """A set of rules.

    Args:
        path: of a folder or a pack.
        trust: what the signer of a pack has to lead to; where it is empty, nobody is judged.
        licence: of a folder that doesn't say it.

    Raises:
        SetError, RulesError, AlteredPackError: naming the path.
    """
    if path.is_dir():
        return set_in(path, licence=licence)
    return read_pack(path, trust)[1]


def read_pack(path: Path, trust: TrustStore) -> tuple[bytes, RuleSet]:
    """A pack as it lies there, and its rules.

    Args:
        path: of the file.
        trust: what its signer has to lead to; where it is empty, nobody is judged.

    Raises:
        SetError, AlteredPackError: naming the path.
    """
    try:
        data = _bytes_of(path)
        return data, opened(data, trust)
    except OSError as error:
        raise SetError("at", path=path, why=error.strerror) from error
    except (SetError, AlteredPackError) as error:
        raise type(error)("at", path=path, why=error) from error


def _bytes_of(path: Path) -> bytes:
    """No more than a pack can have; of a regular file, since a pipe may never end."""
    with os.fdopen(os.open(path.resolve(), PLAIN), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise SetError("no_set")
        return file.read(LARGEST + 1)
