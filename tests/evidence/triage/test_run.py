"""A triage: what it looks into, what it refuses, and what it leaves behind."""

import errno
import gzip
import json
import os
import re
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import eventlogs
import pytest
from bundles import artifact, gap
from command_line import run
from hostile import cut, link, regular
from mounting import mounted
from triages import FRAGMENT, case_of, observations, rows, rules_seen, triaged

from collectors.artifact import Reason
from evidence.cli import run as run_here
from evidence.cli import triage as command
from evidence.cli.texts import Texts
from evidence.engines.engine import ScanError, one_by_one
from evidence.observed.document import read_triage
from evidence.scan.process_scan import ProcessScan
from evidence.scan.scanner import load_rules as really
from evidence.triage import held, writing
from evidence.triage.errors import FullError, TriageError
from evidence.triage.evtx import layout
from evidence.triage.examiner import Examined
from evidence.triage.linuxlogs import lines
from evidence.triage.writing import digests

BOTH = {"recovery_shadows_vssadmin", "recovery_catalog_deleted", "inhibition_of_recovery"}


def bytes_at(case, name, each):
    """What lies in the working copy where an observation leads to."""
    path = case / "hosts" / name / "fs" / each["origin"].lstrip("/")
    with open(path, "rb") as file:
        file.seek(int(each["offset"]))
        return file.read(len(each["text"])).decode("latin-1")


@pytest.mark.parametrize("rescan", [False, True], ids=["by the record", "scanned anew"])
def test_a_hit_leads_to_the_bytes_of_the_item(tmp_path, rescan):
    case = case_of(tmp_path, artifact("/srv/a.bat", b"rem\r\n" + FRAGMENT))
    folder, done = triaged(case, rescan=rescan)
    placed = [each for each in observations(folder) if each["offset"] is not None]

    assert rules_seen(folder) == BOTH
    assert [bytes_at(case, "bundle", each) for each in placed] == [e["text"] for e in placed]
    assert done.rules.at_collection is not rescan
    assert done.seen["recovery:inhibition_of_recovery"] == 1


def test_a_session_that_was_cut_off_before_its_footprint_names_no_rules(tmp_path):
    case = case_of(tmp_path, artifact("/srv/a.bat", FRAGMENT), footprint=False)
    folder, done = triaged(case)

    assert done.rules.at_collection is False
    assert rules_seen(folder) == BOTH


def test_items_that_no_scan_saw_are_scanned(tmp_path):
    case = case_of(tmp_path, artifact("/srv/a.bat", FRAGMENT), rules=False)

    assert rules_seen(triaged(case)[0]) == BOTH


def test_a_hit_behind_a_hole_leads_to_where_it_is_in_the_file(tmp_path):
    size = len(FRAGMENT)
    thing = regular("/srv/sparse", b"x" * 10 + FRAGMENT, size=1 << 20,
                    ranges=[(0, 10), (900_000, size)])  # fmt: skip
    case = case_of(tmp_path, thing)

    for rescan in (False, True):
        folder, _ = triaged(case, rescan=rescan, output=tmp_path / str(rescan))
        placed = [each for each in observations(folder) if each["offset"] is not None]
        assert {each["offset"] for each in placed} == {"900000", "900030"}
        assert [bytes_at(case, "bundle", each) for each in placed] == [e["text"] for e in placed]


def test_names_of_gaps_and_of_a_body_file_are_looked_at_and_told_once(tmp_path):
    line = "0|{}|7|r/rrw-r--r--|0|0|61|0|1716120000|0|0\n"
    listed = ["/a/restore-my-files.txt", "/b/restore-my-files.txt", "/c/other.txt"]
    body = "".join(map(line.format, listed)).encode()
    case = case_of(
        tmp_path, artifact("hozen:/bodyfile.txt", body), gap("/c/mimikatz.exe"),
        gap("/c/lazagne.exe", Reason.ABSENT), artifact("/b/restore-my-files.txt", b"x"),
    )  # fmt: skip
    folder, _ = triaged(case)
    seen = {(each["origin"], each["item"], each["offset"]) for each in observations(folder)}

    assert seen == {
        ("/c/mimikatz.exe", 2, None), ("/b/restore-my-files.txt", 4, None),
        ("/a/restore-my-files.txt", 1, "2"),
    }  # fmt: skip
    (of_list,) = (each for each in observations(folder) if each["offset"])
    assert of_list["at"] == "2024-05-19T12:00:00Z"


