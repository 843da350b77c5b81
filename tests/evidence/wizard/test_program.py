"""`hozen wizard` as people run it: lines in a pipe, screens in a terminal, pulled and killed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

import bundles
import kits
import ordinary
import pytest
import runs
import terminals
from command_line import PROGRAM, environment, run
from hosts import open_to_all
from mounting import mount, mounted, unmount
from sticks import pull, stick
from terminals import PAGES
from tracing import noises, read, tracer
from wizards import KEYS, PATIENCE, tree, until

from chain_of_custody.code import spoken_code
from chain_of_custody.verdict import Exit
from evidence.reading.checked import open_bundle, verify_bundle

TO_START = [*KEYS, "1", "1"]
"""Digits to the clock, that it is right, and the start."""


def typed(lines: list[str], *arguments: object, **variables) -> subprocess.CompletedProcess[str]:
    """A run whose lines come through a pipe."""
    return subprocess.run(
        [*PROGRAM, "wizard", *map(str, arguments)], input="".join(f"{each}\n" for each in lines),
        capture_output=True, text=True, env=environment(**variables), check=False, timeout=PATIENCE,
    )  # fmt: skip


def bundle_in(out: Path) -> Path:
    found = runs.bundle_in(out)
    assert found is not None
    return found


# Lines.


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("ja", ["患者さんの安全が先です。", "開始前の確認", "取れたもの", "読上げ番号"]),
        ("en", ["The patient comes first.", "Before the start", "Taken", "Code:"]),
    ],
    ids=["ja", "en"],
)
def test_without_a_terminal_it_is_lines_all_the_way(language, says, out, source):
    done = typed([*TO_START, "1", "1"], "--output", out, "--source", source, HOZEN_LANG=language)
    verdict = verify_bundle(bundle_in(out))

    assert (done.returncode, verdict.exit) == (0, Exit.VERIFIED)
    for text in says:
        assert text in done.stderr + done.stdout
    # The result is what `hozen collect` prints, and alone on its stream.
    assert done.stdout.startswith(("Sealed: ", "封印しました: "))
    assert str(verdict.root) in done.stdout
    assert "\x1b" not in done.stderr


def test_one_key_changes_the_language_down_to_the_result(out, source):
    done = typed(["8", *TO_START, "1", ""], "--output", out, "--source", source, HOZEN_LANG="ja")

    assert "8 英語 English" in done.stderr
    assert "What is this machine?" in done.stderr
    assert done.stdout.startswith("Sealed: ")


def test_a_result_that_nobody_could_write_down_is_said_on_the_other_stream(out, source):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*PROGRAM, "wizard", "--output", out, "--source", source],
            input="".join(f"{each}\n" for each in TO_START), stdout=full, stderr=subprocess.PIPE,
            text=True, env=environment(), check=False, timeout=PATIENCE,
        )  # fmt: skip

    assert done.returncode == 3
    assert "The standard output did not take the result" in done.stderr
    assert str(verify_bundle(bundle_in(out)).root) in done.stderr


def test_the_same_as_json(out, source):
    done = typed(TO_START, "--output", out, "--source", source, "--json")

    assert '"schema": "hozen-collected/1"' in done.stdout
    assert done.stdout.startswith("{")


def test_encrypts_for_who_was_named(out, source):
    done = typed(TO_START, "--output", out, "--source", source, "--recipient", bundles.RECIPIENT)

    assert done.returncode == 0
    opened = open_bundle(bundle_in(out), identities=[bundles.IDENTITY])
    assert opened.verdict.exit is Exit.VERIFIED
    assert "Encrypted for those who were named" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "--output is missing"),
        (["--output", "{out}", "--case", "山田"], "--case"),
        (["--output", "{out}", "--kit", "{out}/.."], "/../kit.key: not there"),
        (["--output", "{out}", "--recipient", "age1nonsense"], "age1nonsense"),
        (["--output", "{out}", "--source", "/nowhere/at/all"], "/nowhere/at/all"),
    ],
    ids=["no output", "a case", "a kit without a key", "a recipient", "a source"],
)
def test_what_can_t_be_used_is_said_before_anybody_is_asked(arguments, says, out):
    done = run("wizard", *(each.format(out=out) for each in arguments))

    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert "patient" not in done.err
    assert not out.exists()


def test_nobody_there_is_an_answer_too(out, source):
    done = typed([], "--output", out, "--source", source)

    assert done.returncode == 3
    assert "Stopped. The answers are kept on the stick." in done.stderr
    assert list(out.glob("HZ_*")) == []


def test_what_is_no_answer_is_asked_once_more(out, source):
    done = typed(["7", "", "1", "4"], "--output", out, "--source", source)

    assert done.stderr.count("Is this machine in use for care") == 3
    assert done.stderr.count("What is this machine?") == 1


def test_nonsense_is_passed_over(out, source):
    lines = ["", "17", "x", "１", "０", "1", "½", "9" * 6000, "-1", "4"]
    done = typed(lines, "--output", out, "--source", source)

    assert "not for medical devices" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_limit_of_the_medium_is_said_and_refused(tmp_path, source):
    with mounted(tmp_path / "media", options="size=8m"):
        done = typed(TO_START, "--output", tmp_path / "media", "--source", source)

    assert done.returncode == 4
    assert "Space: 8.0 MiB free, 64.0 MiB is the least" in done.stderr


def test_an_ordinary_user_is_told_what_stays_closed(tmp_path, source):
    out, user = tmp_path / "out", ordinary.USER
    out.mkdir()
    os.chown(out, user, user)
    open_to_all(tmp_path)
    program = ordinary.install(tmp_path / "program")
    command = [*program, "wizard", "--output", str(out), "--source", str(source)]
    done = subprocess.run(
        command, input="".join(f"{each}\n" for each in TO_START), capture_output=True, text=True,
        check=False, timeout=PATIENCE, **ordinary.options(),
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "Not root: memory, others' files and processes stay closed" in done.stderr
    assert verify_bundle(bundle_in(out)).exit is Exit.VERIFIED
    assert {path.stat().st_uid for path in out.rglob("*")} == {user}


def test_a_kit_s_key_is_behind_that_of_the_session(tmp_path, source):
    kit = tmp_path / "kit"
    root = tmp_path / "root"
    for made in (("root", "--output", root), ("kit", "--output", kit, "--root", root / "root.key")):
        done = run("keys", *made, "--name", "Provider", "--no-passphrase")
        assert done.code == 0, done.err
    done = typed(TO_START, "--output", tmp_path / "out", "--kit", kit, "--source", source)

    assert done.returncode == 0, done.stderr
    trusted = run("verify", bundle_in(tmp_path / "out"), "--trust", root / "root.pem")
    assert "signer tied to a trusted certificate" in trusted.out


@pytest.fixture
def kit(tmp_path) -> kits.Provider:
    """A provider, whose kit's key opens by a passphrase."""
    return kits.provider(tmp_path / "provider")


