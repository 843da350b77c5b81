"""Why there are no symbols or no analysis; each kind knows its exit code of the table."""

from __future__ import annotations

from typing import ClassVar


class SymbolsError(Exception):
    """What a machine says of its kernel is missing, hidden or contradicts itself: no symbols."""

    exit_code: ClassVar[int] = 2


class AnalysisError(Exception):
    """No analysis could be begun: no case, no image, no symbols, or a folder that is taken."""

    exit_code: ClassVar[int] = 2


class ProgramError(Exception):
    """Volatility 3 is not installed, or does not say what it is."""

    exit_code: ClassVar[int] = 4


class RowsError(Exception):
    """What a plugin printed can't be read; caught where it is run, and kept as its result."""

    exit_code: ClassVar[int] = 4