@pytest.mark.parametrize("rescan", [False, True], ids=["by the record", "scanned anew"])
def test_a_name_that_is_no_utf8_is_told_once_and_spelt_as_lists_spell_it(tmp_path, rescan):
    name = os.fsdecode(b"/srv/\x94\xed\x8aQ\xff.lockbit")
    body = b"0|/srv/\\x94\\xed\\x8aQ\\xff.lockbit|7|r/rrw-r--r--|0|0|61|0|1716120000|0|0\n"
    case = case_of(tmp_path, artifact("hozen:/bodyfile.txt", body), artifact(name, b"x"))
    folder, done = triaged(case, rescan=rescan)

    assert done.seen == {"names:lockbit_2_ending": 1}
    (one,) = observations(folder)
    assert one["origin"] == r"/srv/\x94\xed\x8aQ\xff.lockbit"
    assert one["text"] == r"\x94\xed\x8aQ\xff.lockbit"


def test_the_name_of_whatever_has_no_bytes_here_is_looked_at(tmp_path):
    case = case_of(
        tmp_path, link("/srv/mimikatz.exe", b"there"), regular("/a.txt", b"x", nlink=2),
        regular("/lazagne.exe", b"x", nlink=2), artifact("withheld:/c/psexec.exe", b"{}"),
    )  # fmt: skip
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "mimikatz.exe").symlink_to("nowhere")
    os.mkfifo(tree / "lazagne.exe")
    for folder, done in (triaged(case), triaged(tree, output=tmp_path / "out")):
        seen = {(each["origin"], each["kind"]) for each in observations(folder)}

        assert seen >= {(f"{'/srv' * bool(done.bundle_id)}/mimikatz.exe", "name"),
                        ("/lazagne.exe", "name")}  # fmt: skip
        assert len(seen) == len(observations(folder))


def test_a_file_that_differs_from_its_record_is_named_and_its_signed_hits_stay(tmp_path):
    case = case_of(tmp_path, artifact("/srv/a.bat", FRAGMENT), artifact("/srv/b.bat", FRAGMENT))
    path = case / "hosts" / "bundle" / "fs" / "srv" / "a.bat"
    path.chmod(0o600)
    path.write_bytes(FRAGMENT.replace(b"all", b"ALL"))
    folder, done = triaged(case)

    places = {(each["item"], each["place"]) for each in observations(folder)}
    assert places == {(1, "bytes no longer here"), (2, "")}
    assert done.differing[0].startswith("1: differs from its record: expected sha256 ")
    assert not done.complete
    assert rows(folder, "unread.jsonl")[0]["origin"] == "/srv/a.bat"
    assert run("triage", case, "--output", tmp_path / "again").code == 3


@pytest.mark.parametrize("rescan", [False, True], ids=["by the record", "scanned anew"])
@pytest.mark.parametrize("change", ["missing", "altered"])
def test_a_sign_that_was_signed_stays_though_its_file_does_not(tmp_path, change, rescan):
    case = case_of(tmp_path, artifact("/srv/a.bat", FRAGMENT), artifact("/srv/b.txt", b"x"))
    before, whole = triaged(case, output=tmp_path / "before")
    path = case / "hosts" / "bundle" / "fs" / "srv" / "a.bat"
    path.parent.chmod(0o700)
    path.chmod(0o600)
    path.write_bytes(b"other") if change == "altered" else path.unlink()
    folder, done = triaged(case, rescan=rescan, output=tmp_path / "out")
    page = (folder / "summary-en.txt").read_text()

    assert done.seen == whole.seen
    assert {each["offset"] for each in observations(folder)} == {
        each["offset"] for each in observations(before)
    }
    assert "Signs of an attack of medium weight were seen (1)" in page
    assert "item 1, byte 0, bytes no longer here" in page


def test_a_file_that_changes_after_its_hits_were_told_is_not_told_twice(tmp_path, monkeypatch):
    case = case_of(tmp_path, artifact("/srv/a.bat", FRAGMENT))
    states = iter([(0, 0, 0), (0, 0, 0), (1, 1, 1), (2, 2, 2)])  # the footprint is read before
    monkeypatch.setattr(held, "_state", lambda _: next(states))
    _, done = triaged(case)

    assert done.altered == 1
    assert done.seen["recovery:inhibition_of_recovery"] == 1


