"""Guesses that led in by SSH: where the rules fire, and where they must not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from examinations import examine

from evidence.rulebook.index import load_index
from evidence.tool import rules_folder
from evidence.triage.linuxlogs.examiner import LinuxLogs

AUTH = "/var/log/auth.log"
BEGAN = datetime(2026, 11, 29, 3, tzinfo=UTC).replace(tzinfo=None)  # by the host
INDEX = load_index(rules_folder())


def line(after, what, user="root", method="password", address="203.0.113.5", zone="+09:00"):
    at = (BEGAN + timedelta(seconds=after)).isoformat() + zone
    return f"{at} srv sshd[9]: {what} {method} for {user} from {address} port 50022 ssh2"


def failures(count, every=10, names=1, **said):
    return [line(n * every, "Failed", f"u{n % names}", **said) for n in range(count)]


def said_again(after, times):
    at = (BEGAN + timedelta(seconds=after)).isoformat()
    failed = "Failed password for root from 203.0.113.5 port 50022 ssh2"
    return f"{at}+09:00 srv sshd[9]: message repeated {times} times: [ {failed}]"


IN = line(300, "Accepted")
FIRES = {
    "ssh_guess_then_signin": {
        "ten failures": {AUTH: [*failures(10), IN]},
        "over two logs": {AUTH: [IN], "/var/log/auth.log.1": failures(10)},
        "one line for many": {AUTH: [line(0, "Failed"), said_again(9, 9), IN]},
        "by PAM": {AUTH: [*failures(10, method="keyboard-interactive/pam"), IN]},
        "of unknown names": {AUTH: [
            *(line(n, "Failed", "invalid user x") for n in range(10)), IN]},
        "the times without a zone": {AUTH: [
            *failures(10, zone=""), line(300, "Accepted", zone="")]},
        "the calendar's first hour": {AUTH: [
            each.replace("2026-11-29T03", "0001-01-01T00")
            for zone in ("", "Z")
            for each in (*failures(20, zone=zone), line(300, "Accepted", zone=zone))]},
    },
    "ssh_guesses_then_signin": {
        "ten names": {AUTH: [*failures(10, names=10), IN]},
        "a hundred failures": {AUTH: [*failures(100, every=2), IN]},
        "one line for a hundred": {AUTH: [said_again(0, 100), IN]},
    },
}  # fmt: skip
NEAR = {
    "ssh_guess_then_signin": {
        "nine failures": {AUTH: [*failures(9), IN]},
        "the same log twice": {AUTH: [*failures(9), IN], "/var/log/secure": [*failures(9), IN]},
        "keys that the server refused": {AUTH: [*failures(50, every=2, method="publickey"), IN]},
        "let in by a key": {AUTH: [
            *failures(50, every=2), line(300, "Accepted", method="publickey")]},
        "from elsewhere": {AUTH: [
            *failures(50, every=2), line(300, "Accepted", address="192.0.2.9")]},
        "nobody came in": {AUTH: failures(300, every=1)},
        "hours before": {AUTH: [*failures(10), line(9000, "Accepted")]},
        "names alone": {AUTH: [
            *(f"{(BEGAN + timedelta(seconds=n)).isoformat()}+09:00 srv sshd[9]: Invalid user x "
              "from 203.0.113.5 port 5" for n in range(50)), IN]},
    },
    "ssh_guesses_then_signin": {
        "nine names": {AUTH: [*failures(18, names=9), IN]},
        "ninety-nine failures": {AUTH: [*failures(99, every=2), IN]},
    },
}  # fmt: skip


@pytest.fixture
def looked(tmp_path):
    def look(files):
        made = {name: "\n".join([*lines, ""]).encode() for name, lines in files.items()}
        return examine(LinuxLogs(), tmp_path, made)

    return look


def cases(table):
    return [
        pytest.param(rule, case, id=f"{rule}: {case}") for rule in table for case in table[rule]
    ]


def test_the_table_has_no_gaps():
    of_ssh = {rule for rule, entry in INDEX.rules.items() if entry.where == "ssh"}

    assert set(FIRES) == set(NEAR) == of_ssh
    assert LinuxLogs.rules == {f"ssh:{rule}" for rule in of_ssh}


@pytest.mark.parametrize(("rule", "case"), cases(FIRES))
def test_a_rule_is_seen(rule, case, looked):
    assert set(looked(FIRES[rule][case]).rules) == {rule}


@pytest.mark.parametrize(("rule", "case"), cases(NEAR))
def test_what_is_only_like_it_is_not(rule, case, looked):
    assert rule not in looked(NEAR[rule][case]).rules


def test_it_leads_to_the_line_and_says_how_many(looked):
    (seen,) = looked({AUTH: [*failures(10, names=2), IN]}).observations

    assert (seen.origin, seen.place, seen.at) == (AUTH, "line 11", "2026-11-28T18:05:00.000000Z")
    assert seen.text == (
        "10 failures with at least 2 names from 203.0.113.5 since 2026-11-28T18:00:00Z; "
        "then signed in: root"
    )


def test_rules_count_as_tried_where_a_sign_in_stood(tmp_path):
    with_one, without = LinuxLogs(), LinuxLogs()
    examine(with_one, tmp_path, {AUTH: IN.encode() + b"\n"})
    examine(without, tmp_path, {AUTH: b"2026-11-29T03:00:00+09:00 srv CRON[1]: (root) CMD (x)\n"})

    assert (with_one.tried, without.tried) == (LinuxLogs.rules, frozenset())
