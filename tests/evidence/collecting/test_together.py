"""A database and its log, read from a running machine: whether they fit together is told."""

from __future__ import annotations

import os
import re
import time

import bundles
import hosts
import pytest

from collectors.artifact import Artifact
from collectors.files.mounts import Mounts
from collectors.files.source import Source
from evidence.collecting.pipeline import Pipeline
from evidence.machine.clock import Clock
from evidence.reading.checked import open_bundle

LONG_AGO = 1_700_000_000_000_000_000
UNCHANGED = (
    "goes with item N, which was read N ms before; by size and time, neither was changed meanwhile"
)
CHANGED = (
    "goes with item N, which was read N ms before; "
    "one of them was changed meanwhile: they may not fit together"
)
UNKNOWN = (
    "goes with item N, which was read N ms before; whether one was changed meanwhile is not known"
)


class Files(bundles.Given):
    """Takes files one after the other; something happens to one of them between."""

    def __init__(self, names, between=lambda: None):
        super().__init__([])
        self.names, self.between = names, between

    def collect(self, source):
        for name in self.names:
            yield from source.take([name], "disk")
            self.between()


def remarks(path, source, files) -> list[tuple[str, list[str]]]:
    writer = bundles.writer_at(path)
    Pipeline(writer, source, clock=Clock()).run([files])
    writer.seal(Clock().reading())
    records = open_bundle(path, identities=[bundles.IDENTITY]).records()
    return [
        (each.meta.source.origin, [re.sub("[0-9]+", "N", error) for error in each.meta.errors])
        for each in records
    ]


@pytest.fixture
def host(tmp_path):
    host = hosts.linux(tmp_path)
    for name in ("/b/History", "/b/History-wal", "/b/History-shm", "/b/HIVE", "/b/HIVE.LOG1"):
        host.with_file(name, b"x" * 5000, mtime=LONG_AGO)
    return host


def running(host) -> Source:
    return Source(str(host.root), live=True, mounts=Mounts([]))


@pytest.mark.parametrize("names", [("/b/History", "/b/History-wal"), ("/b/HIVE.LOG1", "/b/HIVE")])
def test_of_two_files_that_nobody_changed_the_second_says_so(host, tmp_path, names):
    first, second = names

    assert remarks(tmp_path / "b", running(host), Files(names)) == [
        (first, []), (second, [UNCHANGED]),
    ]  # fmt: skip


@pytest.mark.parametrize("changed", ["/b/History", "/b/History-wal"])
def test_what_was_written_between_may_not_fit_together(host, tmp_path, changed):
    def write():
        with open(host.path(changed), "r+b") as file:  # as a browser does: of the same size
            file.write(b"y")
        os.utime(host.path(changed))

    files = Files(["/b/History", "/b/History-wal"], write)

    assert dict(remarks(tmp_path / "b", running(host), files))["/b/History-wal"] == [CHANGED]


def test_what_is_gone_or_written_through_memory_is_not_known(host, tmp_path):
    files = Files(["/b/History", "/b/History-shm"])
    assert remarks(tmp_path / "b", running(host), files)[1][1] == [UNKNOWN]

    gone = Files(
        ["/b/HIVE", "/b/HIVE.LOG1"],
        lambda: os.path.exists(host.path("/b/HIVE")) and os.unlink(host.path("/b/HIVE")),
    )
    assert remarks(tmp_path / "c", running(host), gone)[1][1] == [UNKNOWN]


def test_of_a_source_at_rest_nothing_is_said(host, tmp_path):
    files = Files(["/b/History", "/b/History-wal", "/b/HIVE", "/b/HIVE.LOG1"])

    assert {tuple(said) for _, said in remarks(tmp_path / "b", host.source(), files)} == {()}


def test_what_was_read_before_it_was_asked_for_counts_from_then(host, tmp_path):
    class Before(bundles.Given):
        def collect(self, source):
            seen = source.snapshot("/b/History")
            os.utime(host.path("/b/History-wal"))
            time.sleep(0.1)  # more than a file system's times lag behind
            yield Artifact("/b/History", "disk", lambda: seen)
            yield from source.take(["/b/History-wal"], "disk")

    told = dict(remarks(tmp_path / "b", running(host), Before([])))

    assert told["/b/History-wal"] == [CHANGED]


def test_how_long_apart_they_were_read_is_counted(host, tmp_path):
    begun = time.monotonic_ns()
    writer = bundles.writer_at(tmp_path / "b")
    files = Files(["/b/History", "/b/History-wal"], lambda: time.sleep(0.05))
    Pipeline(writer, running(host), clock=Clock()).run([files])
    writer.seal(Clock().reading())
    opened = open_bundle(tmp_path / "b", identities=[bundles.IDENTITY])
    (said,) = [error for each in opened.records() for error in each.meta.errors]
    item, apart = map(int, re.findall("[0-9]+", said))

    assert item == 1
    assert 50 <= apart <= (time.monotonic_ns() - begun) // 1_000_000