def test_no_headline_says_none_where_a_file_is_missing(tmp_path):
    case = case_of(tmp_path, artifact("/srv/a.txt", b"ordinary\n"), rules=False)
    (case / "hosts" / "bundle" / "fs" / "srv").chmod(0o700)
    (case / "hosts" / "bundle" / "fs" / "srv" / "a.txt").unlink()
    folder, _ = triaged(case)
    ended = run("triage", case, "--output", tmp_path / "again")
    page = (folder / "summary-ja.txt").read_text()

    assert "\n* ここにない・変わっている・読めないファイルがあります" in page
    assert "\n* 今回の" not in page
    assert "MISSING HERE, ALTERED OR UNREADABLE" in ended.out
    assert "None of the" not in ended.out


def test_files_that_differ_are_all_counted_and_the_first_of_them_named(tmp_path):
    things = [artifact(f"/srv/{n}.bat", FRAGMENT + b"%d" % n) for n in range(102)]
    case = case_of(tmp_path, artifact("withheld:/srv/a.docx", b"{}"), *things)
    copy = case / "hosts" / "bundle"
    for path in (copy / "not-placed" / "00000001", *(copy / "fs" / "srv").iterdir()):
        path.chmod(0o600)
        path.write_bytes(b"other")
    folder, done = triaged(case)
    ended = run("triage", case, "--output", tmp_path / "again")
    page = (folder / "summary-en.txt").read_text()

    assert (len(done.differing), done.altered) == (100, 103)
    assert done.looked_at == {"scanned": 1}  # the footprint
    assert done.not_looked_at == {"unreadable": 102, "withheld": 1}
    assert "103 files of the working copy are not as they were" in page
    assert ended.out.count("DIFFERENT or unreadable: item ") == 100
    assert "  and 3 more\n" in ended.out


def test_records_that_were_not_signed_are_refused(tmp_path):
    case = case_of(tmp_path, artifact("/srv/a.bat", FRAGMENT))
    records = case / "hosts" / "bundle" / "items.jsonl"
    records.chmod(0o600)
    records.write_bytes(records.read_bytes().replace(b"vssadmin delete", b"vssadmin resize"))

    for language, said in (
        ("en", "not the records that were signed"),
        ("ja", "署名された項目記録"),
    ):
        ended = run("triage", case, "--language", language)
        assert (ended.code, ended.out) == (2, "")
        assert f"{records}: {said}" in ended.err
    assert not (case / "triage").exists()


def test_hits_in_the_memory_of_a_process_are_told_with_the_process(tmp_path):
    hits = [{"rule": "cobalt_strike:beacon_settings_in_memory", "address": "0x1000"},
            {"rule": "others:unknown", "address": None}]  # fmt: skip
    account = {"pid": 77, "program": "/usr/bin/x", "hits": hits, "errors": ["EIO"]}
    name = ProcessScan.name
    case = case_of(
        tmp_path, artifact(f"hozen:/{name}/77.json", json.dumps(account).encode()),
        artifact(f"hozen:/{name}/78.json", b"[" * 9000),
    )  # fmt: skip
    folder, _ = triaged(case)
    (one,) = observations(folder)

    assert (one["item"], one["place"], one["text"]) == (1, "PID 77, 0x1000", "/usr/bin/x")
    assert one["rule"] == "cobalt_strike:beacon_settings_in_memory"
    assert [each["why"].partition(":")[0] for each in rows(folder, "unread.jsonl")][:2] == [
        "EIO", "others",
    ]  # fmt: skip
    assert len(rows(folder, "unread.jsonl")) == 3


def test_says_of_what_it_could_not_look_at(tmp_path):
    case = case_of(
        tmp_path, gap("/etc/shadow"), gap("/x", Reason.ABSENT), link("/l", b"there"),
        artifact("withheld:/home/a.docx", b"{}"), cut("/var/log/half", b"half"),
    )  # fmt: skip
    folder, done = triaged(case)

    assert done.not_looked_at == {"denied": 1, "absent": 1, "link": 1, "withheld": 1}
    assert done.looked_at == {"in_part": 1, "scanned": 1}  # half a log, and the footprint
    (half,) = rows(folder, "unread.jsonl")
    assert (half["origin"], half["item"]) == ("/var/log/half", 5)


