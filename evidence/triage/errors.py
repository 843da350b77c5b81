"""What is wrong with what was to be triaged."""

from __future__ import annotations

from typing import ClassVar

from collectors.told import ToldError
from evidence.triage.sentences import SENTENCES


class FullError(ToldError):
    """The medium that takes the results is full."""

    exit_code: ClassVar[int] = 4
    table = SENTENCES


class TriageError(ToldError):
    """No triage could be begun: nothing to look into, or a working copy that was changed."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES
