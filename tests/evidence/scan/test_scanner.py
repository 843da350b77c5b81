"""What a record says of rules: by content and by name, no rule hidden by another."""

from pathlib import Path

import bundles
import pytest
from bundles import Given, artifact
from triages import rules_of

from collectors.artifact import Phase
from evidence.collecting.pipeline import Pipeline
from evidence.engines.choice import ENGINES
from evidence.engines.engine import RuleFile
from evidence.machine.clock import Clock
from evidence.reading.checked import open_bundle
from evidence.rulebook.errors import RulesError
from evidence.rulebook.names import NameRules, load_names, name_of
from evidence.scan.matched_text import matched_text
from evidence.scan.scanner import (
    MAX_HITS,
    OF_A_RULE,
    OVERLAP,
    WHOLE,
    ItemScan,
    Rules,
    load_rules,
)

TEXT = """
rule often { strings: $a = /[o]ften/ ascii wide condition: $a }
rule seldom { strings: $a = /[s]eldom/ condition: $a }
private rule both { condition: often and seldom }
rule joined { condition: both }
rule remembered { condition: in_memory }
"""
NAMES = NameRules({"locked": [r".+\.locked"], "note": [r"read_?me\.hta", r"help\.hta"]})


@pytest.fixture
def rules(tmp_path):
    (tmp_path / "tried.yar").write_text(TEXT)
    return rules_of([tmp_path / "tried.yar"], NAMES)


def hits(rules, data, origin="", **options):
    scan = ItemScan(rules, origin, **options)
    scan.update(memoryview(data))
    return [(hit.rule, hit.offset) for hit in scan.finish().hits]


def test_what_matches_a_thousand_times_hides_no_other_rule(rules):
    found = hits(rules, b"often " * 1000 + b"seldom")

    assert found[:OF_A_RULE] == [("tried:often", str(6 * each)) for each in range(OF_A_RULE)]
    assert found[OF_A_RULE:] == [("tried:seldom", "6000"), ("tried:joined", None)]


def test_matches_beyond_what_a_record_keeps_are_said(tmp_path):
    many = "".join(f"rule many_{n} {{ condition: true }}\n" for n in range(MAX_HITS + 30))
    (tmp_path / "many.yar").write_text(many)
    scan = ItemScan(rules_of([tmp_path / "many.yar"], NAMES), "/srv/a.locked")
    scan.update(memoryview(b"x"))

    assert len(scan.finish().hits) == MAX_HITS
    assert scan.errors == ["YARA: 31 more matches than a record keeps"]


def test_private_rules_are_not_counted_and_names_are(rules):
    assert rules.count == 4 + 2
    assert rules.names_of_rules == ["often", "seldom", "joined", "remembered", "locked", "note"]


def test_a_rule_knows_whether_it_looks_at_memory(rules):
    assert hits(rules, b"x") == []
    assert hits(rules, b"x", in_memory=True) == [("tried:remembered", None)]


@pytest.mark.parametrize("origin", ["memory:/physical.lime", "memory:/process-7.lime"])
def test_an_image_of_memory_is_searched_in_windows_that_overlap(rules, origin):
    image = bytearray(WHOLE + OVERLAP)
    places = [0, WHOLE - OVERLAP, WHOLE - 3, len(image) - 6]
    for place in places:
        image[place : place + 6] = b"seldom"
    scan = ItemScan(rules, origin)
    for start in range(0, len(image), 1 << 20):
        scan.update(memoryview(image)[start : start + (1 << 20)])
    seen = scan.finish()

    assert seen.mode == "windows"
    assert [hit.offset for hit in seen.hits if hit.rule == "tried:seldom"] == list(map(str, places))
    assert [hit.rule for hit in seen.hits].count("tried:remembered") == 1


@pytest.mark.parametrize(
    "origin",
    ["/srv/ward 3/a.docx.locked", "C:\\Users\\x\\A.DOCX.LOCKED", "deleted:/srv/a.locked",
     "shadow:2:/a\nb.locked", "withheld:/srv/患者.locked"],
)  # fmt: skip
def test_a_name_is_matched_whole_at_the_end_of_an_origin(rules, origin):
    assert hits(rules, b"x", origin) == [("names:locked", None)]