def test_a_scan_of_the_collection_that_gave_up_is_no_scan_without_a_match(tmp_path, monkeypatch):
    class Slow:
        in_batches = False

        def __init__(self, compiled):
            self.names = compiled.names

        def match(self, *_, timeout, **__):
            raise ScanError(f"given up after {timeout} s")

        def match_each(self, parts, **options):
            return one_by_one(self, parts, **options)

    def load_rules(folder):
        rules = really(folder)
        return replace(rules, compiled=Slow(rules.compiled))

    monkeypatch.setattr("triages.load_rules", load_rules)
    folder, _ = triaged(case_of(tmp_path, artifact("/srv/a.bat", FRAGMENT)))

    gave_up = rows(folder, "unread.jsonl")
    assert [each["origin"] for each in gave_up] == ["/srv/a.bat", "hozen:/footprint.json"]
    assert all("given up after" in each["why"] for each in gave_up)


# What it leaves behind.


def test_the_document_names_every_file_with_its_digest(tmp_path):
    folder, done = triaged(case_of(tmp_path, artifact("/srv/a.bat", FRAGMENT)))
    listed = "".join(f"{digest}  {name}\n" for name, digest in done.files.items())
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "-"], input=listed.encode(), cwd=folder, check=False,
        capture_output=True,
    )  # fmt: skip
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}

    assert checked.returncode == 0, checked.stdout
    assert there == {*done.files, "triage.json"}
    assert read_triage(folder) == done
    assert folder.stat().st_mode & 0o077 == 0


def test_a_new_triage_is_a_new_folder_and_the_case_stays_as_it_was(tmp_path):
    case = case_of(tmp_path, artifact("/srv/a.bat", FRAGMENT))
    before = {p: p.stat().st_mtime_ns for t in ("hosts", "bundles") for p in (case / t).rglob("*")}
    first, done = triaged(case)
    text = (first / "triage.json").read_bytes()
    second, again = triaged(case, output=case / "triage" / "more")

    assert first != second
    assert (first / "triage.json").read_bytes() == text
    assert done.seen == again.seen
    assert {p: p.stat().st_mtime_ns for t in ("hosts", "bundles") for p in (case / t).rglob("*")} == before  # fmt: skip # noqa: E501


def test_a_triage_that_is_cut_off_leaves_no_document(tmp_path, monkeypatch):
    case = case_of(tmp_path, artifact("/srv/a.bat", FRAGMENT))

    def unplugged(self):
        raise OSError(5, "unplugged")

    monkeypatch.setattr(writing.Writing, "finish", unplugged)
    with pytest.raises(OSError, match="unplugged"):
        triaged(case)
    (left,) = (case / "triage" / "bundle").iterdir()

    assert not (left / "triage.json").exists()
    with pytest.raises(FileNotFoundError):
        read_triage(left)


def test_a_full_medium_is_named_and_no_half_of_the_results_stays(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    case = case_of(tmp_path, artifact("/srv/a.bat", FRAGMENT))
    monkeypatch.setattr(writing.Writing, "finish", full)
    with pytest.raises(FullError, match="the medium is full; the unfinished results") as told:
        triaged(case)

    assert str(case / "triage" / "bundle") in str(told.value)
    assert "--output" in told.value.sentence("ja")
    assert told.value.exit_code == 4
    assert list((case / "triage" / "bundle").iterdir()) == []


def test_an_interrupted_triage_says_so(tmp_path, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    case = case_of(tmp_path, artifact("/srv/a.bat", FRAGMENT))
    monkeypatch.setattr(writing.Writing, "finish", interrupted)
    code = run_here(["triage", str(case)], Texts("ja"))

    assert code == 4
    assert "途中で中断されました(終わっていません)。同じコマンドを" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "language", "says"),
    [
        (OSError(errno.EIO, "Input/output error"), "en", "unfinished, and no result"),
        (MemoryError(), "en", "triage.json is not in it"),
        (KeyboardInterrupt(), "ja", "結果とはみなしません(triage.json がありません)"),
    ],
    ids=["medium", "memory", "ended"],
)
def test_a_folder_that_stays_without_its_document_is_named(
    tmp_path, monkeypatch, capsys, error, language, says
):
    def failing(*_, **__):
        raise error

    case = case_of(tmp_path, artifact("/srv/a.bat", FRAGMENT))
    monkeypatch.setattr(writing.Writing, "finish", failing)
    code = run_here(["triage", "--quiet", str(case)], Texts(language))

    (left,) = (case / "triage" / "bundle").iterdir()
    first, last = filter(None, capsys.readouterr().err.splitlines())
    assert (code, first.startswith(f"hozen: {left}: "), says in first) == (4, True, True)
    assert last.startswith("hozen: ")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EEXIST])
