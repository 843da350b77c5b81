"""Logs of VPN appliances: sign-ins in tables, what they come to, and what is only like it."""

import gzip
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from examinations import examine

from evidence.rulebook.index import load_index
from evidence.telling.phrases.told import told
from evidence.tool import rules_folder
from evidence.triage.examiner import Examined
from evidence.triage.signins import following
from evidence.triage.signins.signin import FAILED, Record, SignIn
from evidence.triage.signins.when import When
from evidence.triage.vpn.examiner import _HEAD as HEAD
from evidence.triage.vpn.examiner import VpnLogs

LOG = "/case/fortigate-event-vpn.log"
BEGUN = datetime(2024, 5, 13, 2, 0)  # noqa: DTZ001 - by the appliance's clock
INDEX = load_index(rules_folder())


def record(
    what="fail", *, at=BEGUN, user="taro", address="198.51.100.7", zone=' tz="+0900"', **more
):
    """A line, as FortiOS 7 writes it."""
    logid, action, tail = {
        "up": ("0101039424", "tunnel-up", 'reason="login successfully" msg="x"'),
        "fail": ("0101039426", "ssl-login-fail",
                 'reason="sslvpn_login_permission_denied" msg="SSL user failed to logged in"'),
    }[what]  # fmt: skip
    device = more.get("device", 'devname="FGT-A" devid="FGT60E0000000001" ')
    return (
        f'date={at:%Y-%m-%d} time={at:%H:%M:%S} {device}logid="{logid}" type="event" '
        f'subtype="vpn" level="alert" vd="root"{zone} logdesc="x" action="{action}" '
        f'tunneltype="ssl-web" tunnelid=0 remip={address} user="{user}" group="N/A" '
        f'dst_host="N/A" {tail}'
    )


def later(seconds, what="fail", **more):
    return record(what, at=BEGUN + timedelta(seconds=seconds), **more)


def failures(count, every=20, names=1, **more):
    return [later(n * every, user=f"u{n % names}", **more) for n in range(count)]


def text(lines):
    return ("\n".join(lines) + "\n").encode()


@pytest.fixture
def looked(tmp_path):
    def look(files):
        made = {
            name: each if isinstance(each, bytes) else text(each) for name, each in files.items()
        }
        return examine(VpnLogs(), tmp_path, made)

    return look


# Lines of one log or several, in which a rule is seen.
FIRES = {
    "vpn_guess_then_signin": {
        "ten failures": {LOG: [*failures(10), later(300, "up", user="u0")]},
        "within one minute": {LOG: [*failures(10, every=1), later(20, "up"), later(25), later(26)]},
        "an hour less a second before": {LOG: [
            *(later(1 + n) for n in range(10)), later(3600, "up")]},
        "the last of them in the same second": {LOG: [
            *(later(n) for n in range(9)), later(20), later(20, "up")]},
        "the newest first": {LOG: [*failures(10), later(300, "up")][::-1]},
        "over two logs": {LOG: [later(300, "up")], "/case/fgt.log.1": failures(10)},
        "without a zone": {LOG: [*failures(10, zone=""), later(300, "up", zone="")]},
        "of another spelling": {LOG: [
            *failures(10, address="::ffff:198.51.100.7"), later(300, "up")]},
    },
    "vpn_guesses_then_signin": {
        "ten names": {LOG: [*failures(10, names=10), later(300, "up")]},
        "a hundred failures": {LOG: [*failures(100, every=5), later(600, "up")]},
    },
    "vpn_user_from_networks": {
        "three": {LOG: [later(n * 3600, "up", address=f"198.{n}.100.7") for n in range(3)]},
        "three within IPv6": {LOG: [
            later(n * 3600, "up", address=f"::ffff:198.{n}.100.7") for n in range(3)]},
        "of another spelling": {LOG: [
            later(0, "up", user="Taro"), later(9, "up", user="TARO", address="203.0.113.9"),
            later(99, "up", user="taro", address="2001:db8::7")]},
    },
}  # fmt: skip
NEAR = {
    "vpn_guess_then_signin": {
        "nine failures": {LOG: [*failures(9), later(300, "up")]},
        "an hour before, to the second": {LOG: [
            *(later(n) for n in range(10)), later(3600, "up")]},
        "the tenth a second behind it": {LOG: [
            *(later(n) for n in range(9)), later(20, "up"), later(21)]},
        "failures behind it in the same minute": {LOG: [
            later(0), later(5, "up"), *(later(10 + n) for n in range(20))]},
        "failures that an earlier sign-in is behind": {LOG: [
            *(later(n) for n in range(6)), later(10, "up"), *(later(20 + n) for n in range(3)),
            later(30, "up")]},
        "no sign-in": {LOG: failures(50)},
        "a sign-in from elsewhere": {LOG: [*failures(10), later(300, "up", address="192.0.2.1")]},
        "a sign-in before": {LOG: [record("up"), *failures(50)]},
        "a sign-in hours later": {LOG: [*failures(10), later(9000, "up")]},
        "over days": {LOG: [*failures(20, every=7200), later(20 * 7200, "up")]},
        "the same log twice": {
            LOG: [*failures(9), later(300, "up")],
            "/var/log/remote/fgt.log": [*failures(9), later(300, "up")]},
        "of another appliance": {LOG: [
            *failures(10, device='devname="B" devid="B" '), later(300, "up")]},
        "of no address": {LOG: [*failures(20, address="N/A"), later(500, "up", address="N/A")]},
        "of another subtype": {LOG: [
            each.replace('"vpn"', '"user"').replace("39426", "99999") for each in failures(20)
        ] + [later(500, "up")]},
    },
    "vpn_guesses_then_signin": {
        "names behind it": {LOG: [
            *failures(10, every=1), later(20, "up"),
            *(later(30 + n, user=f"v{n}") for n in range(15))]},
        "nine names": {LOG: [*failures(9, names=9), later(290, user="u0"), later(300, "up")]},
        "ninety-nine failures": {LOG: [*failures(99, every=5), later(600, "up")]},
    },
    "vpn_user_from_networks": {
        "of one network": {LOG: [
            later(n * 60, "up", address=f"198.51.{n}.7") for n in range(9)]},
        "two": {LOG: [later(0, "up"), later(60, "up", address="203.0.113.9")]},
        "over days": {LOG: [later(n * 86_400, "up", address=f"198.{n}.1.7") for n in range(9)]},
        "of several users": {LOG: [
            later(n * 60, "up", user=f"u{n}", address=f"198.{n}.1.7") for n in range(9)]},
        "that failed": {LOG: [later(n * 60, address=f"198.{n}.1.7") for n in range(9)]},
    },
}  # fmt: skip


