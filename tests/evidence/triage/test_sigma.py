"""Rules of Sigma over events: forms of conditions with near misses, and whose events they are."""

import sqlite3

import pytest
from eventlogs import Event, log
from examinations import Here, examine
from samples import public
from sigmas import AUDIT, SYSMON, MatchesHere, followed, here, judged, records, rows, rule

from evidence.triage.evtx.event import Event as Read
from evidence.triage.evtx.examiner import EventLogs
from evidence.triage.sigma.following import Following
from evidence.triage.sigma.functions import teach
from evidence.triage.sigma.sources import CATEGORIES
from evidence.triage.sigma.values import values_of

FORMS = {
    "contains": ("A|contains: 'vssadmin'", {"A": "x VSSAdmin y"}, {"A": "vss admin"}),
    "contains in Japanese": ("A|contains: '患者'", {"A": "全患者.xlsx"}, {"A": "全思者.xlsx"}),
    "the case of letters of full width": (
        "A|contains: 'Rundll'", {"A": "xrunDLLx"}, {"A": "xrun-DLLx"},
    ),
    "the case of letters beyond ASCII": ("A: 'Ärzte*'", {"A": "äRZTE-1"}, {"A": "x ärzte"}),
    "letters beyond ASCII in their own case": ("A|cased: 'Ä*'", {"A": "Ä1"}, {"A": "ä1"}),
    "startswith": (r"A|startswith: 'C:\a'", {"A": r"c:\A\b"}, {"A": r"d:c:\a"}),
    "endswith": (r"A|endswith: '\rundll32.exe'", {"A": r"C:\RunDLL32.EXE"}, {"A": "rundll32.exe"}),
    "the whole text in either case": ("A: 'ADMIN'", {"A": "admin"}, {"A": "admins"}),
    "a per cent sign": ("A|contains: '100%d'", {"A": "a 100%done"}, {"A": "a 100 done"}),
    "an underscore": ("A|contains: 'a_b'", {"A": "xA_Bx"}, {"A": "xacbx"}),
    "a backslash before either": (r"A: 'C:\_%\x'", {"A": r"c:\_%\X"}, {"A": r"c:\__\x"}),
    "a quote": ("A|contains: \"it's\"", {"A": "IT'S"}, {"A": "its"}),
    "wildcards": ("A: 'a*c?e'", {"A": "aXXcde"}, {"A": "aXXce"}),
    "a wildcard that is meant": (r"A: 'a\*c'", {"A": "a*c"}, {"A": "abc"}),
    "all of several": ("A|contains|all: ['x', 'y']", {"A": "y x"}, {"A": "x x"}),
    "any of several": ("A: ['x', 'y']", {"A": "Y"}, {"A": "z"}),
    "re": ("A|re: 'a{2}b$'", {"A": "xaab"}, {"A": "xAAB"}),
    "re in either case": ("A|re|i: '^a{2}b'", {"A": "AAb"}, {"A": "xaab"}),
    "re with a quote": ("A|re: \"'x'\"", {"A": "'x'"}, {"A": "x"}),
    "cased": ("A|contains|cased: 'Ab[c]'", {"A": "xAb[c]"}, {"A": "xab[c]"}),
    "cidr": ("A|cidr: '10.0.0.0/9'", {"A": "10.127.0.1"}, {"A": "10.128.0.1"}),
    "cidr of IPv4 within IPv6": (
        "A|cidr: '10.0.0.0/8'", {"A": "::ffff:10.0.0.1"}, {"A": "::ffff:11.0.0.1"},
    ),
    "cidr of IPv6": ("A|cidr: 'fe80::/10'", {"A": "febf::1"}, {"A": "fec0::1"}),
    "exists": ("A|exists: true", {"A": "x"}, {"B": "x"}),
    "exists not": ("A|exists: false", {"B": "x"}, {"A": "x"}),
    "null": ("A: null", {"B": "x"}, {"A": "x"}),
    "an empty text": ("A: ''", {"A": ""}, {"B": ""}),
    "a number": ("A: 3", {"A": "3"}, {"A": "33"}),
    "a number by its size": ("A|gt: 99", {"A": "100"}, {"A": "98"}),
    "a number in hexadecimal": ("A|lte: 31", {"A": "0x1f"}, {"A": "0x20"}),
    "a number beyond all that are counted": (
        "A|gt: 5", {"A": "0x" + "f" * 300}, {"A": "-" + "9" * 400},
    ),
    "a text that is no number": ("A|lt: 5", {"A": "4.5"}, {"A": "four"}),
    "another field": ("A|fieldref: B", {"A": "x", "B": "X"}, {"A": "x", "B": "y"}),
    "a name beyond ASCII": ("'Ä': x", {"Ä": "X"}, {"A": "x"}),
    "a name beyond ASCII in its other case": ("'ä': x", {"Ä": "X"}, {"a": "x"}),
    "a name in both cases": ("{Ab: x, aB|contains: x}", {"AB": "X"}, {"AB": "xy"}),
    "a name with blanks": ("'my name.x': a", {"my name.x": "A"}, {"my name.x": "b"}),
    "base64": ("A|base64offset|contains: 'whoami'", {"A": "x d2hvYW1p"}, {"A": "x whoami"}),
    "windash": ("A|windash|contains: ' -enc'", {"A": "p /enc"}, {"A": "p enc"}),
    "keywords": (
        "keywords: ['mimi*z', 'other']\ncondition: keywords", {"A": "x MIMIKATZ"},
        {"mimikatz": "x"},
    ),
    "all of several keywords": (
        "keywords:\n  '|all': ['one', 'two']\ncondition: keywords",
        {"A": "two", "B": "one"}, {"A": "one", "B": "one"},
    ),
    "keywords in either case beyond ASCII": (
        "keywords: ['MIMI']\ncondition: keywords", {"A": "xmimix"}, {"A": "xmimx"},
    ),
    "keywords beside a value that is called as our column of them": (
        "keywords: [mimi]\ncondition: keywords", {"A": "mimi", "all values": "x"},
        {"all values": "x"},
    ),
    "one of several selections": (
        "sel_a: {A: x}\nsel_b: {B: y}\ncondition: 1 of sel_*", {"B": "y"}, {"A": "y", "B": "x"},
    ),
    "all of several selections": (
        "sel_a: {A: x}\nsel_b: {B: y}\ncondition: all of sel_*", {"A": "x", "B": "y"}, {"A": "x"},
    ),
    "a filter on what the event lacks": (
        "sel: {A: x}\nfilter: {B: y}\ncondition: sel and not filter", {"A": "x"},
        {"A": "x", "B": "Y"},
    ),
    "two conditions": (
        "a: {A: x}\nb: {B: y}\ncondition: [a, b]", {"B": "y"}, {"A": "y", "B": "x"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_condition_fits_its_event_and_no_near_miss(form, tmp_path):
    assert judged(FORMS[form], tmp_path) == ("", [2])


VALUES = {
    '"x"': "x", "3": "3", "1.5": "1.5", "true": "true", "null": "", '["a", 1]': "a\n1",
    '{"#text": "x", "#attributes": {}}': "x", '"x\\u0000y\\u0000"': "x␀y", '"\\ud83d\\ude00"': "😀",
}  # fmt: skip


@pytest.mark.parametrize("said", VALUES)
def test_a_value_is_a_text_whatever_it_was(said):
    event = Read(1, None, None, "System", "Contoso", 7, "WS", f'{{"A": {said}}}'.encode())

    assert values_of(event)["A"] == VALUES[said]


@pytest.mark.parametrize("said", [b"", b"[1]", b"\xff", b"[" * 9999, b'"x"'])
def test_an_event_that_says_nothing_has_no_values_but_its_heads(said):
    event = Read(1, None, None, "System", "Contoso", 7, "WS", said)

    assert set(values_of(event).values()) == {"1", "System", "Contoso", "7", "WS", ""}


def test_the_case_of_a_programs_name_costs_no_match():
    """DuckDB's LIKE minds it, and so does SQLite's when told to: half of the hits."""
    (one,) = here(rule(r"Image|endswith: '\rundll32.exe'")).rules
    base = sqlite3.connect(":memory:")
    teach(base)
    base.execute("CREATE TABLE events (c0 TEXT COLLATE NOCASE)")
    names = ("rundll32.exe", "Rundll32.exe", "RunDll32.exe", "rundll32.exe", "rundll.exe")
    base.executemany("INSERT INTO events VALUES (?)", [(rf"C:\W\{name}",) for name in names])
    count = f"SELECT count(*) FROM events WHERE {one.query}"

    assert "LIKE" in one.query
    assert base.execute(count).fetchone() == (4,)
    base.execute("PRAGMA case_sensitive_like=ON")
    assert base.execute(count).fetchone() == (2,)


# Whose events.

STRANGER = {"channel": "Application", "provider": "Contoso"}
POWERSHELL = {
    "channel": "Microsoft-Windows-PowerShell/Operational",
    "provider": "Microsoft-Windows-PowerShell",
}
STARTED = {"product": "windows", "category": "process_creation"}
SOURCES = {
    "a start of a process by Sysmon": (
        STARTED, "Image: x",
        Event(id=1, data={"Image": "x"}, **SYSMON),
        [Event(id=5, data={"Image": "x"}, **SYSMON), Event(id=1, data={"Image": "x"}, **STRANGER)],
    ),
    "a start of a process by Windows": (
        STARTED,
        "{Image: x, ParentImage: y, ParentProcessId: '0x1', ProcessId: '0x2', CommandLine: c}",
        Event(
            id=4688, **AUDIT, data={
                "NewProcessName": "x", "ParentProcessName": "y", "ProcessId": "0x1",
                "NewProcessId": "0x2", "CommandLine": "c",
            },
        ),
        [Event(id=4688, data={"NewProcessName": "x"}, **(AUDIT | {"provider": "Contoso"}))],
    ),
    "the same by its own names": (
        {"product": "windows", "service": "security"}, "{EventID: 4688, NewProcessName: x}",
        Event(id=4688, data={"NewProcessName": "x"}, **AUDIT),
        [Event(id=4689, data={"NewProcessName": "x"}, **AUDIT),
         Event(id=4688, data={"NewProcessName": "x"}, **STRANGER)],
    ),
    "a script of PowerShell": (
        {"product": "windows", "category": "ps_script"}, "ScriptBlockText|contains: iex",
        Event(id=4104, data={"ScriptBlockText": "IEX x"}, **POWERSHELL),
        [Event(id=4103, data={"ScriptBlockText": "iex"}, **POWERSHELL)],
    ),
    "a classic event of PowerShell": (
        {"product": "windows", "category": "ps_classic_start"}, "Data|contains: EncodedCommand",
        Event(id=400, channel="Windows PowerShell", provider="PowerShell",
              data=["Available", "HostApplication=powershell -encodedcommand x"]),
        [Event(id=600, channel="Windows PowerShell", provider="PowerShell",
               data=["Available", "HostApplication=powershell -encodedcommand x"])],
    ),
    "a key that was made": (
        {"product": "windows", "category": "registry_add"}, "TargetObject: x",
        Event(id=12, data={"EventType": "CreateKey", "TargetObject": "x"}, **SYSMON),
        [Event(id=12, data={"EventType": "DeleteKey", "TargetObject": "x"}, **SYSMON)],
    ),
    "a category and a service": (
        {"product": "windows", "category": "process_creation", "service": "sysmon"}, "Image: x",
        Event(id=1, data={"Image": "x"}, **SYSMON),
        [Event(id=4688, data={"NewProcessName": "x"}, **AUDIT)],
    ),
    "a provider": (
        {"product": "windows", "service": "system"}, "Provider_Name: Service Control Manager",
        Event(id=7045, data={"ServiceName": "x"}),
        [Event(id=7045, data={"ServiceName": "x"}, provider="Contoso")],
    ),
    "a channel that was emptied, in the log of another": (
        {"product": "windows", "service": "system"}, "{EventID: 104, Channel: Security}",
        Event(id=104, wrapped="LogFileCleared", data={"Channel": "Security"}),
        [Event(id=104, wrapped="LogFileCleared", data={"Channel": "Application"})],
    ),
    "a channel as Windows has it": (
        {"product": "windows", "service": "system"}, "{EventID: 7, Channel: System}",
        Event(id=7), [Event(id=7, channel="Application")],
    ),
    "an element of UserData": (
        {"product": "windows", "service": "system"}, "{EventID: 104, SubjectUserName: x}",
        Event(id=104, wrapped="LogFileCleared", data={"SubjectUserName": "X"}),
        [Event(id=104, wrapped="LogFileCleared", data={"SubjectUserName": "y"})],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
def test_a_rule_meets_the_events_of_its_log_source(name, tmp_path):
    source, selection, fitting, strangers = SOURCES[name]
    found = followed(here(rule(selection, **source)), tmp_path, *strangers, fitting)

    assert records(found) == [len(strangers) + 1]


@pytest.mark.parametrize("category", CATEGORIES)
def test_each_category_has_events(category, tmp_path):
    feed = CATEGORIES[category][0]
    data = {feed.only[0]: f"{feed.only[1]}Key"} if feed.only else {"A": "x"}
    text = rule("EventID|exists: true", product="windows", category=category)
    events = [
        Event(id=number, channel=feed.channels[0], provider=feed.provider, data=data)
        for number in (*feed.ids, 999)
    ]
    found = followed(here(text), tmp_path, *events)

    assert records(found) == list(range(1, len(feed.ids) + 1))
    assert rows(found)["A rule"]["events"] == len(feed.ids)


def test_a_hit_tells_where_it_is_what_it_is_and_whose_the_rule_is(tmp_path):
    text = rule("{Image|endswith: 'x', CommandLine|contains: y}", "'Odd: \\e[31m thing'", **STARTED)
    text += (
        "author: 'Somebody'\nlevel: high\nid: 5f1b5a4e-7c39-4f5c-9f51-0a3a7a0e1c11\nlicense: DRL\n"
    )
    data = {"NewProcessName": "\x1b[31mx", "CommandLine": "y" * 99, "Other": "z"}
    found = followed(here(text), tmp_path, Event(id=4688, data=data, **AUDIT))
    (one,) = found.observations
    (row,) = found.tables["sigma_rules"]

    assert one.text == f"Image=\\x1b[31mx; CommandLine={'y' * 60}"
    assert (one.kind, one.place, one.origin) == ("event", "record 1", "C:\\Their.evtx")
    assert one.offset == "4608"
    assert one.at == "2024-05-19T12:00:00.000000Z"
    assert one.rule == row["rule"] == "theirs/a.yml:Odd - \\e[31m thing"
    assert {key: row[key] for key in ("id", "level", "author", "licence", "events", "seen")} == {
        "id": "5f1b5a4e-7c39-4f5c-9f51-0a3a7a0e1c11", "level": "high", "author": "Somebody",
        "licence": "DRL", "events": 1, "seen": 1,
    }  # fmt: skip


def test_a_field_that_no_event_has_is_named(tmp_path):
    text = rule(
        "{Image: x, OriginalFileName: y, image: z}", product="windows", category="process_creation"
    )
    found = followed(here(text), tmp_path, Event(id=4688, data={"NewProcessName": "x"}, **AUDIT))

    assert rows(found)["A rule"]["fields_in_no_event"] == "OriginalFileName"


def test_only_events_are_asked_for_that_a_rule_is_about():
    words = ({"category": "process_creation"}, {"category": "network_connection"})
    text = "---".join(rule("A: x", product="windows", **each) for each in words)
    every = f"{text}---{rule('A: x', product='windows', service='security')}"

    assert here(text).beside == {SYSMON["channel"]: [1, 3], "Security": [4688]}
    assert here(every).beside == {SYSMON["channel"]: [1, 3], "Security": []}


def test_events_are_held_in_batches_and_let_go(tmp_path, monkeypatch):
    monkeypatch.setattr("evidence.triage.sigma.following._BATCH", 7)
    events = [Event(id=7, data={"A": str(n % 10)}, **SYSMON) for n in range(100)]
    found = followed(here(rule("A: 3")), tmp_path, *events)

    assert records(found) == list(range(4, 100, 10))
    assert rows(found)["A rule"]["events"] == 100


LOGS = {
    "made": log(Event(id=4720, data={"TargetUserName": "Mallory"}, **AUDIT)),
    **{path.name: path for path in public("windows/new-user-security.evtx")},
}


@pytest.mark.parametrize("name", LOGS)
def test_an_account_that_was_made_is_found_whoever_wrote_the_log(name, tmp_path):
    text = rule("{EventID: 4720, TargetUserName: '*'}", product="windows", service="security")
    other = rule("EventID: 4721", "Another", product="windows", service="security")
    sigma = Following(here(f"{text}---{other}"), MatchesHere())
    found = examine(EventLogs([Here(sigma.beside)], sigma), tmp_path, {"C:\\a.evtx": LOGS[name]})
    (one,) = [each for each in found.observations if each.rule.startswith("theirs/")]

    assert one.text.startswith("EventID=4720; TargetUserName=")
    content = LOGS[name] if name == "made" else LOGS[name].read_bytes()
    assert content[int(one.offset) :].startswith(b"**\0\0")
    assert rows(found)["Another"]["events"] == rows(found)["A rule"]["events"] > 0


def test_many_small_logs_are_asked_about_together(tmp_path):
    """Ten thousand archived logs and three thousand rules would be asked of one another else."""
    asked = []

    class Counts(MatchesHere):
        def ask(self, request, decode):
            asked.append(request)
            return super().ask(request, decode)

    sigma = Following(here(rule("A: x")), Counts())
    before = len(asked)
    logs = {
        f"C:\\{n}.evtx": log(Event(id=7, data={"A": "x"}, record=n, **SYSMON)) for n in range(1, 21)
    }
    found = examine(EventLogs([Here(sigma.beside)], sigma), tmp_path, logs)

    assert records(found) == list(range(1, 21))
    assert [each.origin for each in found.observations] == [*logs]
    assert len(asked) - before <= 2
