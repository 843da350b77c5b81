"""Which paths a command line names."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.windows.commands import LONGEST, is_program, named_in, paths_in, run_by

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
    (r"C:\Program Files\App\run.exe.bak", []),
    (r"rundll32.exe C:\ProgramData\run.dat,Start", [r"C:\ProgramData\run.dat"]),
    (
        r'"C:\Windows\System32\rundll32.exe" "C:\a b\run.dat",Start',
        [r"C:\Windows\System32\rundll32.exe", r"C:\a b\run.dat"],
    ),
    (r"regsvr32 /s C:\ProgramData\reg.txt", [r"C:\ProgramData\reg.txt"]),
    (r"wscript.exe //B //E:vbs %TEMP%\x.tmp arg", [r"%TEMP%\x.tmp"]),
    (r"cscript C:\Program Files\x y\z.dat", [r"C:\Program Files\x y\z.dat"]),
    (r"msiexec /i C:\a\b.tmp /qn", [r"C:\a\b.tmp"]),
    (r"mshta.exe file.hta & notepad C:\a\letter.txt", []),
    (r"mshta http://server/x.txt", []),
    (r"pwsh -NoProfile -File C:\a\stage.log -y", [r"C:\a\stage.log"]),
    (r"powershell -f 'C:\a b\stage.log'", [r"C:\a b\stage.log"]),
    (r'cmd /c "C:\x\y"', [r"C:\x\y"]),
    (r"cmd.exe /d /q /c C:\x\y -a", [r"C:\x\y"]),
    (r'cmd /K ""C:\a b\run" D:\z"', [r"C:\a b\run"]),
    (r"%COMSPEC%\cmd.exe /c C:\x\y.txt", [r"%COMSPEC%\cmd.exe"]),
    (r"cmd /c type C:\x\y", []),
    ("C:\\x.exe C:\\x.exe", [r"C:\x.exe"]),
    (r"C:\a\readme.txt:mal.exe -k", [r"C:\a\readme.txt:mal.exe"]),
    (r"C:\a\host.exe:mal.exe", [r"C:\a\host.exe:mal.exe"]),
    (r"wscript C:\a\readme.txt:x.js", [r"C:\a\readme.txt:x.js"]),
    (r"wscript //E:jscript C:\a\readme.txt:data", [r"C:\a\readme.txt:data"]),
    (r"rundll32 C:\a\x.dat:lib,Start", [r"C:\a\x.dat:lib"]),
    (r"powershell -File C:\a\stage:run -y", [r"C:\a\stage:run"]),
    (r"%windir%\System32:mal.exe", [r"%windir%\System32:mal.exe"]),
    (r"sysnative\x.exe", [r"sysnative\x.exe"]),
    (r"failed: C:\a\x.exe:12: no such file", [r"C:\a\x.exe"]),
    ("", []),
)


@pytest.mark.parametrize(("command", "paths"), CASES)
def test_a_command_names(command, paths):
    assert named_in(command) == paths


RUN = (
    (r"C:\ProgramData\svc.tmp -k", [r"C:\ProgramData\svc.tmp"]),
    (r"C:\ProgramData\svc.tmp netsvcs", [r"C:\ProgramData\svc.tmp"]),
    (r"C:\ProgramData\svcdll.dat", [r"C:\ProgramData\svcdll.dat"]),
    (r'"C:\a b\task.bin" /x', [r"C:\a b\task.bin"]),
    (r"\??\C:\evil\drv.dat", [r"\??\C:\evil\drv.dat"]),
    (r"\SystemRoot\temp\drv.x86", [r"\SystemRoot\temp\drv.x86"]),
    (r"C:\Program Files\App\run.exe.bak", [r"C:\Program Files\App\run.exe.bak"]),
    (r"C:\Program Files\App v1.0 b\x.dat -a", [r"C:\Program Files\App v1.0 b\x.dat"]),
    (r"C:\Program Files\App\plain -k", [r"C:\Program Files\App\plain.exe"]),
    (r"C:\Windows\x.exe C:\a\letter.txt", [r"C:\Windows\x.exe"]),
    (r"C:\a\readme.txt:mal -k", [r"C:\a\readme.txt:mal"]),
    (r"C:\a\host.exe:mal", [r"C:\a\host.exe:mal", r"C:\a\host.exe"]),
    (r"C:\a\plain:mal", [r"C:\a\plain:mal"]),
    (r"C:\a\x.dat C:\b\y.dll", [r"C:\a\x.dat", r"C:\b\y.dll"]),
    (r"rundll32 C:\a\x.dat,#1", [r"C:\a\x.dat"]),
    (r"notepad.exe C:\a\letter.txt", []),
    ("", []),
)


@pytest.mark.parametrize(("command", "paths"), RUN)
def test_what_is_run_by_definition_needs_no_ending_of_a_program(command, paths):
    assert run_by(command) == paths


@given(st.text())
def test_any_text_names_a_bounded_number_of_things(text):
    assert len(named_in(text)) <= len(text)
    assert len(run_by(text)) <= len(text)


@pytest.mark.parametrize("length", [390, 396, 397, 398, 399, 400, 401, 402, 403, 900, 5000])
def test_a_path_of_any_length_is_named_whole(length):
    path = rf"C:\{'folder ' * (length // 7)}{'n' * (length % 7)}\evil.exe"

    assert named_in(f"start /b {path} -x") == [path]
    assert named_in(f'cmd "{path}" C:\\a.dll') in ([path, r"C:\a.dll"], [r"C:\a.dll", path])


def test_what_is_long_and_ends_like_no_program_is_no_path():
    assert paths_in("C:\\" + "word " * 900) == []
    assert paths_in(r"C:\a.exe " + "word " * 900 + ".exe") == [r"C:\a.exe"]


HOSTILE = (
    "%a%\\" + "b" * 500, "C:\\" + "b " * 250,
    "rundll32 ", "rundll32 C:\\a ", "-File ", "C:\\a.1 ", "C:\\", "C:\\a", "%a%\\", '"', "\\",
    "C:\\a ", "-e AAAA", "C:\\a:", "C:\\a.exe:b", ":", "wscript C:\\a:b ",
    "C:\\a.exe:" + "b" * 300, "\\\\a\\", "system32\\",
)  # fmt: skip


@pytest.mark.timeout(60)  # where time grows with the square it is hours
@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_ends(piece):
    assert len(run_by(piece * (LONGEST // len(piece) + 10))) < LONGEST // 5


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("a.EXE", True), ("a.ps1. ", True), ("a.docx", False), ("exe", False), ("a.exe\\b", False)],
)
def test_a_program_is_known_by_its_ending(name, wanted):
    assert is_program(name) is wanted
