"""What an examiner is given to work with."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.scanner import Rules
from evidence.triage.index import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The rules of this triage."""

    rules: Rules
    index: Index
    at_collection: bool
    """Whether the hits in the signed records are those of just these rules, and are to count.

    Those of sets that are not among these rules always do.
    """
