"""hozen on Windows: a Windows' Python under Wine collects, and Linux verifies and opens it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from hashlib import sha256
from pathlib import Path

import disks
import eventlogs
import kits
import pytest
import runs
import windows
import wine
from bundles import IDENTITY, RECIPIENT
from command_line import run
from embeddable import embeddable, packed
from regexports import parsed

from chain_of_custody.code import spoken_code
from collectors.ram.imager.program import Imager
from evidence.kit.building import build
from evidence.kit.carried.imager import bring
from evidence.kit.carried.windows import WindowsRuntime

CONFIG = "Windows/System32/config"
LOGS = "Windows/System32/winevt/Logs"
LOG = b"ElfFile\0" + bytes(range(256)) * 300
SHORTCUT = "Users/花子/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/更新.lnk"
PROGRAM = "ProgramData/更新.exe"
SCRIPT, SECOND = "ProgramData/準備.cmd", "ProgramData/二番目.exe"
STREAM = b"[ZoneTransfer]\r\nZoneId=3\r\n"

EMPTY_UNDER_WINE = {
    "hozen:/windows-sessions/sessions", "hozen:/windows-sessions/logons",
    "hozen:/windows-drivers/drivers",
}  # fmt: skip
"""Questions to which Wine knows no answer, where every Windows has one."""

BELOW_NORMAL = 0x4000  # winbase.h
LEAVES_A_MARK = Path(wine.__file__).with_name("wine_loaded.c")

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def machine():
    with wine.windows() as one:
        yield one


@pytest.fixture(scope="module")
def volume(tmp_path_factory):
    """An NTFS with what every Windows has, a shortcut that starts a program, and that program."""
    place = tmp_path_factory.mktemp("volume")
    image = disks.ntfs(place / "ntfs.raw")
    with disks.mounted_ntfs(image, place / "mounted") as root:
        for name in ("SYSTEM", "SOFTWARE"):
            windows.hive(root / CONFIG / name, {"Select": {"Current": "dword:0x1"}})
        for name in ("System.evtx", "Security.evtx"):
            (root / LOGS).mkdir(parents=True, exist_ok=True)
            (root / LOGS / name).write_bytes(LOG)
        (root / SHORTCUT).parent.mkdir(parents=True)
        (root / SHORTCUT).write_bytes(windows.shortcut("C:\\" + PROGRAM.replace("/", "\\")))
        (root / "ProgramData").mkdir()
        (root / PROGRAM).write_bytes(b"MZ a program")
        first = (root / SHORTCUT).with_name("準備.lnk")
        first.write_bytes(windows.shortcut("C:\\" + SCRIPT.replace("/", "\\")))
        (root / SCRIPT).write_text(f"start C:\\{SECOND}\r\n".replace("/", "\\"), "cp932")
        (root / SECOND).write_bytes(b"MZ the second")
        with open(f"{root / PROGRAM}:Zone.Identifier", "wb") as stream:
            stream.write(STREAM)
    return image


class Collected:
    """A collection under Wine, and what Linux makes of it."""

    def __init__(self, ended, output: Path, case: Path, identity: Path | None = None) -> None:
        self.ended = ended
        (self.bundle,) = (each for each in output.iterdir() if each.is_dir())
        opening = ("--identity", identity) if identity is not None else ()
        imported = run("import", self.bundle, "--into", case, *opening)
        assert imported.code == 0, imported.err
        (self.host,) = (case / "hosts").iterdir()
        lines = (self.host / "items.jsonl").read_text(encoding="utf-8").splitlines()
        self.records = [json.loads(line) for line in lines]

    def gaps(self) -> dict[str, dict]:
        found = [each["meta"] for each in self.records if each["content"]["status"] == "gap"]
        return {meta["source"]["origin"]: meta for meta in found}

    def unreadable(self) -> set[str]:
        return {name for name, meta in self.gaps().items() if meta["reason"] == "unreadable"}

    def told(self, name: str) -> dict:
        return json.loads((self.host / f"hozen/{name}.json").read_text(encoding="utf-8"))

    def file(self, name: str) -> bytes:
        return (self.host / "fs" / name).read_bytes()


@pytest.fixture(scope="module")
def watched(machine, volume, tmp_path_factory):
    """A live collection whose system volume is that NTFS; the Windows just before and after it."""
    output = tmp_path_factory.mktemp("収集")
    options = ("--output", wine.named(output), "--case", "K-1", "--profile", "quick")
    before = machine.state()
    with machine.volume("C", volume):
        ended = machine.hozen("collect", *options)
    after = machine.state()
    return Collected(ended, output, tmp_path_factory.mktemp("case") / "K-1"), before, after


@pytest.fixture(scope="module")
def collected(watched):
    return watched[0]


def test_no_file_and_no_value_of_the_registry_was_written_there(watched):
    _, before, after = watched
    assert any("drive_c/windows/win.ini" in each for each in before)
    assert any(r"system.reg [System\\CurrentControlSet\\Services" in each for each in before)
    assert sorted(before ^ after) == []


def test_the_code_page_is_japanese_and_the_folder_s_name_too(machine):
    code = "import ctypes, os; print(ctypes.windll.kernel32.GetACP(), os.getcwd())"
    ended = machine.python("-c", code)

    assert ended.out.startswith("932 ")
    assert "USB 鍵" in ended.out


def test_it_is_sealed_and_says_so_in_japanese(collected):
    assert collected.ended.code == 3, collected.ended.err
    assert "封印しました" in collected.ended.out
    assert collected.told("host")["system"] == "Windows"
    assert len(collected.told("host")["machine_id"]) == 36


def test_linux_and_a_shell_alone_verify_what_windows_made(collected):
    shell = subprocess.run(["sh", collected.bundle / "verify.sh"], capture_output=True, text=True)

    assert run("verify", collected.bundle).code == 0
    assert shell.returncode == 0, shell.stdout


def test_windows_verifies_it_and_refuses_a_changed_copy(machine, collected, tmp_path):
    copy = tmp_path / "写し"
    shutil.copytree(collected.bundle, copy)
    assert machine.hozen("verify", wine.named(copy)).code == 0

    first = min((copy / "data").iterdir())
    data = bytearray(first.read_bytes())
    data[len(data) // 2] ^= 1
    first.write_bytes(data)
    assert machine.hozen("verify", wine.named(copy)).code == 1


def test_files_come_from_the_raw_volume_byte_by_byte(collected):
    methods = {
        each["meta"]["source"]["origin"]: each["meta"]["method"]["door"]
        for each in collected.records
    }

    assert collected.file(f"{LOGS}/Security.evtx") == LOG
    assert collected.file(f"{CONFIG}/SYSTEM")[:4] == b"regf"
    assert methods[f"/{CONFIG}/SYSTEM"] == "raw file system"


def test_what_a_shortcut_names_is_taken_too(collected):
    assert collected.file(PROGRAM) == b"MZ a program"


def test_what_a_script_names_that_a_shortcut_names_is_taken_too(collected):
    items = {each["meta"]["source"]["origin"]: each for each in collected.records}

    assert collected.file(SECOND) == b"MZ the second"
    assert items[f"/{SECOND}"]["meta"]["led_by"] == items[f"/{SCRIPT}"]["content"]["seq"]


def test_processes_are_listed_with_program_modules_and_a_second_door(collected):
    found = collected.told("windows-processes")

    ours = next(row for row in found["processes"] if row["name"] == "python.exe")
    assert ours["program"].endswith("USB 鍵\\python\\python.exe")
    assert {"ntdll.dll", "kernel32.dll"} <= {each["name"] for each in ours["modules"]}
    assert found["differences"] is not None


def test_services_are_known_to_the_manager_and_to_the_registry(collected):
    found = collected.told("windows-services")

    assert "running" in {row["state"] for row in found["services"]}
    spooler = next(row for row in found["registered"] if row["name"] == "Spooler")
    assert spooler["ImagePath"].casefold().endswith("spoolsv.exe")


def test_an_empty_answer_where_there_always_is_one_is_a_gap_and_the_exit_code_says_so(collected):
    sessions, drivers = (collected.told(f"windows-{name}") for name in ("sessions", "drivers"))

    assert collected.unreadable() == EMPTY_UNDER_WINE
    assert (sessions["sessions"], sessions["logons"], drivers["drivers"]) == (None, None, None)


def test_the_network_of_the_machine_that_wine_runs_on_is_seen(collected):
    network, connections = (collected.told(f"windows-{n}") for n in ("network", "connections"))

    assert "127.0.0.1" in {row["address"] for row in network["addresses"]}
    assert None not in [connections[name] for name in ("tcp4", "udp4", "tcp6", "udp6")]


def test_what_is_refused_is_a_gap_with_its_code_and_null_in_the_document(collected):
    refused = collected.gaps()["hozen:/windows-network/name_cache"]

    assert collected.told("windows-network")["name_cache"] is None
    assert refused["reason"] == "unsupported"
    assert "DnsGetCacheDataTable: Windows' error" in refused["errors"][0]


# What an intruder sets, and what the machine says of it.

RUN = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Run"
OPTIONS = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Image File Execution Options"
FIREWALL = r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
BY_POLICY = r"SOFTWARE\Policies\Microsoft\WindowsFirewall"
RULE = "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Name=遠隔保守|"
SETTINGS = {
    rf"HKEY_LOCAL_MACHINE\{RUN}": {"更新": r"C:\ProgramData\更新.exe /q"},
    rf"HKEY_CURRENT_USER\{RUN}Once": {"again": r"C:\Users\a.exe"},
    rf"HKEY_LOCAL_MACHINE\{OPTIONS}\sethc.exe": {"Debugger": r"C:\windows\system32\cmd.exe"},
    rf"HKEY_LOCAL_MACHINE\{FIREWALL}\StandardProfile": {"EnableFirewall": 0},
    rf"HKEY_LOCAL_MACHINE\{FIREWALL}\StandardProfile\Logging": {"LogDroppedPackets": 1},
    rf"HKEY_LOCAL_MACHINE\{FIREWALL}\FirewallRules": {"{0D1F}": RULE},
    rf"HKEY_LOCAL_MACHINE\{BY_POLICY}\FirewallRules": {"{0D20}": RULE},
}
FOLDERS = {
    "ProgramData/Microsoft/Windows/Start Menu/Programs/Startup/更新.lnk": b"a shortcut",
    "windows/system32/Tasks/Vendor/更新": b"<Task/>",
}


OURS = [
    rf"HKEY_LOCAL_MACHINE\{each}"
    for each in (rf"{OPTIONS}\sethc.exe", FIREWALL.rpartition("\\Parameters")[0], BY_POLICY)
]
"""Keys that are not there otherwise."""


def set_by(settings) -> list[str]:
    """Lines for the registry's editor."""
    lines = []
    for key, values in settings.items():
        lines += [f"[{key}]", *(f'"{name}"={worded(value)}' for name, value in values.items())]
    return lines


