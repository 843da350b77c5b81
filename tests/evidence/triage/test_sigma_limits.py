"""Rules of Sigma that can't be run, or would rather not be: each is named, and costs no other."""

import itertools
import os
from importlib.metadata import PackageNotFoundError

import pytest
from bundles import artifact
from command_line import run
from eventlogs import Event, log
from sigmas import AUDIT, SYSMON, followed, here, rule, sigma_set
from triages import case_of, observations, triaged
from triages import rows as lines

from collectors.apart.answering import Apart
from evidence.packs.errors import SetError
from evidence.triage.errors import TriageError
from evidence.triage.sigma import asking, translation
from evidence.triage.sigma.rule import Rule
from evidence.triage.sigma.rule_set import sigma_set as named
from evidence.triage.sigma.translation import Translation, translated

FINE = rule("A: x", "Fine")
ID = "5f1b5a4e-7c39-4f5c-9f51-0a3a7a0e1c11"
CORRELATION = f"""
title: Many
correlation:
  {{type: event_count, rules: [{ID}], group-by: [A], timespan: 5m, condition: {{gte: 3}}}}
---
{rule("A: y", "Part")}
id: {ID}
"""
FILTER = """
title: Less
logsource: {product: windows, service: sysmon}
filter: {rules: any, selection: {A: x}, condition: not selection}
"""


def upon_each_other(first: str, form: str) -> str:
    """Each name nine times in the next: as many as nobody has room for."""
    made = [f"a: &a {first}"]
    for old, new in itertools.pairwise("abcdefghi"):
        made.append(f"{new}: &{new} " + form.format(", ".join([f"*{old}"] * 9)))
    return "\n".join(made) + "\n"


def of(product: str, category: str = "-", service: str = "-") -> tuple[str, str]:
    """A rule of this log source, and what is said of it."""
    words = {"product": product, "category": category, "service": service}
    named = {name: word for name, word in words.items() if word != "-"}
    return rule("A: x", **named), f"log source {product}/{category}/{service} (product"


