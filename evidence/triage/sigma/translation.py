"""All rules of the sets, translated: what can be run, and what can't be with its reason."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import msgspec

from collectors.apart.answering import Apart, ApartError
from evidence.observed.observation import shown
from evidence.packs.used import set_of
from evidence.triage.errors import TriageError
from evidence.triage.evtx.beside import Beside
from evidence.triage.sigma.rule import Rule
from evidence.triage.sigma.rule_set import SigmaSet

RULES = 20_000  # that are translated
LARGEST = 1 << 18  # bytes of a file; those of SigmaHQ have some thousand
CONDITIONS = 64 << 20  # characters of all conditions: some modifiers write a text many times
_DEADLINE = 20.0  # seconds for a file, which takes a hundredth of one
_SECONDS, _OF_A_FILE = 60.0, 0.1  # for all files together, and for each of them
_ENTRY = "from evidence.triage.sigma.serving import serve_translations; serve_translations()"
_ENGINE = ("pysigma", "pysigma-backend-sqlite", "google-re2", "evtx")
_decode = msgspec.msgpack.Decoder(list[Rule]).decode


@dataclass(frozen=True, slots=True)
class Translation:
    """The rules of the sets that a user named."""

    sets: tuple[SigmaSet, ...]
    rules: tuple[Rule, ...]
    engine: str
    """What translated them and what runs them, with versions."""

    @property
    def beside(self) -> Beside:
        """The events that any of them asks for."""
        found: dict[str, list[int]] = {}
        for feed in {feed for rule in self.rules if not rule.why_not for feed in rule.feeds}:
            for channel in feed.channels:
                known = found.get(channel)
                every = not feed.ids or (known is not None and not known)
                found[channel] = [] if every else sorted({*(known or ()), *feed.ids})
        return found


def translated(sets: Sequence[SigmaSet]) -> Translation:
    """Translate every file of the sets, in a process apart.

    Raises:
        TriageError: what translates is not installed.
    """
    engine = _engine()
    with Apart(_ENTRY, _DEADLINE) as apart:
        found = list(named(_every(sets, apart)))
    return Translation(tuple(sets), tuple(_apart_from_their_parts(found)), engine)


def _engine() -> str:
    from sqlite3 import sqlite_version  # an interpreter may have none, and a triage doesn't need it

    try:
        told = [f"{name} {version(name)}" for name in _ENGINE]
    except PackageNotFoundError as error:
        raise TriageError("no_sigma", name=error.name) from error
    return ", ".join([*told, f"SQLite {sqlite_version}"])


def _every(sets: Sequence[SigmaSet], apart: Apart) -> Iterator[tuple[str, Rule]]:
    """The rules of each file, behind its name: not too many, and not for ever."""
    files = [(f"{one.name}/{name}", data) for one in sets for name, data in one.files.items()]
    until = time.monotonic() + _SECONDS + _OF_A_FILE * len(files)
    count = size = 0
    for name, data in files:
        why = _not_tried(data, count, size, time.monotonic() >= until)
        rules = [Rule(why_not=why)] if why else _of_file(data, apart)
        count += len(rules)
        size += sum(len(rule.query) for rule in rules)
        yield from ((name, rule) for rule in rules)


def _not_tried(data: bytes, count: int, size: int, is_late: bool) -> str:
    if len(data) > LARGEST:
        return f"a file of {len(data)} bytes; more than {LARGEST} are not read"
    if count >= RULES:
        return f"more than {RULES} rules"
    if size >= CONDITIONS:
        return f"more than {CONDITIONS} characters of conditions before it"
    return "not tried: those before it took all the time" if is_late else ""


def _of_file(data: bytes, apart: Apart) -> list[Rule]:
    """Its rules; one without a title, where that is all that is known of it."""
    try:
        return apart.ask(data, _decode)
    except ApartError as error:
        return [Rule(why_not=f"pySigma: {error}")]


def named(rules: Iterable[tuple[str, Rule]]) -> Iterator[Rule]:
    """By file and title; those of one title in one file are numbered.

    The name is ours to give: who writes a rule could take one of our own rules', and the process
    apart may be in strange hands.

    Args:
        rules: each behind the name of its file, `set/folder/file.yml`.
    """
    known: Counter[str] = Counter()
    given: set[str] = set()
    for file, rule in rules:
        title = shown(rule.title).replace(":", " -")
        name = own = f"{file}:{title or '?'}"
        while own in given:
            known[name] += 1
            own = f"{name} ({known[name] + 1})"
        given.add(own)
        yield msgspec.structs.replace(rule, name=own)


def _apart_from_their_parts(rules: list[Rule]) -> list[Rule]:
    """The rules that others of their set put together say nothing by themselves: not run."""
    parts = {(set_of(rule.name), part): rule.name for rule in rules for part in rule.parts}
    return [_part(rule, parts) for rule in rules]


def _part(rule: Rule, parts: dict[tuple[str, str], str]) -> Rule:
    names = ((set_of(rule.name), each) for each in rule.called)
    of = next((parts[each] for each in names if each in parts), None)
    if of is None or rule.why_not:
        return rule
    return msgspec.structs.replace(rule, why_not=f"only a part of {of}")
