"""What every collector of a running Windows promises, here where none of its functions is there."""

import errno
import json
import re

import pytest
from hosts import read

from collectors.artifact import Gap, Reason
from collectors.files.source import Source
from collectors.live_windows import LIVE_WINDOWS
from collectors.live_windows.both_doors.doors import WindowsDoors
from collectors.live_windows.calls import registry
from collectors.live_windows.hives.exports import WindowsRegistry
from collectors.live_windows.machine import this_windows
from collectors.live_windows.question import Asking, Question, shown
from evidence.machine.host import HostIdentity

EVERY = (*LIVE_WINDOWS, WindowsRegistry, WindowsDoors)
ASKING = [each for each in LIVE_WINDOWS if issubclass(each, Asking)]


@pytest.fixture
def machine():
    """A Windows that refuses everything: this machine has no such functions."""
    one = this_windows()
    yield one
    one.close()


@pytest.mark.parametrize("collector", EVERY, ids=lambda one: one.name)
def test_says_what_it_takes_what_it_cannot_show_and_where_it_was_run(collector):
    assert re.fullmatch(r"windows-[a-z]+", collector.name)
    assert "annot show" in collector.__doc__
    assert "not run on real Windows" in " ".join(collector.__doc__.split())


@pytest.mark.parametrize("collector", EVERY, ids=lambda one: one.name)
def test_any_other_source_is_one_gap(collector, tmp_path):
    (gap,) = collector().collect(Source(str(tmp_path), live=True))

    assert isinstance(gap, Gap)
    assert (gap.reason, gap.detail) == (Reason.UNSUPPORTED, "not a running Windows")


@pytest.mark.parametrize("collector", ASKING, ids=lambda one: one.name)
def test_a_function_that_is_not_there_is_a_gap_and_null_and_the_rest_goes_on(collector, machine):
    *gaps, document = collector().collect(machine)

    names = {question.name for question in collector.questions}
    assert {gap.origin for gap in gaps} == {f"hozen:/{collector.name}/{name}" for name in names}
    told = json.loads(read(document).data)
    assert {name: told[name] for name in names} == dict.fromkeys(names)


def test_an_answer_of_nothing_is_an_empty_table_and_no_gap(machine):
    class Silent(Asking):
        name = "windows-silence"
        questions = (Question("rows", list), Question("facts", dict))

    (document,) = Silent().collect(machine)

    told = json.loads(read(document).data)
    assert (told["rows"], told["facts"]) == ([], {})


@pytest.mark.parametrize("nothing", [list, dict])
def test_an_answer_of_nothing_where_every_windows_has_some_is_a_gap(nothing, machine):
    class Hidden(Asking):
        name = "windows-hidden"
        questions = (Question("rows", nothing, some=True),)

    gap, document = Hidden().collect(machine)

    assert (gap.reason, gap.origin) == (Reason.UNREADABLE, "hozen:/windows-hidden/rows")
    assert "an empty answer, where every Windows has at least one" in gap.detail
    assert json.loads(read(document).data)["rows"] is None


def test_what_every_windows_has_is_never_taken_for_empty():
    never = {
        f"{collector.name}/{question.name}"
        for collector in ASKING for question in collector.questions if question.some
    }  # fmt: skip

    assert never == {
        "windows-processes/processes", "windows-services/services", "windows-services/registered",
        "windows-sessions/sessions", "windows-sessions/logons", "windows-network/addresses",
        "windows-network/links",
        "windows-volumes/encryption", "windows-volumes/drives", "windows-drivers/drivers",
        "windows-drivers/modules",
    }  # fmt: skip


def test_a_volume_that_stays_closed_is_said_loudly_whatever_is_taken(machine):
    rights = next(each for each in LIVE_WINDOWS if each.name == "windows-rights")
    found = [*HostIdentity(machine).collect(machine), *rights().collect(machine)]
    (closed,) = [one for one in found if one.origin == machine.volume]

    assert (closed.expected, closed.reason) == (True, Reason.DENIED)
    assert machine.refusal in closed.detail
    document = next(one for one in found if one.origin == "hozen:/windows-rights.json")
    assert json.loads(read(document).data)["volume_refused"] == machine.refusal


def test_a_machine_that_does_not_say_its_number_is_collected_from_all_the_same(machine):
    assert machine.machine_id() == ""


def test_half_a_pair_in_a_name_is_shown_as_an_escape():
    assert shown({"name": "a\ud800", "in": [{"x\udfff": 1}]}) == {
        "name": "a\\ud800", "in": [{"x\\udfff": 1}]
    }  # fmt: skip


KEYS = {r"HKLM\P": ["Rules", "Shut", "List"], r"HKLM\P\List": ["Deep"]}


@pytest.fixture
def keys(monkeypatch):
    """A registry of a few keys, of which one is for the system alone; each has one value."""

    def values(path):
        if path.endswith("Shut"):
            raise PermissionError(errno.EACCES, "Windows' error 5")
        return {"of": {"type": "REG_SZ", "data": path}}

    monkeypatch.setattr(registry, "values", values)
    monkeypatch.setattr(registry, "keys", lambda path: KEYS.get(path, []))


def test_a_key_is_told_with_all_below_it_and_what_of_that_is_refused(keys):
    found = registry.tree(r"HKLM\P")

    assert found.pop(r"HKLM\P\Shut") == {"error": "EACCES: Windows' error 5"}
    below = ["", r"\List", r"\List\Deep", r"\Rules"]
    assert {path: told["of"]["data"] for path, told in found.items()} == {
        rf"HKLM\P{each}": rf"HKLM\P{each}" for each in below
    }
    with pytest.raises(PermissionError):
        registry.tree(r"HKLM\P\Shut")


def test_keys_that_lead_back_to_themselves_end(keys, monkeypatch):
    monkeypatch.setattr(registry, "keys", lambda _: ["again"])

    found = registry.tree(r"HKLM\P")
    assert len(found) == 10_000
    assert found.pop(r"HKLM\P")["error"] == "more than 10000 keys below it"
    assert not [each for each in found.values() if "error" in each]


def test_values_stay_where_the_keys_below_can_t_be_listed(keys, monkeypatch):
    def gone(_):
        raise FileNotFoundError(2, "no more items")

    before = registry.values(r"HKLM\P")
    monkeypatch.setattr(registry, "keys", gone)

    (found,) = registry.tree(r"HKLM\P").values()
    assert "no more items" in found.pop("error")
    assert found == before
