"""Following what evidence points to, from an image of Windows to the bundle."""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from pathlib import Path

import bundles
import disks
import pytest
import runs
import windows
from tracing import elsewhere, noises, traced

from collectors.artifact import Artifact, MissingRange, Phase, Profile, ReadApart, Reason
from collectors.files.mounts import Mounts
from collectors.files.snapshot import Snapshot, Stream
from collectors.files.source import Source
from collectors.live.kernel import Kernel
from collectors.live.processes.programs import RunningPrograms
from collectors.named import pointers
from collectors.named.leads import FIRST, MOST, SECOND, Leads
from collectors.named.referenced import Gone, Referenced
from collectors.table import DISK
from collectors.windows.readers import references_for
from evidence.collecting.pipeline import Pipeline
from evidence.collecting.session import Checkpoint, Interrupted, OriginChain, Resumption
from evidence.machine.clock import Clock
from evidence.reading.checked import open_bundle

HIVE, USER = "/Windows/System32/config/SYSTEM", "/Users/山田/NTUSER.DAT"
JOB, LINK = "/Windows/System32/Tasks/Job", "/Users/山田/Desktop/tool.lnk"
AGAIN = "/Users/山田/Desktop/again.lnk"
FILES = {
    JOB: windows.task("C:\\Scripts\\one.bat", "&gt; C:\\log.txt"),
    "/Scripts/one.bat": b"@call %~dp0TWO.ps1\r\n",
    "/Scripts/two.ps1": b"C:\\Scripts\\three.exe\n",
    "/Scripts/three.exe": b"MZ third",
    "/ProgramData/Evil/Service.exe": b"MZ evil",
    LINK: windows.shortcut("\\\\server\\share\\tool.exe"),
    AGAIN: windows.shortcut(
        "c:\\programdata\\EVIL\\service.EXE", "C:\\USERS\\山田\\appdata\\Roaming\\GONE.exe"
    ),
}
SERVICES = {
    "ControlSet001\\Services\\Evil": {
        "ImagePath": "expandstring:%ProgramData%\\evil\\SERVICE.exe -k"
    },
    "ControlSet001\\Services\\Other": {"ImagePath": "D:\\driver.sys"},
}
RUN = {"Software\\Microsoft\\Windows\\CurrentVersion\\Run": {"any": "%APPDATA%\\gone.exe"}}
POINTING = (HIVE, USER, JOB, LINK, AGAIN)


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    place = tmp_path_factory.mktemp("windows")
    hives = {HIVE: SERVICES, USER: RUN}
    made = {path: windows.hive(place / "hive", keys).read_bytes() for path, keys in hives.items()}
    return filled(place, {**FILES, **made})


def filled(place, files):
    image = disks.ntfs(place / "disk.img")
    with disks.mounted_ntfs(image, place / "mounted") as root:
        for path, data in files.items():
            (root / path[1:]).parent.mkdir(parents=True, exist_ok=True)
            (root / path[1:]).write_bytes(data)
    return image


class Pointing:
    """Takes what names others, as any collector of Windows' artifacts does."""

    name, phase, profile = "pointing", Phase.DISK, Profile.QUICK

    def __init__(self, paths=POINTING):
        self.paths = paths

    def collect(self, source):
        for path in self.paths:
            source.once(path)
            yield source.file(path, "disk", references=references_for(path))


def taken(image, place, *collectors, **options):
    """The records of a run by origin; no origin is there twice."""
    writer = bundles.writer_at(place)
    with disks.opened(image) as source:
        Pipeline(writer, source, clock=Clock(), **options).run(collectors)
    writer.seal(Clock().reading())
    records = list(open_bundle(place, identities=[bundles.IDENTITY]).records())
    by_origin = {record.meta.source.origin: record for record in records}
    assert len(by_origin) == len(records)
    return by_origin


def said(record):
    return record.content.status, record.meta.reason, record.meta.led_by