def worded(value: str | int | None) -> str:
    """A value as the editor reads it; None takes it away."""
    if isinstance(value, str):
        return '"{}"'.format(value.replace("\\", r"\\"))
    return "-" if value is None else f"dword:{value:08x}"


@pytest.fixture
def intruded(machine, tmp_path):
    """The machine with these settings and files; without them again afterwards."""

    def imported(lines: list[str]) -> None:
        text = "\r\n".join(["Windows Registry Editor Version 5.00", *lines, ""])
        (tmp_path / "settings.reg").write_bytes(text.encode("utf-16"))
        ended = machine.run("reg", "import", "settings.reg", folder=tmp_path)
        assert ended.code == 0, ended.err

    files = {machine.folder / "prefix/drive_c" / name: data for name, data in FOLDERS.items()}
    made = [each for path in files for each in path.parents if not each.exists()]
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    imported(set_by(SETTINGS))
    yield
    without = {key: dict.fromkeys(values) for key, values in SETTINGS.items()}
    imported([*set_by(without), *(f"[-{key}]" for key in OURS)])
    for path in files:
        path.unlink()
    for folder in sorted(set(made), key=lambda each: -len(each.parts)):
        folder.rmdir()


def test_what_an_intruder_lets_start_and_lets_through_the_firewall_is_told(
    machine, intruded, tmp_path
):
    (tmp_path / "出力").mkdir()
    only = ("--only", "windows-autoruns", "--only", "windows-network", "--skip", "yara")
    ended = machine.hozen("collect", "--output", wine.named(tmp_path / "出力"), *only)
    taken = Collected(ended, tmp_path / "出力", tmp_path / "case")
    starts, network = taken.told("windows-autoruns"), taken.told("windows-network")
    once = [values for key, values in starts["run_keys"].items() if key.endswith("RunOnce")]
    rules = {"type": "REG_SZ", "data": RULE}

    assert starts["run_keys"][rf"HKLM\{RUN}"]["更新"] == {
        "type": "REG_SZ", "data": r"C:\ProgramData\更新.exe /q"
    }  # fmt: skip
    assert r"C:\Users\a.exe" in {each["data"] for values in once for each in values.values()}
    assert starts["debuggers"] == [
        {"program": "sethc.exe", "debugger": r"C:\windows\system32\cmd.exe"}
    ]
    assert [row["path"].rpartition("\\")[2] for row in starts["startup_folders"]] == ["更新.lnk"]
    assert [(row["path"], row["size"]) for row in starts["tasks"]] == [
        ("C:\\windows\\System32\\Tasks\\Vendor\\更新", 7)
    ]
    firewall = network["firewall"]
    profile = rf"HKLM\{FIREWALL}\StandardProfile"
    assert firewall[profile]["EnableFirewall"] == {"type": "REG_DWORD", "data": 0}
    assert firewall[rf"{profile}\Logging"]["LogDroppedPackets"]["data"] == 1
    assert firewall[rf"HKLM\{FIREWALL}\FirewallRules"] == {"{0D1F}": rules}
    assert network["firewall_by_policy"][rf"HKLM\{BY_POLICY}\FirewallRules"] == {"{0D20}": rules}


# What Windows' calls show, held against its volume.

AT_ONCE = """
import sys
from collectors.live_windows.both_doors import doors
doors.LATELY_NS = doors.SETTLES_NS = 0
from evidence.cli import main
main(sys.argv[1:])
"""


def written(count: int) -> bytes:
    events = (eventlogs.Event(id=4624, data=["花子"]) for _ in range(count))
    return eventlogs.log(*events)


def worded_in_hex(text: str) -> str:
    """A text of any letters for a hive that is made."""
    return f"hex:1:{(text + chr(0)).encode('utf-16-le').hex(',')}"


@pytest.fixture
def two_views(machine, intruded, tmp_path):
    """That machine, its own logs, and a volume on which there is more than it shows."""
    run = {"更新": worded_in_hex(r"C:\ProgramData\更新.exe /q"), "hidden": r"C:\a.exe"}
    image = disks.ntfs(tmp_path / "ntfs.raw")
    with disks.mounted_ntfs(image, tmp_path / "mounted") as root:
        windows.hive(root / CONFIG / "SOFTWARE", {
            RUN.removeprefix("SOFTWARE\\"): run,
            OPTIONS.removeprefix("SOFTWARE\\") + r"\sethc.exe": {"Debugger": "another.exe"},
        })  # fmt: skip
        evil = {r"CurrentControlSet\Services\hidden": {"ImagePath": "C:\\evil.sys"}}
        windows.hive(root / CONFIG / "SYSTEM", evil)
        (root / LOGS).mkdir(parents=True)
        for name, data in (("SYSTEM", written(9)), ("Security", written(9)), ("Gone", b"x")):
            (root / LOGS / f"{name}.evtx").write_bytes(data)
    home = machine.folder / "prefix/drive_c/windows/system32/winevt/Logs"
    home.mkdir(parents=True)
    for name, data in (("System", written(9)), ("Security", written(5)), ("Own", b"")):
        (home / f"{name}.evtx").write_bytes(data)
    yield image
    shutil.rmtree(home.parent)


