"""Scans on threads: the same records in the same order as by one, and little that waits."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Condition

import bundles
import pytest
from bundles import Given, artifact, gap
from triages import rules_of

from collectors.artifact import Phase
from evidence.collecting.pipeline import Pipeline
from evidence.engines.engine import Answer, Said
from evidence.machine.clock import Clock
from evidence.reading.checked import open_bundle, verify_bundle
from evidence.scan import scanning
from evidence.scan.scanner import OVERLAP, WHOLE
from evidence.scan.scanning import BATCH, BATCH_BYTES, HELD, WAITING, Scanning
from evidence.writing import bundle

MIB = 1 << 20
TEXT = "rule marked { strings: $a = /[m]arked/ condition: $a }"


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    path = tmp_path_factory.mktemp("rules") / "tried.yar"
    path.write_text(TEXT)
    return rules_of([path])


@pytest.fixture(params=[1, 2], ids=["one processor", "two processors"])
def processors(request, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(request.param)))
    return request.param


def things():
    """Items of every size, gaps between them."""
    for number in range(40):
        size = (10, 70_000, MIB + 3, 0)[number % 4]
        yield artifact(f"/srv/{number:03}", b"marked" + bytes(size) if number % 3 else bytes(size))
        if number % 7 == 0:
            yield gap(f"/srv/{number:03} is shut")


def taken(path, given, rules):
    writer = bundles.writer_at(path)
    run = Pipeline(writer, bundles.empty_source(path.parent), clock=Clock(), rules=rules)
    run.run([
        Given(given[:20], name="first", phase=Phase.LOGS),
        Given(given[20:], name="second", phase=Phase.DISK),
    ])  # fmt: skip
    writer.seal(Clock().reading())
    found = open_bundle(path, identities=[bundles.IDENTITY]).records()
    return [(r.content.seq, r.meta.source.origin, r.meta.yara, r.meta.errors) for r in found], run


def test_records_are_the_same_and_in_order(tmp_path, rules, processors, monkeypatch):
    monkeypatch.setattr(bundle, "VOLUME_SIZE", 100_000)
    monkeypatch.setattr(bundle, "RECORDS_SIZE", 3000)
    monkeypatch.setattr(scanning, "WORTHWHILE", 1)
    given = list(things())
    records, run = taken(tmp_path / "bundle", given, rules)

    assert [seq for seq, *_ in records] == list(range(1, len(given) + 1))
    assert [origin for _, origin, *_ in records] == [each.origin for each in given]
    for number, (_, origin, seen, _) in enumerate(records):
        marked = hasattr(given[number], "open") and int(origin[5:8]) % 3 != 0
        assert bool(seen is not None and seen.hits) is marked
    assert run.findings.hits == {"tried:marked": sum(n % 3 != 0 for n in range(40))}
    assert verify_bundle(tmp_path / "bundle", identities=[bundles.IDENTITY]).exit == 0
    # How many is a matter of when the threads that write were at work; one a phase is the least.
    assert len(list((tmp_path / "bundle/data").iterdir())) > 1


def test_windows_are_scanned_in_order_and_a_match_across_the_cut_is_found_once(
    tmp_path, rules, processors
):
    data = bytearray(2 * WHOLE)
    places = [WHOLE - 3, WHOLE - OVERLAP // 2, 2 * WHOLE - 100, 5]
    for place in places:
        data[place : place + 6] = b"marked"
    ((_, _, seen, errors), *_), _ = taken(
        tmp_path / "bundle", [artifact("/dev/image", bytes(data))], rules
    )

    assert (seen.mode, errors) == ("windows", [])
    assert [hit.offset for hit in seen.hits] == [str(place) for place in sorted(places)]


def test_what_waits_is_bounded(rules, processors, monkeypatch):
    scans, told, begun = Scanning(rules), [], []
    for number in range(100):
        scan = scans.begin(f"/{number}")
        begun.append(scan)
        scan.update(memoryview(bytes(MIB)))
        scans.end(scan, lambda seen, by, number=number: told.append(number))
        assert sum(each.held for each in begun) <= HELD
    for _ in range(WAITING * 2):
        scans.end(scans.begin("/small"), lambda seen, by: told.append(-1))
        assert scans.waiting <= WAITING
    scans.settle()
    scans.close()

    assert told == [*range(100), *[-1] * WAITING * 2]


@pytest.mark.parametrize(("size", "together"), [(10, BATCH), (BATCH_BYTES // 4, 4), (MIB, 1)])
def test_small_items_are_handed_to_a_thread_together(size, together, rules, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(scanning, "FEW", 0)
    handed, told = [], []
    submit = ThreadPoolExecutor.submit
    monkeypatch.setattr(
        ThreadPoolExecutor, "submit", lambda *given: handed.append(given) or submit(*given)
    )
    scans = Scanning(rules)
    for number in range(2 * BATCH + 1):
        scan = scans.begin(f"/{number}")
        scan.update(memoryview(b"marked".ljust(size) if number % 3 else bytes(size)))
        scans.end(scan, lambda seen, by, number=number: told.append((number, len(seen.hits))))
    scans.settle()
    scans.close()

    assert len(handed) == -(-(2 * BATCH + 1) // together)
    assert told == [(number, bool(number % 3)) for number in range(2 * BATCH + 1)]


class Crowd:
    """Rules whose scans wait until so many are at it, and which know how many ever were."""

    in_batches = True
    names = ("marked",)

    def __init__(self, wanted):
        self._wanted, self._changed = wanted, Condition()
        self._now = self.most = 0

    def match_each(self, parts, *, timeout, most):
        with self._changed:
            self._now += 1
            self.most = max(self.most, self._now)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.most >= self._wanted, timeout=10)
        time.sleep(0.05)  # for one more, which there must not be
        with self._changed:
            self._now -= 1
        return [Said(Answer([], []), "")] * len(parts)


@pytest.mark.parametrize(("few", "threads"), [(1000, 2), (1, 3)])
def test_by_many_rules_one_more_thread_scans(few, threads, rules, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(scanning, "FEW", few)
    crowd = Crowd(threads)
    scans, told = Scanning(replace(rules, compiled=crowd)), []
    for number in range(12):
        scan = scans.begin(f"/{number}")
        scan.update(memoryview(bytes(MIB)))
        scans.end(scan, lambda seen, by, number=number: told.append(number))
    scans.settle()
    scans.close()

    assert (crowd.most, told) == (threads, [*range(12)])


def test_what_was_not_said_when_a_run_failed_never_is(rules, processors):
    scans, told = Scanning(rules), []
    scan = scans.begin("/x")
    scan.update(memoryview(bytes(8 * MIB)))
    scans.end(scan, lambda seen, by: told.append(seen))
    before = list(told)
    scans.close()
    scans.settle()

    assert told == before
