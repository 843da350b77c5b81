"""Files through two doors: a mounted file system beside the device that it lies on."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager

import disks
import hosts
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.artifact import Artifact, Reason
from collectors.files.snapshot import Snapshot
from collectors.files.source import Source
from collectors.two_doors import beside, comparison, doors
from collectors.two_doors.doors import TwoDoors

SECRET = b"#!/bin/sh\nnc -l 4444\n"


class Lying(Source):
    """A machine on which something in the kernel hides one name and fakes one content."""

    hides = fakes = ""

    def listing(self, path):
        return [each for each in super().listing(path) if f"{path}/{each[0]}" != self.hides]

    def file(self, path, kind, **options):
        honest = f"{path}.honest" if path == self.fakes else path
        return super().file(honest, kind, **options)


@contextmanager
def mounted(tmp_path, make=disks.ext, fill=None, **options):
    """A file system of the machine, filled and on the disk; old enough to be compared."""
    image, folder = make(tmp_path / "fs.img", **options), tmp_path / "mounted"
    folder.mkdir()
    with disks.looped(image) as device:
        disks.tool("mount", device, folder)
        try:
            fill(folder)
            os.sync()
            yield folder
        finally:
            disks.tool("umount", folder)


def fill(folder):
    (folder / "etc/cron.d").mkdir(parents=True)
    (folder / "etc/passwd").write_bytes(b"root:x:0:0\n")
    (folder / "etc/passwd.honest").write_bytes(b"nobody:x:0:0\n")
    (folder / "etc/cron.d/evil").write_bytes(SECRET)
    (folder / "etc/large").write_bytes(os.urandom(comparison.LARGEST + 1))
    (folder / "etc/日本語").write_bytes(b"")
    (folder / "etc/link").symlink_to("passwd")
    with (folder / "etc/sparse").open("wb") as file:
        file.truncate(1 << 20)
        file.seek(300_000)
        file.write(b"island")


def compared(folder, source):
    """Artifacts' bytes and gaps by origin, and the counts; logs are in `log`."""
    bytes_of, gaps = {}, {}
    for one in TwoDoors((str(folder / "etc"),), str(folder / "log")).collect(source):
        if isinstance(one, Artifact):
            bytes_of[one.origin] = hosts.read(one).data
        else:
            gaps[one.origin] = one
    source.close()
    told = json.loads(bytes_of.pop("hozen:/two-doors.json", b'{"mounts": []}'))
    return bytes_of, gaps, told["mounts"]


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(comparison, "LATELY_NS", 0)


@pytest.mark.parametrize("kind", ["ext2", "ext3", "ext4"])
def test_an_honest_machine_shows_what_the_disk_holds(tmp_path, at_once, kind):
    def plain(folder):
        (folder / "etc/cron.d").mkdir(parents=True)
        (folder / "etc/cron.d/job").write_bytes(SECRET)
        (folder / "etc/Long name with blanks.conf").write_bytes(b"x" * 10_000)

    with mounted(tmp_path, fill=plain, options=("-t", kind)) as folder:
        found, gaps, (mount,) = compared(folder, Source("/"))

    assert (found, gaps) == ({}, {})
    assert (mount["compared"], mount["hidden"], mount["differing"]) == (2, 0, 0)
    assert (mount["folders"], mount["names"]) == (2, 3)


def test_holes_large_files_and_links_are_no_difference(tmp_path, at_once):
    with mounted(tmp_path, fill=fill) as folder:
        found, gaps, (mount,) = compared(folder, Source("/"))

    assert (found, gaps, mount["too_large"], mount["compared"]) == ({}, {}, 1, 5)


def test_a_hidden_file_is_named_and_taken_from_the_disk(tmp_path, at_once):
    with mounted(tmp_path, fill=fill) as folder:
        source = Lying("/")
        source.hides = f"{folder}/etc/cron.d/evil"
        found, gaps, (mount,) = compared(folder, source)

    assert found == {f"raw:{source.hides}": SECRET}
    gap = gaps[source.hides]
    assert (gap.reason, gap.expected) == (Reason.UNREADABLE, True)
    assert gap.detail.startswith("on the disk, but not shown by the system")
    assert mount["hidden"] == 1


def test_a_hidden_folder_is_named(tmp_path, at_once):
    with mounted(tmp_path, fill=fill) as folder:
        source = Lying("/")
        source.hides = f"{folder}/etc/cron.d"
        _, gaps, _ = compared(folder, source)

    assert gaps[source.hides].detail.startswith("a folder: on the disk, but not shown")


