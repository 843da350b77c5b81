"""One word per thing in Japanese, too: what the glossary calls it, and no second one beside it."""

import re
from pathlib import Path

import pytest

from evidence.report.texts import TEXTS

HERE = Path(__file__).resolve().parent.parent
ROOMS = ("chain_of_custody", "collectors", "docs", "evidence", "rules", "scripts")
GLOSSARY = (HERE / "docs/glossary.md").read_text()
KINDS = {".cmd", ".html", ".md", ".ps1", ".py", ".sh", ".toml", ".txt"}
SECOND = {
    r"経緯|授受記録|授受の記録|授受・保管の記録": "保管の記録",
    r"申し送り": "説明事項",
    r"(?<!部)外の控え": "外部の控え",
    r"読み上げ番号": "読上げ番号",
    r"時刻トークン|のトークン \{name\}": "タイムスタンプ",
    r"受取人|age ?公開鍵": "宛先鍵",
    r"age ?の鍵|age ?秘密鍵": "復号鍵",
    r"断片": "イメージ片",
    r"区画": "パーティション",
    r"作業コピー": "作業用コピー",
    r"バンドル": "保全データ",
    r"コレクター": "収集項目",
    r"チャレンジ": "確認番号",
    r"ウィザード": "案内画面",
    r"リハーサル": "試し動かし",
}
"""What a thing was or might be called, and what the glossary calls it."""
SPELT = {
    r"フォルダ(?!ー)": "フォルダー",
    r"コンテナ(?!ー)": "コンテナー",
    r"サーバ(?!ー)": "サーバー",
    r"ユーザー?": "利用者",
    r"取り込み(?![まで直済])": "取込み",
    r"引き渡し(?![またて])": "引渡し",
    r"読取り": "読み取り",
}
"""The same of words that the glossary doesn't have: a noun is spelt in one way."""


def read(path):
    """A text of any of ours; the doors for Windows are in its Japanese letters."""
    content = path.read_bytes()
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp932")


def texts():
    pages = [path for room in ROOMS for path in (HERE / room).rglob("*") if path.suffix in KINDS]
    return {path: read(path) for path in (*pages, HERE / "README.md")}


@pytest.mark.parametrize("second", SECOND | SPELT)
def test_nothing_has_a_second_word_in_japanese(second):
    found = [
        f"{path.relative_to(HERE)}:{number}: {line.strip()}"
        for path, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(second, line)
    ]

    assert found == []


@pytest.mark.parametrize("word", SECOND.values())
def test_the_word_that_is_used_is_that_of_the_glossary(word):
    assert re.search(rf"^\| [^|]+ \| [^|]*{word}[^|]* \|", GLOSSARY, re.MULTILINE)


@pytest.mark.parametrize(("page", "language"), [("VERIFY.md", 0), ("検証手順.md", 1)])
def test_the_stages_have_their_names_in_what_lies_in_a_bundle(page, language):
    text = (HERE / "evidence/instructions" / page).read_text()
    rows = re.findall(r"^\| (\d) (\S+)(?: (\S+))? \|", text, re.MULTILINE)
    names = [both for key, both in TEXTS.items() if key.startswith("stage_")]

    assert [int(number) for number, *_ in rows] == list(range(1, 10))
    assert [name for _, name, _ in rows] == [english for english, _ in names]
    if language:
        assert [name for *_, name in rows] == [japanese for _, japanese in names]
