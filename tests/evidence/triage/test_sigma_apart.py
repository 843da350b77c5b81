"""Rules of Sigma in the process apart: what ends it, or takes too long, costs no other rule."""

import itertools
from types import SimpleNamespace

import msgspec
import pytest
from eventlogs import Event
from sigmas import SYSMON, MatchesHere, followed, here, records, rows, rule

from collectors.apart.answering import Apart
from evidence.triage.sigma import asking, following
from evidence.triage.sigma.messages import Condition, Request

FINE = rule("A: x", "Fine")
EVENTS = [Event(id=7, data={"A": "x" * (1 + n % 2)}, **SYSMON) for n in range(300)]
CRASHING = """
import os
from evidence.triage.sigma import matching, serving
one = matching.Matching._one
def crash(self, place, begun, until):
    if "hostile" in self._conditions[place][1].query:
        {act}
    return one(self, place, begun, until)
matching.Matching._one = crash
serving.serve_matches()
"""


@pytest.mark.parametrize(
    ("act", "why"),
    [("os.abort()", "exit code -6"), ("bytearray(1 << 31)", "that read it ended")],
)
def test_a_rule_over_which_the_process_ends_is_set_aside_alone(act, why, tmp_path):
    text = "---".join(rule(f"A: {value}", value) for value in ("x", "hostile", "xx", "xxx"))
    with Apart(CRASHING.format(act=act), 20) as one:
        found = followed(here(text), tmp_path, *EVENTS, apart=one)
    told = rows(found)

    assert why in told["hostile"]["not_run"]
    assert [told[name]["seen"] for name in ("x", "xx", "xxx")] == [150, 150, 0]
    assert [told[name]["events"] for name in ("x", "xx", "xxx")] == [300] * 3


NAMES = (":row", "place", "rowid", "c0", "events0", "all values", 'a"b', "a`b", "", "y" * 2000)


@pytest.mark.parametrize("name", NAMES)
def test_a_field_of_any_name_costs_no_other_rule(name, tmp_path):
    quoted = "'" + name.replace("'", "''") + "'"
    odd = rule(f"sel:\n  ? {quoted}\n  : x\ncondition: sel", "Odd")
    found = followed(here(f"{odd}---{FINE}"), tmp_path, *EVENTS[:2])

    assert rows(found)["Fine"] == rows(found)["Fine"] | {"not_run": "", "seen": 1}


CRASHING_SOONER = """
import os
from evidence.triage.sigma import matching, serving
fault = matching.Matching._fault
def crash(self, place):
    if "hostile" in self._conditions[place][1].query:
        os.abort()
    return fault(self, place)
matching.Matching._fault = crash
serving.serve_matches()
"""


def test_a_rule_that_ends_the_process_by_being_told_is_set_aside_alone(tmp_path):
    """As two of them do, among sixty that have other fields each."""
    numbers = map(str, range(60))
    values = [*itertools.islice(numbers, 30), "hostile", *numbers, "hostile, too", "x"]
    made = (rule(f"{{A: '{each}', f{n}: null}}", f"'{each}'") for n, each in enumerate(values))
    text = "---".join(made)
    with Apart(CRASHING_SOONER, 20) as one:
        found = followed(here(text), tmp_path, *EVENTS, apart=one)
    told = rows(found)

    assert [name for name, each in told.items() if each["not_run"]] == ["hostile", "hostile, too"]
    assert "exit code -6" in told["hostile"]["not_run"]
    assert told["x"]["seen"] == 150


def test_a_process_that_always_ends_is_given_up(tmp_path):
    with Apart("import os; os._exit(3)", 5) as one:
        found = followed(here(FINE), tmp_path, *EVENTS, apart=one)

    assert rows(found)["Fine"]["not_run"] == "the process that read it ended (exit code 3)"
    assert found.observations == []


@pytest.mark.parametrize("is_told", [True, False])
@pytest.mark.parametrize("answer", [[], [[9]], [[0, 1, [300]]], [[0, 1, [-1]]], 5])
def test_a_process_in_strange_hands_says_nothing(answer, is_told, tmp_path):
    """Whether it answers so when it is told the rules, or when it is asked."""

    class Strange(MatchesHere):
        def ask(self, request, decode):
            if is_told != bool(msgspec.msgpack.decode(request)[0]):
                return super().ask(request, decode)
            try:
                return decode(msgspec.msgpack.encode(answer))
            except msgspec.DecodeError as error:
                raise asking.ApartError(str(error)) from error

    found = followed(here(FINE), tmp_path, *EVENTS, apart=Strange())

    assert found.observations == []
    assert rows(found)["Fine"]["not_run"] != ""


