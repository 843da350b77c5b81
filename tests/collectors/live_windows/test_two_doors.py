"""Event logs and hives of an NTFS held against what a Windows shows of them."""

import io
import json
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import disks
import hivelogs
import hosts
import pytest
import windows
from eventlogs import Event, log

from collectors.artifact import Artifact, Gap, Reason
from collectors.files.source import Source
from collectors.live_windows.both_doors import doors as collector
from collectors.live_windows.both_doors import eventlogs, hivefiles
from collectors.live_windows.both_doors.look import Doors
from collectors.live_windows.hives.loaded import Loaded
from collectors.windows import view
from collectors.windows.looking import Apart
from collectors.windows.readers import paths_named

LOGS = "Windows/System32/winevt/Logs"
CONFIG = "Windows/System32/config"
LONG_AGO = datetime(2024, 5, 19, tzinfo=UTC)
SERVICES = r"ControlSet001\Services"
PLAIN = {rf"{SERVICES}\Spooler": {"ImagePath": "spoolsv.exe", "Start": "dword:0x2"}}
EVIL = {rf"{SERVICES}\Evil": {"ImagePath": "C:\\evil.sys", "Start": "dword:0x0"}}
NEVER = 1 << 62  # everything was written before


def written(*, count, at=LONG_AGO):
    return log(*(Event(id=1, at=at + timedelta(seconds=n), data=["花子"]) for n in range(count)))


@contextmanager
def both(tmp_path, files, since=NEVER):
    """The doors to an NTFS with these files, which Windows shows as they lie in `shown`."""
    shown, image = tmp_path / "shown", disks.ntfs(tmp_path / "ntfs.raw")
    with disks.mounted_ntfs(image, tmp_path / "mounted") as root:
        for name, data in files.items():
            for place in (root / name, shown / name):
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
    with (
        closing(Apart()) as apart, closing(Source(str(shown), live=False)) as called,
        disks.opened(image) as raw,
    ):  # fmt: skip
        yield Doors(called, raw, apart, since), shown


def looked_at(doors):
    return {log.path: eventlogs.at(log, doors) for log in eventlogs.logs(f"/{LOGS}", doors)}


def items(look):
    return {one.origin: hosts.read(one).data for one in look.found if isinstance(one, Artifact)}


def gaps(look):
    return [one for one in look.found if isinstance(one, Gap)]


def test_logs_that_are_the_same_raise_nothing(tmp_path):
    with both(tmp_path, {f"{LOGS}/a.evtx": written(count=9), f"{LOGS}/x.txt": b""}) as (doors, _):
        (look,) = looked_at(doors).values()

    assert (look.rows, look.found) == ([], [])
    assert look.facts == {"log": f"/{LOGS}/a.evtx", "compared": True}


def test_records_that_windows_keeps_back_are_told_and_both_views_are_taken(tmp_path):
    path, whole, less = f"/{LOGS}/Security.evtx", written(count=90), written(count=50)
    with both(tmp_path, {path[1:]: whole}, since=0) as (doors, shown):
        (shown / path[1:]).write_bytes(less)
        (look,) = looked_at(doors._replace(since=NEVER)).values()
        taken = items(look)

    assert taken == {f"called:{path}": less, f"raw:{path}": whole}
    (gap,) = gaps(look)
    assert (gap.origin, gap.expected, gap.reason) == (path, True, Reason.UNREADABLE)
    assert gap.detail.endswith("40 on the disk alone")
    (row,) = look.rows
    assert row["on_disk"] == {
        "records": 40, "first": 51, "last": 90, "earliest": "2024-05-19T00:00:50.0000000Z",
        "latest": "2024-05-19T00:01:29.0000000Z",
    }  # fmt: skip
    assert look.is_doubtful


def test_records_that_came_lately_are_told_and_raise_no_alarm(tmp_path):
    path = f"{LOGS}/Security.evtx"
    with both(tmp_path, {path: written(count=5)}, since=0) as (doors, shown):
        (shown / path).write_bytes(written(count=9))
        (look,) = looked_at(doors).values()

    assert look.found == []
    assert look.rows[0]["lately"]
    assert look.rows[0]["shown"]["records"] == 4


@pytest.mark.parametrize("door", ["called", "raw"])
def test_a_log_that_one_door_alone_shows_is_told_and_taken(tmp_path, door):
    with both(tmp_path, {f"{LOGS}/a.evtx": b"a"}) as (doors, shown):
        if door == "raw":
            (shown / LOGS / "a.evtx").unlink()
        else:
            (shown / LOGS / "b.evtx").write_bytes(b"b")
        *_, look = looked_at(doors).values()
        taken = items(look)

    name, data = ("b", b"b") if door == "called" else ("a", b"a")
    assert taken == {f"{door}:/{LOGS}/{name}.evtx": data}
    assert look.rows[0]["only"] == ("shown" if door == "called" else "on_disk")
    assert gaps(look)[0].expected


