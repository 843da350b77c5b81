"""`hozen rules`, and what a collection says of hits: transcripts in both languages."""

import json
import os
import shutil
import subprocess

import pytest
from command_line import run

from evidence import cli
from evidence.cli.rules import engines
from evidence.cli.rules.hits import tell_hits
from evidence.cli.shared import Voice
from evidence.cli.texts import Texts
from evidence.reading.checked import open_bundle
from evidence.rulebook.examples import load_examples
from evidence.rulebook.index import load_index
from evidence.tool import rules_folder

INDEX = load_index(rules_folder()).rules
NOTE = load_examples(rules_folder())["akira_note"].positive[0]


@pytest.fixture
def a_set(tmp_path):
    return shutil.copytree(rules_folder(), tmp_path / "rules")


def test_list_says_of_every_rule_what_it_claims_in_both_languages():
    english, japanese = run("rules", "list"), run("rules", "list", "--language", "ja")

    assert (english.code, japanese.code) == (0, 0)
    for rule, entry in INDEX.items():
        assert f"{entry.weight}  {rule}: {entry.claim_en}\n" in english.out
        assert f"  {rule}: {entry.claim_ja}\n" in japanese.out
    assert f"{len(INDEX)} rules.\n" in english.out


def test_list_for_machines_has_the_whole_index():
    rows = json.loads(run("rules", "list", "--json").out)["rules"]

    assert [row["rule"] for row in rows] == list(INDEX)
    assert all(row["sources"] and row["next_step_ja"] and row["false_positives_en"] for row in rows)


def test_check_finds_our_own_set_in_order():
    ended = run("rules", "check")

    assert ended.code == 0
    assert f"{len(INDEX)} rules are in order.\n" in ended.out
    assert "notes: " in ended.out


def test_check_names_what_is_not_in_order_and_ends_with_3(a_set):
    index = a_set / "index.toml"
    index.write_text(index.read_text().replace("[rules.atera]", "[rules.other]"))
    ended = run("rules", "check", a_set)

    assert ended.code == 3
    assert "atera: not in the index\n" in ended.out
    assert "2 things are not in order" in ended.out


def test_check_of_rules_that_do_not_compile_ends_with_4(a_set):
    (a_set / "broken.yar").write_text("rule broken { condition: nothing }")
    ended = run("rules", "check", a_set)

    assert ended.code == 4
    assert "broken.yar" in ended.err
    assert ended.err.rstrip().endswith("mend this file, or leave it out")


def test_check_tells_what_matches_among_clean_files(tmp_path):
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean/ordinary.txt").write_text("Meeting at ten.\n")
    harmless = run("rules", "check", "--clean", tmp_path / "clean")
    (tmp_path / "clean/report\x1b.txt").write_text(NOTE)
    (tmp_path / "clean/pipe").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "clean/fifo")
    wrong = run("rules", "check", "--clean", tmp_path / "clean")

    assert harmless.code == 0
    assert wrong.code == 3
    assert "  strong  notes:akira_note: 1 files, such as " in wrong.out
    assert "\x1b" not in wrong.out
    assert ": 2 files, " in wrong.out


def test_check_for_machines_says_the_same(tmp_path):
    (tmp_path / "a.docx.akira").write_text("x")
    told = json.loads(run("rules", "check", "--json", "--clean", tmp_path).out)

    assert (told["rules"], told["problems"]) == (len(INDEX), [])
    assert told["clean"][str(tmp_path)]["hits"]["names:akira_ending"]["weight"] == "weak"


def test_check_refuses_a_folder_of_clean_files_that_is_not_there(tmp_path):
    ended = run("rules", "check", "--clean", tmp_path / "none")

    assert ended.code == 2
    assert "none: no folder" in ended.err


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "no such folder, and no such file"), ("ja", "フォルダーもファイルもありません")],
)
def test_check_refuses_a_pack_that_is_not_there(language, said, tmp_path):
    ended = run("rules", "check", tmp_path / "missing.pack", "--language", language)

    assert ended.code == 2
    assert f"missing.pack: {said}" in ended.err


# At the end of a collection.


