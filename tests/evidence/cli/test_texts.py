"""The catalogues: both languages, the same facts, and no sentence that claims too much."""

import re
import string
from pathlib import Path

import pytest
from refusals import TABLES

import evidence.cli
from chain_of_custody.sentences import SENTENCES
from evidence.cli.texts import TEXTS, Texts
from evidence.kit.sentences import REHEARSED
from evidence.rulebook.index import load_index
from evidence.tool import rules_folder

INDEX = load_index(rules_folder())
TOLD = {**INDEX.false_positives, **INDEX.next_steps}
BOTH = {
    **{f"texts {k}": v for k, v in TEXTS.items()},
    **{f"rule {k}": (v.claim_en, v.claim_ja) for k, v in INDEX.rules.items()},
    **{f"rules {k}": (v.en, v.ja) for k, v in TOLD.items()},
    **{f"find {k}": v for k, v in SENTENCES.items()},
    **{f"rehearsed {k}": v for k, v in REHEARSED.items()},
    **{f"{name} {k}": v for name, table in TABLES.items() for k, v in table.items()},
}
HERE = Path(evidence.cli.__file__).parent
FORMS = (
    HERE.parent / "report" / "templates" / "custody.html",
    HERE.parent / "telling" / "ended.py",
    HERE.parent / "telling" / "timeleft.py",
)
CODE = "".join(
    path.read_text() for path in (*HERE.rglob("*.py"), *HERE.parent.glob("wizard/*.py"), *FORMS)
)

TOO_MUCH = re.compile(
    r"\b(safe(?! names?\b)|clean|valid|infection[- ]free|no leak|confirmed)\b"
    r"|court[- ]admissible|tamper[- ]?proof|complian(t|ce)"
    r"|安全です|感染なし|漏えいなし|問題なし|保全完了|証拠能力|改ざん不可能|準拠|確認済",
    re.IGNORECASE,
)


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_carry_the_same_facts():
    assert len(BOTH) > len(TEXTS) + len(INDEX.rules)
    assert [key for key, both in BOTH.items() if not all(both)] == []
    assert {
        key: (english, japanese)
        for key, (english, japanese) in BOTH.items()
        if placeholders(english) != placeholders(japanese)
    } == {}


def test_no_sentence_claims_too_much():
    assert {key: both for key, both in BOTH.items() if any(map(TOO_MUCH.search, both))} == {}


ONE_ANOTHER = {
    r"\brehearsal\b": "試し動かし",
    r"(?<!-)\bimager\b|program for images of memory": "メモリ取得プログラム",
    r"all that is left": "残っているのはこれだけ",
    r"its own work": "本来の動作",
}


@pytest.mark.parametrize("english", ONE_ANOTHER)
def test_the_same_thing_has_one_name_in_each_language(english):
    said = {key: both for key, both in BOTH.items() if re.search(english, both[0], re.IGNORECASE)}

    assert said
    assert [key for key, both in said.items() if ONE_ANOTHER[english] not in both[1]] == []


KIT_PAGES = [
    *(HERE.parent / "report" / "templates").glob("kit_*.html"),
    *(HERE.parent / "kit" / "doors").iterdir(),
]


@pytest.mark.parametrize("path", KIT_PAGES, ids=lambda path: path.name)
def test_no_page_of_a_kit_claims_too_much(path):
    encoding = "cp932" if path.suffix == ".cmd" else "utf-8"

    assert TOO_MUCH.search(path.read_text(encoding)) is None


@pytest.mark.parametrize("words", ["This PC is safe.", "No leak.", "安全です。", "規格に準拠"])
def test_the_lint_knows_such_a_sentence(words):
    assert TOO_MUCH.search(words)


# Keys that reach the catalogue through a variable or a condition.
CHOSEN = {
    "collect", "verify", "import", "report", "keys", "contents.opened", "contents.closed",
    "end.next", "end.next_square", "end.refused", "signer.tied", "signer.untied", "verify.{name}",
    "keys.private", "keys.certificate", "keys.recipient", "custody", "custody.{name}",
    "disclose", "memory", "triage",
}  # fmt: skip
NAMED = CHOSEN | set(re.findall(r"""\b(?:t|tell)\(\s*f?["']([^"']+)["']""", CODE))


def test_every_sentence_is_said_somewhere():
    patterns = [re.sub(r"\\{.*?\\}", "[a-z_0-9]+", re.escape(name)) for name in NAMED]

    def said(key):
        return any(re.fullmatch(pattern, key) for pattern in patterns)

    assert [key for key in TEXTS if not said(key)] == []


def test_every_sentence_that_is_said_exists():
    assert [name for name in NAMED if "{" not in name and name not in TEXTS] == []


def test_speaks_the_language_that_was_asked_for():
    assert Texts("ja")("error.hex", value="x").endswith("16進64桁が必要です")
    assert Texts("fr").language == "en"
