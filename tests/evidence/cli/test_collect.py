"""`hozen collect`: what the person at the terminal reads, and what a machine does."""

import json
import os
import re
import signal
import textwrap
from dataclasses import replace
from pathlib import Path

import bundles
import click
import pytest
from command_line import on_terminal, run, shell

from collectors.table import EVERY, FOLDER
from evidence.cli.shared import Voice
from evidence.cli.taking.ending import tell
from evidence.cli.taking.running import Stopping
from evidence.cli.texts import Texts
from evidence.cli.texts.limits import LIMITS
from evidence.collecting.collection import collect
from evidence.planning.request import Request
from evidence.reading.checked import verify_bundle

SQUARE = "▀"


def bundle_of(output):
    (found,) = (path for path in output.iterdir() if path.is_dir())
    return found


def test_takes_a_folder_and_says_where_the_bundle_is(machine, tmp_path):
    ended = run("collect", "--source", machine, "--output", tmp_path / "out", "--case", "H-1")

    bundle = bundle_of(tmp_path / "out")
    verdict = verify_bundle(bundle)
    assert (ended.code, int(verdict.exit)) == (0, 0)
    assert bundle.name.startswith("HZ_H-1_")
    assert f"Sealed: {bundle}" in ended.out
    assert f"Root:  {verdict.root}" in ended.out
    assert re.search(r"^Code:  (\d{5} ){4}\d{5}$", ended.out, re.MULTILINE)
    assert "write the code down" in ended.out
    assert "WARNING: no --recipient" in ended.err
    assert f"/{len(FOLDER) + 2}] {FOLDER[0].name}" in ended.err
    assert SQUARE not in ended.out


def test_the_same_in_japanese(machine, tmp_path):
    ended = run("collect", "--source", machine, "--output", tmp_path / "out", HOZEN_LANG="ja")

    assert ended.code == 0
    assert f"封印しました: {bundle_of(tmp_path / 'out')}" in ended.out
    assert "読上げ番号: " in ended.out
    assert "規則による検索(YARA): 今回の" in ended.out
    assert "暗号化されません" in ended.err
    taken = re.findall(r"^\[\d+/\d+\] (.*)", ended.err, re.MULTILINE)
    assert (taken[0], [each for each in taken if each.isascii()]) == ("どの端末か", [])


def test_json_is_all_there_is_on_standard_output(machine, tmp_path):
    ended = run("collect", "--source", machine, "--output", tmp_path / "out", "--json")

    document = json.loads(ended.out)
    assert document["schema"] == "hozen-collected/1"
    assert document["path"] == str(bundle_of(tmp_path / "out"))
    assert (document["sealed"], document["cause"], document["encrypted"]) == (True, None, False)
    assert document["root"] == verify_bundle(bundle_of(tmp_path / "out")).root
    assert document["acquired"] >= 3


def test_quiet_talks_no_more_than_the_result(machine, tmp_path):
    ended = run("collect", "--source", machine, "--output", tmp_path / "out", "--quiet")

    assert (ended.code, ended.err) == (0, "")
    assert "Sealed: " in ended.out


