"""Network, kernel, mounts, timers, clock: what describes the machine."""

from __future__ import annotations

import base64
import os
import time

import hosts
import pytest

from collectors.artifact import Reason
from collectors.files.source import Source
from collectors.live.clock import Clock
from collectors.live.kernel import Kernel
from collectors.live.mounts import Mounts
from collectors.live.network import Network
from collectors.live.timers import Timers
from collectors.live.timex import discipline

# Network.


def test_the_loopback_of_this_machine_is_among_its_addresses_and_interfaces(collected):
    result = collected(Network, Source("/"))

    assert {"address": "127.0.0.1"} in result.document["addresses"]
    assert result.row("interfaces", name="lo")["mtu"] == "65536"
    assert result.raw["/proc/net/dev"].startswith(b"Inter-|")


def test_routes_and_neighbours_are_decoded(machine, collected):
    machine.file(
        "/proc/net/route",
        "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
        "eth0 00000000 FE01A8C0 0003 0 0 100 00000000 0 0 0\nbroken line\n",
    ).file(
        "/proc/net/arp",
        "IP address HW type Flags HW address Mask Device\n"
        "192.168.1.9 0x1 0x2 02:00:00:00:00:01 * eth0\n",
    )
    document = collected(Network, machine.source()).document

    assert document["routes"][0]["gateway"] == "192.168.1.254"
    assert document["routes"][1] == {"not_understood": "broken line"}
    assert document["neighbours"][0]["hardware"] == "02:00:00:00:00:01"


def test_a_linked_resolver_file_is_taken_as_link_and_under_its_own_name(machine, collected):
    machine.link("/etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf")
    machine.file("/run/systemd/resolve/stub-resolv.conf", "nameserver 127.0.0.53\n")
    result = collected(Network, machine.source())

    assert result.raw["/etc/resolv.conf"] == b"../run/systemd/resolve/stub-resolv.conf"
    assert result.raw["/run/systemd/resolve/stub-resolv.conf"] == b"nameserver 127.0.0.53\n"
    assert len(result.order) == len(set(result.order))


# Kernel.


def test_the_kernel_tells_its_release_and_boot(collected):
    result = collected(Kernel, Source("/"))

    assert result.document["settings"]["osrelease"] == os.uname().release
    with open("/proc/sys/kernel/random/boot_id") as file:
        assert result.document["settings"]["random/boot_id"] == file.read().strip()
    assert result.raw["/proc/version"].startswith(b"Linux version")


@pytest.mark.parametrize(
    ("path", "content", "named"),
    [
        ("/proc/sys/kernel/core_pattern", "|/opt/x %p\n", ["/opt/x"]),
        ("/proc/sys/kernel/core_pattern", "core\n", []),
        ("/proc/sys/kernel/modprobe", "/opt/x\n", ["/opt/x"]),
        ("/sys/kernel/uevent_helper", "/opt/x\n", ["/opt/x"]),
        ("/proc/sys/fs/binfmt_misc/x", "enabled\ninterpreter /opt/x\nflags: OC\n", ["/opt/x"]),
        ("/proc/sys/fs/binfmt_misc/status", "enabled\n", []),
    ],
)
def test_a_program_that_the_kernel_starts_is_named_by_its_setting(machine, path, content, named):
    machine.file(path, content).file("/proc/sys/fs/binfmt_misc/register")
    found = hosts.artifacts(Kernel().collect(machine.source()))

    assert list(found[path].references(hosts.read(found[path]).data)) == named
    assert "/proc/sys/fs/binfmt_misc/register" not in found


def test_a_module_that_only_one_list_shows_is_told(machine, collected):
    machine.file(
        "/proc/modules", "seen 100 1 user, Live 0x0\nunlisted_folder 5 0 - Live 0x0 (OE)\n"
    )
    machine.file("/sys/module/seen/initstate", "live\n")
    machine.file("/sys/module/rootkit/initstate", "live\n").file(
        "/sys/module/rootkit/taint", "OE\n"
    )
    machine.file("/sys/module/builtin/parameters/x", "1\n")
    document = collected(Kernel, machine.source()).document

    assert document["anomalies"] == [
        {"module": "rootkit", "what": "in /sys/module, not in /proc/modules"},
        {"module": "unlisted_folder", "what": "in /proc/modules, not in /sys/module"},
    ]
    assert [row["name"] for row in document["modules"]] == ["rootkit", "seen", "unlisted_folder"]
    assert document["modules"][1]["used_by"] == ["user"]