def test_what_windows_hides_of_its_logs_and_its_registry_is_told(machine, two_views, tmp_path):
    output = tmp_path / "出力"
    output.mkdir()
    options = ("--output", wine.named(output), "--only", "windows-doors", "--skip", "yara")
    with machine.volume("C", two_views):
        ended = machine.python("-c", AT_ONCE, "collect", *options)
    taken = Collected(ended, output, tmp_path / "case")
    told, gaps = taken.told("windows-doors"), taken.gaps()
    compared = {one.get("hive") or one["log"]: one for one in told["compared"]}
    rows = {(row["key"], row["value"]): row for row in told["differences"] if "key" in row}
    logs = {row["log"].rpartition("/")[2]: row for row in told["differences"] if "log" in row}

    assert ended.code == 3, ended.err
    assert compared[r"HKLM\SOFTWARE"]["compared"]
    run = RUN.removeprefix("SOFTWARE\\")
    assert (run, "更新") not in rows
    hidden = rows[run, "hidden"]
    assert (hidden["shown"], hidden["on_disk"]["type"], hidden["lately"]) == (None, 1, False)
    assert "the value hidden" in gaps[rf"HKLM\SOFTWARE\{run}"]["errors"][0]
    service = rows[r"CurrentControlSet\Services\hidden", None]
    assert list(service["on_disk"]["values"]) == ["ImagePath"]
    assert "not shown by the system" in gaps[rf"HKLM\SYSTEM\{service['key']}"]["errors"][0]
    debugger = rows[OPTIONS.removeprefix("SOFTWARE\\") + r"\sethc.exe", "Debugger"]
    assert {debugger["shown"]["size"], debugger["on_disk"]["size"]} == {56, 24}
    assert set(logs) == {"Security.evtx", "Own.evtx", "Gone.evtx"}
    assert logs["Security.evtx"]["on_disk"]["records"] == 4
    doors = {
        each["meta"]["source"]["origin"]: each["meta"]["method"]["door"]
        for each in taken.records if each["content"]["status"] == "acquired"
    }  # fmt: skip
    assert doors["called:/windows/System32/winevt/Logs/Security.evtx"] == "system call"
    assert doors["raw:/windows/System32/winevt/Logs/Security.evtx"] == "raw file system"


def test_another_volume_is_collected_from_by_its_name(machine, volume, tmp_path):
    output = tmp_path / "出力"
    output.mkdir()
    options = ("--output", wine.named(output), "--only", "event-logs", "--skip", "yara")
    with machine.volume("D", volume) as name:
        ended = machine.hozen("collect", "--source", name, *options)
    taken = Collected(ended, output, tmp_path / "case")

    assert ended.code == 0, ended.err
    assert taken.file(f"{LOGS}/System.evtx") == LOG


NAMES = (b"\xff\xfe", "雪".encode("euc-jp"), "表".encode("cp932"), "雪".encode())
"""The last alone is UTF-8."""


def in_words_and_bytes(records: list[dict]) -> set[tuple[str | None, ...]]:
    taken = (each for each in records if each["content"]["status"] == "acquired")
    found = ((each["meta"]["source"], each["content"]["sha256"]) for each in taken)
    return {
        (source["origin"], source["origin_b64"], digest)
        for source, digest in found
        if not source["origin"].startswith("hozen:/")  # of the machine that reads
    }


def test_names_on_another_system_s_disk_that_are_no_utf_8_are_as_linux_takes_them(
    machine, tmp_path
):
    folder, image = os.fsencode(tmp_path / "folder"), tmp_path / "disk.img"
    os.mkdir(folder)
    for name in NAMES:
        Path(os.fsdecode(folder + b"/" + name)).write_bytes(name)
    disks.tool("mke2fs", "-q", "-t", "ext4", "-d", os.fsdecode(folder), image, "16M")
    output, of_linux = tmp_path / "出力", tmp_path / "linux"
    output.mkdir()
    of_linux.mkdir()
    options = ("--only", "disk-files", "--skip", "yara")
    ended = machine.hozen(
        "collect", "--source", wine.named(image), "--output", wine.named(output), *options
    )
    alike = run("collect", "--source", image, "--output", of_linux, *options)
    taken = Collected(ended, output, tmp_path / "case")

    assert ended.code == 0, ended.err
    found = in_words_and_bytes(taken.records)
    assert len(found) == len(NAMES)
    assert found == in_words_and_bytes(Collected(alike, of_linux, tmp_path / "linux's").records)


def test_people_sign_there_and_linux_checks_what_they_signed(machine, volume, tmp_path):
    one, another = tmp_path / "one.txt", tmp_path / "another.txt"
    one.write_text("a root's words\n")
    another.write_text("a custodian's words\n")
    output = tmp_path / "出力"
    output.mkdir()
    opened = ("--passphrase-file", wine.named(one))
    with machine.volume("D", volume) as name:
        only = ("--only", "event-logs", "--skip", "yara", "--output", wine.named(output))
        machine.hozen("collect", "--source", name, *only)
    (bundle,) = (each for each in output.iterdir() if each.is_dir())
    keys = wine.named(tmp_path / "鍵")
    machine.hozen("keys", "root", "--name", "調査", "--output", keys, *opened)
    named = ("--name", "鈴木", "--role", "custodian", "--root", f"{keys}\\root.key")
    further = ("--output", keys, "--new-passphrase-file", wine.named(another))
    machine.hozen("keys", "person", *named, *further, *opened)
    person = ("--key", f"{keys}\\custodian.key", "--passphrase-file", wine.named(another))
    acts = (("release", "--to", "山田"), ("note", "--text", "雨でした"))
    ended = [
        machine.hozen("custody", act, wine.named(bundle), *more, *person) for act, *more in acts
    ]
    exhibit = ("1", "--output", wine.named(tmp_path / "抄本"), "--to", "裁判所")
    ended.append(machine.hozen("disclose", wine.named(bundle), *exhibit, *person))
    trusted = ("--trust", tmp_path / "鍵/root.pem")

    assert [each.code for each in ended] == [0, 0, 0], [each.err for each in ended]
    shown = run("custody", "show", bundle, *trusted)
    assert shown.code == 0, shown.err
    assert [word in shown.out for word in ("鈴木", "山田", "雨でした", "裁判所")] == [True] * 4
    assert run("verify", tmp_path / "抄本").code == 0


@pytest.mark.parametrize("what", ["a volume", "a file"])
def test_a_whole_volume_and_an_image_in_a_file_are_imaged(what, machine, volume, tmp_path):
    output = tmp_path / "出力"
    with machine.volume("D", volume) as name:
        device = name if what == "a volume" else wine.named(volume)
        ended = machine.hozen("image", device, "--output", wine.named(output))
    assert ended.code == 0, ended.err
    (bundle,) = (each for each in output.iterdir() if each.is_dir())
    imported = run("import", bundle, "--into", tmp_path / "case", "--image", "raw")
    (image,) = tmp_path.glob("case/hosts/*/image/*.raw")

    assert imported.code == 0, imported.err
    assert image.read_bytes() == volume.read_bytes()


def test_the_volume_that_is_written_to_is_not_imaged_onto_itself(machine):
    ended = machine.hozen("image", "\\\\.\\C:", "--output", "C:\\out", "--language", "en")

    assert ended.code == 2
    assert "C:\\out: lies on \\\\.\\C: itself" in ended.err


@pytest.mark.parametrize("only", ["windows-rights", "windows-clock"])
def test_a_volume_that_can_t_be_read_raw_is_said_loudly(only, machine, tmp_path):
    options = ("--output", wine.named(tmp_path), "--only", only, "--skip", "yara")
    ended = machine.hozen("collect", *options)

    assert ended.code == 3
    assert "\\\\.\\C:" in ended.out


