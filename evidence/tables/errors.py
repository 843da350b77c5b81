"""Why no table was made."""

from __future__ import annotations

from typing import ClassVar

from collectors.told import ToldError
from evidence.tables.sentences import SENTENCES


class RowsError(ToldError):
    """Rows that can't be read; what a plugin printed stays its result, and ends no analysis."""

    exit_code: ClassVar[int] = 4
    table = SENTENCES
