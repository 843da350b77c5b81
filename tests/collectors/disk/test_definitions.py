"""Definitions on a disk that holds a Windows: what they name is taken, once, under its own name."""

from __future__ import annotations

import json

import disks
import hosts
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.artifact import Artifact, Gap, Profile, Reason
from collectors.definitions.left_out import LEFT_OUT
from collectors.definitions.library import definitions
from collectors.definitions.patterns import BEFORE, HOMES, VariableError, patterns
from collectors.definitions.windows import (
    WINDOWS,
    Autostart,
    Browsers,
    EndpointManagement,
    EventLogs,
    Execution,
    Registry,
    RemoteAccess,
    UserActivity,
)
from collectors.disk.nodes import Node
from collectors.table import collectors_for

HOME = "Users/田中 花子"
CONFIG = "Windows/System32/config"


def sized(text):
    """What begins so, as large as the smallest hive and event log."""
    return text.ljust(4096, b"\0")


PLANTED = {
    "Windows/System32/config/SYSTEM": sized(b"regf system"),
    "Windows/System32/config/software": sized(b"regf software"),
    "Windows/System32/config/SYSTEM.LOG1": b"log",
    "Windows/System32/winevt/Logs/System.evtx": sized(b"ElfFile\0 system"),
    "Windows/System32/winevt/Logs/Security.evtx": sized(b"ElfFile\0 security"),
    "Windows/System32/winevt/Logs/Microsoft-Windows-PowerShell%4Operational.evtx": b"ElfFile ps",
    "Windows/Prefetch/NOTEPAD.EXE-D8414F97.pf": b"MAM\x04",
    "Windows/System32/Tasks/Microsoft/Windows/更新/deep/er/task": b"<Task/>",
    f"{HOME}/NTUSER.DAT": b"regf user",
    f"{HOME}/AppData/Roaming/Microsoft/Windows/Recent/患者一覧.lnk": b"L\0\0\0",
    f"{HOME}/AppData/Roaming/TeamViewer/Connections_incoming.txt": b"in",
    "Program Files (x86)/Sky Product/SKYSEA Client View/a/b/agent.LOG": b"sky",
    "Windows.old/Windows/System32/config/SYSTEM": b"regf old",
    "Windows.old/Users/before/NTUSER.DAT": b"regf old user",
    "Windows/System32/config/RegBack/SYSTEM": b"regf back",
    "Users/x/Documents/karte.docx": b"not to be taken",
}
TOPICS = [topic() for topic in WINDOWS]


def planted(path, files):
    image = disks.ntfs(path / "disk.img")
    with disks.mounted_ntfs(image, path / "mounted") as folder:
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if data is None:
                (folder / name).mkdir()
            else:
                (folder / name).write_bytes(data)
    return image


@pytest.fixture(scope="module")
def windows(tmp_path_factory):
    return planted(tmp_path_factory.mktemp("windows"), PLANTED)


def taken(source):
    found = [one for topic in TOPICS for one in topic.collect(source)]
    things = [one for one in found if isinstance(one, Artifact)]
    files = [one for one in things if not one.origin.startswith("hozen:")]
    return {one.origin: hosts.read(one).data for one in files}, things, found


def test_all_that_is_named_is_taken_under_the_name_that_the_disk_has(windows):
    with disks.opened(windows) as source:
        files, things, _ = taken(source)

    truth = {f"/{name}": data for name, data in PLANTED.items() if "karte" not in name}
    assert files == truth
    assert len({(one.origin, one.stream) for one in things}) == len(things)


