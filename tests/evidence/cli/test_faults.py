"""What ends a verb from outside, and a medium that fails while it is read: one line, exit 4."""

from __future__ import annotations

import errno
import os
import signal

import pytest
import runs

from evidence.cli import _end_in_order, run
from evidence.cli.running import Stopping
from evidence.cli.shared import ENDING, Voice
from evidence.cli.texts import Texts


@pytest.fixture
def waiting(tmp_path):
    """A pipe that a verb is made to read from: it waits for as long as nobody writes."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_whatever_ends_a_verb_is_said_in_a_line(waiting, name):
    child = runs.begun("keys", "show", waiting)
    with waiting.open("wb"):  # it is at it now
        child.send_signal(getattr(signal, name))
        ended = runs.ended(child)

    assert (ended.code, ended.out) == (4, "")
    assert ended.err.strip() == (
        "hozen: interrupted before it was done; give the same command again"
    )


def test_what_is_to_outlive_its_terminal_does():
    before = {number: signal.signal(number, signal.SIG_DFL) for number in ENDING}
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as `nohup` does
    try:
        _end_in_order()
        with Stopping(Voice(t=Texts("en"))) as stopping:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not stopping.asked
            os.kill(os.getpid(), signal.SIGTERM)
            assert stopping.asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "Input/output error, while a file was read"), ("ja", "読み書き中に異常がありました")],
)
def test_an_error_that_names_no_file_says_what_to_do(monkeypatch, capsys, language, says):
    def failing(*_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("evidence.cli.keyfiles.describe", failing)

    assert run(["keys", "show", "x"], Texts(language)) == 4
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line