@pytest.mark.parametrize("way", ["file", "typed", "lower case", "as a path"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_private_key_is_refused_and_never_shown(machine, tmp_path, way, language):
    """On the screen of the machine that was attacked, which people are told to photograph."""
    secret = str(bundles.IDENTITY)
    (tmp_path / "identity.txt").write_text(f"# public key: {bundles.RECIPIENT}\n{secret}\n")
    given = {
        "file": tmp_path / "identity.txt", "typed": secret, "lower case": secret.lower(),
        "as a path": f"/{secret}",
    }[way]  # fmt: skip
    ended = run(
        "collect", "--source", machine, "--output", tmp_path / "out", "--recipient", given,
        "--language", language,
    )  # fmt: skip

    assert ended.code == 2
    assert secret[20:40].lower() not in (ended.out + ended.err).lower()
    assert way == "as a path" or "private" in ended.err.lower() or "秘密鍵" in ended.err
    assert not (tmp_path / "out").exists()


def test_of_a_file_that_holds_no_recipient_the_place_is_told_not_the_text(machine, tmp_path):
    (tmp_path / "passwords").write_text("\nroot:x:0:0\n")
    ended = run(
        "collect", "--source", machine, "--output", tmp_path / "out", "--recipient",
        tmp_path / "passwords",
    )  # fmt: skip

    assert ended.code == 2
    assert f"{tmp_path / 'passwords'}: line 2 is no age recipient" in ended.err
    assert "root:x" not in ended.err


def test_encrypts_for_the_recipients_of_a_file(machine, tmp_path):
    keys = tmp_path / "provider.txt"
    keys.write_text(f"# the provider\n\n{bundles.RECIPIENT}\n")

    ended = run(
        "collect", "--source", machine, "--output", tmp_path / "out", "--recipient", keys,
        "--recipient", bundles.RECIPIENT,
    )  # fmt: skip

    bundle = bundle_of(tmp_path / "out")
    assert ended.code == 0
    assert "WARNING" not in ended.err
    assert int(verify_bundle(bundle, identities=[bundles.IDENTITY]).exit) == 0
    assert json.loads((bundle / "manifest.json").read_bytes())["recipients"] == [bundles.RECIPIENT]


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        (("--recipient", "age1nonsense"), "age1nonsense"),
        (("--only", "crystal-ball"), "no collector is called crystal-ball"),
        (("--only", "windows-clock"), "windows-clock: not for this source"),
        (("--only", "files", "--skip", "files"), "--only and --skip leave nothing to take"),
        (("--source", "/nowhere"), "/nowhere: no such folder"),
        (("--case", "山田"), "--case 山田: letters"),
    ],
)
def test_refuses_wrong_words_before_anything_is_written(option, expected, machine, tmp_path):
    ended = run("collect", "--source", machine, "--output", tmp_path / "out", *option)

    assert (ended.code, ended.out) == (2, "")
    assert expected in ended.err.splitlines()[-1]
    assert "Traceback" not in ended.err
    assert list(tmp_path.glob("out/*")) == []


@pytest.mark.parametrize(
    ("language", "says"), [("en", "is not in a folder"), ("ja", "フォルダーの中ではありません")]
)
def test_a_destination_that_can_t_be_used_is_said_in_one_line(language, says, machine, tmp_path):
    (tmp_path / "file").write_text("")

    ended = run("collect", "--source", machine, "--output", tmp_path / "file" / "out", "--quiet",
                HOZEN_LANG=language)  # fmt: skip

    assert (ended.code, ended.out) == (4, "")
    assert ended.err.count("\n") == 1
    assert says in ended.err


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--only", "windows-clock"), "windows-clock: この取得元(folder)の収集項目ではありません"),
        (("--skip", "files"), "取得するものが残りません"),
        (("--only", "x"), "x という収集項目はありません"),
        (("--source", "/nowhere"), "/nowhere: そのようなフォルダー"),
        (("--resume", "{sealed}"), "封印済みです。続きはありません"),
        (("--second-copy", "{out}"), "1つ目の写しと同じ場所です"),
    ],
)
def test_what_can_t_be_done_is_said_in_japanese_too(options, says, machine, tmp_path):
    out = tmp_path / "out"
    first = run("collect", "--source", machine, "--output", out, "--json")
    places = {"sealed": json.loads(first.out)["path"], "out": out}
    told = [each.format(**places) for each in options]
    ended = run("collect", "--source", machine, "--output", out, *told, HOZEN_LANG="ja")

    assert ended.code in (2, 4)
    assert says in ended.err


@pytest.mark.parametrize(
    ("options", "begun"),
    [
        (("--recipient", bundles.RECIPIENT), "--recipient is not what this bundle was begun"),
        (("--case", "OTHER"), "(H-2026-0001)"),
        (("--profile", "full"), "(standard)"),
        (("--challenge", "x"), "--challenge is not what"),
        (("--output", "elsewhere"), "--output is not what"),
    ],
)
def test_what_a_bundle_was_begun_as_can_t_be_changed_on_the_way(options, begun, machine, tmp_path):
    """Above all not for whom it is encrypted: a recipient that is dropped silently is a leak."""
    path = tmp_path / "HZ_x"
    bundles.writer_at(path, recipients=()).abandon()
    before = sorted(path.rglob("*"))
    ended = run("collect", "--resume", path, "--source", machine, *options)

    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1), ended.err
    assert begun in ended.err
    assert sorted(path.rglob("*")) == before


