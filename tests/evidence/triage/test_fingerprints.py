"""Every fingerprint: a log that has it, and logs that are only like it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from eventlogs import NOON, Event, chunks, file_of, log
from examinations import Here, examine
from hypothesis import given
from hypothesis import strategies as st

from evidence.rulebook.index import load_index
from evidence.tool import rules_folder
from evidence.triage.evtx.again import Numbers
from evidence.triage.evtx.examiner import EventLogs
from evidence.triage.evtx.fingerprints import FINGERPRINTS
from evidence.triage.evtx.watch import COMPUTERS, LISTED

INDEX = load_index(rules_folder())
APPLICATION, SECURITY, SYSTEM = (
    f"C:\\Windows\\System32\\winevt\\Logs\\{name}.evtx"
    for name in ("Application", "Security", "System")
)
BACKUP = "Microsoft-Windows-Backup"


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def restarts(count, *, every, **change):
    """Sessions of the Restart Manager, begun and ended in turn."""
    told = {"channel": "Application", "provider": "Microsoft-Windows-RestartManager"} | change
    data = {"RmSessionId": "0", "UTCStartTime": "2024-05-19T12:00:00Z"}
    return [
        Event(id=10000 + number % 2, at=after(number * every), wrapped="RmSessionEvent",
              data=data, **told)
        for number in range(count)
    ]  # fmt: skip


def backup(number, at, channel=BACKUP, provider=BACKUP):
    return Event(channel=channel, provider=provider, id=number, at=after(at))


def start_changed(name, at, **change):
    data = {"param1": f"shown {name}", "param2": "demand start", "param3": "auto start",
            "param4": name}  # fmt: skip
    return Event(id=7040, at=after(at), data=data, **change)


def installed(name, path, **change):
    data = {"ServiceName": name, "ImagePath": path, "ServiceType": "user mode service",
            "StartType": "demand start", "AccountName": "LocalSystem"}  # fmt: skip
    return Event(**{"id": 7045, "data": data} | change)


def msi(number, *data, at=0, **change):
    told = {"channel": "Application", "provider": "MsiInstaller"} | change
    return Event(id=number, at=after(at), data=list(data), **told)


def vss(at, **change):
    told = {"channel": "Application", "provider": "VSS"} | change
    return Event(
        id=13, at=after(at), data=["{e579ab5f-1cc4-44b4-bed9-de0991ff0623}", "VSS"], **told
    )


def dcom(at):
    return Event(provider="Microsoft-Windows-DistributedCOM", id=10016, at=after(at), data={
        "param1": "application-specific", "param2": "Local", "param3": "Activation"})  # fmt: skip


def cleared(number, channel, **data):
    data = {"SubjectUserName": "taro", "SubjectDomainName": "HOSPITAL"} | data
    return Event(channel=channel, provider="Microsoft-Windows-Eventlog", id=number, data=data,
                 wrapped="LogFileCleared")  # fmt: skip


def shadow(**change):
    told = {"channel": "Security", "provider": "VSSAudit"} | change
    return Event(
        id=8222, data=["S-1-5-21-1", "HOSPITAL\\taro", "\\\\?\\GLOBALROOT\\Device\\1"], **told
    )


OF_A_CONTROLLER = Event(
    channel="Directory Service", provider="Microsoft-Windows-ActiveDirectory_DomainService", id=1000
)
DISCOVERY = ("fdPHost", "FDResPub", "SSDPSRV", "upnphost")
OTHERS = ("wuauserv", "BITS", "Spooler", "WSearch", "TrustedInstaller")

# Rule to the logs in which it is seen, each under a name.
FIRES = {
    "restart_manager_burst": {
        "fifty in a minute": {APPLICATION: restarts(50, every=1.2)},
        "thousands at once": {APPLICATION: restarts(2000, every=0.01)},
        "after a clock was put back": {
            APPLICATION: [*restarts(9, every=1), Event(id=1, at=after(-9999)),
                          *restarts(60, every=0.5)]},
    },
    "backup_given_up": {
        "in one log": {APPLICATION: [backup(612, 0), backup(524, 60), backup(753, 90)]},
        "in two logs, the later one first": {
            "D:\\Microsoft-Windows-Backup.evtx": [backup(753, 590), backup(612, 0)],
            APPLICATION: [backup(524, 300, channel="Application")]},
    },
    "discovery_services_changed": {
        "four in a second": {SYSTEM: [start_changed(name, 0.2) for name in DISCOVERY]},
        "among others": {
            SYSTEM: [start_changed(name, 3 * at) for at, name in enumerate(
                [*OTHERS, *DISCOVERY, *OTHERS])]},
    },
    "cscc_driver_installed": {
        "as its file": {SYSTEM: [installed("cscc", "cscc.dat")]},
        "with a path, in capitals": {SYSTEM: [installed("Client", "C:\\Windows\\CSCC.DAT")]},
    },
    "installer_without_product": {
        "nothing between": {APPLICATION: [msi(1040, "C:\\a", "4711"), msi(1042, "C:\\a")]},
    },
    "shadow_copies_refused": {
        "13, then 10016": {APPLICATION: [vss(0)], SYSTEM: [dcom(30)]},
        "10016, then 13": {SYSTEM: [dcom(0)], APPLICATION: [vss(599)]},
    },
    "log_cleared": {
        "security": {SECURITY: [cleared(1102, "Security")]},
        "another, named in the system's": {SYSTEM: [cleared(104, "System", Channel="Application")]},
    },
    "psexec_service_installed": {
        "by its name": {SYSTEM: [installed("PSEXESVC", "%SystemRoot%\\x.exe")]},
        "by its file": {SYSTEM: [installed("other", "%SystemRoot%\\PSEXESVC.exe")]},
    },
    "shadow_copy_made": {"on a member": {SECURITY: [shadow()]}},
    "shadow_copy_made_on_controller": {
        "on a controller": {SECURITY: [shadow()], "C:\\DS.evtx": [OF_A_CONTROLLER]},
    },
}  # fmt: skip

# Rule to logs in which it must not be seen.
NEAR = {
    "restart_manager_burst": {
        "an installer": {APPLICATION: restarts(10, every=0.5)},
        "one short of it": {APPLICATION: restarts(49, every=0.5)},
        "slowly, over a day": {APPLICATION: restarts(500, every=60)},
        "of another provider": {APPLICATION: restarts(60, every=1, provider="Application Popup")},
        "in another channel": {SYSTEM: restarts(60, every=1, channel="System")},
        "of two computers together": {
            "D:\\Forwarded.evtx": [
                one for pair in zip(restarts(30, every=1, computer="A"),
                                    restarts(30, every=1, computer="B"), strict=True)
                for one in pair]},
        "in two files, each too few": {
            APPLICATION: restarts(30, every=1), "C:\\Archive.evtx": restarts(60, every=1)[30:]},
    },
    "backup_given_up": {
        "one is missing": {APPLICATION: [backup(612, 0), backup(524, 60)]},
        "an hour between": {APPLICATION: [backup(612, 0), backup(524, 3600), backup(753, 3700)]},
        "of another provider": {
            APPLICATION: [backup(number, 0, provider="ESENT") for number in (612, 524, 753)]},
        "on two computers": {
            "D:\\A.evtx": [backup(612, 0), backup(524, 1)],
            "D:\\B.evtx": [Event(channel=BACKUP, provider=BACKUP, id=753, computer="B")]},
    },
    "discovery_services_changed": {
        "three": {SYSTEM: [start_changed(name, 0) for name in DISCOVERY[:3]]},
        "one of them four times": {SYSTEM: [start_changed("SSDPSRV", at) for at in range(4)]},
        "four in a day": {SYSTEM: [start_changed(name, at * 7000) for at, name in
                                   enumerate(DISCOVERY)]},
        "four others": {SYSTEM: [start_changed(name, 0) for name in OTHERS]},
        "of another provider": {
            SYSTEM: [start_changed(name, 0, provider="Other") for name in DISCOVERY]},
    },
    "cscc_driver_installed": {
        "a name that only contains it": {SYSTEM: [installed("x", "C:\\tools\\mycscc.data")]},
        "in another channel": {SECURITY: [installed("x", "cscc.dat", channel="Security")]},
        "another event": {SYSTEM: [installed("x", "cscc.dat", id=7036)]},
    },
    "installer_without_product": {
        "an installation": {APPLICATION: [
            msi(1040, "C:\\a.msi", "1"), msi(11707, "Product: A"), msi(1033, "A"),
            msi(1042, "C:\\a.msi")]},
        "an end without a beginning": {APPLICATION: [msi(1042, "C:\\a.msi")]},
        "a beginning in another log": {
            APPLICATION: [msi(1042, "C:\\a")], "C:\\Archive.evtx": [msi(1040, "C:\\a")]},
    },
    "shadow_copies_refused": {
        "10016 alone, many times": {SYSTEM: [dcom(at) for at in range(50)]},
        "13 alone": {APPLICATION: [vss(0)]},
        "an hour between": {APPLICATION: [vss(0)], SYSTEM: [dcom(3600)]},
        "13 of another provider": {APPLICATION: [vss(0, provider="Kernel")], SYSTEM: [dcom(0)]},
    },
    "log_cleared": {
        "104 in another channel": {APPLICATION: [cleared(104, "Application")]},
        "1102 of another provider": {
            SECURITY: [Event(channel="Security", provider="Other", id=1102)]},
        "104 of another provider": {SYSTEM: [Event(provider="Microsoft-Windows-Kernel", id=104)]},
    },
    "psexec_service_installed": {
        "a name that only begins so": {SYSTEM: [installed("PSEXESVCS", "C:\\x.exe")]},
        "stopped, not installed": {SYSTEM: [installed("PSEXESVC", "C:\\x.exe", id=7036)]},
    },
    "shadow_copy_made": {
        "on a controller, where another rule speaks": {
            SECURITY: [shadow()], "C:\\DS.evtx": [OF_A_CONTROLLER]},
        "of another provider": {SECURITY: [shadow(provider="Other")]},
    },
    "shadow_copy_made_on_controller": {
        "on a member": {SECURITY: [shadow()]},
        "a controller without one": {"C:\\DS.evtx": [OF_A_CONTROLLER]},
    },
}  # fmt: skip


def cases(table):
    return [
        pytest.param(rule, case, id=f"{rule}: {case}") for rule in table for case in table[rule]
    ]


def found(folder, files):
    return examine(
        EventLogs([Here()]), folder, {origin: log(*each) for origin, each in files.items()}
    )


def test_the_table_has_no_gaps():
    of_events = {rule for rule, entry in INDEX.rules.items() if entry.where == "events"}

    assert set(FIRES) == set(NEAR) == of_events == {each.rule for each in FINGERPRINTS}
    assert EventLogs.rules == {f"events:{rule}" for rule in of_events}


@pytest.mark.parametrize(("rule", "case"), cases(FIRES))
def test_a_fingerprint_is_seen(rule, case, tmp_path):
    files = FIRES[rule][case]
    came = found(tmp_path, files)
    (seen,) = (each for each in came.observations if each.rule == f"events:{rule}")

    assert came.unread == []
    assert (seen.kind, seen.item) == ("event", None)
    assert seen.origin in files
    assert seen.at is not None
    data = log(*files[seen.origin])
    number = int(seen.place.split()[1])
    assert int.from_bytes(data[int(seen.offset) + 8 :][:8], "little") == number


@pytest.mark.parametrize(("rule", "case"), cases(NEAR))
def test_what_is_only_like_it_is_not(rule, case, tmp_path):
    came = found(tmp_path, NEAR[rule][case])

    assert rule not in came.rules
    assert came.unread == []


def test_a_burst_is_told_once_with_its_size_and_its_end(tmp_path):
    (seen,) = found(tmp_path, {APPLICATION: restarts(400, every=0.1)}).observations

    assert seen.text.startswith("400 events until 2024-05-19T12:00:39.900000Z; first 10000 ")
    assert (seen.at, seen.place) == ("2024-05-19T12:00:00.000000Z", "records 1 to 400")


def test_a_burst_is_told_of_a_computer_that_is_followed_no_longer(tmp_path):
    others = [restarts(1, every=1, computer=f"WS-{n}")[0] for n in range(COMPUTERS + 1)]
    came = found(tmp_path, {APPLICATION: [*restarts(60, every=0.5, computer="FIRST"), *others]})

    assert [seen.place for seen in came.observations] == ["records 1 to 60"]


def test_two_bursts_are_two(tmp_path):
    later = [Event(channel=each.channel, provider=each.provider, id=each.id, at=each.at
                   + timedelta(hours=2)) for each in restarts(60, every=0.5)]  # fmt: skip

    assert (
        found(tmp_path, {APPLICATION: [*restarts(60, every=0.5), *later]}).rules
        == ["restart_manager_burst"] * 2
    )


def test_a_cleared_log_is_told_with_what_is_left_of_it(tmp_path):
    old = Event(channel="Security", provider="Other", id=1, at=after(-3600), record=900)
    (seen,) = found(
        tmp_path, {SECURITY: [old], SYSTEM: [cleared(104, "System", Channel="Security")]}
    ).observations

    assert seen.text == (
        "104: Security cleared by HOSPITAL\\taro; its oldest record left: "
        "2024-05-19T11:00:00.000000Z"
    )


def test_a_flood_is_counted_not_listed(tmp_path):
    came = found(tmp_path, {SYSTEM: [cleared(104, "System", Channel="x")] * (LISTED + 7)})

    assert came.rules == ["log_cleared"] * LISTED
    assert came.unread == ["events:log_cleared: 7 more are not listed"]


def twice(events, change=bytes):
    """A log whose chunk lies there twice, the second as a change makes it."""
    (chunk,) = chunks(events)
    return file_of([chunk, change(chunk)])


def moved(chunk):
    """Says of itself that it begins with other records, and has other bytes behind its last."""
    other = bytearray(chunk)
    other[24:32] = (1000).to_bytes(8, "little")
    other[-1] ^= 1
    return bytes(other)


@pytest.mark.parametrize("change", [bytes, moved], ids=["the same", "under another number"])
def test_a_chunk_that_lies_there_twice_counts_once(change, tmp_path):
    events = [installed("PSEXESVC", "x"), *restarts(55, every=1, channel="Application")]
    came = examine(EventLogs([Here()]), tmp_path, {SYSTEM: twice(events, change)})
    told = [each for each in came.unread if "come again" in each]

    assert came.rules.count("psexec_service_installed") == 1
    (burst,) = (each for each in came.observations if each.rule.endswith("restart_manager_burst"))
    assert burst.text.startswith("55 events until ")
    assert len(came.tables["services"]) == 1
    assert sum(row["records"] for row in came.tables["channels"]) == 56
    assert len(told) == 1
    assert told[0].endswith("56 numbers of records come again; what is the same counts once")
    assert told[0].startswith("chunk 1 (byte ")


def test_other_records_under_the_same_numbers_count_and_are_told(tmp_path):
    made = [chunks([installed("PSEXESVC", "x", at=after(n))])[0] for n in (0, 9)]
    came = examine(EventLogs([Here()]), tmp_path, {SYSTEM: file_of(made)})

    assert came.rules == ["psexec_service_installed"] * 2
    (told,) = came.unread
    assert told.endswith("1 numbers of records come again; not known as the same, so each counts")


def test_an_older_state_of_a_log_under_the_same_numbers_still_says_how_far_it_reached(tmp_path):
    made = [chunks([Event(id=1, at=after(n)) for _ in range(5)])[0] for n in (-86_400, 0)]
    came = examine(EventLogs([Here()]), tmp_path, {SYSTEM: file_of(made)})
    (row,) = came.tables["channels"]

    assert (row["records"], row["oldest"][:10]) == (10, "2024-05-18")
    assert len(came.unread) == 1


def test_a_chunk_that_goes_on_from_its_older_state_adds_what_is_new(tmp_path):
    events = [installed(f"PSEXESVC {n}", "x") for n in range(9)]
    parts = [chunks(each)[0] for each in (events[:5], events)]
    came = examine(EventLogs([Here()]), tmp_path, {SYSTEM: file_of(parts)})

    assert came.rules == ["psexec_service_installed"] * 9
    assert len(came.tables["services"]) == 9


def test_shadow_copies_of_a_member_are_not_those_of_a_controller_beside_it(tmp_path):
    """As logs of several machines lie in one folder; the member's backup makes many."""
    member = [shadow(computer="SV-1") for _ in range(120)]
    controller = [shadow(computer="DC01"), replace(OF_A_CONTROLLER, computer="DC01")]
    came = examine(
        EventLogs([Here()]), tmp_path, {"a.evtx": log(*member), "b.evtx": log(*controller)}
    )
    told = Counter((one.rule.rpartition(":")[2], one.origin) for one in came.observations)

    assert told == {
        ("shadow_copy_made", "a.evtx"): 100, ("shadow_copy_made_on_controller", "b.evtx"): 1,
    }  # fmt: skip
    assert came.unread == ["events:shadow_copy_made: 20 more are not listed"]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=40))
def test_numbers_that_were_there_are_counted(stretches):
    numbers, known = Numbers(), set()
    for first, more in stretches:
        here = set(range(first, first + more + 1))
        assert numbers.add(first, first + more) == len(here & known)
        known |= here
