"""What ends a verb from outside, and a medium that fails while it is read: one line, exit 4."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import bundles
import closed
import pytest
import runs
from command_line import environment
from forge import HOLDER
from wizards import until

from chain_of_custody.errors import UnreadError
from chain_of_custody.folder import BundleFolder
from evidence.cli import _end_in_order, run
from evidence.cli.shared import ENDING, Voice
from evidence.cli.taking.running import Stopping
from evidence.cli.texts import Texts
from evidence.custody.signers import key_text
from evidence.intake import import_bundle


@pytest.fixture
def waiting(tmp_path):
    """A pipe that a verb is made to read from: it is open for writing, and nobody writes."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    descriptor = os.open(path, os.O_RDWR)
    yield path
    os.close(descriptor)


def has_open(child, path):
    """Whether a run does."""
    with suppress(OSError):
        return any(each.readlink() == path for each in Path(f"/proc/{child.pid}/fd").iterdir())


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_whatever_ends_a_verb_is_said_in_a_line(waiting, name):
    child = runs.begun("keys", "show", waiting)
    until(lambda: has_open(child, waiting))
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


UNNAMED = OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.mark.parametrize(
    ("error", "language", "says"),
    [
        (UNNAMED, "en", "Input/output error, while a file was read"),
        (UNNAMED, "ja", "読み書き中に異常がありました"),
        (MemoryError(), "en", "not enough memory"),
        (RuntimeError("can't start new thread"), "en", "too many programs at work"),
        (BlockingIOError(errno.EAGAIN, "no process"), "en", "too many programs at work"),
        (OSError(errno.EMFILE, "no descriptor"), "en", "allow more open files"),
    ],
    ids=["medium", "medium-ja", "memory", "thread", "process", "descriptor"],
)
def test_an_error_that_names_no_file_says_what_to_do(monkeypatch, capsys, error, language, says):
    def failing(*_):
        raise error

    monkeypatch.setattr("evidence.cli.keyfiles.describe", failing)

    assert run(["keys", "show", "x"], Texts(language)) == 4
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line


NAMED = "/medium/results"


@pytest.mark.parametrize(
    ("number", "en", "ja"),
    [
        (errno.ENOSPC, "Make room there", "空きを作るか"),
        (errno.EDQUOT, "Make room there", "空きを作るか"),
        (errno.EFBIG, "FAT32", "FAT32"),
        (errno.EROFS, "Unlock the medium", "書き込み禁止を解除"),
        (errno.EIO, "See that the medium is in place", "媒体が正しく接続"),
        (errno.EMFILE, "ulimit -n", "ulimit -n"),
    ],
)
def test_what_a_medium_refuses_says_what_to_do(monkeypatch, capsys, number, en, ja):
    def failing(*_):
        raise OSError(number, os.strerror(number), NAMED)

    monkeypatch.setattr("evidence.cli.keyfiles.describe", failing)

    for language, says in (("en", en), ("ja", ja)):
        assert run(["keys", "show", "x"], Texts(language)) == 4
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"hozen: {NAMED}: ")
        assert says in line


@pytest.mark.parametrize("where", ["custody/00002.json", "custody", "data/volume-00001.tar.zst"])
@pytest.mark.parametrize("verb", ["verify", "custody show", "custody access"])
def test_a_machine_without_descriptors_says_nothing_of_the_evidence(
    tmp_path, monkeypatch, capsys, signals, verb, where
):
    """Else a bundle is refused, and its medium suspected, for what other programs hold open."""
    path = bundles.sealed(tmp_path / "b", recipients=())
    key = tmp_path / "who.key"
    key.write_bytes(key_text(HOLDER, None))
    more = ["--key", str(key), "--purpose", "x"] if verb == "custody access" else []
    for name in ("open", "scandir"):
        call = getattr(os, name)

        def failing(place, *rest, call=call):
            if place == path / where:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), str(place))
            return call(place, *rest)

        monkeypatch.setattr(os, name, failing)

    reads = where != "data/volume-00001.tar.zst" or verb == "verify"
    assert run([*verb.split(), str(path), *more], Texts("en")) == (4 if reads else 0)
    said = capsys.readouterr().err.splitlines()
    assert len(said) == reads
    assert all("allow more open files" in line for line in said)


def test_a_kit_s_key_that_fails_while_it_is_read_is_named(tmp_path, capsys):
    key = tmp_path / "kit" / "kit.key"
    key.parent.mkdir()
    key.symlink_to("/proc/self/mem")  # nothing is mapped at its beginning
    command = ["collect", "--output", str(tmp_path), "--kit", str(key.parent)]

    assert run(command, Texts("en")) == 4
    assert capsys.readouterr().err.startswith(f"hozen: {key}: Input/output error. See that")


