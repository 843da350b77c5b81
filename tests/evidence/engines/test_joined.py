"""Several sets of rules that are asked about many items at once, as processes apart are."""

from __future__ import annotations

import pytest

from evidence.engines.engine import Answer, Match, Part, Said, ScanError
from evidence.engines.joined import PATIENCE, Joined

PARTS = [Part(memoryview(b"%d" % number), False, False) for number in range(8)]


class Asked:
    """A set that notes in which time it was to answer by itself."""

    in_batches = True

    def __init__(self, name: str, *, slow: bool = False) -> None:
        self.names = [f"{name}:rule"]
        self.slow, self.alone = slow, []

    def match(self, data, *, in_memory, timeout, most, many_files=False):
        self.alone.append(timeout)
        if self.slow and bytes(data) != b"3":
            raise ScanError(f"given up after {timeout} s")
        return self.answer(data)

    def answer(self, data):
        return Answer([Match(f"{self.names[0]} {bytes(data).decode()}", [])], [])


class Together:
    """Asks them at once, and notes what it asked."""

    def __init__(self, *, ends: bool = False) -> None:
        self.ends, self.asked = ends, []

    def __call__(self, sets, parts, *, timeout, most):
        self.asked.append(([each.names[0][0] for each in sets], len(parts), timeout))
        if self.ends:
            return None
        late = Said(Answer([], []), "given up")
        return [
            [late if each.slow else Said(each.answer(part.data), "") for part in parts]
            for each in sets
        ]


def rules_of(said):
    return [[match.rule for match in one.answer.matches] for one in said]


def joined(*sets: Asked, together=None):
    return Joined([(each.names[0][0], each) for each in sets], together)


@pytest.mark.parametrize(("items", "each"), [(8, 3), (1, 30)])
def test_sets_are_asked_once_for_all_items_and_none_loses_a_hit(items, each):
    sets, together = [Asked("a"), Asked("b")], Together()
    said = joined(*sets, together=together).match_each(PARTS[:items], timeout=60, most=5)

    assert rules_of(said) == [[f"a:rule {number}", f"b:rule {number}"] for number in range(items)]
    assert together.asked == [(["a", "b"], items, each)]
    assert [one.alone for one in sets] == [[], []]


def test_a_slow_set_has_its_whole_time_for_three_items_and_costs_no_hit_of_another():
    slow, quick, together = Asked("s", slow=True), Asked("q"), Together()
    sets = joined(slow, quick, together=together)
    said = sets.match_each(PARTS, timeout=60, most=5)
    later = sets.match_each(PARTS[:2], timeout=60, most=5)

    assert [each[-1] for each in rules_of(said)] == [f"q:rule {number}" for number in range(8)]
    assert together.asked == [(["s", "q"], 8, 3), (["q"], 2, 30)]
    assert slow.alone == [60] * PATIENCE
    assert said[0].answer.remarks == ["s: given up after 60 s"]
    aside = f"s: set aside after {PATIENCE} scans without an answer"
    assert [one.answer.remarks for one in [*said[PATIENCE:], *later]] == [[aside]] * 7


def test_what_needs_more_than_its_share_is_found_by_itself():
    sets = joined(Asked("s", slow=True), together=Together())
    (_, said) = sets.match_each([PARTS[0], PARTS[3]], timeout=60, most=5)

    assert rules_of([said]) == [["s:rule 3"]]


@pytest.mark.parametrize("together", [None, Together(ends=True)], ids=["none", "ends"])
def test_where_they_cannot_be_asked_at_once_each_is_asked_about_each(together):
    sets = [Asked("a"), Asked("b")]
    said = joined(*sets, together=together).match_each(PARTS[:2], timeout=60, most=5)

    assert rules_of(said) == [["a:rule 0", "b:rule 0"], ["a:rule 1", "b:rule 1"]]
    assert [one.alone for one in sets] == [[60, 60], [60, 60]]


def test_no_set_is_asked_any_more_where_all_are_aside():
    slow, together = Asked("s", slow=True), Together()
    sets = joined(slow, together=together)
    sets.match_each(PARTS[:3], timeout=60, most=5)
    (said,) = sets.match_each(PARTS[:1], timeout=60, most=5)

    assert (len(together.asked), len(slow.alone)) == (1, PATIENCE)
    assert said.answer.remarks == [f"s: set aside after {PATIENCE} scans without an answer"]