@pytest.fixture
def files_of_its_own(machine):
    """What every Windows has, where Wine has none: in its own folders, not behind a raw volume."""
    home = machine.folder / "prefix/drive_c/windows/system32"
    made = [home / "winevt/Logs/System.evtx", home / "winevt/Logs/Security.evtx"]
    made += [home / "config/SYSTEM", home / "config/SOFTWARE"]
    for folder in (home / "winevt/Logs", home / "config"):
        folder.mkdir(parents=True)
    decoy = home / "config/SY\ufb06EM"  # another file, whatever Unicode's folding says
    for path in (*made, decoy):
        path.write_bytes(LOG)
    yield made
    shutil.rmtree(home / "winevt")
    shutil.rmtree(home / "config")


def test_where_the_volume_is_closed_files_are_asked_of_windows(machine, files_of_its_own, tmp_path):
    only = ("event-logs", "registry", "bodyfile")
    options = [each for name in only for each in ("--only", name)]
    ended = machine.hozen("collect", "--output", wine.named(tmp_path), "--skip", "yara", *options)
    taken = Collected(ended, tmp_path, tmp_path / "case")
    doors = {
        each["meta"]["source"]["origin"].rpartition("/")[2]: each["meta"]["method"]["door"]
        for each in taken.records if each["content"]["status"] == "acquired"
    }  # fmt: skip

    assert ended.code == 3
    assert "\\\\.\\C:" in ended.out
    assert {path.name for path in files_of_its_own} <= doors.keys()
    assert {doors[path.name] for path in files_of_its_own} == {"system call"}
    listed = (taken.host / "hozen/bodyfile.txt").read_text(encoding="utf-8")
    assert "|/windows/win.ini|" in listed
    assert "|/windows/system32/config/SY\ufb06EM|" in listed


# The registry, where its hives stay closed.

PLANTED = r"HKEY_LOCAL_MACHINE\SOFTWARE\Hozen"
PLAIN = {
    "": (1, "既定\0".encode("utf-16-le")), "text": (1, 'C:\\a "b" 花子\0'.encode("utf-16-le")),
    "none": (0, b"\1\2"), "expand": (2, "%windir%\\x\0".encode("utf-16-le")),
    "bytes": (3, bytes(range(256)) * 9), "nothing": (3, b""), "number": (4, b"\x2a\0\0\x80"),
    "big endian": (5, b"\0\0\0\x2a"), "many": (7, "一\0二\0\0".encode("utf-16-le")),
    "long": (11, bytes(range(8))), "of a driver": (0xFFFF0009, b"\xff"),
    'qu"ote\\back': (4, bytes(4)),
}  # fmt: skip
"""Values that the registry's own editor can write down, too."""
ODD = {
    "ze\0ro": (1, "x\0".encode("utf-16-le")), "li\r\nne": (3, b"\1"), "half\ud800": (3, b"\2"),
    "unended": (1, "no zero".encode("utf-16-le")), "lines": (1, "a\r\nb\0".encode("utf-16-le")),
    "torn": (1, b"\x41"), "half": (1, b"\0\xd8\0\0"), "wrong": (4, b"\1"), "empty": (1, b""),
    "large": (3, bytes(3 << 20)),
}  # fmt: skip
LEADS_BACK = r"\Registry\Machine\SOFTWARE\Hozen".encode("utf-16-le")

PLANT = r"""
import ast, ctypes, json, sys
from collectors.live_windows.calls import api, keys
NT = ctypes.CDLL("ntdll")
ALL, LINK, OPEN_LINK = 0xF003F, 2, 8
def name_of(text):
    data = text.encode("utf-16-le", "surrogatepass")
    return keys._Name(len(data), len(data), data)
def made(path, kind=None, options=0):
    name, handle = name_of(PLACE + path), ctypes.c_void_p()
    place = keys._Place(ctypes.sizeof(keys._Place), None, ctypes.pointer(name), 0x140, None, None)
    given = ctypes.byref(name_of(kind)) if kind else None
    code = NT.NtCreateKey(ctypes.byref(handle), ALL, ctypes.byref(place), 0, given, options, None)
    assert code == 0, (path, hex(code & 0xFFFFFFFF))
    return handle
def put(handle, name, kind, data):
    kind = ctypes.c_uint32(kind)
    code = NT.NtSetValueKey(handle, ctypes.byref(name_of(name)), 0, kind, data, len(data))
    assert code == 0, (name, hex(code & 0xFFFFFFFF))
PLACE = r"\Registry\Machine\SOFTWARE\Hozen"
TREE = ("", "\\Plain", "\\Odd", "\\Odd\\hid\0den", "\\Odd\\hid\0den\\below", "\\Link", "\\Kind")
"""

SET = r"""
handles = {path: made(path, "c\0lass" if path == "\\Kind" else None,
                      LINK if path == "\\Link" else 0) for path in TREE}
for path, values in ast.literal_eval(open(sys.argv[1], encoding="utf-8").read()).items():
    for name, (kind, data) in values.items():
        put(handles[path], name, kind, data)
"""

UNSET = r"""
for path in reversed(TREE):
    assert NT.NtDeleteKey(made(path, options=OPEN_LINK if path == "\\Link" else 0)) == 0, path
"""


class Asked(Collected):
    """A whole collection of a closed volume, with a registry in which something was planted."""

    def __init__(self, machine, place: Path) -> None:
        output, self.identity = place / "出力", place / "identity.txt"
        self.identity.write_text(f"{IDENTITY}\n")
        output.mkdir()
        ended = machine.hozen(
            "collect", "--output", wine.named(output), "--profile", "quick", "--recipient",
            RECIPIENT,
        )  # fmt: skip
        super().__init__(ended, output, place / "case", self.identity)
        self.items = {
            each["meta"]["source"]["origin"]: each for each in self.records
            if each["meta"]["collector"] == "windows-registry"
        }  # fmt: skip
        self.origin = next(each for each in self.items if each.lower().endswith("software.reg"))
        self.text = (self.host / self.origin.replace(":/", "/", 1)).read_bytes()
        self.keys = {
            path[3:]: key for path, key in parsed(self.text).items() if path[2:3] == ("Hozen",)
        }


@pytest.fixture(scope="module")
def asked(machine, tmp_path_factory):
    """That collection, and what Windows' own program exports of what was planted."""
    place = tmp_path_factory.mktemp("閉")
    values = {
        "\\Plain": PLAIN, "\\Odd": ODD, "\\Odd\\hid\0den\\below": {"a": (3, b"\3")},
        "\\Link": {"SymbolicLinkValue": (6, LEADS_BACK)},
    }  # fmt: skip
    (place / "plant.py").write_text(PLANT + SET)
    (place / "values.txt").write_text(repr(values))
    files = (wine.named(place / name) for name in ("plant.py", "values.txt"))
    planted = machine.python(*files)
    assert planted.code == 0, planted.err
    try:
        export = ("reg", "export", rf"{PLANTED}\Plain", "theirs.reg")
        assert machine.run(*export, folder=place).code == 0
        taken = Asked(machine, place)
    finally:
        cleared = machine.python("-c", PLANT + UNSET)
        assert cleared.code == 0, cleared.err
    return taken, (place / "theirs.reg").read_bytes()


def test_a_hive_that_windows_holds_open_is_exported_as_its_own_editor_does(asked):
    taken, theirs = asked
    theirs = {key["shown"]: key["values"] for key in parsed(theirs).values()}

    assert theirs == {rf"{PLANTED}\Plain": PLAIN}
    assert taken.keys["Plain",]["values"] == PLAIN
    assert re.fullmatch(r"20\d\d-.*Z", taken.keys["Plain",]["written"])


def test_names_and_values_that_no_editor_writes_down_come_out_byte_for_byte(asked):
    keys = asked[0].keys

    assert keys["Odd",]["values"] == ODD
    assert keys["Odd", "hid\0den", "below"]["values"] == {"a": (3, b"\3")}
    assert keys["Kind",]["class"].rstrip("\0") == "c\0lass"  # Wine counts an end, too