def told(capsys, hits, language="en"):
    tell_hits(Voice(t=Texts(language)), hits, len(INDEX))
    return capsys.readouterr().out


def test_signs_are_told_by_weight_and_inventory_apart(capsys):
    hits = {"remote_control:atera": 3, "recovery:recovery_console_off": 1, "notes:akira_note": 2}
    lines = told(capsys, hits).splitlines()

    assert lines == [
        f"YARA: 2 of {len(INDEX)} rules matched. This is a hint, no proof.",
        "  strong: a small file reads like a ransom note of Akira (items: 2)",
        "  weak: a command switches recovery at the start off (items: 1)",
        "Also lawful programs (inventory, no alarm): 1 rules matched; ask whose they are.",
    ]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_inventory_alone_is_no_alarm_and_proves_nothing(capsys, language):
    first, second = told(capsys, {"remote_control:atera": 3}, language=language).splitlines()

    assert str(len(INDEX)) in first
    assert "does not prove" in first or "証明ではありません" in first
    assert "no alarm" in second or "警報ではありません" in second


def test_many_signs_are_cut_and_counted(capsys):
    signs = {f"x:{rule}": 1 for rule, entry in INDEX.items() if entry.use == "sign"}
    lines = told(capsys, signs).splitlines()

    assert len(lines) == 14
    assert lines[-1] == f"  and {len(signs) - 12} more; all are in the records"
    assert all(line.startswith("  strong") for line in lines[1:13])


def test_a_collection_that_finds_a_note_says_what_it_claims(machine, tmp_path):
    (machine / "srv").mkdir()
    (machine / "srv/akira_readme.txt").write_text(NOTE)
    ended = run("collect", "--source", machine, "--output", tmp_path / "out", "--language", "ja")

    assert "  強い: Akira の脅迫文と同じ文言を含む小さなファイルがあります(1 項目)" in ended.out
    assert "Akira の脅迫文と同じ名前のファイルがあります(1 項目)" in ended.out


# Engines.


def test_a_collection_by_boreal_finds_the_same_and_names_it(machine, tmp_path):
    (machine / "srv").mkdir()
    (machine / "srv/akira_readme.txt").write_text(NOTE)
    hits = []
    for engine in ("yara", "boreal"):
        out = tmp_path / engine
        ended = run("collect", "--source", machine, "--output", out, "--engine", engine)
        (path,) = (each.parent for each in out.glob("*/manifest.json"))
        told = subprocess.run(
            f"zstd -dcq {path}/data/*.zst | grep -aho '\"engine\": \"[^\"]*\"'",
            shell=True, capture_output=True, text=True, check=True,
        )  # fmt: skip
        records = [r.meta for r in open_bundle(path).records() if r.meta.yara is not None]
        hits.append({(r.source.origin, str(r.yara.hits)) for r in records if r.yara.hits})
        assert ended.code == 0
        assert told.stdout.startswith(f'"engine": "{engine}')

    assert hits[0] == hits[1]
    assert hits[0]


