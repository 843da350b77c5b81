"""Login records."""

from __future__ import annotations

import struct

from collectors.artifact import Reason
from collectors.live.sessions import Sessions
from collectors.live.utmp import RECORD, records


def record(user=b"root", host=b"192.0.2.7", seconds=1700000000, where=b"\xc0\x00\x02\x07"):
    return RECORD.pack(7, 4242, b"pts/0", b"ts/0", user, host, 0, 0, 4242, seconds, 25, where)


def test_a_record_is_as_long_as_glibc_makes_it():
    assert RECORD.size == 384


def test_logins_are_decoded_with_user_host_and_time(machine, collected):
    machine.file("/run/utmp", record())
    row = collected(Sessions, machine.source()).row("logins", pid=4242)

    assert (row["type"], row["user"], row["line"]) == ("user", "root", "pts/0")
    assert (row["host"], row["address"]) == ("192.0.2.7", "192.0.2.7")
    assert row["utc"] == "2023-11-14T22:13:20.000025Z"


def test_a_cut_record_is_told_and_the_raw_file_is_whole(machine, collected):
    data = record() + record(user=b"\xff")[:100]
    machine.file("/run/utmp", data)
    result = collected(Sessions, machine.source())

    assert len(result.document["logins"]) == 1
    assert result.document["cut_records"] == [{"bytes": 100, "file": "/run/utmp"}]
    assert result.raw["/run/utmp"] == data


def test_odd_users_and_times_survive():
    (row,) = records(record(user=b"\xe3\x81\xff", seconds=-1, where=b""))

    assert row["user"] == "\\xe3\\x81\\xff"
    assert row["user_b64"] == "44H/"
    assert row["utc"] == "1969-12-31T23:59:59.000025Z"
    assert row["address"] is None


def test_ipv6_addresses_are_read():
    (row,) = records(record(where=struct.pack("!8H", 0x2001, 0xDB8, 0, 0, 0, 0, 0, 1)))

    assert row["address"] == "2001:db8::1"


def test_a_link_from_var_run_is_not_taken_twice(machine, collected):
    machine.file("/run/utmp", record()).link("/var/run", "../run")

    assert list(collected(Sessions, machine.source()).raw) == ["/run/utmp"]


def test_a_second_utmp_is_taken(machine, collected):
    machine.file("/run/utmp", record()).file("/var/run/utmp", record(user=b"other"))
    result = collected(Sessions, machine.source())

    assert result.row("logins", user="other")["file"] == "/var/run/utmp"


def test_notes_of_logind_are_taken(machine, collected):
    machine.file("/run/systemd/sessions/3", "# This is private data.\nUID=1000\nREMOTE=1\n")
    result = collected(Sessions, machine.source())

    assert result.document["logind"] == [
        {"file": "/run/systemd/sessions/3", "values": {"REMOTE": "1", "UID": "1000"}}
    ]
    assert result.gap("/run/utmp").reason is Reason.ABSENT
