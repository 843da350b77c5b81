"""Triages of small worlds: cases with one bundle, folders, and what came of them."""

from __future__ import annotations

import json
from pathlib import Path

from bundles import IDENTITY, Given, empty_source, writer_at

from collectors.artifact import Phase
from evidence.clock import Clock
from evidence.intake import import_bundle
from evidence.pipeline import Pipeline
from evidence.scanner import load_rules
from evidence.tool import rules_folder
from evidence.triage.run import triage

# Fragments that our own rules have as examples; no note is whole here.
FRAGMENT = b"vssadmin delete shadows /all\r\nwbadmin delete catalog -quiet\r\n"


class Silent:
    """Hears and says nothing."""

    def begin(self, name):
        pass

    def look(self, origin, files):
        pass


def case_of(folder: Path, *things, rules=True, name="bundle") -> Path:
    """A case with one bundle of these things, scanned as they were taken unless told otherwise."""
    path = folder / name
    writer = writer_at(path)
    scan = load_rules(rules_folder()) if rules else None
    pipeline = Pipeline(writer, empty_source(folder), clock=Clock(), rules=scan)
    pipeline.run([Given(things, name="given", phase=Phase.DISK)])
    writer.seal(Clock().reading())
    import_bundle(path, folder / "case", identities=[IDENTITY])
    return folder / "case"


def triaged(place: Path, **options):
    """The only triage of a place: its folder and its document."""
    ((folder, done),) = triage(place, listener=Silent(), **options)
    return folder, done


def rows(folder: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def observations(folder: Path) -> list[dict]:
    return rows(folder, "observations.jsonl")


def rules_seen(folder: Path) -> set[str]:
    return {each["rule"].rpartition(":")[2] for each in observations(folder)}