@pytest.mark.parametrize("verb", [["collect", "--output", "out"], ["rules", "check"]])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_an_engine_that_is_not_installed_is_refused_at_once(
    verb, language, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(engines, "find_spec", lambda _: None)
    code = cli.run([*verb, "--engine", "boreal"], Texts(language))
    told = capsys.readouterr()

    assert code == 4
    assert "hozen[boreal]" in told.err
    assert list(tmp_path.iterdir()) == []


# Rules of others, and packs.


@pytest.fixture
def theirs(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/one.yar").write_text(
        "rule Planted_Text { strings: $a = /[p]lanted text/ condition: $a }"
    )
    return tmp_path / "theirs"


@pytest.fixture
def pack(theirs, tmp_path):
    """A pack that a provider signed, and the root that vouches for the signer."""
    root, provider = tmp_path / "keys/root", tmp_path / "keys/provider"
    open_key = ("--no-passphrase", "--output")
    run("keys", "root", "--name", "R", *open_key, root)
    run(
        "keys", "person", "--root", root / "root.key", "--role", "provider", "--name", "P",
        *open_key, provider,
    )  # fmt: skip
    asked = (
        "rules", "pack", theirs, "--output", tmp_path / "theirs.pack", "--version", "3",
        "--key", next(provider.glob("*.key")), "--licence", "MIT",
    )  # fmt: skip
    made = run(*asked, "--date", "2026-11-28")
    assert made.code == 0, made.err
    return tmp_path / "theirs.pack", root / "root.pem", asked


def test_rules_of_others_are_named_with_their_licence_and_weigh_little(machine, theirs, tmp_path):
    (machine / "planted").write_text("planted text")
    asked = ("collect", "--source", machine, "--output", tmp_path / "out", "--rules", theirs)
    refused = run(*asked)
    ended = run(*asked, "--licence", "CC BY-NC 4.0")
    (footprint,) = tmp_path.glob("out/*/manifest.json")
    told = subprocess.run(
        f"zstd -dcq {footprint.parent}/data/*.zst | grep -ao '\"rules_beside_ours\": [^]]*'",
        shell=True, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert (refused.code, ended.code) == (2, 0)
    assert "--licence" in refused.err
    assert "Rules 'theirs': third-party rules, not ours. Licence: CC BY-NC 4.0\n" in ended.err
    assert (
        "Rules 'theirs' (third-party rules, not ours; licence: CC BY-NC 4.0): 1 matched. "
        "This is a hint, no proof.\n  weak: Planted_Text (items: 1)\n"
    ) in ended.out
    assert '"licence": "CC BY-NC 4.0"' in told.stdout
    assert '"origin": "third-party rules, not ours"' in told.stdout


def test_check_of_others_rules_says_how_fast_they_are_and_what_they_match(theirs, tmp_path):
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean/a").write_text("planted text")
    ended = run("rules", "check", theirs, "--licence", "MIT", "--clean", tmp_path / "clean")

    assert ended.code == 0
    assert "theirs: " in ended.out
    assert "1 rules compile. SHA-256 of their files: " in ended.out
    assert "theirs/one.yar:Planted_Text: 1 files, such as " in ended.out


def test_a_pack_is_made_checked_and_searched_for(pack, machine, tmp_path):
    path, root, _ = pack
    (machine / "planted").write_text("planted text")
    checked = run("rules", "check", path, "--rules-trust", root, "--language", "ja")
    told = json.loads(run("rules", "check", path, "--rules-trust", root, "--json").out)
    ended = run(
        "collect", "--source", machine, "--output", tmp_path / "out", "--rules", path,
        "--rules-trust", root,
    )  # fmt: skip

    assert (checked.code, ended.code) == (0, 0)
    assert "規則「theirs」版 3(2026-11-28)" in checked.err
    assert (told["set"]["version"], told["set"]["tied"]) == (3, True)
    assert "Rules 'theirs' (a signed pack; licence: MIT): 1 matched." in ended.out


def test_a_pack_that_was_altered_is_refused_and_nothing_is_begun(pack, machine, tmp_path):
    path, root, _ = pack
    path.write_bytes(path.read_bytes().replace(b"lanted", b"icked!"))
    ended = run(
        "collect", "--source", machine, "--output", tmp_path / "out", "--rules", path,
        "--rules-trust", root,
    )  # fmt: skip

    assert ended.code == 1
    assert str(path) in ended.err
    assert not (tmp_path / "out").exists()


def test_a_pack_takes_no_name_that_is_taken_and_no_day_that_is_none(pack):
    path, _, asked = pack
    before = path.read_bytes()
    taken, wrong = run(*asked), run(*asked, "--date", "28.11.2026")

    assert (taken.code, wrong.code) == (2, 2)
    assert "already there" in taken.err
    assert "28.11.2026" in wrong.err
    assert path.read_bytes() == before


def test_two_sets_of_one_name_are_refused(pack, theirs, machine, tmp_path):
    ended = run(
        "collect", "--source", machine, "--output", tmp_path / "out", "--rules", pack[0],
        "--rules", theirs, "--licence", "MIT",
    )  # fmt: skip

    assert ended.code == 2
    assert "Two sets of rules are called 'theirs'" in ended.err