def test_what_windows_names_is_taken_or_a_gap_and_says_what_led_to_it(image, tmp_path):
    found = taken(image, tmp_path / "b", Pointing(), Referenced())

    def item(path):
        return found[path].content.seq

    led = {path: said(record) for path, record in found.items() if path not in POINTING}
    assert led == {
        "/ProgramData/Evil/Service.exe": ("acquired", None, item(HIVE)),
        "D:\\driver.sys": ("gap", "unsupported", item(HIVE)),
        "/Users/山田/AppData/Roaming/gone.exe": ("gap", "absent", item(USER)),
        "/Scripts/one.bat": ("acquired", None, item(JOB)),
        "\\\\server\\share\\tool.exe": ("gap", "not_local", item(LINK)),
        "/Scripts/two.ps1": ("acquired", None, item("/Scripts/one.bat")),
    }
    assert found["D:\\driver.sys"].meta.errors == [
        f"named by item {item(HIVE)}: which volume was D: is not known"
    ]


def test_a_program_in_a_stream_is_taken_with_its_file_or_is_a_gap_of_that_name(tmp_path):
    named = ("C:\\ProgramData\\read.txt:mal.exe", "C:\\ProgramData\\read.txt:gone.exe",
             "C:\\ProgramData\\no.txt:mal.exe", "C:\\ProgramData:in.exe")  # fmt: skip
    jobs = {f"{JOB}{index}": windows.task(each) for index, each in enumerate(named)}
    image = filled(tmp_path, {**jobs, "/ProgramData/read.txt": b"harmless"})
    with disks.mounted_ntfs(image, tmp_path / "again") as root:
        (root / "ProgramData/read.txt:mal.exe").write_bytes(b"MZ mal")
        (root / "ProgramData:in.exe").write_bytes(b"MZ in a folder")

    taking, telling = Referenced(), Gone()
    for collectors in ((Pointing(jobs), taking), (Pointing(jobs), telling)):
        writer = bundles.writer_at(tmp_path / collectors[1].name)
        with disks.opened(image) as source:
            Pipeline(writer, source, clock=Clock()).run(collectors)
        writer.seal(Clock().reading())
    said_by = {
        each.name: {
            (r.meta.source.origin, r.meta.source.stream): (r.content.status, r.meta.reason)
            for r in open_bundle(tmp_path / each.name, identities=[bundles.IDENTITY]).records()
            if r.meta.collector == each.name
        }
        for each in (taking, telling)
    }

    absent = ("gap", "absent")
    gone = {
        ("/ProgramData/read.txt", "gone.exe"): absent,
        ("/ProgramData/no.txt", "mal.exe"): absent,
    }
    assert said_by[telling.name] == gone
    assert said_by[taking.name] == {
        **gone, ("/ProgramData/no.txt", None): absent,
        ("/ProgramData/read.txt", None): ("acquired", None),
        ("/ProgramData/read.txt", "mal.exe"): ("acquired", None),
        ("/ProgramData", "in.exe"): ("acquired", None),
    }  # fmt: skip


def test_files_of_a_whole_disk_name_what_is_gone(image, tmp_path):
    (tmp_path / "out").mkdir()
    ended = runs.hozen(
        "collect", "--source", image, "--output", tmp_path / "out", "--profile", "full", "--json"
    )
    records = list(open_bundle(runs.bundle_in(tmp_path / "out")).records())
    numbers = {r.meta.source.origin: r.content.seq for r in records}
    telling = {Gone.name, Referenced.name}
    gone = {
        r.meta.source.origin: said(r)
        for r in records
        if r.meta.collector in telling and r.content.status == "gap"
    }

    assert json.loads(ended.out)["sealed"]
    assert gone == {
        "D:\\driver.sys": ("gap", "unsupported", numbers[HIVE]),
        "/Users/山田/AppData/Roaming/gone.exe": ("gap", "absent", numbers[USER]),
        "\\\\server\\share\\tool.exe": ("gap", "not_local", numbers[LINK]),
    }
    assert {r.meta.source.origin for r in records if r.content.status == "acquired"} >= set(FILES)


def test_nothing_of_the_machine_that_examines_is_opened_for_what_is_named(image, tmp_path):
    home, output = Path(__file__).parents[3], tmp_path / "out"
    output.mkdir()
    arguments = ("collect", "--source", image, "--output", output, "--profile", "full")
    run = "from evidence.cli import main; main()"
    command = [sys.executable, "-B", "-c", run, *map(str, arguments)]

    _, calls = traced(command, tmp_path / "trace", env=runs.environment(), cwd=home)

    assert elsewhere(calls, home, image, output) <= {str(tmp_path)}
    assert noises(calls, output, sys.executable) == []
    assert [call for call in calls if any("pyregf" in place for place in call.places)]