NO_CONDITION = "title: A\nlogsource: {product: windows, service: system}\ndetection: {sel: {A: x}}"
NOT_RUN = {
    "another product": of("azure", service="signinlogs"),
    "Linux": of("linux", "process_creation"),
    "a whole product": of("windows"),
    "a service that nobody knows": of("windows", service="contoso"),
    "a category elsewhere": of("windows", "process_creation", "system"),
    "a category of any product": of("-", "webserver"),
    "a correlation": (CORRELATION, "a correlation, which puts events together"),
    "a filter": (FILTER, "a filter, which would take away"),
    "an expression that looks ahead": (rule("A|re: 'a(?!b)'"), "invalid perl operator: (?!"),
    "an expression of many": (rule("A|re: '((a{100}){100}){100}'"), "invalid repetition size"),
    "a modifier that nobody knows": (rule("A|nearly: x"), "nearly"),
    "a placeholder": (rule("A|expand: '%admins%'"), "admins"),
    "an old condition": (rule("sel: {A: x}\ncondition: sel | count() > 3"), "pipe syntax"),
    "a selection that is not there": (rule("sel: {A: x}\ncondition: other"), "other"),
    "no title": (FINE.replace("title: Fine", ""), "must have a title"),
    "no condition": (NO_CONDITION, "condition"),
    "two of one name": (FINE.replace("detection:", "detection: {}\ndetection:"), "Duplicate key"),
    "no YAML": ("a: [b", "ParserError"),
    "a tag of Python": ("a: !!python/object/apply:os.system [id]", "ConstructorError"),
    "a list": ("- a", "no attribute"),
    "nothing": ("", "no rule in it"),
    "no text": (b"\xff\xfe\x00", "UnicodeDecodeError"),
    "aliases upon aliases": (upon_each_other("[x]", "[{}]") + FINE, "YAML aliases expand"),
    "what contains itself": ("a: &a [*a]\n" + FINE, "Recursive"),
    "a name with a zero": (rule('"A\\0B": x'), "a zero byte"),
    "a text with a zero": (rule('A: "x\\0B"'), "a zero byte"),
    "a pattern too long": (rule(f"A|contains: '{'x' * 3000}'"), "pattern too complex"),
    "more parts than are prepared in a second": (
        rule(f"A|windash|contains: {[f' -a -b -c{n}' for n in range(80)]}"),
        "a condition of more than 10000 parts",
    ),
    "too many fields": (
        rule("{" + ", ".join(f"f{n}: x" for n in range(2000)) + "}"), "too many different fields",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_RUN)
def test_a_rule_that_can_not_be_run_is_named_with_its_reason(name, tmp_path):
    text, why = NOT_RUN[name]
    both = here(text)
    both = Translation(both.sets, (*both.rules, *here(FINE).rules), "")
    found = followed(both, tmp_path, Event(id=7, data={"A": "x"}, **SYSMON))
    table = found.tables["sigma_rules"]

    assert why in table[0]["not_run"]
    assert len(table) == len(both.rules)
    assert table[-1]["not_run"] == ""
    assert {each.rule for each in found.observations} == {table[-1]["rule"]}
    assert len(found.unread) == 1


# What runs in processes of their own.


EXTENDED = """
title: In a row
correlation:
  {type: temporal, group-by: [A], timespan: 5m, condition: one and two}
"""
BROKEN = f"""
title: Broken
tags: none
correlation:
  {{type: event_count, rules: [{ID.upper()}], group-by: [A], timespan: 5m, condition: {{gte: 3}}}}
---
{rule("A: y", "Part")}
id: {ID}
"""
GENERATING = CORRELATION.replace("{type", "{generate: true, type")
NAMED = f"{rule('A: y', 'Part')}\nname: two\n"
PARTS = {
    "a list": (CORRELATION, "only a part of theirs/a.yml:Many"),
    "a condition": (f"{EXTENDED}---{NAMED}", "only a part of theirs/a.yml:In a row"),
    "one that is broken": (BROKEN, "only a part of theirs/a.yml:Broken"),
    "one that lets them speak": (GENERATING, ""),
}


def test_what_a_correlation_puts_together_is_not_run_alone():
    for text, why in PARTS.values():
        parts = [each for each in translated([sigma_set(text)]).rules if each.title == "Part"]

        assert [each.why_not for each in parts] == [why]


def test_equal_titles_are_numbered_and_what_runs_is_named():
    ahead = NOT_RUN["an expression that looks ahead"][0]
    found = translated([sigma_set(f"{FINE}---{ahead}---{FINE}")])

    assert [(each.name, bool(each.why_not)) for each in found.rules] == [
        ("theirs/a.yml:Fine", False), ("theirs/a.yml:A rule", True),
        ("theirs/a.yml:Fine (2)", False),
    ]  # fmt: skip
    assert found.engine.startswith("pysigma 2.")


def test_a_correlation_stops_no_rule_of_another_set():
    one, other = sigma_set(NAMED, "one"), sigma_set(EXTENDED, "other")

    assert [each.why_not for each in translated([one, other]).rules if each.title == "Part"] == [""]


def test_a_title_that_looks_numbered_is_told_from_one_that_is():
    titles = ("X", "X", "X (2)", "X", "X (2)", "X (3)")
    found = [each.name for each in translation.named(("a", Rule(title=each)) for each in titles)]

    assert found == ["a:X", "a:X (2)", "a:X (2) (2)", "a:X (3)", "a:X (2) (3)", "a:X (3) (2)"]


def test_conditions_beyond_all_measure_are_named(monkeypatch):
    monkeypatch.setattr(translation, "CONDITIONS", 1)
    one = sigma_set("")
    object.__setattr__(one, "files", {name: FINE.encode() for name in ("a.yml", "b.yml")})
    fine, beyond = translated([one]).rules

    assert fine.why_not == ""
    assert beyond.why_not == "more than 1 characters of conditions before it"


def test_what_takes_the_translator_with_it_costs_its_file_alone():
    """Whether this yields too many nodes or too much depth: it ends, and the next file is read."""
    files = {
        "a.yml": upon_each_other("{x: 1}", "{{<<: [{}]}}") + FINE, "b.yml": "[" * 200_000,
        "c.yml": FINE + "x" * (1 << 18), "d.yml": FINE,
    }  # fmt: skip
    one = sigma_set("")
    object.__setattr__(one, "files", {name: text.encode() for name, text in files.items()})
    rules = translated([one]).rules

    assert [bool(each.why_not) for each in rules] == [True, True, True, False]
    assert "more than 262144 are not read" in rules[2].why_not


def test_the_translator_opens_no_socket(monkeypatch):
    watched = (
        "import sys, os\n"
        "def hook(event, args):\n"
        "    if event.startswith('socket.'): os._exit(9)\n"
        "sys.addaudithook(hook)\n"
    )  # fmt: skip
    monkeypatch.setattr(translation, "_ENTRY", watched + translation._ENTRY)
    tagged = FINE + "tags: [attack.t1003, attack.credential-access, d3fend.d3-fa]\n"

    assert [each.why_not for each in translated([sigma_set(tagged)]).rules] == [""]
    opens_one = watched + "import socket; socket.socket(); " + translation._ENTRY
    with Apart(opens_one, 5) as one, pytest.raises(Exception, match="exit code 9"):
        one.ask(b"", bytes)


def test_files_after_the_time_is_up_are_named(monkeypatch):
    monkeypatch.setattr(translation, "_SECONDS", -1.0)
    (one,) = translated([sigma_set(FINE)]).rules

    assert one.why_not == "not tried: those before it took all the time"


def test_more_rules_than_are_taken_are_named(monkeypatch):
    monkeypatch.setattr(translation, "RULES", 0)
    (one,) = translated([sigma_set(FINE)]).rules

    assert one.why_not == "more than 0 rules"


# A triage.


@pytest.fixture
def case(tmp_path):
    data = log(Event(id=4688, data={"NewProcessName": r"C:\W\VSSADMIN.exe"}, **AUDIT))
    return case_of(tmp_path, artifact("C:/Windows/System32/winevt/Logs/Security.evtx", data))


SHADOWS = rule(
    r"Image|endswith: '\vssadmin.exe'", "Shadow copies", product="windows",
    category="process_creation",
)  # fmt: skip


@pytest.mark.parametrize("act", ["os._exit(3)", "serving.serve_matches()"])
def test_what_was_given_up_is_not_counted_as_without_an_event(act, case, tmp_path, monkeypatch):
    """Neither where the process ends over each, nor where there is no time: none was asked."""
    entry = f"import os; from evidence.triage.sigma import serving; {act}"
    monkeypatch.setattr(asking, "_ENTRY", entry)
    if "exit" not in act:
        monkeypatch.setattr(asking, "_OF_ALL", 0.0)
        monkeypatch.setattr(asking, "_OF_ALL_AND_EVENT", 0.0)
    text = "---".join([SHADOWS, FINE, *(rule(f"A: {n}", f"N{n}") for n in range(60))])
    folder, done = triaged(case, sigma=[sigma_set(text)], output=tmp_path / "out")
    (used,) = done.rules.sets

    assert (used.count, used.no_events, used.not_run) == (0, 0, 62)
    assert all(each["not_run"] for each in lines(folder, "tables/sigma_rules.jsonl"))
    assert done.unread <= 62


def test_a_triage_says_what_rules_of_sigma_saw_and_what_could_not_be_tried(case, tmp_path):
    (tmp_path / "Their rules").mkdir()
    (tmp_path / "Their rules" / "a.yml").write_text(SHADOWS)
    (tmp_path / "Their rules" / "b.yaml").write_text(NOT_RUN["another product"][0] + "---" + FINE)
    told = run("triage", case, "--sigma", tmp_path / "Their rules", "--licence", "DRL 1.1")
    (folder,) = (case / "triage" / "bundle").iterdir()
    english, japanese = ((folder / f"summary-{each}.txt").read_text() for each in ("en", "ja"))

    assert told.code == 3
    assert "Rules 'Their-rules': third-party rules, not ours. Licence: DRL 1.1" in told.err
    assert (
        "  Shadow copies, a rule of 'Their-rules' (licence: DRL 1.1), no claim of ours (seen: 1)\n"
    ) in told.out
    assert "tried on events: 1; without any event of their log source: 1;" in told.out
    assert "could not be run, or not to the end: 1. tables/sigma_rules" in told.out
    assert "Shadow copies, of the set 'Their-rules' (licence: DRL 1.1): seen 1; " in english
    assert "1 were tried on events, 1 had no event of their log source here, 1 could" in english
    assert "イベントに適用 1 件、対象のイベントがない規則 1 件、実行できない" in japanese
    assert [each["why"] for each in lines(folder, "unread.jsonl")] == [
        "rules that can't be run: 1; see tables/sigma_rules"
    ]


def test_the_document_names_the_set_its_digest_and_the_engine(case, tmp_path):
    one = sigma_set(SHADOWS)
    folder, done = triaged(case, sigma=[one], output=tmp_path / "out")
    (used,) = done.rules.sets
    (hit,) = [each for each in observations(folder) if each["rule"].startswith("theirs/")]

    assert (used.name, used.sha256, used.licence, used.count) == ("theirs", one.sha256, "MIT", 1)
    assert all(name in used.engine for name in ("pysigma ", "-sqlite ", "google-re2 ", "SQLite "))
    assert (done.subjects["theirs/"].tried, done.subjects["theirs/"].seen) == (1, 1)
    assert done.unread == 0
    assert hit["item"] is not None
    assert done.rules.at_collection is True


def test_without_what_translates_nothing_is_begun(case, tmp_path, monkeypatch):
    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(translation, "version", missing)
    with pytest.raises(TriageError, match=r"rules of Sigma need pysigma.*hozen\[sigma\]"):
        triaged(case, sigma=[sigma_set(FINE)])

    assert not (case / "triage").exists()


@pytest.mark.parametrize("name", ["none", "pipe", "empty", "unlicensed"])
def test_what_is_no_set_is_refused(name, tmp_path):
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "unlicensed").mkdir()
    (tmp_path / "unlicensed" / "a.yml").write_text(FINE)
    with pytest.raises(SetError, match=name):
        named(tmp_path / name, None if name == "unlicensed" else "MIT")


def test_a_folder_is_read_whole_in_either_case_of_its_endings(tmp_path):
    for name in ("a.yml", "B.YML", "c.Yaml"):
        (tmp_path / name).write_text(FINE)

    assert set(named(tmp_path, "MIT").files) == {"a.yml", "B.YML", "c.Yaml"}
    (tmp_path / "d.yml").symlink_to("a.yml")
    with pytest.raises(SetError, match=r"d\.yml: a link or no plain file, which is not followed"):
        named(tmp_path, "MIT")


@pytest.mark.parametrize("option", ["--sigma", "--rules"])
def test_two_sets_of_one_name_are_refused(option, tmp_path):
    (tmp_path / "a.yml").write_text(FINE)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "a.yaml").write_text(FINE)
    (tmp_path / "a" / "a.yar").write_text("rule a { condition: false }")
    refused = run(
        "triage", tmp_path, "--sigma", tmp_path / "a.yml", option, tmp_path / "a",
        "--licence", "MIT",
    )  # fmt: skip

    assert refused.code == 2
    assert "Two sets of rules are called 'a'" in refused.err
