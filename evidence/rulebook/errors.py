"""What is wrong with a set of rules."""

from __future__ import annotations

from typing import ClassVar

from collectors.told import ToldError
from evidence.rulebook.sentences import SENTENCES


class RulesError(ToldError):
    """A set of rules that can't be used: it does not compile, or its tables can't be read."""

    exit_code: ClassVar[int] = 4
    table = SENTENCES
