"""A Windows on a disk, from the image to the working copy: a stranger reads the same from both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import disks
import eventlogs
import pytest
import runs
import samples
import windows

TOOLS = Path(sys.executable).parent
CONFIG = "Windows/System32/config"
RECENT = "Users/hanako/AppData/Roaming/Microsoft/Windows/Recent"
PLACES = {
    "SYSTEM": f"{CONFIG}/SYSTEM",
    "SAM": f"{CONFIG}/SAM",
    "SECURITY": f"{CONFIG}/SECURITY",
    "System2.evtx": "Windows/System32/winevt/Logs/System.evtx",
    "new-user-security.evtx": "Windows/System32/winevt/Logs/Security.evtx",
    "Amcache.hve": "Windows/AppCompat/Programs/Amcache.hve",
    "CMD.EXE-087B4001.pf": "Windows/Prefetch/CMD.EXE-087B4001.pf",
    "PING.EXE-B29F6629.pf": "Windows/Prefetch/PING.EXE-B29F6629.pf",
    "NOTEPAD.EXE-D8414F97.pf": "Windows/Prefetch/NOTEPAD.EXE-D8414F97.pf",
    "NTUSER-WIN7.DAT": "Users/hanako/NTUSER.DAT",
    "NeroInfoTool.lnk": f"{RECENT}/NeroInfoTool.lnk",
}
MEMORY = {
    "hiberfil.sys": b"HIBR", "pagefile.sys": b"page", "swapfile.sys": b"swap",
    "Windows/MEMORY.DMP": b"PAGEDU64", "Windows/Minidump/112926-1.dmp": b"MDMP",
    "Windows/LiveKernelReports/WATCHDOG/a.dmp": b"PAGEDU64",
    "Users/hanako/AppData/Local/CrashDumps/karte.exe.4711.dmp": b"MDMP",
}  # fmt: skip
"""Memory that Windows wrote to its disk, as it begins."""
CURRENT = "Microsoft\\Windows NT\\CurrentVersion"
EVENTS = [
    eventlogs.Event(id=7045, data={"ServiceName": f"更新 {n}", "ImagePath": "C:\\evil.exe" * n})
    for n in range(100)
]
"""More than a chunk of a log holds."""
MADE = ["services", "prefetch", "evtx"]
REAL = ["amcache", "runkeys"] if samples.public(
    *(f"windows/{name}" for name in PLACES)
) else []  # fmt: skip


def records(target, function):
    """The records that a function of target-query gives, as JSON."""
    done = subprocess.run(
        [str(TOOLS / "target-query"), "-q", "-j", "-f", function, str(target)],
        capture_output=True, check=True,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8"},
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [each for each in found if each.get("_type") != "recorddescriptor"]


def furnish(folder: Path) -> None:
    """What every Windows has, made here; public samples in its place where they are."""
    windows.hive(folder / CONFIG / "SOFTWARE", {
        CURRENT: {"SystemRoot": "C:\\Windows", "ProductName": "Windows 10 Pro"},
        f"{CURRENT}\\ProfileList\\S-1-5-21-1-2-3-1001": {"ProfileImagePath": "C:\\Users\\hanako"},
    })  # fmt: skip
    windows.hive(folder / CONFIG / "SYSTEM", {
        "Select": {"Current": "dword:0x1"},
        "ControlSet001\\Services\\Evil": {
            "ImagePath": "C:\\ProgramData\\evil.exe", "Type": "dword:0x10", "Start": "dword:0x2",
        },
        "ControlSet001\\Control\\ComputerName\\ComputerName": {"ComputerName": "WARD-3"},
    })  # fmt: skip
    for name, data in {
        "Windows/System32/winevt/Logs/System.evtx": eventlogs.log(*EVENTS),
        "Windows/System32/winevt/Logs/Security.evtx": eventlogs.log(*EVENTS[:7]),
        "Windows/System32/Tasks/Backup/更新": windows.task("C:\\ProgramData\\evil.exe", "-q"),
        "Windows/Prefetch/EVIL.EXE-01234567.pf": windows.prefetch(
            "EVIL.EXE", ["\\DEVICE\\HARDDISKVOLUME1\\PROGRAMDATA\\EVIL.EXE"]
        ),
        "ProgramData/evil.exe": b"MZ", **{name: data * 20_000 for name, data in MEMORY.items()},
    }.items():  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    for sample in samples.public(*(f"windows/{name}" for name in PLACES)):
        place = folder / PLACES[sample.name]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(sample.read_bytes())


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    place = tmp_path_factory.mktemp("windows")
    image = disks.ntfs(place / "ward.raw", size=64 * disks.MIB)
    with disks.mounted_ntfs(image, place / "mounted") as folder:
        furnish(folder)
    return image


@pytest.fixture(scope="module")
def copy(image, tmp_path_factory):
    place = tmp_path_factory.mktemp("case")
    made = runs.hozen("collect", "--source", image, "--output", place)
    assert made.code == 0, made.out + made.err
    done = runs.hozen("import", runs.bundle_in(place), "--into", place / "imported")
    assert done.code == 0, done.err
    return next((place / "imported").rglob("fs"))


@pytest.mark.parametrize("function", [*MADE, *REAL])
def test_dissect_reads_as_much_from_the_working_copy_as_from_the_image(function, image, copy):
    there, here = (records(target, function) for target in (image, copy))

    assert len(here) == len(there)
    assert there


def test_the_standard_profile_took_what_the_task_and_the_service_start(copy):
    assert (copy / "ProgramData/evil.exe").read_bytes() == b"MZ"


def test_memory_that_windows_wrote_to_its_disk_is_taken_from_the_raw_file_system(image, tmp_path):
    """Dumps as well, whose ending exports of a database have, too."""
    made = runs.hozen("collect", "--source", image, "--profile", "full", "--only", "dumps",
                      "--output", tmp_path)  # fmt: skip
    done = runs.hozen("import", runs.bundle_in(tmp_path), "--into", tmp_path / "imported")
    root = next((tmp_path / "imported").rglob("fs"))
    taken = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}

    assert (made.code, done.code) == (0, 0), made.err + done.err
    assert {name: taken[name].read_bytes() for name in MEMORY} == {
        name: data * 20_000 for name, data in MEMORY.items()
    }
