"""A file of rules, from Sigma's language to conditions of SQLite: runs in the process apart.

What pySigma can't read or translate is a rule that can't be run, with its reason. pySigma opens no
socket for this: what asks the network there are data of MITRE, plugins and pipelines, none of which
is used. Its expressions are RE2's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml
from sigma.collection import SigmaCollection
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaError
from sigma.filters import SigmaFilter
from sigma.modifiers import SigmaCaseSensitiveModifier
from sigma.pipelines.common import windows_logsource_mapping
from sigma.policy.profiles import SafePolicy
from sigma.rule import SigmaRule
from sigma.rule.base import SigmaYAMLLoader

from evidence.observed.observation import shown
from evidence.triage.sigma.dialect import Dialect
from evidence.triage.sigma.rule import Rule
from evidence.triage.sigma.sources import feeds_of

LONGEST = 1 << 20  # characters of a condition
_CORRELATION = "a correlation, which puts events together: only single events are looked at"
_FILTER = "a filter, which would take away what other rules match: not applied"


def translate(data: bytes) -> list[Rule]:
    """The rules of a file, each without its name."""
    try:
        return list(_rules(_read(data)))
    except Exception as error:  # noqa: BLE001 - a stranger's parser over a stranger's file
        return [Rule(why_not=_why(error))]


def _read(data: bytes) -> Any:
    documents = list(yaml.load_all(data.decode("utf-8-sig"), SigmaYAMLLoader))
    return SigmaCollection.from_dicts(
        documents, collect_errors=True, collect_filters=True, resolve_references=False,
        policy=SafePolicy,
    )  # fmt: skip


def _rules(collection: Any) -> Iterator[Rule]:
    found = [*collection.rules, *collection.filters]
    told = {id(error) for rule in found for error in rule.errors}
    for rule in found:
        yield _told(rule)
    for error in collection.errors:
        if id(error) not in told:
            yield Rule(why_not=_why(error))
    if not found and not collection.errors:
        yield Rule(why_not="no rule in it")


def _told(rule: Any) -> Rule:
    """A rule with what its writer says of it, translated if it can be."""
    facts: dict[str, Any] = {
        "title": shown(str(rule.title or "")),
        "id": shown(str(rule.id or "")), "author": shown(str(rule.author or "")),
        "level": rule.level.name.lower() if hasattr(rule.level, "name") else "",
        "licence": shown(str(rule.license or "")),
        "called": _references(each for each in (rule.id, rule.name) if each),
        "parts": _parts(rule),
    }  # fmt: skip
    try:
        return Rule(**facts, **_translated(rule))
    except Exception as error:  # noqa: BLE001 - a stranger's rule costs no other one
        return Rule(**facts, why_not=_why(error))


def _translated(rule: Any) -> Mapping[str, Any]:
    if rule.errors:
        raise rule.errors[0]
    if isinstance(rule, SigmaFilter):
        return {"why_not": _FILTER}
    if isinstance(rule, SigmaCorrelationRule):
        return {"why_not": _CORRELATION}
    return _condition(rule)


def _parts(rule: Any) -> tuple[str, ...]:
    """The rules that say nothing by themselves, since a correlation puts them together."""
    if not isinstance(rule, SigmaCorrelationRule) or rule.generate:
        return ()
    if rule.rules is not None:
        return _references(each.reference for each in rule.rules)
    condition = rule.condition
    return _references(getattr(condition, "get_referenced_rules", tuple)())


def _references(names: Iterable[object]) -> tuple[str, ...]:
    """By which rules refer to each other; an identifier may have either case."""
    return tuple(shown(str(each)).lower() for each in names)


def _condition(rule: SigmaRule) -> Mapping[str, Any]:
    source = rule.logsource
    words = (source.product, source.category, source.service)
    told = {"source": shown("/".join(word or "-" for word in words))}
    feeds = feeds_of(*words, windows_logsource_mapping)
    if not feeds:
        why = f"log source {told['source']} (product/category/service): not looked at here"
        return {**told, "why_not": why}
    for detection in rule.detection.detections.values():
        _keep_case(detection)
    dialect = Dialect()
    query = " OR ".join(f"({each})" for each in dialect.convert_rule(rule))
    if not query or len(query) > LONGEST:
        return {**told, "why_not": f"a condition of {len(query)} characters"}
    if "\0" in "".join([query, *dialect.fields]):
        return {**told, "why_not": "a zero byte, which no event has and SQLite does not take"}
    return {**told, "feeds": feeds, "query": query, "fields": dialect.fields}


def _keep_case(detection: Any) -> None:
    """Let `cased` hold wherever it stands: what pySigma makes of a text after it has either case.

    Raises:
        SigmaError: what was made is no text, such as another field.
    """
    for item in getattr(detection, "detection_items", ()):
        _keep_case(item)
    if SigmaCaseSensitiveModifier in getattr(detection, "modifiers", ()):
        cased = SigmaCaseSensitiveModifier(detection, [])
        detection.value = [each for value in detection.value for each in cased.apply(value)]


def _why(error: Exception) -> str:
    """In a line, and the writer's words escaped."""
    kind = "" if isinstance(error, SigmaError) else f"{type(error).__name__}: "
    return shown(f"{kind}{' '.join(str(error).split())}")
