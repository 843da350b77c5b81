"""Our own program as a kit carries it: the packages' files and the rules, as they are installed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from evidence.kit import places
from evidence.kit.carried.wheels import put
from evidence.kit.description import RuleSet
from evidence.rulebook.index import load_index
from evidence.scan.scanner import load_rules
from evidence.tool import PACKAGES, rules_digest

_RULES = "evidence/rules"  # where a wheel ships its own: a kit gets those that were asked for


def copy_program(kit: Path, rules: Path) -> RuleSet:
    """Bring our packages and a set of rules.

    However they were installed (as a wheel, or editable from a checkout), the import system says
    where their files are.

    Args:
        kit: the folder that gets them.
        rules: the folder of rules.

    Raises:
        RulesError: the rules are not in order.
    """
    for package in PACKAGES:
        for name, file in _files(files(package), package):
            put(kit / places.PROGRAM / name, file.read_bytes())
    for path in sorted(rules.iterdir()):
        if path.is_file():
            put(kit / places.RULES / path.name, path.read_bytes())
    return ruleset(rules)


def ruleset(rules: Path) -> RuleSet:
    """Which rules these are.

    Raises:
        RulesError: they are not in order.
    """
    return RuleSet(
        count=load_rules(rules).count, dated=load_index(rules).dated, sha256=rules_digest(rules)
    )


def _files(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    for each in sorted(folder.iterdir(), key=lambda one: one.name):
        path = f"{name}/{each.name}"
        if each.name == "__pycache__" or each.name.endswith(".pyc") or path == _RULES:
            continue
        if each.is_dir():
            yield from _files(each, path)
        else:
            yield path, each