def test_taints_secure_boot_and_release_are_read(machine, collected):
    machine.file("/proc/sys/kernel/tainted", "12288\n").file("/usr/lib/os-release", 'ID="x"\n')
    machine.link("/etc/os-release", "../usr/lib/os-release")
    boot = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
    machine.file(boot, b"\x06\0\0\0\x01")
    document = collected(Kernel, machine.source()).document

    assert document["taints"] == ["module from outside the tree", "unsigned module"]
    assert document["secure_boot"] is True
    assert document["release"] == {"ID": "x"}


@pytest.mark.parametrize(("mode", "efi"), [(0o755, True), (0o700, None)])
def test_whether_the_firmware_is_efi_is_not_known_where_no_look_is_allowed(
    machine, collected, tmp_path, mode, efi
):
    machine.file("/proc/version", "Linux\n").file("/sys/firmware/efi/runtime", "0x1\n")
    hosts.open_to_all(tmp_path)
    os.chmod(machine.root + b"/sys/firmware", mode)

    with hosts.as_nobody():
        document = collected(Kernel, machine.source()).document

    assert document["efi"] is efi


def test_a_serial_number_closed_to_us_is_a_gap(machine, collected):
    class Closed(Source):
        def snapshot(self, path, **options):
            if path.endswith("product_serial"):
                raise PermissionError(13, "Permission denied")
            return super().snapshot(path, **options)

    machine.file("/sys/class/dmi/id/sys_vendor", "ACME\n").file("/proc/version", "Linux\n")
    result = collected(Kernel, machine.source(Closed))

    assert result.gap("/sys/class/dmi/id/product_serial").reason is Reason.DENIED
    assert result.document["machine"] == {"sys_vendor": "ACME"}


# Mounts.

LUKS = "CRYPT-LUKS2-0123456789abcdef0123456789abcdef-cr_root"


def disks(machine):
    machine.file("/sys/block/sda/dev", "8:0\n").file("/sys/block/sda/sda1/dev", "8:1\n")
    machine.file("/sys/block/sda/sda2/dev", "8:2\n")
    machine.file("/sys/block/dm-0/dev", "254:0\n").file("/sys/block/dm-0/dm/uuid", LUKS + "\n")
    machine.file("/sys/block/dm-0/dm/name", "cr_root\n")
    machine.link("/sys/block/dm-0/slaves/sda2", "../../sda/sda2")
    machine.file("/sys/block/dm-1/dev", "254:1\n").file("/sys/block/dm-1/dm/uuid", "LVM-x\n")
    machine.link("/sys/block/dm-1/slaves/dm-0", "../../dm-0")
    machine.file("/sys/block/loop0/dev", "7:0\n")
    machine.file("/sys/block/loop0/loop/backing_file", "/home/x/hidden.img\n")


def test_encryption_is_seen_through_what_is_stacked_on_it(machine, collected):
    disks(machine)
    machine.file(
        "/proc/1/mountinfo",
        "1 0 254:1 / / rw - ext4 /dev/mapper/vg-root rw\n"
        "2 1 8:1 / /boot rw - ext4 /dev/sda1 rw\n"
        "3 1 0:40 /@ /data\\040x rw - btrfs /dev/mapper/cr_root rw\n"
        "4 1 0:5 / /proc rw - proc proc rw\n",
    )
    result = collected(Mounts, machine.source())

    assert result.document["table"] == "/proc/1/mountinfo"
    found = {row["point"]: row["encryption"] for row in result.document["mounts"]}
    assert found == {"/": "LUKS2", "/boot": "none seen", "/data x": "LUKS2", "/proc": None}
    backing = result.row("disks", name="loop0")["attributes"]["loop/backing_file"]
    assert backing == "/home/x/hidden.img"


