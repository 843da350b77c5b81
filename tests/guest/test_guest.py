"""Memory of a real machine, taken by that machine itself, against what its hardware holds.

Three guests: one where all goes well; one with five levels of paging, in which runs are refused
and killed; one whose kernel is locked down.
"""

import collections
import dataclasses
import datetime
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import command_line
import pytest
from guest import disk, guest, pages, truth
from guest.disk import MOUNTED
from guest.kernel import kernel
from guest.machine import Said, booted

from collectors.ram.directmap import direct_map
from collectors.ram.kcore import read_core
from collectors.ram.ranges import Range, Segment, planned
from evidence.memory import analysis
from evidence.memory.plugins.linux import LINUX

pytestmark = pytest.mark.timeout(600)  # the emulated processor is ten times as slow

MIB = 1 << 20
CHANGED = 0.10  # of the pages; written through the page cache it is 0.46
ASKING = Path(__file__).with_name("asked.py")
DESCRIBED = "__syscall_meta__"
WITNESS = "witness-5c1e9d7a40b2"
BEGUN = 4 * MIB  # bytes of a volume: symbols are a third of that, the image has begun
KILLED = (
    f"{guest.COLLECT} > /dev/null 2>&1 & running=$!; while kill -0 $running; do"
    f" size=$(stat -c %s {MOUNTED}/HZ_*/data/volume-00002* 2> /dev/null || echo 0);"
    f" [ $size -ge {BEGUN} ] && kill -9 $running && break; usleep 20000; done;"
    f" wait $running; cp -r {MOUNTED}/HZ_* {MOUNTED}/killed"
)


@pytest.fixture(scope="module")
def make(request, tmp_path_factory):
    """Makes guests that share their kernel, and the disk with Python and hozen."""
    core = kernel(request.config.cache.mkdir("guest"))
    system = disk.system(tmp_path_factory.mktemp("system"), core.busybox)

    def made(output, **options):
        return booted(core, system, disk.output(output, megabytes=512), **options)

    return made


# A guest where all goes well.


@dataclass(frozen=True)
class Taken:
    """A guest's memory, three times: in its own bundle, by its hardware, in its own words."""

    said: Said
    taken: guest.Imported
    truth: Path
    own: guest.Own
    before: truth.Told
    after: truth.Told


@pytest.fixture(scope="module")
def taken(make, tmp_path_factory):
    place = tmp_path_factory.mktemp("taken")
    with make(place / "output.img") as machine:
        machine.run(f"name={WITNESS} sleep 9999 &")
        for line in truth.BUSY:
            machine.run(line)
        own, before = guest.own(machine), truth.Told.by(machine)
        said = machine.run(guest.ACQUIRE)
        held = machine.memory(place / "truth", 256 * MIB)
        after = truth.Told.by(machine)
        machine.off()
    bundle = guest.carried(place / "output.img", place / "out") / guest.bundle_of(said)
    return Taken(said, guest.imported(bundle, place / "case"), held, own, before, after)


def test_a_machine_takes_its_own_memory_whole(taken):
    records = taken.taken.records

    assert taken.said.code == 0
    of_memory = [record for record in records.values() if record["phase"] == "memory"]
    assert {record["status"] for record in of_memory} == {"acquired"}
    assert records["memory:/physical.lime"]["size"] == taken.taken.image.stat().st_size


def test_the_image_is_what_the_machine_calls_ram_and_maps_to_the_last_byte(taken):
    runs = pages.shared(taken.own.ram, taken.own.core)
    account = taken.taken.account

    assert [tuple(run) for run in account["runs"]] == runs
    assert pages.compared(taken.taken.image, taken.truth).runs == runs
    assert account["bytes_read"] == sum(end - start for start, end in runs)
    assert [tuple(each) for each in account["ram"]] == taken.own.ram
    assert (account["door"], account["unread"]) == ("/proc/kcore", [])


def test_symbols_are_taken_before_the_image(taken):
    records = taken.taken.records
    image = records["memory:/physical.lime"]["seq"]

    assert records["/proc/kallsyms"]["seq"] < image
    assert records["/sys/kernel/btf/vmlinux"]["seq"] < image


