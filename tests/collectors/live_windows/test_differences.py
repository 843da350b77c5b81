"""Keys and values that one door shows and the other doesn't, or each otherwise."""

from collectors.files.spelling import upcased
from collectors.live_windows.both_doors.differences import differences
from collectors.windows.hive import Row
from collectors.windows.view import Held, Seen, from_lines, held, seen

OLD, SINCE, NEW = 100, 1000, 2000
RUN = Held("更新", 1, 4, "41000000")


def keys(*found):
    above = [Seen("", OLD), Seen("Run", OLD)]
    return {upcased(one.path): one for one in (*above, *found)}


def found(shown, lies):
    return [tuple(each) for each in differences(shown, lies, SINCE)]


def told(one):
    return {"type": one.type, "size": one.size, "data": one.data}


def test_the_same_in_another_case_is_no_difference():
    ours, theirs = Seen("Run\\A", OLD, (RUN,)), Seen("RUN\\a", NEW, (RUN._replace(name="更新"),))

    assert found(keys(ours), keys(theirs)) == []


def test_a_key_that_the_system_hides_is_told_once_with_its_values():
    hidden = Seen("Run\\Evil", OLD, (RUN,)), Seen("Run\\Evil\\Below", OLD)

    assert found(keys(), keys(*hidden)) == [
        ("Run\\Evil", None, None, {"written": OLD, "values": {"更新": told(RUN)}}, False)
    ]


def test_a_key_that_the_disk_has_not_is_told():
    assert found(keys(Seen("Run\\New", OLD)), keys()) == [
        ("Run\\New", None, {"written": OLD, "values": {}}, None, False)
    ]


def test_values_that_one_side_lacks_or_that_differ_are_told():
    other, more = RUN._replace(data="42000000"), Held("more", 4, 4, "01000000")
    ours, theirs = Seen("Run\\A", OLD, (RUN,)), Seen("Run\\A", OLD, (other, more))

    assert found(keys(ours), keys(theirs)) == [
        ("Run\\A", "more", None, told(more), False),
        ("Run\\A", "更新", told(RUN), told(other), False),
    ]


def test_a_value_of_another_type_is_another_value():
    ours, theirs = Seen("Run", OLD, (RUN,)), Seen("Run", OLD, (RUN._replace(type=2),))

    ((_, name, *_),) = found(keys(ours), keys(theirs))
    assert name == "更新"


def test_what_was_written_lately_through_either_door_is_said_to_be_late():
    for ours, theirs in ((OLD, NEW), (NEW, OLD)):
        ((*_, late),) = found(keys(Seen("Run\\A", ours, (RUN,))), keys(Seen("Run\\A", theirs)))
        assert late


def test_a_key_that_just_went_is_late_by_the_one_above_it():
    shown = keys() | {"RUN": Seen("Run", NEW)}

    ((*_, late),) = found(shown, keys(Seen("Run\\Gone", OLD)))
    assert late


def test_what_is_refused_is_not_taken_for_hidden():
    shown = keys(Seen("Run\\Shut", 0, refused="denied"))

    assert found(shown, keys(Seen("Run\\Shut", OLD, (RUN,)), Seen("Run\\Shut\\B", OLD))) == []


# What is looked at.


class Memory:
    """Keys in memory."""

    def __init__(self, values=(), **below):
        self._values, self._below, self.open = values, below, 0

    def written(self):
        return OLD

    def below(self):
        yield from self._below.items()

    def named(self, name):
        found = self._below.get(name)
        if isinstance(found, OSError):
            raise found
        return found

    def values(self):
        yield from self._values

    def close(self):
        self.open += 1


ROOT = Memory(
    Services=Memory(
        Good=Memory([held("ImagePath", 1, 2, b"a\0"), held("Description", 1, 2, b"b\0")]),
        Shut=PermissionError(13, "0xC0000022"),
    ),
    Lsa=Memory([held("x", 3, 1, b"\1")], Below=Memory()),
)
ROWS = (
    Row(r"Services\*", ("imagepath",)), Row(r"Services\*\Parameters", ("ServiceDll",)),
    Row("Lsa"), Row(r"Services\*", ("Start",)),
)  # fmt: skip


def test_the_places_and_the_way_to_them_are_seen_and_nothing_else():
    found = seen(ROOT, ROWS)

    assert {one.path: [value.name for value in one.values] for one in found.values()} == {
        "": [], "Services": [], "Services\\Good": ["ImagePath"], "Services\\Shut": [],
        "Lsa": ["x"],
    }  # fmt: skip
    assert found["SERVICES\\SHUT"].refused == "0xC0000022"


def test_what_is_told_in_lines_comes_back_as_it_was():
    import json

    found = seen(ROOT, ROWS)
    assert from_lines([json.dumps(one) for one in found.values()]) == found


def test_long_values_are_told_by_their_digest_and_too_long_ones_by_their_size():
    assert held("a", 3, 600, b"x" * 600).data.startswith("sha256:")
    assert held("a", 3, 1 << 20, None) == Held("a", 3, 1 << 20, "")