def test_another_content_is_named_and_the_disk_s_is_taken(tmp_path, at_once):
    with mounted(tmp_path, fill=fill) as folder:
        source = Lying("/")
        source.fakes = f"{folder}/etc/passwd"
        found, gaps, (mount,) = compared(folder, source)

    assert found == {f"raw:{source.fakes}": b"root:x:0:0\n"}
    assert gaps[source.fakes].detail.startswith("the system shows SHA-256 ")
    assert mount["differing"] == 1


def test_what_was_written_a_moment_ago_is_not_compared(tmp_path):
    with mounted(tmp_path, fill=fill) as folder:
        source = Lying("/")
        source.hides = f"{folder}/etc/cron.d/evil"
        found, gaps, (mount,) = compared(folder, source)

    assert (found, gaps, mount["compared"]) == ({}, {}, 0)
    assert mount["lately"] >= 5


def test_what_is_written_over_in_place_is_no_difference_the_next_time(tmp_path, at_once):
    """The device's own cache is not told of it."""
    with mounted(tmp_path, fill=fill) as folder:
        compared(folder, Source("/"))
        with (folder / "etc/passwd").open("r+b") as file:
            file.write(b"ROOT")
        os.sync()
        found, gaps, _ = compared(folder, Source("/"))

    assert (found, gaps) == ({}, {})


def test_what_is_mounted_over_a_folder_is_no_difference(tmp_path, at_once):
    with mounted(tmp_path, fill=fill) as folder:
        disks.tool("mount", "-t", "tmpfs", "none", folder / "etc/cron.d")
        try:
            found, gaps, _ = compared(folder, Source("/"))
        finally:
            disks.tool("umount", folder / "etc/cron.d")

    assert (found, gaps) == ({}, {})


def test_a_file_system_that_cannot_be_read_beside_the_system_is_a_gap(tmp_path):
    def make(path):
        disks.tool("mkfs.xfs", "-q", disks.blank(path, 320 * disks.MIB))
        return path

    with mounted(tmp_path, make, fill) as folder:
        found, gaps, told = compared(folder, Source("/"))

    assert (found, told) == ({}, [])
    assert gaps[f"raw:{folder}"].reason is Reason.UNSUPPORTED
    assert "XFS" in gaps[f"raw:{folder}"].detail
    assert gaps["hozen:/two-doors"].reason is Reason.UNSUPPORTED


def test_a_file_system_without_a_device_is_no_door(tmp_path):
    (tmp_path / "m").mkdir()
    disks.tool("mount", "-t", "tmpfs", "none", tmp_path / "m")
    try:
        (tmp_path / "m/etc").mkdir()
        found, gaps, _ = compared(tmp_path / "m", Source("/"))
    finally:
        disks.tool("umount", tmp_path / "m")

    assert (found, list(gaps)) == ({}, ["hozen:/two-doors"])


# Logs, which programs write to all the time.

LINE = b"Nov 29 03:00:00 host sshd[1]: Accepted password for root from 203.0.113.7\n"


@pytest.fixture
def waits(monkeypatch):
    """What happens while the disk is given its time."""
    done = []
    monkeypatch.setattr(doors.time, "sleep", lambda _: [each() for each in done])
    return done


def logs(folder):
    (folder / "log/journal").mkdir(parents=True)
    (folder / "log/auth.log").write_bytes(LINE * 2000)
    (folder / "log/auth.log.honest").write_bytes(LINE * 10)
    (folder / "log/journal/system.journal").write_bytes(b"LPKSHHRH" + bytes(5 << 20))
    (folder / "log/lastlog").write_bytes(b"a row")


def test_a_log_that_grows_is_no_difference_whatever_is_not_on_the_disk_yet(tmp_path, waits):
    waits.append(lambda: pytest.fail("nothing is in doubt"))
    with mounted(tmp_path, fill=logs) as folder:
        for size in (1, 100, 70_000):
            with (folder / "log/auth.log").open("ab") as file:
                file.write(b"x" * size)
            found, gaps, (mount,) = compared(folder, Source("/"))

            assert (found, gaps) == ({}, {})
            assert (mount["grown"], mount["in_place"], mount["lately"]) == (2, 2, 0)


@pytest.mark.parametrize("shown", [LINE * 10, LINE * 5 + b"X" + LINE * 4000], ids=["less", "other"])
def test_a_log_of_which_lines_are_kept_back_is_named_however_lately_it_was_written(
    tmp_path, waits, shown
):
    with mounted(tmp_path, fill=logs) as folder:
        (folder / "log/auth.log.honest").write_bytes(shown)
        source = Lying("/")
        source.fakes = f"{folder}/log/auth.log"
        found, gaps, (mount,) = compared(folder, source)

    (gap,) = gaps.values()
    assert (gap.origin, gap.expected) == (source.fakes, True)
    first = len(LINE) * (10 if len(shown) < 2000 else 5)
    assert f"other bytes than shown, from byte {first} on" in gap.detail
    assert found == {f"raw:{source.fakes}": LINE * 2000}
    assert mount["differing"] == 1