def test_no_folder_is_called_unfinished_that_is_gone_or_none_of_this_run(
    tmp_path, monkeypatch, capsys, number
):
    def failing(*_, **__):
        raise OSError(number, os.strerror(number))

    case = case_of(tmp_path, artifact("/srv/a.bat", FRAGMENT))
    monkeypatch.setattr(
        *((writing.Writing, "finish") if number == errno.ENOSPC else (Path, "mkdir")), failing
    )

    assert run_here(["triage", str(case)], Texts("en")) in (2, 4)
    assert "no result" not in capsys.readouterr().err


def test_a_noisy_rule_is_counted_and_does_not_fill_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "OF_A_RULE", 3)
    things = [artifact(f"/srv/{number}.lockbit", b"x") for number in range(7)]
    folder, done = triaged(case_of(tmp_path, *things))

    assert len([e for e in observations(folder) if e["rule"] == "names:lockbit_2_ending"]) == 3
    assert done.seen["names:lockbit_2_ending"] == 7


def test_since_when_counts_what_a_noisy_rule_saw_beyond_what_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "OF_A_RULE", 2)
    line = "0|/srv/{0}.lockbit|7|r/rrw-r--r--|0|0|61|0|{1}|0|0\n"
    seconds = (1716120000, 1716130000, 1716000000, 1716200000)
    body = "".join(line.format(*each) for each in enumerate(seconds)).encode()
    folder, done = triaged(case_of(tmp_path, artifact("hozen:/bodyfile.txt", body)))
    page = (folder / "summary-en.txt").read_text()

    span = done.spans["names:lockbit_2_ending"]
    assert (span.first, span.last) == ("2024-05-18T02:40:00Z", "2024-05-20T10:13:20Z")
    assert "bear times from 2024-05-18 02:40:00 to 2024-05-20 10:13:20" in page
    assert "    2024-05-18 02:40:00 – 2024-05-20 10:13:20 seen: 4" in page


# Folders.


def test_a_folder_is_looked_into_and_nothing_is_written_there(tmp_path):
    tree = tmp_path / "tree"
    (tree / "deep" / "er").mkdir(parents=True)
    (tree / "deep" / "er" / "a.bat").write_bytes(FRAGMENT)
    (tree / "link").symlink_to("deep")
    os.mkfifo(tree / "pipe")
    os.utime(tree / "deep" / "er" / "a.bat", ns=(10**18, 10**18))
    before = sorted(tree.rglob("*"))
    folder, done = triaged(tree, output=tmp_path / "out")

    assert rules_seen(folder) == BOTH
    assert {each["origin"] for each in observations(folder)} == {"/deep/er/a.bat"}
    assert done.not_looked_at == {"link": 1, "special": 1}
    assert sorted(tree.rglob("*")) == before
    assert (tree / "deep" / "er" / "a.bat").stat().st_atime_ns == 10**18


@pytest.mark.parametrize(
    ("options", "key"),
    [({}, "no_output"), ({"output": "tree/sub"}, "output_inside"),
     ({"output": "out", "bundles": ["x"]}, "bundle_of_folder")],
    ids=["no output", "inside", "bundle"],
)  # fmt: skip
def test_a_folder_needs_an_output_outside_of_it(tmp_path, options, key):
    (tmp_path / "tree").mkdir()
    if "output" in options:
        options = options | {"output": tmp_path / options["output"]}
    with pytest.raises(TriageError) as refused:
        triaged(tmp_path / "tree", **options)

    assert refused.value.key == key
    assert sorted(p.name for p in tmp_path.iterdir()) == ["tree"]
    assert list((tmp_path / "tree").iterdir()) == []


def test_no_folder_no_bundle_and_an_output_among_the_evidence_are_refused(tmp_path):
    case = case_of(tmp_path, artifact("/a", b"x"))
    ended = run("triage", tmp_path / "nothing", HOZEN_LANG="ja")

    assert (ended.code, ended.out) == (2, "")
    assert "フォルダーがありません" in ended.err
    assert run("triage", case, "--bundle", "other").code == 2
    assert run("triage", case, "--output", case / "hosts" / "x").code == 2
    assert not (case / "hosts" / "x").exists()