@pytest.mark.parametrize("more", [(), ("--plain",)], ids=["screens", "lines"])
def test_the_passphrase_of_a_kit_s_key_is_asked_for_last_and_shown_to_nobody(
    more, kit, tmp_path, source
):
    out, enter = tmp_path / "out", () if not more else ("Enter",)
    arguments = ("--output", out, "--source", source, "--kit", kit.kit_key.parent, *more)
    with terminal(tmp_path, *arguments) as seen:
        seen.through(PAGES["ja"], *enter)
        seen.see("キットのパスフレーズを聞いていれば")
        seen.press("w", "r", "o", "n", "g", "Enter")
        seen.see("パスフレーズが違います")
        seen.press(kits.PASSPHRASE, "Enter")
        seen.see("終わりました(封印済み)")
        seen.press("1", *enter)
        seen.see("閉じる")
        seen.press("Enter")
        assert seen.code() == 0
        kept = seen.kept()

    assert [each for each in ("wrong", kits.PASSPHRASE) if each in kept] == []
    assert verify_bundle(bundle_in(out), trust=kit.trust()).exit is Exit.VERIFIED


@pytest.mark.parametrize("more", [(), ("--plain",)], ids=["screens", "lines"])
def test_an_enter_too_many_leaves_no_passphrase_out(more, kit, tmp_path, source):
    out, enter = tmp_path / "out", () if not more else ("Enter",)
    arguments = ("--output", out, "--source", source, "--kit", kit.kit_key.parent, *more)
    with terminal(tmp_path, *arguments) as seen:
        seen.through(PAGES["ja"][:-1], *enter)
        seen.see(PAGES["ja"][-1])
        seen.at_once("1", *enter, "Enter")
        seen.see("キットのパスフレーズを聞いていれば")
        seen.press(kits.PASSPHRASE, "Enter")
        seen.see("終わりました(封印済み)")

    assert verify_bundle(bundle_in(out), trust=kit.trust()).exit is Exit.VERIFIED