def test_its_headers_without_their_addresses_lead_to_the_same_memory(taken, tmp_path):
    """So that an image of a kernel before 4.11, which has none, can be believed."""
    headers = tmp_path / "headers"
    headers.write_bytes(guest.without_addresses(taken.own.headers))
    with headers.open("rb") as file:
        core = read_core(file.fileno())
    ram = [Range(*each) for each in taken.own.ram]
    base = direct_map(ram, core.virtual)
    runs, _ = planned(ram, [Segment(s - base, e - base, offset) for s, e, offset in core.virtual])

    assert core.segments == []
    assert [[run.start, run.end] for run in runs] == taken.taken.account["runs"]
    assert taken.taken.account["direct_map"] is None


def test_fewer_than_a_tenth_of_its_pages_changed_until_the_run_was_over(taken):
    found = pages.compared(taken.taken.image, taken.truth)
    print(found)

    assert 0 < found.share < CHANGED
    assert found.blank < found.pages * 0.8


def test_what_a_process_was_given_is_in_the_image(taken):
    image = taken.taken.image.read_bytes()

    assert f"name={WITNESS}\0".encode() in image
    assert (taken.taken.host / "fs/proc/version").read_bytes() in image


def test_the_volumes_went_past_the_page_cache(taken):
    footprint = json.loads((taken.taken.host / "hozen/footprint.json").read_text())

    assert footprint["volumes_past_the_page_cache"] == [True]


# The same image, as a stranger reads it with symbols made from what the guest said of its kernel.

PSLIST, BOOTTIME, LSOF = "linux.pslist.PsList", "linux.boottime.Boottime", "linux.lsof.Lsof"


class Deaf:
    """Hears nothing of an analysis."""

    def begin(self, bundle, total):
        pass

    def result(self, result):
        pass


@pytest.fixture(scope="module")
def analysed(taken):
    """What came of three plugins of Volatility 3."""
    with pytest.MonkeyPatch.context() as patch:
        fewer = dataclasses.replace(LINUX, run=(PSLIST, BOOTTIME, LSOF))
        patch.setattr(analysis, "PLUGINS", {"linux": fewer})
        (done,) = analysis.analyse(taken.taken.case, listener=Deaf())
    return done


@pytest.fixture(scope="module")
def answers(taken, analysed):
    """Their rows, by plugin."""
    folder = taken.taken.case / analysed.folder
    ran = {each.plugin: folder / each.file for each in analysed.results if each.status == "ran"}
    return {name: rows(path) for name, path in ran.items()}


def rows(path):
    return [json.loads(line) for line in path.read_text().splitlines() if line]


def test_the_image_lists_the_processes_that_the_machine_listed(taken, answers):
    seen = {row["PID"]: row["COMM"] for row in answers[PSLIST]}
    told = {pid: name[:15] for pid, name in taken.own.processes.items()}  # TASK_COMM_LEN
    gone = {name for pid, name in told.items() if seen.get(pid) != name}
    new = {name for pid, name in seen.items() if pid not in told}

    assert {"init", "sleep", "kthreadd"} <= set(seen.values())
    assert lasting(gone) == set()
    assert lasting(new) == {disk.PYTHON.name[:15]}


def lasting(names):
    """Without the kernel's workers, which come, go and take the name of their work."""
    return {name for name in names if not name.startswith("kworker/")}


def test_the_image_knows_when_the_machine_was_started(taken, answers):
    (row,) = answers[BOOTTIME]
    told = datetime.datetime.fromisoformat(row["Boot Time"])

    assert abs(told.timestamp() - taken.own.booted) < 2


def test_the_image_shows_the_collector_at_work(answers):
    paths = {row["Path"] for row in answers[LSOF]}

    assert "/proc/kcore" in paths
    assert any(path.endswith("/data/volume-00002.tar.zst") for path in paths)


# What further plugins read, against what the guest's own tools said before and after.