def test_the_same_again_goes_on_and_says_once_more_that_it_is_not_encrypted(machine, tmp_path):
    path = tmp_path / "HZ_x"
    bundles.writer_at(path, recipients=()).abandon()
    same = ("--output", tmp_path, "--profile", "standard")
    ended = run("collect", "--resume", path, "--source", machine, *same)

    assert ended.code == 0, ended.err
    assert "WARNING: no --recipient" in ended.err


@pytest.mark.parametrize(
    "words",
    [
        ("collect", "--output", ""), ("collect", "--output="), ("verify", ""),
        ("collect", "--output", "out", "--recipient", ""),
    ],
)  # fmt: skip
def test_an_empty_value_is_not_the_current_folder(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = run(*words)

    assert (ended.code, ended.out) == (2, "")
    assert "an argument is empty" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_something_missing_that_was_to_be_had_is_exit_3(machine, tmp_path):
    (machine / "var/log/loop").symlink_to("loop")
    os.mkfifo(machine / "pipe")
    ended = run(
        "collect", "--source", machine, "--output", tmp_path / "out", "--max-size", "1"
    )  # fmt: skip

    assert ended.code == 3
    assert "The limit " in ended.out
    assert "Not taken: " in ended.out


def test_list_tells_every_collector_and_what_it_can_t_show():
    words, document = run("collect", "--list"), run("collect", "--list", "--json")

    names = {collector.name for collector in EVERY}
    assert (words.code, words.err) == (0, "")
    assert set(re.findall(r"^(\S+)  \[", words.out, re.MULTILINE)) == names
    rows = json.loads(document.out)["collectors"]
    assert {row["name"] for row in rows} == names
    assert all(re.search("not|n't", row["help"]) for row in rows)


def test_the_japanese_list_tells_what_every_collector_takes_and_can_t_show_in_japanese():
    words = run("collect", "--list", "--language", "ja")

    told = re.findall(
        r"^(\S+)  \[.*\n    取るもの: (.*)\n    分からないこと: (.*)$", words.out, re.MULTILINE
    )
    assert {name for name, *_ in told} == {collector.name for collector in EVERY}
    assert [
        line
        for _, *lines in told
        for line in lines
        if not re.search("[\u3040-\u30ff\u4e00-\u9fff]{2}", line)
    ] == []
    assert set(LIMITS) == {name for name, *_ in told}
    named = re.sub(r"(?m)^    - \S+$|^\S+  \[", "", words.out)
    assert re.findall(r"(?:[a-z]+ ){3}", named) == []


def test_dry_run_writes_nothing(machine, tmp_path):
    ended = run("collect", "--dry-run", "--source", machine, "--output", tmp_path / "out")
    document = run("collect", "--dry-run", "--source", machine, "--json")

    assert (ended.code, document.code) == (0, 0)
    assert "Nothing was taken or written." in ended.out
    assert json.loads(document.out)["collectors"][0]["count"] >= 3
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("closed", ["2>&-", ">&- 2>&-", "2>/dev/full"])
def test_a_terminal_that_is_gone_does_not_end_a_collection(closed, machine, tmp_path):
    ended = shell(f'"$@" {closed}', "collect", "--source", machine, "--output", tmp_path / "out")

    assert ended.code == 0
    assert int(verify_bundle(bundle_of(tmp_path / "out")).exit) == 0


@pytest.mark.parametrize("options", [(), ("--json",), ("--quiet",)])
@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "The standard output did not take the result (No space left on device)"),
     ("ja", "結果を標準出力に書けませんでした(空きがありません)")],
)  # fmt: skip
def test_a_result_that_nobody_could_write_down_is_said_on_the_other_stream(
    language, says, options, machine, tmp_path
):
    out = tmp_path / "out"
    ended = shell(
        '"$@" >/dev/full', "collect", "--source", machine, "--output", out,
        "--language", language, *options,
    )  # fmt: skip
    verdict = verify_bundle(bundle_of(out))

    assert (ended.code, int(verdict.exit)) == (3, 0)
    assert says in ended.err
    assert f"{verdict.root}" in ended.err
    assert str(bundle_of(out)) in ended.err