# Cut off.


@contextmanager
def begun(out: Path, source: Path | str, *more: str):
    """A run that has begun to collect, its first event on the medium for good.

    The first volume is made after that: as soon as the event's name is there, it may still be lost.
    """
    child = subprocess.Popen(
        [*PROGRAM, "wizard", "--output", str(out), "--source", str(source), *more],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment(),
    )  # fmt: skip
    assert child.stdin is not None
    child.stdin.write("".join(f"{each}\n" for each in TO_START))
    child.stdin.flush()
    end = time.monotonic() + PATIENCE
    while not list(out.glob("HZ_*/data/volume-*")):
        assert time.monotonic() < end
        assert child.poll() is None
        time.sleep(0.01)
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def large(folder: Path) -> Path:
    """Enough that a run is still at it when its first event is there."""
    source = tree(folder / "src", files=200)
    with (source / "large.bin").open("wb") as file:
        for number in range(64):
            file.write(os.urandom(1 << 20) + bytes([number]))
    return source


def goes_on(out: Path, source: Path) -> Path:
    """One key more, and it is sealed."""
    done = typed(["1"], "--output", out, "--source", source)
    bundle = bundle_in(out)

    # An item that was cut off is taken again; that it once was in part stays on record.
    assert done.returncode == (3 if "Taken in part" in done.stderr else 0), done.stderr
    assert "No. Go on with what was begun earlier" in done.stderr
    assert verify_bundle(bundle).exit is Exit.VERIFIED
    assert len(open_bundle(bundle).documents.events) > 2
    return bundle


def test_killed_it_goes_on_with_one_key(out, tmp_path):
    source = large(tmp_path)
    with begun(out, source) as child:
        child.kill()
        child.wait()
    assert not list(out.glob("HZ_*/manifest.json"))

    goes_on(out, source)


def test_asleep_for_a_while_it_goes_on_by_itself_and_is_sealed(out, tmp_path):
    with begun(out, large(tmp_path)) as child:
        child.send_signal(signal.SIGSTOP)
        os.waitpid(child.pid, os.WUNTRACED)
        assert not list(out.glob("HZ_*/manifest.json"))
        child.send_signal(signal.SIGCONT)
        _, err = child.communicate("1\n1\n", timeout=PATIENCE)

    assert child.returncode == 0, err
    assert verify_bundle(bundle_in(out)).exit is Exit.VERIFIED


def test_told_to_end_it_closes_what_is_open_and_goes_on_with_one_key(out, tmp_path):
    source = large(tmp_path)
    with begun(out, source) as child:
        child.send_signal(signal.SIGTERM)
        _, err = child.communicate(timeout=PATIENCE)

    assert child.returncode == 3, err
    goes_on(out, source)


def test_ctrl_c_asks_first(out, source):
    child = subprocess.Popen(
        [sys.executable, "-c",
         "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
         "from evidence.cli import main; main()",
         "wizard", "--output", str(out), "--source", str(source)],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        env=environment(),
    )  # fmt: skip
    heard = ""
    while "3  I don't know" not in heard:
        heard += child.stderr.readline()
    child.send_signal(signal.SIGINT)
    while "Stop now" not in heard:
        heard += child.stderr.readline()
    _, rest = child.communicate("1\n4\n\n", timeout=PATIENCE)

    assert "What is this machine?" not in rest
    assert "patient" in rest


WHILE_WRITTEN = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
waiting = [getattr(signal, sys.argv.pop(1))]
def hook(event, arguments):
    if event == "os.rename" and waiting and "wizard-" in os.fsdecode(arguments[0]):
        signal.raise_signal(waiting.pop())
