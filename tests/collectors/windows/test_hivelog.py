"""What a hive's transaction logs change in it, held against the hive that Windows would write."""

import struct
import tracemalloc

import hivelogs
import pytest
import windows
from hivelogs import FIRST, dirty, entry
from hypothesis import given
from hypothesis import strategies as st

from collectors.windows import hivelog
from collectors.windows.hivelog import HEAD, marvin, replay

KEY = r"Microsoft\Windows\CurrentVersion\Run"
SECOND = {KEY: {"a": "two"}, "Added": {"b": "x" * 300}}
STATES = (
    {KEY: {"a": "one"}}, SECOND, {**SECOND, "Further": {str(n): "y" * 99 for n in range(80)}},
)  # fmt: skip


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """A hive as it was written at three times; the last has more bins."""
    folder = tmp_path_factory.mktemp("hives")
    found = [windows.hive(folder / str(n), values) for n, values in enumerate(STATES)]
    return [path.read_bytes() for path in found]


def replayed(hive, *logs):
    found = replay(hive[:HEAD], logs)
    pieces = (hive[at : at + 65536] for at in range(0, len(hive), 65536))
    return found, b"".join(found.over(pieces))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("", 0x30ED35C100CD3C7D), ("af", 0x48E73FC77D75DDC1), ("e70f", 0xB5F6E1FC485DBFF8),
        ("37f495", 0xF0B07C789B8CF7E8), ("8642dc59", 0x7008F2E87E9CF556),
        ("153fb79826", 0xE6C08C6DA2AFA997), ("ab427ea8d10fc7", 0xE11847E4F0678C41),
    ],
)  # fmt: skip
def test_marvin_gives_what_its_published_vectors_say(data, expected):
    assert marvin(bytes.fromhex(data), 0x4FB61A001BDBCC) == expected


@pytest.mark.parametrize("order", ["one log", "two logs", "the newer one first"])
def test_a_dirty_hive_with_its_logs_is_what_windows_would_write(states, order):
    first, second = entry(FIRST, *states[:2]), entry(FIRST + 1, *states[1:])
    hive = dirty(states[0])
    logs = [hivelogs.log(hive, [first, second])]
    if order != "one log":
        logs = [hivelogs.log(hive, [each]) for each in (first, second)]
    found, data = replayed(hive, *(reversed(logs) if "newer" in order else logs))

    assert data[HEAD:] == states[2][HEAD:]
    assert data == hivelogs.numbered(states[2], FIRST + 2, FIRST + 2)
    assert (found.entries, found.is_whole) == (2, True)


def test_a_hive_that_is_whole_in_itself_takes_nothing_from_its_logs(states):
    hive = hivelogs.numbered(states[0], FIRST, FIRST)
    found, data = replayed(hive, hivelogs.log(hive, [entry(FIRST, *states[:2])]))

    assert (data, found.entries, found.is_whole) == (hive, 0, True)


def test_entries_from_before_the_last_writing_are_passed_over(states):
    old, new = entry(FIRST - 1, *states[1:]), entry(FIRST, *states[:2])
    hive = dirty(states[0])
    found, data = replayed(hive, hivelogs.log(hive, [old, new]))

    assert data[HEAD:] == states[1][HEAD:]
    assert (found.entries, found.is_whole) == (1, True)


def test_after_a_partial_writing_the_first_entry_has_a_later_number(states):
    hive = dirty(states[0])
    found, data = replayed(hive, hivelogs.log(hive, [entry(FIRST + 3, *states[:2])]))

    assert data[HEAD:] == states[1][HEAD:]
    assert found.is_whole


def test_where_a_number_is_missing_the_rest_is_not_replayed_and_that_is_said(states):
    hive = dirty(states[0])
    entries = [entry(FIRST, *states[:2]), entry(FIRST + 2, *states[1:])]
    found, data = replayed(hive, hivelogs.log(hive, entries))

    assert data[HEAD:] == states[1][HEAD:]
    assert (found.entries, found.is_whole) == (1, False)


@pytest.mark.parametrize("at", [0, 12, 20, 24, 32, 45, 600])
def test_an_entry_that_is_damaged_anywhere_is_not_replayed(states, at):
    torn = bytearray(entry(FIRST, *states[:2]))
    torn[at] ^= 1
    hive = dirty(states[0])
    found, data = replayed(hive, hivelogs.log(hive, [bytes(torn)]))

    assert (data, found.entries, found.is_whole) == (hive, 0, False)


