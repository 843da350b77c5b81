"""What keeps a kit from being made or read: in both languages, with what to do next."""

from __future__ import annotations

from chain_of_custody.findings import escaped
from chain_of_custody.sentences.roles import Roles
from collectors.told import ToldError
from evidence.kit.sentences import SENTENCES


class KitError(ToldError):
    """A kit can't be made of what was given, or a folder isn't one; nothing was left half-made."""

    exit_code = 2
    table = SENTENCES

    def __init__(self, key: str, **facts: object) -> None:
        """State what is wrong; names of files can't move a cursor."""
        super().__init__(key, **{name: _shown(fact) for name, fact in facts.items()})


def _shown(fact: object) -> object:
    return fact if isinstance(fact, Roles) else escaped(str(fact))


class KitProgramError(KitError):
    """A program that building needs is not on this machine, or failed."""

    exit_code = 4


class KitAlteredError(KitError):
    """Something that a kit is to be made of is not what was published."""

    exit_code = 1