sys.addaudithook(hook)
from evidence.cli import main
main()
"""
"""The program, which gets a signal while its first answer takes its name on the medium."""


@pytest.mark.parametrize(
    ("number", "lines"), [("SIGTERM", "1\n"), ("SIGHUP", "1\n"), ("SIGINT", "1\n2\n\n")]
)
def test_a_signal_while_an_answer_is_written_ends_it_in_order(number, lines, out, source):
    """A stick may take a second for that: a handler that wanted to write, too, waited for ever."""
    done = subprocess.run(
        [sys.executable, "-c", WHILE_WRITTEN, number, "wizard", "--plain", "--output", str(out),
         "--source", str(source)],
        input=lines, capture_output=True, text=True, check=False, env=environment(),
        timeout=PATIENCE,
    )  # fmt: skip

    assert done.returncode == 3, done.stderr
    assert ("Stop now" in done.stderr) == (number == "SIGINT")
    (draft,) = out.glob("wizard-*.json")
    assert '"stop"' in draft.read_text()


def test_a_stick_that_is_pulled_and_put_back_goes_on_with_one_key(tmp_path):
    source, media = large(tmp_path), tmp_path / "media"
    with stick(tmp_path) as device:
        with mounted(media, what=device, kind="ext4"), begun(media / "out", source) as child:
            pull(media)
            _, err = child.communicate(timeout=PATIENCE)
        assert child.returncode in (3, 4), err
        assert "Input/output error" in err
        assert "What was written stays, signed: HZ_" in err
        with mounted(media, what=device, kind="ext4"):
            goes_on(media / "out", source)


@pytest.mark.parametrize(
    ("language", "says", "ended"),
    [
        ("ja", "USBが抜けていたら、先に挿し直す", "終わりました(封印済み)"),
        ("en", "put the stick back first", "Ended and sealed"),
    ],
    ids=["ja", "en"],
)
def test_on_screens_a_pulled_stick_is_told_and_put_back_one_key_goes_on(
    language, says, ended, tmp_path
):
    source, media = large(tmp_path), tmp_path / "media"
    arguments = ("--output", media / "out", "--source", source)
    with stick(tmp_path) as device, mounted(media, what=device, kind="ext4"):
        with terminal(tmp_path, *arguments, language=language) as seen:
            seen.through(PAGES[language])
            until(lambda: list(media.glob("out/HZ_*/data/volume-*")))
            pull(media)
            seen.see(says)
            unmount(str(media))
            mount(device, str(media), "ext4")
            seen.press("1", "Enter")
            seen.see(ended)
            seen.press("1", "Enter")
            assert seen.code() == 0
        assert verify_bundle(bundle_in(media / "out")).exit is Exit.VERIFIED


# In a terminal.


def terminal(folder: Path, *arguments: object, before: Sequence[str] = (), **more):
    return terminals.terminal(folder, [*before, *PROGRAM, "wizard", *map(str, arguments)], **more)


@pytest.mark.parametrize("more", [(), ("--plain",)], ids=["screens", "lines"])
def test_in_a_real_terminal_of_80_by_25_from_the_first_screen_to_the_code(more, tmp_path, source):
    out, enter = tmp_path / "out", () if not more else ("Enter",)
    with terminal(tmp_path, "--output", out, "--source", source, *more) as seen:
        seen.through(PAGES["ja"], *enter)
        ended = seen.see("終わりました(封印済み)")
        assert "HZ_UNNAMED_" in "".join(ended.split())  # a long path is folded
        seen.press("1", *enter)
        # Of lines the first have left the screen when the square is on it.
        last = seen.see("閉じる")
        assert ("番号と今の時刻を紙に書き" in last) == (not more)
        seen.press("Enter")
        code = seen.code()

    assert code == 0
    verdict = verify_bundle(bundle_in(out))
    assert verdict.exit is Exit.VERIFIED
    if not more:
        assert set(spoken_code(verdict.root).split()) <= set(last.split())


@pytest.mark.parametrize("more", [[], ["--plain"]], ids=["full", "plain"])
def test_keys_that_were_pressed_while_it_started_answer_nothing(more, tmp_path, source):
    command = [*PROGRAM, "wizard", "--output", tmp_path / "out", "--source", source, *more]
    with terminals.terminal(tmp_path, [*map(str, command)], language="en") as one:
        one.at_once("1", "Enter", "1", "Enter")  # "not in use for care", unread
        one.see("preserving evidence")
        one.settle()

        assert "use for care" in one.see("care comes first")
        assert "What is this machine" not in one.kept()


def test_the_kernel_s_own_console_is_spoken_to_in_english(tmp_path, source):
    arguments = ("--output", tmp_path / "out", "--source", source)
    with terminal(tmp_path, *arguments, before=["env", "TERM=linux"]) as seen:
        shown = seen.see("The patient comes first.")
        seen.press("9", "2", "Enter")
        assert seen.code() == 3

    assert re.search(r"[぀-ヿ一-鿿]", shown) is None
    assert "8 " not in shown


def test_a_terminal_without_a_cursor_gets_lines(tmp_path, source):
    arguments = ["env", "TERM=dumb", *PROGRAM, "wizard", "--output", str(tmp_path / "out"),
                 "--source", str(source)]  # fmt: skip
    shown = in_a_terminal(arguments, "9\n2\n\n")

    assert "\x1b" not in shown
    assert "患者さんの安全が先です。" in shown


def test_a_terminal_of_other_letters_gets_lines(tmp_path, source):
    """A digit in full width is no UTF-8 there, and would end the screens."""
    arguments = ["env", "PYTHONIOENCODING=euc_jp", *PROGRAM, "wizard",
                 "--output", str(tmp_path / "out"), "--source", str(source)]  # fmt: skip
    shown = in_a_terminal(arguments, "9\n2\n\n", encoding="euc_jp")

    assert "数字を入れてEnter" in shown
    assert "\x1b" not in shown


def test_without_textual_a_terminal_gets_lines(tmp_path, source):
    program = ordinary.install(tmp_path / "program")  # of the packages, not of the extra
    arguments = [*program, "wizard", "--output", str(tmp_path / "out"), "--source", str(source)]

    assert not (tmp_path / "program" / "textual").exists()
    assert "数字を入れてEnter" in in_a_terminal(arguments, "9\n2\n\n")


def test_a_narrow_terminal_gets_lines(tmp_path, source):
    arguments = [*PROGRAM, "wizard", "--output", str(tmp_path / "out"), "--source", str(source)]
    shown = in_a_terminal(arguments, "9\n2\n\n", columns=60)

    assert "数字を入れてEnter" in shown


def in_a_terminal(
    command: list[str], keys: str, *, columns: int = 80, encoding: str = "utf-8", **more
) -> str:
    """What comes out of a pseudo-terminal where all keys are pressed at once on the first page."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
    env = environment(HOZEN_LANG="ja", TERM="xterm-256color")
    env.pop("COLUMNS")
    child = subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=env, **more)
    os.close(its)
    printed, typed = bytearray(), False
    try:
        while piece := os.read(ours, 1 << 16):
            printed += piece
            if not typed and b"Enter" in printed:  # what the keys do stands last on a page
                typed = os.write(ours, keys.encode()) > 0
    except OSError:
        pass  # EIO: the other end is closed
    os.close(ours)
    assert child.wait(PATIENCE) in (0, 3)
    return printed.decode(encoding)


