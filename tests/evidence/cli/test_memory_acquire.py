"""`hozen memory acquire`: what is said where no door to memory opens."""

from __future__ import annotations

import json

import cores
import pytest
from command_line import run

from collectors.ram import doors
from collectors.source import Source
from evidence import cli
from evidence.cli.texts import Texts


def test_a_dry_run_says_of_each_door_what_it_answered_and_writes_nothing(tmp_path):
    ended = run("memory", "acquire", "--dry-run", "--json")
    told = json.loads(ended.out)
    source = Source("/")
    now = doors.tried(source)
    source.close()

    assert (told["door"], told["answers"]) == (now.open.path if now.open else None, now.answers)
    assert ended.code == (0 if now.open else 4)


@pytest.fixture
def shut(tmp_path, monkeypatch):
    """A machine whose kernel has no door."""
    cores.iomem(tmp_path / "host/proc/iomem", "00100000-001fffff : System RAM")
    source = Source(str(tmp_path / "host"), live=True)
    found = doors.tried(source)
    source.close()
    monkeypatch.setattr(doors, "tried", lambda _: found)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "NO MEMORY IMAGE CAN BE TAKEN HERE"), ("ja", "メモリーのイメージを取れません")],
)
def test_without_a_door_nothing_is_written_and_the_code_is_4(
    shut, tmp_path, capsys, language, words
):
    (tmp_path / "out").mkdir()
    code = cli.run(["memory", "acquire", "--output", str(tmp_path / "out")], Texts(language))
    said = capsys.readouterr().out

    assert code == 4
    assert "/proc/kcore: ENOENT" in said
    assert words in said
    assert list((tmp_path / "out").iterdir()) == []


def test_where_to_is_asked_for_first():
    ended = run("memory", "acquire")

    assert ended.code == 2
    assert "--output" in ended.err