def test_a_link_of_the_registry_that_leads_back_is_told_and_not_followed(asked):
    taken, _ = asked

    assert taken.keys["Link",]["values"] == {"SymbolicLinkValue": (6, LEADS_BACK)}
    assert [path for path in taken.keys if path[:1] == ("Link",)] == [("Link",)]


def test_a_key_that_can_t_be_read_is_told_in_the_text_and_the_hive_is_partial(asked):
    taken, _ = asked
    content = taken.items[taken.origin]["content"]
    (one,) = (each for each in content["ranges_missing"] if r"\Perflib\009: " in each["error"])
    start, size = int(one["offset"]), int(one["size"])
    place = taken.text[start : start + size].decode("utf-16-le")

    assert content["status"] == "partial"
    assert "ENOTSUP: it stands for what Windows makes up" in one["error"]
    assert place == f"; NOT READ: {one['error']}\r\n"


def test_every_hive_is_there_or_a_gap_and_the_record_says_what_exports_lack(asked):
    taken, _ = asked
    names = {each.rpartition("/")[2].casefold() for each in taken.items}
    closed = taken.gaps()["\\\\.\\C:"]["errors"][0]

    assert {"sam.reg", "security.reg", "software.reg", "system.reg", ".default.reg"} <= names
    assert {each["meta"]["method"]["door"] for each in taken.items.values()} == {"system call"}
    assert taken.ended.code == 3
    assert "without deleted keys and transaction logs" in closed
    assert "windows-registry" in closed


def test_exports_are_encrypted_sealed_and_verified(asked):
    taken, _ = asked
    stored = b"".join(path.read_bytes() for path in (taken.bundle / "data").iterdir())

    assert run("verify", taken.bundle, "--identity", taken.identity).code == 0
    assert b"age-encryption.org" in stored
    assert "Hozen".encode("utf-16-le") not in stored


def test_nobody_exports_hives_that_are_taken_whole(collected):
    assert "windows-registry" not in {each["meta"]["collector"] for each in collected.records}


HELD = """
from collectors.live_windows import called
from collectors.live_windows.calls import api
place = called.CalledFiles("C:").place("/windows/win.ini")
def read():
    one = called.CalledReading(place)
    room = bytearray(1 << 20)
    given = one.readinto(memoryview(room))
    print(given == one.stat.size, one.changed)
    one.close()
read()
held = api.opened(place, sharing=0)
try:
    read()
except OSError as error:
    print(error.strerror)
"""


def test_a_file_that_a_program_shares_with_nobody_is_refused_in_words(machine):
    ended = machine.python("-c", HELD)

    assert ended.out.splitlines()[0] == "True False"
    assert "a program holds it open and shares it with nobody" in ended.out


def test_a_folder_is_refused_in_one_line(machine, tmp_path):
    options = ("--output", wine.named(tmp_path / "out"), "--source", wine.named(tmp_path))
    ended = machine.hozen("collect", *options)

    assert ended.code == 2
    assert "ボリューム" in ended.err
    assert not (tmp_path / "out").exists()


# Memory, by a program that the operator brings.

MEMORY = 8 << 20
SMALL = (
    "from collectors.ram.imager import imaged; "
    f"imaged.physical = lambda: (0, {MEMORY}); {wine.MAIN}"
)
"""The program on a Windows with little memory: a test's disk need not hold that of this machine."""


@pytest.fixture(scope="module")
def imager(tmp_path_factory):
    """A program for Windows that gives as many bytes as it is told, and its digest."""
    path = tmp_path_factory.mktemp("道具") / "imager.exe"
    source = Path(wine.__file__).with_name("wine_imager.c")
    disks.tool("x86_64-w64-mingw32-gcc", "-O2", "-o", path, source)
    return path, runs.digest(path)


def test_without_a_program_memory_is_refused_and_it_is_said_what_it_takes(machine, tmp_path):
    ended = machine.hozen("memory", "acquire", "--output", wine.named(tmp_path / "out"))

    assert (ended.code, ended.err) == (4, "")
    assert "--imager" in ended.out
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("to", [(), ("{output}",)], ids=["pipe", "file"])
def test_a_program_s_image_of_memory_is_taken_with_what_it_says(to, machine, imager, tmp_path):
    (path, digest), output = imager, tmp_path / "出力"
    options = [f"--imager-argument={each}" for each in ("whole", MEMORY, *to)]
    ended = machine.python(
        "-c", SMALL, "memory", "acquire", "--output", wine.named(output), "--imager",
        wine.named(path), "--imager-sha256", digest, *options, "--json",
    )  # fmt: skip
    told = json.loads(ended.out)
    taken = Collected(ended, output, tmp_path / "case")
    found = {each["meta"]["source"]["origin"]: each for each in taken.records}
    image, imaged = found["memory:/physical.image"], taken.told("memory")

    assert told["sealed"], ended.err
    assert [each for each in told["missing"] if each.startswith("memory:")] == []
    assert (image["content"]["status"], image["content"]["size"]) == ("acquired", MEMORY)
    assert found["memory:/imager.stderr"]["content"]["size"] == len("driver loaded\r\n")
    assert (imaged["imager"]["sha256_afterwards"], imaged["imager"]["status"]) == (digest, 0)
    assert "not signed" in imaged["imager"]["signature"]["error"]
    assert [each.name for each in output.iterdir() if "imager" in each.name] == []


def test_a_kit_s_imager_is_found_there_and_run_by_the_digest_in_kit_json(machine, imager, tmp_path):
    path, digest = imager
    provider = kits.provider(tmp_path / "provider")
    given = Imager(str(path), digest, ("whole", str(MEMORY)))
    home = kits.small(provider, tmp_path / "媒体", imager=bring(given)).path
    start = (
        "-c", SMALL, "kit", "start", wine.named(home), "--profile", "standard", "--only",
        "windows-memory", "--json",
    )  # fmt: skip
    ended = machine.python(*start)
    taken = Collected(ended, home / "out", tmp_path / "case", provider.home / "identity.txt")
    found = {each["meta"]["source"]["origin"]: each for each in taken.records}
    image = found["memory:/physical.image"]
    with (home / "app/imager/imager.exe").open("ab") as file:
        file.write(b"changed")
    shutil.rmtree(home / "out")
    (home / "out").mkdir()
    changed = machine.python(*start)
    refused = Collected(changed, home / "out", tmp_path / "next", provider.home / "identity.txt")

    assert (image["content"]["status"], image["content"]["size"]) == ("acquired", MEMORY)
    assert image["meta"]["method"]["program"]["sha256"] == digest
    assert taken.told("memory")["imager"]["status"] == 0
    assert changed.code == 3
    (why,) = refused.gaps()["memory:/physical.image"]["errors"]
    assert "not the one that was named; not run" in why


EXECUTIONS = """
import hashlib, json, sys, time
from collectors.artifact import Program
from collectors.live_windows.calls import toolhelp
from collectors.ram.imager import said, windows
path, digest = sys.argv[1:]
windows.GRACE = 1.0

def run(*arguments, seconds=60.0, digest=digest):
    until, errors, given, status = time.monotonic() + seconds, said.Said(), 0, None
    def look():
        if time.monotonic() > until:
            raise TimeoutError(0, "over")
    one = windows.WindowsExecution(Program(path, digest, arguments), look, errors)
    room = memoryview(bytearray(4096))
    try:
        while count := one.readinto(room):
            given += count
        status = one.wait()
    except TimeoutError:
        status = "over"
    one.end()
    return given, status, errors.data.decode().split()

def refused(act):
    try:
        act()
    except OSError as error:
        return str(error)

told = {"fail": run("fail", "100"), "hang": run("hang", "70000", seconds=2)}
told["leave"] = run("leave", "5000")
told["left"] = int(told["leave"][2][3]) in {row["pid"] for row in toolhelp.processes()}
told["other"] = refused(lambda: run("whole", "5", digest="0" * 64))
with said.opened(path):
    told["written"] = refused(lambda: open(path, "r+b"))
print(json.dumps(told))
"""