PUBLISHED = (
    f"{HOME}/AppData/Local/Cisco/Cisco Secure Client/VPN/preferences.xml",
    "Users/Public/Pulse Secure/Logging/debuglog.log",
    "Program Files/SoftEther VPN Server/vpn_server.config",
    f"{HOME}/OpenVPN/config/hospital/hospital.ovpn",
    "Program Files/OpenVPN/config-auto/office.ovpn",
    "Program Files/WireGuard/Data/Configurations/ward.conf.dpapi",
    "Program Files/SonicWall/SSL-VPN/NetExtender/NetExtender.log",
    f"{HOME}/AppData/Roaming/AnyDesk/ad_vendor/ad.trace",
    "Windows/ServiceProfiles/LocalService/AppData/Roaming/RustDesk/log/server/x.log",
    "ProgramData/Splashtop/Temp/log/FTCLog.txt",
    "Program Files (x86)/Kaseya/ABC123/agentmon.log",
    "Program Files (x86)/ATERA Networks/AteraAgent/log.txt",
    "Program Files/Mesh Agent/MeshAgent.msh",
    "ProgramData/UltraVNC/ultravnc.ini",
    "Windows/dwrcs/DWRCS.INI",
    "Windows/SysWOW64/rserver30/Radm_log.htm",
    "ProgramData/SupremoRemoteDesktop/Log/Supremo.log",
    "ProgramData/ZohoMeeting/log/ZA_1.log",
    "Windows/Action1/Action1_log_2026-11-30.log",
    "ProgramData/JWrapper-Remote Access/logs/a.log",
    "Program Files (x86)/UltraViewer/ConnectionLog.Log",
    "Program Files/TacticalAgent/agent.log",
    f"{HOME}/AppData/Roaming/FreeFileSync/Logs/a.html",
    "ProgramData/Kaspersky Lab/KES.12.3/Report/a.rpt",
    "ProgramData/WithSecure/Log/a.log",
    "ProgramData/Sophos/Endpoint Defense/Logs/SED.log",
    "ProgramData/Bitdefender/Endpoint Security/Logs/a.log",
    "ProgramData/Malwarebytes/MBAMService/Quarantine/a.quar",
    "ProgramData/AVAST Software/Avast/chest/index.xml",
    "Program Files (x86)/CA/ARCserve Backup/LOG/a.log",
    "Program Files (x86)/StorageCraft/ShadowProtect/logs/a.log",
    "Program Files/Veritas/Backup Exec/Data/BEX_SERVER_00001.xml",
    "WindowsImageBackup/SERVER/Catalog/GlobalCatalog",
    "Program Files/Microsoft/Exchange Server/V15/Logging/ECP/Server/a.log",
    "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/x.aspx",
    "xampp/htdocs/upload/x.php",
    "Program Files/Apache Software Foundation/Tomcat 9.0/webapps/ROOT/x.jsp",
)  # fmt: skip
"""Where makers and examiners say that programs keep their logs, settings, quarantines and pages."""


def test_what_is_published_of_programs_of_others_is_taken(tmp_path):
    files = dict.fromkeys(PUBLISHED, b"kept")
    image = planted(tmp_path, {**files, f"{CONFIG}/SYSTEM": b"", f"{CONFIG}/SOFTWARE": b""})

    with disks.opened(image) as source:
        _, things, _ = taken(source)

    assert {f"/{name}" for name in PUBLISHED} - {one.origin for one in things} == set()


def test_named_streams_come_with_their_file(tmp_path):
    image = planted(tmp_path, {"Windows/System32/config/x": b"", "Windows/Prefetch/A.pf": b"MAM"})
    with disks.mounted_ntfs(image, tmp_path / "again") as folder:
        (folder / "Windows/Prefetch/A.pf:hidden").write_bytes(b"in a stream")

    with disks.opened(image) as source:
        found = disks.collected(Execution(), source)

    assert hosts.read(found["/Windows/Prefetch/A.pf", "hidden"]).data == b"in a stream"


LOCAL = f"{HOME}/AppData/Local"
DATABASES = (
    "ProgramData/Microsoft/Windows/AppRepository/StateRepository-Machine.srd",
    "ProgramData/Microsoft/Windows/AppRepository/StateRepository-Deployment.srd",
    f"{LOCAL}/Google/Drive/user_default/snapshot.db", f"{LOCAL}/Google/Drive/sync_config.db",
    f"{LOCAL}/Dropbox/instance1/sync_history.db",
    f"{HOME}/AppData/Roaming/Mozilla/Firefox/Profiles/a[1]/downloads.sqlite",
    f"{CONFIG}/systemprofile/AppData/Local/Microsoft/Windows/Notifications/wpndatabase.db",
)  # fmt: skip


def test_the_logs_of_a_database_come_with_it_whatever_it_is_called(tmp_path):
    files = dict.fromkeys(DATABASES, b"SQLite format 3\x00 pages")
    files |= {f"{name}-{log}": log.encode() for name in DATABASES for log in ("wal", "shm")}
    files |= {f"{DATABASES[0]}-journal": b"journal", f"{CONFIG}/SYSTEM": b"regf"}
    image = planted(tmp_path, {**files, f"{CONFIG}/SYSTEM-wal": b"of no database"})

    with disks.opened(image) as source:
        found, things, _ = taken(source)

    assert found == {f"/{name}": data for name, data in files.items()}
    assert len({(one.origin, one.stream) for one in things}) == len(things)


