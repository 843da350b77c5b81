"""From Windows' spellings to paths of the source."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collectors.windows.paths import LONGEST, placed, standpoint

HIVE = "/Windows/System32/config/SYSTEM"
USER = "/Users/山田/NTUSER.DAT"
SECOND = "/partition-2/Windows/System32/config/SYSTEM"

CASES = (
    # origin of the item, spelling, path
    (HIVE, r"C:\Windows\x.exe", "/Windows/x.exe"),
    (HIVE, r"c:/Windows/x.exe", "/Windows/x.exe"),
    (HIVE, r'  "C:\Program Files\a b\x.exe" ', "/Program Files/a b/x.exe"),
    (HIVE, r"\??\C:\evil\x.sys", "/evil/x.sys"),
    (HIVE, r"\\?\C:\evil\x.sys", "/evil/x.sys"),
    (HIVE, r"\\.\C:\evil\x.sys", "/evil/x.sys"),
    (HIVE, r"\DosDevices\C:\evil\x.sys", "/evil/x.sys"),
    (HIVE, r"\SystemRoot\System32\drivers\x.sys", "/Windows/System32/drivers/x.sys"),
    (HIVE, r"system32\DRIVERS\x.sys", "/Windows/system32/DRIVERS/x.sys"),
    (HIVE, r"SysWOW64\x.dll", "/Windows/SysWOW64/x.dll"),
    (HIVE, r"%SystemRoot%\x.exe", "/Windows/x.exe"),
    (HIVE, r"%windir%\x.exe", "/Windows/x.exe"),
    (HIVE, r"%SystemDrive%\x.exe", "/x.exe"),
    (HIVE, r"%ProgramFiles%\x.exe", "/Program Files/x.exe"),
    (HIVE, r"%ProgramFiles(x86)%\x.exe", "/Program Files (x86)/x.exe"),
    (HIVE, r"%ProgramData%\x.exe", "/ProgramData/x.exe"),
    (HIVE, r"%COMMONPROGRAMFILES%\x.exe", "/Program Files/Common Files/x.exe"),
    (HIVE, r"%APPDATA%\x.exe", None),  # whose?
    (HIVE, r"%UNKNOWN%\x.exe", None),
    (HIVE, r"\evil\x.exe", "/evil/x.exe"),
    (HIVE, r"C:\a\..\..\..\b\.\x.exe", "/b/x.exe"),
    (HIVE, r"C:\a. \x.exe. ", "/a/x.exe"),
    (HIVE, r"C:\doc.txt:hidden.exe", "/doc.txt:hidden.exe"),
    (HIVE, r"C:\doc.txt:hidden.exe:$DATA", "/doc.txt:hidden.exe"),
    (HIVE, r"C:\doc.txt::$DATA", "/doc.txt"),
    (HIVE, r"C:\doc.txt:a/b", "/doc.txt"),
    (HIVE, r"%windir%\sysnative\zz.exe", "/Windows/System32/zz.exe"),
    (HIVE, r"C:\WINDOWS\.\SysNative\a\zz.exe", "/WINDOWS/System32/a/zz.exe"),
    (HIVE, r"sysnative\zz.exe", "/Windows/System32/zz.exe"),
    (HIVE, r"C:\a\sysnative\zz.exe", "/a/sysnative/zz.exe"),
    (HIVE, r"C:\患者\x.exe", "/患者/x.exe"),
    (HIVE, "C:\\", None),
    (HIVE, "x.exe", None),
    (HIVE, "", None),
    (HIVE, "C:\\a\x00b.exe", None),
    (HIVE, "C:\\*.exe", None),
    (HIVE, "C:\\\ud800.exe", None),
    (HIVE, "C:\\" + "a" * LONGEST, None),
    (HIVE, r"\\server\share\x.exe", r"\\server\share\x.exe"),
    (HIVE, r"\\?\UNC\server\share\x.exe", r"\\server\share\x.exe"),
    (HIVE, r"D:\x.exe", r"D:\x.exe"),
    (HIVE, r"\Device\HarddiskVolume3\x.exe", r"\Device\HarddiskVolume3\x.exe"),
    (HIVE, r"\VOLUME{01d3096ba3a4-2ca3d1ae}\X.EXE", r"\VOLUME{01d3096ba3a4-2ca3d1ae}\X.EXE"),
    (USER, r"%USERPROFILE%\x.exe", "/Users/山田/x.exe"),
    (USER, r"%APPDATA%\x.exe", "/Users/山田/AppData/Roaming/x.exe"),
    (USER, r"%LocalAppData%\x.exe", "/Users/山田/AppData/Local/x.exe"),
    (USER, r"%TEMP%\x.exe", "/Users/山田/AppData/Local/Temp/x.exe"),
    (SECOND, r"C:\x.exe", "/partition-2/x.exe"),
    (SECOND, r"C:\..\..\x.exe", "/partition-2/x.exe"),
    (SECOND, r"%windir%\x.exe", "/partition-2/Windows/x.exe"),
    ("/scripts/a.bat", r"%here%\x.exe", "/scripts/x.exe"),
    ("/scripts/a.bat", r"%here%\..\..\..\x.exe", "/x.exe"),
    ("/scripts/a.bat", r"C:\x.exe", "/x.exe"),
)  # fmt: skip


@pytest.mark.parametrize(("origin", "spelling", "path"), CASES)
def test_a_spelling_leads_to(origin, spelling, path):
    assert placed(spelling, standpoint(origin)) == path


@given(st.text(), st.sampled_from([HIVE, USER, SECOND, "/x.lnk", "/", ""]))
@example("%a%%b%", HIVE)
@example("\\\\", HIVE)
@example("\\??\\UNC\\", SECOND)
@example("C:\\..", SECOND)
def test_any_text_is_a_path_below_the_volume_or_as_windows_spells_it_or_none(text, origin):
    at = standpoint(origin)

    path = placed(text, at)

    assert path is None or len(path) <= LONGEST + 100
    if path is not None and path.startswith("/"):
        assert path.startswith(at.root + "/")
        assert not {"..", ".", ""} & set(path[1:].split("/"))
        path.encode()
    elif path is not None:
        assert path[0] == "\\" or path[1:3] == ":\\"


@given(st.text())
def test_any_origin_is_a_standpoint(origin):
    assert origin.startswith(standpoint(origin).root)
