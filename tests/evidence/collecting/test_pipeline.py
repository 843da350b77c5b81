"""One session over small collectors: what goes wrong in one stays there, and is recorded."""

from __future__ import annotations

import errno
import itertools
import time
from functools import partial
from pathlib import Path

import bundles
import pytest
from bundles import artifact

from chain_of_custody.verdict import Exit
from collectors.artifact import Artifact, Phase, Reason
from collectors.files.reading import FileReading
from collectors.files.snapshot import Snapshot, Stream
from collectors.files.source import Source
from collectors.named.referenced import Referenced
from evidence.collecting import ends
from evidence.collecting.pipeline import Pipeline
from evidence.collecting.session import Checkpoint, Interrupted, OriginChain, Resumption
from evidence.machine.clock import Clock
from evidence.planning.request import Limits
from evidence.reading.checked import open_bundle
from evidence.scan.scanner import load_rules
from evidence.scan.scanning import BATCH_BYTES, WORTHWHILE
from evidence.telling.findings import Findings
from evidence.tool import rules_folder
from evidence.writing import bundle

MIB = 1 << 20


def session(path: Path, *collectors, **options) -> tuple[list, Findings]:
    """Run collectors into a new bundle and seal it; its records, and what the run can say."""
    writer = bundles.writer_at(path)
    run = Pipeline(writer, bundles.empty_source(path), clock=Clock(), **options)
    run.run(collectors)
    writer.seal(Clock().reading())
    opened = open_bundle(path, identities=[bundles.IDENTITY])
    assert opened.verdict.exit is Exit.VERIFIED
    return list(opened.records()), run.findings


def by_origin(records) -> dict:
    return {record.meta.source.origin: record for record in records}


def opening(origin: str, error: Exception) -> Artifact:
    def fails():
        raise error

    return Artifact(origin=origin, kind="disk", open=fails)


class Breaking(Snapshot):
    """Gives so many bytes, then an error."""

    def __init__(self, data: bytes, error: Exception) -> None:
        super().__init__(data)
        self._error = error

    def readinto(self, buffer: memoryview, /) -> int:
        count = super().readinto(buffer)
        if not count:
            raise self._error
        return count


def breaking(origin: str, data: bytes, error: Exception) -> Artifact:
    return Artifact(origin=origin, kind="disk", open=partial(Breaking, data, error))


EIO = OSError(errno.EIO, "Input/output error")


# A fault stays where it is.


class Raising(bundles.Given):
    """Gives what it has, then fails."""

    def __init__(self, things, error: Exception, name: str = "raising") -> None:
        super().__init__(things, name, Phase.VOLATILE)
        self._error = error

    def collect(self, source: Source):
        yield from self.things
        raise self._error


def test_a_collector_that_raises_costs_the_others_nothing(tmp_path):
    raising = Raising(bundles.things(2), ZeroDivisionError("division by zero"))
    records, findings = session(tmp_path / "b", raising, bundles.Given(bundles.things(3)))

    assert findings.failed == ["raising"]
    assert len(records) == 6
    gap = records[2]
    assert gap.meta.source.origin == "hozen:/raising"
    assert gap.meta.reason == "unreadable"
    assert gap.meta.errors == ["this collector failed: ZeroDivisionError: division by zero"]


def test_a_collector_that_meets_a_system_error_is_a_gap_and_no_fault(tmp_path):
    raising = Raising([], OSError(errno.EACCES, "Permission denied"))
    records, findings = session(tmp_path / "b", raising)

    assert findings.failed == []
    assert records[0].meta.reason == "denied"
    assert records[0].meta.errors == ["EACCES: Permission denied"]


REASONS = {
    errno.EACCES: "denied", errno.EPERM: "denied", errno.ENOENT: "absent", errno.ESRCH: "absent",
    errno.ENOTDIR: "absent", errno.ETIMEDOUT: "timed_out", errno.ENOTSUP: "unsupported",
    errno.ELOOP: "skipped", errno.EIO: "unreadable", errno.ESTALE: "unreadable",
}  # fmt: skip