@pytest.mark.parametrize("origin", ["", "/srv/", "/srv/.locked", "/a.locked/b.txt", "/a.lockedx"])
def test_what_is_only_like_a_name_is_not_matched(rules, origin):
    assert hits(rules, b"x", origin) == []


def test_an_empty_file_has_a_name(rules):
    scan = ItemScan(rules, "/srv/readme.hta")

    assert [hit.rule for hit in scan.finish().hits] == ["names:note"]


def test_names_end_at_either_separator():
    assert [name_of(each) for each in ("/a/b", "C:\\a\\b", "b")] == ["b"] * 3


def test_the_record_of_an_item_has_both_kinds(tmp_path, rules):
    writer = bundles.writer_at(tmp_path / "bundle")
    run = Pipeline(writer, bundles.empty_source(tmp_path), clock=Clock(), rules=rules)
    things = [artifact("/srv/a.docx.locked", b"seldom"), artifact("/srv/plain", b"x")]
    run.run([Given(things, name="given", phase=Phase.DISK)])
    writer.seal(Clock().reading())
    records = open_bundle(tmp_path / "bundle", identities=[bundles.IDENTITY]).records()
    first, second = (record.meta.yara.hits for record in records)

    assert [(hit.rule, hit.offset, hit.text) for hit in first] == [
        ("names:locked", None, "a.docx.locked"), ("tried:seldom", "0", "seldom"),
    ]  # fmt: skip
    assert second == []
    assert run.findings.hits == {"names:locked": 1, "tried:seldom": 1}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("names.toml", "[a]\npatterns = ['(']\n"),
        ("names.toml", "[a]\npattern = ['x']\n"),
        ("names.toml", "[a\n"),
        ("broken.yar", "rule broken { condition: nothing }"),
        ("hidden.yar", "rule a { condition: true }\n\0 rule b { condition: true }"),
        ("latin.yar", 'rule a { strings: $a = "\udcfc" condition: $a }'),
    ],
)
def test_a_set_that_can_not_be_used_is_refused(tmp_path, name, text):
    (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))

    with pytest.raises(RulesError, match=Path(name).stem):
        load_rules(tmp_path)


def test_a_folder_without_names_has_none(tmp_path):
    assert load_names(tmp_path).matching("/a.lockbit") == []


MANY = ["/C/$MFT", "/vss1/$Extend/$UsnJrnl", "/C/pagefile.sys", "memory:/physical.lime", "disk:/1"]
ONE = ["/C/a.txt", "/C/$MFT.txt", "memory:/process-7.lime", "hozen:/processes.json", ""]


@pytest.mark.parametrize("origin", [*MANY, *ONE])
def test_what_stands_in_parts_of_many_files_is_not_joined(origin):
    engine = ENGINES["yara"]()
    joins = RuleFile("x", "x", "rule joined { condition: not many_files }")
    scan = ItemScan(Rules(compiled=engine.compile([joins]), engine=engine.version), origin)
    scan.update(memoryview(b"x"))

    assert bool(scan.finish().hits) is (origin in ONE)


LINE = "powershell.exe -enc " + "A" * 80
HELD = {
    LINE.encode(): LINE[:64], LINE.encode("utf-16-le"): LINE[:64], b"a\0b\0c": r"a\x00b\x00c",
    b"a\x1bb": r"a\x1bb", b"a\0\x1b\0": r"a\x1b", bytes(4): r"\x00" * 4, b"a": "a",
}  # fmt: skip


@pytest.mark.parametrize("held", HELD, ids=HELD.values())
def test_a_match_is_shown_as_the_text_that_it_is(held):
    assert matched_text(held) == HELD[held]


def test_a_wide_match_is_readable_in_the_record_and_its_offset_is_that_of_its_bytes(rules):
    scan = ItemScan(rules)
    scan.update(memoryview(b"ab" + "often".encode("utf-16-le")))
    (hit,) = scan.finish().hits

    assert (hit.text, hit.offset) == ("often", "2")
