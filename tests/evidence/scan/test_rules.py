"""The rules: each matches its examples wherever a machine holds them, none matches the kit."""

import json
import marshal
import os
import shutil
import stat
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import bundles
import hosts
import pytest
from bundles import artifact
from busy import alone, busy
from embeddable import embeddable
from programs import program, script

from collectors.definitions.library import definitions
from collectors.files.source import Source
from evidence.rulebook import examples
from evidence.rulebook.examples import load_examples
from evidence.rulebook.index import load_index
from evidence.scan.process_scan import ProcessScan
from evidence.scan.scanner import load_rules
from evidence.tool import rules_folder
from evidence.trials.checking import matched, problems, seen
from evidence.trials.trial import files_below, trial

HOME = rules_folder()
RULES, INDEX, EXAMPLES = load_rules(HOME), load_index(HOME), load_examples(HOME)
PUBLISHED = {f"S{number:03}" for number in range(1, 155)}  # the indicators that the set began with
SAMPLE = 300 << 20  # bytes of /usr

CONTENT = [rule for rule, entry in INDEX.rules.items() if entry.where in ("any", "small")]
POSITIVE = [(rule, text) for rule in CONTENT for text in EXAMPLES[rule].positive]
OF_TEXT = [rule for rule in INDEX.rules if INDEX.rules[rule].where == "any"]
ANYWHERE = [rule for rule in INDEX.rules if INDEX.rules[rule].where in ("any", "memory")]


def test_the_set_is_in_order():
    assert problems(HOME, RULES) == []


def test_every_rule_has_its_row_in_the_table_and_in_the_index():
    assert set(EXAMPLES) == INDEX.scanned == set(RULES.names_of_rules)
    assert RULES.count == len(INDEX.scanned)


def test_every_published_indicator_is_looked_for():
    assert {each for entry in INDEX.rules.values() for each in entry.indicators} == PUBLISHED


@pytest.mark.parametrize(("rule", "text"), POSITIVE)
def test_a_rule_matches_in_text_of_both_widths_in_a_program_and_in_a_script(rule, text):
    wide = text.encode("utf-16-le")
    held = {
        "text": text.encode(), "upper case": text.upper().encode(), "wide": wide,
        "program": program(text.encode()), "program, wide": program(b"\0" + wide),
        "script": script(text), "marked": b"\xff\xfe" + wide,
    }  # fmt: skip

    assert {form: rule in matched(RULES, data) for form, data in held.items()} == dict.fromkeys(
        held, True
    )


@pytest.mark.parametrize(
    ("rules", "encoding"), [(ANYWHERE, "utf-8"), (OF_TEXT, "utf-16-le")], ids=["plain", "wide"]
)
def test_every_rule_for_memory_matches_in_the_memory_of_a_process(rules, encoding, monkeypatch):
    texts = [text for rule in rules for text in EXAMPLES[rule].positive]
    machine = Source("/")
    with busy("\n".join(texts).encode(encoding)) as child:
        alone(child, monkeypatch)
        account, _ = ProcessScan(RULES, found := {}, {}).collect(machine)
        hosts.read(account)
    machine.close()

    assert set(rules) - {rule.rpartition(":")[2] for rule in found[child.pid]} == set()


@pytest.mark.parametrize("rule", sorted(INDEX.scanned))
def test_a_rule_matches_nothing_that_is_only_like_it(rule):
    for text in EXAMPLES[rule].negative:
        assert set(seen(RULES, rule, INDEX.rules[rule], text).values()) == {False}


def test_a_rule_for_memory_does_not_match_in_files():
    (text,) = EXAMPLES["beacon_settings_in_memory"].positive

    assert "beacon_settings_in_memory" not in matched(RULES, text.encode())
    assert "beacon_settings_in_memory" in matched(RULES, text.encode(), in_memory=True)


def test_one_command_is_weak_and_two_are_medium():
    one, two = b"vssadmin delete shadows /all", b"wbadmin delete catalog -quiet"
    loud = {rule for rule, entry in INDEX.rules.items() if entry.alarming}

    assert matched(RULES, one) & loud == set()
    assert matched(RULES, one + b"\r\n" + two) & loud == {"inhibition_of_recovery"}


def test_inventory_is_never_an_alarm():
    inventory = [entry for entry in INDEX.rules.values() if entry.use == "inventory"]

    assert inventory
    assert [entry for entry in inventory if entry.alarming] == []


def test_what_a_service_that_was_registered_or_started_did_is_left_open():
    registered, started = INDEX.rules["psexec_service_installed"], INDEX.rules["backup_given_up"]

    assert "may have been run" in registered.claim_en
    assert registered.claim_ja.endswith("可能性があります")
    assert "engine (its service) started" in started.claim_en
    assert "バックアップエンジン(サービス)の起動" in started.claim_ja


# The kit itself.


def shipped():
    """All that a kit or an installation holds of ours, as it lies there and as it is loaded."""
    for package in ("chain_of_custody", "collectors", "evidence"):
        for path in (HOME.parent / package).rglob("*"):
            if path.is_file() and path.suffix != ".pyc":
                data = path.read_bytes()
                yield path, data
                if path.suffix == ".py":
                    yield path, marshal.dumps(compile(data, path.name, "exec"))