def test_collectors_of_names_come_after_what_names_things():
    order = [each.name for each in sorted(DISK, key=lambda each: each.phase)]

    assert order.index("named-and-gone") > order.index("disk-files")
    assert order.index("referenced-programs") > order.index("cron")


@pytest.mark.parametrize("data", [b"no hive", b"regf" * 70_000])
def test_what_can_t_be_followed_is_a_gap_beside_the_item(tmp_path, data):
    image = filled(tmp_path, {HIVE: data, "/ProgramData/x.exe": b""})
    writer = bundles.writer_at(tmp_path / "b")
    with disks.opened(image) as source:
        Pipeline(writer, source, clock=Clock()).run([Pointing((HIVE,)), Referenced()])
    writer.seal(Clock().reading())
    records = list(open_bundle(tmp_path / "b", identities=[bundles.IDENTITY]).records())
    item, gap = (r for r in records if r.meta.source.origin == HIVE)

    assert (item.content.status, item.content.size) == ("acquired", len(data))
    assert said(gap) == ("gap", "unsupported", item.content.seq)
    assert gap.meta.errors[0].startswith("what it names could not be followed: OSError")
    assert gap.meta.collector == "referenced-programs"


def records_of(place, things, source, **options):
    writer = bundles.writer_at(place)
    run = Pipeline(writer, source, clock=Clock(), **options)
    run.run([bundles.Given(things), Referenced()])
    writer.seal(Clock().reading())
    return list(open_bundle(place, identities=[bundles.IDENTITY]).records())


def test_of_an_item_with_a_hole_it_is_said_that_it_may_name_more(tmp_path):
    missing = [MissingRange(offset=20, size=512, error="EIO")]
    thing = Artifact(
        origin="/s/a.bat", kind="disk", open=partial(Snapshot, b"C:\\a.exe\n", missing=missing),
        references=ReadApart("script", "/s/a.bat", 1 << 20),
    )  # fmt: skip

    records = records_of(tmp_path / "b", [thing], bundles.empty_source(tmp_path))

    told = [(r.meta.source.origin, r.meta.reason, r.meta.led_by) for r in records[1:]]
    assert told == [("/a.exe", "absent", 1), ("/s/a.bat", "unreadable", 1)]
    assert records[2].meta.errors[0].startswith("not all that it names could be followed: parts")


def test_a_run_that_is_stopped_waits_for_no_reader(tmp_path, monkeypatch):
    (tmp_path / "pylnk.py").write_text("while True: pass")
    monkeypatch.syspath_prepend(tmp_path)
    stopped = []

    def pieces():
        yield b"first"
        stopped.append(True)
        yield from [b"more"] * 1000

    thing = Artifact(
        origin="/a.lnk", kind="disk", open=lambda: Stream(pieces()),
        references=ReadApart("shortcut", "/a.lnk", 1 << 20),
    )  # fmt: skip
    source, begun = bundles.empty_source(tmp_path), time.monotonic()

    with pytest.raises(Interrupted):
        records_of(tmp_path / "b", [thing], source, stopping=lambda: bool(stopped))

    assert time.monotonic() - begun < 20  # a reader may take 60


def test_a_fault_of_a_reader_of_ours_costs_neither_the_item_nor_the_run(tmp_path):
    def failing(data):
        raise ZeroDivisionError("odd")

    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "crontab").write_bytes(b"x")
    source = bundles.empty_source(tmp_path)
    writer = bundles.writer_at(tmp_path / "b")
    run = Pipeline(writer, source, clock=Clock())
    thing = source.file("/etc/crontab", "disk", references=failing)
    run.run([bundles.Given([thing]), Referenced()])
    writer.seal(Clock().reading())
    records = list(open_bundle(tmp_path / "b", identities=[bundles.IDENTITY]).records())

    assert [r.content.status for r in records] == ["acquired", "gap"]
    assert records[1].meta.errors == ["what it names could not be followed: ZeroDivisionError: odd"]
    assert run.findings.failed == []


