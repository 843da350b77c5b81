"""What all verbs share: help, languages, usage errors, streams that are odd or gone."""

import json
import os
import re
import signal
import subprocess
import sys

import locales
import pytest
from command_line import PROGRAM, environment, on_terminal, shell
from command_line import started as run

import evidence.reading.checked
from evidence.cli import run as run_here
from evidence.cli.texts import Texts

VERBS = ("collect", "verify", "import", "triage", "report", "disclose")
HEAVY = {"yara", "cryptography", "jinja2", "zstandard", "pyrage", "rich", "segno", "msgspec"}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_help_fits_one_screen_and_names_the_verbs(language):
    ended = run("--language", language, "--help", HOZEN_LANG=language)

    assert ended.code == 2  # --language belongs to the verbs
    ended = run("--help", HOZEN_LANG=language)
    assert ended.code == 0
    assert len(ended.out.splitlines()) <= 24
    assert all(re.search(rf"^  {verb} ", ended.out, re.MULTILINE) for verb in VERBS)
    assert ("証拠" in ended.out) == (language == "ja")
    assert ("この説明を表示して終わります。" in ended.out) == (language == "ja")
    assert ("版を表示して終わります。" in ended.out) == (language == "ja")


@pytest.mark.parametrize("verb", [("verify",), ("kit",), ("kit", "check")], ids=" ".join)
def test_the_help_of_a_verb_words_its_own_option(verb):
    assert "この説明を表示して終わります。" in run(*verb, "--help", HOZEN_LANG="ja").out
    assert "Show this message and exit." in run(*verb, "--help", HOZEN_LANG="en").out


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), *((verb, "--help") for verb in VERBS)],
    ids=" ".join,
)
def test_help_imports_nothing_heavy(arguments):
    script = (
        "import json, os, sys\n"
        "leave = os._exit\n"
        "tell = lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr, flush=True)\n"
        "os._exit = lambda code: (tell(), leave(code))\n"
        "from evidence.cli import main\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, env=environment()
    )

    assert done.returncode == 0
    assert not HEAVY & set(json.loads(done.stderr))


@pytest.mark.parametrize("module", ["click", "evidence.cli.texts", "evidence.cli.verbs"])
def test_ctrl_c_while_it_is_loaded_ends_it_without_a_traceback(module):
    script = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # in a shell's background, too
        "class Pressed:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {module!r}: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Pressed())\n"
        "from evidence.cli import main\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--version"], capture_output=True, env=environment()
    )

    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, b"", b"")


@pytest.mark.parametrize("handler", ["default_int_handler", "SIG_IGN"])
def test_once_it_is_loaded_ctrl_c_is_what_it_was(handler):
    script = (
        f"import signal\nsignal.signal(signal.SIGINT, signal.{handler})\nimport evidence.cli\n"
        f"assert signal.getsignal(signal.SIGINT) is signal.{handler}"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env=environment())


def test_tells_its_version():
    assert run("--version").out == "hozen, version 0.1.0\n"


def test_without_a_verb_shows_the_help_and_calls_it_wrong_usage():
    ended = run()

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Usage: hozen")


