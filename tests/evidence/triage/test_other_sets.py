"""Rules of others in a triage: what they match is told with whose they are, as no claim of ours."""

import json

import pytest
from bundles import artifact
from command_line import run
from triages import FRAGMENT, case_of, observations, rows, triaged

from evidence.packs.folder import set_in
from evidence.report.triage.sheet import MOST_SIGNS
from evidence.rulebook.examples import load_examples
from evidence.rulebook.index import load_index
from evidence.scan.process_scan import ProcessScan
from evidence.tool import rules_folder

PLANTED = "rule Planted_Text { strings: $a = /[p]lanted/ condition: $a }"
LICENCE = "CC BY-NC 4.0"
INDEX, EXAMPLES = load_index(rules_folder()), load_examples(rules_folder())


@pytest.fixture
def theirs(tmp_path):
    folder = tmp_path / "theirs"
    folder.mkdir()
    (folder / "one.yar").write_text(PLANTED)
    (folder / "names.toml").write_text("[odd_name]\npatterns = ['odd\\.txt']\n")
    return set_in(folder, licence=LICENCE)


def told(folder):
    return {(each["rule"], each["kind"], each["offset"]) for each in observations(folder)}


def page(folder, name="en.txt"):
    return (folder / f"summary-{name}").read_text()


CONTENT, NAME = (
    ("theirs/one.yar:Planted_Text", "content", "4"),
    ("theirs/names:odd_name", "name", None),
)


@pytest.mark.parametrize("rescan", [False, True], ids=["by the record", "scanned anew"])
def test_what_the_collection_found_by_rules_of_others_is_told(tmp_path, theirs, rescan):
    case = case_of(tmp_path, artifact("/srv/odd.txt", b"x = planted"), sets=[theirs])
    folder, done = triaged(case, rescan=rescan)
    (used,) = done.rules.sets

    assert told(folder) == {CONTENT, NAME}
    assert (used.name, used.licence, used.count) == ("theirs", LICENCE, None)
    assert done.tried + done.not_tried == len(INDEX.rules)
    assert f"Planted_Text, of the set 'theirs' (licence: {LICENCE}): seen 1; /srv/odd.txt" in page(
        folder
    )
    assert "None of the" in page(folder)
    assert "Of other sets, 2 rules matched; what that means is not ours to say." in page(folder)


def test_a_triage_searches_for_rules_of_others(tmp_path, theirs):
    things = artifact("/srv/odd.txt", b"x = planted"), artifact("/srv/a.bat", FRAGMENT)
    folder, done = triaged(case_of(tmp_path, *things), sets=[theirs])
    (used,) = done.rules.sets

    assert {CONTENT, NAME} <= told(folder)
    assert (used.count, done.rules.at_collection) == (2, False)
    assert (done.subjects["theirs/"].tried, done.subjects["theirs/"].seen) == (2, 2)
    assert done.tried + done.not_tried == len(INDEX.rules) + 2
    assert done.rules.count == len(INDEX.scanned)
    assert done.seen["recovery:inhibition_of_recovery"] == 1


def test_a_set_that_both_have_is_told_once(tmp_path, theirs):
    case = case_of(tmp_path, artifact("/srv/odd.txt", b"x = planted"), sets=[theirs])
    _, done = triaged(case, sets=[theirs])

    assert done.seen == {"theirs/names:odd_name": 1, "theirs/one.yar:Planted_Text": 1}
    assert len(done.rules.sets) == 1


def test_rules_of_others_that_are_called_as_ours_are_none_of_ours(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "notes.yar").write_text(PLANTED.replace("Planted_Text", "lockbit_2_note"))
    other = set_in(tmp_path / "notes", licence=LICENCE)
    case = case_of(tmp_path, artifact("/srv/a.txt", b"planted"), sets=[other])
    for options in ({}, {"sets": [other], "output": tmp_path / "out"}):
        folder, done = triaged(case, **options)

        assert done.subjects["notes"].seen == 0
        assert "[strong]" not in page(folder)
        assert "lockbit_2_note, of the set 'notes'" in page(folder)


def test_a_footprint_that_was_altered_names_no_licence(tmp_path, theirs):
    case = case_of(tmp_path, artifact("/srv/odd.txt", b"planted"), sets=[theirs])
    path = case / "hosts" / "bundle" / "hozen" / "footprint.json"
    path.chmod(0o600)
    path.write_text(path.read_text().replace(LICENCE, "MIT"))
    folder, done = triaged(case)

    assert done.rules.sets == []
    assert "of the set 'theirs' (licence: ?)" in page(folder)


def test_a_hit_in_a_process_by_a_rule_of_others_is_told(tmp_path):
    hits = [{"rule": "theirs/one.yar:Planted_Text", "address": "0x1000"}]
    account = {"pid": 77, "program": "/usr/bin/x", "hits": hits, "errors": []}
    thing = artifact(f"hozen:/{ProcessScan.name}/77.json", json.dumps(account).encode())
    folder, _ = triaged(case_of(tmp_path, thing))

    assert [each["place"] for each in observations(folder)] == ["PID 77, 0x1000"]
    assert rows(folder, "unread.jsonl") == []


def test_the_page_has_room_for_rules_of_others(tmp_path, theirs):
    many = "".join(PLANTED.replace("Text", f"Text_{n}") for n in range(9))
    (tmp_path / "theirs" / "one.yar").write_text(many)
    things = [
        artifact(f"/srv/{rule}", EXAMPLES[rule].positive[0].encode() + b"planted")
        for rule, entry in INDEX.rules.items()
        if entry.where in ("any", "small")
    ]
    other = set_in(tmp_path / "theirs", licence=LICENCE)
    text = page(triaged(case_of(tmp_path, *things), sets=[other])[0])

    assert text.count("of the set 'theirs'") == 3
    assert text.split("# What to do")[0].count("- [") == MOST_SIGNS - 2  # and for steps


def test_the_command_line_takes_rules_of_others_as_a_collection_does(tmp_path, theirs):
    case = case_of(tmp_path, artifact("/srv/odd.txt", b"planted"))
    refused = run("triage", case, "--rules", tmp_path / "theirs")
    english = run("triage", case, "--rules", tmp_path / "theirs", "--licence", LICENCE)
    japanese = run(
        "triage", case, "--rules", tmp_path / "theirs", "--licence", LICENCE, "--output",
        tmp_path / "out", HOZEN_LANG="ja",
    )  # fmt: skip

    assert (refused.code, english.code) == (2, 0)
    assert f"Rules 'theirs': third-party rules, not ours. Licence: {LICENCE}\n" in english.err
    assert (
        f"  Planted_Text, a rule of 'theirs' (licence: {LICENCE}), no claim of ours (seen: 1)\n"
    ) in english.out
    assert "saw a sign but rules of others" in english.out
    assert "Planted_Text: 規則一式「theirs」の規則" in japanese.out


def test_the_report_of_a_case_says_whose_rules_matched(tmp_path, theirs):
    case = case_of(tmp_path, artifact("/srv/odd.txt", b"planted"), sets=[theirs])
    for language, said in {
        "en": f"no claim of ours: a rule of the set &#39;theirs&#39; (licence: {LICENCE})",
        "ja": f"この製品の判断ではありません: 規則一式「theirs」の規則(利用許諾: {LICENCE})",
    }.items():
        path = tmp_path / f"{language}.html"
        assert run("report", case, "--output", path, "--language", language).code == 0

        assert path.read_text().count(said) == 2
        assert theirs.sha256 in path.read_text()
