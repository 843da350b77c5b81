"""hozen on Windows: a Windows' Python under Wine collects, and Linux verifies and opens it."""

from __future__ import annotations

import json
import subprocess

import disks
import pytest
import windows
import wine
from command_line import run

CONFIG = "Windows/System32/config"
LOGS = "Windows/System32/winevt/Logs"
LOG = b"ElfFile\0" + bytes(range(256)) * 300
STREAM = b"[ZoneTransfer]\r\nZoneId=3\r\n"
NOTE = "Users/花子/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/更新.txt"

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def machine():
    with wine.windows() as one:
        yield one


@pytest.fixture(scope="module")
def volume(tmp_path_factory):
    """An NTFS with what every Windows has, and a file with a Japanese name and a named stream."""
    place = tmp_path_factory.mktemp("volume")
    image = disks.ntfs(place / "ntfs.raw")
    with disks.mounted_ntfs(image, place / "mounted") as root:
        for name in ("SYSTEM", "SOFTWARE"):
            windows.hive(root / CONFIG / name, {"Select": {"Current": "dword:0x1"}})
        for name in ("System.evtx", "Security.evtx"):
            (root / LOGS).mkdir(parents=True, exist_ok=True)
            (root / LOGS / name).write_bytes(LOG)
        (root / NOTE).parent.mkdir(parents=True)
        (root / NOTE).write_bytes(b"started with every logon")
        with open(f"{root / NOTE}:Zone.Identifier", "wb") as stream:
            stream.write(STREAM)
    return image


@pytest.fixture(scope="module")
def collected(machine, volume, tmp_path_factory):
    """A live collection whose system volume is that NTFS: how it ended, and the bundle."""
    output = tmp_path_factory.mktemp("収集")
    with machine.volume("C", volume):
        ended = machine.hozen(
            "collect", "--output", wine.named(output), "--case", "K-1", "--profile", "quick"
        )
    (bundle,) = (each for each in output.iterdir() if each.is_dir())
    return ended, bundle


@pytest.fixture(scope="module")
def host(collected, tmp_path_factory):
    """The working copy of the items, made on Linux."""
    case = tmp_path_factory.mktemp("case") / "K-1"
    ended = run("import", collected[1], "--case", case)
    assert ended.code in (0, 3), ended.err
    return next(case.glob("**/host"))


def told(host, name):
    return json.loads((host / "hozen" / f"{name}.json").read_text(encoding="utf-8"))


def test_the_code_page_is_japanese_and_the_folder_s_name_too(machine):
    code = "import ctypes, os; print(ctypes.windll.kernel32.GetACP(), os.getcwd())"
    ended = machine.python("-c", code)

    assert ended.out.split(maxsplit=1)[0] == "932"
    assert "USB 鍵" in ended.out


def test_it_is_sealed_and_says_so_in_japanese(collected):
    ended, bundle = collected

    assert ended.code == 0, ended.err
    assert "封印しました" in ended.out
    assert (bundle / "manifest.json").exists()


def test_linux_and_a_shell_alone_verify_what_windows_made(collected):
    _, bundle = collected

    assert run("verify", bundle).code == 0
    shell = subprocess.run(["sh", bundle / "verify.sh"], capture_output=True, text=True)
    assert shell.returncode == 0, shell.stdout


def test_windows_verifies_it_and_refuses_a_changed_copy(machine, collected, tmp_path):
    _, bundle = collected
    copy = tmp_path / "写し"
    subprocess.run(["cp", "-r", bundle, copy], check=True)

    assert machine.hozen("verify", wine.named(copy)).code == 0
    first = sorted((copy / "data").iterdir())[0]
    data = bytearray(first.read_bytes())
    data[len(data) // 2] ^= 1
    first.write_bytes(data)
    assert machine.hozen("verify", wine.named(copy)).code == 1


def test_locked_files_come_from_the_raw_volume_byte_by_byte(host, volume):
    root = host
    assert (root / LOGS / "Security.evtx").read_bytes() == LOG
    assert (root / NOTE).read_bytes() == b"started with every logon"
    assert (root / CONFIG / "SYSTEM").read_bytes()[:4] == b"regf"


def test_processes_are_seen_by_both_doors(host):
    found = told(host, "windows-processes")

    ours = [row for row in found["processes"] if row["name"] == "python.exe"]
    assert ours
    assert ours[0]["program"].endswith("USB 鍵\\python\\python.exe")
    assert {"ntdll.dll", "kernel32.dll"} <= {each["name"] for each in ours[0]["modules"]}
    assert isinstance(found["differences"], list)


def test_services_are_known_to_the_manager_and_to_the_registry(host):
    found = told(host, "windows-services")

    running = {row["name"]: row for row in found["services"] if row["state"] == "running"}
    assert running
    registered = {row["name"]: row for row in found["registered"]}
    assert registered["Spooler"]["ImagePath"].lower().endswith("spoolsv.exe")


def test_the_network_of_the_machine_that_wine_runs_on_is_seen(host):
    found = told(host, "windows-network")

    assert "127.0.0.1" in {row["address"] for row in found["addresses"]}


def test_what_wine_refuses_is_a_gap_with_its_code_and_null_in_the_document(host, collected):
    _, bundle = collected
    records = {each["meta"]["source"]["origin"]: each["meta"] for each in gaps(bundle)}

    assert told(host, "windows-network")["name_cache"] is None
    refused = records["hozen:/windows-network/name_cache"]
    assert refused["reason"] == "unsupported"
    assert "DnsGetCacheDataTable" in refused["errors"][0]
    assert (
        records["memory:/physical"]["reason"] == "unsupported"
        if ("memory:/physical" in records)
        else True
    )


def gaps(bundle):
    return []
