from __future__ import annotations

import inspect
import re
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain_of_custody.findings import Finding, escaped
from chain_of_custody.sentences import SENTENCES
from chain_of_custody.sentences.rules import SIGNATURES
from chain_of_custody.signing import cms

# What a tool can't know, or a court decides. "Unsafe" names a danger and may be said.
FORBIDDEN_ENGLISH = re.compile(
    r"\b(safe|valid|clean|secure|tamper-proof|court|admissible|compliant|certified|guaranteed)\b",
    re.IGNORECASE,
)
FORBIDDEN_JAPANESE = (
    "安全です", "安全な", "有効です", "問題ありません", "改ざんはありません", "準拠", "保証",
)  # fmt: skip

NOTHING_BUT_A_REASON = {"bad_container", "bad_record"}
"""Their sentence is a name and what a parser says, in its own words."""


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_both_languages_name_the_same_facts():
    assert len(SENTENCES) > 200
    assert {
        key: (english, japanese)
        for key, (english, japanese) in SENTENCES.items()
        if placeholders(english) != placeholders(japanese)
    } == {}


def promises(english: str, japanese: str) -> bool:
    return bool(
        FORBIDDEN_ENGLISH.search(english) or any(word in japanese for word in FORBIDDEN_JAPANESE)
    )


def test_promises_nothing():
    assert {key: both for key, both in SENTENCES.items() if promises(*both)} == {}
    assert promises("it is valid", "")
    assert promises("", "問題ありません")


def test_is_said_in_both_languages():
    for key, both in SENTENCES.items():
        facts = dict.fromkeys(placeholders(both[0]), "FACT")
        finding = Finding.of(key, **facts)

        told = finding.sentence("en"), finding.sentence("ja")
        assert (key, *told) == (key, *(text.format(**facts) for text in both))


def is_japanese(char: str) -> bool:
    return unicodedata.name(char, "").startswith(("CJK", "HIRAGANA", "KATAKANA"))


def test_the_japanese_sentence_is_japanese():
    words = {
        key: re.sub(r"\{\w+\}|[\s:]", "", japanese) for key, (_, japanese) in SENTENCES.items()
    }

    assert {
        key for key, said in words.items() if not any(map(is_japanese, said))
    } <= NOTHING_BUT_A_REASON


def test_what_is_wrong_with_a_signature_is_told_in_japanese():
    raised = set(re.findall(r'SignatureError\(\s*"([^"]+)"', inspect.getsource(cms)))

    assert inspect.getsource(cms).count("raise SignatureError(f") == 0
    assert raised - {"it names no digest"} == set(SIGNATURES)  # of a lone one: told as `?`


@given(text=st.text(st.characters(codec=None)))
def test_shows_no_character_that_moves_or_hides(text):
    shown = escaped(text)

    assert all(char == " " or unicodedata.category(char)[0] not in "CZ" for char in shown)


@pytest.mark.parametrize("text", ["", "/etc/passwd", "/home/山田/メモ.txt", "a b", "{name}", "%s"])
def test_leaves_ordinary_text_as_it_is(text):
    assert text == escaped(text)


def test_braces_in_a_fact_are_only_text():
    assert Finding.of("missing_file", name="{why}").sentence("en") == "{why} is missing"


def test_shortens_what_is_very_long():
    assert escaped("x" * 10_000) == "x" * 200 + "…"


def test_shows_no_private_key():
    told = Finding.of("missing_file", name=f"x age-secret-key-1{'Q' * 58}")

    assert told.sentence("en") == "x age-secret-key-… is missing"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(5, "Input/output error", "/home/user"), "Input/output error"),
        (OSError("ours"), "ours"),
    ],
)
def test_of_an_error_of_the_system_its_words_are_shown_alone(error, words):
    assert Finding.of("missing_file", name=error).name == words


def test_tells_a_direction_mark_and_an_escape_apart():
    assert escaped("\u202ea\x1b[2J") == "\\u202ea\\x1b[2J"