def test_the_command_line_says_what_was_seen_and_what_that_is_not(tmp_path):
    case = case_of(tmp_path, artifact("/srv/a.bat", FRAGMENT))
    english = run("triage", case, "--output", tmp_path / "1")
    japanese = run("triage", case, "--output", tmp_path / "2", HOZEN_LANG="ja")
    told = json.loads(run("triage", case, "--output", tmp_path / "3", "--json").out)

    assert english.code == 0, english.err
    assert "medium: two or more commands that destroy backups" in english.out
    assert "中程度: " in japanese.out
    assert told["schema"] == "hozen-triaged/1"
    assert told["triages"][0]["seen"]["recovery:inhibition_of_recovery"] == 1


def test_how_many_files_were_looked_into_is_said_now_and_then_and_not_each_time(tmp_path):
    case = case_of(tmp_path, *(artifact(f"withheld:/srv/{n}.docx", b"{}") for n in range(7)))

    assert run("triage", case).err == "Looking into bundle …\n"


def test_no_match_is_no_proof(tmp_path):
    case = case_of(tmp_path, artifact("/srv/a.txt", b"ordinary\n"))

    said = run("triage", case).out
    assert "This does not prove that nothing happened." in said
    assert re.search(r"[0-9]+ more rules were not tried: nothing of their kind", said)
    japanese = run("triage", case, "--output", tmp_path / "2", HOZEN_LANG="ja").out
    assert "件の規則では" in japanese
    assert "感染していないことの証明ではありません" in japanese


# Bytes and names that somebody made to hurt.


def test_what_is_mounted_below_a_folder_is_not_gone_into_and_named(tmp_path):
    with mounted(tmp_path / "tree" / "elsewhere") as where:
        (Path(where) / "a.bat").write_bytes(FRAGMENT)
        (tmp_path / "tree" / "b.bat").write_bytes(FRAGMENT)
        folder, done = triaged(tmp_path / "tree", output=tmp_path / "out")

    assert done.not_looked_at == {"mount": 1}
    assert {each["origin"] for each in observations(folder)} == {"/b.bat"}
    (unread,) = rows(folder, "unread.jsonl")
    assert (unread["origin"], "is mounted here" in unread["why"]) == ("/elsewhere", True)
    assert not done.complete


NAMES = ["new\nline", "\u202egpj.exe", "<script>alert(1)<", "\x1b[2J", "\udcff\udcfe", "a" * 255]


def test_odd_names_in_a_folder_are_told_harmlessly(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in NAMES:
        (tree / name).write_bytes(FRAGMENT)
    folder, done = triaged(tree, output=tmp_path / "out")

    assert done.looked_at == {"read": len(NAMES)}
    assert {each["origin"] for each in observations(folder)} == {
        "/" + name.replace("\udcff\udcfe", "\\xff\\xfe") for name in NAMES
    }


def test_a_folder_whose_own_name_is_no_utf8_is_looked_into(tmp_path):
    tree = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + "検査".encode("shift_jis")))
    tree.mkdir()
    (tree / "a.bat").write_bytes(FRAGMENT)
    folder, done = triaged(tree, output=tree.with_suffix(".out"))

    assert rules_seen(folder) == BOTH
    assert done.source.endswith("\\x8c\\x9f\\x8d\\xb8")
    assert read_triage(folder) == done