def test_a_name_in_another_case_is_the_same_file_under_the_name_that_stands_on_the_disk(image):
    with disks.opened(image) as source:
        found = [*source.take(["/windows/SYSTEM32/Config/system", "/scripts/ONE.bat"], "disk"),
                 *source.take([HIVE], "disk")]  # fmt: skip
        spelled = source.spellings("/SCRIPTS/Two.PS1")

    assert [one.origin for one in found] == [HIVE, "/Scripts/one.bat"]
    assert spelled == ["/Scripts/two.ps1"]


def test_what_is_run_is_followed_whatever_its_ending_and_people_s_own_is_told_only(tmp_path):
    data = "/ProgramData"
    run = ("svc.tmp -k", "gone.dat", "letter.docx", "run.pdf.exe")
    keys = {
        f"ControlSet001\\Services\\S{number}": {"ImagePath": f"C:\\ProgramData\\{each}"}
        for number, each in enumerate(run)
    }
    files = {f"{data}/{name}": b"MZ" for name in ("svc.tmp", "letter.docx", "run.pdf.exe")}
    hive = windows.hive(tmp_path / "hive", keys).read_bytes()
    image = filled(tmp_path, {**files, HIVE: hive})

    found = taken(image, tmp_path / "b", Pointing([HIVE]), Referenced())

    assert {path: said(each)[:2] for path, each in found.items() if path != HIVE} == {
        f"{data}/svc.tmp": ("acquired", None),
        f"{data}/gone.dat": ("gap", "absent"),
        f"withheld:{data}/letter.docx": ("acquired", None),
        f"{data}/run.pdf.exe": ("acquired", None),
    }


def test_what_cmd_is_given_without_an_ending_is_whatever_windows_would_run_by_that_name(tmp_path):
    data = "/ProgramData"
    run = {
        f"HKLM{number}": f'cmd.exe /c "C:\\ProgramData\\{name}" -x'
        for number, name in enumerate(("one", "two", "gone", "plain"))
    }
    run["HKLM9"] = 'rundll32.exe "C:\\ProgramData\\lib",Start'
    keys = {"Microsoft\\Windows\\CurrentVersion\\Run": run}
    software = "/Windows/System32/config/SOFTWARE"
    files = dict.fromkeys(
        (f"{data}/lib.dll", f"{data}/one.EXE", f"{data}/two.bat", f"{data}/two.cmd"), b"MZ"
    )
    files |= {f"{data}/one": b"beside", f"{data}/plain": b"MZ", f"{data}/one.txt": b"text"}
    hive = windows.hive(tmp_path / "hive", keys).read_bytes()
    image = filled(tmp_path, {**files, software: hive})

    found = taken(image, tmp_path / "b", Pointing([software]), Referenced())

    assert {path: said(each)[:2] for path, each in found.items() if path != software} == {
        **dict.fromkeys((f"{data}/{name}" for name in ("one", "one.EXE", "two.bat", "two.cmd",
                                                       "plain", "lib.dll")), ("acquired", None)),
        f"{data}/gone": ("gap", "absent"),
    }  # fmt: skip


def test_of_a_name_that_fits_two_files_but_for_case_both_are_taken(tmp_path):
    twins = {"/Tools/Run.exe": b"MZ one", "/Tools/RUN.exe": b"MZ two", "/Tools/run": b"other"}
    with disks.opened(filled(tmp_path, twins)) as source:
        named = Leads([("/tools/run.EXE", 7), ("/Tools/Run.exe", 8)])
        found = [(one.origin, one.led_by) for one in Referenced(named).collect(source)]

    assert sorted(found) == [("/Tools/RUN.exe", 7), ("/Tools/Run.exe", 7)]


def test_of_two_files_of_one_name_the_damaged_one_is_a_gap_and_the_other_taken(tmp_path):
    image = filled(tmp_path, {"/Tools/Run.exe": b"MZ one", "/Tools/RUN.exe": b"MZ two"})
    with disks.opened(image) as source:
        number = source.look("/Tools/RUN.exe").inode & 0xFFFFFFFF  # without its sequence
    data = bytearray(image.read_bytes())
    records = [at for at in range(0, len(data), 1024) if data[at : at + 4] == b"FILE"
               and int.from_bytes(data[at + 0x2C : at + 0x30], "little") == number]  # fmt: skip
    for at in records:
        data[at : at + 4] = b"BAAD"
    image.write_bytes(data)

    with disks.opened(image) as source:
        named = Leads([("/tools/run.EXE", 7)])
        taken = list(source.take(["/tools/run.EXE"], "disk"))
        source.restore(set())
        followed = list(Referenced(named).collect(source))

    for found in (taken, followed):
        reasons = {one.origin: getattr(one, "reason", None) for one in found}
        assert reasons == {"/Tools/RUN.exe": Reason.UNREADABLE, "/Tools/Run.exe": None}


