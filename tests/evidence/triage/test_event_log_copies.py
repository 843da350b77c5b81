"""An event log and its copy: what both have counts once, and what only one has is not lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from eventlogs import NOON, Event, log
from examinations import Here, examine

from evidence.telling.phrases.told import told
from evidence.triage.evtx import elsewhere
from evidence.triage.evtx import event as parsed
from evidence.triage.evtx.chunk import ChunkRead
from evidence.triage.evtx.examiner import EventLogs

LIVE, COPY = "C:\\Windows\\System32\\winevt\\Logs\\A.evtx", "D:\\kept\\Archive-A.evtx"
SAME = "{} records are in another log, too; each counts once"


def numbered(events, first=1):
    return [replace(event, record=number) for number, event in enumerate(events, first)]


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def installed(path):
    return Event(id=7045, data={"ServiceName": "PSEXESVC", "ImagePath": path})


def restarts(count):
    told = {"channel": "Application", "provider": "Microsoft-Windows-RestartManager"}
    return [Event(id=10000 + number % 2, at=at(number), **told) for number in range(count)]


def of_number(number):
    return parsed.Event(number, None, NOON, "Security", "P", 4624, "A", b"{}")


def backup(number, seconds):
    told = "Microsoft-Windows-Backup"
    return Event(channel=told, provider=told, id=number, at=at(seconds))


def msi(number, seconds):
    told = {"channel": "Application", "provider": "MsiInstaller"}
    return Event(id=number, at=at(seconds), data=["x"], **told)


def signins(count):
    data = {"TargetUserName": "taro", "LogonType": "10", "IpAddress": "198.51.100.7"}
    return numbered([
        Event(channel="Security", provider="Microsoft-Windows-Security-Auditing", id=4624,
              at=at(number), data=data)
        for number in range(count)
    ])  # fmt: skip


def looked(tmp_path, *logs):
    files = dict(zip((LIVE, COPY, "E:\\B.evtx"), (log(*each) for each in logs), strict=False))
    return examine(EventLogs([Here()]), tmp_path, files)


SEEN = {
    "each by itself": [installed("x"), installed("y")],
    "a burst": restarts(60),
    "a pair": [msi(1040, 0), msi(1042, 9)],
    "several kinds together": [backup(612, 0), backup(524, 1), backup(753, 2)],
    "a log that was cleared": [
        Event(channel="System", provider="Microsoft-Windows-Eventlog", id=104,
              wrapped="LogFileCleared", data={"Channel": "System"})],
}  # fmt: skip


@pytest.mark.parametrize("case", SEEN)
def test_what_is_seen_in_a_log_is_not_told_again_of_its_copy(case, tmp_path):
    events = numbered(SEEN[case])
    alone, both = looked(tmp_path, events), looked(tmp_path, events, events)

    assert both.observations == alone.observations != []
    assert both.unread == [SAME.format(len(events))]
    assert [row["cleared"] for row in both.tables["channels"]] == [
        row["cleared"] for row in alone.tables["channels"]] * 2  # fmt: skip
    assert told("ja", "seen", both.unread[0]) != both.unread[0]


@pytest.mark.parametrize("events", [restarts(50), SEEN["a pair"]], ids=["a burst", "a pair"])
@pytest.mark.parametrize("part", [slice(1), slice(-1, None)], ids=["first", "last"])
def test_what_a_log_has_a_part_of_is_told_of_the_one_that_has_it_all(events, part, tmp_path):
    events = numbered(events)
    alone, both = looked(tmp_path, events), looked(tmp_path, events[part], events)

    assert [one.text for one in both.observations] == [one.text for one in alone.observations]
    assert [one.origin for one in both.observations] == [COPY]


def test_rows_and_counts_have_a_record_of_several_logs_once(tmp_path):
    events = signins(40)
    came = looked(tmp_path, events[:30], events[10:], events)

    assert [row["record"] for row in came.tables["remote_desktop"]] == [*range(1, 41)]
    assert [row["count"] for row in came.tables["signin_counts"]] == [40]
    assert came.unread == [SAME.format(20), SAME.format(40)]
    assert [row["records"] for row in came.tables["channels"]] == [30, 30, 40]


OTHERS = {
    "number": lambda event: replace(event, record=event.record + 100),
    "time": lambda event: replace(event, at=event.at + timedelta(microseconds=1)),
    "event": lambda event: replace(event, id=7040),
    "computer": lambda event: replace(event, computer="WS-02"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_a_record_of_another_counts(what, tmp_path):
    ours = numbered([installed("x")])
    came = looked(tmp_path, ours, [OTHERS[what](ours[0])])

    assert came.unread == []
    if what != "event":
        assert len(came.tables["services"]) == 2
        assert came.rules == ["psexec_service_installed"] * 2


def test_a_burst_of_which_another_log_has_a_part_is_seen(tmp_path):
    events = numbered(restarts(60))
    (burst,) = looked(tmp_path, events[:30], events).observations

    assert (burst.origin, burst.text[:9]) == (COPY, "60 events")


def test_a_burst_that_goes_on_in_the_copy_is_told_as_the_longer_one_too(tmp_path):
    events = numbered(restarts(60))
    told_of = [each.text[:9] for each in looked(tmp_path, events[:50], events).observations]

    assert told_of == ["50 events", "60 events"]


def test_a_pair_of_which_another_log_has_the_beginning_is_seen(tmp_path):
    events = numbered(SEEN["a pair"])

    assert looked(tmp_path, events[:1], events).rules == ["installer_without_product"]


def test_what_can_no_more_be_compared_counts_and_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(elsewhere, "MOST", 5)
    events = signins(8)
    came = looked(tmp_path, events, events)
    why = "6 records were not compared with those of other logs; each counts"

    assert [row["count"] for row in came.tables["signin_counts"]] == [11]
    assert came.unread == [SAME.format(5), why]
    assert told("ja", "seen", why) != why


def test_of_thousands_of_logs_of_one_channel_a_record_is_looked_for_in_few_places():
    """Archived logs come in thousands; each record against each log would take days."""
    known, count = elsewhere.Elsewhere(), 2000
    for number in range(count):
        known.once(ChunkRead(events=[of_number(number)]))
        assert [*known.end()] == []
    (places,) = known._logs.values()
    _, had = known.once(ChunkRead(events=[of_number(0), of_number(count), of_number(count - 1)]))

    assert len(places) <= count.bit_length()
    assert had == {0, count - 1}
