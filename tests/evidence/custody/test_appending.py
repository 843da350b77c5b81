"""An act of custody that is cut off, crowded out or too large: the bundle stays what it was."""

from __future__ import annotations

import errno
import fcntl
import itertools
import os
import shutil
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from pathlib import Path
from unittest import mock

import authority
import bundles
import pytest
import runs
import timekeeper
from command_line import run as hozen
from forge import HOLDER, Forger
from forgeries.custody import append as append_by_hand
from leftovers import begun_and_closing, world
from mounting import mounted
from worlds import disclosed

from chain_of_custody.documents import load
from chain_of_custody.event import Check
from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing import cms
from chain_of_custody.signing.certificates import name_of
from chain_of_custody.timestamps import renewal
from evidence.cli import run as run_here
from evidence.cli.texts import Texts
from evidence.custody import appending, custodian, stamping
from evidence.custody.appending import CustodianError
from evidence.custody.custodian import Act
from evidence.custody.signers import key_text
from evidence.intake import continuation
from evidence.machine.clock import Clock
from evidence.reading.checked import verify_bundle
from evidence.writing import together

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


def _stamp_files(path: Path, place: Path) -> tuple[str, ...]:
    """An authority's answer as somebody brings it, by options."""
    timed = timekeeper.Authority(place=place / "time", offset=300)
    request, response, tsa = (place / name for name in ("q.tsq", "r.tsr", "tsa.pem"))
    request.write_bytes(stamping.ask(path).request)
    response.write_bytes(timed.answer(request.read_bytes()))
    tsa.write_bytes(bundles.authorities_of(timed.trusted))
    return ("--request", str(request), "--response", str(response), "--tsa", str(tsa))


def _stamping(path: Path, place: Path, *, renew: bool = False):
    """Asks an authority at once, and gives what puts its answer in."""
    timed = timekeeper.Authority(place=place / "time", offset=300)
    question = stamping.ask(path, renew=renew)
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


def test_an_act_killed_between_two_names_leaves_the_bytes_that_it_signed(bundle):
    event = bundle / "custody" / f"{len(numbered(bundle)) + 1:05d}.json.tmp"
    assert _killed_at(2, lambda: custodian.append(bundle, [NOTE], HOLDER))

    left = stated(bundle)
    assert left == [f"custody/{event.name[:-4]}.p7s", f"custody/{event.name}"]
    cms.verify(event.read_bytes(), (bundle / left[0]).read_bytes())


def test_of_two_acts_at_once_a_killed_one_leaves_files_of_one_event(bundle):
    assert _killed_at(2, lambda: custodian.append(bundle, [NOTE, NOTE], HOLDER))
    assert len(stated(bundle)) == 2


@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_token_that_a_killed_act_left_is_signed_for_by_the_same_act_and_once(
    bundle, tmp_path, number
):
    """With its request alone, too, which gives way and is written anew."""
    keeping, before = _stamping(bundle, tmp_path), numbered(bundle)
    assert _killed_at(number, keeping)
    assert numbered(bundle) == before
    keeping()

    assert numbered(bundle) == [*before, len(before) + 1]
    assert sorted(os.listdir(bundle / "anchors")) == ["0001.tsq", "0001.tsr"]
    assert stated(bundle) == []
    with pytest.raises(CustodianError, match="lies in it already") as caught:
        keeping()
    assert caught.value.exit_code == 2
    assert numbered(bundle) == [*before, len(before) + 1]


def test_a_renewal_that_a_killed_act_left_is_signed_for_by_the_same_act(bundle, tmp_path):
    _stamping(bundle, tmp_path)()
    keeping, before = _stamping(bundle, tmp_path / "again", renew=True), numbered(bundle)
    assert _killed_at(4, keeping)
    keeping()

    assert numbered(bundle) == [*before, len(before) + 1]
    assert stated(bundle) == []


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_who_is_to_end_a_time_stamp_too_late_is_told_of_it_all_the_same(
    bundle, key, tmp_path, monkeypatch, capsys, signals, name
):
    written = together.write_together

    def ended_after(files, *rest):
        written(files, *rest)
        os.kill(os.getpid(), getattr(signal, name))

    signal.signal(getattr(signal, name), signal.default_int_handler)
    monkeypatch.setattr(together, "write_together", ended_after)
    files = _stamp_files(bundle, tmp_path)
    command = ["custody", "timestamp", str(bundle), "--key", str(key), *files]

    assert run_here(command, Texts("en")) == 0
    assert "Signed" in capsys.readouterr().out


# A medium that fails, and takes nothing back


class Dying:
    """A medium on which, once a file has its name, nothing more is done, nor taken away."""

    def __init__(self, monkeypatch, last: str) -> None:
        self.dead = False
        for name in ("fsync", "unlink", "rename", "replace", "rmdir", "lstat"):
            monkeypatch.setattr(os, name, self._until_then(getattr(os, name), last))

    def _until_then(self, call, last):
        def watched(*arguments, **options):
            if self.dead:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            done = call(*arguments, **options)
            self.dead = len(arguments) > 1 and str(arguments[1]).endswith(last)
            return done

        return watched