def test_what_a_file_begins_with_is_seen_as_it_is_taken_so_that_it_is_read_once(
    tmp_path, monkeypatch
):
    name = f"{HOME}/AppData/Roaming/Mozilla/Firefox/Profiles/a[1]/downloads.sqlite"
    files = {name: b"SQLite format 3\x00 pages", f"{name}-wal": b"wal", f"{CONFIG}/SYSTEM": b"regf"}
    opened, original = [], Node.open

    def counted(node, content):
        opened.append(node.stat.inode)
        return original(node, content)

    monkeypatch.setattr(Node, "open", counted)
    with disks.opened(planted(tmp_path, files)) as source:
        opened.clear()
        found = {}
        for topic in (Browsers(), Registry()):
            for one in topic.collect(source):  # read as it comes, as a run does
                if isinstance(one, Artifact) and one.origin.startswith("/"):
                    found[one.origin] = hosts.read(one).data

    assert found == {f"/{name}": data for name, data in files.items()}
    assert sorted(opened) == sorted(set(opened))
    assert len(opened) == len(files)


def test_a_topic_tells_what_each_of_its_definitions_found(windows):
    with disks.opened(windows) as source:
        told = disks.contents(Registry(), source)["hozen:/registry.json"]

    counts = {one["name"]: one["items"] for one in json.loads(told)["definitions"]}
    assert counts["WindowsSystemRegistryFiles"] == 3  # with that of Windows.old
    assert counts["WindowsUserRegistryFiles"] == 2
    assert counts["WindowsSystemRegistryFilesBackup"] == 1
    assert set(counts) == set(Registry.definitions)


def test_a_topic_that_finds_nothing_says_so(windows):
    (gap,) = _gaps(windows, next(t for t in WINDOWS if t.name == "browsers"))

    assert (gap.origin, gap.reason) == ("hozen:/browsers", Reason.ABSENT)


def _gaps(image, topic):
    with disks.opened(image) as source:
        return [one for one in topic().collect(source) if isinstance(one, Gap)]


@pytest.mark.parametrize("topic", [EventLogs, Registry], ids=lambda one: one.name)
def test_the_absence_of_what_every_windows_has_is_said_loudly(topic, tmp_path):
    image = planted(tmp_path, {"Windows/System32/config/SAM": b"regf sam"})

    absent = {gap.origin: gap.expected for gap in _gaps(image, topic)}

    assert {f"/{path}": True for path in topic.mandatory}.items() <= absent.items()


@pytest.mark.parametrize("topic", [EventLogs, Registry], ids=lambda one: one.name)
@pytest.mark.parametrize(
    ("instead", "told"),
    [(b"", "it has 0 bytes"), (b"12 bytes ...", "it has 12 bytes"), (None, "no regular file"),
     (sized(b"junk"), "it begins with 6a756e6b")],
    ids=["empty", "small", "folder", "junk"],
)  # fmt: skip
def test_what_lies_there_in_place_of_it_is_said_loudly_and_taken(topic, instead, told, tmp_path):
    path = topic.mandatory[0]
    image = planted(tmp_path, {path: instead, topic.mandatory[1]: sized(topic.begins)})

    (gap,) = (gap for gap in _gaps(image, topic) if gap.expected)

    assert (gap.origin, gap.reason) == (f"/{path}", Reason.UNREADABLE)
    assert told in gap.detail
    with disks.opened(image) as source:
        files, _, _ = taken(source)
    assert files.get(f"/{path}") == instead


EVTX = "Windows/System32/winevt/Logs/System.evtx"


@pytest.mark.parametrize(
    "left",
    [EVTX, "windows/EXPLORER.EXE", "Users/hanako/ntuser.dat", "Users/x/NTUSER.MAN",
     "Documents and Settings/x/NTUSER.DAT"],
)  # fmt: skip
def test_what_an_intruder_left_of_a_windows_is_still_one(left, tmp_path):
    image = planted(tmp_path, {left: b"left"})
    with disks.opened(image) as source:
        systems = source.systems()
        files, _, _ = taken(source)
    missing = {gap.origin for gap in _gaps(image, Registry) if gap.expected}

    assert systems == {"windows"}
    assert "explorer" in left.lower() or files == {f"/{left}": b"left"}
    assert missing == {f"/{path}" for path in Registry.mandatory}