@pytest.mark.parametrize("number", REASONS, ids=errno.errorcode.get)
def test_what_can_not_be_opened_is_a_gap_with_the_reason_of_its_error(number, tmp_path):
    things = [opening("/there", OSError(number, "words")), *bundles.things(1)]
    records, findings = session(tmp_path / "b", bundles.Given(things))

    assert [record.content.status for record in records] == ["gap", "acquired"]
    assert records[0].meta.reason == REASONS[number]
    assert records[0].meta.errors == [f"{errno.errorcode[number]}: words"]
    assert findings.reasons == {REASONS[number]: 1}


def test_an_artifact_whose_opening_is_faulty_is_a_gap_and_the_next_one_is_taken(tmp_path):
    things = [opening("/there", KeyError("pid")), *bundles.things(1)]
    records, findings = session(tmp_path / "b", bundles.Given(things))

    assert [record.content.status for record in records] == ["gap", "acquired"]
    assert records[0].meta.errors == ["this collector failed: KeyError: 'pid'"]
    assert findings.failed == ["given"]


def test_a_reading_that_is_faulty_keeps_what_came_before(tmp_path):
    things = [breaking("/there", b"before", ValueError("no number")), *bundles.things(1)]
    records, _ = session(tmp_path / "b", bundles.Given(things))

    assert [record.content.status for record in records] == ["partial", "acquired"]
    assert records[0].content.size == 6
    assert "ValueError: no number" in records[0].content.ranges_missing[0].error


