"""A collector's whole result, and tiny machines made of files."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field

import pytest

from collectors.artifact import Gap
from collectors.files.source import Source


@dataclass
class Result:
    raw: dict = field(default_factory=dict)
    taken: dict = field(default_factory=dict)
    gaps: list = field(default_factory=list)
    refused: dict = field(default_factory=dict)
    order: list = field(default_factory=list)
    document: dict | None = None

    def gap(self, origin):
        return next((gap for gap in self.gaps if gap.origin == origin), None)

    def row(self, table, **wanted):
        rows = self.document[table]
        found = [row for row in rows if all(row.get(k) == v for k, v in wanted.items())]
        assert len(found) == 1, (table, wanted, len(found))
        return found[0]


def pour(artifact):
    reading = artifact.open()
    data, room = bytearray(), bytearray(65536)
    try:
        while count := reading.readinto(memoryview(room)):
            data += room[:count]
    finally:
        reading.close()
    return bytes(data), reading


def run(collector, source):
    result = Result()
    try:
        for found in collector().collect(source):
            result.order.append(found.origin)
            if isinstance(found, Gap):
                result.gaps.append(found)
                continue
            try:
                data, reading = pour(found)
            except OSError as error:
                result.refused[found.origin] = error
                continue
            if found.origin.startswith("hozen:"):
                result.document = json.loads(data)
                continue
            result.raw[found.origin] = data
            result.taken[found.origin] = reading
    finally:
        source.guard.close()
    return result


class Machine:
    """A root folder with a few files of /proc, /sys, /run and /etc."""

    def __init__(self, root):
        self.root = os.fsencode(str(root))

    def file(self, path, data=b""):
        place = self.root + os.fsencode(path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        return self

    def link(self, path, target):
        place = self.root + os.fsencode(path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.symlink(os.fsencode(target), place)
        return self

    def process(self, pid, name=b"x", *, state="S", flags=0, start=100, cmdline=b"x\0", exe="/x"):
        values = [1, pid, pid, 0, -1, flags, *[0] * 10, 1, 0, start, *[0] * 5]
        line = b"%d (%b) %b " % (pid, name, state.encode()) + " ".join(map(str, values)).encode()
        self.file(f"/proc/{pid}/stat", line + b"\n")
        self.file(f"/proc/{pid}/status", f"Uid:\t5\t6\t7\t8\nGid:\t1\t1\t1\t1\nTgid:\t{pid}\n")
        self.file(f"/proc/{pid}/comm", name + b"\n")
        self.file(f"/proc/{pid}/cmdline", cmdline)
        for one in ("environ", "maps", "cgroup", "io", "wchan", "stack", "limits", "loginuid"):
            self.file(f"/proc/{pid}/{one}")
        os.makedirs(self.root + b"/proc/%d/fd" % pid)
        if exe:
            self.link(f"/proc/{pid}/exe", exe)
        return self

    def source(self, kind=Source):
        return kind(os.fsdecode(self.root), live=True)


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path / "machine")


@pytest.fixture
def poured():
    return lambda artifact: pour(artifact)[0]


@pytest.fixture
def collected():
    return run
