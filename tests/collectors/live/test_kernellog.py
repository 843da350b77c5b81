"""The kernel's ring buffer, from devices that give what a kernel gives."""

from __future__ import annotations

import errno
import os

import pytest

from collectors.artifact import Phase, Profile, Reason
from collectors.files.source import Source
from collectors.live import LIVE, kernellog
from collectors.live.kernellog import DEVICE, KernelLog, drained

FIRST = b"6,41,12,-;Linux version 6.1\n"
USB = b"4,42,90000001,-,caller=T7;usb 1-1: new \\xe7\n SUBSYSTEM=usb\n DEVICE=c189:1\n"
LAST = b"30,43,90000002,c;systemd[1]: started\n"


class Kernel:
    """Gives a record at each reading, raises what it is told to, and has no more then."""

    def __init__(self, *replies: bytes | int) -> None:
        self.replies = [*replies, errno.EAGAIN]

    def __call__(self) -> bytes:
        reply = self.replies.pop(0)
        if isinstance(reply, int):
            raise OSError(reply, os.strerror(reply))
        return reply


@pytest.fixture
def ring(machine, monkeypatch):
    """A machine whose kernel gives what the test says."""

    def made(*replies: bytes | int) -> Source:
        monkeypatch.setattr(kernellog, "_read", lambda _: drained(Kernel(*replies)))
        return machine.file(DEVICE).source()

    return made


# What is taken.


def test_takes_each_record_as_it_came_and_tells_it_in_json(ring, collected):
    result = collected(KernelLog, ring(FIRST, USB, LAST))

    assert result.raw == {DEVICE: FIRST + USB + LAST}
    assert result.document["records"] == [
        {
            "level": "info", "facility": 0, "number": 41, "time_us": 12, "flags": "-", "more": [],
            "text": "Linux version 6.1", "fields": [],
        },
        {
            "level": "warning", "facility": 0, "number": 42, "time_us": 90000001, "flags": "-",
            "more": ["caller=T7"], "text": "usb 1-1: new \\xe7",
            "fields": ["SUBSYSTEM=usb", "DEVICE=c189:1"],
        },
        {
            "level": "info", "facility": 3, "number": 43, "time_us": 90000002, "flags": "c",
            "more": [], "text": "systemd[1]: started", "fields": [],
        },
    ]  # fmt: skip


def test_nothing_but_the_first_number_tells_of_records_from_before(ring, collected):
    result = collected(KernelLog, ring(FIRST.replace(b"41", b"0")))

    assert (result.gaps, result.document["overwritten"]) == ([], {"before": 0, "meanwhile": 0})


def test_a_record_that_is_not_understood_is_shown_and_the_next_goes_on(ring, collected):
    odd = b"what is this\n"
    result = collected(KernelLog, ring(FIRST, odd, LAST))

    assert result.raw[DEVICE] == FIRST + odd + LAST
    assert result.document["records"][1] == {"not_understood": "what is this\n"}
    assert result.document["records"][2]["number"] == 43


# What is not.


def test_says_how_many_records_were_overwritten_before_and_meanwhile(ring, collected):
    result = collected(KernelLog, ring(FIRST, errno.EPIPE, b"6,50,99,-;late\n"))
    gap = result.gap("hozen:/kernel-log/overwritten")

    assert result.document["overwritten"] == {"before": 41, "meanwhile": 8}
    assert gap.reason is Reason.ABSENT
    assert gap.detail == "41 records were overwritten before it was read, 8 meanwhile"
    assert [row["number"] for row in result.document["records"]] == [41, 50]


def test_a_reading_that_fails_keeps_what_came_before_and_is_partial(ring, collected):
    result = collected(KernelLog, ring(FIRST, errno.EIO, LAST))
    (missing,) = result.taken[DEVICE].missing

    assert result.raw[DEVICE] == FIRST
    assert (missing.offset, missing.size) == (len(FIRST), None)
    assert missing.error.startswith("EIO")


