"""What is missing is told in the reader's language, whatever language the records have."""

from __future__ import annotations

import json
import re
from pathlib import Path

import disks
import pytest
import runs

from collectors.disk.marks.signatures import Readable
from evidence.telling.missed import Missed, in_japanese, system_words
from evidence.telling.sentences_missed import ERRORS, WORDS

HOME = Path(__file__).parents[3]
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
LOCKED = f"BitLocker: {Readable.LOCKED.value}"


@pytest.fixture(scope="module")
def code():
    """All strings of the program, those that go on in another line joined."""
    paths = [
        path for folder in ("collectors", "evidence") for path in (HOME / folder).rglob("*.py")
    ]
    texts = [path.read_text() for path in paths if not path.name.startswith("sentences_")]
    return re.sub(r"\"\s*\n\s*f?\"", "", "\n".join(texts))


def test_every_sentence_is_one_that_the_program_writes_into_records(code):
    pieces = [
        words.strip(" :;.,")
        for english, _ in WORDS
        for piece in re.split(r"\{\w+\}", english)
        for words in re.split(r"; | and the rest|: (?=damaged)| to $| \($", piece)
    ]

    assert [words for words in pieces if words not in code] == []
    assert len(pieces) > 50


def test_every_sentence_is_told_in_japanese_with_its_facts():
    for english, japanese in WORDS:
        names = re.findall(r"\{(\w+)\}", english)
        facts = {name: f"<{name}>" for name in names}

        assert in_japanese(english.format(**facts)) == japanese.format(**facts)
        assert set(re.findall(r"\{(\w+)\}", japanese)) <= set(names), english


def test_what_is_within_a_sentence_is_told_too_and_a_system_s_error_by_its_name():
    said = in_japanese("EIO: the imager ended with exit status 0; it left no file: ENOENT: No such")

    assert said == (
        "メモリ取得プログラムは終了コード 0 で終わりました。イメージのファイルが残っていません: "
        + ERRORS["ENOENT"]
    )
    assert in_japanese("EACCES: Permission denied") == ERRORS["EACCES"]


@pytest.mark.parametrize(
    ("text", "japanese"),
    [
        ("No such file or directory", "ありません"),
        ("a/kit.key: No such file or directory", "a/kit.key: ありません"),
        ("a: Permission denied: 別の媒体に", "a: アクセスを拒否されました: 別の媒体に"),
        ("読めません(Input/output error)", "読めません(読み書きに失敗しました)"),
        ("a/File exists.txt: ありません", "a/File exists.txt: ありません"),
    ],
)
def test_the_system_s_words_in_a_text_are_told_in_japanese_and_names_stay(text, japanese):
    assert system_words(text, "ja") == japanese
    assert system_words(text, "en") == text


@pytest.mark.parametrize("detail", ["of a kind that nobody knows", "ENAME: ?", "x; y" * 1000])
def test_what_is_not_known_has_its_reason_and_the_record_s_words(detail):
    shown = Missed("disk:/", "denied", detail).shown("ja", "拒否された")

    assert shown.startswith(f"disk:/: 拒否された(記録の原文「{detail[:100]}")


def test_the_loud_list_is_japanese_on_a_japanese_screen_and_records_stay_english(tmp_path):
    image = disks.blank(tmp_path / "disk.img", 4 << 20)
    with image.open("r+b") as file:
        file.write(b"\xeb\x58\x90-FVE-FS-")
    arguments = ["collect", "--source", image, "--only", "disk", "--skip", "yara"]
    for language in ("ja", "en"):
        (tmp_path / language).mkdir()
    shown = runs.hozen(*arguments, "--output", tmp_path / "ja", "--language", "ja")
    told = runs.hozen(*arguments, "--output", tmp_path / "en", "--language", "ja", "--json")

    line = next(each for each in shown.out.splitlines() if "BitLocker" in each)
    assert "BitLocker: 暗号化されていて、鍵がありません" in line
    assert LOCKED not in shown.out
    assert json.loads(told.out)["missing"] == [f"disk:/partition-1: {LOCKED}"]
    assert JAPANESE.search(line)