@pytest.fixture(scope="module")
def asked(taken, analysed):
    """Rows of further plugins, by plugin."""
    folder = taken.taken.case / analysed.folder
    command = [sys.executable, ASKING, taken.taken.image, folder / "symbols", *truth.ASKED]
    done = subprocess.run(
        command, env=os.environ | analysed.environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.fixture
def started(taken, answers):
    """Processes of the collector: those that the machine listed neither before nor after."""
    return {row["PID"] for row in answers[PSLIST]} - taken.before.processes - taken.after.processes


@pytest.mark.parametrize("plugin", truth.SEEN)
def test_what_a_plugin_reads_is_what_the_machine_said(taken, asked, started, plugin):
    """What was so before and after is seen; nothing is seen that was so at neither time."""
    read, name = truth.SEEN[plugin]
    before, after = getattr(taken.before, name), getattr(taken.after, name)
    seen = {fact for fact in read(asked[plugin]) if fact[0] not in started}

    assert len(before & after) >= truth.LEAST[plugin]
    assert (before & after) - seen == set()
    assert seen - (before | after) == set()


def test_the_image_shows_every_open_file_pipe_and_socket_of_every_process(taken, answers, started):
    nameless = taken.before.gone | taken.after.gone
    shown = truth.files(answers[LSOF])
    seen = {fact for fact in shown if fact[0] not in started and fact[:2] not in nameless}
    before, after = taken.before.files, taken.after.files

    assert len(before & after) >= 10
    assert (before & after) - seen == set()
    assert seen - (before | after) == set()


def test_the_image_holds_the_kernel_s_own_log_but_for_its_newest_line(taken, asked):
    """Volatility 3 2.28 ends one descriptor early: the last message is not shown."""
    seen = truth.messages(asked[truth.KMSG])
    after = taken.after.messages

    assert len(seen) > 100
    assert seen == after[: len(seen)]
    assert len(seen) >= len(taken.before.messages) - 1
    assert len(seen) < len(after)


def test_every_system_call_that_is_read_leads_where_the_kernel_says(taken, asked):
    known = symbols_of(taken.taken.host / "fs/proc/kallsyms")
    rows = asked[truth.SYSCALLS]
    handlers = {row["Index"]: row["Handler Symbol"] for row in rows}
    astray = [row for row in rows if row["Handler Symbol"] not in known[row["Handler Address"]]]

    assert astray == []
    assert [row["Index"] for row in rows] == list(range(len(rows)))
    assert handlers[0] == "__x64_sys_read"
    assert handlers[59] == "__x64_sys_execve"
    assert handlers[257] == "__x64_sys_openat"
    # Where its table ends, Volatility 3 2.28 guesses from these: the last calls are not looked at.
    described = [name for every in known.values() for name in every if name.startswith(DESCRIBED)]
    assert len(rows) == len(described)


def symbols_of(kallsyms):
    """Names by address, of which Volatility shows 48 bits."""
    found = collections.defaultdict(set)
    for line in kallsyms.read_text().splitlines():
        address, _, name, *_ = line.split()
        found[int(address, 16) & (1 << 48) - 1].add(name)
    return found


def test_the_table_by_which_the_kernel_finds_processes_has_every_one_of_them(taken, asked, started):
    seen = {row["PID"] for row in asked[truth.HASHED]} - started
    before, after = taken.before.processes, taken.after.processes

    assert len(before & after) > 30
    assert (before & after) - seen == set()
    assert seen - (before | after) == set()


# A guest whose processor has five levels of paging, and in which things go wrong.


@dataclass(frozen=True)
class Troubled:
    """What came of a door that was shut, and of a run that was killed and went on."""

    out: Path
    own: guest.Own
    killed: Said
    resumed: Said
    truth: Path
    """What the hardware held when the run that went on was over."""
    strict: Said


@pytest.fixture(scope="module")
def troubled(make, tmp_path_factory):
    place = tmp_path_factory.mktemp("troubled")
    with make(place / "output.img", processor="max", megabytes=128) as machine:
        own = guest.own(machine)
        killed = machine.run(KILLED)
        resumed = machine.run(f"{guest.COLLECT} --resume {MOUNTED}/HZ_*")
        truth = machine.memory(place / "truth", 128 * MIB)
        machine.run("mount --bind /dev/null /proc/kcore")
        strict = machine.run(guest.COLLECT)
        machine.off()
    out = guest.carried(place / "output.img", place / "out")
    return Troubled(out, own, killed, resumed, truth, strict)


def test_a_run_that_was_killed_in_the_image_leaves_a_bundle_that_says_so(troubled):
    verified = command_line.run("verify", troubled.out / "killed")

    assert troubled.killed.code == 0
    assert verified.code == 3
    assert "never sealed" in verified.out
    assert f"volume-00002.tar.zst: was open when the run was cut off; {BEGUN}" in verified.out
    assert re.search(
        "^4 items +PASS +[0-9]+ items, every one as it was recorded", verified.out, re.MULTILINE
    )


def test_the_run_that_goes_on_takes_the_image_anew_and_whole(troubled, tmp_path):
    found = guest.imported(troubled.out / guest.bundle_of(troubled.resumed), tmp_path / "case")
    runs = pages.shared(troubled.own.ram, troubled.own.core)
    image = pages.compared(found.image, troubled.truth)

    # This guest has no /etc/machine-id: whether it is the same machine is said to be unknown.
    (missed,) = json.loads(troubled.resumed.text)["missing"]
    assert (troubled.resumed.code, "machine" in missed) == (3, True), missed
    assert image.runs == [tuple(run) for run in found.account["runs"]] == runs
    assert found.records["memory:/physical.lime"]["status"] == "acquired"
    assert image.share < 0.5  # half as large a machine: the program is a larger part of it


def test_the_account_tells_four_from_five_levels_of_paging(taken, troubled, tmp_path):
    found = guest.imported(troubled.out / guest.bundle_of(troubled.resumed), tmp_path / "case")

    assert taken.taken.account["five_level_paging"] == "0"
    assert found.account["five_level_paging"] == "1"


def test_an_image_with_five_levels_of_paging_is_not_called_one_without_processes(
    troubled, tmp_path
):
    guest.imported(troubled.out / guest.bundle_of(troubled.resumed), tmp_path / "case")
    analysed = command_line.run("memory", "analyse", tmp_path / "case")

    assert analysed.code == 3
    assert "five levels of page tables" in analysed.out


def test_where_kcore_is_covered_dev_mem_is_refused_and_the_bundle_says_so(troubled, tmp_path):
    found = guest.imported(troubled.out / guest.bundle_of(troubled.strict), tmp_path / "case")

    detail = refused(troubled.strict, found)
    assert "/proc/kcore: ENOEXEC: no 64-bit little-endian ELF core" in detail
    assert "/dev/crash: ENOENT" in detail
    assert "/dev/mem: EPERM" in detail
    assert "kernel lockdown: none; rights: sys_rawio, sys_admin" in detail


# A guest whose kernel is locked down.


def test_a_kernel_that_is_locked_down_refuses_and_the_bundle_says_so(make, tmp_path):
    with make(tmp_path / "output.img", megabytes=128, options="lockdown=confidentiality") as locked:
        own = guest.own(locked)
        rehearsed = locked.run("hozen memory acquire --dry-run")
        said = locked.run(guest.COLLECT)
        locked.off()
    bundle = guest.carried(tmp_path / "output.img", tmp_path / "out") / guest.bundle_of(said)
    found = guest.imported(bundle, tmp_path / "case")
    symbols = (found.host / "fs/proc/kallsyms").read_text()

    detail = refused(said, found)
    assert (own.core, rehearsed.code) == ([], 4)
    assert "/proc/kcore: EPERM" in rehearsed.text
    assert all(f"{door}: EPERM" in detail for door in ("/proc/kcore", "/dev/mem"))
    assert "kernel lockdown: confidentiality" in detail
    assert re.search("^f{8}[0-9a-f]{8} T _text$", symbols, re.MULTILINE)  # these it tells


def refused(said, found):
    """Why there is no image, in a bundle that is sealed and claims none."""
    record = found.records["memory:/physical.lime"]
    told = json.loads(said.text)

    assert (said.code, told["sealed"], told["reasons"]["denied"]) == (3, True, 1)
    assert (record["status"], record["size"], record["reason"]) == ("gap", 0, "denied")
    assert "hozen:/memory.json" not in found.records
    (detail,) = record["errors"]
    return detail
