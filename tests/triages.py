"""Triages of small worlds: cases with one bundle, folders, and what came of them."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

from bundles import IDENTITY, Given, empty_source, writer_at

from chain_of_custody.findings import escaped
from chain_of_custody.item import parse_line
from collectors.artifact import Phase
from evidence.collecting.pipeline import Pipeline
from evidence.engines.choice import ENGINES
from evidence.intake import import_bundle
from evidence.intake.located import located
from evidence.machine.clock import Clock
from evidence.machine.host import Footprint
from evidence.packs.rule_set import own_file
from evidence.rulebook.names import NameRules
from evidence.scan.scanner import Rules, load_rules
from evidence.tool import rules_folder
from evidence.triage.run import triage

# Fragments that our own rules have as examples; no note is whole here.
FRAGMENT = b"vssadmin delete shadows /all\r\nwbadmin delete catalog -quiet\r\n"


def rules_of(paths, names=None):
    """Files of rules compiled, each in a namespace of its own."""
    maker = ENGINES["yara"]()
    compiled = maker.compile([own_file(path) for path in paths])
    return Rules(compiled=compiled, engine=maker.version, names=names or NameRules({}))


class Silent:
    """Hears and says nothing."""

    def begin(self, name):
        pass

    def look(self, origin, files):
        pass

    def unfinished(self, folder):
        pass


def case_of(folder: Path, *things, rules=True, sets=(), name="bundle", footprint=True) -> Path:
    """A case with one bundle of these things, scanned as they were taken unless told otherwise.

    Without a footprint it is as if its session was cut off before.
    """
    path = folder / name
    writer = writer_at(path)
    scan = load_rules(rules_folder(), **({"sets": sets} if sets else {})) if rules else None
    pipeline = Pipeline(writer, empty_source(folder), clock=Clock(), rules=scan)
    told = [Footprint("0" * 64, str(folder), set(), "YARA", sets)] if footprint else []
    pipeline.run([Given(things, name="given", phase=Phase.DISK), *told])
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


def bytes_of(case: Path, name: str, each: dict) -> str:
    """What lies in the working copy where an observation leads to, as its text shows bytes."""
    copy = case / "hosts" / name
    with open(copy / "items.jsonl", "rb") as file:
        records = {one.content.seq: one for one in map(parse_line, file.read().splitlines())}
    record = records[each["item"]]
    with open(located(copy, record), "rb") as file:
        file.seek(int(each["offset"]))
        data = file.read(400)
    if each["rule"].startswith("files:") and each["kind"] == "content":
        return data[:16].hex() if not record.meta.source.origin.startswith("withheld:") else (
            data[:32].decode()
        )  # fmt: skip
    if each["kind"] == "event":
        return each["text"] if data.startswith(b"**\0\0") else "no record of a log"
    if each["place"].startswith("$MFT"):
        name = each["text"].rpartition("/")[2].encode("utf-16-le")
        return each["text"] if data.startswith(b"FILE") and name in data else "no such record"
    if each["kind"] != "content":
        return data.decode("utf-8", "backslashreplace").split("|")[0][: len(each["text"])]
    wide = data[1:2] == b"\0"
    return escaped(data[::2][:64].decode("latin-1") if wide else data[:64].decode("latin-1"))[
        : len(each["text"])
    ]


class _Cells(HTMLParser):
    """The rows of the tables of a page, each a list of the lines of its cells."""

    def __init__(self):
        super().__init__()
        self.rows: list[list[list[str]]] = []
        self._inside = False

    def handle_starttag(self, tag, _):
        if tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append([""])
        elif tag == "br":
            self.rows[-1][-1].append("")
        self._inside = self._inside or tag == "td"

    def handle_endtag(self, tag):
        self._inside = self._inside and tag != "td"

    def handle_data(self, data):
        if self._inside:
            self.rows[-1][-1][-1] += data.strip()


def signs_of(page: str) -> list[list[list[str]]]:
    """The signs as the page shows them: weight, claim, times, where."""
    cells = _Cells()
    cells.feed(page)
    return [row for row in cells.rows if row]
