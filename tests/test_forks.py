"""A run in a fork is what a run that was started is; and some runs are started all the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import birth
import command_line
import forks
import pytest
import runs
from leftovers import SMALL, world

VECTORS = Path(__file__).with_name("vectors")
STARTED = f"""
import sys
import evidence.cli, birth
sys.path.remove({str(VECTORS.parent)!r})
birth.main(sys.argv[1:])
"""


def started(folder, *arguments, **variables):
    """The state of a process that was started as the program is."""
    environment = command_line.environment(**variables)
    path = {"PYTHONPATH": str(VECTORS.parent)}
    done = subprocess.run(
        [sys.executable, "-c", STARTED, *arguments], cwd=folder, env=environment | path,
        capture_output=True, check=True, stdin=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    del told["variables"]["PYTHONPATH"]
    return told


def forked(folder, *arguments, **variables):
    environment = command_line.environment(**variables)
    code, out, err = forks.run("birth", arguments, environment, folder)
    assert (code, err) == (0, b"")
    return json.loads(out)


def test_a_fork_comes_to_life_as_a_process_that_was_started(tmp_path):
    before = started(tmp_path, "one", "二", HOZEN_LANG="ja")

    assert forked(tmp_path, "one", "二", HOZEN_LANG="ja") == before
    assert before["leads"]
    assert before["descriptors"] == ["0", "1", "2"]


def test_a_fork_is_as_nice_as_who_asks_for_it(tmp_path):
    forked(tmp_path)  # by now the server has begun
    child = os.fork()
    if child == 0:  # only root could take it back
        os.nice(1)
        os._exit(forked(tmp_path) != started(tmp_path))
    assert os.waitpid(child, 0)[1] == 0


def test_no_fork_knows_of_the_one_before_it(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    first = forked(tmp_path)
    forked(tmp_path / "elsewhere", "more", HOZEN_LANG="ja")

    assert forked(tmp_path) == first


def test_forks_draw_other_numbers():
    drawn = [forked(None, "drawn") for _ in range(3)]

    assert len({number for numbers in drawn for number in numbers}) == 3 * len(birth.drawn())


def test_how_a_fork_ends_is_told_and_nobody_else_ends():
    waits = forks.Fork("birth", ["waits"], command_line.environment())
    other = forks.Fork("birth", ["waits"], command_line.environment())
    assert waits.stdout.read(1) == other.stdout.read(1) == b"{"
    killed, *_ = forks.run("birth", ["killed"], command_line.environment())
    failed, _, err = forks.run("birth", ["fails"], command_line.environment())
    waits.send_signal(signal.SIGTERM)
    waits.communicate()

    assert (killed, failed, waits.returncode) == (-signal.SIGKILL, 1, -signal.SIGTERM)
    assert b"ValueError: on demand" in err
    assert other.poll() is None
    other.kill()
    other.communicate()
    assert other.poll() == -signal.SIGKILL


def test_a_fork_that_does_not_end_is_killed_with_what_waited_for_it():
    with pytest.raises(subprocess.TimeoutExpired) as raised:
        forks.run("birth", ["waits"], command_line.environment(), timeout=0.5)

    with pytest.raises(ProcessLookupError):
        os.kill(int(raised.value.cmd), 0)


def test_a_fork_that_goes_on_after_its_time_is_a_fault_and_not_waited_for(monkeypatch):
    monkeypatch.setattr(forks, "PATIENCE", 0.2)
    waits = forks.Fork("birth", ["waits"], command_line.environment())

    with pytest.raises(AssertionError, match="doesn't end"):
        waits.close()

    waits.kill()
    waits.communicate()


@pytest.mark.parametrize("name", ["LC_ALL", "TZ", "PYTHONIOENCODING", "LD_PRELOAD"])
def test_what_is_read_at_the_start_needs_a_start(name):
    assert forks.possible(command_line.environment(HOZEN_LANG="ja"))
    assert not forks.possible(command_line.environment(**{name: "ja_JP.eucJP"}))


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("good-plain", "en"),
        ("good-encrypted", "ja"),
        ("volume-bit-flipped", "ja"),
        ("partial", "en"),
    ],
)
def test_the_program_says_the_same_in_a_fork_and_started(name, language):
    arguments = ("verify", VECTORS / name, "--identity", VECTORS / "identity.key")
    ended = command_line.started(*arguments, HOZEN_LANG=language)

    assert command_line.run(*arguments, HOZEN_LANG=language) == ended


def test_constants_are_changed_in_both(tmp_path):
    tree, volumes = world(tmp_path / "tree", large=6), []
    for started in (True, False):
        output = tmp_path / str(started)
        output.mkdir()
        words = ("collect", "--output", output, "--source", tree, "--skip=yara")
        assert runs.ended(runs.begun(*words, settings=SMALL, started=started)).code == 0
        volumes.append(len(list(output.glob("HZ_*/data/*"))))

    assert min(volumes) > 5  # with the program's own limits there are three