def test_our_own_table_serves_where_that_of_process_1_is_closed(machine, collected):
    machine.file("/proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n")
    result = collected(Mounts, machine.source())

    assert result.document["table"] == "/proc/self/mountinfo"
    assert result.gap("/proc/1/mountinfo").reason is Reason.ABSENT


def test_an_odd_name_of_a_mount_costs_the_others_nothing(machine, collected):
    machine.file(
        "/proc/1/mountinfo",
        b"1 0 0:50 / / rw,x=\xfe - fuse.\xff none rw\n2 1 8:1 / /b rw - ext4 /dev/sda1 rw\n",
    )
    result = collected(Mounts, machine.source())

    odd, plain = result.document["mounts"]
    assert (odd["filesystem"], odd["options"]) == ("fuse.\\xff", "rw,x=\\xfe")
    assert base64.b64decode(odd["filesystem_b64"]) == b"fuse.\xff"
    assert (plain["point"], plain["filesystem"]) == ("/b", "ext4")


# Timers.


def test_stamps_units_in_memory_and_at_jobs_are_told(machine, collected):
    machine.file("/var/lib/systemd/timers/stamp-backup.timer")
    stamp = machine.root + b"/var/lib/systemd/timers/stamp-backup.timer"
    os.utime(stamp, ns=(0, 1_700_000_000_000_000_001))
    machine.file("/run/systemd/transient/run-r1.timer", "[Timer]\nOnCalendar=hourly\n")
    machine.file("/var/spool/cron/atjobs/a00001019f", "secret contents")
    result = collected(Timers, machine.source())

    (row,) = result.document["stamps"]
    assert row["modified_ns"] == 1_700_000_000_000_000_001
    assert result.raw["/var/lib/systemd/timers/stamp-backup.timer"] == b""
    assert result.raw["/run/systemd/transient/run-r1.timer"].startswith(b"[Timer]")
    assert result.document["units"] == [{"path": "/run/systemd/transient/run-r1.timer"}]
    assert result.row("at_jobs", name="a00001019f")["folder"] == "/var/spool/cron/atjobs"
    assert b"secret contents" not in result.raw.values()


# Clock.


def test_all_clocks_are_told_at_once(collected):
    before = time.time_ns()
    result = collected(Clock, Source("/"))

    assert before <= result.document["clocks"]["realtime_ns"] <= time.time_ns()
    assert result.document["clocks"]["zone"]["offset_s"] == time.localtime().tm_gmtoff
    assert result.document["kernel"]["synchronised"] is discipline().synchronised
    assert result.document["kernel"]["state"]


def test_asking_the_kernels_clock_changes_nothing():
    first, second = discipline(), discipline()

    assert (first.status, first.state) == (second.status, second.state)
    assert first.synchronised is ("unsync" not in first.status)


def test_the_zone_and_the_services_that_keep_the_clock_are_taken(machine, collected):
    machine.link("/etc/localtime", "../usr/share/zoneinfo/Asia/Tokyo")
    machine.file("/usr/share/zoneinfo/Asia/Tokyo", b"TZif2").file(
        "/etc/adjtime", "0.0 0 0\n0\nUTC\n"
    )
    machine.file("/run/systemd/timesync/synchronized").file(
        "/sys/class/rtc/rtc0/time", "10:00:00\n"
    )
    result = collected(Clock, machine.source())

    assert result.document["localtime"] == "../usr/share/zoneinfo/Asia/Tokyo"
    assert result.raw["/usr/share/zoneinfo/Asia/Tokyo"] == b"TZif2"
    assert result.document["adjtime"].endswith("UTC")
    assert result.document["hardware"] == {"rtc0": {"time": "10:00:00"}}
    assert result.row("marks", path="/run/systemd/timesync/synchronized")["modified_ns"] > 0


@pytest.mark.parametrize("collector", [Network, Kernel, Mounts, Timers, Clock])
def test_each_takes_this_machine_without_an_error(collector, collected):
    result = collected(collector, Source("/"))

    assert result.document["schema"] == f"hozen-{collector.name}/1"
    assert result.refused == {}