def test_a_program_may_fail_hang_and_leave_others_running(machine, imager):
    path, digest = imager
    ended = machine.python("-c", EXECUTIONS, wine.named(path), digest)
    told = json.loads(ended.out)

    assert told["fail"] == [100, 7, ["driver", "loaded", "no", "driver"]]
    assert told["hang"][:2] == [70000, "over"]
    assert (told["leave"][:2], told["left"]) == ([5000, 0], False)
    assert f"sha256 {digest}, not the one that was named" in told["other"]
    assert "Permission denied" in told["written"]


CTRL_C = """
import signal, time
from collectors.apart.interpreter import begin
heard = []
signal.signal(signal.SIGINT, lambda *_: heard.append(True))
child = begin("import sys; sys.stdout.write('up'); sys.stdout.flush(); sys.stdin.read(1); "
              "sys.stdout.write('still there')", "")
child.stdout.read(2)
print("READY", flush=True)
while not heard:
    time.sleep(0.1)
time.sleep(1)
print("ENDED:", child.communicate(b"x"), flush=True)
"""


def test_ctrl_c_ends_the_run_and_not_the_process_that_reads_for_it(machine):
    command = ("python/python.exe", "-B", "-X", "utf8", "-c", CTRL_C)
    ended = machine.on_terminal(command, [("READY", b"\x03")])

    assert "ENDED: (b'still there', None)" in ended.out


ELSEWHERE = """
import os
os.environ |= {"SYSTEMDRIVE": "Q:", "SYSTEMROOT": "Q:\\evil", "PROGRAMDATA": "Q:\\evil"}
from collectors import system
from collectors.live_windows import autoruns
from collectors.live_windows.machine import this_windows
from evidence.machine.endpoint import system_disk
print(this_windows().volume, system.ENVIRONMENT, system_disk(), autoruns.place("ProgramData"))
"""


def test_variables_of_the_host_s_don_t_say_where_windows_is(machine):
    ended = machine.python("-c", ELSEWHERE)

    assert ended.out == "\\\\.\\C: {'SYSTEMROOT': 'C:\\\\windows'} C:\\windows C:\\ProgramData\n"


# A kit, by its door.


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A Windows kit as a provider makes it on Linux, with the libraries that are locked."""
    place = tmp_path_factory.mktemp("媒体")
    digest = packed(place / "runtime.zip", embeddable(place))
    provider = kits.provider(place / "provider")
    recipe = kits.recipe(
        provider, place / "USB 鍵", platforms=("windows",), language="ja",
        runtime=WindowsRuntime(path=place / "runtime.zip", sha256=digest),
    )  # fmt: skip
    return provider, build(recipe, provider.kit, provider.person).path


@pytest.fixture
def kit(built):
    """That kit, before anything was taken with it."""
    for each in (built[1] / "out").iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    return built


def test_a_kit_s_door_collects_and_leaves_the_kit_as_it_was(machine, kit, volume, tmp_path):
    provider, home = kit
    before = machine.state()
    with machine.volume("C", volume):
        ended = machine.run(
            "cmd", "/c", "COLLECT.cmd", "--language", "ja", folder=home, WINEDEBUG="+winsock"
        )
    after = machine.state()
    taken = Collected(ended, home / "out", tmp_path / "K-1", provider.home / "identity.txt")
    identity = ("--identity", provider.home / "identity.txt")

    assert (ended.code, taken.unreadable()) == (3, EMPTY_UNDER_WINE), ended.err[-2000:]
    assert "封印しました" in ended.out
    assert run("verify", taken.bundle, *identity).code == 0
    assert taken.file(f"{LOGS}/Security.evtx") == LOG
    assert taken.told("host")["system"] == "Windows"
    assert taken.told("footprint")["priority_class"] == BELOW_NORMAL
    assert "trace:winsock:" in ended.err  # that a socket would be told stands below
    assert "WSASocketW" not in ended.err
    assert run("kit", "check", home, "--trust", provider.home / "root.pem").code == 0
    assert sorted(before ^ after) == []


LITTLE = ("--only", "event-logs", "--skip", "yara", "--language", "en")


def lasting(taken: Collected) -> dict[str, object]:
    """Of each record what is no salt, no time of reading and no number of ours."""
    return {
        each["meta"]["source"]["origin"]: [
            each["meta"].get("attrs"), each["meta"].get("times"),
            *(each["content"].get(name) for name in ("status", "size", "sha256")),
        ]
        for each in taken.records
        if not each["meta"]["source"]["origin"].startswith("hozen:")
    }  # fmt: skip


def test_a_kit_s_door_collects_from_another_volume_the_same_records_twice(
    machine, kit, volume, tmp_path
):
    provider, home = kit
    found = []
    for number in ("1", "2"):
        options = ("--source", "\\\\.\\D:", "--output", wine.named(tmp_path / number), *LITTLE)
        with machine.volume("D", volume):
            ended = machine.run("cmd", "/c", "COLLECT.cmd", *options, folder=home)
        assert ended.code == 0, ended.err
        identity = provider.home / "identity.txt"
        found.append(Collected(ended, tmp_path / number, tmp_path / f"case{number}", identity))
    first, second = found

    assert first.file(f"{LOGS}/System.evtx") == LOG
    assert lasting(first) == lasting(second)


def at_its_end(then):
    """Steps to where all is taken and another clock's time is waited for; what is done there."""
    yield "it):", b"\r"  # the passphrase; of what is typed after, Wine shows no spaces
    yield "a telephone or a watch?", b"\r"
    yield "Nearly done", b""
    yield from then()


def test_a_kit_s_door_says_at_its_end_that_its_files_were_changed_meanwhile(machine, kit, volume):
    _, home = kit
    added = home / "app/hozen/added.txt"

    def change():
        added.write_text("x")
        yield "", b"\r"

    with machine.volume("D", volume) as name:
        command = ("cmd", "/c", "COLLECT.cmd", "--source", name, *LITTLE, "--reference", "ask")
        ended = machine.on_terminal(command, at_its_end(change), folder=home)
    added.unlink()

    assert ended.code == 3
    assert "not what it was before the run" in ended.out


def test_a_kit_that_is_killed_goes_on_by_its_door(machine, kit, volume, tmp_path):
    provider, home = kit

    def kill():
        os.kill(wine.process_of(f"{wine.named(home)}\\app\\start.py"), signal.SIGKILL)
        return iter(())

    with machine.volume("D", volume) as name:
        command = ("cmd", "/c", "COLLECT.cmd", "--source", name, *LITTLE)
        machine.on_terminal((*command, "--reference", "ask"), at_its_end(kill), folder=home)
        (begun,) = (each for each in (home / "out").iterdir() if each.is_dir())
        sealed = (begun / "manifest.json").exists()
        ended = machine.run(*command, "--resume", wine.named(begun), folder=home)
    taken = Collected(ended, home / "out", tmp_path / "case", provider.home / "identity.txt")

    assert (sealed, ended.code) == (False, 0), ended.err
    assert taken.file(f"{LOGS}/System.evtx") == LOG


def test_a_kit_s_door_refuses_the_machine_s_own_disk(machine, kit):
    options = ("--only", "windows-clock", "--output", "C:\\out", "--language", "en")
    ended = machine.run("cmd", "/c", "COLLECT.cmd", *options, folder=kit[1])

    assert ended.code == 4
    assert "--on-this-disk" in ended.err
    assert not (machine.folder / "prefix/drive_c/out").exists()


