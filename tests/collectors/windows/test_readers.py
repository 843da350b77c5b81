"""What artifacts name: made ones, public samples, strangers' opinions, and damaged ones."""

import io
import re

import LnkParse3
import pytest
import windows
from dissect.regf import regf
from dissect.target.plugins.os.windows.prefetch import Prefetch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import public

from collectors.artifact import ReadApart, Reason
from collectors.windows import hive, links, readers, scripts, tasks, wmi
from collectors.windows.bounds import UntoldError
from collectors.windows.hive import Hive
from collectors.windows.looking import Apart, NotFollowedError
from collectors.windows.paths import LONGEST
from collectors.windows.readers import (
    MOST,
    READERS,
    named_references_for,
    paths_named,
    references_for,
)

XP = "\\DEVICE\\HARDDISKVOLUME1"
LOADED = (
    f"{XP}\\WINDOWS\\SYSTEM32\\NTDLL.DLL", f"{XP}\\TEMP\\EVIL.EXE", f"{XP}\\TEMP\\SIDE.DLL",
    f"{XP}\\WINDOWS\\SYSTEM32\\USER32.DLL", f"{XP}\\WINDOWS\\TEMP\\RUN.PS1",
    "\\DEVICE\\HARDDISKVOLUME2\\STICK.EXE", f"{XP}\\TEMP\\NOTES.TXT",
    f"{XP}\\WINDOW\u017f\\SIDE.DLL",  # another folder than Windows' own
)  # fmt: skip
SYSTEM = {
    "ControlSet001\\Services\\Evil": {"ImagePath": "expandstring:%ProgramData%\\evil\\svc.exe -k"},
    "ControlSet001\\Services\\Evil\\Parameters": {"ServiceDll": "C:\\evil\\service.dll"},
    "ControlSet002\\Services\\Driver": {"ImagePath": "system32\\drivers\\d.sys", "Start": "no"},
    "ControlSet001\\Control\\Lsa": {"Security Packages": "kerberos evilssp"},
    "ControlSet001\\Other": {"ImagePath": "C:\\not\\asked.exe"},
}
SOFTWARE = {
    "Microsoft\\Windows\\CurrentVersion\\Run": {"any": '"C:\\a b\\run.exe" /q'},
    "Wow6432Node\\Microsoft\\Windows\\CurrentVersion\\RunOnce": {"any": "C:\\once.exe"},
    "Microsoft\\Windows NT\\CurrentVersion\\Winlogon": {
        "Userinit": "C:\\Windows\\system32\\userinit.exe,C:\\evil\\u.exe,", "Other": "C:\\no.exe",
    },
    "Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\sethc.exe": {
        "Debugger": "C:\\Windows\\System32\\cmd.exe"
    },
}  # fmt: skip
USER = {
    "Software\\Microsoft\\Windows\\CurrentVersion\\Run": {"any": "%APPDATA%\\x.exe"},
    "Environment": {"UserInitMprLogonScript": "C:\\logon.bat"},
    "Control Panel\\Desktop": {"SCRNSAVE.EXE": "C:\\saver.scr"},
}
ODD = {
    "ControlSet001\\Services\\Evil": {"ImagePath": "C:\\ProgramData\\svc.tmp -k"},
    "ControlSet001\\Services\\Evil\\Parameters": {"ServiceDll": "C:\\ProgramData\\svcdll.dat"},
}
AMCACHE = {
    "Root\\InventoryApplicationFile\\a|1": {"LowerCaseLongPath": "c:\\users\\a\\tool.exe"},
    "Root\\InventoryApplicationFile\\b|1": {"LowerCaseLongPath": "c:\\program files\\store"},
    "Root\\InventoryDriverBinary\\d": {"DriverName": "C:\\drivers\\d.sys"},
    "Root\\File\\volume\\1": {"15": "C:\\old\\seen.exe"},
}
BATCH = (
    "@echo off\r\nrem C:\\old.exe\r\nstart \"\" \"C:\\a b\\x.exe\"\r\ncall %~dp0sub\\y.cmd\r\n"
    "wscript %TEMP%\\z.vbs\r\nC:\\ツール\\w.exe\r\n"
)  # fmt: skip
POWERSHELL = "# C:\\old.exe\n& $PSScriptRoot\\a.ps1\nStart-Process $env:ProgramData\\b.exe\n"


TWO = windows.shortcut("C:\\1.exe"), windows.shortcut("C:\\2.exe")