def test_users_on_a_drive_of_their_own_are_taken_and_no_system_is_missed_there(tmp_path):
    hives = {f"{CONFIG}/{name}": sized(b"regf") for name in ("SYSTEM", "SOFTWARE")}
    hives["Users/a/NTUSER.DAT"] = b"a"
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    data = "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7"
    parts = planted(one, hives), planted(two, {"Users/b/NTUSER.DAT": b"b"})
    disk = disks.divided(tmp_path / "disk.img", *((part, data) for part in parts))

    with disks.opened(disk) as source:
        files = disks.contents(Registry(), source)

    assert [path for path, held in files.items() if held == b"b"]
    assert not [gap for gap in _gaps(disk, Registry) if gap.expected]


@pytest.mark.parametrize("name", ["Users/a/x.txt", "Windows/x.txt", "Users/NTUSER.DAT"])
def test_a_folder_of_that_name_alone_makes_no_windows(name, tmp_path):
    with disks.opened(planted(tmp_path, {name: b""})) as source:
        assert source.systems() == set()


def test_a_name_that_folds_to_one_of_windows_does_not_stand_for_it(tmp_path):
    decoy = f"{CONFIG}/SY\ufb06EM"
    hives = {f"{CONFIG}/system": sized(b"regf real"), f"{CONFIG}/SOFTWARE": sized(b"regf")}
    both = planted(tmp_path, {decoy: b"decoy", **hives})
    with disks.opened(both) as source:
        files = disks.contents(Registry(), source)
    with disks.mounted_ntfs(both, tmp_path / "again") as folder:
        (folder / CONFIG / "system").unlink()

    assert files[f"/{CONFIG}/system"] == hives[f"{CONFIG}/system"]
    missing = {gap.origin: gap.expected for gap in _gaps(both, Registry)}
    assert missing[f"/{CONFIG}/SYSTEM"]


def test_of_names_that_differ_in_case_only_the_very_one_is_taken_and_else_all(tmp_path):
    twins = {"System": b"regf one", "system": b"regf two", "SOFTWARE": b"regf", "software": b"no"}
    image = planted(tmp_path, {f"{CONFIG}/{name}": data for name, data in twins.items()})
    with disks.opened(image) as source:
        files = disks.contents(Registry(), source)

    assert files[f"/{CONFIG}/System"] == b"regf one"
    assert files[f"/{CONFIG}/system"] == b"regf two"
    assert files[f"/{CONFIG}/SOFTWARE"] == b"regf"
    assert f"/{CONFIG}/software" not in files