@pytest.mark.parametrize("verb", ["note", "timestamp"])
@pytest.mark.parametrize(
    ("language", "says"), [("en", "only if it is not there"), ("ja", "がない場合だけ")]
)
def test_an_event_that_may_stand_is_looked_for_before_it_is_signed_again(
    bundle, key, tmp_path, monkeypatch, capsys, signals, verb, language, says
):
    number = len(numbered(bundle)) + 1
    more = ("--text", "x") if verb == "note" else _stamp_files(bundle, tmp_path)
    command = ["custody", verb, str(bundle), "--key", str(key), *more]
    with monkeypatch.context() as patch:
        Dying(patch, f"custody/{number:05d}.json")
        code = run_here(command, Texts(language))

    (line,) = capsys.readouterr().err.splitlines()
    assert code == 4
    assert says in line
    assert f"{number}" in line
    assert numbered(bundle)[-1] == number  # it does stand, and its signature with it
    assert stated(bundle) == []


@pytest.mark.parametrize(("last", "stands"), [(".json", True), (".json.p7s", False)])
def test_what_can_t_be_taken_away_keeps_what_goes_with_it(
    bundle, key, monkeypatch, capsys, signals, last, stands
):
    """Else an event stays without its signature, or a signature without the bytes it signs."""
    before = numbered(bundle)
    name = f"custody/{len(before) + 1:05d}{last}"
    command = ["custody", "note", str(bundle), "--key", str(key), "--text", "x"]
    flush, unlink = os.fsync, os.unlink

    def failing(call, fails):
        def watched(what):
            if fails(what):
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return call(what)

        return watched

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(flush, lambda _: (bundle / name).exists()))
        patch.setattr(os, "unlink", failing(unlink, lambda path: str(path).endswith(last)))
        assert run_here(command, Texts("en")) == 4

    (line,) = capsys.readouterr().err.splitlines()
    assert ("only if it is not there" in line) == stands
    assert ("; then give the same command again" in line) != stands
    assert len(stated(bundle)) == (0 if stands else 2)
    assert len(numbered(bundle)) - len(before) == stands
    if not stands:
        assert run_here(command, Texts("en")) == 0
        assert numbered(bundle) == [*before, len(before) + 1]


# An event that is gone


@pytest.fixture
def gone(bundle):
    """A bundle whose last holder's event was taken away, but for its signature."""
    (made,) = custodian.append(bundle, [NOTE], HOLDER)
    (bundle / made.name).unlink()
    return bundle


def test_who_signed_an_event_that_is_gone_is_said(gone):
    verdict = verify_bundle(gone)
    (finding,) = verdict.stage(7).findings

    assert (verdict.exit, verdict.failed) == (3, [])
    assert name_of(HOLDER.certificate) in finding.sentence("en")
    assert not [each for each in verdict.stage(9).findings if each.key == "left_by_act"]


def test_no_act_replaces_the_signature_of_an_event_that_is_gone(gone, key):
    before = files_of(gone)
    done = hozen("custody", "note", gone, "--text", "x", "--key", key)

    assert (done.code, len(done.err.splitlines())) == (3, 1), done.err
    assert "what it signs is not here" in done.err
    assert files_of(gone) == before


def test_an_import_leaves_a_master_alone_whose_last_event_is_gone(gone):
    before = files_of(gone)
    check = Check(what="x", result="y", version="z")

    assert not continuation.tell(gone, "x", check, actor=None, clock=Clock())
    assert files_of(gone) == before


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
            time.sleep(3)  # it has started long since
            assert not waiting.done()
            forger = Forger(bundle)
            append_by_hand(forger, forger.holder_event("note"), HOLDER)
            before = files_of(bundle)
            fcntl.flock(first, fcntl.LOCK_UN)
            done = waiting.result()

    assert done.code == 0, done.err
    assert before.items() <= files_of(bundle).items()
    assert stated(bundle) == []


def test_an_act_that_can_not_have_the_log_says_so_in_one_line(bundle, key, monkeypatch):
    monkeypatch.setattr(appending, "_PATIENCE", 0.5)
    before = files_of(bundle)
    with (bundle / "custody" / "00001.json").open("rb") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        with pytest.raises(CustodianError, match="somebody else is signing for it") as caught:
            custodian.append(bundle, [NOTE], HOLDER)

    assert caught.value.exit_code == 3
    assert files_of(bundle) == before


def test_an_act_does_not_wait_for_what_lies_in_the_place_of_the_log(bundle, key):
    first = bundle / "custody" / "00001.json"
    first.unlink()
    os.mkfifo(first)
    done = hozen("custody", "note", bundle, "--text", "x", "--key", key)

    assert (done.code, len(done.err.splitlines())) == (1, 1), done.err