# In silence.


def test_what_speaks_over_networks_is_not_even_loaded(out, source):
    """The library that draws the square brings it along: it is loaded when a square is drawn."""
    script = (
        "import os, sys\n"
        "leave = os._exit\n"
        "tell = lambda: print('LOADED', *sys.modules, file=sys.stderr, flush=True)\n"
        "os._exit = lambda code: (tell(), leave(code))\n"
        "from evidence.cli import main\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "wizard", "--output", str(out), "--source", str(source)],
        input="1\n9\n2\n\n", capture_output=True, text=True, check=False, env=environment(),
    )  # fmt: skip
    loaded = set(done.stderr.partition("LOADED ")[2].split())

    assert "evidence.wizard.guide" in loaded
    assert loaded & {"ssl", "http.client", "urllib.request", "asyncio"} == set()


@pytest.mark.parametrize("more", [(), ("--plain",)], ids=["screens", "lines"])
def test_it_writes_to_its_destination_alone_and_opens_no_socket(more, tmp_path, source):
    out, trace = tmp_path / "stick" / "out", tmp_path / "trace"
    out.mkdir(parents=True)
    arguments = ("--output", out, "--source", source, *more)
    enter = ("Enter",) if more else ()
    with terminal(tmp_path, *arguments, before=tracer(trace)) as seen:
        seen.through((*PAGES["ja"], "終わりました(封印済み)"), *enter)
        seen.see("閉じる")
        seen.press("Enter")
        assert seen.code() == 0
    heard = noises(read(trace), out, sys.executable)

    assert [each for each in heard if "/dev/pts/" not in each] == []
    assert verify_bundle(bundle_in(out)).exit is Exit.VERIFIED