def test_a_terminal_shows_the_square_where_it_can(machine, tmp_path):
    arguments = ("collect", "--source", machine, "--output")

    poor = on_terminal(*arguments, tmp_path / "a", encoding="cp932", PYTHONIOENCODING="cp932")
    ordinary = on_terminal(*arguments, tmp_path / "b")
    quiet = on_terminal(*arguments, tmp_path / "c", "--quiet")

    assert (poor.code, ordinary.code, quiet.code) == (0, 0, 0)
    assert SQUARE in ordinary.out
    assert SQUARE not in quiet.out
    assert "square" not in poor.out
    assert "\\u2580" not in poor.out


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", ["NOT SEALED (destination: Input/output error)", "If the medium was pulled"]),
        ("ja", ["封印していません(保存先: 読み書きに失敗しました)", "媒体が抜けていたら"]),
    ],
)
def test_a_medium_that_was_pulled_is_told_with_what_to_do(
    language, says, machine, tmp_path, capsys
):
    request = Request(output=tmp_path, source=str(machine))
    collected = replace(collect(request), sealed=False, cause="error: Input/output error")
    with click.Context(click.Command("collect"), info_name="hozen collect"):
        tell(Voice(t=Texts(language)), collected, None, "collect")
    said = capsys.readouterr().out

    assert [each for each in says if each not in said] == []


def test_what_the_system_says_of_a_file_is_said_in_japanese(tmp_path):
    ended = run("collect", "--output", tmp_path, "--recipient", "no.txt", "--language", "ja")

    assert (ended.code, ended.err) == (2, "hozen: no.txt: ありません\n")


@pytest.mark.parametrize("lines", [24, 25, 41, 42, 44])
def test_the_number_stays_on_the_screen_whatever_is_drawn_below_it(machine, tmp_path, lines):
    ended = on_terminal("collect", "--source", machine, "--output", tmp_path, lines=lines)
    t = Texts("en")
    of_a_machine = textwrap.wrap(t("end.power"), 80)
    by_a_kit = [t("kit.comparing"), t("kit.as_before"), t("kit.pull"), "$"]
    screen = [*ended.out.splitlines(), *of_a_machine, *by_a_kit][-lines:]

    assert any(line.startswith("Code:") for line in screen), ended.out
    assert ("photograph the square" in ended.out) is (SQUARE in ended.out) is (lines >= 42)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_who_collected_from_a_machine_is_told_to_leave_its_power_alone(language, machine, tmp_path):
    told = Texts(language)("end.power")[:20]
    ofs = [["--only", "clock", "--skip", "yara"], ["--source", machine]]
    live, folder = (
        run("collect", "--output", tmp_path, *of, HOZEN_LANG=language).out for of in ofs
    )

    assert told in live
    assert told not in folder


def test_the_first_signal_asks_the_run_to_end_and_the_rest_change_nothing(capsys):
    before = signal.getsignal(signal.SIGTERM)

    with Stopping(Voice(t=Texts("en"))) as stopping:
        assert not stopping()
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        assert stopping()

    assert capsys.readouterr().err.count("Ending") == 1
    assert signal.getsignal(signal.SIGTERM) is before


def test_who_stood_there_is_signed_at_the_beginning(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.txt").write_text("a")
    done = run(
        "collect", "--source", tmp_path / "src", "--output", tmp_path / "out", "--json",
        "--operator", "山田 花子", "--title", "看護師", "--contact", "内線 1234", "--place",
        "薬剤部",
        "--witness", "佐藤", "--purpose", "保全", "--basis", "in-house", "--authority", "R-1",
    )  # fmt: skip
    bundle = Path(json.loads(done.out)["path"])
    first = json.loads((bundle / "custody" / "00001.json").read_text())

    assert first["actor"] == {
        "contact": "内線 1234", "name": "山田 花子", "organisation": None, "title": "看護師",
    }  # fmt: skip
    assert [each["name"] for each in first["witnesses"]] == ["佐藤"]
    assert (first["place"], first["purpose"]) == ("薬剤部", "保全")
    assert first["authority"] == {"basis": "in-house", "number": "R-1"}
    assert run("verify", bundle).code == 0
