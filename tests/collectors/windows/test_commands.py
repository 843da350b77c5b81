"""Which paths a command line names."""

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.windows.commands import LONGEST, MOST, is_program, named_in

HIDDEN = base64.b64encode("IEX C:\\Users\\Public\\stage.ps1".encode("utf-16-le")).decode()

CASES = (
    (r"C:\Windows\x.exe -k netsvcs", [r"C:\Windows\x.exe"]),
    (r'"C:\Program Files\x y\z.exe" /start', [r"C:\Program Files\x y\z.exe"]),
    (r"C:\Program Files\x y\z.exe -k", [r"C:\Program Files\x y\z.exe"]),
    (r"C:\Program Files\x y\z.exe /k D:\a.dll", [r"C:\Program Files\x y\z.exe", r"D:\a.dll"]),
    (r"%SystemRoot%\system32\svchost.exe -k x", [r"%SystemRoot%\system32\svchost.exe"]),
    (r"\SystemRoot\System32\drivers\x.sys", [r"\SystemRoot\System32\drivers\x.sys"]),
    (r"\??\C:\evil\x.sys", [r"\??\C:\evil\x.sys"]),
    (r"system32\DRIVERS\x.sys", [r"system32\DRIVERS\x.sys"]),
    (r"rundll32.exe C:\ProgramData\x.dll,Start 1", [r"C:\ProgramData\x.dll"]),
    (r'regsvr32 /s /i:"C:\a b\x.sct" scrobj.dll', [r"C:\a b\x.sct"]),
    (r"wscript //B //E:vbs C:\a\x.vbs", [r"C:\a\x.vbs"]),
    (r"powershell -ep bypass -File C:\a\x.ps1 -y", [r"C:\a\x.ps1"]),
    (r"cmd /c start /b C:\a\x.bat && C:\b\y.exe", [r"C:\a\x.bat", r"C:\b\y.exe"]),
    (r"cmd /c cd C:\a && b.exe", []),
    (r"mshta \\server\share\x.hta", [r"\\server\share\x.hta"]),
    (r"powershell -enc " + HIDDEN, [r"C:\Users\Public\stage.ps1"]),
    (r"powershell -e nobase64atall!!", []),
    (r'"C:\a b\noending" -x', [r"C:\a b\noending.exe"]),
    (r"C:\a\noending -x", [r"C:\a\noending.exe"]),
    (r"notepad.exe C:\a\letter.txt", []),
    (r"C:\a\x.exe.config", []),
    (r"C:\a\x.executable", []),
    ("C:\\x.exe C:\\x.exe", [r"C:\x.exe"]),
    ("", []),
)


@pytest.mark.parametrize(("command", "paths"), CASES)
def test_a_command_names(command, paths):
    assert named_in(command) == paths


@given(st.text())
def test_any_text_names_a_bounded_number_of_things(text):
    assert len(named_in(text)) <= MOST


@pytest.mark.parametrize(
    "piece", ["C:\\", "C:\\a", "%a%\\", '"', "\\", "C:\\a ", "-e AAAA", "\\\\a\\", "system32\\"]
)
def test_hostile_text_ends_in_time(piece):
    begun = time.perf_counter()

    found = named_in(piece * (LONGEST // len(piece) + 10))

    assert len(found) <= MOST
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("a.EXE", True), ("a.ps1. ", True), ("a.docx", False), ("exe", False), ("a.exe\\b", False)],
)
def test_a_program_is_known_by_its_ending(name, wanted):
    assert is_program(name) is wanted