def test_a_disk_is_looked_through_for_the_systems_that_it_holds(windows, tmp_path):
    tree = tmp_path / "tree"
    (tree / "etc").mkdir(parents=True)
    (tree / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n")
    linux = disks.ext(tmp_path / "linux.img", tree)
    for image, has, lacks in ((windows, "registry", "cron"), (linux, "cron", "registry")):
        with disks.opened(image) as source:
            names = {
                one.name
                for one in collectors_for(Profile.FULL, of="disk", systems=source.systems())
            }
        assert (has in names, lacks in names) == (True, False)
        assert {"disk", "ntfs-metadata", "referenced-programs", "bodyfile", "disk-files"} <= names


def damaged(path):
    image = disks.ntfs(path)
    with image.open("r+b") as file:
        for sector in (0, image.stat().st_size - 512):  # and its copy
            file.seek(sector + 0x30)
            file.write(b"\xff" * 16)  # where the MFT lies
    return image


def filled(path, head):
    path.write_bytes(head.ljust(2 * disks.MIB, b"\xa5"))
    return path


@pytest.mark.parametrize(
    ("reason", "closed"),
    [
        (Reason.DENIED, lambda path: filled(path, b"LUKS\xba\xbe\0\2" + b"\1" * 4088)),
        (Reason.UNSUPPORTED, lambda path: filled(path, b"")),
        (Reason.UNREADABLE, damaged),
    ],
    ids=lambda one: getattr(one, "value", ""),
)
def test_what_cannot_be_read_makes_no_linux_of_a_disk_with_a_windows(
    windows, tmp_path, reason, closed
):
    data = "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7"
    disk = disks.divided(tmp_path / "disk.img", (windows, data), (closed(tmp_path / "b"), data))
    with disks.opened(disk) as source:
        assert source.disk.partitions[1].reason is reason
        assert source.systems() == {"windows"}


def test_whoever_names_a_collector_gets_it_on_any_disk():
    (one,) = collectors_for(Profile.QUICK, of="disk", systems=[], only=["registry"])

    assert one.name == "registry"


def test_every_topic_names_definitions_that_there_are():
    named = [name for topic in WINDOWS for name in topic.definitions]

    assert set(named) <= set(definitions())
    assert len(named) == len(set(named))
    ours = {name for name, one in definitions().items() if one.origin == "hozen"}
    assert ours <= set(named)


def test_every_published_definition_is_taken_or_left_out_for_a_reason():
    named = {name for topic in WINDOWS for name in topic.definitions}
    left_out = [name for names in LEFT_OUT.values() for name in names]

    assert len(left_out) == len(set(left_out))
    assert {*named, *left_out} == set(definitions())
    assert not named & set(left_out)


def test_every_definition_can_be_walked():
    found = {name: patterns(each.paths) for name, each in definitions().items()}

    assert [name for name, asked in found.items() if not asked] == []
    assert [
        (name, each)
        for name, asked in found.items()
        for each in asked
        if "%%" in each or "\\" in each
    ] == []


def test_every_generation_of_the_wmi_repository_is_taken(tmp_path):
    wbem = "Windows/System32/wbem"
    one = ("INDEX.BTR", "OBJECTS.DATA", "MAPPING1.MAP", "MAPPING2.MAP", "MAPPING3.MAP")
    files = {f"{wbem}/Repository/{name}": name.encode() for name in one}
    files |= {f"{wbem}/Repository.009/FS/MAPPING2.MAP": b"old", f"{CONFIG}/SYSTEM": b"regf"}
    image = planted(tmp_path, {**files, f"{wbem}/Repository/MAPPING4.MAP": b"not named"})
    with disks.opened(image) as source:
        found = disks.contents(Autostart(), source)

    assert {path for path in found if "wbem" in path} == {f"/{n}" for n in files if "wbem" in n}


def test_no_pattern_asks_for_more_than_any_name_and_any_letter():
    assert [
        (name, each)
        for name, one in definitions().items()
        for each in patterns(one.paths)
        if set("[]!^") & set(each)
    ] == []


@pytest.mark.parametrize(
    ("spelled", "meant"),
    [
        (r"\a[1-3].x", ["a1.x", "a2.x", "a3.x"]),
        (r"\[ab]\[0-1]", ["a/0", "a/1", "b/0", "b/1"]),
        (r"\a[-2].x", ["a-.x", "a2.x"]),
    ],
)
def test_a_set_of_letters_stands_for_each_of_them(spelled, meant):
    assert [each for each in patterns([spelled]) if not each.startswith(BEFORE)] == meant


@pytest.mark.parametrize("spelled", [r"\a[!1].x", r"\a[^1].x", r"\a[.x", r"\a[3-1].x"])
def test_a_set_that_names_no_letters_is_refused(spelled):
    with pytest.raises(VariableError, match="stands for nothing"):
        patterns([spelled])


def test_a_variable_of_the_users_begins_at_every_home():
    found = patterns([r"%%users.appdata%%\x.txt"])

    assert [each for each in found if each.startswith(BEFORE)]
    assert set(HOMES) == {
        each.removesuffix("/AppData/Roaming/x.txt")
        for each in found
        if each.endswith("/AppData/Roaming/x.txt") and not each.startswith(BEFORE)
    }


def test_an_unknown_variable_is_refused():
    with pytest.raises(VariableError, match="environ_nowhere"):
        patterns([r"%%environ_nowhere%%\x"])


@given(st.text(alphabet="ab\\/%*?._", max_size=30))
def test_whatever_a_path_is_its_patterns_are_relative_and_without_backslashes(path):
    try:
        found = patterns([path])
    except VariableError:
        return
    assert all(not each.startswith("/") and "\\" not in each for each in found)


def test_a_part_for_any_depth_reaches_as_deep_as_it_says(windows):
    with disks.opened(windows) as source:
        deep = list(disks.contents(EndpointManagement(), source))
        walked = hosts.artifacts(source.take(["/Program Files (x86)/**2/*.log"], "log"))

    assert any(path.endswith("/a/b/agent.LOG") for path in deep)
    assert not walked


def test_names_are_found_whatever_their_case(windows):
    with disks.opened(windows) as source:
        found = hosts.artifacts(source.take(["/WINDOWS/SYSTEM32/CONFIG/SoftWare"], "disk"))

    assert list(found) == ["/Windows/System32/config/software"]


def test_each_kind_is_as_its_topic_says(windows):
    with disks.opened(windows) as source:
        kinds = {
            one.kind
            for topic in (RemoteAccess, UserActivity, Autostart)
            for one in topic().collect(source)
            if isinstance(one, Artifact) and not one.origin.startswith("hozen:")
        }

    assert kinds == {"log", "disk"}
