"""Volumes hashed side by side: what is said in which order, and that one can leave."""

from __future__ import annotations

import os
import signal
import time

import bundles
import pytest
import runs
from forge import Forger

from chain_of_custody.digest import AHEAD, sha256, sha256_of
from chain_of_custody.stages import volumes

LONG = 1 << 40  # bytes of nothing: more minutes of hashing than a run of tests is given


def told(forger: Forger) -> list[str]:
    """The volumes that stage 2 speaks of, in its order."""
    verdict = bundles.checked(forger.path)
    return [dict(finding.facts)["name"] for finding in verdict.stage(2).findings]


def test_what_was_found_last_is_told_first_if_its_volume_is(good, monkeypatch):
    monkeypatch.setattr(volumes.os, "sched_getaffinity", lambda _: {0, 1, 2})
    names = [good.volume(number) for number in (1, 2, 3)]
    with (good.path / names[0]).open("ab") as first:
        first.truncate(200 << 20)
    for name in names[1:]:
        good.flip(name, 100)

    assert told(good) == names


def test_one_processor_does_it_alone(good, monkeypatch):
    monkeypatch.setattr(volumes.os, "sched_getaffinity", lambda _: {0})
    good.flip(good.volume(2), 100)

    assert told(good) == [good.volume(2)]


@pytest.mark.parametrize("size", [0, 1, AHEAD, AHEAD + 1, 3 * AHEAD - 1])
def test_a_digest_is_of_all_bytes_whatever_is_fetched_ahead(tmp_path, size):
    data = os.urandom(1 << 20) * (size // (1 << 20) + 1)
    (tmp_path / "file").write_bytes(data[:size])
    with (tmp_path / "file").open("rb", buffering=0) as file:
        assert sha256_of(file) == (sha256(data[:size]), size)


def test_an_impatient_user_waits_for_no_volume(good):
    for number in (1, 2, 3):
        os.truncate(good.path / good.volume(number), LONG)
    child = runs.begun("verify", good.path)
    while not any(each.endswith(".age") for each in opened(child.pid)):
        time.sleep(0.01)
    child.send_signal(signal.SIGINT)
    try:
        code = runs.ended(child).code
    finally:
        child.kill()

    assert code == 4


def opened(pid: int) -> list[str]:
    """The files that a process has open; none once it has ended."""
    try:
        with os.scandir(f"/proc/{pid}/fd") as found:
            return [os.readlink(each.path) for each in found]
    except FileNotFoundError:  # closed since
        return []