def test_a_deep_tree_is_looked_into_as_far_as_paths_go_and_the_rest_is_told(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    here = os.open(tree, os.O_RDONLY)
    for _ in range(40):
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    folder, done = triaged(tree, output=tmp_path / "out")

    assert done.not_looked_at == {"unreadable": 1}
    assert rows(folder, "unread.jsonl")[0]["why"] == "File name too long"
    subprocess.run(["rm", "-rf", tree], check=True)


@pytest.mark.parametrize("change", ["vanishes", "grows", "becomes a pipe"])
def test_a_file_that_changes_while_it_is_looked_for_is_told(tmp_path, monkeypatch, change):
    monkeypatch.setattr(held, "SMALL", 10)
    tree = tmp_path / "tree"
    tree.mkdir()
    path = tree / "a.bat"
    path.write_bytes(FRAGMENT)
    real = held._opened

    def opened(found):
        if change == "grows":
            descriptor = real(found)
            with path.open("ab") as file:
                monkeypatch.setattr(held.os, "fstat", growing(held.os.fstat, file))
            return descriptor
        path.unlink()
        if change == "becomes a pipe":
            os.mkfifo(path)
        return real(found)

    def growing(fstat, file):
        def now(descriptor):
            found = fstat(descriptor)
            with path.open("ab") as more:
                more.write(b"more")
            return found

        return now

    monkeypatch.setattr(held, "_opened", opened)
    folder, done = triaged(tree, output=tmp_path / "out")
    (told,) = rows(folder, "unread.jsonl")

    assert told["origin"] == "/a.bat"
    assert told["why"] == {
        "vanishes": "No such file or directory", "grows": "changed while it was looked into",
        "becomes a pipe": "no regular file",
    }[change]  # fmt: skip
    assert not done.complete


def test_an_item_of_four_gibibytes_of_holes_is_looked_into_at_its_data_alone(tmp_path):
    end = (4 << 30) - 4096
    thing = regular("/srv/huge", FRAGMENT, size=4 << 30, ranges=[(end, len(FRAGMENT))])
    folder, done = triaged(case_of(tmp_path, thing, footprint=False), rescan=True)

    assert done.looked_at == {"read": 1}
    assert {e["offset"] for e in observations(folder)} == {None, str(end), str(end + 30)}


def test_a_file_system_that_tells_of_no_holes_has_every_byte_scanned(tmp_path, monkeypatch):
    monkeypatch.setattr(held, "SMALL", 10)
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.bat").write_bytes(FRAGMENT)
    real = os.lseek

    def lseek(descriptor, offset, whence):
        if whence in (os.SEEK_DATA, os.SEEK_HOLE):
            raise OSError(errno.EINVAL, "Invalid argument")
        return real(descriptor, offset, whence)

    monkeypatch.setattr(held.os, "lseek", lseek)

    assert rules_seen(triaged(tree, output=tmp_path / "out")[0]) == BOTH


def test_a_file_that_says_less_than_it_has_is_told_or_read_whole(monkeypatch):
    examined = Examined(origin="/maps", path=Path("/proc/self/maps"), size=0)
    with held.held(examined) as open_file:
        assert open_file.size == len(open_file.file.read()) > 100

    monkeypatch.setattr(held, "SMALL", 10)
    with pytest.raises(held.HeldError, match="has more than 10 bytes"), held.held(examined):
        pass


def test_a_file_with_holes_in_a_folder_is_scanned_where_it_has_data(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    with (tree / "huge").open("wb") as file:
        file.truncate(64 << 20)
        file.seek((64 << 20) - 4096)
        file.write(FRAGMENT)
    folder, done = triaged(tree, output=tmp_path / "out")

    assert done.looked_at == {"read": 1}
    assert {e["offset"] for e in observations(folder)} == {
        None, str((64 << 20) - 4096), str((64 << 20) - 4066)
    }  # fmt: skip


def _huge(path, size, data=b"", at=0):
    """A file that claims a size, and has only so much data."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)
        file.seek(at)
        file.write(data)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("huge.bin", b"x"),
        ("Security.evtx", b"ElfFile\0"),
        ("$MFT", b"FILE"),
        ("log/auth.log", b"x\n"),
        ("log/wtmp", b"x"),
        ("nginx/access.log", b"x\n"),
    ],
)
def test_holes_of_terabytes_take_no_time(name, head, tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "SECONDS", 0.5)  # which records of logins take, holes or not
    tree = tmp_path / "tree"
    _huge(tree / name, 2 << 40, head)
    folder, done = triaged(tree, output=tmp_path / "out")
    (read,) = rows(folder, "files.jsonl")

    assert sum(done.looked_at.values()) == 1
    assert read["size"] + read["holes"] == 2 << 40
    assert read["size"] <= 1 << 20


def test_a_log_of_events_is_read_behind_holes(tmp_path):
    whole = eventlogs.log(*(eventlogs.Event(id=1, record=number) for number in range(1, 500)))
    head, chunk = whole[: eventlogs.HEADER], whole[eventlogs.HEADER :]
    tree = tmp_path / "tree"
    at = eventlogs.HEADER + (1 << 20) * eventlogs.CHUNK
    _huge(tree / "Security.evtx", 256 << 30, head)
    with (tree / "Security.evtx").open("r+b") as file:
        file.seek(at)
        file.write(chunk)
    folder, _ = triaged(tree, output=tmp_path / "out")

    assert rows(folder, "unread.jsonl") == []
    assert rows(folder, "tables/channels.jsonl")[0]["records"] == 499


def test_looking_for_chunks_ends_in_time_and_that_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(layout, "SECONDS", 0)
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/A.evtx").write_bytes(eventlogs.log(eventlogs.Event(id=1)))
    folder, _ = triaged(tmp_path / "tree", output=tmp_path / "out")

    (told,) = rows(folder, "unread.jsonl")
    assert told["why"] == (
        "chunk 0 (byte 4096): looked for no longer than 0 seconds; none behind it was read"
    )


def test_a_long_triage_says_where_it_is(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "_EVERY", 0.02)
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/a.log").write_bytes(b"x")
    real = held._hashed
    monkeypatch.setattr(held, "_hashed", lambda *given: (time.sleep(0.3), real(*given))[1])
    place, out = str(tmp_path / "tree"), str(tmp_path / "out")
    for language, told in (("en", "1 files so far; now /a.log"), ("ja", "1 ファイル目: /a.log")):
        arguments = ["triage", place, "--output", f"{out}-{language}"]
        assert run_here(arguments, Texts(language)) == 0
        assert told in capsys.readouterr().err


def test_a_folder_of_results_that_can_t_be_listed_is_no_shorter_list(tmp_path, monkeypatch):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "one.txt").write_text("one\n")
    whole, listed = digests(tmp_path), os.scandir

    def failing(path):
        if os.fspath(path).endswith("tables"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", failing)
    assert list(whole) == ["tables/one.txt"]
    with pytest.raises(PermissionError):
        digests(tmp_path)


LINE = b"Nov 30 01:00:00 host sshd[1]: Server listening on 0.0.0.0 port 22.\n"


def test_a_log_that_was_not_read_is_named_and_not_counted_as_looked_at(tmp_path):
    """Refused when it was collected, in a form that can't be read, or cut off."""
    denied = gap("/var/log/secure")._replace(kind="log", detail="Permission denied")
    absent = gap("/var/log/messages", Reason.ABSENT)._replace(kind="log")
    packed = gzip.compress(LINE * 9000)
    case = case_of(
        tmp_path, denied, absent, artifact("/w/Security.evtx", b"no event log" * 999),
        artifact("/var/log/auth.log.1.gz", packed[:-30]), artifact("/var/log/auth.log", LINE),
    )  # fmt: skip
    folder, done = triaged(case)
    pages = {each: (folder / f"summary-{each}.txt").read_text() for each in ("en", "ja")}
    ended = {}
    for language in ("en", "ja"):
        time.sleep(1)  # results are named by the second
        ended[language] = run("triage", case, "--language", language).out

    assert [one.origin for one in done.logs] == [
        "/var/log/secure", "/w/Security.evtx", "/var/log/auth.log.1.gz",
    ]  # fmt: skip
    assert (done.logs_unread, done.looked_at["in_part"], done.looked_at["read"]) == (3, 2, 1)
    for text, why in (
        ("en", "access denied: Permission denied"), ("ja", "アクセス拒否: Permission denied"),
    ):  # fmt: skip
        assert f"/var/log/secure ({why})" in " ".join(pages[text].split())
        assert f"/var/log/secure: {why}" in ended[text]
    assert "LOG NOT READ, or not in full: /w/Security.evtx: the file does not begin" in ended["en"]
    assert "読めないログ(一部だけを含む): /var/log/auth.log.1.gz: " in ended["ja"]


def test_a_log_that_was_left_out_or_obtained_in_part_is_named(tmp_path):
    detail = "9 bytes: more than is left of the limit for this place"
    large = gap("/var/log/syslog", Reason.SKIPPED)._replace(kind="log", detail=detail)
    case = case_of(
        tmp_path, large, cut("/var/log/auth.log", LINE), cut("/srv/a.bin", LINE), rules=False
    )
    _, done = triaged(case)

    assert [(one.origin, one.reason, one.why.partition(":")[0]) for one in done.logs] == [
        ("/var/log/syslog", "skipped", "9 bytes"), ("/var/log/auth.log", "", "obtained in part"),
    ]  # fmt: skip


def test_of_very_many_logs_the_first_are_named_and_all_are_counted(tmp_path):
    for number in range(150):
        (tmp_path / "w").mkdir(exist_ok=True)
        (tmp_path / "w" / f"{number}.evtx").write_bytes(b"x" * 5000)
    _, done = triaged(tmp_path / "w", output=tmp_path / "out")

    assert (len(done.logs), done.logs_unread) == (100, 150)
