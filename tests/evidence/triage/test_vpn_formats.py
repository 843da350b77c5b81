"""How each maker's appliances write: one contract over the table of formats."""

import gzip
import os
from datetime import UTC, datetime

import pytest
from examinations import examine

from evidence.telling.phrases.told import told
from evidence.triage.vpn.examiner import VpnLogs
from evidence.triage.vpn.formats import FORMATS

LOG = "/var/log/remote/192.0.2.1.log"
OUT, IN = "198.51.100.7", "10.9.0.5"
WELF = (
    'id=firewall time="2024-05-13 02:00:00" pri=6 fw=192.0.2.1 vpn=ive ivs=Default Network '
    'user={user} realm="Users" roles="" proto=auth src={address} dst= dstname= type=vpn op= arg="" '
    'result= sent= rcvd= agent="x" duration= msg="{msg}"'
)
ON, ASA = "May 13 2024 02:00:00 asa : %ASA-", "asa"
IVE = "May 13 02:00:00 ive PulseSecure: 2024-05-13 02:00:00 - ive - [{address}] {user}(Users)[] - "
WALL = 'id=firewall sn=00AA time="2024-05-13 02:00:00" fw=192.0.2.1 pri=6 c=16 '
SMA = 'id=sslvpn sn=00AA time="2024-05-13 02:00:00" fw=192.0.2.1 pri=5 '
RTX = "2024/05/13 02:00:00: "


def globalprotect(event="gateway-auth", status="failure", **more):
    """A line of PAN-OS 10, whose fields stand in one order."""
    fields = [""] * 48
    fields[:9] = [
        "1", "2024/05/13 02:00:03", "0123", "GLOBALPROTECT", "0", "2305", "2024/05/13 02:00:00",
        "vsys1", event,
    ]  # fmt: skip
    fields[11:19] = ["SSLVPN", more.get("user", "taro"), "JP", "pc", more.get("address", OUT), "",
                     more.get("within", "0.0.0.0"), ""]  # fmt: skip
    fields[26], fields[28], fields[36] = more.get("why", ""), status, more.get("precise", "")
    return ",".join(fields)


def system(event, text):
    return (
        f'1,2024/05/13 02:00:03,0123,SYSTEM,x,0,2024/05/13 02:00:00,,{event},,0,0,x,info,"{text}"'
    )