def cases(table):
    return [
        pytest.param(rule, case, id=f"{rule}: {case}") for rule in table for case in table[rule]
    ]


def test_the_table_has_no_gaps():
    of_vpn = {rule for rule, entry in INDEX.rules.items() if entry.where == "vpn"}

    assert set(FIRES) == set(NEAR) == of_vpn
    assert VpnLogs.rules == {f"vpn:{rule}" for rule in of_vpn}


@pytest.mark.parametrize(("rule", "case"), cases(FIRES))
def test_a_pattern_of_signins_is_seen(rule, case, looked):
    files = FIRES[rule][case]
    found = looked(files)
    (seen,) = found.observations

    assert seen.rule == f"vpn:{rule}"
    assert found.unread == []
    number = int(seen.place.removeprefix("line "))
    assert 'action="tunnel-up"' in files[seen.origin][number - 1]
    assert told("ja", "seen", seen.text) != seen.text


def test_guesses_are_told_with_their_number_their_names_and_when_they_began(looked):
    log, shown = [*failures(10, names=3), later(300, "up")], []
    for each in (log, [line.replace(' tz="+0900"', "") for line in log]):
        (seen,) = looked({LOG: each}).observations
        shown.append((seen.at, seen.text))
    said = "10 failures with at least 3 names from 198.51.100.7 since {}; then signed in: taro"

    assert shown == [
        ("2024-05-12T17:05:00.000000Z", said.format("2024-05-12T17:00:00Z")),
        (None, said.format("2024-05-13T02:00:00")),
    ]


@pytest.mark.parametrize(("rule", "case"), cases(NEAR))
def test_what_is_only_like_it_is_not(rule, case, looked):
    assert rule not in looked(NEAR[rule][case]).rules


HEADED = "May 13 02:00:05 fw-a "
TIMES = {
    "its zone": (record(), "2024-05-12T17:00:00.000000Z", "+0900"),
    "parts of a second since 1970": (
        record(zone=" eventtime=1715533200123456789"), "2024-05-12T17:00:00.123456Z", "eventtime"),
    "seconds since 1970": (
        record(zone=" eventtime=1715533200"), "2024-05-12T17:00:00.000000Z", "eventtime"),
    "a log server's head": (
        f"2024-05-13T02:00:04+09:00 fw-a {record(zone='')}", "2024-05-12T17:00:00.000000Z", "head"),
    "a head of another zone": (
        f"2024-05-12T17:00:04+00:00 fw-a {record(zone='')}", None, None),
    "a head without a zone": (HEADED + record(zone=""), None, None),
    "nothing": (record(zone=""), None, None),
}  # fmt: skip


