"""Whether a set of rules is in order: complete, right about its examples, silent about itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evidence.engines.engine import ScanError
from evidence.rulebook.examples import Examples, forms, load_examples
from evidence.rulebook.index import NAME, Entry, Index, load_index
from evidence.scan.scanner import ItemScan, Rules

_SOMEWHERE = "/srv/files/"

Kind = Literal[
    "no_entry", "no_rule", "no_example", "unknown", "no_source", "empty", "loud", "missed", "wrong",
    "itself", "given_up",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is not in order."""

    kind: Kind
    rule: str
    detail: str = ""


def problems(folder: Path, rules: Rules) -> list[Problem]:
    """Everything that is not in order in a folder of rules.

    A scan that was given up ends it, and is the last one that is named: any other would take as
    long, and no answer is no "does not match".

    Raises:
        RulesError: its index or its examples can't be read.
    """
    index, examples = load_index(folder), load_examples(folder)
    parts = (
        _tables(rules, index, examples),
        (each for rule in index.rules for each in _entry(rule, index)),
        _examples(rules, index, examples),
        _itself(folder, rules),
        _sentences(index, rules),
    )
    found: list[Problem] = []
    try:
        for part in parts:
            found += part
    except ScanError as error:
        found.append(Problem(kind="given_up", rule="", detail=str(error)))
    return found


def _tables(rules: Rules, index: Index, examples: dict[str, Examples]) -> Iterator[Problem]:
    """1. Rules, index and examples have the same names; what examiners see has its tests there."""
    known = set(rules.names_of_rules)
    for rule in sorted(known - index.scanned):
        yield Problem(kind="no_entry", rule=rule)
    for rule in sorted((index.scanned | set(examples)) - known):
        yield Problem(kind="no_rule", rule=rule)
    for rule in sorted(known):
        found = examples.get(rule)
        if found is None or not (found.positive and found.negative):
            yield Problem(kind="no_example", rule=rule)


def _entry(rule: str, index: Index) -> Iterator[Problem]:
    """2. An entry says everything; what is used lawfully, too, weighs little."""
    entry = index.rules[rule]
    if not (entry.claim_en.strip() and entry.claim_ja.strip()):
        yield Problem(kind="empty", rule=rule)
    if not entry.sources:
        yield Problem(kind="no_source", rule=rule)
    for key, named in _named(entry, index):
        if key not in named:
            yield Problem(kind="unknown", rule=rule, detail=key)
    if entry.use == "inventory" and entry.confidence != "weak":
        yield Problem(kind="loud", rule=rule)


def _named(entry: Entry, index: Index) -> Iterator[tuple[str, Mapping[str, object]]]:
    yield from ((key, index.sources) for key in entry.sources)
    yield entry.false_positives, index.false_positives
    yield entry.next_step, index.next_steps


def _examples(rules: Rules, index: Index, examples: dict[str, Examples]) -> Iterator[Problem]:
    """3. Each example comes out as it must, in every form."""
    for rule, found in examples.items():
        entry = index.rules.get(rule)
        if entry is None:
            continue
        for form in _otherwise(rules, rule, entry, found.positive, wanted=True):
            yield Problem(kind="missed", rule=rule, detail=form)
        for form in _otherwise(rules, rule, entry, found.negative, wanted=False):
            yield Problem(kind="wrong", rule=rule, detail=form)


def _otherwise(
    rules: Rules, rule: str, entry: Entry, texts: Sequence[str], *, wanted: bool
) -> Iterator[str]:
    """The forms of texts in which a rule does the opposite of what it must."""
    for text in texts:
        forms = seen(rules, rule, entry, text)
        yield from (form for form, hit in forms.items() if hit is not wanted)


def seen(rules: Rules, rule: str, entry: Entry, text: str) -> dict[str, bool]:
    """In which forms of a text a rule matches."""
    if entry.where == "name":
        return {"name": f"names:{rule}" in rules.names.matching(_SOMEWHERE + text)}
    in_memory = entry.where == "memory"
    return {
        form: rule in matched(rules, data, in_memory=in_memory)
        for form, data in forms(text, entry.where).items()
    }


def matched(rules: Rules, data: bytes, *, in_memory: bool = False) -> set[str]:
    """The rules that match some bytes.

    Raises:
        ScanError: they gave no whole answer.
    """
    scan = ItemScan(rules, in_memory=in_memory)
    scan.update(memoryview(data))
    found = {hit.rule.rpartition(":")[2] for hit in scan.finish().hits}
    if scan.given_up:
        raise ScanError(scan.given_up)
    return found


def _itself(folder: Path, rules: Rules) -> Iterator[Problem]:
    """4. The rules' own files are nothing that was found: a machine with the kit has them."""
    for path in sorted(folder.iterdir()):
        if path.is_file():
            for rule in sorted(matched(rules, path.read_bytes())):
                yield Problem(kind="itself", rule=rule, detail=path.name)


def _sentences(index: Index, rules: Rules) -> Iterator[Problem]:
    """5. Nor are claims as people read them: pages have them, and the memory of what writes one."""
    told = (*index.false_positives.values(), *index.next_steps.values())
    said = [text for entry in index.rules.values() for text in (entry.claim_en, entry.claim_ja)]
    text = "\n".join([*said, *(each for one in told for each in (one.en, one.ja))])
    for rule in sorted(matched(rules, text.encode())):
        yield Problem(kind="itself", rule=rule, detail=NAME)