# Maker to lines and what the last of them tells: word, user, address, address within.
TELLS = {
    "FortiGate": {
        "a sign-in": (
            'date=2024-05-13 time=02:00:00 devid="F" logid="0101039424" type="event" subtype="vpn" '
            f'action="tunnel-up" remip={OUT} tunnelip={IN} user="taro"',
            "signed in", "taro", OUT, IN),
        "a failure": (
            'date=2024-05-13 time=02:00:00 devid="F" logid="0101039426" type="event" subtype="vpn" '
            f'action="ssl-login-fail" remip={OUT} user="taro"', "failed", "taro", OUT, None),
        "an administrator": (
            'date=2024-05-13 time=02:00:00 devid="F" logid="0100032001" type="event" '
            f'subtype="system" user="taro" ui="https({OUT})"',
            "administrator signed in", "taro", OUT, None),
    },
    "Cisco ASA, FTD": {
        "a session": (
            f"{ON}6-113039: Group <g> User <taro> IP <{OUT}> AnyConnect parent session started.",
            "signed in", "taro", OUT, None),
        "a session of the web": (
            f"{ON}6-716001: Group <g> User <taro> IP <{OUT}> WebVPN session started.",
            "signed in", "taro", OUT, None),
        "an address": (
            f"{ON}4-722051: Group <g> User <taro> IP <{OUT}> IPv4 Address <{IN}> IPv6 address <::> "
            "assigned to session", "address assigned", "taro", OUT, IN),
        "a sign-in by IPsec": (
            f"{ON}6-713228: Group = g, Username = taro, IP = {OUT}, Assigned private IP address "
            f"{IN} to remote user", "signed in", "taro", OUT, IN),
        "a password that was right": (
            f"{ON}6-716038: Group <g> User <taro> IP <{OUT}> Authentication: successful, Session "
            "Type: WebVPN.", "authenticated", "taro", OUT, None),
        "the same, by a server": (
            f"{ON}6-113004: AAA user authentication Successful : server =  192.0.2.9 : user = taro",
            "authenticated", "taro", None, None),
        "a failure": (
            f"{ON}6-113015: AAA user authentication Rejected : reason = Invalid password : local "
            f"database : user = taro : user IP = {OUT}", "failed", "taro", OUT, None),
        "a failure of a user that isn't shown": (
            f"{ON}6-113005: AAA user authentication Rejected : reason = AAA failure : server = "
            f"192.0.2.9 : user = ***** : user IP = {OUT}", "failed", None, OUT, None),
        "a failure by the web": (
            f"{ON}6-716039: Group <g> User <taro> IP <{OUT}> Authentication: rejected, Session "
            "Type: WebVPN.", "failed", "taro", OUT, None),
        "an administrator": (
            f"{ON}6-605005: Login permitted from {OUT}/50000 to inside:192.0.2.1/ssh for user "
            '"taro"',
            "administrator signed in", "taro", OUT, None),
        "one that failed": (
            f"{ON}6-605004: Login denied from {OUT}/50000 to inside:192.0.2.1/https for user "
            '"taro"',
            "administrator failed", "taro", OUT, None),
    },
    "Ivanti, Pulse Secure": {
        "a sign-in": (
            WELF.format(user="taro", address=OUT,
                        msg=f"AUT24414: Agent login succeeded for taro/Users from {OUT} with x."),
            "signed in", "taro", OUT, None),
        "an address": (
            WELF.format(user="taro", address=OUT, msg="NWC23464: VPN Tunneling: Session started "
                        f"for user  (session: sid1) with IPv4 address {IN}, hostname PC"),
            "address assigned", "taro", OUT, IN),
        "a failure": (
            WELF.format(user="taro", address=OUT, msg="AUT23457: Login failed using auth server "
                        "RSA (ACE Server).  Reason: Failed"), "failed", "taro", OUT, None),
        "an administrator": (
            WELF.format(user="taro", address=OUT,
                        msg=f"ADM22668: Login succeeded for taro/Admin Users from {OUT}."),
            "administrator signed in", "taro", OUT, None),
        "a sign-in in words": (
            IVE.format(user="taro", address=OUT) + f"Login succeeded for taro/Users from {OUT}.",
            "signed in", "taro", OUT, None),
        "a failure in words": (
            IVE.format(user="taro", address=OUT) + f"Primary authentication failed for taro/AD "
            f"from {OUT}", "failed", "taro", OUT, None),
    },
    "Palo Alto GlobalProtect": {
        "a failure": (globalprotect(why="Invalid"), "failed", "taro", OUT, None),
        "a password that was right": (
            globalprotect("portal-auth", "success"), "authenticated", "taro", OUT, None),
        "a session": (
            globalprotect("gateway-connected", "success", within=IN),
            "signed in", "taro", OUT, IN),
        "a failure before 9.1": (
            system("globalprotectgateway-auth-fail", "GlobalProtect gateway user authentication "
                   f"failed. Login from: {OUT}, Source region: JP, User name: taro, Client OS "
                   "version: x, Reason: x, Auth type: profile."), "failed", "taro", OUT, None),
        "a failure of any user": (
            system("auth-fail", "failed authentication for user 'taro'. Reason: Invalid "
                   f"username/password. auth profile 'x', From: {OUT}."),
            "failed", "taro", OUT, None),
        "an administrator": (
            system("general", f"User taro logged in via Web from {OUT} using https"),
            "administrator signed in", "taro", OUT, None),
    },
    "SonicWall": {
        "a sign-in": (
            f'{WALL}m=1080 msg="SSL VPN zone remote user login allowed" usr="taro" '
            f"src={OUT}:50000:X1 dst=192.0.2.1:443:X1", "signed in", "taro", OUT, None),
        "a failure": (
            f'{WALL}m=33 msg="User login denied due to bad credentials" src={OUT}::X1 usr="taro"',
            "failed", "taro", OUT, None),
        "an administrator": (
            f'{WALL}m=236 msg="WAN zone administrator login allowed" src={OUT}:50000:X1 usr="taro"',
            "administrator signed in", "taro", OUT, None),
        "a failure of SMA": (
            f'{SMA}m=1 c=1 src={OUT} dst=192.0.2.1 user="taro" usr="taro" msg="User login failed" '
            'agent="x"', "failed", "taro", OUT, None),
        "over IPv6": (
            f'{WALL}m=1080 msg="x" usr="taro" src=[2001:db8::7]:50000:X1',
            "signed in", "taro", "2001:db8::7", None),
    },
    "YAMAHA": {
        "a sign-in": (
            f"{RTX}[L2TP] TUNNEL[1] connected from {OUT}\n{RTX}[L2TP] TUNNEL[1] session 1 "
            f"established\n{RTX}PP[ANONYMOUS01] Call detected from user 'taro'\n"
            f"{RTX}PP[ANONYMOUS01] PPP/IPCP up  (Local: 192.0.2.1, Remote: {IN})",
            "signed in", "taro", OUT, IN),
        "a failure": (
            f"{RTX}[L2TP] TUNNEL[1] connected from {OUT}\n"
            f"{RTX}PP[ANONYMOUS01] Call detected from user 'taro'\n"
            f"{RTX}PP[ANONYMOUS01] Disconnected, cause [PPP: Authentication failed]",
            "failed", "taro", OUT, None),
        "a call": (
            f"{RTX}[L2TP] TUNNEL[1] connected from {OUT}\n"
            f"{RTX}PP[ANONYMOUS01] Call detected from user 'taro'", "called", "taro", OUT, None),
        "an administrator": (
            f"{RTX}Login succeeded for SSH: {OUT} taro",
            "administrator signed in", "taro", OUT, None),
        "one that became one": (
            f"{RTX}'administrator' succeeded for HTTP: {OUT} taro",
            "became administrator", "taro", OUT, None),
        "one that failed": (
            f"{RTX}Login failed for TELNET: {OUT} taro", "administrator failed", "taro", OUT, None),
    },
}  # fmt: skip
# What is like it: lines, and whether they are told as lines that look like the maker's.
NEAR = {
    "FortiGate": {
        "another program's": ('May 13 02:00:05 srv sshd[8]: Invalid user logid="039424"', False),
    },
    "Cisco ASA, FTD": {
        "another message": (f"{ON}6-302013: Built inbound TCP connection 1", False),
        "a name of SSH": (
            f"May 13 02:00:05 srv sshd[8]: Invalid user {ON}6-113039: Group <g> User <taro> IP "
            f"<{OUT}> AnyConnect parent session started.", True),
        "a name with a message in it": (
            f"{ON}6-716039: Group <g> User <x> IP <192.0.2.66> Authentication: rejected, Session "
            f"Type: WebVPN.> IP <{OUT}> Authentication: rejected, Session Type: WebVPN.", True),
        "authorization": (
            f"{ON}6-113004: AAA user authorization Successful : server = x : user = taro", True),
        "no mark": ("May 13 02:00:00 asa ASA-6-113039: Group <g> User <t> IP <x> x", False),
    },
    "Ivanti, Pulse Secure": {
        "another message": (WELF.format(user="taro", address=OUT, msg="AUT24803: x"), False),
        "a name with fields in it": (
            WELF.format(user="x src=192.0.2.66 y", address=OUT, msg="AUT24327: Primary "
                        "authentication failed for x"), True),
        "an old form": ("May 13 02:00:00 ive Juniper: 2024-05-13 02:00:00 ive: x", True),
        "its name": ("May 13 02:00:00 srv x: of PulseSecure: nothing", False),
    },
    "Palo Alto GlobalProtect": {
        "another event": (globalprotect("gateway-logout", "success"), False),
        "another type": (globalprotect().replace("GLOBALPROTECT", "TRAFFIC"), False),
        "cut off": (globalprotect()[:90], True),
        "a request": (f'{OUT} - - [13/May/2024:02:00:00 +0900] "GET /?{globalprotect()}"', True),
        "other words": (system("auth-fail", "User taro failed"), True),
        "a sheet": ("a,SYSTEM,b", False),
    },
    "SonicWall": {
        "another message": (f'{WALL}m=537 msg="Connection Closed" src={OUT}:1:X0', False),
        "a name with quotes": (
            f'{WALL}m=32 msg="x" usr="x" src=192.0.2.66 y="" src={OUT}:1:X1', True),
        "within a line of others": (f"May 13 02:00:05 srv app[1]: x {WALL}m=1080", True),
    },
    "YAMAHA": {
        "another message": (f"{RTX}[IKE] respond ISAKMP phase to {OUT}", False),
        "a provider's line": (f"{RTX}PP[01] PPP/IPCP up  (Local: 192.0.2.1, Remote: {OUT})", False),
        "a name of SSH": (
            "May 13 02:00:05 srv sshd[8]: Invalid user PP[ANONYMOUS01] Call detected from user 'x'",
            True),
        "a login of another program": ("May 13 02:00:05 srv app: Login failed for SSH: x", False),
    },
}  # fmt: skip