@pytest.mark.parametrize("at", [0, 12, 20, 32, 45, 600])
@pytest.mark.parametrize("behind", [True, False], ids=["before another", "the last"])
def test_an_entry_that_is_damaged_behind_a_sound_one_is_not_taken_for_the_logs_end(
    states, at, behind
):
    torn = bytearray(entry(FIRST + 1, *states[1:]))
    torn[at] ^= 1
    last = [entry(FIRST + 2, *states[1:])] if behind else []
    hive = dirty(states[0])
    found, data = replayed(
        hive, hivelogs.log(hive, [entry(FIRST, *states[:2]), bytes(torn), *last])
    )

    assert data[HEAD:] == states[1][HEAD:]
    is_seen = behind or at != 0  # with nothing behind it, what has no mark is what was there before
    assert (found.entries, found.is_whole) == (1, not is_seen)


def test_what_looks_like_an_entry_within_a_damaged_one_is_not_replayed(states):
    torn = bytearray(entry(FIRST, *states[:2]))
    torn[4] ^= 1  # its size: where it ends is unknown
    hive = dirty(states[0])
    found, data = replayed(hive, hivelogs.log(hive, [bytes(torn), entry(FIRST, *states[1:])]))

    assert (data, found.entries, found.is_whole) == (hive, 0, False)


@pytest.mark.parametrize("log", [b"", b"regf", b"\0" * 2048, None], ids=str)
def test_a_dirty_hive_without_a_log_of_this_kind_is_said_to_be_so(states, log):
    hive = dirty(states[0])
    older = hivelogs.log(hive, [entry(FIRST, *states[:2])], kind=1)
    found, data = replayed(hive, older if log is None else log)

    assert (data, found.entries, found.is_whole) == (hive, 0, False)


@given(st.binary(max_size=700), st.integers(0, 700))
def test_whatever_stands_in_a_log_is_looked_at_without_an_error(data, at):
    hive = dirty(windows._empty_hive())
    log = bytearray(hivelogs.log(hive, [entry(FIRST, hive, bytes(HEAD) + hive)]))
    log[at : at + len(data)] = data

    assert len(replayed(hive, bytes(log))[1]) >= len(hive)


@pytest.mark.parametrize("left", [1, 39, 40, 600])
def test_a_log_that_is_cut_off_anywhere_gives_the_entries_before(states, left):
    hive, first = dirty(states[0]), entry(FIRST, *states[:2])
    whole = hivelogs.log(hive, [first, entry(FIRST + 1, *states[1:])])
    found, data = replayed(hive, whole[: 512 + len(first) + left])

    assert data[HEAD:] == states[1][HEAD:]
    assert found.entries == 1


@pytest.mark.parametrize("head", [b"", b"regf", b"x" * HEAD])
def test_what_is_no_hive_is_refused(head):
    with pytest.raises(hivelog.NoHiveError):
        replay(head, [])


def test_a_large_entry_is_looked_at_without_memory_of_its_own(states):
    hive, size = dirty(states[0]), 256 << 10
    body = struct.pack("<II", 0, size) + bytes(size - 8 - 40)
    head = struct.pack("<4s5IQ", b"HvLE", size, 0, FIRST, size, 1, marvin(body))
    log = hivelogs.log(hive, [head + struct.pack("<Q", marvin(head)) + body])
    tracemalloc.start()
    found = replay(hive[:HEAD], [log])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found.entries == 1
    assert most < 100_000


def test_an_entry_that_is_larger_than_its_hive_is_not_looked_at(states, monkeypatch):
    hive, large = dirty(states[0]), bytes(1 << 20)
    head = struct.pack("<4s5IQ", b"HvLE", len(large), 0, FIRST, 8192, 1, 0)
    log = hivelogs.log(hive, [head + struct.pack("<Q", marvin(head)) + large[48:]])
    hashed = []
    monkeypatch.setattr(hivelog, "marvin", lambda data: hashed.append(len(data)) or marvin(data))

    assert replay(hive[:HEAD], [log]).entries == 0
    assert hashed == []