@pytest.mark.parametrize("case", TIMES)
def test_the_distance_from_utc_is_told_with_what_tells_it(case, looked):
    line, at, zone = TIMES[case]
    (row,) = looked({LOG: [line]}).tables["vpn_signins"]

    assert (row["time"], row["local"], row["zone"]) == (at, "2024-05-13T02:00:00", zone)


FORMS = {
    "as sent": "<189>" + record(),
    "in a log server's file": HEADED + record(),
    "of the new form of syslog": "<189>1 2024-05-13T02:00:00+09:00 fw-a - - - - " + record(),
    "as the appliance shows it": "12: " + record(),
    "with commas": record().replace(" ", ","),
    "as sheets have it": ",".join(f'"{each}"' for each in record().replace('"', "").split()),
    "without a number": record().replace('logid="0101039426" ', ""),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_record_is_known_in_the_forms_that_it_comes_in(form, looked):
    (row,) = looked({LOG: [FORMS[form]]}).tables["vpn_signins"]

    assert (row["what"], row["user"], row["address"]) == ("failed", "taro", "198.51.100.7")
    assert (row["group"], row["device"], row["line"]) == (None, "FGT60E0000000001", 1)


def test_an_administrator_is_told_apart(looked):
    line = (
        'date=2024-05-13 time=02:00:00 logid="0100032001" type="event" subtype="system" '
        'user="admin" ui="https(198.51.100.7)" action="login" status="success" tz="+0900"'
    )
    (row,) = looked({LOG: [line]}).tables["vpn_signins"]

    assert row["what"] == "administrator signed in"
    assert (row["user"], row["address"]) == ("admin", "198.51.100.7")


@pytest.mark.parametrize(
    "line",
    [
        'May 13 02:00:05 srv sshd[812]: Invalid user ' + record("up") + ' from 192.0.2.7 port 9',
        '192.0.2.7 - - [13/May/2024:02:00:00 +0900] "GET /?' + record("up") + '" 200 1 "-" "-"',
        'date=2024-05-13 time=02:00:00 logid="0000000013" type="traffic" subtype="forward" '
        'url="x subtype=vpn action=tunnel-up" user="a"',
    ],
    ids=["a name of SSH", "a request", "a value"],
)  # fmt: skip
def test_what_somebody_wrote_into_another_line_is_no_record(line, looked):
    found = looked({LOG: [line]})

    assert (found.tables["vpn_signins"], found.unread) == ([], [])


def test_a_record_that_says_something_twice_is_told_as_not_read(looked):
    line = record("up", user='x" remip=192.0.2.1 group="')
    found = looked({LOG: [line]})

    assert found.tables["vpn_signins"] == []
    assert found.unread == [
        "1 lines that look like FortiGate are in another form, and were not read"
    ]


def test_a_record_without_its_time_is_a_row_and_is_told(looked):
    found = looked({LOG: [record().replace("time=02", "time=27")]})

    assert [row["local"] for row in found.tables["vpn_signins"]] == [None]
    assert found.unread == ["1 lines tell no time that can be read, or not its year"]


@pytest.mark.parametrize("year", ["0001", "1969", "9999", "2024"])
def test_times_at_the_ends_of_all_calendars_are_no_trouble(year, looked):
    log = [record(what).replace("2024-05-13", f"{year}-01-01") for what in ("fail", "up")]
    log += [record(what, zone="").replace("2024-05-13", f"{year}-12-31") for what in ("fail", "up")]
    found = looked({LOG: log})

    assert found.rules == []
    assert len(found.unread) == (year < "1970")


def test_signins_are_counted_by_who_and_from_where(looked):
    found = looked({"/var/log/fgt.log.2.gz": gzip.compress(text(failures(3, names=2)))})

    assert [(row["user"], row["count"]) for row in found.tables["vpn_counts"]] == [
        ("u0", 2), ("u1", 1)]  # fmt: skip
    assert found.tables["vpn_counts"][0]["first"] == "2024-05-12T17:00:00.000000Z"


def test_a_flood_is_told_as_not_followed(looked, monkeypatch):
    monkeypatch.setattr(following, "MOST", 5)
    found = looked({LOG: [*failures(20, every=60), later(1300, "up")]})

    assert found.rules == []
    assert found.unread == ["vpn_signins: 16 more are not followed"]


def test_of_a_flood_from_ever_new_addresses_nothing_is_kept_beyond_the_limit(monkeypatch):
    monkeypatch.setattr(following, "MOST", 5)
    found = following.Following(following.Rules("vpn", "a", "b"))

    def flood(first):
        for number in range(first, first + 2000):
            failed = SignIn(what=FAILED, user="u", address=f"2001:db8::{number:x}")
            told = Record(when=When(local=BEGUN), device=None, signin=failed)
            found.add(told, following.Place("a", None, number))

    flood(0)
    tracemalloc.start()
    flood(2000)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert list(found.left_out("t")) == ["t: 3995 more are not followed"]
    assert grown < 100_000


def test_one_user_from_ever_more_networks_is_told_so_often_and_no_more(looked):
    found = looked({LOG: [
        later(n, "up", address=f"198.{n % 250}.{n // 250}.7") for n in range(321)]})  # fmt: skip

    assert found.rules == ["vpn_user_from_networks"] * following.LISTED
    assert found.unread == ["vpn:vpn_user_from_networks: 7 more are not listed"]


@pytest.mark.parametrize(
    ("origin", "wanted"),
    [
        ("/var/log/syslog", True), ("/var/log/messages-20240519.gz", True),
        ("/srv/export.log", True),
        ("/var/log/remote/192.0.2.1.log.3.xz", True), ("/case/FortiGate VPN.txt", True),
        ("/case/fgt/2024-05-13.csv", True), ("/var/log/firewall/2024-05-13", True),
        ("/srv/notes.txt", True), ("/srv/a.csv.gz", True),
        ("/srv/notes.md", False), ("/C/Program Files/Fortinet/FortiClient/a.exe", False),
        ("/srv/catalog", False), ("/a.logic", False),
    ],
)  # fmt: skip
def test_logs_are_known_by_their_names(origin, wanted, tmp_path):
    assert VpnLogs().wants(Examined(origin=origin, path=tmp_path, size=1)) is wanted


def test_the_times_of_the_test_are_those_of_the_appliance():
    assert BEGUN.replace(tzinfo=UTC).timestamp() - 9 * 3600 == 1715533200


def test_an_export_in_utf_16_is_read(looked):
    found = looked({"/case/fgt.log": ("\ufeff" + record("up") + "\r\n").encode("utf-16-le")})

    assert [row["user"] for row in found.tables["vpn_signins"]] == ["taro"]


def test_a_record_that_breaks_off_names_no_address(looked):
    whole = record("up", address="198.51.100.25")
    found = looked({LOG: whole[: whole.index(".25") + 2].encode()})

    assert found.tables["vpn_signins"] == []
    assert found.unread == [
        "1 lines that look like FortiGate are in another form, and were not read"
    ]


def test_a_whole_last_record_needs_no_end_of_line(looked):
    (row,) = looked({LOG: record("up").encode()}).tables["vpn_signins"]

    assert row["user"] == "taro"


def test_an_export_of_any_name_is_known_by_its_first_lines(looked):
    found = looked({
        "/case/20240520.txt": ["# exported by the vendor", record("up")],
        "/srv/table.csv": ["a,b,c"] * HEAD + [record("up")],
        "/srv/broken.csv.gz": gzip.compress(b"a,b,c")[:-3],
        "/srv/broken.log.gz": gzip.compress(b"a,b,c")[:-3],
    })  # fmt: skip

    assert [row["origin"] for row in found.tables["vpn_signins"]] == ["/case/20240520.txt"]
    (why,) = found.unread
    assert why.startswith("can't be unpacked to its end")


def test_it_is_told_from_when_until_when_a_log_has_records_of_any_kind(looked):
    other = record().replace("39426", "20001").replace("ssl-login-fail", "x")
    early, late = other.replace("05-13", "05-01"), other.replace("05-13", "05-30")
    found = looked({LOG: [late, record("up"), early], "/case/fgt.log": [early]})
    rows = found.tables["vpn_logs"]

    assert len(found.tables["vpn_signins"]) == 1
    assert [(row["origin"], row["device"], row["count"]) for row in rows] == [
        (LOG, "FGT60E0000000001", 3), ("/case/fgt.log", "FGT60E0000000001", 1)]  # fmt: skip
    assert (rows[0]["first"], rows[0]["last"]) == (
        "2024-04-30T17:00:00.000000Z", "2024-05-29T17:00:00.000000Z")  # fmt: skip
