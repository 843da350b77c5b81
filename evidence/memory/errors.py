"""Why there are no symbols or no analysis; each kind knows its exit code of the table."""

from __future__ import annotations

from typing import ClassVar

from collectors.told import ToldError
from evidence.memory.sentences import SENTENCES


class SymbolsError(ToldError):
    """What a machine says of its kernel is missing, hidden or contradicts itself: no symbols."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


class AnalysisError(ToldError):
    """No analysis could be begun: no case, no image, or a working copy that was changed."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


class ProgramError(ToldError):
    """Volatility 3 is not installed, or does not say what it is."""

    exit_code: ClassVar[int] = 4
    table = SENTENCES


class RowsError(ToldError):
    """What a plugin printed can't be read; kept as its result, never the end of an analysis."""

    exit_code: ClassVar[int] = 4
    table = SENTENCES
