"""What the custody of a bundle says in Japanese: no key of the format stands raw in it."""

from __future__ import annotations

import re

import authority
import bundles
import pytest
from authority import CUSTODIAN, TRUSTED
from command_line import run as hozen

from chain_of_custody.event import COLLECTION_TYPES, HOLDER_TYPES, Authority, Check
from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing.certificates import PERSON_ROLES
from chain_of_custody.verdict import Anchors
from chain_of_custody.verify import verify
from collectors.table import TABLES
from evidence.cli.taking.presence import BASES
from evidence.custody import custodian
from evidence.custody.custodian import PATHS_CLOSED, Act
from evidence.custody.holding import holding_of
from evidence.custody.signers import key_text
from evidence.report import acts
from evidence.report.texts import Words
from evidence.telling.phrases.told import told

KEYS = sorted({*COLLECTION_TYPES, *HOLDER_TYPES, *BASES})
RAW = re.compile(
    rf"(?<![a-z_])({'|'.join(KEYS)}|stages of|exit|level)(?![a-z_])"
    r"|hozen (collection|collector|custodian|provider|witness)(?! key)|\b(event|item|volume):"
)


@pytest.fixture
def kept(tmp_path):
    """A bundle whose log has an event of every type that a holder may sign, on every ground."""
    bundle = bundles.sealed(tmp_path / "HZ_x", key=authority.COLLECTION)
    check = custodian.checked(bundle, TRUSTED)
    kinds = [kind for kind in HOLDER_TYPES if kind != "timestamped"]
    grounds = [Authority(basis=basis, number="契約1号") for basis in BASES]
    said = [
        Act(
            kind=kind, authority=grounds[number % len(grounds)], check=check,
            refs=("item:1", "volume:1", "event:1"),
        )
        for number, kind in enumerate(kinds)
    ]  # fmt: skip
    custodian.append(bundle, said, CUSTODIAN)
    return bundle


def test_no_raw_key_stands_in_the_japanese_form(kept, tmp_path):
    form, root, key = tmp_path / "form.html", tmp_path / "root.pem", tmp_path / "hand.key"
    root.write_bytes(bundles.pem_of(TRUSTED))
    key.write_bytes(key_text(CUSTODIAN, None))
    japanese = ("--language", "ja")
    done = hozen("custody", "note", str(kept), "--text", "x", "--key", str(key), *japanese)
    shown = hozen(
        "custody", "show", str(kept), "--trust", str(root), "--form", str(form), *japanese
    )
    page = re.sub("<[^>]*>", " ", form.read_text().partition("</style>")[2])

    assert done.code == shown.code == 0, done.err + shown.err
    for text in (page, shown.out.replace(str(form), ""), done.out):
        assert [found[0] for found in RAW.finditer(text)] == []
    for words in (
        "引渡し", "番号を照合", "保管担当", "根拠: 院内・社内の決定 契約1号",
        "対象: 項目 1, ボリューム 1, 記録 1",
        "検証: 検証の全段階: 終了コード 0、水準 C、段階ごとの結果 1 PASS",
    ):  # fmt: skip
        assert words in page


@pytest.mark.parametrize("role", [*PERSON_ROLES, "hozen collection", "hozen holder"])
def test_every_role_has_a_word(role):
    assert acts.role_of(Words("en"), role) != role
    assert not re.search("[A-Za-z]", acts.role_of(Words("ja"), role))


def test_what_a_stranger_wrote_for_a_key_stands_as_it_was_written():
    words = Words("ja")
    check = Check(what="my own", result="exit 0, level C; good", version=None)

    assert acts.role_of(words, "hozen king") == "hozen king"
    assert acts.check_of(words, check) == ["my own", "exit 0, level C; good"]


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("disclosed", PATHS_CLOSED, "元の場所は非開示"),
        ("disclosed", f"申立て; {PATHS_CLOSED}", "申立て; 元の場所は非開示"),
        ("disclosed", f"{PATHS_CLOSED}?", f"{PATHS_CLOSED}?"),
        ("note", PATHS_CLOSED, PATHS_CLOSED),
    ],
)
def test_that_paths_stay_closed_is_said_in_the_readers_language(kept, kind, text, shown):
    custodian.append(kept, [Act(kind=kind, text=text)], CUSTODIAN)
    last = holding_of(custodian.load(kept), TRUSTED).entries[-1]

    assert dict(acts.facts_of(Words("ja"), last))["text"] == shown
    assert dict(acts.facts_of(Words("en"), last))["text"] == text
    assert acts.text_of(Words("ja"), last.file.event) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("source: live", "取得元: 稼働中の端末"),
        ("source: live windows", "取得元: 稼働中の Windows 端末"),
        ("source: disk", "取得元: ディスクまたはイメージ"),
        ("source: folder", "取得元: フォルダー"),
        ("source: folder; place: 47b7", "取得元: フォルダー(場所の照合用の値 47b7)"),
        ("the copy, before anything was opened", "写しを検証(中身を開く前)"),
        ("place: 2F; source: a nurse", "place: 2F; source: a nurse"),
    ],
)
def test_what_hozen_itself_remarks_is_said_in_the_readers_language(kept, text, shown):
    custodian.append(kept, [Act(kind="note", text=text)], CUSTODIAN)
    last = holding_of(custodian.load(kept), TRUSTED).entries[-1]

    assert dict(acts.facts_of(Words("ja"), last))["text"] == shown
    assert dict(acts.facts_of(Words("en"), last))["text"] == text


def test_every_kind_of_source_has_words():
    said = [told("ja", "act", f"source: {kind}") for kind in TABLES]

    assert [each for each in said if each.startswith("source")] == []


def test_what_a_correction_is_about_is_named_in_the_readers_language(kept):
    custodian.append(kept, [Act(kind="corrected", text="いいえ", refs=("event:3",))], CUSTODIAN)
    stated = verify(BundleFolder(kept)).stage(9).findings
    *_, last = [each for each in stated if each.key == "corrected_by"]

    assert ": 記録 3 の誤りを訂正しています" in last.sentence("ja")
    assert "says that event 3 was wrong" in last.sentence("en")


def test_the_stage_of_anchors_names_them_in_the_readers_language(kept):
    first = verify(BundleFolder(kept))
    noted = Anchors(root=first.root, code=None, head="00" * 32, challenge=None)
    whole = Anchors(root=first.root, code=None, head=first.head, challenge=None)
    fits = [
        each.sentence("ja") for each in verify(BundleFolder(kept), anchors=whole).stage(8).findings
    ]
    differs = [
        each.sentence("ja") for each in verify(BundleFolder(kept), anchors=noted).stage(8).findings
    ]

    assert fits == ["ルート値は渡された値と一致します", "末尾値は渡された値と一致します"]
    assert differs == ["末尾値が渡された値と違います: 別の、または作り直された保全データです"]