@pytest.mark.parametrize("size", [1, 32 << 10, MIB - 512, MIB, 3 * MIB + 5])
def test_a_read_error_after_some_bytes_is_a_partial_item_that_names_what_is_missing(size, tmp_path):
    data = bytes(range(251)) * (size // 251 + 1)
    records, _ = session(tmp_path / "b", bundles.Given([breaking("/disk", data[:size], EIO)]))
    content = records[0].content
    (missing,) = content.ranges_missing

    assert (content.status, content.size) == ("partial", size)
    assert (missing.offset, missing.size) == (str(size), None)
    assert missing.error == "EIO: Input/output error"


def test_a_read_error_before_any_byte_is_a_gap_and_never_an_empty_file(tmp_path):
    things = [breaking("/disk", b"", EIO), bundles.artifact("/empty", b"")]
    records, findings = session(tmp_path / "b", bundles.Given(things))
    lost, empty = records

    assert (lost.content.status, lost.content.parts, lost.content.sha256) == ("gap", [], None)
    assert lost.meta.reason == "unreadable"
    assert findings.reasons == {"unreadable": 1}
    assert (empty.content.status, empty.content.size) == ("acquired", 0)
    assert len(empty.content.parts) == 1


# A file that moves.


class Moving(FileReading):
    """Does something to its file once, after so many bytes."""

    def __init__(self, path: Path, after: int, act) -> None:
        super().__init__(str(path))
        self._left = after
        self._act = act

    def readinto(self, buffer: memoryview, /) -> int:
        count = super().readinto(buffer)
        self._left -= count
        if self._act is not None and self._left <= 0:
            self._act, act = None, self._act
            act()
        return count


def moving(tmp_path: Path, size: int, after: int, act) -> object:
    path = tmp_path / "moving.log"
    path.write_bytes(b"x" * size)
    taken = Artifact(
        origin="/moving.log", kind="log", open=partial(Moving, path, after, partial(act, path))
    )
    records, _ = session(tmp_path / "b", bundles.Given([taken]))
    return records[0]


def grows(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"y" * 1000)


def shrinks(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(10)


def test_a_file_that_grows_is_taken_to_its_new_end(tmp_path):
    record = moving(tmp_path, 100_000, 50_000, grows)

    assert (record.content.status, record.content.size) == ("acquired", 101_000)
    assert record.meta.changed_while_reading is True
    assert any("100000 bytes" in error and "101000" in error for error in record.meta.errors)


def test_a_file_that_shrinks_is_taken_as_far_as_it_went_and_says_so(tmp_path):
    record = moving(tmp_path, 100_000, 32 << 10, shrinks)

    assert record.content.size == 32 << 10
    assert record.meta.changed_while_reading is True
    assert any("100000 bytes" in error for error in record.meta.errors)


def test_a_file_that_vanishes_is_taken_whole_and_says_that_it_was_deleted(tmp_path):
    record = moving(tmp_path, 100_000, 50_000, Path.unlink)

    assert (record.content.status, record.content.size) == ("acquired", 100_000)
    assert "deleted while it was read" in record.meta.errors


def test_a_file_that_stays_as_it_is_has_nothing_to_say(tmp_path):
    record = moving(tmp_path, 100_000, 50_000, lambda path: None)

    assert record.meta.changed_while_reading is False
    assert record.meta.errors == []


def test_a_hard_link_is_told_by_the_item_that_holds_the_file(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"the same")
    two.hardlink_to(one)
    things = [
        Artifact(origin=f"/{path.name}", kind="disk", open=partial(FileReading, str(path)))
        for path in (one, two)
    ]
    first, second = session(tmp_path / "b", bundles.Given(things))[0]

    assert (second.content.status, second.meta.reason) == ("gap", "skipped")
    assert second.meta.same_as == first.content.seq


# Order.


def test_takes_what_is_most_fleeting_first_whatever_the_order_of_the_table(tmp_path):
    given = [
        bundles.Given([bundles.artifact(f"/{phase.name}", b"x")], phase.name, phase)
        for phase in sorted(Phase, reverse=True)
    ]
    records, _ = session(tmp_path / "b", *given)

    phases = [phase.name.lower() for phase in sorted(Phase)]
    assert [record.meta.phase for record in records] == phases
    opened = open_bundle(tmp_path / "b", identities=[bundles.IDENTITY])
    closed = [e.detail.phase for e in opened.documents.events if e.event.type == "volume_closed"]
    assert closed == phases


def test_a_volume_is_closed_when_its_time_has_come(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "VOLUME_TIME", 0)
    session(tmp_path / "b", bundles.Given(bundles.things(3)))
    opened = open_bundle(tmp_path / "b", identities=[bundles.IDENTITY])
    causes = [e.detail.cause for e in opened.documents.events if e.event.type == "volume_closed"]

    assert causes == ["time", "time", "time"]


# Ending early.


def asked_after(count: int):
    """Answers no so many times, then yes."""
    left = [count]

    def asked() -> bool:
        left[0] -= 1
        return left[0] < 0

    return asked


@pytest.mark.parametrize("piece", [4096, 32 << 10, 3 * MIB])
def test_an_endless_item_ends_when_it_is_asked_to(piece, tmp_path):
    writer = bundles.writer_at(tmp_path / "b")
    pieces = itertools.repeat(bytes(piece))
    item = Artifact(origin="/dev/zero", kind="disk", open=lambda: Stream(pieces))
    run = Pipeline(writer, bundles.empty_source(tmp_path), clock=Clock(), stopping=asked_after(10))
    with pytest.raises(Interrupted) as ended:
        run.run([bundles.Given([item])])
    writer.interrupt(ended.value.cause)
    writer.abandon()
    opened = open_bundle(tmp_path / "b", identities=[bundles.IDENTITY], allow_partial=True)
    (record,) = opened.records()

    assert ended.value.cause == "signal"
    assert record.content.status == "partial"
    assert 0 < record.content.size < 20 * MIB
    assert record.content.ranges_missing[0].error == "the run was ended here"


@pytest.mark.parametrize("waiting", [1, BATCH_BYTES // WORTHWHILE], ids=["to be sent", "sent"])
@pytest.mark.parametrize("silent", ["a file", "a folder"])
def test_what_waits_for_its_scan_when_the_run_is_ended_has_its_record(silent, waiting, tmp_path):
    asked: list[bool] = []
    writer = bundles.writer_at(tmp_path / "b")
    run = Pipeline(
        writer, bundles.empty_source(tmp_path), clock=Clock(), rules=load_rules(rules_folder()),
        stopping=lambda: bool(asked),
    )  # fmt: skip

    def no_answer() -> None:
        asked.append(run.has_to_end())  # as who waits for it asks
        asked.append(run.has_to_end())
        raise TimeoutError(errno.ETIMEDOUT, "no answer")

    class Hanging(bundles.Given):
        def collect(self, source):
            yield from self.things
            if silent == "a file":
                yield Artifact("/mnt/hung", "disk", no_answer)
            else:
                asked.append(True)
                yield bundles.gap("/mnt/hung", Reason.TIMED_OUT)

    with pytest.raises(Interrupted) as ended:
        run.run([Hanging([artifact(f"/srv/{n}", bytes(WORTHWHILE)) for n in range(waiting)])])
    writer.interrupt(ended.value.cause)
    writer.abandon()
    verdict = bundles.checked(tmp_path / "b")

    assert verdict.exit is Exit.INCOMPLETE
    assert verdict.counts["acquired"] == waiting


def test_ends_while_there_is_still_room_to_close_what_is_open(tmp_path, monkeypatch):
    monkeypatch.setattr(ends.medium, "free_space", lambda path: ends.RESERVE - 1)
    writer = bundles.writer_at(tmp_path / "b")
    run = Pipeline(writer, bundles.empty_source(tmp_path), clock=Clock())
    with pytest.raises(Interrupted) as ended:
        run.run([bundles.Given(bundles.things())])
    writer.abandon()

    assert ended.value.cause == "destination_full"
    assert writer.tally.acquired == 1


class Ticking(Clock):
    """A second goes by whenever somebody asks for the time."""

    ticks = 0

    def mono(self) -> int:
        self.ticks += 10**9
        return self.ticks


def test_every_collector_that_a_limit_cuts_off_says_so(tmp_path):
    writer = bundles.writer_at(tmp_path / "b")
    given = [bundles.Given(bundles.things(), name) for name in ("one", "two", "three")]
    run = Pipeline(
        writer, bundles.empty_source(tmp_path), clock=Ticking(), limits=Limits(time=6 * 10**9)
    )
    run.run(given)
    writer.seal(Clock().reading())
    opened = open_bundle(tmp_path / "b", identities=[bundles.IDENTITY])
    last = {record.meta.collector: record for record in opened.records()}

    assert run.findings.limited == "--max-time"
    assert list(last) == ["one", "two", "three"]
    assert all("the limit --max-time was met" in r.meta.errors[0] for r in last.values())
    assert (last["two"].content.status, last["two"].meta.reason) == ("gap", "skipped")


# Going on.


def chain_after(bundle_id: str, things) -> OriginChain:
    chain = OriginChain(bundle_id, "things")
    for thing in things:
        chain.add(thing.origin)
    return chain


def gone_on(path: Path, given, resumption_of) -> list[str]:
    """The origins that a session takes of these things when it goes on from somewhere."""
    writer = bundles.writer_at(path)
    resumption = resumption_of(writer.bundle_id)
    run = Pipeline(writer, bundles.empty_source(path), clock=Clock(), resumption=resumption)
    run.run([bundles.Given(bundles.things(1), "other"), given])
    writer.seal(Clock().reading())
    opened = open_bundle(path, identities=[bundles.IDENTITY])
    return [r.meta.source.origin for r in opened.records() if r.meta.collector == "given"]


@pytest.mark.parametrize("done", [64, 65, 99, 100])
def test_goes_on_behind_what_was_taken(done, tmp_path):
    given = bundles.Given(bundles.things(100))

    def resumption(bundle_id):
        shown = chain_after(bundle_id, given.things[:done]).shown()
        return Resumption(checkpoints=(Checkpoint(collector="given", count=done, chain=shown),))

    assert gone_on(tmp_path / "b", given, resumption) == [t.origin for t in given.things[done:]]


def test_goes_on_from_the_farthest_point_that_is_still_as_it_was(tmp_path):
    given = bundles.Given(bundles.things(100))
    changed = [*given.things]
    changed[80] = bundles.artifact("/srv/new", b"new")

    def resumption(bundle_id):
        points = [
            Checkpoint(
                collector="given", count=n, chain=chain_after(bundle_id, given.things[:n]).shown()
            )
            for n in (64, 70, 90)
        ]
        return Resumption(checkpoints=tuple(points))

    taken = gone_on(tmp_path / "b", bundles.Given(changed), resumption)

    assert taken == [thing.origin for thing in changed[70:]]


def test_takes_all_again_where_nothing_is_as_it_was(tmp_path):
    given = bundles.Given(bundles.things(100))
    resumption = Resumption(checkpoints=(Checkpoint(collector="given", count=80, chain="0" * 64),))

    taken = gone_on(tmp_path / "b", given, lambda bundle_id: resumption)

    assert taken == ["hozen:/given", *(thing.origin for thing in given.things)]


def test_says_so_where_nothing_of_a_source_at_rest_is_as_it_was(tmp_path):
    resumption = Resumption(checkpoints=(Checkpoint(collector="given", count=80, chain="0" * 64),))
    records, findings = session(
        tmp_path / "b", bundles.Given(bundles.things(100)), resumption=resumption
    )

    gap = by_origin(records)["hozen:/given"]
    assert (gap.content.status, gap.meta.reason) == ("gap", "absent")
    (missed,) = findings.missing
    assert missed.origin == "hozen:/given"
    assert missed.detail == "what an earlier session took was not found again: all was taken anew"


def test_leaves_out_collectors_that_had_come_to_their_end(tmp_path):
    given = bundles.Given(bundles.things())

    assert gone_on(tmp_path / "b", given, lambda bundle_id: Resumption(completed=("given",))) == []


def test_no_chain_is_shown_that_could_be_guessed():
    few = chain_after("id", bundles.things(63))
    enough = chain_after("id", bundles.things(64))

    assert few.shown() is None
    assert enough.shown() is not None
    assert enough.shown() != chain_after("other", bundles.things(64)).shown()


def test_a_chain_of_names_that_only_number_is_shown_from_the_first_one_on():
    chain = OriginChain("id", "disk-image")
    nothing = chain.shown()
    chain.add("hozen:/disk-image/0123456789abcdef.json")

    assert nothing is None
    assert chain.shown() is not None


def test_what_an_earlier_session_named_is_led_by_no_item_of_this_one(tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "opt").mkdir()
    (tmp_path / "etc" / "crontab").write_bytes(b"/opt/backup.sh\n")
    (tmp_path / "opt" / "backup.sh").write_bytes(b"#!/bin/sh\n")
    source = bundles.empty_source(tmp_path)
    named = source.file("/etc/crontab", "disk", references=lambda data: ["/opt/backup.sh", "/no"])
    writer = bundles.writer_at(tmp_path / "b")
    run = Pipeline(writer, source, clock=Clock(), resumption=Resumption(completed=("given",)))
    run.run([bundles.Given([named]), Referenced()])
    writer.seal(Clock().reading())
    records = by_origin(open_bundle(tmp_path / "b", identities=[bundles.IDENTITY]).records())

    assert records["/opt/backup.sh"].content.status == "acquired"
    assert records["/opt/backup.sh"].meta.led_by is None
    assert records["/no"].meta.reason == Reason.ABSENT


def test_what_an_item_names_is_taken_and_led_by_it(tmp_path):
    (tmp_path / "backup.sh").write_bytes(b"#!/bin/sh\n")
    source = bundles.empty_source(tmp_path)
    cron = Artifact(
        origin="/etc/crontab", kind="disk", open=partial(Snapshot, b"/backup.sh\n"),
        references=lambda data: data.decode().split(),
    )  # fmt: skip
    writer = bundles.writer_at(tmp_path / "b")
    run = Pipeline(writer, source, clock=Clock())
    run.run([bundles.Given([*bundles.things(2), cron]), Referenced()])
    writer.seal(Clock().reading())
    records = by_origin(open_bundle(tmp_path / "b", identities=[bundles.IDENTITY]).records())

    assert records["/backup.sh"].meta.led_by == records["/etc/crontab"].content.seq == 3


def test_a_clock_that_jumps_both_ways_leaves_the_order_provable(tmp_path, monkeypatch):
    right, jumps = time.time_ns, itertools.cycle([0, -3600, 9 * 3600])  # s: put back, JST for UTC
    monkeypatch.setattr(time, "time_ns", lambda: right() + next(jumps) * 1_000_000_000)
    names = [f"/{number:02}" for number in range(30)]
    records, _ = session(
        tmp_path / "bundle", bundles.Given([artifact(name, b"x") for name in names])
    )  # fmt: skip
    told = {record.meta.source.origin: record.meta.acquired for record in records}
    walls = [told[name].start for name in names]
    monos = [int(each) for name in names for each in (told[name].mono_start, told[name].mono_end)]

    assert walls != sorted(walls)
    assert all(each.endswith("Z") for each in walls)
    assert monos == sorted(monos)
    assert len(set(monos)) > len(names)
