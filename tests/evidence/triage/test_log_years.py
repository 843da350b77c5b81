"""The years of logs that tell none: packed, rotated, copied; and what says which they are."""

import gzip
import os
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from examinations import examine

from evidence.triage.linuxlogs.examiner import LinuxLogs
from evidence.triage.linuxlogs.latest import latest
from evidence.triage.linuxlogs.stamp import Clock, Stamp

TEXT = b" srv1 sshd[1]: Accepted password for taro from 192.0.2.7 port 1 ssh2\n"
ROTATED = datetime(2024, 5, 20, tzinfo=UTC)
LOST = datetime(1980, 1, 1, tzinfo=UTC)
COPIED = datetime(2026, 11, 30, tzinfo=UTC)
# Two turns of the year, written in order.
THREE_YEARS = ("Nov  3", "Dec 20", "Jan  4", "Jul  9", "Dec 30", "Jan  2", "May 19")
YEARS = ["2022", "2022", "2023", "2023", "2023", "2024", "2024"]


def lines(*days):
    return b"".join(day.encode() + b" 16:00:00" + TEXT for day in days)


def packed(content, at):
    return gzip.compress(content, mtime=int(at.timestamp()) if at else 0)


@pytest.fixture
def looked(tmp_path):
    def look(origin, content, changed):
        path = tmp_path / "log"
        path.write_bytes(content)
        os.utime(path, (changed.timestamp(),) * 2)
        return examine(LinuxLogs(), tmp_path, {origin: path})

    return look


def years(found):
    rows = found.tables["ssh_signins"]
    assert len({row["year"] for row in rows}) == 1
    return [row["local"] and row["local"][:4] for row in rows], rows[0]["year"]


@pytest.mark.parametrize(
    ("origin", "content", "changed", "told"),
    [
        ("/var/log/auth.log.2.gz", packed(lines(*THREE_YEARS), None), ROTATED, "file"),
        ("/var/log/auth.log.2.gz", packed(lines(*THREE_YEARS), ROTATED), COPIED, "gzip"),
        ("/var/log/auth.log.2.gz", packed(lines(*THREE_YEARS), COPIED), ROTATED, "file"),
        ("/var/log/secure-20240520.gz", packed(lines(*THREE_YEARS), None), COPIED, "name"),
        ("/var/log/secure-2024052000", lines(*THREE_YEARS), COPIED, "name"),
        ("/var/log/secure-20240520", lines(*THREE_YEARS), ROTATED, "file"),
        ("/var/log/secure-20240501", lines(*THREE_YEARS), COPIED, "name"),
        ("/var/log/messages-20241399", lines(*THREE_YEARS), ROTATED, "file"),
        ("/var/log/auth.log.2.gz", packed(lines(*THREE_YEARS), ROTATED), LOST, "gzip"),
        ("/var/log/auth.log.2.gz", packed(lines(*THREE_YEARS), LOST), ROTATED, "file"),
    ],
    ids=[
        "packed", "a copy of a packed one", "packed anew later", "packed, with a date",
        "with a date and an hour", "not copied", "with the date of its begin", "with no date",
        "a file whose time was lost", "a packed time that was lost",
    ],
)  # fmt: skip
def test_the_years_of_a_rotated_log_are_those_in_which_it_was_written(
    origin, content, changed, told, looked
):
    found = looked(origin, content, changed)

    assert years(found) == (YEARS, told)
    assert found.unread == []


@pytest.mark.parametrize(("before", "year"), [("Feb  2", "2023"), ("Feb  1", "2024")])
def test_the_year_turns_where_a_day_is_more_than_a_month_before_the_last(before, year, looked):
    found = looked("/var/log/auth.log", lines(before, "Jan  1"), ROTATED)

    assert years(found) == ([year, "2024"], "file")


def test_a_packed_log_that_breaks_off_has_the_years_of_what_can_be_read(looked):
    content = packed(lines(*THREE_YEARS) + os.urandom(1 << 16).hex().encode(), ROTATED)
    found = looked("/var/log/auth.log.2.gz", content[: len(content) // 2], COPIED)

    assert years(found) == (YEARS, "gzip")
    assert any("can't be unpacked to its end" in why for why in found.unread)


@pytest.mark.parametrize("day", ["9999-01-01", "9999-12-29", "9999-12-31"])
def test_a_change_at_the_end_of_the_calendar_gives_no_year(day):
    """NTFS, Btrfs and others hold such times, for whoever sets them."""
    ns = f"{int(datetime.fromisoformat(f'{day}T12:00:00Z').timestamp())}000000000"
    record = SimpleNamespace(meta=SimpleNamespace(times=SimpleNamespace(m=ns)))
    examined = SimpleNamespace(record=record, origin="/var/log/auth.log")
    clock = Clock(latest(examined, SimpleNamespace(packed_at=None)))

    assert clock.read(lines("May 19"))[0] == Stamp(None, "05-19T16:00:00", None)


def test_a_time_that_was_lost_gives_no_year(looked):
    found = looked("/var/log/auth.log", lines("May 19"), LOST)

    assert years(found) == (["05-1"], None)
    assert found.unread == ["1 lines tell no time that can be read, or not its year"]


@pytest.mark.parametrize(
    ("ns", "year"), [(int(ROTATED.timestamp()) * 10**9, "2024"), (None, None), ("no times", None)]
)
def test_an_item_has_the_year_of_its_own_record(ns, year):
    """The working copy has times of its own, which say nothing."""
    times = None if ns == "no times" else SimpleNamespace(m=ns and str(ns))
    record = SimpleNamespace(meta=SimpleNamespace(times=times))
    examined = SimpleNamespace(record=record, origin="/var/log/auth.log")
    bound = latest(examined, SimpleNamespace(packed_at=0))

    assert (bound.at and str(bound.at.year)) == year
