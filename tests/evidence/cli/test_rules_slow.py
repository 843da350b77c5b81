"""`hozen rules check` of rules that are slow, or that give no answer: by name, in time, code 3."""

import json
import shutil

import pytest

from evidence import cli
from evidence.cli.texts import Texts
from evidence.engines.apart import apart
from evidence.engines.choice import ENGINES
from evidence.engines.engine import RuleFile
from evidence.packs.rule_set import own_file
from evidence.scan import scanner
from evidence.scan.scanner import load_rules
from evidence.tool import rules_folder
from evidence.trials import speed
from evidence.trials.checking import problems

BOMB = "rule Bomb { condition: filesize < 1MB and for all i in (1..100000000000): (i > 0) }"
QUICK = 'rule Quick { strings: $a = "planted text" condition: $a }'
ODD = r"""
import "math" // rule Comment { condition: true }
/* rule Comment { */ private rule helper { condition: filesize > 1 }
global rule everywhere { condition: filesize < 999MB }
rule loader_one : tag { strings: $a = { 7B ?? [1-2] 7D } // }
  condition: $a and helper }
rule loader_two { strings: $a = "} rule Text {" $b = /\/}[}]{1,2}/ condition: $a or $b }
rule any_loader { meta: text = "\"}" condition: any of (loader_*) and math.entropy(0, 4) > 1 }
"""


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """The least that engines can wait; the bomb takes minutes."""
    monkeypatch.setattr(scanner, "TIMEOUT", 1)
    monkeypatch.setattr(speed, "TIMEOUT", 1)
    monkeypatch.setattr(speed, "PATIENCE", 1)


@pytest.fixture
def theirs(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/one.yar").write_text(f"{QUICK}\n{BOMB}")
    return tmp_path / "theirs"


@pytest.fixture
def checked(capsys):
    """Runs the verb here; its exit code, and what it said."""

    def check(*words, language="en"):
        code = cli.run(["rules", "check", *map(str, words)], Texts(language))
        return code, capsys.readouterr().out

    return check


def test_a_clean_file_of_which_a_rule_gives_no_answer_is_named(theirs, checked, tmp_path):
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean/a\x1b.txt").write_text("an ordinary letter")
    words = (theirs, "--licence", "MIT", "--clean", tmp_path / "clean")
    code, english = checked(*words)
    _, japanese = checked(*words, language="ja")
    row = json.loads(checked(*words, "--json")[1])["clean"][str(tmp_path / "clean")]

    assert code == 3
    assert "  no whole answer: 1 files, such as " in english
    assert "a\\x1b.txt: YARA: given up after 1 s (from byte 0)" in english
    assert "検査を打ち切ったもの: 1 ファイル" in japanese
    assert (row["files"], row["given_up"], row["hits"]) == (1, 1, {})


def test_a_rule_without_an_answer_has_no_speed_and_is_the_first_of_the_slowest(
    theirs, checked, monkeypatch
):
    monkeypatch.setattr(speed, "SAMPLE", 1 << 19)
    text = (theirs / "one.yar").read_text().replace("1MB", "9MB")
    (theirs / "one.yar").write_text(text)
    code, told = checked(theirs, "--licence", "MIT")
    found = json.loads(checked(theirs, "--licence", "MIT", "--json")[1])
    lines = told.splitlines()

    assert code == 3
    assert "theirs: no speed, the scan was given up" in lines
    assert lines[lines.index("The slowest rules, each by itself:") + 1] == (
        "  theirs/one.yar:Bomb: no speed, the scan was given up"
    )
    assert "2 scans for the speed were given up" in told
    assert found["bytes_per_second"] == {"theirs": None}
    assert found["bytes_per_second_of_rules"]["theirs/one.yar:Bomb"] is None
    assert found["bytes_per_second_of_rules"]["theirs/one.yar:Quick"] > 0


def test_our_own_set_with_such_a_rule_is_not_in_order_and_the_check_ends(tmp_path):
    folder = shutil.copytree(rules_folder(), tmp_path / "rules")
    (folder / "bomb.yar").write_text(BOMB)
    found = problems(folder, load_rules(folder))

    assert (found[-1].kind, "given up after 1 s" in found[-1].detail) == ("given_up", True)


@pytest.mark.parametrize("expression", ["/(a+)+b/", "/.*foo/"])
def test_an_expression_that_is_slow_where_it_begins_to_match_is_slow_here(expression):
    text = f"{QUICK}\nrule Slow {{ strings: $a = {expression} condition: $a }}"
    found = speed.speeds_of_rules([RuleFile("a.yar", "a", text)], ENGINES["yara"]())

    assert list(found) == ["a:Slow", "a:Quick"]
    assert (found["a:Slow"] or 0) * 5 < found["a:Quick"]


@pytest.mark.parametrize("engine", ["yara", "boreal"])
def test_each_rule_stands_alone_with_what_it_needs(engine):
    found = {
        name: ENGINES[engine]().compile([alone]).names
        for name, _, alone in apart(RuleFile("odd.yar", "odd", ODD))
    }

    assert found == {
        "everywhere": ["everywhere"],
        "loader_one": ["everywhere", "loader_one"],
        "loader_two": ["everywhere", "loader_two"],
        "any_loader": ["everywhere", "loader_one", "loader_two", "any_loader"],
    }


def test_each_of_our_own_rules_does():
    engine = ENGINES["yara"]()
    for path in rules_folder().glob("*.yar"):
        file = own_file(path)
        parts = {name: engine.compile([alone]).names for name, _, alone in apart(file)}

        assert list(parts) == engine.compile([file]).names
        assert all(name in names for name, names in parts.items())