def test_where_not_one_record_can_be_read_it_is_a_gap(ring, collected):
    result = collected(KernelLog, ring(errno.EIO))

    assert (result.raw, result.document) == ({}, None)
    assert result.gap(DEVICE).reason is Reason.UNREADABLE


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [("LIMIT", len(FIRST), "our limit for this item"),
     ("TIME", -1.0, "our limit of time for this item")],
)  # fmt: skip
def test_who_writes_without_an_end_does_not_keep_it(name, value, why, ring, collected, monkeypatch):
    monkeypatch.setattr(kernellog, name, value)
    result = collected(KernelLog, ring(FIRST, *[LAST] * 9))

    assert result.raw[DEVICE] == FIRST
    assert [each.error for each in result.taken[DEVICE].missing] == [why]


def test_a_machine_without_it_is_a_gap(machine, collected):
    result = collected(KernelLog, machine.source())

    assert (result.raw, result.document) == ({}, None)
    assert result.gap(DEVICE).reason is Reason.ABSENT


def test_a_refusal_is_a_gap_that_says_what_refuses(ring, collected, monkeypatch):
    def refused(_: str):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    source = ring()
    monkeypatch.setattr(kernellog, "_read", refused)
    gap = collected(KernelLog, source).gap(DEVICE)

    assert gap.reason is Reason.DENIED
    assert "kernel.dmesg_restrict" in gap.detail


@pytest.mark.parametrize(
    ("what", "detail"),
    [("file", "a regular file; not read"), ("fifo", "a named pipe; not read"),
     ("link", "a symbolic link; not read")],
)  # fmt: skip
def test_what_only_has_its_name_is_not_opened(what, detail, machine, collected):
    machine.file("/dev/other", b"6,0,0,-;forged\n")
    place = os.fsdecode(machine.root) + DEVICE
    if what == "file":
        machine.file(DEVICE, b"6,0,0,-;forged\n")
    elif what == "fifo":
        os.mkfifo(place)
    else:
        machine.link(DEVICE, "other")
    result = collected(KernelLog, machine.source())

    assert result.raw == {}
    assert result.gap(DEVICE).reason is Reason.UNSUPPORTED
    assert detail in result.gap(DEVICE).detail


def test_another_device_of_its_name_is_not_read():
    with pytest.raises(OSError, match=r"another device \(1:3\); not read"):
        kernellog._read("/dev/null")


# As it is opened.


def test_a_device_that_has_no_more_is_not_waited_for(monkeypatch):
    """A terminal gives a line at each reading, and EAGAIN then, as the kernel does."""
    main, other = os.openpty()
    place = os.ttyname(other)
    found = os.fstat(other).st_rdev
    monkeypatch.setattr(kernellog, "NUMBER", (os.major(found), os.minor(found)))
    os.write(main, FIRST + LAST)

    ring = kernellog._read(place)
    os.close(main)
    os.close(other)

    assert ring.records == [FIRST, LAST]
    assert (ring.before, ring.during, ring.missing) == (41, 1, [])


def test_of_this_machine_it_is_all_that_the_kernel_gives_or_a_gap(collected):
    result = collected(KernelLog, Source("/"))
    try:
        descriptor = os.open(DEVICE, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        assert result.gap(DEVICE).reason in (Reason.ABSENT, Reason.DENIED)
        return
    first = os.read(descriptor, 1 << 14)
    os.close(descriptor)
    numbers = [row["number"] for row in result.document["records"]]

    assert numbers == sorted(numbers)
    assert numbers[0] <= int(first.split(b",")[1]) <= numbers[-1]
    assert len(result.raw[DEVICE].splitlines()) >= len(numbers)


def test_it_runs_in_the_smallest_profile_among_what_vanishes():
    assert KernelLog in LIVE
    assert (KernelLog.phase, KernelLog.profile) == (Phase.VOLATILE, Profile.QUICK)
