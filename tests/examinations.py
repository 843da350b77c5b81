"""Examiners at work on files that a test makes: what they say, and the tables that they fill."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from evidence.observed.observation import Observation, Unread
from evidence.triage.evtx.beside import NOTHING
from evidence.triage.evtx.parsing import parse_chunk
from evidence.triage.examiner import Examined


class Here:
    """Parses chunks without a process apart, which takes longer to begin than a small log."""

    runs = True

    def __init__(self, beside=NOTHING):
        self.beside = beside

    def begin(self):
        pass

    def get_ready(self):
        pass

    def give(self, chunk, seconds):
        self.given = chunk

    def read(self, seconds):
        return parse_chunk(self.given, self.beside)

    def close(self):
        pass


@dataclass
class Examination:
    """All that came of it."""

    said: list = field(default_factory=list)
    tables: dict[str, list] = field(default_factory=lambda: defaultdict(list))

    def add(self, table, row):
        self.tables[table].append(row)

    @property
    def observations(self):
        return [each for each in self.said if isinstance(each, Observation)]

    @property
    def unread(self):
        return [each.why for each in self.said if isinstance(each, Unread)]

    @property
    def rules(self):
        return [each.rule.partition(":")[2] for each in self.observations]


def examine(examiner, folder, files):
    """An examiner's whole work on files, given as origin to bytes (or to the path of a file)."""
    found = Examination()
    for number, (origin, content) in enumerate(files.items()):
        path = content
        if isinstance(content, bytes):
            path = folder / f"examined-{number}"
            path.write_bytes(content)
        examined = Examined(origin=origin, path=path, size=path.stat().st_size)
        assert examiner.wants(examined), origin
        with path.open("rb") as file:
            found.said += examiner.examine(examined, file, found)
    found.said += examiner.conclude(found)
    for rows in found.tables.values():
        assert len({tuple(row) for row in rows}) == 1, "rows of a table have other columns"
        cells = [cell for row in rows for cell in row.values()]
        assert all(cell is None or type(cell) in (str, int) for cell in cells)
    return found
