"""An act of custody that is cut off, crowded out or too large: the bundle stays what it was."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from unittest import mock

import authority
import bundles
import pytest
import timekeeper
from command_line import run as hozen
from forge import HOLDER, Forger
from forgeries.custody import append as append_by_hand
from mounting import mounted

from chain_of_custody.documents import load
from chain_of_custody.folder import BundleFolder
from evidence import appending, custodian, stamping
from evidence.appending import CustodianError
from evidence.checked import verify_bundle
from evidence.custodian import Act
from evidence.signers import key_text

NOTE = Act(kind="note", text="seen")


@pytest.fixture
def bundle(tmp_path):
    return bundles.sealed(tmp_path / "HZ_x", key=authority.COLLECTION)


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "who.key"
    path.write_bytes(key_text(authority.CUSTODIAN, None))
    return path


def stated(path: Path) -> list[str]:
    """What a verifier states of a bundle that it refuses nothing of."""
    verdict = verify_bundle(path)
    assert (verdict.exit, verdict.failed) == (0, [])
    return [finding.name for finding in verdict.stage(9).findings if finding.key == "left_by_act"]


def files_of(path: Path) -> dict[str, bytes]:
    return {p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*") if p.is_file()}


def numbered(path: Path) -> list[int]:
    return [each.event.seq for each in load(BundleFolder(path)).events]


# A medium that is full


@pytest.mark.parametrize("free", [0, 4096, 8192, 12288])
def test_a_full_medium_leaves_the_bundle_as_it_was(bundle, key, tmp_path, free):
    with mounted(tmp_path / "stick", options="size=16m"):
        path = shutil.copytree(bundle, tmp_path / "stick" / "HZ_x")
        before = files_of(path)
        _fill(tmp_path / "stick", free)
        done = hozen("custody", "note", path, "--text", "x" * 20_000, "--key", key)

        assert (done.code, len(done.err.splitlines())) == (4, 1), done.err
        assert files_of(path) == before
        assert stated(path) == []


def _fill(stick: Path, free: int) -> None:
    with (stick / "full").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    os.truncate(stick / "full", (stick / "full").stat().st_size - free)


def test_a_token_that_finds_no_room_leaves_no_request_behind(bundle, tmp_path):
    with mounted(tmp_path / "stick", options="size=16m"):
        path = shutil.copytree(bundle, tmp_path / "stick" / "HZ_x")
        keeping = _stamping(path, tmp_path)
        before = files_of(path)
        _fill(tmp_path / "stick", 8192)
        with pytest.raises(OSError, match="No space"):
            keeping()

        assert files_of(path) == before


def _stamping(path: Path, place: Path):
    """Asks an authority at once, and gives what puts its answer in."""
    timed = timekeeper.Authority(place=place / "time", offset=300)
    question = stamping.ask(path)
    answer = timed.answer(question.request)
    return lambda: stamping.keep(
        path, question, answer, Act(kind="timestamped"), HOLDER, trust=timed.trusted
    )


# A process that is killed


def _killed_at(number: int, act) -> bool:
    """Whether a process that does this was still alive to be killed when it renamed that often."""
    child = os.fork()
    if not child:
        renames = itertools.count(1)
        rename = Path.replace

        def counted(self: Path, target: Path) -> Path:
            if next(renames) == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return rename(self, target)

        with mock.patch.object(Path, "replace", counted):
            act()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("number", [1, 2])
def test_what_a_killed_act_leaves_is_stated_and_the_next_one_takes_its_place(bundle, number):
    before = numbered(bundle)
    assert _killed_at(number, lambda: custodian.append(bundle, [NOTE], HOLDER))
    left = stated(bundle)
    assert left
    assert numbered(bundle) == before
    custodian.append(bundle, [NOTE], HOLDER)

    assert stated(bundle) == []
    assert numbered(bundle) == [*before, len(before) + 1]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_what_a_killed_stamping_leaves_is_no_token_and_gives_way(bundle, tmp_path, number):
    keeping = _stamping(bundle, tmp_path)
    assert _killed_at(number, keeping)
    stated(bundle)
    shutil.rmtree(tmp_path / "time")
    _stamping(bundle, tmp_path)()

    assert stated(bundle) == []
    assert sorted(os.listdir(bundle / "anchors"))[:2] == ["0001.tsq", "0001.tsr"]


def test_a_list_that_a_killed_renewal_left_makes_no_renewal_of_the_next_token(bundle, tmp_path):
    (bundle / "anchors").mkdir()
    (bundle / "anchors" / "0001.sums").write_bytes(b"cut")
    _stamping(bundle, tmp_path)()

    assert not (bundle / "anchors" / "0001.sums").exists()
    assert stated(bundle) == []


def test_what_is_no_file_in_the_place_of_an_event_is_left_alone(bundle):
    before = numbered(bundle)
    (bundle / "custody" / f"{len(before) + 1:05d}.json.p7s").mkdir()
    with pytest.raises(CustodianError, match="do it again"):
        custodian.append(bundle, [NOTE], HOLDER)

    assert numbered(bundle) == before


# Two at once


def test_an_act_waits_for_another_and_then_goes_behind_it(bundle, key):
    with (bundle / "custody" / "00001.json").open("rb") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(hozen, "custody", "note", bundle, "--text", "x", "--key", key)
            _until_somebody_waits(first.fileno())
            forger = Forger(bundle)
            append_by_hand(forger, forger.holder_event("note"), HOLDER)
            before = files_of(bundle)
            fcntl.flock(first, fcntl.LOCK_UN)
            done = waiting.result()

    assert done.code == 0, done.err
    assert before.items() <= files_of(bundle).items()
    assert stated(bundle) == []


def _until_somebody_waits(descriptor: int) -> None:
    inode = f":{os.fstat(descriptor).st_ino} "
    for _ in range(600):
        locks = Path("/proc/locks").read_text().splitlines()
        if any(" -> " in each and inode in each for each in locks):
            return
        time.sleep(0.05)
    raise AssertionError("nobody waits for the lock")


def test_of_many_acts_at_once_every_one_stands(bundle):
    start = threading.Barrier(8)

    def act(number: int) -> tuple[int, str]:
        start.wait()
        (made,) = custodian.append(bundle, [Act(kind="note", text=str(number))], HOLDER)
        return made.event.seq, made.sha256

    with ThreadPoolExecutor(8) as pool:
        told = set(pool.map(act, range(8)))

    assert len(told) == 8
    assert told <= {(each.event.seq, each.sha256) for each in load(BundleFolder(bundle)).events}
    assert stated(bundle) == []


# What no reader takes


@pytest.mark.parametrize(
    ("text", "why"),
    [("x" * (1 << 20), "in fewer words"), ("\udcff", "surrogates not allowed")],
)
def test_what_no_reader_would_take_is_not_signed(bundle, text, why):
    before = files_of(bundle)
    with pytest.raises(CustodianError, match=why) as caught:
        custodian.append(bundle, [Act(kind="note", text=text)], HOLDER)

    assert caught.value.exit_code == 2
    assert files_of(bundle) == before


def test_a_log_that_is_full_takes_no_more(bundle, monkeypatch):
    monkeypatch.setattr(appending, "MAX_EVENTS", len(numbered(bundle)))
    with pytest.raises(CustodianError, match="no room in it"):
        custodian.append(bundle, [NOTE], HOLDER)


def test_a_key_that_signs_garbage_adds_nothing(bundle):
    class Garbage:
        certificate, chain = HOLDER.certificate, ()
        certificate_sha256 = HOLDER.certificate_sha256

        def sign(self, data: bytes) -> bytes:
            return bundles.STRANGER.sign(data)

    before = files_of(bundle)
    with pytest.raises(CustodianError, match="Use another key") as caught:
        custodian.append(bundle, [NOTE], Garbage())

    assert caught.value.exit_code == 2
    assert files_of(bundle) == before
