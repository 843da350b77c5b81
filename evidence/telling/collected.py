"""How a collection ended: what its caller tells people and machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence.packs.rule_set import RuleSet
from evidence.telling.findings import Findings
from evidence.writing.history import Tally
from evidence.writing.mirror import SecondCopy


@dataclass(slots=True, kw_only=True)
class Collected:
    """How a collection ended."""

    path: Path
    sealed: bool
    cause: str | None
    """Why it is not sealed."""
    tally: Tally
    findings: Findings
    root: str
    code: str
    certificate_sha256: str
    rules: int
    encrypted: bool
    source: str = "live"
    """What it was taken from, in the words of the request."""
    sets: tuple[RuleSet, ...] = ()
    """The rules that were searched for beside our own."""
    second: SecondCopy | None = None
    """The second copy, if one was asked for."""
    digests_later: Sequence[str] = ()
    """Digests over a whole disk that were asked for and come with its export."""

    @property
    def missing_expected(self) -> bool:
        """Whether something is missing that was to be had: not what simply isn't there."""
        lost = self.findings.earlier + self.findings.lacking
        limited = self.findings.limited is not None
        missing = bool(self.findings.missing)
        single = self.second is not None and not self.second.complete
        return not self.sealed or bool(lost or self.tally.partial or limited or missing or single)