def test_nothing_that_is_shipped_matches_a_rule():
    found = {path: rules for path, data in shipped() if (rules := matched(RULES, data))}

    assert found == {}


def test_no_account_of_definitions_matches_a_rule():
    paths = json.dumps([each.paths for each in definitions().values()])

    assert matched(RULES, paths.encode()) == set()


def test_a_process_that_loaded_the_rules_matches_none_of_them(monkeypatch):
    code = """
import sys
from evidence.scan.scanner import load_rules
from evidence.tool import rules_folder
rules = load_rules(rules_folder())
lawful = rules.inventory
rules.compiled.match(memoryview(b"begin"), in_memory=False, timeout=60, most=5)
rules.names.matching("/begin")
print("ready", flush=True)
sys.stdin.read()
"""
    machine = Source("/")
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        child.stdout.readline()
        alone(child, monkeypatch)
        account, _ = ProcessScan(RULES, found := {}, {}).collect(machine)
        rows = hosts.read(account).data
        child.stdin.close()
    machine.close()

    assert found == {}
    assert b'"hits": []' in rows
    assert b'"read": 0' not in rows


def test_an_encrypted_bundle_that_holds_a_note_says_nothing_of_it(tmp_path):
    (note,) = EXAMPLES["lockbit_2_note"].positive
    things = [artifact("/srv/note", note.encode()), artifact("/srv/a.docx.lockbit", b"x")]
    path = bundles.sealed(tmp_path / "bundle", volumes=[things])
    found = trial(RULES, files_below(str(path)))

    assert found.files > 5
    assert found.hits == {}


def test_an_open_bundle_of_ordinary_things_matches_nothing(tmp_path):
    found = trial(RULES, files_below(str(bundles.sealed(tmp_path / "bundle", recipients=()))))

    assert found.files > 5
    assert found.hits == {}


# Where nothing happened.


def some_of(folder, one_of):
    """A fixed choice of the files below a folder, by their names, up to a limit."""
    left = SAMPLE
    for path in files_below(folder):
        with suppress(OSError):  # of those in /var some go while they are looked at
            about = os.lstat(path)
            chosen = zlib.crc32(path) % one_of == 0 and not path.startswith(SCRATCH)
            if chosen and stat.S_ISREG(about.st_mode) and about.st_size <= left:
                left -= about.st_size
                yield path


SCRATCH = b"/var/tmp/"  # what somebody left who works here: nothing of an installation
CLEAN = [("/etc", 1), ("/usr", 16), ("/var", 4)]


def held_silent(found):
    loud = {rule: found.examples[rule] for rule in found.hits if INDEX.entry(rule).alarming}

    assert (loud, found.given_up, found.why) == ({}, 0, [])


@pytest.mark.parametrize(("folder", "one_of"), CLEAN)
def test_nothing_on_this_debian_is_strong_or_medium(folder, one_of):
    found = trial(RULES, some_of(folder, one_of))

    assert found.files > 100
    held_silent(found)


def test_nothing_of_windows_own_runtime_is_strong_or_medium(tmp_path):
    files = embeddable(tmp_path)
    (tmp_path / "runtime").mkdir()
    for name, data in files.items():
        (tmp_path / "runtime" / name).write_bytes(data)
    found = trial(RULES, files_below(str(tmp_path / "runtime")))

    assert (found.files, found.unread) == (len(files), 0)
    assert {"python.exe", "python311.zip"} <= set(files)
    held_silent(found)


# A set that is not in order.


@pytest.fixture
def a_set(tmp_path):
    return Path(shutil.copytree(HOME, tmp_path / "rules"))


def altered(folder, name, old, new):
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


WRONG = {
    "no_entry": ("index.toml", "[rules.atera]", "[rules.another]"),
    "no_rule": ("index.toml", "[rules.atera]", "[rules.another]"),
    "no_example": ("examples.toml", "[atera]", "[another]"),
    "unknown": ("index.toml", 'next_step = "ask"', 'next_step = "nothing"'),
    "no_source": ("index.toml", 'sources = ["notes"]', "sources = []"),
    "empty": ("index.toml", 'claim_en = "the service that PsExec', 'claim_en = "" #'),
    "loud": ("index.toml", 'use = "sign"', 'use = "inventory"'),
    "missed": ("recovery.yar", "delete\\s{1,4}catalog", "erase\\s{1,4}catalog"),
    "wrong": ("evasion.yar", '[w]evtutil(\\.exe)?\\"?\\s{1,4}(cl|clear-log)', "[w]evtutil"),
    "itself, in a claim": (
        "index.toml",
        "remote control Splash Top",
        "remote control Splash¦top",
    ),
    "itself": ("credentials.yar", "[s]ekurlsa::", "sekurlsa::"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_not_in_order_is_named(a_set, kind, monkeypatch):
    monkeypatch.setattr(examples, "REGION", 4096)  # the set in order is looked at in whole regions
    altered(a_set, *WRONG[kind])
    found = problems(a_set, load_rules(a_set))

    assert kind.partition(",")[0] in {each.kind for each in found}