# Two steps.


def test_a_script_that_a_script_names_is_taken_and_what_that_one_names_is_not(tmp_path):
    for name, content in (("a", "#!/bin/sh\n/b\n"), ("b", "#!/bin/bash\n/c\n"), ("c", "")):
        (tmp_path / name).write_text(content)
    source = bundles.empty_source(tmp_path)
    thing = bundles.artifact("/cron", b"")._replace(references=lambda data: ["/a"])
    writer = bundles.writer_at(tmp_path / "bundle")
    Pipeline(writer, source, clock=Clock()).run([bundles.Given([thing]), Referenced()])
    writer.seal(Clock().reading())
    records = list(open_bundle(tmp_path / "bundle", identities=[bundles.IDENTITY]).records())

    assert [(r.meta.source.origin, r.meta.led_by) for r in records] == [
        ("/cron", None), ("/a", 1), ("/b", 2),
    ]  # fmt: skip


def test_names_that_come_while_the_first_step_is_taken_wait_for_the_second(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(b"")
    named = Leads([("/a", 1), ("/b", 2)])
    found = []
    for one in Referenced(named).collect(bundles.empty_source(tmp_path)):
        found.append((one.origin, one.led_by, one.references is not None))
        named.add([("/c", 3), ("/b", 3)], SECOND)

    assert found == [("/a", 1, True), ("/b", 2, True), ("/c", 3, False)]


def test_the_number_of_an_item_counts_once_it_is_known():
    named = Leads([("/a", 0), ("/b", 0)])
    named.add([("/a", 5), ("/a", 6)], SECOND)

    assert [(lead.path, lead.item) for lead in named.of(FIRST)] == [("/a", 5), ("/b", 0)]


def test_more_names_than_are_followed_are_one_gap():
    named = Leads((f"/{number}", 1) for number in range(MOST + 5))
    *rest, last = Gone(named).collect(bundles.empty_source("/nonexistent"))

    assert rest == []
    assert last.detail == f"more than {MOST} names; the rest was not followed"


# Resuming.


def many(place):
    """70 scripts, each of which names one program."""
    files = {f"/s/{n:02d}.bat": b"%%~dp0p%02d.exe" % n for n in range(70)}
    files |= {f"/s/p{n:02d}.exe": b"MZ %d" % n for n in range(70)}
    files[JOB] = windows.task("x", " ".join(f"C:\\s\\{n:02d}.bat" for n in range(70)))
    return filled(place, files)


@pytest.mark.parametrize("done", [70, 100])
def test_a_resumed_run_takes_the_rest_of_both_steps(tmp_path, done):
    image = many(tmp_path)
    order = [f"/s/{n:02d}.bat" for n in range(70)] + [f"/s/p{n:02d}.exe" for n in range(70)]
    writer = bundles.writer_at(tmp_path / "b")
    chain = OriginChain(writer.bundle_id, Referenced.name)
    for origin in order[:done]:
        chain.add(origin)
    point = Checkpoint(collector="referenced-programs", count=done, chain=chain.shown())
    resumption = Resumption(completed=("pointing",), checkpoints=(point,))
    with disks.opened(image) as source:
        run = Pipeline(writer, source, clock=Clock(), resumption=resumption)
        run.run([Pointing((JOB,)), Referenced()])
    writer.seal(Clock().reading())
    records = list(open_bundle(tmp_path / "b", identities=[bundles.IDENTITY]).records())

    assert [r.meta.source.origin for r in records] == order[done:]
    assert all(isinstance(r.content.sha256, str) for r in records)


def test_an_artifact_of_the_disk_says_how_its_names_are_found(image):
    disk_files = next(each for each in DISK if each.name == "disk-files")
    with disks.opened(image) as source:
        found = {one.origin: one for one in disk_files.collect(source)}

    pointing = {path for path, one in found.items()
                if isinstance(one, Artifact) and one.references is not None}  # fmt: skip
    assert pointing == set(POINTING)


def test_what_a_profile_reads_in_leads_on_to_what_that_runs(tmp_path):
    root = tmp_path / "machine"
    for name, content in (
        ("etc/profile", ". /opt/.x/env\n"), ("opt/.x/env", "/opt/.x/miner &\n"),
        ("opt/.x/miner", "\x7fELF"),
    ):  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    source = bundles.empty_source(root)
    thing = source.file("/etc/profile", "disk", references=pointers.shell)

    records = records_of(tmp_path / "b", [thing], source)

    assert [(r.meta.source.origin, r.meta.led_by) for r in records] == [
        ("/etc/profile", None), ("/opt/.x/env", 1), ("/opt/.x/miner", 2),
    ]  # fmt: skip


# A session that goes on.


def test_what_runs_by_the_next_session_only_stays_to_be_taken_where_it_is_named(tmp_path):
    root = tmp_path / "machine"
    for name, content in (
        ("proc/7/cmdline", "sh\0/opt/new\0"), ("opt/new", "true\n"), ("exe", ""),
        ("proc/self/mountinfo", ""),
    ):  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    for name, target in (("exe", "/exe"), ("root", "/"), ("cwd", "/")):
        (root / "proc/7" / name).symlink_to(target)
    source = Source(str(root), live=True, mounts=Mounts([]))
    thing = bundles.artifact("/cron", b"")._replace(references=lambda data: ["/opt/new"])
    writer = bundles.writer_at(tmp_path / "b")
    run = Pipeline(
        writer, source, clock=Clock(), resumption=Resumption(completed=("running-programs",))
    )
    run.run([RunningPrograms(), bundles.Given([thing]), Referenced()])
    writer.seal(Clock().reading())
    records = list(open_bundle(tmp_path / "b", identities=[bundles.IDENTITY]).records())

    assert "/opt/new" in [r.meta.source.origin for r in records]


@pytest.mark.parametrize("completed", [(), ("kernel",)], ids=["first", "resumed"])
def test_what_the_kernel_itself_starts_is_followed_by_whichever_session_comes_to_it(
    tmp_path, completed
):
    root = tmp_path / "machine"
    for name, content in (("proc/sys/kernel/core_pattern", "|/opt/dump %p\n"), ("opt/dump", "x")):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(content)
    source = Source(str(root), live=True, mounts=Mounts([]))
    writer = bundles.writer_at(tmp_path / "b")
    earlier = Resumption(completed=completed)
    Pipeline(writer, source, clock=Clock(), resumption=earlier).run([Kernel(), Referenced()])
    writer.seal(Clock().reading())
    records = list(open_bundle(tmp_path / "b", identities=[bundles.IDENTITY]).records())

    (followed,) = (r for r in records if r.meta.collector == Referenced.name)
    assert (followed.meta.source.origin, followed.content.status) == ("/opt/dump", "acquired")
    assert any(r.meta.collector == Kernel.name for r in records) is not bool(completed)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"#" * 100 + b"\n" * (1 << 20) + b"* * * * * /tmp/evil\n",
         "what it names could not be followed: only its first 1048576 bytes were looked at"),
        (b"\n".join(b"* * * * * /opt/%d" % number for number in range(1001)),
         "not all that it names could be followed: it names more than 1000"),
        (b"* * * * * /opt/1\n", None),
    ],
    ids=["behind what is looked at", "behind a thousand others", "all"],
)  # fmt: skip
def test_a_crontab_that_hides_a_program_from_us_is_a_gap(content, said, tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "crontab").write_bytes(content)
    writer = bundles.writer_at(tmp_path / "b")
    source = bundles.empty_source(tmp_path)
    thing = source.file("/etc/crontab", "disk", references=pointers.cron)
    Pipeline(writer, source, clock=Clock()).run([bundles.Given([thing]), Referenced()])
    writer.seal(Clock().reading())
    records = open_bundle(tmp_path / "b", identities=[bundles.IDENTITY]).records()
    gaps = [each.meta for each in records if each.meta.source.origin == "/etc/crontab"][1:]

    assert [each.errors for each in gaps] == ([[said]] if said else [])
    assert [each.led_by for each in gaps] == ([1] if said else [])