def cases(table):
    return [
        pytest.param(maker, case, id=f"{maker}: {case}") for maker in table for case in table[maker]
    ]


def looked(tmp_path, text, origin=LOG):
    data = text if isinstance(text, bytes) else f"{text}\n".encode()
    return examine(VpnLogs(), tmp_path, {origin: data})


def odd(maker, count=1):
    return f"{count} lines that look like {maker} are in another form, and were not read"


def test_each_maker_has_lines_that_tell_and_lines_that_are_only_like_it():
    makers = [each.maker for each in FORMATS]

    assert sorted(TELLS) == sorted(NEAR) == sorted(makers)
    assert all(any("failed" in each[1] for each in TELLS[maker].values()) for maker in makers)


@pytest.mark.parametrize(("maker", "case"), cases(TELLS))
def test_a_signin_is_told_with_who_and_from_where(maker, case, tmp_path):
    text, *expected = TELLS[maker][case]
    found = looked(tmp_path, text)
    row = found.tables["vpn_signins"][-1]

    assert [row[name] for name in ("what", "user", "address", "assigned")] == expected
    assert (row["maker"], row["local"], row["year"]) == (maker, "2024-05-13T02:00:00", "line")
    assert row["line"] == text.count("\n") + 1
    assert found.unread == []


@pytest.mark.parametrize(("maker", "case"), cases(NEAR))
def test_what_is_only_like_it_is_no_row_and_counted_where_it_looks_like_one(
    maker, case, tmp_path
):  # fmt: skip
    line, looks = NEAR[maker][case]
    found = looked(tmp_path, line)

    assert found.tables["vpn_signins"] == []
    assert found.unread == [odd(maker)] * looks