def test_an_expression_made_to_take_forever_does_not(tmp_path):
    """Two to the 5000th ways for an engine that goes back: RE2 doesn't."""
    events = [Event(id=7, data={"A": "a" * 5000 + "!"}, **SYSMON)]
    found = followed(here(rule("A|re: '^(a+)+$'")), tmp_path, *events)

    assert rows(found)["A rule"]["not_run"] == ""
    assert records(found) == []


def test_a_rule_that_takes_too_long_is_set_aside_and_costs_no_other(tmp_path, monkeypatch):
    monkeypatch.setattr(
        following.Outcome, "left", property(lambda self: 60 if self.rule.title == "Fine" else 0)
    )
    found = followed(here(f"{FINE}---{rule('A|re: x', 'Slow')}"), tmp_path, *EVENTS)

    assert rows(found)["Slow"]["not_run"] == "it takes too long"
    assert rows(found)["Slow"]["events"] == 0
    assert rows(found)["Fine"]["seen"] == 150
    assert found.unread == ["it takes too long"]


def test_what_a_rule_fits_before_it_fails_is_kept_and_that_batch_is_not_counted(
    tmp_path, monkeypatch
):
    """Python's sqlite3 is a row ahead, and may take the last one with it."""
    monkeypatch.setattr(following, "_BATCH", 3)
    long = rule(f"a: {{A: x}}\nb: {{A: y, B|contains: '{'x' * 3000}'}}\ncondition: a or b")
    events = [Event(id=7, data={"A": each}, **SYSMON) for each in "xzxxxyxxx"]
    found = followed(here(long), tmp_path, *events)
    (row,) = rows(found).values()

    assert records(found)[:3] == [1, 3, 4]
    assert (row["seen"], row["events"]) == (len(records(found)), 3)
    assert row["not_run"].startswith("set aside after 3 events: SQLite: ")


def test_rules_that_together_take_too_long_are_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(asking, "_OF_ALL", 0.0)
    monkeypatch.setattr(asking, "_OF_ALL_AND_EVENT", 0.0)
    found = followed(here(FINE), tmp_path, *EVENTS)

    assert found.unread == [
        "rules that missed up to 300 events: 1; all rules together took too long"
    ]
    assert rows(found)["Fine"]["not_run"] == "all rules together took too long"


class Recording(MatchesHere):
    """Matches here, and keeps the places of the rules that it is told, and is asked."""

    def __init__(self):
        super().__init__()
        self.told, self.asked = [], []

    def ask(self, request, decode):
        one = msgspec.msgpack.decode(request, type=Request)
        if one.keep is not None:
            self.told.append([place for place, _ in one.keep])
        else:
            self.asked.append([place for place, _ in one.ask])
        return super().ask(request, decode)


LONG = rule(f"a: {{A: x}}\nb: {{A: xx, B|contains: '{'x' * 3000}'}}\ncondition: a or b", "Long")


def test_what_is_not_kept_or_asked_in_its_time_is_in_the_next_turn(tmp_path, monkeypatch):
    monkeypatch.setattr(asking, "_TURN", 0.0)
    apart = Recording()
    wide = rule(f"{{{', '.join(f'f{n}: x' for n in range(2000))}}}", "Wide")
    found = followed(here("---".join((FINE, wide, FINE))), tmp_path, *EVENTS, apart=apart)

    assert apart.told == [[0, 1, 2], [1, 2], [2]]
    assert apart.asked == [[0, 2], [2]]
    assert [row["seen"] for row in found.tables["sigma_rules"]] == [150, 0, 150]
    assert rows(found)["Wide"]["not_run"] == "too many different fields"


def test_a_new_process_is_not_told_what_was_set_aside(tmp_path, monkeypatch):
    monkeypatch.setattr(following, "_BATCH", 2)

    class Ending(Recording):
        def ask(self, request, decode):
            if len(self.asked) == 1:
                self.asked.append([])
                raise asking.ApartError("the process that read it ended")
            return super().ask(request, decode)

    apart = Ending()
    found = followed(here("---".join((LONG, FINE, FINE))), tmp_path, *EVENTS[:4], apart=apart)

    assert apart.told == [[0, 1, 2], [1, 2]]
    assert apart.asked == [[0, 1, 2], [], [1], [2]]
    assert [row["seen"] for row in found.tables["sigma_rules"][1:]] == [2, 2]


def test_time_counts_where_no_answer_comes(monkeypatch):
    class Slow:
        now = 0.0

        def ask(self, request, decode):
            self.now += 100
            raise asking.ApartError("it was not read in time")

    slow = Slow()
    monkeypatch.setattr(asking, "time", SimpleNamespace(monotonic=lambda: slow.now))
    one = asking.Asking([Condition((), "1", ())] * 40, slow)
    list(one.ask([(place, 30.0) for place in range(40)], []))

    assert one.given_up == "all rules together took too long"
    assert slow.now == 600
