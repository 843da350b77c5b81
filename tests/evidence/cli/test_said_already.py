"""Who was killed before the word of an event gives the same command again: it is signed once."""

from __future__ import annotations

import datetime
import os
import re
import signal
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
from acts import BEFORE, VERBS, Case
from authority import CUSTODIAN
from command_line import run as hozen
from forge import HOLDER

from chain_of_custody.code import spoken_code
from chain_of_custody.times import utc
from evidence.cli import run as run_here
from evidence.cli.texts import Texts
from evidence.custody import custodian, making
from evidence.custody.appending import CustodianError
from evidence.custody.custodian import Act
from evidence.machine.clock import Clock
from evidence.reading.checked import verify_bundle

NOTE = Act(kind="note", text="seen")
EARLIER = utc(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=3))


@pytest.fixture
def case(tmp_path) -> Case:
    return Case(tmp_path)


def killed(case: Case, command: list[str]) -> bool:
    """Whether it was killed in the moment in which its event had got its name."""
    name = case.bundle / f"custody/{len(case.events) + 1:05d}.json"
    child = os.fork()
    if not child:
        rename = Path.replace

        def last(self: Path, target: Path) -> Path:
            done = rename(self, target)
            if target == name:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        with mock.patch.object(Path, "replace", last):
            run_here(command, Texts("en"))
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("verb", VERBS)
def test_what_was_signed_and_never_told_of_is_told_and_not_signed_twice(case, verb):
    if verb in BEFORE:
        assert hozen(*case.command(BEFORE[verb])).code == 0
    assert killed(case, case.command(verb))
    command, last = case.command(verb), case.events[-1]
    before = case.files()
    refused = [hozen(*command, HOZEN_LANG=language) for language in ("en", "ja")]

    assert [(each.code, each.out, each.err.count("\n")) for each in refused] == [(2, "", 1)] * 2
    for each in refused:
        assert f" {last.event.seq}" in each.err
        assert last.event.at in each.err
        assert last.sha256 in each.err
        assert spoken_code(last.sha256) in each.err
        assert "--again" in each.err
    assert "Nothing was signed anew" in refused[0].err
    assert "新しい署名はしていません" in refused[1].err
    assert case.files() == before

    done = hozen(*command, "--again")
    assert done.code == 0, done.err
    assert f"Signed as event {last.event.seq + 1}" in done.out
    assert case.events[-1].event.text == last.event.text
    assert verify_bundle(case.bundle).failed == []


@pytest.mark.parametrize("more", [("--text", "x"), ("--place", "Osaka"), ("--at", EARLIER)])
def test_what_says_anything_else_is_another_act(case, more):
    command = case.command("note")
    assert hozen(*command).code == 0

    assert hozen(*command, *more).code == 0


def test_the_same_words_of_somebody_else_are_another_act(case):
    command = case.command("note")
    assert hozen(*command).code == 0

    assert hozen(*command[:-1], case.taker).code == 0
    assert hozen(*command).code == 0  # and what stands behind another's is no last word


def test_a_renewal_is_no_first_token_though_the_words_are_the_same(case):
    assert hozen(*case.command("timestamp")).code == 0

    assert hozen(*case.command("renew")).code == 0


@pytest.mark.parametrize(("hours", "anew"), [(-13, True), (-11, False), (11, False), (13, True)])
def test_after_half_a_day_it_was_done_once_more(case, hours, anew):
    now = int(datetime.datetime.now(datetime.UTC).timestamp()) * 10**9
    custodian.append(case.bundle, [NOTE], HOLDER, clock=Clock(now_ns=now))
    later, count = Clock(now_ns=now + hours * 3600 * 10**9), len(case.events)
    if anew:
        custodian.append(case.bundle, [NOTE], HOLDER, clock=later)
    else:
        with pytest.raises(CustodianError, match="says the same already"):
            custodian.append(case.bundle, [NOTE], HOLDER, clock=later)

    assert len(case.events) == count + anew


@pytest.mark.parametrize("same", [True, False])
def test_of_a_stated_time_it_is_that_time_which_counts(case, same):
    custodian.append(case.bundle, [replace(NOTE, at=EARLIER)], CUSTODIAN)
    later = datetime.datetime.fromisoformat(EARLIER) + datetime.timedelta(seconds=1)
    act = replace(NOTE, at=EARLIER if same else utc(later))
    if same:
        with pytest.raises(CustodianError, match=re.escape(EARLIER)):
            custodian.append(case.bundle, [act], CUSTODIAN)
    else:
        custodian.append(case.bundle, [act], CUSTODIAN)


def test_of_several_at_once_all_have_to_be_there(case):
    other = replace(NOTE, text="other")
    custodian.append(case.bundle, [NOTE, other], HOLDER)
    custodian.append(case.bundle, [other, other], HOLDER)
    with pytest.raises(CustodianError, match="says the same already"):
        custodian.append(case.bundle, [other, other], HOLDER)

    custodian.append(case.bundle, [other] * len(case.events), HOLDER)


def test_a_receipt_and_a_disclosure_are_told_of_before_anything_is_verified(case, monkeypatch):
    for verb in ("release", "receive"):
        assert hozen(*case.command(verb)).code == 0
    monkeypatch.setattr(custodian, "checked", mock.Mock(side_effect=AssertionError))

    assert run_here(case.command("receive"), Texts("en")) == 2


def test_a_receipt_by_which_more_was_found_is_the_same_receipt(case):
    for verb in ("release", "receive"):
        assert hozen(*case.command(verb)).code == 0
    untrusting = [
        each for each in case.command("receive") if each not in ("--trust", str(case.root))
    ]

    assert hozen(*untrusting).code == 2
    assert case.events[-1].event.check.what == making.VERIFIED
