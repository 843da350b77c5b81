"""The engines: each keeps the contract, and both say the same of the same bytes."""

import ctypes
import os
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from programs import program

from evidence.engines.choice import ENGINES
from evidence.engines.engine import EngineError, RuleFile, ScanError
from evidence.rulebook.errors import RulesError
from evidence.rulebook.examples import in_region, load_examples
from evidence.scan.scanner import WHOLE, ItemScan, Rules, load_rules
from evidence.tool import rules_folder
from evidence.trials.trial import files_below

HOME = rules_folder()
BOTH = {name: load_rules(HOME, make()) for name, make in ENGINES.items()}
TEXTS = {
    rule: text
    for rule, found in load_examples(HOME).items()
    for text in ("\n".join([*found.positive, *found.negative]),)
}
SAMPLE = 64 << 20  # bytes of /usr


def said(rules, data, **options):
    """Everything that goes into a record, but for the engine's own words."""
    scan = ItemScan(rules, **options)
    scan.update(memoryview(data))
    seen = scan.finish()
    return seen.mode, [(hit.rule, hit.offset, hit.text) for hit in seen.hits], scan.errors


def both(data, **options):
    one, two = (said(rules, data, **options) for rules in BOTH.values())
    assert one == two
    return one[1]


def made(name, text, file="tried.yar"):
    engine = ENGINES[name]()
    return Rules(
        compiled=engine.compile([RuleFile(file, "tried", text)]), engine=engine.version
    )  # fmt: skip


@pytest.mark.parametrize("rule", TEXTS)
def test_both_engines_say_the_same_of_the_examples_in_every_form(rule):
    text = TEXTS[rule]
    wide = text.encode("utf-16-le")
    for data in (text.encode(), wide, program(text.encode()), program(b"\0" + wide)):
        both(data)
    both(in_region(text.encode()), in_memory=True)
    both(in_region(text.encode("utf-16-le")), in_memory=True)


def test_the_examples_are_hits_at_all():
    found = [both(text.encode(), in_memory=True) for text in TEXTS.values()]

    assert sum(map(bool, found)) > 100


def test_both_engines_say_the_same_across_windows():
    text = next(iter(TEXTS.values())).encode()
    found = both(bytes(WHOLE - 20) + text + bytes(1 << 20))

    assert {offset for _, offset, _ in found} - {None}


def of_usr():
    size = 0
    for path in files_below("/usr"):
        chosen = zlib.crc32(path) % 64 == 0 and os.path.isfile(path) and not os.path.islink(path)
        if chosen and size + os.path.getsize(path) <= SAMPLE:
            size += os.path.getsize(path)
            yield Path(os.fsdecode(path))


def test_both_engines_say_the_same_of_files_of_this_debian():
    count = 0
    for path in of_usr():
        both(path.read_bytes())
        count += 1

    assert count > 200


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_names_the_file_and_the_line_that_do_not_compile(name):
    sound = RuleFile("sound.yar", "sound", "rule sound { condition: true }")
    broken = RuleFile("broken.yar", "broken", "rule broken {\n condition: nothing }")

    with pytest.raises(RulesError, match=r"\Abroken\.yar: line 2: .*nothing"):
        ENGINES[name]().compile([sound, broken])


@pytest.mark.parametrize(
    "text", ['include "/etc/passwd"', 'import "nothing"', "rule a { condition: true"]
)
@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_follows_no_include_and_knows_no_module_that_is_not_there(name, text):
    with pytest.raises(RulesError, match=r"\Atried\.yar: line"):
        made(name, text)


def test_what_a_rule_says_by_itself_is_printed_nowhere(capfd):
    """YARA would print it by the C library: before our JSON, and onto a terminal as it stands."""
    text = 'import "console" rule loud { condition: console.log("\\x1b[2J") }'

    _, hits, errors = said(made("yara", text), b"anything")
    ctypes.CDLL(None).fflush(None)

    assert capfd.readouterr() == ("", "")
    assert ([rule for rule, _, _ in hits], errors) == (["tried:loud"], [])


@pytest.mark.parametrize("name", ENGINES)
def test_a_string_with_too_many_matches_is_said(name):
    text = 'rule often { strings: $a = "ab" condition: #a > 3 }'
    _, hits, errors = said(made(name, text), b"ab" * 1_100_000)

    assert [(rule, offset) for rule, offset, _ in hits] == [
        ("tried:often", str(2 * each)) for each in range(5)
    ]
    assert errors == ["YARA: too many matches of $a in tried:often (from byte 0)"]


def test_a_scan_that_takes_too_long_is_given_up_and_said():
    rules = made("yara", "rule slow { strings: $a = /(a+)+b.*(c+)+d/ condition: $a }")

    with pytest.raises(ScanError, match=r"\Agiven up after 1 s\Z"):
        rules.compiled.match(
            memoryview((b"a" * 500 + b"x") * 20_000), in_memory=False, timeout=1, most=5
        )


@pytest.mark.parametrize("name", ENGINES)
def test_a_global_rule_rules_its_own_file_alone(name):
    engine = ENGINES[name]()
    compiled = engine.compile([
        RuleFile("one.yar", "one", "global rule never { condition: false }"),
        RuleFile("two.yar", "two", "rule always { condition: true }"),
    ])  # fmt: skip
    answer = compiled.match(memoryview(b"x"), in_memory=False, timeout=60, most=5)

    assert [match.rule for match in answer.matches] == ["two:always"]


@pytest.mark.parametrize("name", ENGINES)
def test_threads_that_scan_at_once_do_not_disturb_each_other(name):
    rules = made(name, "rule remembered { condition: in_memory }")
    data = memoryview(bytes(1 << 20))

    def asked(in_memory):
        return rules.compiled.match(data, in_memory=in_memory, timeout=60, most=5).matches

    wanted = [bool(number % 3) for number in range(300)]
    with ThreadPoolExecutor(4) as pool:
        assert [bool(found) for found in pool.map(asked, wanted)] == wanted


def test_an_engine_that_is_not_installed_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "boreal", None)

    with pytest.raises(EngineError, match=r"hozen\[boreal\]"):
        ENGINES["boreal"]()
