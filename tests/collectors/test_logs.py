import hosts
import pytest

from collectors.artifact import Phase, Profile, Reason
from collectors.logs import LOGS, Journal, LoginRecords, ShellHistories, VarLog, VpnLogs, WebLogs


@pytest.fixture
def host(tmp_path):
    return hosts.linux(tmp_path)


def origins(found):
    return list(hosts.artifacts(found))


def test_what_is_asked_for_first_comes_first():
    assert [one.name for one in LOGS] == [
        "login-records", "audit", "journal", "vpn-logs", "web-logs", "shell-histories", "var-log",
    ]  # fmt: skip
    assert {(one.phase, one.profile) for one in LOGS} == {(Phase.LOGS, Profile.QUICK)}


@pytest.mark.parametrize("collector", LOGS, ids=lambda one: one.name)
def test_each_says_what_it_takes_and_what_it_cannot_show(collector):
    assert collector.__doc__.startswith("Takes ")
    assert "cannot show" in " ".join(collector.__doc__.split())


def test_overlapping_places_give_each_log_once_to_the_first_that_asks(host):
    source = (
        host.with_file("/var/log/wtmp").with_file("/var/log/audit/audit.log")
        .with_file("/var/log/journal/0123/system.journal").with_file("/var/log/nginx/access.log")
        .with_file("/var/log/openvpn/status.log").with_file("/var/log/syslog").source()
    )  # fmt: skip

    taken = {one.name: origins(one.collect(source)) for one in LOGS}

    assert {name: found for name, found in taken.items() if found} == {
        "login-records": ["/var/log/wtmp"],
        "audit": ["/var/log/audit/audit.log"],
        "journal": ["/var/log/journal/0123/system.journal"],
        "vpn-logs": ["/var/log/openvpn/status.log"],
        "web-logs": ["/var/log/nginx/access.log"],
        "var-log": ["/var/log/syslog"],
    }


def test_missing_login_records_are_gaps(host):
    found = hosts.gaps(LoginRecords().collect(host.with_file("/var/log/wtmp").source()))

    assert "/var/log/btmp" in found
    assert found["/var/log/btmp"].reason is Reason.ABSENT


def test_a_log_folder_that_is_a_link_is_followed(host):
    source = host.with_file("/data/log/syslog", "x").with_link("/var/log", "/data/log").source()

    assert origins(VarLog().collect(source)) == ["/var/log", "/data/log/syslog"]


def test_products_that_are_not_there_make_no_noise(host):
    source = host.with_folder("/var/log").with_folder("/opt/other").source()

    assert list(VpnLogs().collect(source)) == []
    assert list(WebLogs().collect(source)) == []


@pytest.mark.parametrize(
    "path",
    ["/usr/local/vpnserver/server_log/vpn_20261122.log", "/opt/vpnserver/security_log/hub/x.log",
     "/var/log/charon.log", "/var/log/xl2tpd.log", "/var/log/squid/access.log",
     "/home/u/.anydesk/ad.trace"],
)  # fmt: skip
def test_logs_of_the_ways_in_are_found(host, path):
    assert origins(VpnLogs().collect(host.with_file(path).source())) == [path]


@pytest.mark.parametrize(
    "path", ["/opt/app/logs/a/b.log", "/srv/shop/logs/x", "/usr/local/nginx/logs/access.log"]
)
def test_web_logs_outside_the_usual_folder_are_found(host, path):
    assert origins(WebLogs().collect(host.with_file(path).source())) == [path]


def test_histories_of_every_home_are_taken(host):
    source = (
        host.with_file("/root/.bash_history", "id").with_file("/home/u/.zsh_history")
        .with_file("/home/u/.local/share/fish/fish_history").with_file("/home/$(x)/.ash_history")
        .source()
    )  # fmt: skip

    found = list(ShellHistories().collect(source))

    assert origins(found) == [
        "/root/.bash_history", "/home/$(x)/.ash_history", "/home/u/.zsh_history",
        "/home/u/.local/share/fish/fish_history",
    ]  # fmt: skip
    assert hosts.gaps(found) == {}


def test_a_home_without_any_history_is_a_gap(host):
    (gap,) = ShellHistories().collect(host.with_folder("/home/clean").source())

    assert (gap.origin, gap.reason) == ("/home/clean", Reason.ABSENT)


def test_a_history_that_leads_to_nowhere_is_taken_as_a_link(host):
    (artifact,) = ShellHistories().collect(
        host.with_link("/root/.bash_history", "/dev/null").source()
    )

    assert hosts.read(artifact).data == b"/dev/null"


def test_the_lost_at_shutdown_journal_comes_before_the_stored_one(host):
    source = host.with_file("/var/log/journal/a/x").with_file("/run/log/journal/a/y").source()

    assert origins(Journal().collect(source)) == ["/run/log/journal/a/y", "/var/log/journal/a/x"]
