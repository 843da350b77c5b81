"""What the rules are about: so that what was looked for and not seen can be said in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from evidence.engines.yara_python import YaraPython
from evidence.observed.document import Subject, Triage
from evidence.packs.own import OwnRules
from evidence.packs.used import set_of
from evidence.rulebook.index import bare
from evidence.rulebook.names import NAMESPACE


def subjects(own: OwnRules) -> dict[str, str]:
    """Rule of ours to its subject: its file of rules, the names, or what an examiner looks at.

    Raises:
        RulesError: a file does not compile, or a table can't be read.
    """
    about: dict[str, str] = {rule: entry.where for rule, entry in own.index.rules.items()}
    for file in own.files:
        about |= dict.fromkeys(YaraPython().compile([file]).names, file.namespace)
    about |= dict.fromkeys(own.names.rules, NAMESPACE)
    return about


def counted(done: Triage, about: Mapping[str, str]) -> dict[str, Subject]:
    """How many rules of each subject, and of each other set, were tried, and how many saw anything.

    Args:
        done: with what examiners looked for, and what was seen.
        about: rule to its subject.
    """
    seen = {bare(rule) for rule in done.seen if not set_of(rule)}
    idle = {rule for each in done.examiners for rule in each.not_tried} - seen
    found: dict[str, Subject] = {}
    for rule in sorted({rule for each in done.examiners for rule in each.looked_for}):
        subject = found.setdefault(about[rule], Subject())
        subject.tried += rule not in idle
        subject.not_tried += rule in idle
        subject.seen += rule in seen
    theirs = Counter(map(set_of, done.seen))
    for each in done.rules.sets:
        if each.count is not None:
            found[f"{each.name}/"] = Subject(tried=each.count, seen=theirs[each.name])
    return found