def test_a_log_that_windows_gives_to_nobody_is_a_gap(tmp_path):
    class Refusing(Source):
        def _open(self, path, **_):
            raise PermissionError(13, "held by a program")

    with both(tmp_path, {f"{LOGS}/a.evtx": b"a"}) as (doors, shown):
        called = Refusing(str(shown), live=False)
        (look,) = looked_at(doors._replace(called=called)).values()
        called.close()

    (gap,) = look.found
    assert (gap.origin, gap.reason) == (f"raw:/{LOGS}/a.evtx", Reason.DENIED)
    assert (look.facts["compared"], look.is_doubtful) == (False, False)


def test_a_log_that_would_take_minutes_is_a_gap(tmp_path, monkeypatch):
    monkeypatch.setattr(eventlogs, "LARGEST", 3)
    with both(tmp_path, {f"{LOGS}/a.evtx": b"long"}) as (doors, _):
        (look,) = looked_at(doors).values()

    assert [gap.reason for gap in gaps(look)] == [Reason.SKIPPED]


# Hives.

SYSTEM = Loaded(r"HKLM\SYSTEM", r"\Registry\Machine\SYSTEM", f"/{CONFIG}/SYSTEM", "view of SYSTEM")


@pytest.fixture
def states(tmp_path):
    """A hive without a hidden service, and one with it."""
    found = ({**PLAIN}, {**PLAIN, **EVIL})
    return [windows.hive(tmp_path / str(n), each).read_bytes() for n, each in enumerate(found)]


@pytest.fixture
def registry(monkeypatch):
    """A running registry that shows what stands in a hive."""

    def shows(hive):
        told = list(paths_named(SYSTEM.reader, "", io.BytesIO(hive)))
        monkeypatch.setattr(hivefiles, "running", lambda _: view.from_lines(told))

    return shows


def test_a_hive_that_is_as_the_registry_shows_it_raises_nothing(tmp_path, states, registry):
    registry(states[1])
    with both(tmp_path, {f"{CONFIG}/SYSTEM": states[1]}) as (doors, _):
        look = hivefiles.at(SYSTEM, doors)

    assert (look.rows, look.found) == ([], [])
    assert look.facts["keys_shown"] == look.facts["keys_on_disk"] == 5
    assert (look.facts["replayed"], look.facts["whole"]) == (0, True)


def test_a_service_that_the_registry_hides_is_told(tmp_path, states, registry):
    registry(states[0])
    with both(tmp_path, {f"{CONFIG}/SYSTEM": states[1]}) as (doors, _):
        look = hivefiles.at(SYSTEM, doors)

    (gap,), (row,) = look.found, look.rows
    assert gap.origin == rf"HKLM\SYSTEM\{SERVICES}\Evil"
    assert gap.detail == "the key is in the hive on the disk, but not shown by the system"
    assert (gap.expected, row["shown"], row["lately"]) == (True, None, False)
    assert row["on_disk"]["values"]["Start"] == {"type": 4, "size": 4, "data": "00000000"}


def test_a_service_that_only_the_logs_of_a_hive_know_is_no_difference(tmp_path, states, registry):
    hive = hivelogs.dirty(states[0])
    entry = hivelogs.entry(hivelogs.FIRST, *states)
    files = {f"{CONFIG}/SYSTEM": hive, f"{CONFIG}/SYSTEM.LOG1": hivelogs.log(hive, [entry]),
             f"{CONFIG}/SYSTEM.LOG2": b""}  # fmt: skip
    registry(states[1])
    with both(tmp_path, files) as (doors, _):
        look = hivefiles.at(SYSTEM, doors)

    assert (look.rows, look.found) == ([], [])
    assert look.facts["replayed"] == 1


def test_without_its_logs_what_is_newer_than_a_dirty_hive_is_late(tmp_path, states, registry):
    """The keys have no time here: as old as the hive itself says it is."""
    registry(states[1])
    with both(tmp_path, {f"{CONFIG}/SYSTEM": hivelogs.dirty(states[0])}) as (doors, _):
        look = hivefiles.at(SYSTEM, doors)

    assert not look.facts["whole"]
    (row,) = look.rows
    assert row["volatile"] is None
    assert row["shown"] is not None


def test_a_key_in_memory_alone_raises_no_alarm(tmp_path, states, registry, monkeypatch):
    registry(states[1])
    monkeypatch.setattr(hivefiles, "is_volatile", lambda *_: True)
    with both(tmp_path, {f"{CONFIG}/SYSTEM": states[0]}) as (doors, _):
        look = hivefiles.at(SYSTEM, doors)

    assert look.found == []
    assert look.rows[0]["volatile"] is True