def test_a_kit_s_door_rehearses(machine, kit, volume):
    _, home = kit
    with machine.volume("C", volume):
        ended = machine.run("cmd", "/c", "COLLECT.cmd", "--rehearse", "--json", folder=home)
    made = {path.name.split("_")[0] for path in (home / "out").iterdir()}
    done = {each["what"]: each["fine"] for each in json.loads(ended.out)["results"]}

    assert ended.code in (0, 3), ended.err  # 3: less than 8 GiB are free
    assert made == {"HZ", "REHEARSAL"}
    assert {name for name, fine in done.items() if fine} >= {
        "files", "sealed", "verified", "administrator",
    }  # fmt: skip


def test_a_kit_s_door_tells_how_it_ended_whatever_a_variable_of_the_host_s_says(machine, kit):
    _, home = kit
    ended = machine.run("cmd", "/c", "COLLECT.cmd", "--nonsense", folder=home, ERRORLEVEL="0")

    assert (ended.code, "--nonsense" in ended.err) == (2, True)


@pytest.fixture(scope="module")
def evil(tmp_path_factory):
    """Variables of a host that lead to a library of its own, and the mark that one leaves."""
    place = tmp_path_factory.mktemp("evil")
    library = place / "evil.dll"
    disks.tool("x86_64-w64-mingw32-gcc", "-shared", "-O2", "-o", library, LEAVES_A_MARK)
    named = wine.named(library).replace("\\", "\\\\")
    sections = f"[init]\nproviders=all\n[all]\nevil=evil\n[evil]\nmodule={named}\nactivate=1\n"
    (place / "evil.cnf").write_text(f"openssl_conf=init\n{sections}")
    for name in ("sitecustomize.py", "json.py", "startup.py"):
        (place / name).write_text("raise SystemExit('evil')")
    folder, names = wine.named(place), ("PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE")
    more = {"OPENSSL_CONF": f"{folder}\\evil.cnf", "PYTHONSTARTUP": f"{folder}\\startup.py"}
    return {**dict.fromkeys(names, folder), **more}, place / "evil.dll.loaded"


def test_variables_of_the_host_s_load_nothing_of_its_own_into_a_kit(machine, kit, evil):
    variables, mark = evil
    code = "import hashlib; hashlib.new('sha256')"
    machine.run("python/python.exe", "-I", "-c", code, folder=machine.kit, **variables)
    assert mark.exists()  # OpenSSL by itself asks such a variable
    mark.unlink()
    ended = machine.run(
        "cmd", "/c", "COLLECT.cmd", "--rehearse", "--json", folder=kit[1], **variables
    )

    assert json.loads(ended.out)["schema"] == "hozen-rehearsed/1", ended.err
    assert not mark.exists()


class Elsewhere:
    """A host whose variables say that Windows is elsewhere, where programs leave marks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "System32"
        self.folder.mkdir(parents=True)
        for name in ("cmd.exe", "timeout.exe", "chcp.com", "findstr.exe"):
            disks.tool("x86_64-w64-mingw32-gcc", "-O2", "-o", self.folder / name, LEAVES_A_MARK)

    def door(self, kit: Path) -> str:
        """What starts a kit's door with those variables."""
        windows, programs = wine.named(self.folder.parent), wine.named(self.folder)
        lies = {
            "SystemRoot": windows, "windir": windows, "ComSpec": f"{programs}\\cmd.exe",
            "PATH": programs, "PATHEXT": ".COM;.EXE", "ERRORLEVEL": "0",
        }  # fmt: skip
        lines = [f'@set "{name}={value}"\r\n' for name, value in lies.items()]
        path = self.folder.parent / "door.cmd"
        lines.append(f'@"{wine.named(kit)}\\COLLECT.cmd"\r\n')
        path.write_text("".join(lines), "cp932", newline="")
        return wine.named(path)

    @property
    def ran(self) -> list[str]:
        """The programs that were run."""
        return [path.name for path in self.folder.glob("*.loaded")]


@pytest.fixture
def elsewhere(tmp_path):
    return Elsewhere(tmp_path / "Windows")


@pytest.mark.parametrize("program", [None, b"MZ", b""])
def test_a_kit_that_can_t_be_started_is_no_collection_that_ended(
    program, machine, kit, elsewhere, tmp_path
):
    shutil.copy(kit[1] / "COLLECT.cmd", tmp_path)
    if program is not None:
        (tmp_path / "app/windows/python").mkdir(parents=True)
        (tmp_path / "app/windows/python/python.exe").write_bytes(program)
    ended = machine.run("cmd", "/c", elsewhere.door(tmp_path), folder=tmp_path)

    assert (ended.code, elsewhere.ran) == (4, [])
    assert "can't be started here" in ended.out
    assert "起動できません" in ended.out


TO_CLOSE = "何かキーを押して下さい..."  # of `cmd` itself


def test_a_window_stays_until_a_key_is_pressed(machine, kit, tmp_path):
    shutil.copy(kit[1] / "COLLECT.cmd", tmp_path)
    steps = [("can't be started here", b""), (TO_CLOSE, b"\r")]
    ended = machine.on_terminal(("cmd", "/c", "COLLECT.cmd"), steps, folder=tmp_path)

    assert ended.code == 4


# The wizard.

TO_START_JA = [
    ("患者さんの安全が先です。", "1"), ("この機器はどれですか", "1"), ("電源はそのまま", "1"),
    ("LANの口を撮影", "1"), ("時計も入れて撮影", "1"), ("先にVPN装置", "1"),
    ("次々に暗号化されて見えますか", "1"), ("スマホはこの日時", "1"), ("開始前の確認", "1"),
]  # fmt: skip
"""What stands on each screen, and the digit that an ordinary terminal gets there."""
TO_KIND_EN = [("The patient comes first.", "1"), ("What is this machine?", "1")]
TO_CHECKS_EN = [
    *TO_KIND_EN, ("Leave the power as it is", "1"), ("Photograph the LAN port", "1"),
    ("with a clock in the picture", "1"), ("First the VPN device", "1"),
    ("encrypted, one after", "1"), ("The telephone shows this day", "1"),
]  # fmt: skip


def lines(steps, foot: str):
    """The same as lines with Enter, each typed when its page is whole."""
    return [step for text, digit in steps for step in ((text, b""), (foot, f"{digit}\r".encode()))]


def wizard(machine, *arguments: object, before: str = "") -> tuple[object, ...]:
    """The program as a command for a terminal, something of it changed before."""
    options = ("python/python.exe", "-B", "-X", "utf8")
    words = ["wizard", "--language", "en", *map(str, arguments)]
    return (*options, "-c", f"import sys; sys.argv[1:] = {words!r}\n{before}\n{wine.MAIN}")


def test_a_kit_s_door_leads_in_japanese_from_the_first_screen_to_the_code(
    machine, kit, volume, elsewhere, tmp_path
):
    provider, home = kit
    steps = [
        ("起動しています", b""),
        *lines(TO_START_JA, "診療優先で中断"),
        ("キットのパスフレーズ", b""), ("診療優先で中断", b"\r"),  # nobody knows it
        ("残り 約", b""), ("終わりました(封印済み)", b""), ("Enter: 先へ", b"1\r"),
        ("Enter: 閉じる", b"\r"),
        (TO_CLOSE, None),  # Wine keeps the ended program's read, and hears no key after it
    ]  # fmt: skip
    before = machine.state()
    with machine.volume("C", volume):
        ended = machine.on_terminal(("cmd", "/c", elsewhere.door(home)), steps, folder=home)
    after = machine.state()
    taken = Collected(ended, home / "out", tmp_path / "case", provider.home / "identity.txt")
    told = taken.told("wizard")
    verified = run("verify", taken.bundle, "--identity", provider.home / "identity.txt", "--json")

    assert elsewhere.ran == []
    assert verified.code == 0
    assert spoken_code(json.loads(verified.out)["root"]) in ended.out
    assert "残り時間はまだ分かりません" not in ended.out.partition("残り 約")[2]
    assert taken.file(f"{LOGS}/Security.evtx") == LOG
    assert (told["face"], told["language"], told["decisions"]) == ("plain", "ja", 6)
    assert {each["name"]: each["found"] for each in told["checks"]} == {
        "place": "unknown", "space": "enough", "filesystem": "local", "readers": "named",
        "rights": "all", "cipher": "unknown", "writes": "kept", "agents": "none", "links": "up",
        "memory": "left_out", "kit": "listed",
    }  # fmt: skip
    assert list((home / "out").glob("wizard-*.json")) == []
    assert sorted(before ^ after) == []


