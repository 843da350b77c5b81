"""A machine where it happened, and one where nothing did: collected, imported, one page."""

import hashlib
import json
import random
import subprocess
import sys
from pathlib import Path

import disks
import hosts
import pytest
import windows
from busy import alone
from command_line import run
from eventlogs import NOON, Event, log
from hosts import LinuxHost
from listings import ENDINGS, START
from programs import program
from triages import bytes_of, observations, rows, signs_of, triaged

from chain_of_custody.item import parse_line
from collectors.files.source import Source
from evidence.intake import import_bundle
from evidence.intake.located import located
from evidence.observed.document import read_triage
from evidence.rulebook.examples import load_examples
from evidence.rulebook.index import load_index
from evidence.scan.process_scan import ProcessScan
from evidence.scan.scanner import load_rules
from evidence.tool import rules_folder

EXAMPLES, INDEX = load_examples(rules_folder()), load_index(rules_folder())
MARKS = {"docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04", "jpg": b"\xff\xd8\xff", "pdf": b"%PDF-1.7\n"}
NS = 10**9


def ordinary(host, ending=""):
    """Eight folders of people's files; encrypted ones are noise from their first byte on."""
    rng = random.Random(5)
    for number in range(8):
        for each, kind in enumerate(ENDINGS):
            content = MARKS.get(kind, b"") + b"ordinary text of a ward\r\n" * 300
            name = f"/srv/share/ward-{number}/report-{each}.{kind}{ending}"
            at = (START + number * 60 + each) * NS
            host.with_file(name, rng.randbytes(8192) if ending else content, mtime=at)
    return host.with_file("/etc/os-release", "ID=debian\n", mtime=START * NS).with_file(
        "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n", mtime=START * NS
    )


def infected(host):
    """Notes beside renamed files, tools by their names, a script, a web server's log."""
    ordinary(host, ".lockbit")
    note = EXAMPLES["lockbit_2_note"].positive[0] + "\r\n" * 40
    for number in range(8):
        host.with_file(
            f"/srv/share/ward-{number}/Restore-My-Files.txt", note, mtime=(START + 900) * NS
        )
    commands = [EXAMPLES[f"recovery_{each}"].positive[0] for each in RECOVERY]
    shell = EXAMPLES["aspx_request_to_eval"].positive[0]
    return (
        host.with_file(f"{STARTUP}/run.bat", "\r\n".join(commands), mtime=START * NS)
        .with_file("/Users/a/Temp/mimikatz.exe", program(b"nothing of it"), mtime=START * NS)
        .with_file("/Users/a/Temp/psexec.exe", program(b"nothing of it"), mtime=START * NS)
        .with_file("/inetpub/wwwroot/x.aspx", shell, mtime=START * NS)
        .with_file("/var/log/nginx/access.log", web_log(), mtime=START * NS)
        .with_file(f"{LOGS}/System.evtx", log(*SYSTEM), mtime=START * NS)
        .with_file(f"{LOGS}/Security.evtx", log(*SECURITY), mtime=START * NS)
        .with_file(f"{LOGS}/Application.evtx", log(*APPLICATION), mtime=START * NS)
    )


def web_log():
    """An ordinary request, and one that asks a VPN appliance for its sessions."""
    asked = "GET /index.html", EXAMPLES["fortinet_2018_13379"].positive[0]
    return "".join(
        f'192.0.2.{number} - - [19/May/2024:11:4{number}:00 +0000] "{each} HTTP/1.1" 200 512'
        ' "-" "Mozilla/5.0"\n'
        for number, each in enumerate(asked)
    )


