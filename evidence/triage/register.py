"""The examiners, in the order in which they are asked; whoever joins is tested by the contract."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from evidence.triage.by_rules import ByRules
from evidence.triage.examiner import Examiner
from evidence.triage.means import Means

EXAMINERS: MappingProxyType[str, Callable[[Means], Examiner]] = MappingProxyType(
    {
        "rules": ByRules,
    }
)
"""Name to what makes one anew for a host."""
