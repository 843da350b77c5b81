"""Several sets of rules that are asked about many items at once, as processes apart are."""

from __future__ import annotations

from evidence.engines.engine import Answer, Match, Part, Said, ScanError
from evidence.engines.joined import PATIENCE, Joined

PARTS = [Part(memoryview(b"%d" % number), False, False) for number in range(8)]


class Asked:
    """A set that is asked in batches, and notes in which time it was to answer."""

    in_batches = True

    def __init__(self, name: str, *, slow: bool) -> None:
        self.names = [f"{name}:rule"]
        self.slow, self.at_once, self.alone = slow, [], []

    def match(self, data, *, in_memory, timeout, most, many_files=False):
        self.alone.append(timeout)
        if self.slow and bytes(data) != b"3":
            raise ScanError(f"given up after {timeout} s")
        return self.answer(data)

    def match_each(self, parts, *, timeout, most):
        self.at_once.append((len(parts), timeout))
        late = Said(Answer([], []), "given up")
        return [late if self.slow else Said(self.answer(part.data), "") for part in parts]

    def answer(self, data):
        return Answer([Match(f"{self.names[0]} {bytes(data).decode()}", [])], [])


def test_a_set_is_asked_once_for_many_items_and_none_loses_a_hit():
    sets = [Asked("a", slow=False), Asked("b", slow=False)]
    said = Joined([("a", sets[0]), ("b", sets[1])]).match_each(PARTS, timeout=60, most=5)

    assert [[match.rule for match in one.answer.matches] for one in said] == [
        [f"a:rule {number}", f"b:rule {number}"] for number in range(8)
    ]
    assert [each.at_once for each in sets] == [[(8, 7)], [(8, 7)]]
    assert [each.alone for each in sets] == [[], []]


def test_a_slow_set_has_its_whole_time_for_three_items_and_costs_no_hit_of_another():
    quick, slow = Asked("q", slow=False), Asked("s", slow=True)
    joined = Joined([("s", slow), ("q", quick)])
    said = joined.match_each(PARTS, timeout=60, most=5)
    later = joined.match_each(PARTS[:2], timeout=60, most=5)

    assert [[match.rule for match in one.answer.matches][-1] for one in said] == [
        f"q:rule {number}" for number in range(8)
    ]
    assert slow.at_once == [(8, 7)]
    assert slow.alone == [60] * PATIENCE
    assert said[0].answer.remarks == ["s: given up after 60 s"]
    aside = f"s: set aside after {PATIENCE} scans without an answer"
    assert [one.answer.remarks for one in [*said[PATIENCE:], *later]] == [[aside]] * 7


def test_what_needs_more_than_its_share_is_found_by_itself():
    slow = Asked("s", slow=True)
    (_, said) = Joined([("s", slow)]).match_each([PARTS[0], PARTS[3]], timeout=60, most=5)

    assert [match.rule for match in said.answer.matches] == ["s:rule 3"]