@pytest.fixture
def collecting(tmp_path):
    """A collection that has signed two events, and stands still."""
    (tmp_path / "out").mkdir()
    child = begun_and_closing(tmp_path / "out", world(tmp_path / "machine"), volumes=1)
    child.send_signal(signal.SIGSTOP)
    yield child, runs.bundle_in(tmp_path / "out")
    child.send_signal(signal.SIGCONT)
    child.kill()
    if not child.stdout.closed:
        runs.ended(child)


def test_nobody_signs_for_a_bundle_while_it_is_collected(collecting, key):
    child, path = collecting
    before = files_of(path)
    done = hozen("custody", "release", path, "--to", "x", "--key", key)

    assert (done.code, len(done.err.splitlines())) == (3, 1), done.err
    assert "is being collected" in done.err
    assert files_of(path) == before
    child.send_signal(signal.SIGCONT)
    assert runs.ended(child).code == 0
    assert stated(path) == []


def test_nobody_goes_on_with_a_bundle_while_it_is_collected(collecting, tmp_path):
    _, path = collecting
    before = files_of(path)
    done = hozen("collect", "--resume", path, "--source", tmp_path / "machine")

    assert done.code == 2, done.err
    assert "a collection that still runs" in done.err
    assert files_of(path) == before


def test_a_collection_never_replaces_a_signature(tmp_path):
    writer = bundles.writer_at(tmp_path / "HZ_x", recipients=())
    number = len(list((tmp_path / "HZ_x" / "custody").glob("*.json"))) + 1
    planted = tmp_path / "HZ_x" / "custody" / f"{number:05d}.json.p7s"
    planted.write_bytes(b"signed")
    with pytest.raises(FileExistsError):
        writer.interrupt("signal")
    writer.abandon()

    assert planted.read_bytes() == b"signed"
    assert not list((tmp_path / "HZ_x").rglob("*.tmp"))


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


def test_a_log_takes_the_last_event_that_it_may_have_and_no_more(bundle, monkeypatch):
    monkeypatch.setattr(appending, "MAX_EVENTS", len(numbered(bundle)) + 1)
    custodian.append(bundle, [NOTE], HOLDER)
    before = files_of(bundle)
    with pytest.raises(CustodianError, match="no room in it") as caught:
        custodian.append(bundle, [NOTE], HOLDER, again=True)

    assert caught.value.exit_code == 2
    assert files_of(bundle) == before


@pytest.mark.parametrize(("room", "goes_on"), [(0, False), (100_000, True)])
def test_a_log_takes_no_more_bytes_than_every_reader_reads(bundle, monkeypatch, room, goes_on):
    """Signatures count as events do."""
    held = sum(path.stat().st_size for path in (bundle / "custody").iterdir())
    monkeypatch.setattr(appending, "MAX_CUSTODY", held + room)
    before = numbered(bundle)
    with nullcontext() if goes_on else pytest.raises(CustodianError, match="no room in it"):
        custodian.append(bundle, [NOTE], HOLDER)

    assert len(numbered(bundle)) - len(before) == goes_on


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_what_is_added_may_be_read_by_those_who_may_read_its_neighbours(bundle, mode):
    for path in (bundle / "custody").iterdir():
        path.chmod(mode)
    (made,) = custodian.append(bundle, [NOTE], HOLDER)

    added = (bundle / made.name, bundle / f"{made.name}.p7s")
    assert [path.stat().st_mode & 0o777 for path in added] == [mode, mode]


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


# What a leftover must not get into


def test_what_a_cut_off_act_left_goes_into_no_renewal_and_no_exhibit(bundle, tmp_path):
    _stamping(bundle, tmp_path)()
    number = len(numbered(bundle)) + 1
    left = [f"custody/{number:05d}.json.p7s", "anchors/0002.tsq", "anchors/0002.tsr.tmp"]
    for name in left:
        (bundle / name).write_bytes(b"cut")
    listed = stamping.ask(bundle, renew=True).listed
    shown = disclosed(bundle, (1,), tmp_path / "exhibit").exhibit

    assert stated(bundle) == sorted(left)
    assert not renewal.names_in(listed) & set(left)
    assert sorted(os.listdir(shown / "anchors")) == ["0001.tsq", "0001.tsr"]


@pytest.mark.parametrize(("number", "goes_on"), [(errno.ENOLCK, True), (errno.EIO, False)])
def test_where_a_file_system_knows_no_locks_an_act_goes_on_without(bundle, number, goes_on):
    before = numbered(bundle)
    refused = mock.patch("fcntl.flock", side_effect=OSError(number, "no"))
    with refused, nullcontext() if goes_on else pytest.raises(OSError, match="no"):
        custodian.append(bundle, [NOTE], HOLDER)

    assert len(numbered(bundle)) - len(before) == goes_on
