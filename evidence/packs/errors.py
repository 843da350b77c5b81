"""Why a set of rules is not used."""

from __future__ import annotations

from typing import ClassVar

from collectors.told import ToldError
from evidence.packs.sentences import SENTENCES


class SetError(ToldError):
    """A folder or a file that holds no usable set of rules."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


class AlteredPackError(ToldError):
    """A pack that is not what was signed, or not by whom it should be."""

    exit_code: ClassVar[int] = 1
    table = SENTENCES
