"""What an examiner is given to work with."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.rulebook.index import Index
from evidence.scan.scanner import Rules
from evidence.triage.sigma.following import Following


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The rules of this triage."""

    rules: Rules
    index: Index
    at_collection: bool
    """Whether the hits in the signed records are those of just these rules, and are to count.

    Those of sets that are not among these rules always do.
    """
    sigma: Following | None = None
    """Rules of Sigma over this host's events, where the user named any."""