@pytest.mark.parametrize("hive", [b"", b"regf", b"regf" + bytes(9000)])
def test_what_is_no_hive_is_a_gap(tmp_path, registry, states, hive):
    registry(states[0])
    with both(tmp_path, {f"{CONFIG}/SYSTEM": hive}) as (doors, _):
        look = hivefiles.at(SYSTEM, doors)

    (gap,) = look.found
    assert gap.origin == f"raw:/{CONFIG}/SYSTEM"
    assert not look.facts["compared"]


def test_a_hive_that_is_not_loaded_or_not_there_is_a_gap(tmp_path, registry, states):
    with both(tmp_path, {f"{CONFIG}/SAM": b""}) as (doors, _):
        (unloaded,) = hivefiles.at(SYSTEM, doors).found  # no registry here at all
        registry(states[0])
        (absent,) = hivefiles.at(SYSTEM, doors).found
        (elsewhere,) = hivefiles.at(SYSTEM._replace(path=""), doors).found

    reasons = [one.reason for one in (unloaded, absent, elsewhere)]
    assert reasons == [Reason.UNSUPPORTED, Reason.ABSENT, Reason.SKIPPED]


# All of it.


class Running:
    """A Windows whose volume can be read raw."""

    runs_windows, refusal, drive = True, None, "C:"

    @staticmethod
    def stopping():
        return False

    def __init__(self, volume):
        self.volume = str(volume)


def test_what_is_the_same_at_the_second_look_is_no_difference(
    tmp_path, states, registry, monkeypatch
):
    """A registry whose hive is written a moment later; a log that Windows keeps back for good."""
    path = f"{LOGS}/a.evtx"
    files = {f"{CONFIG}/SYSTEM": states[1], path: written(count=9)}
    with both(tmp_path, files) as (_, shown):
        (shown / path).write_bytes(written(count=5))
        monkeypatch.setattr(collector, "CalledFiles", lambda _: Source(str(shown), live=False))
        monkeypatch.setattr(collector, "folder_of_windows", lambda: "/Windows")
        monkeypatch.setattr(collector, "hives", lambda: [SYSTEM])
        registry(states[0])
        waited = []

        def sleep(seconds):
            waited.append(seconds)
            if seconds:
                registry(states[1])

        monkeypatch.setattr(collector.time, "sleep", sleep)
        *found, document = collector.WindowsDoors().collect(Running(tmp_path / "ntfs.raw"))
    told = json.loads(hosts.read(document).data)

    assert waited == [0, 45]
    assert [one.origin for one in found] == [f"{p}/{path}" for p in ("", "called:", "raw:")]
    assert [row["log"] for row in told["differences"]] == [f"/{path}"]
    assert [row.get("hive") for row in told["compared"]] == [None, r"HKLM\SYSTEM"]


def test_a_log_that_is_gone_at_the_second_look_is_no_difference(tmp_path, monkeypatch):
    with both(tmp_path, {f"{LOGS}/a.evtx": b"a"}) as (_, shown):
        (shown / LOGS / "new.evtx").write_bytes(b"")
        monkeypatch.setattr(collector, "CalledFiles", lambda _: Source(str(shown), live=False))
        monkeypatch.setattr(collector, "folder_of_windows", lambda: "/Windows")
        monkeypatch.setattr(collector, "hives", list)
        gone = (shown / LOGS / "new.evtx").unlink
        monkeypatch.setattr(collector.time, "sleep", lambda seconds: seconds and gone())
        (document,) = collector.WindowsDoors().collect(Running(tmp_path / "ntfs.raw"))
    told = json.loads(hosts.read(document).data)

    assert told["differences"] == []
    assert [row["log"] for row in told["compared"]] == [f"/{LOGS}/a.evtx"]


def test_what_cannot_be_listed_is_a_gap_and_the_rest_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(collector.time, "sleep", lambda _: None)
    disks.ntfs(tmp_path / "ntfs.raw")  # and no function of Windows is here
    logs, hives, document = collector.WindowsDoors().collect(Running(tmp_path / "ntfs.raw"))

    assert [one.origin for one in (logs, hives)] == [
        "hozen:/windows-doors/logs", "hozen:/windows-doors/hives",
    ]  # fmt: skip
    assert [row["compared"] for row in json.loads(hosts.read(document).data)["compared"]] == [
        False, False,
    ]  # fmt: skip


def test_a_volume_that_is_closed_leaves_one_door_and_says_so():
    machine = Running("\\\\.\\C:")
    machine.refusal = "denied"
    (gap,) = collector.WindowsDoors().collect(machine)

    assert gap.reason is Reason.UNSUPPORTED
    assert "one door alone" in gap.detail