def test_the_machine_s_own_disk_is_refused_in_english_and_nothing_is_written_there(machine):
    steps = [
        *lines(TO_CHECKS_EN, "care comes first"), ("It can't start like this", b""),
        ("care comes first", b"9\r"), ("Enter: close", b"\r"),
    ]  # fmt: skip
    ended = machine.on_terminal(wizard(machine, "--output", "C:\\out"), steps)

    assert ended.code == 4
    assert "The destination is this machine's own disk" in ended.out
    assert not (machine.folder / "prefix/drive_c/out").exists()


NO_RIGHTS = "from collectors.live_windows.calls import api; api.administrator = lambda: False"


def test_asked_killed_and_begun_again_it_goes_on_with_one_key(machine, tmp_path):
    command = wizard(machine, "--output", wine.named(tmp_path), before=NO_RIGHTS)
    asked = [
        ("The patient comes first.", b""), ("care comes first", b"\x03"),
        ("Stop now, because care comes first?", b""), ("care comes first", b"1\r"),
    ]  # fmt: skip
    start = [("Before the start", b""), ("care comes first", b"1\r"), ("min left, a guess", None)]
    killed = machine.on_terminal(
        command, [*asked, *lines(TO_CHECKS_EN, "care comes first"), *start]
    )
    begun = [each.name for each in tmp_path.glob("HZ_*")]
    again = machine.on_terminal(command, [
        ("Go on with what was begun earlier", b""), ("care comes first", b"1\r"),
        *([] if begun else start[:2]), ("Ended and sealed", b""), ("Enter: on", b"1\r"),
        ("Enter: close", b"\r"),
    ])  # fmt: skip
    (bundle,) = (each for each in tmp_path.iterdir() if each.is_dir())

    assert killed.code == -9
    for each in (killed, again):  # known once it has begun, and from then on
        assert "how long still: not known" not in each.out.partition("min left, a guess")[2]
    assert 'right-click COLLECT.cmd, "Run as administrator"' in killed.out
    assert again.code == 3
    assert begun in ([], [bundle.name])
    assert run("verify", bundle).code == 0


DRAWS = """
from evidence.kit import start
start._forget_the_host()
import evidence.cli.wizard as one
one.draws = lambda: True
"""
"""Wine's console prints the sequences that it should obey, and hozen sees that: forced here.

As in a kit, nothing of the host's variables is left."""


def test_the_screens_hear_keys_and_end_where_a_console_can_draw(machine, tmp_path):
    steps = [("The patient comes first.", b"1"), ("A medical device", b"4"), ("close", b"\r")]
    command = wizard(machine, "--output", wine.named(tmp_path), before=DRAWS)
    ended = machine.on_terminal(command, steps)

    assert ended.code == 3
    (draft,) = tmp_path.glob("wizard-*.json")
    assert "end_medical" in draft.read_text()


LOOP = """
from evidence.wizard.loop import QuietLoop
import asyncio, threading
loop = QuietLoop()
async def woken():
    await asyncio.sleep(0.01)
    future = loop.create_future()
    threading.Timer(0.01, lambda: loop.call_soon_threadsafe(future.set_result, "woken")).start()
    print(await future)
loop.run_until_complete(woken())
import textual.drivers.windows_driver
"""


def test_what_draws_screens_opens_no_socket_and_asyncio_alone_does(machine):
    ours = machine.python("-c", LOOP, WINEDEBUG="+winsock")
    theirs = machine.python("-c", "import asyncio", WINEDEBUG="+winsock")

    assert (ours.code, ours.out) == (0, "woken\n")
    assert "WSASocketW" not in ours.err
    assert "WSASocketW" in theirs.err


FACTS = r"""
import json, os, sys, time
from pathlib import Path
from collectors.live_windows import volumes
from evidence.machine import endpoint
from evidence.cli import _forget_zone
from evidence.console import draws, somebody_types
from evidence.machine.endpoint import machine_number
from evidence.surroundings.look import place_of
_forget_zone()
folder = Path(sys.argv[1])
(folder / "backups" / "WindowsImageBackup").mkdir(parents=True)
places = {
    "system": ("C:\\out", "live"), "another": (str(folder), "live"),
    "backups": (str(folder / "backups" / "out"), "live"), "inside": ("C:\\out", r"\\.\C:"),
}
told = {name: place_of(Path(out), source)
        for name, (out, source) in places.items()}
try:
    pulled = place_of(Path("Q:\\out"), "live").medium
except OSError as error:
    pulled = error.strerror
print(json.dumps({
    "places": {name: [each.medium, each.backup, each.forbidden] for name, each in told.items()},
    "pulled": pulled, "filesystem": told["system"].filesystem, "hour": time.localtime(0).tm_hour,
    "number": len(machine_number()), "console": [draws(), somebody_types()],
    "memory": endpoint.memory(),
    "below": [row["below"] for row in volumes.encryption()],
}))
"""


def test_what_windows_can_tell_of_places_is_told_and_the_rest_is_not_known(machine, tmp_path):
    ended = machine.python("-c", FACTS, wine.named(tmp_path))
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)

    assert told["places"] == {
        "system": ["system", None, True], "another": ["unknown", None, False],
        "backups": ["unknown", "WindowsImageBackup", True], "inside": ["inside", None, True],
    }  # fmt: skip
    assert (told["filesystem"], told["hour"], told["number"]) == ("NTFS", 9, 36)
    assert told["pulled"] == "the medium is not there"
    assert told["console"] == [False, False]
    assert set(told["below"]) == {None}
    assert 0 < told["memory"][0] < told["memory"][1]


# The native script.

NATIVE = Path(__file__).parents[3] / "collectors" / "native" / "COLLECT-NATIVE.cmd"
LIES = {"ERRORLEVEL": "0", "DATE": "yesterday", "TIME": "noon", "CD": "C:\\elsewhere"}


@pytest.fixture(scope="module", params=["beside itself", "from a kit, among lies"])
def native(request, machine, tmp_path_factory):
    """What the native script leaves, and how it ended; the host's variables may lie."""
    place = tmp_path_factory.mktemp("標準")
    lies, script, out = {}, place / NATIVE.name, place
    if request.param != "beside itself":
        lies, script, out = LIES, place / "native" / NATIVE.name, place / "out"
        script.parent.mkdir()
        out.mkdir()
        (place / "kit.json").touch()
    shutil.copy(NATIVE, script)
    ended = machine.run("cmd", "/c", script.name, folder=script.parent, **lies)
    (made,) = out.glob("NATIVE_*")
    return ended, made


def test_the_native_script_s_log_says_how_each_step_ended_and_when(native):
    ended, made = native
    text = (made / "steps.tsv").read_bytes().decode("cp932")
    rows = [line.split("\t") for line in text.splitlines()[2:]]
    outcomes = {row[0]: (row[4], row[5]) for row in rows}

    assert ended.code == 3
    assert made.name in ended.out
    assert outcomes["processes"] == ("0", "ok")
    assert outcomes["dns-cache"] == ("1", "failed")  # Wine's ipconfig can't
    assert "noon" not in text
    assert "yesterday" not in text


def test_the_native_script_lists_digests_and_nothing_that_is_none(native):
    ended, made = native
    lines = (made / "SHA256SUMS.txt").read_bytes().decode("cp932").splitlines()
    listed = dict(line.split("  ", 1)[::-1] for line in lines)
    empty = {path.name for path in made.iterdir() if path.is_file() and not path.stat().st_size}

    assert listed == dict.fromkeys(empty, sha256(b"").hexdigest())  # Wine's certutil gives none
    assert "NO WHOLE LIST OF DIGESTS" in ended.out