@pytest.mark.parametrize(
    ("language", "says"), [("en", "not all of a custody log"), ("ja", "読み取れない保管の記録")]
)
def test_a_report_calls_no_log_altered_that_can_t_be_read(
    tmp_path, monkeypatch, capsys, language, says
):
    import_bundle(bundles.sealed(tmp_path / "b", recipients=()), tmp_path / "case")
    closed.unread(monkeypatch, "custody/00002.json.p7s")

    assert run(["report", str(tmp_path / "case")], Texts(language)) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line


@pytest.mark.parametrize("failing", ["custody/00001.json", "custody"])
def test_what_was_typed_is_not_dropped_where_a_bundle_s_beginning_is_read_at_the_second_look(
    tmp_path, monkeypatch, capsys, failing
):
    """Else a bundle that was begun unencrypted goes on so, though a recipient was typed."""
    path, asked = tmp_path / "HZ_x", []
    opened, scandir = BundleFolder.open, os.scandir
    bundles.writer_at(path, recipients=()).abandon()
    (tmp_path / "tree").mkdir()

    def first(name):
        asked.append(name)
        return name == failing and asked.count(name) == 1

    def opening(folder, name):
        if first(name):
            raise UnreadError(2, "unreadable", name=name, why=os.strerror(errno.EIO))
        return opened(folder, name)

    def listing(folder="."):
        if folder == path / failing and first(failing):
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(folder))
        return scandir(folder)

    monkeypatch.setattr(BundleFolder, "open", opening)
    monkeypatch.setattr(os, "scandir", listing)
    command = ["collect", "--resume", str(path), "--source", str(tmp_path / "tree")]

    assert run([*command, "--recipient", bundles.RECIPIENT], Texts("en")) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"hozen: {path}: not resumed: ")
    assert "Input/output error" in line
    assert not (path / "custody" / "00002.json").exists()


@pytest.mark.parametrize("option", ["--quiet", "--debug"])
def test_what_fails_while_it_is_thrown_away_is_no_traceback(option):
    script = (
        "import evidence.cli as cli\n"
        "class Gone:\n"
        "    def __del__(self): raise OSError(5, 'gone')\n"
        "def run(*_):\n"
        "    Gone()\n"
        "    return 0\n"
        "cli.run = run\n"
        f"cli.main(['{option}'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, env=environment(), check=True
    )

    assert (b"Traceback" in done.stderr) == (option == "--debug")


@pytest.mark.parametrize(
    ("number", "says"), [(errno.EIO, "See that the medium"), (errno.EMFILE, "ulimit -n")]
)
@pytest.mark.parametrize(
    "command",
    [
        "keys show {0}", "keys kit --root {0} --name K --output out --no-passphrase",
        "custody note {1} --key {0} --text x", "verify {1} --trust {0}",
        "custody note {1} --key {2} --passphrase-file {0} --text x",
    ],
)  # fmt: skip
def test_a_named_file_that_machine_or_medium_do_not_give_is_no_wrong_usage(
    tmp_path, monkeypatch, capsys, command, number, says
):
    """Else whoever typed it right looks for a mistake in what was typed."""
    path, key = tmp_path / "named.pem", tmp_path / "who.key"
    bundle = bundles.sealed(tmp_path / "b", recipients=())
    for each, passphrase in ((path, None), (key, "secret")):
        each.write_bytes(key_text(HOLDER, passphrase))
    opened = os.open

    def failing(place, *rest):
        if str(place) == str(path):
            raise OSError(number, os.strerror(number), str(place))
        return opened(place, *rest)

    monkeypatch.setattr(os, "open", failing)

    assert run(command.format(path, bundle, key).split(), Texts("en")) == 4
    (line,) = capsys.readouterr().err.splitlines()
    named = "--passphrase-file" if "passphrase-file" in command else str(path)
    assert line.startswith(f"hozen: {named}: ")
    assert says in line


@pytest.mark.parametrize("verb", ["show --form {1} --qr {2}", "timestamp --request {1}"])
def test_what_ends_a_page_or_a_request_too_late_is_told_of_it_all_the_same(
    tmp_path, monkeypatch, capsys, signals, verb
):
    """Else it is said to be undone, and the same command finds its own files in the way."""
    bundle, made = bundles.sealed(tmp_path / "b", recipients=()), tmp_path / "form.html"
    verb, *more = verb.format(bundle, made, tmp_path / "q.png").split()
    replaced = Path.replace

    def ended(path, target):
        replaced(path, target)
        os.kill(os.getpid(), signal.SIGTERM)

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    monkeypatch.setattr(Path, "replace", ended)

    assert run(["custody", verb, str(bundle), *more], Texts("en")) == 0
    assert str(made) in capsys.readouterr().out
