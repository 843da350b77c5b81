"""Engines in processes apart: the same answers, and a crash over an item costs that item alone."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import command_line
import crashing
import pytest
from crashing import MARK

from evidence.engines import asking
from evidence.engines.asking import EngineApart
from evidence.engines.choice import ENGINES
from evidence.engines.engine import Part, RuleFile, ScanError
from evidence.reading.checked import open_bundle, verify_bundle
from evidence.rulebook.errors import RulesError
from evidence.scan.scanner import Rules
from evidence.scan.scanning import BATCH, Scanning

TEXT = """rule marked { strings: $a = /[m]arked./ condition: $a }
rule in_memory_alone { condition: in_memory }
rule of_many { condition: many_files }
private rule hidden { condition: true }"""
FILES = [RuleFile("tried.yar", "tried", TEXT)]
CRASHING = "import sys; sys.path.insert(0, {place!r}); " + (
    "from evidence.engines.serving import serve; serve()"
)
ANSWERING = """from collectors.apart.serving import serve_with
answers = iter([b""])
serve_with(lambda _: next(answers, {said!r}))"""
ENDED = "the process that read it ended (exit code -11)"


@pytest.fixture(params=list(ENGINES))
def engine(request):
    made = EngineApart(request.param)
    made.name = request.param
    yield made
    made.close()


@pytest.fixture
def hostile(tmp_path):
    made = EngineApart("yara", CRASHING.format(place=str(crashing.yara_at(tmp_path / "yara"))))
    yield made
    made.close()


def asked(compiled, data, **options):
    return compiled.match(
        memoryview(data), **{"in_memory": False, "timeout": 9, "most": 2} | options
    )


@pytest.mark.parametrize(
    "options", [{}, {"in_memory": True}, {"many_files": True}, {"most": 1}], ids=str
)
def test_an_engine_apart_says_what_it_says_here(engine, options):
    here = ENGINES[engine.name]().compile(FILES)
    apart = engine.compile(FILES)

    assert apart.names == here.names == ["marked", "in_memory_alone", "of_many"]
    for data in (b"", b"marked\xff" * 3, b"\0" * 70_000 + b"marked!", os.urandom(1 << 20)):
        assert asked(apart, data, **options) == asked(here, data, **options)


def test_rules_that_do_not_compile_are_refused_before_any_process_begins(engine):
    with pytest.raises(RulesError, match=r"odd\.yar"):
        engine.compile([RuleFile("odd.yar", "odd", "rule odd {")])


def test_a_crash_costs_the_scan_that_met_it_and_no_other(hostile):
    compiled = hostile.compile(FILES)
    with pytest.raises(ScanError, match="exit code -11"):
        asked(compiled, MARK)

    assert [each.rule for each in asked(compiled, b"marked!").matches] == ["tried:marked"]


def test_crashes_on_several_threads_cost_those_scans_alone(hostile):
    compiled = hostile.compile(FILES)

    def one(number):
        try:
            return asked(compiled, b"marked!" if number % 3 else MARK).matches[0].rule
        except ScanError as error:
            return str(error)

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(one, range(30)))
    assert found == ["tried:marked" if number % 3 else ENDED for number in range(30)]


def test_an_engine_that_never_answers_costs_its_time_and_no_other_scan(tmp_path, monkeypatch):
    monkeypatch.setattr(asking, "_LATE", 0)
    place = str(crashing.yara_at(tmp_path / "yara", "SIGSTOP"))
    stopping = EngineApart("yara", CRASHING.format(place=place))
    compiled = stopping.compile(FILES)
    with pytest.raises(ScanError, match="it was not read in time"):
        asked(compiled, MARK, timeout=2)

    assert [each.rule for each in asked(compiled, b"marked!").matches] == ["tried:marked"]
    stopping.close()


def test_of_several_only_those_that_end_the_engine_have_no_answer(hostile):
    datas = [b"marked 1", MARK, b"", b"marked 2", MARK + b"x", b"none"]
    parts = [Part(memoryview(data), False, False) for data in datas]
    found = hostile.compile(FILES).match_each(parts, timeout=9, most=2)

    assert [each.error for each in found] == ["", ENDED, "", "", ENDED, ""]
    assert [len(each.answer.matches) for each in found] == [1, 0, 0, 1, 0, 0]


NOTHING = '[[[],[]],""]'  # that nothing was found


@pytest.mark.parametrize(
    "said", ["[]", "[[]]", f"[[{NOTHING},{NOTHING}]]", f"[[{NOTHING}],[{NOTHING}]]"]
)
def test_a_process_that_answers_about_others_costs_that_scan_alone(said):
    """It may be in strange hands: of one thing asked there is one answer."""
    made = EngineApart("yara", ANSWERING.format(said=said.encode()))
    try:
        compiled = made.compile(FILES)
        with pytest.raises(ScanError, match="answers about 1"):
            asked(compiled, b"marked!")
    finally:
        made.close()


@pytest.mark.parametrize("processors", [1, 2])
def test_items_that_are_asked_about_together_are_told_in_order(hostile, monkeypatch, processors):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(processors)))
    rules = Rules(compiled=hostile.compile(FILES), engine=hostile.version)
    scans, told = Scanning(rules), []
    for number in range(2 * BATCH + 5):
        scan = scans.begin(f"/srv/{number}")
        scan.update(
            memoryview(MARK if number == 7 else b"marked %d" % number if number % 2 else b"")
        )
        scans.end(scan, lambda seen, by, at=number: told.append((at, len(seen.hits), by.errors)))
    scans.settle()
    scans.close()

    assert told == [
        (n, int(n % 2 and n != 7), [f"YARA: {ENDED} (from byte 0)"] if n == 7 else [])
        for n in range(2 * BATCH + 5)
    ]


def test_no_process_is_left_when_the_engine_is_closed(hostile):
    compiled = hostile.compile(FILES)
    asked(compiled, b"x")
    begun = [each._process.child for each in compiled._processes._all if each.runs]
    hostile.close()

    assert len(begun) == 1
    assert all(each.returncode is not None for each in begun)


def test_a_collection_goes_on_over_an_item_that_ends_the_engine(tmp_path):
    """Before, it ended the collection, and each that went on from it."""
    source = tmp_path / "source"
    source.mkdir()
    for name, data in (("1", b"good"), ("2", MARK), ("3", bytes(3 << 20) + MARK), ("4", b"x")):
        (source / name).write_bytes(data)
    (tmp_path / "out").mkdir()
    place = crashing.yara_at(tmp_path / "yara")
    ended = command_line.started(
        "collect", "--source", source, "--output", tmp_path / "out", "--case", "c",
        PYTHONPATH=str(place),
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert "not searched, or not to the end: 2" in ended.out

    (path,) = (tmp_path / "out").glob("HZ_*Z")
    records = {
        each.meta.source.origin.rpartition("/")[2]: each
        for each in open_bundle(path).records() if each.content.status == "acquired"
    }  # fmt: skip

    assert verify_bundle(path).exit == 0
    for name in "23":
        assert records[name].meta.errors == [f"YARA: {ENDED} (from byte 0)"]
    assert (records["1"].meta.errors, records["4"].meta.errors) == ([], [])


def test_a_triage_goes_on_over_a_file_that_ends_the_engine(tmp_path):
    """Before, it ended the triage, and each later one of the same case."""
    source = tmp_path / "source"
    source.mkdir()
    for name, data in (("1", b"good"), ("2", MARK), ("3", bytes(3 << 20) + MARK), ("4", b"x")):
        (source / name).write_bytes(data)
    place = crashing.yara_at(tmp_path / "yara")

    ended = command_line.started(
        "triage", source, "--output", tmp_path / "out", "--json", PYTHONPATH=str(place)
    )  # fmt: skip

    assert ended.code == 3, ended.err
    (done,) = json.loads(ended.out)["triages"]
    unread = Path(done["path"], "unread.jsonl").read_text().splitlines()
    told = {one["origin"]: one["why"] for one in map(json.loads, unread)}
    assert told == dict.fromkeys(("/2", "/3"), f"YARA: {ENDED} (from byte 0)")


MORE = [RuleFile("more.yar", "more", "rule more { strings: $a = /[m]arked./ condition: $a }")]


def test_one_process_is_asked_about_several_sets(hostile):
    """Each item went to a process of each set."""
    sets = hostile.join([("ours", hostile.compile(FILES)), ("theirs", hostile.compile(MORE))])
    datas = [b"marked 1", b"", b"marked 2"]
    said = sets.match_each(
        [Part(memoryview(data), False, False) for data in datas], timeout=9, most=2
    )

    both = ["tried:marked", "more:more"]
    assert [[each.rule for each in one.answer.matches] for one in said] == [both, [], both]
    assert sum(each.runs for each in hostile._processes._all) == 1


def test_what_ends_the_process_of_several_sets_costs_that_item_alone(hostile):
    sets = hostile.join([("ours", hostile.compile(FILES)), ("theirs", hostile.compile(MORE))])
    parts = [Part(memoryview(data), False, False) for data in (b"marked 1", MARK, b"marked 2")]
    said = sets.match_each(parts, timeout=9, most=2)

    assert [len(one.answer.matches) for one in said] == [2, 0, 2]
    assert [one.answer.remarks for one in said] == [[], [f"ours: {ENDED}", f"theirs: {ENDED}"], []]


def test_a_set_that_comes_later_is_known_to_all_processes(hostile):
    first = hostile.compile(FILES)
    asked(first, b"x")
    more = hostile.compile(MORE)

    assert [each.rule for each in asked(more, b"marked!").matches] == ["more:more"]
    assert [each.rule for each in asked(first, b"marked!").matches] == ["tried:marked"]


LOUD = RuleFile(
    "loud.yar", "loud",
    'import "console" rule loud { condition: for all i in (0..9999) : (console.log("[[[]]]")) }',
)  # fmt: skip


def test_what_a_stranger_s_rule_says_is_no_answer_about_any_rule():
    """A process answers where the module `console` prints: a rule could unsay what ours saw."""
    made = EngineApart("yara")
    together = made.compile([*FILES, LOUD])

    answer = asked(together, b"marked!")
    made.close()

    assert {each.rule for each in answer.matches} == {"tried:marked", "loud:loud"}


def test_what_boreal_could_not_load_again_is_refused_before_any_process_begins():
    with pytest.raises(RulesError, match="console"):
        EngineApart("boreal").compile([*FILES, LOUD])
