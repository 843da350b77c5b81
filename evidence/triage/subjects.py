"""What the rules are about: so that what was looked for and not seen can be said in words."""

from __future__ import annotations

from pathlib import Path

from evidence.scanner import rules_of
from evidence.triage.index import Index
from evidence.triage.names import NAMESPACE, load_names


def subjects(folder: Path, index: Index) -> dict[str, str]:
    """Rule to its subject: its file of rules, the names, or what an examiner looks at.

    Raises:
        RulesError: a file does not compile, or the names can't be read.
    """
    about: dict[str, str] = {rule: entry.where for rule, entry in index.rules.items()}
    for path in sorted(folder.glob("*.yar")):
        about |= dict.fromkeys(rules_of([path]).names_of_rules, path.stem)
    about |= dict.fromkeys(load_names(folder).rules, NAMESPACE)
    return about
