"""Why something was not taken is told in Japanese on a Japanese page, whatever the reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import collectors
import evidence.collecting
import evidence.machine
import evidence.planning
import evidence.surroundings
import evidence.telling
import evidence.triage
import evidence.writing
from chain_of_custody import missing
from collectors import disk
from collectors.disk.ntfs.reparse import _LINKS, _NAMES
from collectors.table import TABLES
from evidence.collecting.begun import saying
from evidence.telling.phrases.told import Kind, told
from evidence.writing.history import Presence

ROOMS = (
    collectors, evidence.collecting, evidence.machine, evidence.planning, evidence.surroundings,
    evidence.telling, evidence.writing,
)  # fmt: skip
FACT = "7"
_TELLING = "aults.add", "_unread", "OverflowError", "UntoldError", "up_to"
_BY_AN_ITEM = "named by 7", "named by item 7"  # `_by` of the programs that others name


def _sentences(node: ast.expr, named: dict[str, ast.expr]) -> Iterator[str]:
    """What a detail may say, each of its facts a number."""
    match node:
        case ast.Name(id=name) if name in named:
            yield from _sentences(named[name], {})
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            constants = (part.value if isinstance(part, ast.Constant) else FACT for part in parts)
            yield "".join(map(str, constants))
        case ast.IfExp(body=one, orelse=other):
            yield from _sentences(one, named)
            yield from _sentences(other, named)


def _parsed(file: Path) -> tuple[ast.Module, dict[str, ast.expr]]:
    """A file, and what its names stand for."""
    tree = ast.parse(file.read_text())
    return tree, {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _stated(file: Path) -> Iterator[str]:
    """What stands in a file as it is: details of gaps, and why a triage read something not."""
    tree, named = _parsed(file)
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in {"detail", "why"}:
            yield from _sentences(node.value, named)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(_TELLING):
            for each in node.args:
                yield from _sentences(each, named)


def _closing(file: Path) -> Iterator[str]:
    """Why a partition or a file on a disk stays closed, as obstacles and refusals have it."""
    tree, named = _parsed(file)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="Obstacle"), args=[_, said]):
                yield from _sentences(said, named)
            case ast.Call(func=ast.Name(id="OSError"), args=[ast.Attribute(attr="ENOTSUP"), said]):
                yield from (f"ext: {each}" for each in _sentences(said, named))
            case ast.Assign(targets=[ast.Name(id="cut" | "wrong" | "_NO_GPT")], value=said):
                yield from _sentences(said, named)


def test_why_a_partition_or_a_file_on_a_disk_stays_closed_is_told_in_japanese() -> None:
    files = list(Path(*disk.__path__).rglob("*.py"))
    reasons = {one for file in files for one in _closing(file) if one.strip(f"{FACT}() ")}
    reasons -= {f"{FACT} (no tag)", f"{FACT} to {FACT} ({FACT})"}  # the words of these tables:
    reasons |= {f"{words} (reparse tag 0x7)" for words in _NAMES.values()}
    reasons |= {f"{words} to 7 (reparse tag 0x7)" for words in _LINKS.values()}
    apart = {each.removeprefix("ext: ") for each in reasons}

    silent = [
        each
        for each in apart
        if told("ja", "gap", f"ext: {each}").isascii() and told("ja", "gap", each).isascii()
    ]
    assert silent == []
    assert len(reasons) > 25


def _all(*rooms: ModuleType) -> list[str]:
    files = [file for room in rooms for file in Path(*room.__path__).rglob("*.py")]
    found = {one.replace(*_BY_AN_ITEM) for file in files for one in _stated(file)}
    return sorted(one for one in found if one.strip(f"{FACT}:;,()/ "))  # facts alone say it all


def test_a_reason_is_told_in_japanese() -> None:
    reasons = _all(*ROOMS)

    assert [one for one in reasons if told("ja", "gap", one).isascii()] == []
    assert len(reasons) > 40


def test_what_a_triage_could_not_look_at_is_told_in_japanese() -> None:
    reasons = _all(evidence.triage)
    # Or what stands behind a place that has words of its own.
    either = {one: (one, one.removeprefix(f"{FACT}: ")) for one in reasons}

    silent = [
        one
        for one, ways in either.items()
        if all(told("ja", "seen", way).isascii() for way in ways)
    ]
    assert silent == []
    assert len(reasons) > 20


def test_a_reason_within_a_reason_is_told_in_japanese_too() -> None:
    text = "named by the command line of process 7, ended while it was read"
    assert "読取中に終了しました" in told("ja", "gap", text)


@pytest.mark.parametrize("kind", ["gap", "seen", "archive", "odd", "act"])
def test_a_name_made_of_semicolons_stays_as_it_is(kind: Kind) -> None:
    """A host's name within a reason; each was told by itself, until Python gave up."""
    hostile = [f"a junction to {'; ' * count} (x)" for count in (40, 490, 4000)]
    hostile += ["; ".join(["deleted"] * 120), "a junction to x" + ": y at , at z" * 9000]

    assert [told("ja", kind, text) for text in hostile] == hostile


def test_what_people_typed_stands_as_they_typed_it() -> None:
    for text in ("The truck; import", "5 bytes: more than is left of the limit for this place"):
        assert told("ja", "seen", text) == text
    assert told("ja", "odd", "known to the kernel, not listed by /proc").endswith("ありません")
    assert told("ja", "seen", "1 at 2 (record 3); record 4") == "1: 2(レコード 3); レコード 4"


def test_names_stay_as_they_are() -> None:
    named = told("ja", "gap", "named by the command line of process deleted, not there")
    assert "プロセス deleted" in named


def test_what_a_collection_wrote_into_the_custody_log_is_told_in_japanese() -> None:
    said = [saying(Presence(), "/x", kind, "0" * 36).text for kind in TABLES]
    said += [missing.saying(3), f"source: folder; place: {'a' * 64}"]

    for text in filter(None, said):
        assert told("en", "act", text) == text
        japanese = told("ja", "act", text)
        assert not any(word in japanese for word in ("source", "place", "missing")), japanese
    assert told("ja", "act", missing.saying(3)).endswith("3 件")
