"""An event log as two doors show it while Windows writes to it, or while somebody lies."""

import struct
from datetime import datetime, timedelta

import pytest
from eventlogs import CHUNK, HEADER, NOON, Event, chunks, file_of, log
from hypothesis import given
from hypothesis import strategies as st

from collectors.files.snapshot import Snapshot
from collectors.live_windows.both_doors import logrecords


def ticks(at: datetime) -> int:
    return int((at.timestamp() + 11_644_473_600) * 10_000_000)


def events(count, first=1, **changed):
    texts = dict.fromkeys(range(first, first + count), "x" * 3000)
    texts |= {int(number[1:]): text for number, text in changed.items()}
    return [
        Event(id=4624, record=number, at=NOON + timedelta(minutes=number), data=[text])
        for number, text in texts.items()
    ]


def parting(shown, lies):
    return logrecords.parting(Snapshot(shown), Snapshot(lies))


@given(st.integers(1, 40), st.integers(0, 40))
def test_of_a_log_that_grows_the_new_records_alone_differ(before, more):
    found = parting(log(*events(before + more)), log(*events(before)))

    if not more:
        assert found is None
        return
    assert (found.on_disk, found.other) == (None, None)
    assert found.shown[:3] == (more, before + 1, before + more)
    assert found.shown.earliest == ticks(NOON + timedelta(minutes=before + 1))
    assert found.is_late(1 << 62)  # the disk is behind, however long


def test_headers_that_windows_writes_anew_are_no_difference():
    shown, lies = bytearray(log(*events(30))), bytearray(log(*events(30)))
    struct.pack_into("<I", lies, 120, 1)  # dirty
    struct.pack_into("<QQ", lies, 8, 0, 0)
    lies[HEADER + 128 : HEADER + 512] = bytes(384)  # names and templates, known again later

    assert shown != lies
    assert parting(bytes(shown), bytes(lies)) is None


@pytest.mark.parametrize("size", [HEADER, HEADER + 7, HEADER + CHUNK])
def test_what_is_no_chunk_holds_no_records(size):
    shown = log(*events(30))

    assert parting(shown + b"\1" * size, shown + b"\2" * size) is None


def test_records_that_the_system_keeps_back_are_told():
    lies = events(30)
    found = parting(log(*lies[:10]), log(*lies))

    assert (found.shown, found.other) == (None, None)
    assert found.on_disk[:3] == (20, 11, 30)
    first = ticks(NOON + timedelta(minutes=11))
    assert (found.is_late(first - 1), found.is_late(first)) == (True, False)


def test_records_that_the_disk_lacks_in_the_middle_are_told():
    shown = events(30)
    found = parting(log(*shown), log(*shown[:10], *shown[20:]))

    assert (found.on_disk, found.shown[:3]) == (None, (10, 11, 20))
    first = ticks(NOON + timedelta(minutes=11))
    assert (found.is_late(first - 1), found.is_late(first)) == (True, False)


def test_a_record_in_the_middle_that_has_other_words_is_told():
    found = parting(log(*events(30, n12="y" * 3000)), log(*events(30)))

    assert (found.shown, found.on_disk) == (None, None)
    assert found.other[:3] == (1, 12, 12)
    assert not found.is_late(0)


def test_a_record_that_is_left_out_is_told():
    all_, some = events(60), [each for each in events(60) if each.record != 5]
    found = parting(log(*some), log(*all_))

    assert found.on_disk[:3] == (1, 5, 5)
    assert found.shown is None


def ring(first, count, room):
    """A full log: what doesn't fit has taken the place of the oldest chunks."""
    made = chunks(events(count, first))
    places = made[:room]
    for number, chunk in enumerate(made[room:]):
        places[number % room] = chunk
    return file_of(places)


def test_a_full_log_writes_over_its_oldest_chunk():
    before, after = ring(1, 50, 3), ring(1, 75, 3)
    found = parting(after, before)

    assert found.on_disk is None
    assert found.shown.last == 75
    assert parting(before, after).shown is None


def test_old_records_that_are_gone_while_nothing_newer_came_are_told():
    made = chunks(events(75))
    found = parting(file_of(made[2:]), file_of(made))

    assert found.on_disk.first == 1


def test_a_chunk_that_can_not_be_taken_apart_counts_as_one():
    shown, lies = bytearray(log(*events(30))), log(*events(30))
    shown[HEADER + 512] ^= 1
    found = parting(bytes(shown), lies)

    assert (found.shown.many, found.shown.first, found.shown.earliest) == (1, -1, 0)
    assert not found.is_late(1)


def test_a_log_that_differs_nearly_everywhere_is_given_up(monkeypatch):
    monkeypatch.setattr(logrecords, "_MOST", 2)
    with pytest.raises(OverflowError, match="more than 2 chunks of it differ"):
        parting(log(*events(200)), bytes(HEADER))


@given(st.binary(max_size=1500), st.integers(0, 1400))
def test_whatever_stands_in_a_chunk_is_taken_apart_without_an_error(data, at):
    lies = bytearray(log(*events(3)))
    lies[HEADER + at : HEADER + at + len(data)] = data

    parting(log(*events(3)), bytes(lies))