def repository() -> bytes:
    wanted = (
        b"\0CommandLineEventConsumer\0\0cmd.exe /c C:\\evil\\c.bat\0",
        "ActiveScriptEventConsumer\0C:\\evil\\広い.vbs\0".encode("utf-16-le")
        + b"\0"
        + "C:\\odd\\place.js".encode("utf-16-le"),
    )
    filler = b"\0C:\\other\\class.exe\0".ljust(20_000, b"\xfe")
    return (
        filler
        + wanted[0].ljust(20_000, b"\xfe")
        + bytes((1 << 20) - 40_010)
        + wanted[1].ljust(9_000, b"\xfe")
        + filler
    )


# What is read, where it lies, what it names.
MADE = {
    "system": (
        lambda at: windows.hive(at / "h", SYSTEM).read_bytes(),
        "/Windows/System32/config/SYSTEM",
        [
            "/ProgramData/evil/svc.exe", "/Windows/system32/drivers/d.sys", "/evil/service.dll",
            "/Windows/system32/kerberos.dll", "/Windows/system32/evilssp.dll",
        ],
    ),
    "software": (
        lambda at: windows.hive(at / "h", SOFTWARE).read_bytes(),
        "/windows/system32/CONFIG/software",
        [
            "/a b/run.exe", "/Windows/system32/userinit.exe", "/evil/u.exe",
            "/Windows/System32/cmd.exe", "/once.exe",
        ],
    ),
    "user": (
        lambda at: windows.hive(at / "h", USER).read_bytes(),
        "/Users/山田/NTUSER.DAT",
        ["/Users/山田/AppData/Roaming/x.exe", "/logon.bat", "/saver.scr"],
    ),
    "amcache": (
        lambda at: windows.hive(at / "h", AMCACHE).read_bytes(),
        "/Windows/AppCompat/Programs/Amcache.hve",
        ["/users/a/tool.exe", "/drivers/d.sys", "/old/seen.exe"],
    ),
    "task": (
        lambda at: windows.task("C:\\a.bat", "-x C:\\b.ps1 &amp; C:\\c.exe"),
        "/Windows/System32/Tasks/Folder/Job",
        ["/a.bat", "/b.ps1", "/c.exe"],
    ),
    "endings of no program": (
        lambda at: windows.hive(at / "h", ODD).read_bytes(),
        "/Windows/System32/config/SYSTEM",
        ["/ProgramData/svc.tmp", "/ProgramData/svcdll.dat"],
    ),
    "task of no program's ending": (
        lambda at: windows.task("C:\\ProgramData\\task.bin", "-x C:\\b.txt"),
        "/Windows/System32/Tasks/Job",
        ["/ProgramData/task.bin"],
    ),
    "such a task in a folder": (
        lambda at: windows.task("task.bin", folder="C:\\work"),
        "/Windows/System32/Tasks/Job",
        ["/work/task.bin"],
    ),
    "task in a folder": (
        lambda at: windows.task("run.exe", folder="C:\\work\\"),
        "/Windows/System32/Tasks/Job",
        ["/work/run.exe"],
    ),
    "shortcut": (
        lambda at: windows.shortcut("C:\\Users\\x\\a.exe", "-f C:\\b.ps1"),
        "/Users/x/Desktop/a.lnk",
        ["/Users/x/a.exe", "/b.ps1"],
    ),
    "shortcut to another machine": (
        lambda at: windows.shortcut("\\\\server\\share\\d\\a.exe"),
        "/a.LNK",
        ["\\\\server\\share\\d\\a.exe"],
    ),
    "shortcut to a document": (
        lambda at: windows.shortcut("C:\\Users\\x\\letter.docx"), "/a.lnk", [],
    ),
    "automatic": (
        lambda at: windows.jump_list({"1": TWO[0], "DestList": b"x", "2": TWO[1]}),
        "/Users/x/AppData/Roaming/Microsoft/Windows/Recent/A/1.automaticDestinations-ms",
        ["/1.exe", "/2.exe"],
    ),
    "custom": (
        lambda at: b"head" + TWO[0] + TWO[1] + b"tail",
        "/x/1.customDestinations-ms",
        ["/1.exe", "/2.exe"],
    ),
    "prefetch": (
        lambda at: windows.prefetch("EVIL.EXE", LOADED),
        "/Windows/Prefetch/EVIL.EXE-12345678.pf",
        ["/TEMP/EVIL.EXE", "/TEMP/SIDE.DLL", "/WINDOWS/TEMP/RUN.PS1",
         "\\DEVICE\\HARDDISKVOLUME2\\STICK.EXE", "/WINDOW\u017f/SIDE.DLL"],
    ),
    "shortcut by a list alone": (
        lambda at: windows.by_list("C:\\", "ProgramData", "長い名前の evil.exe"),
        "/Users/x/Desktop/a.lnk",
        ["/ProgramData/長い名前の evil.exe"],
    ),
    "repository": (
        lambda at: repository(),
        "/Windows/System32/wbem/Repository/OBJECTS.DATA",
        ["/evil/c.bat", "/evil/広い.vbs", "/odd/place.js"],
    ),
    "startup": (
        lambda at: BATCH.encode("cp932"),
        "/Users/x/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/a.bat",
        [
            "/a b/x.exe",
            "/Users/x/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/sub/y.cmd",
            "/Users/x/AppData/Local/Temp/z.vbs", "/ツール/w.exe",
        ],
    ),
    "profile": (
        lambda at: POWERSHELL.encode("utf-16"),
        "/Users/x/Documents/WindowsPowerShell/Microsoft.PowerShell_profile.ps1",
        ["/Users/x/Documents/WindowsPowerShell/a.ps1", "/ProgramData/b.exe"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", MADE)
def test_an_artifact_names(kind, tmp_path):
    make, origin, paths = MADE[kind]
    how = references_for(origin)

    assert how is not None
    assert list(paths_named(how.reader, origin, io.BytesIO(make(tmp_path)))) == paths


@pytest.mark.parametrize(
    "path",
    ["/Windows/System32/config/SAM", "/Users/x/a.bat", "/Windows/x.xml", "/x.exe", "/NTUSER.DAT",
     "/Windows/Prefetch/Layout.ini", "/etc/passwd", ""],
)  # fmt: skip
def test_other_files_lead_nowhere_by_themselves(path):
    assert references_for(path) is None


@pytest.mark.parametrize("number", range(len(readers._PLACES)))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_quick_look_at_a_path_s_end_passes_no_file_over(number, data):
    pattern, _ = readers._PLACES[number]
    plain = re.compile(pattern.pattern, re.ASCII | re.IGNORECASE | re.DOTALL)
    path = data.draw(st.from_regex(plain, fullmatch=True).filter(str.isascii))

    assert references_for(path) is not None


@pytest.mark.parametrize(
    ("path", "reader"),
    [("/x/A.BAT", "script"), ("/x/a.Ps1", "script"), ("/x/a.vbs", "script"), ("/x/a.js", "script"),
     ("/x/a.lnk", "shortcut"), ("/x/a.xml", "task"), ("/x/a.exe", None), ("/x/a.bat.txt", None)],
)  # fmt: skip
def test_a_named_file_leads_on_by_its_ending(path, reader):
    found = named_references_for(path)

    assert (found and found.reader) == reader
    assert found is None or found == ReadApart(reader, path, READERS[reader].largest)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\xff\xfe<", ValueError),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><Task>&b;</Task>', ValueError),
        (b"", ValueError),
    ],
)
def test_no_task_is_a_fault_of_the_file(data, error):
    with pytest.raises(error):
        list(paths_named("task", "/Windows/System32/Tasks/x", io.BytesIO(data)))


def test_other_xml_names_nothing():
    assert not list(paths_named("task", "/x.xml", io.BytesIO(b"<a><Exec>C:\\x.exe</Exec></a>")))


def until_the_fault(reader, data):
    """What a reader gives before it fails, and how it fails."""
    found = []
    try:
        found.extend(paths_named(reader, "/x", io.BytesIO(data)))
    except (OSError, OverflowError, UntoldError) as error:
        return found, str(error)
    return found, None


def test_a_damaged_shortcut_costs_no_other_one():
    found, fault = until_the_fault(
        "automatic jump list", windows.jump_list({"1": b"no shortcut", "2": TWO[1]})
    )

    assert found == ["/2.exe"]
    assert "lnk" in fault


def test_a_damaged_key_costs_no_other_one(tmp_path):
    keys = {f"ControlSet001\\Services\\{n}": {"ImagePath": f"C:\\{n}.exe"} for n in "ab"}
    data = bytearray(windows.hive(tmp_path / "h", keys).read_bytes())
    key = data.index(b"nk\x20\0", data.index(b"Services"))
    data[key : key + 2] = b"??"

    found, fault = until_the_fault("hive", bytes(data))

    assert found == ["/b.exe"]
    assert fault is not None


def test_a_damaged_value_costs_no_other_one(tmp_path):
    keys = {"ControlSet001\\Services\\a": {"ImagePath": "C:\\a.exe", "Z": "other"}}
    data = bytearray(windows.hive(tmp_path / "h", keys).read_bytes())
    value = data.rindex(b"vk", 0, data.index(b"Z", data.index(b"ImagePath")))
    data[value + 4 : value + 8] = b"\xff\xff\xff\x7f"

    found, fault = until_the_fault("hive", bytes(data))

    assert found == ["/a.exe"]
    assert fault is not None


@pytest.mark.parametrize("what", ["keys", "values"])
@pytest.mark.parametrize("reader", ["hive", "view of SYSTEM"])
def test_what_a_key_no_longer_leads_to_is_told_of(reader, what, tmp_path):
    """libregf leaves it out without a word."""
    keys = {"ControlSet001\\Services\\a": {"ImagePath": "C:\\a.exe"}}
    data = bytearray(windows.hive(tmp_path / "h", keys).read_bytes())
    name = data.index({"keys": b"Services", "values": b"a\0\0\0\0\0\0\0"}[what])
    place = name - 76 + {"keys": 28, "values": 40}[what]
    at = 4096 + int.from_bytes(data[place : place + 4], "little")
    if what == "keys":
        assert data[at + 4 : at + 6] == b"lh"
        data[at + 10] ^= 4  # of the offset of its one key
    else:
        data[place + 2] ^= 4

    found, fault = until_the_fault(reader, bytes(data))

    assert not any("a.exe" in each for each in found)
    assert "out of reach" in fault


@pytest.mark.parametrize("damage", ["first sector", "child"])
def test_a_jump_list_in_which_nothing_is_found_is_told_of(damage):
    data = bytearray(windows.jump_list({"1": TWO[0], "DestList": b"x"}))
    place = {"first sector": 48, "child": 1024 + 76}[damage]
    data[place] ^= 4

    found, fault = until_the_fault("automatic jump list", bytes(data))

    assert found == []
    assert "no stream" in fault


def test_one_program_in_two_spellings_comes_once():
    data = b"C:\\Evil\\x.exe\n%SystemDrive%\\EVIL\\X.EXE"

    assert until_the_fault("script", data) == (["/Evil/x.exe"], None)


ACTION = b"<Exec><Command>C:\\%d.exe</Command></Exec>"
CONSUMER = b"CommandLineEventConsumer\0C:\\%d.exe" + bytes(20_000)


@pytest.mark.parametrize(
    ("reader", "data", "told"),
    [
        ("automatic jump list", windows.jump_list(dict(zip("123", [*TWO, TWO[0]], strict=True))),
         "it has more than 2 shortcuts"),
        ("custom jump list", TWO[0] + TWO[1] + windows.shortcut("C:\\3.exe"),
         "it has more than 2 shortcuts"),
        ("task", b"<Task>" + b"".join(ACTION % n for n in (1, 2, 3)) + b"</Task>",
         "it has more than 2 actions"),
        ("task", windows.task("C:\\1.exe", "C:\\2.exe" + " " * (64 << 10) + "C:\\3.exe"),
         "an action of it has more than 65536 characters"),
        ("WMI repository", b"".join(CONSUMER % n for n in (1, 2, 3)),
         "it has more than 2 places that name consumers"),
        ("script", b"C:\\1.exe\r\nC:\\2.exe\r\nC:\\3.exe", "it has more than 2 lines"),
        ("script", b"C:\\1.exe\r\nC:\\2.exe " + b" " * (64 << 10) + b"C:\\3.exe",
         "a line of it has more than 65536 characters"),
    ],
)  # fmt: skip
def test_what_hides_behind_much_else_is_told_of(reader, data, told, monkeypatch):
    for module in (links, tasks, scripts, wmi):
        for name in {"MOST", "MOST_ACTIONS", "MOST_LINES"} & set(vars(module)):
            monkeypatch.setattr(module, name, 2)

    assert until_the_fault(reader, data) == (["/1.exe", "/2.exe"], told)


def test_a_shortcut_that_is_cut_is_told_of(monkeypatch):
    """Its arguments may name what lies behind the limit."""
    monkeypatch.setattr(links, "LARGEST", len(TWO[0]) + 50)
    long = windows.shortcut("C:\\1.exe", " " * 90 + "C:\\3.exe")
    told = f"a shortcut in it has more than {links.LARGEST} bytes"

    automatic = until_the_fault("automatic jump list", windows.jump_list({"1": long, "2": TWO[1]}))
    custom = until_the_fault("custom jump list", long + TWO[1])
    assert [fault for _, fault in (automatic, custom)] == [told, told]
    assert ["/2.exe" in found for found, _ in (automatic, custom)] == [True, True]


def test_a_value_that_is_passed_over_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr(hive, "LONGEST", 100)
    keys = {
        "ControlSet001\\Services\\a": {"ImagePath": "C:\\1.exe" + " " * 90, "Z": "z" * 200},
        "ControlSet001\\Services\\b": {"ImagePath": "C:\\2.exe"},
    }
    data = windows.hive(tmp_path / "h", keys).read_bytes()

    told = "1 values in it have more than 100 bytes"
    assert until_the_fault("hive", data) == (["/2.exe"], told)


def test_a_path_that_is_too_long_to_be_followed_is_told_of():
    data = windows.task("C:\\" + "a" * 1019 + ".exe", "C:\\2.exe")

    told = f"it names a path of more than {LONGEST} characters"
    assert until_the_fault("task", data) == (["/2.exe"], told)


def test_a_list_without_a_drive_is_told_of_after_the_shortcuts_that_lead_somewhere():
    lost = windows.by_list("evil.exe", root=False)
    told = "it leads to a file in a folder that it doesn't name"

    assert until_the_fault("shortcut", lost) == ([], told)
    data = lost + windows.shortcut("C:\\1.exe")
    assert until_the_fault("custom jump list", data) == (["/1.exe"], told)


WAYS = {
    "a list, at a drive's letter": (windows.by_list("C:\\", "a.exe"), b"C:\\", b"\xf3:\\"),
    "a list, at its first size": (windows.by_list("C:\\", "a.exe"), b"\x14\0\x1f", b"\x15\0\x1f"),
    "a list, at a size of nothing": (windows.by_list("C:\\", "a.exe"), b"\x19\0/C", b"\0\0/C"),
    "a list, at its last size": (windows.by_list("C:\\", "a.exe"), b"\0\x32", b"\x40\x32"),
    "a path, at its letter": (TWO[0], "C:\\".encode("utf-16-le"), "C;\\".encode("utf-16-le")),
    "a path, at its marks": (TWO[0], b"\1\0\0\0\x24", b"\0\0\0\0\x24"),
}


@pytest.mark.parametrize("kind", WAYS)
def test_a_shortcut_whose_way_is_damaged_is_told_of(kind):
    data, before, after = WAYS[kind]
    assert before in data
    found, fault = until_the_fault("shortcut", data.replace(before, after))

    words = (
        "the list of folders that leads to its target is damaged"
        if "list" in kind
        else ("it tells no path to its target that can be read")
    )
    assert (found, fault) == ([], words)


OWN = f"{XP}\\WINDOWS\\TEMP\\RUN.EXE"
NOT_ITS = "none of the names in it is that of its program"


@pytest.mark.parametrize(
    ("program", "own", "told"),
    [
        ("RUN.EXE", OWN.replace("RUN", "RUM"), NOT_ITS), ("RUM.EXE", OWN, NOT_ITS),
        ("", OWN, NOT_ITS), ("RUN.EXE", OWN[1:], "1 names in it can't be read"),
        ("RUN.EXE", OWN, None), ("NTOSBOOT", OWN, None),
    ],
)  # fmt: skip
def test_a_program_whose_own_name_is_damaged_in_prefetch_is_told_of(program, own, told):
    data = windows.prefetch(program, (f"{XP}\\WINDOWS\\SYSTEM32\\NTDLL.DLL", own))

    assert until_the_fault("prefetch", data)[1] == told


def test_all_names_of_one_command_count_among_those_that_are_followed():
    """None is left out before they are counted: what is left out would be told by nobody."""
    data = " ".join(f"C:\\{number:x}.py" for number in range(MOST + 1)).encode()

    assert until_the_fault("script", data)[1] == f"it names more than {MOST} programs"


def test_many_names_in_one_command_hide_no_other():
    command = " ".join(f"C:\\{n}.exe" for n in range(1000))

    assert until_the_fault("script", command.encode())[0][-1] == "/999.exe"


def test_a_file_names_some_thousand_programs_at_most():
    data = b"\n".join(b"C:\\%d.exe" % number for number in range(MOST + 1))

    found, fault = until_the_fault("script", data)

    assert len(found) == MOST
    assert fault == f"it names more than {MOST} programs"


# Strangers.


def given_by(sample):
    return lambda at: sample


def written(folder, data):
    (folder / "artifact").write_bytes(data)
    return folder / "artifact"


def images(data: bytes) -> set[str]:
    """What a stranger reads from the services of a hive."""
    services = regf.RegistryHive(io.BytesIO(data)).open("ControlSet001\\Services")
    found = set()
    for key in services.subkeys():
        for value in key.values():
            if value.name.casefold() == "imagepath":
                found.add(value.value)
    return found


def ours(data: bytes) -> set[str]:
    return set(Hive(io.BytesIO(data)).texts("ControlSet001\\Services\\*", ("ImagePath",)))


# Makers of artifacts: by ourselves, and public samples where somebody says where they are.
HIVES = [lambda at: windows.hive(at / "h", SYSTEM), *map(given_by, public("windows/SYSTEM"))]
LINKS = [
    lambda at: written(at, windows.shortcut("C:\\dir\\a.exe", "-x")),
    *map(given_by, public("windows/NeroInfoTool.lnk")),
]
FETCHED = [
    lambda at: written(at, windows.prefetch("EVIL.EXE", LOADED)),
    *map(
        given_by,
        public(*(f"windows/{name}.pf" for name in (
            "CMD.EXE-087B4001", "NOTEPAD.EXE-D8414F97", "PING.EXE-B29F6629",
        ))),
    ),
]  # fmt: skip
KNOWN = [
    (lambda at: windows.hive(at / "h", USER), "hive", "/logon.bat"),
    *zip(
        map(given_by, public("windows/NTUSER-WIN7.DAT", "windows/Amcache.hve", "windows/SYSTEM")),
        ("hive", "amcache", "hive"),
        (
            "/Users/nfury/AppData/Local/Google/Update/GoogleUpdate.exe",
            "/users/john doe/downloads/7z1900-x64.exe", "/Windows/system32/Mcx2Svc.dll",
        ),
        strict=False,
    ),
]  # fmt: skip


@pytest.mark.parametrize("make", HIVES)
def test_a_stranger_finds_the_same_programs_of_services(make, tmp_path):
    data = make(tmp_path).read_bytes()

    assert images(data) == ours(data)
    assert ours(data)


@pytest.mark.parametrize("make", LINKS)
def test_a_stranger_finds_the_same_target_of_a_shortcut(make, tmp_path):
    data = make(tmp_path).read_bytes()
    told = LnkParse3.lnk_file(io.BytesIO(data)).get_json()["link_info"]["local_base_path"]

    assert list(paths_named("shortcut", "/x.lnk", io.BytesIO(data))) == [
        told.removeprefix("C:").replace("\\", "/")
    ]


@pytest.mark.parametrize("make", FETCHED)
def test_a_stranger_finds_what_we_find_in_a_prefetch_file(make, tmp_path):
    data = make(tmp_path).read_bytes()
    found = list(paths_named("prefetch", "/x.pf", io.BytesIO(data)))
    told = Prefetch(io.BytesIO(data)).metrics

    assert found
    for path in found:
        assert [name for name in told if name.endswith(path.replace("/", "\\"))]


@pytest.mark.parametrize(("make", "reader", "path"), KNOWN)
def test_an_artifact_names_what_it_is_known_for(make, reader, path, tmp_path):
    data = make(tmp_path).read_bytes()

    assert path in list(paths_named(reader, "/Users/x/NTUSER.DAT", io.BytesIO(data)))


# Damage.


@pytest.fixture(scope="module")
def apart():
    process = Apart(deadline=20)
    yield process
    process.close()


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    return {
        kind: (make(tmp_path_factory.mktemp("seed")), references_for(origin))
        for kind, (make, origin, _) in MADE.items()
    }


@pytest.mark.parametrize("kind", MADE)
@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
def test_a_damaged_artifact_is_no_trouble(kind, data, seeds, apart):
    seed, how = seeds[kind]
    damaged = bytearray(seed)
    flips = st.tuples(st.integers(0, len(seed) - 1), st.integers(0, 255))
    for at, value in data.draw(st.lists(flips, min_size=1, max_size=20)):
        damaged[at] = value
    del damaged[data.draw(st.integers(1, len(seed))) :]
    looking = apart.begin(how)
    looking.update(memoryview(damaged))

    reason = None
    try:
        paths = looking.paths()
    except NotFollowedError as error:
        paths, reason = error.paths, error.reason
    assert reason in (None, Reason.UNSUPPORTED, Reason.SKIPPED)
    assert len(paths) <= MOST
    assert all(path[:1] in ("/", "\\") or path[1:3] == ":\\" for path in paths)