@pytest.mark.parametrize(("maker", "case"), cases(TELLS))
def test_whatever_stands_in_a_line_it_costs_that_line_alone(maker, case, tmp_path):
    text, what, user, address, _ = TELLS[maker][case]
    names = (
        "\x1b[2J\x1b]0;x\x07", "\udcff\udc81", "\u202e\0", "A" * 20_000, '"' * 3000, "<" * 3000,
        ", Username = " * 900, "' " * 3000,
    )  # fmt: skip
    bad = [text.replace("taro", name) for name in names] + [f"{text} {'x,= ' * 5000}"]
    whole = "\n".join([*bad, text, ""]).encode("utf-8", "surrogateescape")
    found = looked(tmp_path, os.urandom(3000) + b"\n" + whole)
    row = found.tables["vpn_signins"][-1]

    assert (row["what"], row["user"], row["address"]) == (what, user, address)
    assert {each["address"] for each in found.tables["vpn_signins"]} <= {address, None}
    assert all(told("ja", "seen", each) != each for each in found.unread)


@pytest.mark.parametrize(("maker", "case"), cases(TELLS))
def test_a_log_that_breaks_off_anywhere_names_no_other_address(maker, case, tmp_path):
    text, _, _, address, within = TELLS[maker][case]
    data = text.encode()
    for end in range(len(data) - 60, len(data)):
        for row in looked(tmp_path, data[:end]).tables["vpn_signins"]:
            assert row["address"] in (address, None)
            assert row["assigned"] in (within, None)