STARTUP = "/ProgramData/Microsoft/Windows/Start Menu/Programs/Startup"
LOGS = "/Windows/System32/winevt/Logs"
EVENTLOG, BACKUP = "Microsoft-Windows-Eventlog", "Microsoft-Windows-Backup"
INSTALLED = {"ServiceName": "PSEXESVC", "ImagePath": "%SystemRoot%\\PSEXESVC.exe"}
SIGN_IN = {"TargetUserName": "administrator", "LogonType": "10", "IpAddress": "192.0.2.66"}
SYSTEM = (Event(id=7045, data=INSTALLED), Event(id=104, provider=EVENTLOG, data={"Channel": "X"}))
SECURITY = (
    Event(channel="Security", provider=EVENTLOG, id=1102, wrapped="LogFileCleared",
          data={"SubjectUserName": "administrator"}),
    Event(channel="Security", provider="Microsoft-Windows-Security-Auditing", id=4624,
          data=SIGN_IN),
)  # fmt: skip
APPLICATION = tuple(
    Event(channel="Application", provider=BACKUP, id=number, at=NOON.replace(minute=number // 60))
    for number in (524, 612, 753)
)


RECOVERY = ("shadows_vssadmin", "catalog_deleted")


def taken(tmp_path, source, *options):
    """Collected by the program, imported, and triaged: the case and the folder of results."""
    done = run("collect", "--source", source, "--output", tmp_path, "--json", *options)
    assert done.code in (0, 3), done.err
    bundle = Path(json.loads(done.out)["path"])
    import_bundle(bundle, tmp_path / "case")
    folder, _ = triaged(tmp_path / "case")
    return tmp_path / "case", bundle.name, folder


def of_folder(tmp_path, make):
    host = LinuxHost(tmp_path / "tree")
    make(host)
    return taken(tmp_path, host.root)


def of_disk(tmp_path, make):
    """An image of a disk: people's files are withheld, and a body file lists all."""
    host = LinuxHost(tmp_path / "tree")
    make(host)
    image = disks.ext(tmp_path / "disk.raw", host.root)
    return taken(tmp_path, image, "--profile", "standard")


def small_windows(tmp_path, make):
    """An NTFS that is small enough for its MFT to be a small file, with a Windows on it."""
    image = disks.ntfs(tmp_path / "disk.raw", size=16 * disks.MIB)
    with disks.mounted_ntfs(image, tmp_path / "mounted") as folder:
        windows.hive(folder / "Windows/System32/config/SOFTWARE", {
            "Microsoft\\Windows NT\\CurrentVersion": {"ProductName": "Windows 10 Pro"},
        })  # fmt: skip
        make(folder)
    return image


def of_windows(tmp_path, make):
    return taken(tmp_path, small_windows(tmp_path, make), "--profile", "standard")


def records(case, name):
    with (case / "hosts" / name / "items.jsonl").open("rb") as file:
        return {one.content.seq: one for one in map(parse_line, file.read().splitlines())}


def of_ntfs(tmp_path, make):
    """An image of a disk of Windows, as NTFS lists it."""
    host = LinuxHost(tmp_path / "tree")
    make(host)
    image = disks.ntfs(tmp_path / "disk.raw", size=64 * disks.MIB)
    with disks.mounted_ntfs(image, tmp_path / "mounted") as folder:
        disks.tool("cp", "-r", "--preserve=timestamps", f"{host.root}/.", folder)
        (folder / "Windows/System32/config").mkdir(parents=True, exist_ok=True)
    return taken(tmp_path, image, "--profile", "standard")


BY_NAMES = {
    "note_beside_ending", "appended_ending", "lockbit_2_note_name", "lockbit_2_ending",
    "password_program_name", "lateral_program_name",
}  # fmt: skip
BY_LINES = {"fortinet_2018_13379"}
BY_CONTENT = {
    "lockbit_2_note", "inhibition_of_recovery", "head_differs", "many_heads_differ",
    "aspx_request_to_eval",
}  # fmt: skip
BY_EVENTS = {"log_cleared", "psexec_service_installed", "backup_given_up"}
ALL = BY_NAMES | BY_LINES | BY_CONTENT | BY_EVENTS


def assert_events_are_told(folder, claims):
    """As rows for the analyst, and the worst of them on the page."""

    def told(table, *names):
        return [tuple(each[name] for name in names) for each in rows(folder, f"tables/{table}")]

    assert told("signins.jsonl", "user", "type", "address") == [
        ("administrator", "10", "192.0.2.66")
    ]
    assert told("services.jsonl", "name") == [("PSEXESVC",)]
    assert set(told("log_clearing.jsonl", "cleared", "user")) == {
        (None, "administrator"), ("X", None),  # 1102 names no log: it is in its own
    }  # fmt: skip
    for rule in ("log_cleared", "aspx_request_to_eval", "inhibition_of_recovery"):
        assert INDEX.rules[rule].claim_en in claims


@pytest.mark.parametrize(
    ("source", "expected"),
    [(of_folder, ALL), (of_disk, BY_NAMES | BY_LINES), (of_ntfs, ALL)],
    ids=["folder", "disk", "NTFS"],
)  # fmt: skip
def test_an_infected_machine_ends_in_one_page_that_leads_to_the_bytes(tmp_path, source, expected):
    """Of a disk, people's own files and what lies among them are listed, and not taken."""
    case, name, folder = source(tmp_path, infected)
    page = (folder / "summary-ja.html").read_text(encoding="utf-8")
    english = (folder / "summary-en.html").read_text(encoding="utf-8")
    done = read_triage(folder)

    # What the director reads.
    assert "攻撃の強い兆候が" in page
    assert "調査担当者の判断が出るまで、復元・初期化・再起動・更新をしないでください。" in page
    assert "日本時間 2024-05-19 21:" in page
    assert "UTC では 2024-05-19 12:" in page
    assert "どの兆候も候補です。" in page
    assert "試した規則" in page

    # What was seen.
    seen = {rule.rpartition(":")[2] for rule in done.seen}
    assert expected - seen == set()
    strong = {row[1][0] for row in signs_of(english) if row[0] == ["strong"]}
    assert INDEX.rules["note_beside_ending"].claim_en in strong
    (asked,) = rows(folder, "tables/web_requests.jsonl")
    assert (asked["asked"], asked["address"]) == ("path out of the tree", "192.0.2.1")
    assert sum(each["count"] for each in rows(folder, "tables/web_clients.jsonl")) == 2
    claims = {row[1][0] for row in signs_of(english)}
    assert INDEX.rules["fortinet_2018_13379"].claim_en in claims
    assert INDEX.next_steps["appliance"].ja in page
    if expected == ALL:
        assert_events_are_told(folder, claims)

    # The way to the bytes, from every observation and from every row of the page.
    items, digests = records(case, name), {}
    for each in rows(folder, "files.jsonl"):
        digests[each["item"]] = each["sha256"]
    placed = [each for each in observations(folder) if each["offset"] is not None]
    assert len({each["rule"] for each in placed}) > 4
    for each in placed:
        assert bytes_of(case, name, each) == each["text"].removesuffix("…"), each
    for each in observations(folder):
        assert items[each["item"]]
        if each["kind"] == "name" and each["offset"] is None:
            assert items[each["item"]].meta.source.origin.endswith(each["text"])
    for row in signs_of(english):
        item = int(row[3][0].removeprefix("item ").partition(",")[0])
        path = located(case / "hosts" / name, items[item])
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        assert row[3][-1] == found == items[item].content.sha256 == digests[item]


def test_a_quick_collection_of_a_windows_shows_the_endings_put_behind(tmp_path):
    """By the default of kits: no body file, no documents, but the MFT."""
    image = disks.ntfs(tmp_path / "disk.raw")
    with disks.mounted_ntfs(image, tmp_path / "mounted") as folder:
        (folder / "Windows/System32/config").mkdir(parents=True)
        for ward in range(8):
            (folder / f"ward-{ward}").mkdir()
            (folder / f"ward-{ward}" / "BACK.txt").write_bytes(b"pay\n" * 99)
            for number, kind in enumerate(ENDINGS * 2):
                (folder / f"ward-{ward}/r{number}.{kind}.qx7").write_bytes(b"x" * 5000)
    _, _, results = taken(tmp_path, image, "--profile", "quick")
    seen = {each["rule"]: each for each in observations(results)}

    assert seen["files:appended_ending"]["place"].endswith("(.qx7 × 96)")
    assert seen["files:note_beside_ending"]["place"].endswith("(× 8, .qx7)")


@pytest.mark.parametrize("source", [of_folder, of_disk], ids=["folder", "disk"])
def test_a_machine_where_nothing_happened_raises_and_claims_nothing(tmp_path, source):
    _, _, folder = source(tmp_path, ordinary)
    done = read_triage(folder)

    assert observations(folder) == []
    assert done.seen == {}
    page = (folder / "summary-ja.html").read_text(encoding="utf-8")
    assert (
        f"今回の{done.tried}件の規則では一致なし。感染していないことの証明ではありません。" in page
    )
    assert signs_of(page) == []


def test_a_clean_windows_raises_nothing_not_even_by_our_own_accounts(tmp_path):
    _, _, folder = of_windows(tmp_path, lambda _: None)

    assert observations(folder) == []
    assert signs_of((folder / "summary-ja.html").read_text(encoding="utf-8")) == []


WHOLE_RUN = """
import sys
from pathlib import Path
from evidence.cli import run
from evidence.cli.texts import Texts
image, place = map(Path, sys.argv[1:])
said = Texts("ja")
run(["collect", "--source", str(image), "--output", str(place), "--profile", "standard"], said)
(bundle,) = place.glob("*/manifest.json")
run(["import", str(bundle.parent), "--into", str(place / "case")], said)
run(["triage", str(place / "case")], said)
print("all is done", flush=True)
sys.stdin.read()
"""


def test_the_memory_of_a_whole_run_on_a_clean_windows_matches_no_rule(tmp_path, monkeypatch):
    image, place = small_windows(tmp_path, lambda _: None), tmp_path / "place"
    place.mkdir()
    machine = Source("/")
    with subprocess.Popen(
        [sys.executable, "-c", WHOLE_RUN, image, place],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as child:  # fmt: skip
        while child.stdout.readline() not in (b"all is done\n", b""):
            pass
        alone(child, monkeypatch)
        account, *_ = ProcessScan(load_rules(rules_folder()), found := {}, {}).collect(machine)
        row = json.loads(hosts.read(account).data)
        child.stdin.close()
    machine.close()

    assert list(place.glob("case/triage/*/*/summary-ja.html"))
    assert (found, row["hits"], row["errors"]) == ({}, [], [])
    assert row["read"] > 1 << 20


def small_files(folder):
    """A note and two commands, each in a small file: NTFS keeps such in its MFT."""
    note = EXAMPLES["lockbit_2_note"].positive[0]
    (folder / "Users/a").mkdir(parents=True)
    (folder / "Users/a/memo.txt").write_text(note)
    for each in RECOVERY:
        command = EXAMPLES[f"recovery_{each}"].positive[0]
        (folder / f"Users/a/{each}.bat").write_text(command)


def test_the_mft_is_not_spoken_of_as_one_small_file(tmp_path):
    """What lies in it is told all the same, without what holds for one file only."""
    _, _, folder = of_windows(tmp_path, small_files)
    seen = {
        each["rule"].rpartition(":")[2]
        for each in observations(folder)
        if each["kind"] == "content" and each["origin"].endswith("/$MFT")
    }

    assert {"lockbit_2_phrase", *(f"recovery_{each}" for each in RECOVERY)} - seen == set()
    assert seen & {"lockbit_2_note", "ransom_wording", "inhibition_of_recovery"} == set()
    assert "1601" not in (folder / "observations.jsonl").read_text()
    assert "1601-" not in (folder / "summary-ja.html").read_text(encoding="utf-8")