@pytest.mark.parametrize(
    ("arguments", "english", "japanese"),
    [
        (("colect",), "no such command: colect; see hozen --help", "colect というコマンド"),
        (
            ("custody", "shwo"),
            "no such command: shwo; see hozen custody --help",
            "hozen custody --help",
        ),
        (
            ("verify", "--passphrase-file", "p", "x"),
            "mean --identity-passphrase-file? See hozen verify",
            "のことですか",
        ),
        (("verify", "--foo", "x"), "no such option: --foo", "--foo というオプション"),
        (("verify",), "BUNDLE is missing", "BUNDLE がありません"),
        (("import", "x"), "--into is missing", "--into がありません"),
        (("verify", "x", "--root"), "--root needs a value", "--root には値が必要です"),
        (
            ("collect", "--profile", "all"),
            "--profile takes one of: quick, standard, full",
            "--profile に使える値: quick, standard, full",
        ),
        (("custody", "show", "x", "--quiet=1"), "--quiet takes no value", "--quiet に値は"),
        (
            ("rules", "pack", "x", "--version", "0"),
            "--version takes a whole number from 1 to 2",
            "--version に使える値: 1 から 2147483648 までの整数",
        ),
        (("verify", "x", "y"), "too many arguments: y; see --help", "余分な引数があります: y"),
        (("collect",), "--output is missing", "--output がありません"),
        (("collect", "--dry-run", "--case", "a b"), "--case a b: letters", "--case a b: 英数字"),
        (("collect", "--dry-run", "--max-size", "big"), "big: no size", "big: 大きさでは"),
        (("collect", "--dry-run", "--max-time", "5"), "5: no time", "5: 時間では"),
        (("collect", "--dry-run", "--kit", "k"), "kit.key: No such file", "kit.key: ありません"),
        (("verify", "x", "--root", "12"), "12: 64 hexadecimal digits", "12: 16進64桁"),
        (("verify", "x", "--identity", "no"), "no: No such file", "no: ありません"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_is_one_line_in_the_user_s_language(arguments, english, japanese, tmp_path):
    for language, expected in (("en", english), ("ja", japanese)):
        ended = run(*arguments, HOZEN_LANG=language, cwd=tmp_path)

        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith("hozen: ")
        assert expected in ended.err
        assert ended.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_language_is_the_option_then_the_variable_then_the_locale(made):
    def speaks_japanese(*arguments, **variables):
        return "ありません" in run("verify", made / "nothing", *arguments, **variables).err

    assert speaks_japanese("--language", "ja")
    assert speaks_japanese("--language=ja", HOZEN_LANG="en")
    assert speaks_japanese(HOZEN_LANG="ja")
    assert not speaks_japanese("--language", "en", HOZEN_LANG="ja")
    assert not speaks_japanese()


SECRET = "AGE-SECRET-KEY-1" + "Q" * 58


@pytest.mark.parametrize(
    "arguments",
    [("collect", "--source", "src", "--output", "out", "--case", "B", "--operator", SECRET),
     ("collect", "--source", "src", "--output", "out", f"--challenge=x {SECRET}"),
     ("custody", "note", "x", "--key", SECRET.lower()),
     ("keys", "person", "--root", SECRET, "--role", "provider", "--name", "Y", "--output", "p"),
     ("verify", SECRET)],
    ids=["operator", "challenge", "key", "root", "bundle"],
)  # fmt: skip
def test_a_private_key_on_the_command_line_is_refused_and_never_shown(
    arguments, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src").mkdir()
    for language, expected in (
        ("en", "a PRIVATE age key stands"),
        ("ja", "age の秘密鍵があります"),
    ):
        code = run_here(list(arguments), Texts(language))
        said = capsys.readouterr()

        assert code == 2
        assert expected in said.err
        assert "qqqqq" not in (said.out + said.err).lower()
    assert [each.name for each in tmp_path.iterdir()] == ["src"]


@pytest.mark.parametrize(
    ("language", "why"), [("en", "No such file or directory"), ("ja", "ありません")]
)
def test_what_was_given_for_a_file_of_a_passphrase_is_not_shown(tmp_path, language, why, capsys):
    made = ["keys", "root", "--name", "x", "--output", str(tmp_path / "r"), "--passphrase-file"]

    assert run_here([*made, "hunter2 hunter2"], Texts(language)) == 2
    said = capsys.readouterr().err
    assert "--passphrase-file" in said
    assert why in said
    assert "hunter2" not in said


def test_what_was_typed_can_t_move_the_cursor():
    ended = run("\x1b[31mverify\u202e")

    assert ended.code == 2
    assert "\x1b" not in ended.err
    assert "\u202e" not in ended.err


def test_a_traceback_is_shown_on_demand_only(made, tmp_path):
    arguments = ("import", made / "partial", "--into", tmp_path / "case")

    plain, debug = run(*arguments), run(*arguments, "--debug")

    assert plain.code == debug.code == 3
    assert "Traceback" not in plain.err + plain.out
    assert plain.err.count("\n") == 1
    assert "Traceback" in debug.err


def test_a_fault_of_ours_is_one_line_and_its_own_exit(made, monkeypatch, capsys):
    def broken(*_, **__):
        raise RuntimeError("list is\nnone")

    monkeypatch.setattr(evidence.reading.checked, "verify_bundle", broken)

    assert run_here(["verify", str(made / "open")], Texts("en")) == 4
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("hozen: a fault of this program: RuntimeError: list is\\nnone")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    "command",
    [("import", "b", "--into", "c"), ("triage", "c"), ("report", "c"), ("memory", "analyse", "c"),
     ("ingest", "f", "--from", "n", "--output", "o")],
    ids=" ".join,
)  # fmt: skip
def test_what_windows_can_t_do_is_refused_there_and_no_fault(command, tmp_path):
    """Its own process: elsewhere here, what is missing on Windows was loaded long ago."""
    there = "import sys; sys.modules['fcntl'] = None; import evidence.cli.ingest as one"
    words = f"{there}; one.WINDOWS = True; from evidence.cli import main; main(sys.argv[1:])"
    ended = [
        subprocess.run(
            [sys.executable, "-c", words, *command, "--language", language],
            cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False,
        )
        for language in ("en", "ja")
    ]  # fmt: skip

    assert [each.returncode for each in ended] == [4, 4]
    assert "doesn't run on Windows" in ended[0].stderr
    assert "Linux の端末で" in ended[1].stderr
    assert not list(tmp_path.iterdir())


def test_a_cp932_console_shows_japanese():
    ended = run("--help", encoding="cp932", HOZEN_LANG="ja", PYTHONIOENCODING="cp932")

    assert ended.code == 0
    assert "証拠を保全します" in ended.out


@pytest.mark.parametrize("encoding", ["cp932", "ascii"])
def test_no_console_is_too_poor_for_a_verdict(encoding, altered):
    ended = run("verify", altered, encoding=encoding, HOZEN_LANG="ja", PYTHONIOENCODING=encoding)

    assert (ended.code, ended.err) == (1, "")
    assert "FAIL" in ended.out


def test_a_reader_that_went_away_changes_no_exit_code(made):
    ours, its = os.pipe()
    os.close(ours)

    done = subprocess.run(
        [*PROGRAM, "verify", str(made / "open")],
        stdout=its, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    os.close(its)

    assert (done.returncode, done.stderr) == (0, b"")


def test_a_result_that_could_not_be_written_is_no_success(made):
    ended = shell('"$@" >/dev/full', "verify", made / "open")

    assert ended.code == 4
    assert "standard output: No space left" in ended.err
    assert "may be done all the same" in ended.err


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_change_no_exit_code(closed, made, altered):
    assert shell(f'"$@" {closed}', "verify", made / "open").code == 0
    assert shell(f'"$@" {closed}', "verify", altered).code == 1
    assert shell(f'"$@" {closed}', "verify", "--nothing").code == 2


def test_a_terminal_gets_colour_unless_no_color_is_set(made):
    arguments = ("verify", made / "open")

    assert "\x1b[32mPASS" in on_terminal(*arguments).out
    assert "\x1b" not in on_terminal(*arguments, NO_COLOR="1").out
    assert "\x1b" not in run(*arguments).out


def test_lines_fit_the_terminal_and_hashes_stay_whole(made):
    lines = on_terminal("verify", made / "open", columns=72, NO_COLOR="1").out.splitlines()

    assert [line for line in lines if len(line) > 72 and not re.search("[0-9a-f]{64}$", line)] == []
    assert sum(bool(re.search("[0-9a-f]{64}$", line)) for line in lines) == 1


def test_a_japanese_locale_changes_no_words_that_are_signed(tmp_path):
    script = (
        "import locale, os, evidence.cli as program\n"
        "program._leave = lambda code: None\n"
        "program.main(['--version'])\n"
        "print(*map(locale.setlocale, (locale.LC_CTYPE, locale.LC_TIME, locale.LC_MESSAGES)))\n"
        "print(os.strerror(2))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True,
        env=environment(**locales.made(tmp_path)),
    )  # fmt: skip

    assert done.stdout.splitlines()[1:] == [f"{locales.NAME} C C", "No such file or directory"]


def test_times_of_a_log_are_read_in_a_japanese_locale(tmp_path):
    tree = tmp_path / "tree/nginx"
    tree.mkdir(parents=True)
    line = '192.0.2.7 - - [19/May/2024:16:00:00 +0900] "GET / HTTP/1.1" 200 512\n'
    (tree / "access.log").write_text(line)
    (tmp_path / "locales").mkdir()
    japanese = locales.made(tmp_path / "locales")
    ended = run("triage", tree.parent, "--output", tmp_path / "out", **japanese)
    (clients,) = (tmp_path / "out").glob("*/tables/web_clients.jsonl")

    assert (ended.code, "調べています" in ended.err) == (0, True)
    assert json.loads(clients.read_text())["first"] == "2024-05-19T07:00:00.000000Z"