SENT = "May 13 02:00:00 192.0.2.1 "
HEADS = {
    "Cisco ASA, FTD": {
        "as sent": "<166>May 13 2024 02:00:00: %ASA-",
        "as sent, with its zone": "<166>:May 13 2024 02:00:00 JST: %ASA-",
        "with a class": "May 13 2024 02:00:00 asa : %ASA-vpn-",
        "of Firepower": "2024-05-13T02:00:00Z ftd : %FTD-",
        "by a log server": f"{SENT}May 13 2024 02:00:00 asa : %ASA-",
        "by a log server, named": f"{SENT}asa : %ASA-",
        "by a log server, plainly": f"{SENT}%ASA-",
        "in the new form": "<166>1 2024-05-13T02:00:00+09:00 asa - - - - %ASA-",
    },
    "SonicWall": {"as sent": "<134>", "by a log server": SENT, "of SMA": f"{SENT}SSLVPN: "},
    "Ivanti, Pulse Secure": {"plain": "", "by a log server": f"{SENT}PulseSecure: "},
    "Palo Alto GlobalProtect": {
        "as sent": "<14>May 13 02:00:00 PA-220 ",
        "in the new form": "<14>1 2024-05-13T02:00:00Z pa - - - - ",
    },
    "YAMAHA": {"as sent": "<190>", "by a log server": SENT},
}  # fmt: skip


@pytest.mark.parametrize(("maker", "case"), cases(HEADS))
def test_a_record_is_known_behind_what_a_log_server_puts_before_it(maker, case, tmp_path):
    text, what, *_ = TELLS[maker]["a failure"]
    lines = [line.removeprefix(ON).removeprefix(RTX) for line in text.split("\n")]
    found = looked(tmp_path, "\n".join(HEADS[maker][case] + line for line in lines))

    assert found.tables["vpn_signins"][-1]["what"] == what
    assert [each for each in found.unread if "look like" in each] == []


FAILED = TELLS["Cisco ASA, FTD"]["a failure"][0].removeprefix(ON)
TIMES = {
    "its own": (f"{ON}{FAILED}", None, "2024-05-13T02:00:00", None, "line"),
    "a zone that means one distance": (
        f"May 13 2024 02:00:00 JST: %ASA-{FAILED}",
        "2024-05-12T17:00:00.000000Z", "2024-05-13T02:00:00", "JST", "line"),
    "a zone that means several": (
        f"May 13 2024 02:00:00 CST: %ASA-{FAILED}", None, "2024-05-13T02:00:00", None, "line"),
    "of a log server's head": (
        f"2024-05-13T02:00:00+09:00 asa : %ASA-{FAILED}",
        "2024-05-12T17:00:00.000000Z", "2024-05-13T02:00:00", "head", "line"),
    "its own, and the head's zone": (
        f"2024-05-13T02:00:02+09:00 192.0.2.1 May 13 2024 02:00:00 asa : %ASA-{FAILED}",
        "2024-05-12T17:00:00.000000Z", "2024-05-13T02:00:00", "head", "line"),
    "without a year": (
        f"May 13 02:00:00 asa : %ASA-{FAILED}", None, "2024-05-13T02:00:00", None, "file"),
}  # fmt: skip


@pytest.mark.parametrize("case", TIMES)
def test_what_is_not_known_of_a_time_stays_open(case, tmp_path):
    line, *expected = TIMES[case]
    path = tmp_path / "log"
    path.write_text(f"{line}\n")
    os.utime(path, (0, datetime(2024, 6, 1, tzinfo=UTC).timestamp()))
    (row,) = examine(VpnLogs(), tmp_path, {LOG: path}).tables["vpn_signins"]

    assert [row[name] for name in ("time", "local", "zone", "year")] == expected