def test_a_hidden_log_is_found_while_it_is_written_to(tmp_path, waits):
    with mounted(tmp_path, fill=logs) as folder:
        source = Lying("/")
        source.hides = f"{folder}/log/auth.log"
        found, gaps, (mount,) = compared(folder, source)

    assert list(found) == [f"raw:{source.hides}"]
    assert gaps[source.hides].detail.startswith("on the disk, but not shown by the system")
    assert (mount["hidden"], mount["lately"]) == (1, 0)


def test_a_log_that_was_just_cut_off_is_looked_at_once_more(tmp_path, waits):
    waits.append(os.sync)
    with mounted(tmp_path, fill=logs) as folder:
        with (folder / "log/auth.log").open("r+b") as file:
            file.truncate(0)
            file.write(LINE[::-1])
        found, gaps, (mount,) = compared(folder, Source("/"))

    assert (found, gaps) == ({}, {})
    assert (mount["grown"], mount["differing"]) == (2, 0)


def test_a_log_that_was_just_moved_away_is_no_difference(tmp_path, waits):
    waits.append(os.sync)
    with mounted(tmp_path, fill=logs) as folder:
        (folder / "log/auth.log").rename(folder / "log/auth.log.1")
        (folder / "log/auth.log").write_bytes(LINE)
        found, gaps, _ = compared(folder, Source("/"))

    assert (found, gaps) == ({}, {})


class Moving(Lying):
    """A machine on which another log has come into one's place; its disk doesn't know yet."""

    def look(self, path):
        found = super().look(path)
        return found._replace(inode=found.inode + 1) if path == self.fakes else found


def test_a_log_whose_place_another_one_has_taken_is_not_held_against_it(tmp_path, waits):
    waits.append(lambda: pytest.fail("nothing is in doubt"))
    with mounted(tmp_path, fill=logs) as folder:
        source = Moving("/")
        source.fakes = f"{folder}/log/auth.log"
        found, gaps, (mount,) = compared(folder, source)

    assert (found, gaps, mount["lately"]) == ({}, {}, 1)


def test_a_journal_that_no_program_writes_to_is_compared_whole(tmp_path, waits, at_once):
    with mounted(tmp_path, fill=logs) as folder:
        source = Lying("/")
        source.fakes = f"{folder}/log/journal/system.journal"
        (folder / "log/journal/system.journal.honest").write_bytes(b"LPKSHHRH" + bytes(4 << 20))
        os.sync()
        _, gaps, (mount,) = compared(folder, source)

    assert list(gaps) == [source.fakes]
    assert (mount["in_place"], mount["too_large"]) == (0, 0)


PAGES = st.binary(min_size=1, max_size=64).map(lambda data: data * (150_000 // len(data)))


@given(PAGES, st.integers(0, 150_000), st.integers(0, 4096))
def test_what_the_disk_has_of_a_log_is_its_beginning_but_for_the_last_page(log, more, unwritten):
    lies = log[: max(1, len(log) - more)]
    unwritten = min(unwritten, (len(lies) - 1) % 4096 + 1)
    late = lies[: len(lies) - unwritten] + bytes(unwritten)

    assert beside.parting(Snapshot(log), Snapshot(late)) is None


@given(PAGES, st.integers(0, 149_000))
def test_one_changed_byte_is_found_at_its_place(log, at):
    other = bytearray(log)
    other[at] ^= 0x80

    assert beside.parting(Snapshot(log), Snapshot(bytes(other))) in {at, *_within_last(other, at)}


def _within_last(other, at):
    """A zero at the end of the last page may be a byte that isn't written yet."""
    return {None} if not any(other[at:]) else set()


def test_more_on_the_disk_than_shown_is_a_difference_be_it_zeros():
    assert beside.parting(Snapshot(b"ab"), Snapshot(b"ab\0")) == 2
    assert beside.parting(Snapshot(b""), Snapshot(b"\0")) == 0
    assert beside.parting(Snapshot(b"a" * 65536), Snapshot(b"a" * 65537)) == 65536


@pytest.mark.parametrize(("user", "reason"), [(0, Reason.UNSUPPORTED), (1000, Reason.DENIED)])
def test_a_device_that_is_kept_from_us_is_a_gap(tmp_path, monkeypatch, user, reason):
    """Root is kept from devices in containers only: no reason to be called back at night."""

    def refused(_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(doors, "_forget", refused)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    with mounted(tmp_path, fill=fill) as folder:
        _, gaps, _ = compared(folder, Source("/"))

    assert gaps[f"raw:{folder}"].reason is reason
