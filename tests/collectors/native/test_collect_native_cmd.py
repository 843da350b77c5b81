"""The native script for Windows, as text: what it may run, and what must never stand in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "collectors" / "native" / "COLLECT-NATIVE.cmd"
BYTES = SCRIPT.read_bytes()
LINES = BYTES.decode("cp932").split("\r\n")
CODE = [line for line in LINES if not line.startswith(("#", "rem "))]

# What each program may be asked: all of it reads, but for epl and save, which write a file of ours.
ALLOWED = {
    "w32tm.exe": r"/query /status /verbose|/tz", "netstat.exe": r"-ano|-anob|-rn", "arp.exe": "-a",
    "ipconfig.exe": r"/all|/displaydns", "route.exe": "print",
    "tasklist.exe": r"/(v|svc|m) /fo csv", "quser.exe": "", "qwinsta.exe": "",
    "net.exe": r"share|session|file|use|user|accounts|localgroup Administrators",
    "whoami.exe": "/all", "wevtutil.exe": r'gl Security|epl "%CHANNEL%" "evtx\\%FILE%\.evtx"',
    "sc.exe": r"queryex type= all state= all", "schtasks.exe": r"/query /v /fo csv",
    "driverquery.exe": r"/v /fo csv", "fltmc.exe": r"filters|volumes", "uwfmgr.exe": "get-config",
    "manage-bde.exe": "-status", "vssadmin.exe": r"list (shadows|shadowstorage)",
    "bcdedit.exe": r"/enum all", "auditpol.exe": r"/get /category:\*", "systeminfo.exe": "",
    "reg.exe": r'query "?HK(LM|CU)\\[\w \\]+"?( /s)?'
    r"|save HK(LM\\(SYSTEM|SOFTWARE)|CU) registry\\[\w.]+",
}  # fmt: skip
ELSEWHERE = {"hostname.exe", "whoami.exe", "findstr.exe", "certutil.exe", "chcp.com", "cmd.exe"}
FORBIDDEN = re.compile(
    r"\b(del|erase|rd|rmdir|ren|move|format|shutdown|taskkill|start|powershell|wmic|bitsadmin|curl"
    r"|setx|assoc|ftype|attrib|icacls|takeown|diskpart|mshta|cscript|wscript|rundll32|pause)\b"
    r"|reg(\.exe)?\s+(add|delete|import|load|unload|restore)|\bcreate\b|\bdelete\b|\bconfig\b"
    r"|\bnet(\.exe)? (start|stop)|/add\b|-off\b|-on\b|https?:",
    re.IGNORECASE,
)


def runs() -> list[tuple[str, str]]:
    found = [re.match(r"call :run (\S+) (\S+) ?(.*)$", line) for line in CODE]
    return [(each[2], each[3]) for each in found if each]


def test_lines_end_as_windows_wants_them_and_the_code_is_ascii():
    assert BYTES.count(b"\n") == BYTES.count(b"\r\n")
    assert [line for line in CODE if not line.isascii()] == []


def test_it_runs_what_it_may_and_nothing_else():
    assert len(runs()) > 40
    assert [
        (name, rest) for name, rest in runs() if not re.fullmatch(ALLOWED.get(name, "\0"), rest)
    ] == []


def test_every_program_is_named_by_its_whole_path():
    named = [name for line in CODE for name in re.findall(r"[\w-]+\.(?:exe|com)\b", line)]
    plain = [
        line for line in CODE
        if re.search(r"[\w-]+\.(exe|com)\b", line)
        and not line.startswith("call :run")
        and not re.search(r'%(SYS|SystemRoot)%\\|"command:|\bcall :run ', line)
    ]  # fmt: skip

    assert set(named) - set(ALLOWED) == ELSEWHERE - set(ALLOWED)
    assert plain == []


def test_nothing_that_changes_the_machine_stands_in_it():
    # A log's name in quotation marks is no command; neither is what uwfmgr is asked for.
    bare = [re.sub(r'"Microsoft[^"]*"|"Windows PowerShell"|get-config', "", line) for line in CODE]

    assert [line for line in bare if FORBIDDEN.search(line)] == []


@pytest.mark.parametrize(
    "line", ["del /q x", "reg.exe add HKLM", "vssadmin create shadow", "net stop x", "shutdown /r"]
)
def test_the_lint_knows_such_a_line(line):
    assert FORBIDDEN.search(line)


def test_files_are_written_into_its_own_folder_alone():
    targets = [
        target for line in CODE
        for target in re.findall(r'(?<![\^\d])\d?>{1,2}\s*("[^"]+"|[^\s"&]+)', line)
    ]  # fmt: skip

    assert targets
    assert {t.strip('"') for t in targets} <= {
        "nul", "steps.tsv", "SHA256SUMS.txt", "%NAME%.txt", "%NAME%.err", "%~1.txt", "%~1.err",
    }  # fmt: skip


def test_every_sentence_stands_in_japanese_and_in_english():
    said = set(re.findall(r'call :say (\w+) "[^"]+"', "\n".join(CODE)))
    japanese = {line[1:].split("=")[0] for line in LINES if line.startswith("#")}

    assert said == japanese


def test_a_line_of_the_log_has_the_columns_of_its_head():
    ((head,), (row,)) = (
        [line for line in CODE if line.startswith(f">>steps.tsv echo {first}")]
        for first in ("step", "%~1")
    )
    names = {"DATE": "D", "TIME": "T", "TAB": "\t"}
    filled = re.sub(r"%(DATE|TIME|TAB)%|%~\d", lambda found: names.get(found[1], "x"), row)

    assert "%" not in filled
    assert filled.count("\t") == head.count("%TAB%") == 7


def test_every_label_that_is_called_exists_and_code_ends_before_the_sentences():
    labels = {line[1:] for line in CODE if line.startswith(":")}

    assert set(re.findall(r"(?:call|goto) :(\w+)", "\n".join(CODE))) == labels
    first = next(number for number, line in enumerate(LINES) if line.startswith("#"))
    assert [line for line in LINES[:first] if line][-1] == "exit /b"