def test_years_are_counted_over_all_lines_of_a_log_that_tells_none(tmp_path):
    days = ["May 13", "Dec 30", "Jan 02", "Nov 30", "Jan 05", "Mar 01"]
    lines = [f"{day} 02:00:00 asa : %ASA-{FAILED}" for day in days]
    other = "00:00:00 srv cron[1]: x"
    lines = [f"Nov 01 {other}", f"Jan 03 {other}", *lines[:4], f"Jan 03 {other}", *lines[4:]]
    path = tmp_path / "log"
    path.write_bytes(gzip.compress("\n".join([*lines, ""]).encode(), mtime=0))
    os.utime(path, (0, datetime(2024, 3, 2, tzinfo=UTC).timestamp()))
    found = examine(VpnLogs(), tmp_path, {f"{LOG}.gz": path})
    rows = found.tables["vpn_signins"]

    assert [row["local"][:7] for row in rows] == [
        "2022-05", "2022-12", "2023-01", "2023-11", "2024-01", "2024-03"]  # fmt: skip
    assert [row["line"] for row in rows] == [3, 4, 5, 6, 8, 9]


def test_a_log_without_any_bound_for_its_year_says_so(tmp_path):
    path = tmp_path / "log"
    path.write_text(f"May 13 02:00:00 asa : %ASA-{FAILED}\n" * 2)
    os.utime(path, (0, 0))
    found = examine(VpnLogs(), tmp_path, {LOG: path})

    assert [row["local"] for row in found.tables["vpn_signins"]] == ["05-13T02:00:00"] * 2
    assert found.unread == ["2 lines tell no time that can be read, or not its year"]


def at(seconds, text):
    return text.replace("02:00:00", f"02:{seconds // 60:02}:{seconds % 60:02}")


@pytest.mark.parametrize("maker", TELLS)
def test_guesses_that_lead_in_are_seen_whoever_made_the_appliance(maker, tmp_path):
    came = next(
        case for case, each in TELLS[maker].items() if each[1] == "signed in" and each[3] == OUT
    )
    failed = next(case for case, each in TELLS[maker].items() if each[1] == "failed")
    lines = [at(20 * n, TELLS[maker][failed][0]) for n in range(10)]
    lines.append(at(300, TELLS[maker][came][0]))

    assert looked(tmp_path, "\n".join(lines)).rules == ["vpn_guess_then_signin"]
    assert looked(tmp_path, "\n".join(lines[1:])).rules == []


def test_a_failure_that_is_written_twice_counts_once(tmp_path):
    each = [TELLS["Cisco ASA, FTD"][case][0] for case in ("a failure", "a failure by the web")]
    lines = [at(20 * n, line) for n in range(9) for line in each]
    lines.append(at(300, TELLS["Cisco ASA, FTD"]["a session"][0]))

    assert looked(tmp_path, "\n".join(lines)).rules == []


def test_a_call_of_two_tunnels_has_no_address(tmp_path):
    tunnel = f"{RTX}[L2TP] TUNNEL[1] connected from {OUT}"
    lines = TELLS["YAMAHA"]["a sign-in"][0].replace(tunnel, f"{tunnel}\n{tunnel.replace(OUT, IN)}")
    *_, row = looked(tmp_path, lines).tables["vpn_signins"]

    assert (row["what"], row["user"], row["address"]) == ("signed in", "taro", None)


def test_calls_of_two_routers_are_kept_apart(tmp_path):
    lines = TELLS["YAMAHA"]["a sign-in"][0].replace(RTX, "").split("\n")
    both = [f"2024-05-13T02:00:00+09:00 {host} {line.replace('taro', user)}"
            for line in lines for host, user in (("r1", "taro"), ("r2", "jiro"))]  # fmt: skip
    rows = looked(tmp_path, "\n".join(both)).tables["vpn_signins"]

    assert [(row["device"], row["user"]) for row in rows if row["what"] == "signed in"] == [
        ("r1", "taro"), ("r2", "jiro")]  # fmt: skip


def test_a_call_that_came_long_before_is_not_the_one_that_was_answered(tmp_path):
    tunnel, call, up = (
        TELLS["YAMAHA"]["a sign-in"][0]
        .replace("\n" + RTX + "[L2TP] TUNNEL[1] session 1 established", "")
        .split("\n")
    )
    *_, row = looked(tmp_path, "\n".join([tunnel, call, at(61, up)])).tables["vpn_signins"]

    assert (row["what"], row["user"], row["address"]) == ("signed in", None, None)
