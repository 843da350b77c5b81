"""A newer pack of our own rules takes the place of the program's: no hit is doubled."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import bundles
import pytest
from authority import CUSTODIAN, ROOT
from closed import close
from command_line import run
from cryptography.hazmat.primitives.serialization import Encoding
from triages import FRAGMENT, observations, rows, triaged

from evidence import tool
from evidence.collecting.collection import collect
from evidence.intake import import_bundle
from evidence.packs.folder import set_in
from evidence.packs.own import own_rules
from evidence.packs.pack import packed
from evidence.planning.request import Request
from evidence.report import make_report
from evidence.rulebook.errors import RulesError
from evidence.scan.scanner import ItemScan, load_rules
from evidence.tool import rules_digest, rules_folder
from evidence.trials.speed import speeds

OURS = rules_folder()
NEW = "rule planted_text { strings: $a = /[p]lanted text/ condition: $a }\n"
CLAIM = "a text was planted"
ENTRY = f"""
[rules.planted_text]
claim_en = "{CLAIM}"
claim_ja = "仕込まれた文字列があります"
confidence = "strong"
use = "sign"
where = "any"
sources = ["measured"]
false_positives = "unpacked"
next_step = "program"
"""
HITS = {"recovery:inhibition_of_recovery", "shells:planted_text"}


def changed(folder, *, dated="2099-01-01", entry=ENTRY, rule=NEW):
    """Our rules as they may be one day."""
    shutil.copytree(OURS, folder)
    index = (folder / "index.toml").read_text()
    now = index.split('dated = "', 1)[1].split('"', 1)[0]
    (folder / "index.toml").write_text(index.replace(now, dated or now, 1) + entry)
    (folder / "shells.yar").write_text((folder / "shells.yar").read_text() + rule)
    return folder


@pytest.fixture
def newer(tmp_path):
    found = set_in(changed(tmp_path / "newer"))
    return replace(found, version=9, date="2099-01-02", signer="ab" * 32, tied=True)


def test_a_folder_that_can_t_be_listed_is_no_set_of_no_rules(tmp_path, monkeypatch):
    """Nothing would be searched for, and nothing be said of it."""
    folder = shutil.copytree(OURS, tmp_path / "rules")
    close(monkeypatch, folder)
    for use in (load_rules, speeds):
        with pytest.raises(RulesError, match="Permission denied"):
            use(folder)


def test_a_folder_of_the_program_that_can_t_be_listed_is_no_other_program(monkeypatch):
    close(monkeypatch, Path(tool.__file__).parent / "cli")
    with pytest.raises(OSError, match="Permission denied"):
        tool.this_tool.__wrapped__("1")


def matched(rules, data=FRAGMENT + b"planted text"):
    scan = ItemScan(rules, "/srv/a.bat")
    scan.update(memoryview(data))
    return Counter(hit.rule for hit in scan.finish().hits)


def test_its_rules_are_ours_and_match_once(newer):
    rules = load_rules(OURS, sets=[newer])

    before = matched(load_rules(OURS))
    assert before.keys() >= HITS - {"shells:planted_text"}
    assert matched(rules) == before + Counter(["shells:planted_text"])
    assert (rules.of_sets, rules.count) == ({}, load_rules(OURS).count + 1)
    assert rules.inventory == load_rules(OURS).inventory


def test_sets_of_others_stay_beside_it(newer, tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/one.yar").write_text(NEW)
    theirs = set_in(tmp_path / "theirs", licence="MIT")
    rules = load_rules(OURS, sets=[theirs, newer])
    found = matched(rules).keys()

    assert found >= HITS
    assert {rule for rule in found if "/" in rule} == {"theirs/one.yar:planted_text"}
    assert rules.of_sets == {"theirs": 1}


def test_the_same_rules_are_searched_for_once(newer):
    same = replace(set_in(OURS), version=1, date="2020-01-01", signer="ab" * 32, tied=True)
    older = replace(newer, version=1)

    assert own_rules(OURS, [same]).successor is same
    assert own_rules(OURS, [same, older]).successor is older


def nobody_vouches(one, tmp_path):
    return replace(one, tied=False)


def a_folder(one, tmp_path):
    return replace(one, signer=None, tied=False)


def older(one, tmp_path):
    return replace(one, files=set_in(changed(tmp_path / "x", dated="2000-01-01")).files)


def another_of_the_day(one, tmp_path):
    return replace(one, files=set_in(changed(tmp_path / "x", dated="")).files)


def without_index(one, tmp_path):
    return replace(one, files={k: v for k, v in one.files.items() if k != "index.toml"})


def broken_index(one, tmp_path):
    return replace(one, files={**one.files, "index.toml": b"dated = 7"})


def an_entry_that_leads_nowhere(one, tmp_path):
    entry = ENTRY.replace('"unpacked"', '"nowhere"')
    return replace(one, files=set_in(changed(tmp_path / "x", entry=entry)).files)


def few_of_ours(one, tmp_path):
    index = one.files["index.toml"].decode()
    head, *rules = index.split("\n[rules.")
    kept = "\n[rules.".join([head, *rules[-20:]])
    return replace(one, files={**one.files, "index.toml": kept.encode()})


@pytest.mark.parametrize("different", [
    nobody_vouches, a_folder, older, another_of_the_day, without_index, broken_index,
    an_entry_that_leads_nowhere, few_of_ours,
])  # fmt: skip
def test_any_other_set_stays_beside_ours(different, newer, tmp_path):
    one = different(newer, tmp_path)
    own = own_rules(OURS, [one])

    assert (own.successor, list(own.beside)) == (None, [one])
    assert own.sha256 == rules_digest(OURS)


# From the collection to the report.


@pytest.fixture
def case(newer, tmp_path):
    (tmp_path / "machine").mkdir()
    (tmp_path / "machine/a.bat").write_bytes(FRAGMENT + b"planted text")
    request = Request(output=tmp_path / "out", source=str(tmp_path / "machine"), sets=(newer,))
    done = collect(request, key=bundles.KEY)
    import_bundle(done.path, tmp_path / "case")
    return tmp_path / "case"


def test_the_bundle_names_both_and_records_have_each_hit_once(case, newer):
    (host,) = (case / "hosts").iterdir()
    (footprint,) = host.rglob("footprint.json")
    (started, *_) = sorted((case / "bundles" / host.name / "custody").glob("*.json"))
    told = json.loads(footprint.read_text())
    records = [json.loads(line) for line in (host / "items.jsonl").read_text().splitlines()]
    scans = [hit["rule"] for row in records for hit in (row["meta"]["yara"] or {}).get("hits", [])]

    assert told["rules_beside_ours"] == []
    in_place = told["rules_in_place_of_ours"]
    assert (in_place["sha256"], in_place["version"]) == (newer.sha256, 9)
    assert rules_digest(OURS).encode() in started.read_bytes()
    assert Counter(scans) == matched(load_rules(OURS, sets=[newer]))


def test_a_triage_with_it_goes_by_the_record(case, newer):
    folder, done = triaged(case, sets=[newer])

    assert (done.rules.at_collection, done.rules.sets) == (True, [])
    assert (done.rules.sha256, done.rules.program_sha256) == (newer.sha256, rules_digest(OURS))
    assert done.rules.in_place_of_ours.version == 9
    assert {each["rule"] for each in observations(folder)} >= HITS
    assert rows(folder, "unread.jsonl") == []
    assert CLAIM in (folder / "summary-en.txt").read_text()


def test_a_triage_without_it_says_which_rules_it_lacks(case, newer):
    folder, done = triaged(case)
    (unread,) = rows(folder, "unread.jsonl")

    assert (done.rules.at_collection, done.complete) == (False, False)
    assert newer.sha256 in unread["why"]
    assert "shells:planted_text" not in {each["rule"] for each in observations(folder)}


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "newer ones of hozen&#39;s were used"), ("ja", "プログラム自身の規則")],
)
def test_the_report_names_both(language, words, case, newer):
    page = make_report(case, language=language).read_text()

    assert words in page
    assert newer.sha256 in page
    assert rules_digest(OURS) in page


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "are newer ones of hozen's: they are used in the place"), ("ja", "代わりに使います")],
)
@pytest.mark.parametrize("verb", ["collect", "triage"])
def test_the_command_line_says_so_and_explains_what_matched(verb, language, words, newer, tmp_path):
    (tmp_path / "machine").mkdir()
    (tmp_path / "machine/a.txt").write_bytes(b"planted text")
    (tmp_path / "ours.pack").write_bytes(packed(newer, CUSTODIAN))
    (tmp_path / "root.pem").write_bytes(ROOT.certificate.public_bytes(Encoding.PEM))
    place = {"collect": ("--source", tmp_path / "machine"), "triage": (tmp_path / "machine",)}
    done = run(
        verb, *place[verb], "--output", tmp_path / "out", "--rules", tmp_path / "ours.pack",
        "--rules-trust", tmp_path / "root.pem", "--language", language,
    )  # fmt: skip

    assert done.code == 0
    assert words in done.err
    assert (CLAIM if language == "en" else "仕込まれた文字列") in done.out
