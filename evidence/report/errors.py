"""Why there is no report."""

from __future__ import annotations

from typing import ClassVar

from collectors.told import ToldError
from evidence.report.sentences import SENTENCES


class ReportError(ToldError):
    """No report could be made; says of what."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES
