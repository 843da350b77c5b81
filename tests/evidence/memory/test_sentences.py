"""Reasons: each is said somewhere, in both languages, one inside another as well."""

import re
from pathlib import Path

import pytest

import evidence.memory
from evidence.memory.errors import SymbolsError
from evidence.memory.sentences import SENTENCES
from evidence.memory.words import EMPTY, NO_SYMBOLS, in_words
from evidence.tables.errors import RowsError

CODE = "".join(path.read_text() for path in Path(evidence.memory.__file__).parent.rglob("*.py"))


def test_every_reason_is_given_and_every_one_given_exists():
    given = re.findall(r'(?:Error\(\s*|_check\(found, |SENTENCES\[)"(\w+)"', CODE)

    assert set(given) == set(SENTENCES)


@pytest.mark.parametrize(
    ("kept", "japanese"),
    [
        ("stopped after 5 seconds: ValueError: x", "5 秒で打ち切りました: ValueError: x"),
        ("exit status -9: nothing said", "終了コード -9: nothing said"),
        (str(RowsError("no_whole_row", file="a.jsonl")), "a.jsonl: 完全でない行があります"),
        (f"{NO_SYMBOLS[0]}: {SymbolsError('hidden')}",
         f"{NO_SYMBOLS[1]}: {SymbolsError('hidden').sentence('ja')}"),
        (f"{EMPTY[0]}: exit status 1: Unsatisfied", f"{EMPTY[1]}: 終了コード 1: Unsatisfied"),
        ("what nobody here says: (.*", "what nobody here says: (.*"),
    ],
)  # fmt: skip
def test_what_an_analysis_keeps_in_english_is_said_in_japanese(kept, japanese):
    assert in_words(kept, "ja") == japanese
    assert in_words(kept, "en") == kept


def test_a_reason_within_another_speaks_the_same_language():
    outer = SymbolsError("neither", first=SymbolsError("btf_short"), second=SymbolsError("hidden"))

    assert str(outer).startswith("no BTF: too short; kallsyms shows no address")
    assert outer.sentence("ja").startswith("BTF ではありません(短すぎます)。kallsyms に")
